"""What a bundle is made of is stated, and bounded by what its reader may see."""

from pathlib import Path

import pytest

from gemba.export.proof.choose import clause, period
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from tests.kernel.people import as_, person
from tests.kernel.samples import raised, signed, submitted


@pytest.mark.django_db
def test_a_period_holds_what_happened_in_it_and_only_what_may_be_read(quality: Person, store: Path) -> None:
    """GXP-11: the filter is stated, and the scope of the reader bounds it."""
    record = raised(quality)
    today = clock.now().date()
    with seeing(as_(quality)["access"]):
        assert [each.pk for each in period(today, today).records] == [record.pk]
        assert period(today, today, "capa").records == []
        assert period(today.replace(year=2020), today.replace(year=2021)).records == []
    nobody = person("Nobody")
    with seeing(as_(nobody)["access"]):
        assert period(today, today).records == []


@pytest.mark.django_db
def test_a_clause_brings_what_it_rests_on(quality: Person, manager: Person, store: Path) -> None:
    """GXP-11: the records that prove its duties, in the days asked about; an unknown clause is a sentence."""
    record = signed(submitted(quality), "approve", manager)
    today = clock.now().date()
    with seeing(as_(quality)["access"]):
        found = clause("iso13485", "5.4.1", today, today)
        assert [each.pk for each in found.records] == [record.pk]
        assert found.filters["clause"] == "5.4.1"
        assert clause("iso13485", "5.4.1", today.replace(year=2020), today.replace(year=2021)).records == []
        for framework, number in (("iso13485", "99.9"), ("nothing", "5.4.1")):
            with pytest.raises(Refused, match="There is no clause"):
                clause(framework, number, today, today)
