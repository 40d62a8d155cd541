"""Gap assessments and dry runs of the invented company: two to compare, a drill that shows, and one that does not."""

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.assessment import assess
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel.links.models import Link
from gemba.modules.dryrun.models import DryRun
from gemba.modules.gapassessment.comparing import compare
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.progress import progress
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("company")]


@pytest.mark.usefixtures("company")
def test_the_company_asked_before_its_certificate_and_asks_again() -> None:
    """M73, M84: one campaign is signed, one runs; owners answered, and gaps were closed, stayed and are new."""
    before, since = GapAssessment._base_manager.order_by("pk")
    assert (before.state, since.state, since.baseline_id) == ("ended", "running", before.pk)
    found = progress(since)
    assert 0 < found.answered < found.asked
    assert found.reviewed == found.procedures > 0
    assert len({answer.owner_id for answer in GapAnswer._base_manager.filter(campaign=since)}) > 1
    changes = compare(before, since)
    assert min(changes.count(each) for each in ("closed", "stayed", "new", "better")) > 0


@pytest.mark.usefixtures("company")
def test_a_duty_of_the_company_is_rehearsed_and_another_was_only_talked_about() -> None:
    """M119, M122, M123: the drill left an exercise and shows as rehearsed; the table-top left a nonconformity alone."""
    iso = framework("iso13485")
    row = assess(iso, decisions_on(NOW.date(), "iso13485"), on=NOW.date()).row("7.6-j")
    assert row is not None
    assert str(row.state).startswith("rehearsed")
    table, drill = DryRun._base_manager.order_by("pk")
    assert (table.method, table.state, drill.method, drill.state) == ("tabletop", "closed", "simulated", "closed")
    assert [link.target.exercise for link in Link.objects.filter(source=drill, role="exercised")] == [True]
    [finding] = Link.objects.filter(target=table, role="found_on")
    assert (finding.source.kind, finding.source.exercise) == ("nonconformity", False)
