"""Expectations begin, end and are waived; a duty moves through its states by records alone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.expectations import ledger
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.settle import settle
from gemba.evidence.expectations.waive import Waive
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.states import State
from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from tests.kernel.people import as_, person
from tests.kernel.samples import figure, signed
from tests.modules.document.life import document, released

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
DUTY = next(duty for duty in ISO.duties if "objective_kpi" in duty.evidence and duty.cadence == "yearly")
START = dt.datetime(2024, 1, 10, 9, tzinfo=dt.UTC)


@pytest.fixture
def moving() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def quality() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


@pytest.fixture
def author() -> Person:
    return person("Tomás Ribeiro", Role.ENGINEER)


def claimed(author: Person, quality: Person, *, review_months: int = 60) -> None:
    """A document in force that says it covers the duty."""
    family = document(author, title="Objectives", review_months=review_months)
    released(author, quality, of=family)
    ClaimDuties(record=family, duties=[("iso13485", DUTY.id)], **as_(quality)).execute()


def state() -> State:
    row = assess(ISO, {}).row(DUTY.id)
    assert row is not None
    return row.state


def proved(quality: Person, manager: Person, **values: Any) -> None:
    signed(figure(quality, event_date=clock.today(), **values), "confirm", manager)


def ends() -> list[str]:
    return list(Expectation.objects.filter(duty=DUTY.id).order_by("due").values_list("end", flat=True))


def test_a_duty_moves_through_its_states_by_records_alone(
    moving: Any, quality: Person, manager: Person, author: Person
) -> None:
    """M65, M67, M71: missing, not yet due, paper only, rehearsed, working, lapsed: nobody types any of it."""
    assert state() is State.MISSING
    claimed(author, quality)
    assert state() is State.NOT_YET_DUE
    moving.move_to(START + dt.timedelta(days=450))
    assert state() is State.PAPER_ONLY
    proved(quality, manager, exercise=True)
    assert state() is State.REHEARSED
    proved(quality, manager)
    assert state() is State.WORKING
    moving.move_to(START + dt.timedelta(days=450 + 440))
    assert state() is State.LAPSED


def test_practice_without_paper_is_unwritten(moving: Any, quality: Person, manager: Person) -> None:
    """M66: done, and nobody wrote it down; rehearsed likewise."""
    proved(quality, manager, exercise=True)
    assert state() is State.REHEARSED_UNWRITTEN
    proved(quality, manager)
    assert state() is State.UNWRITTEN_PRACTICE


def test_what_came_in_time_is_met_and_what_came_after_is_late_or_missed(
    moving: Any, quality: Person, manager: Person, author: Person
) -> None:
    """M62: a year with evidence, one with evidence a week late, one with none."""
    claimed(author, quality)
    settle(clock.today())
    assert ends() == ["open"]
    moving.move_to(START + dt.timedelta(days=300))
    proved(quality, manager)
    settle(clock.today())
    assert ends() == ["met"]
    moving.move_to(dt.datetime(2026, 1, 17, 9, tzinfo=dt.UTC))
    proved(quality, manager)
    settle(clock.today())
    assert ends()[:2] == ["met", "late"]
    moving.move_to(dt.datetime(2027, 6, 1, 9, tzinfo=dt.UTC))
    settle(clock.today())
    assert ends() == ["met", "late", "met", "open"]
    moving.move_to(dt.datetime(2028, 6, 1, 9, tzinfo=dt.UTC))
    settle(clock.today())
    assert ends() == ["met", "late", "met", "missed", "open"]


def test_an_overdue_review_hides_nothing_that_was_expected(moving: Any, quality: Person, author: Person) -> None:
    """M49, M62: the claim counts no longer, and the evidence it promised is missed all the same."""
    claimed(author, quality, review_months=1)
    moving.move_to(START + dt.timedelta(days=450))
    settle(clock.today())
    assert state() is State.MISSING
    assert ends() == ["missed", "open"]


def test_settling_again_changes_nothing(moving: Any, quality: Person, author: Person) -> None:
    """M62: each slot once, however often and by however many it is looked for."""
    claimed(author, quality)
    assert settle(clock.today()) > 0
    assert settle(clock.today()) == 0


def test_a_clock_set_back_opens_nothing_twice(moving: Any, quality: Person, author: Person) -> None:
    """M62, CLK-01: the slots are the same whichever way the clock goes."""
    claimed(author, quality)
    moving.move_to(START + dt.timedelta(days=800))
    settle(clock.today())
    before = ends()
    moving.move_to(START + dt.timedelta(days=20))
    settle(clock.today())
    assert ends() == before


def test_a_drill_alone_ends_as_exercised(moving: Any, quality: Person, manager: Person, author: Person) -> None:
    """M123: it shows that the process can run, and is no practice."""
    claimed(author, quality)
    proved(quality, manager, exercise=True)
    moving.move_to(START + dt.timedelta(days=420))
    settle(clock.today())
    assert ends()[0] == "exercised"


def test_waiving_needs_a_person_a_reason_and_leaves_an_event(
    moving: Any, quality: Person, manager: Person, author: Person
) -> None:
    """M62: who, why and when stand with it, and it never counts as met."""
    claimed(author, quality)
    settle(clock.today())
    each = Expectation.objects.get(duty=DUTY.id)
    with pytest.raises(NotAllowed):
        Waive(expectation=each, reason="No time", **as_(author)).execute()
    with pytest.raises(Invalid):
        Waive(expectation=each, reason="  ", **as_(quality)).execute()
    Waive(expectation=each, reason="The line stood still all year.", **as_(quality)).execute()
    assert Event.objects.filter(subject=each.subject, act="expectation.waive").count() == 1
    assert ends() == ["waived"]
    with pytest.raises(Conflict):
        Waive(expectation=each, reason="Again", **as_(quality)).execute()


def test_few_expectations_make_no_ratio(moving: Any, quality: Person, author: Person) -> None:
    """M65: below five the ledger reads as not evaluable; every count opens its rows."""
    claimed(author, quality)
    moving.move_to(START + dt.timedelta(days=500))
    settle(clock.today())
    found = ledger.ratio("iso13485", since=START.date(), until=clock.today())
    assert found.on_time is None
    rows = ledger.rows("iso13485", since=START.date(), until=clock.today(), end="missed")
    assert rows.count() == found.counts["missed"] == 1
