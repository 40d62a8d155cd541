"""When evidence falls due by itself."""

import datetime as dt
import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemba.evidence.catalogue.load import shipped_frameworks
from gemba.evidence.catalogue.model import Duty, DutyKind
from gemba.evidence.expectations.slots import interval_of, slots

YEARLY = Duty("5.6.1-a", "5.6.1", "Review the system.", DutyKind.RECORD, ("mgmt_review",), "yearly")


def test_slots_follow_each_other_without_a_hole() -> None:
    """M62: from the day of the claim, a year each; the last one has begun."""
    found = list(slots(YEARLY, dt.date(2024, 2, 29), dt.date(2026, 6, 1)))
    assert [(slot.since, slot.due) for slot in found] == [
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)), (dt.date(2025, 2, 28), dt.date(2026, 2, 28)),
        (dt.date(2026, 2, 28), dt.date(2027, 2, 28)),
    ]  # fmt: skip


@given(st.dates(dt.date(2015, 1, 1), dt.date(2026, 1, 1)), st.sampled_from([1, 3, 6, 12, 24]), st.integers(0, 3000))
def test_slots_cover_every_day_from_the_claim_on(since: dt.date, months: int, days: int) -> None:
    """M62: whatever the day of the month, no day belongs to no slot."""
    until = since + dt.timedelta(days=days)
    found = list(slots(replace(YEARLY, interval_months=months), since, until))
    assert found[0].since == since
    assert all(one.due == other.since for one, other in itertools.pairwise(found))
    assert found[-1].since <= until < found[-1].due or found[-1].since == until


@pytest.mark.parametrize("cadence", ["per_event", "per_project", "once", "on_change"])
def test_what_waits_for_something_to_happen_has_no_slots(cadence: str) -> None:
    """M62: no year makes a complaint due."""
    assert list(slots(replace(YEARLY, cadence=cadence), dt.date(2020, 1, 1), dt.date(2026, 1, 1))) == []


def test_every_interval_of_the_catalogue_is_a_whole_number_of_months() -> None:
    """M62: a cadence of zero would expect evidence without end."""
    found = [interval_of(duty) for each in shipped_frameworks() for duty in each.duties]
    assert all(months is None or months >= 1 for months in found)
