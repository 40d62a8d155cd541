"""Each slot is one row, whoever looks for it and however often; the database itself holds that, on both of them."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from gemba.evidence.expectations.ending import Ended, Ending, ending, store_ends
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.models import Snapshot
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.kernel.samples import figure

SINCE, DUE, LATER = dt.date(2026, 1, 1), dt.date(2026, 6, 30), dt.date(2026, 12, 1)
BEFORE, AFTER = dt.date(2025, 12, 31), dt.date(2026, 7, 1)
End = Expectation.End


def slot(because: Record | None = None) -> Expectation:
    return Expectation.objects.create(framework="iso13485", duty="8.5.2-i", since=SINCE, due=DUE, because=because)


@pytest.mark.django_db
def test_a_second_row_for_the_same_slot_is_refused_by_the_database() -> None:
    """M62: with a cause and without one; two workers that look at once leave one row."""
    cause = Record._base_manager.get(pk=figure(person("Aino", Role.QUALITY)).pk)
    for because in (None, cause):
        slot(because)
        with pytest.raises(IntegrityError), transaction.atomic():
            slot(because)
    assert Expectation.objects.count() == 2


@pytest.mark.django_db
def test_a_day_has_one_snapshot_of_the_company_and_one_of_each_site() -> None:
    """M63: of the company as a whole too, which has no site."""
    for site in (None, 7):
        values = {"day": DUE, "framework": "iso13485", "site": site, "applicable": 1, "claimed": 1, "working": 1}
        Snapshot.objects.create(**values)
        with pytest.raises(IntegrityError), transaction.atomic():
            Snapshot.objects.create(**values)


@pytest.mark.django_db
def test_an_end_that_somebody_else_gave_meanwhile_stays() -> None:
    """M62: what was waived while the ledger was being settled is not made missed."""
    waived, waiting = slot(), slot(Record(pk=figure(person("Aino", Role.QUALITY)).pk))
    Expectation.objects.filter(pk=waived.pk).update(end=End.WAIVED)
    missed = Ending(End.MISSED, None, LATER)
    assert store_ends([Ended(waived.pk, missed), Ended(waiting.pk, missed)]) == 1
    assert list(Expectation.objects.order_by("pk").values_list("end", "ended_on")) == [
        (End.WAIVED, None), (End.MISSED, LATER),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("evidence", "day", "found"),
    [
        ([], DUE, None),
        ([], LATER, (End.MISSED, None, dt.date(2026, 7, 30))),
        ([(DUE, 5, False)], DUE, (End.MET, 5, DUE)),
        (
            [(dt.date(2025, 12, 31), 4, False), (dt.date(2026, 7, 1), 5, False)],
            LATER,
            (End.LATE, 5, dt.date(2026, 7, 1)),
        ),
        ([(SINCE, 4, True), (dt.date(2026, 7, 31), 5, False)], LATER, (End.EXERCISED, 4, SINCE)),
    ],
)
def test_what_is_due_ends_by_its_first_evidence(
    evidence: list[tuple[dt.date, int, bool]], day: dt.date, found: tuple[End, int | None, dt.date] | None
) -> None:
    """M62: on time, late within thirty days, by an exercise alone, or not at all."""
    assert ending(SINCE, DUE, evidence, day) == found
