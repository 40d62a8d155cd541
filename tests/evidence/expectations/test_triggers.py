"""What happened makes something due: once for each record, met by that record or one linked with it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.evidence.catalogue.load import catalogue, framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.settle import settle
from gemba.evidence.expectations.triggers import TriggerError, duties_for, read, triggers
from gemba.kernel import clock
from gemba.kernel.actions.advance import Void
from gemba.kernel.roles import Role
from gemba.modules.capa.models import Capa
from tests.kernel.people import as_, person
from tests.modules.capa import life
from tests.modules.capa.life import Team
from tests.modules.document.life import document, released

ISO = framework("iso13485")
EFFECT = "8.5.2-i"
START = dt.datetime(2026, 2, 2, 9, tzinfo=dt.UTC)
VOCABULARY = catalogue().evidence_types


@pytest.fixture
def moving() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team(db: None, moving: Any) -> Team:
    """Four people, and a document in force that claims what is said of CAPAs."""
    made, author = life.team(), person("Jo Writer", Role.ENGINEER)
    family = document(author, title="Corrective action")
    released(author, made.quality, of=family)
    duties = [("iso13485", duty.id) for duty in ISO.duties_by_clause["8.5.2"]]
    ClaimDuties(record=family, duties=duties, **as_(made.quality)).execute()
    return made


def caused() -> list[tuple[str, str]]:
    rows = Expectation.objects.filter(because__isnull=False, duty=EFFECT).order_by("due", "pk")
    return list(rows.values_list("because__number", "end"))


def closed(capa: Capa, team: Team) -> None:
    life.seen(capa, team, clock.today())
    life.edit(capa, team.owner, after="1.2", result="Two weeks without a leak")
    life.step(capa, "effective", team.quality)


def test_an_action_in_place_makes_the_look_at_its_effect_due_once(team: Team, moving: Any) -> None:
    """M62, M108: with what made it due beside it, however often it is looked for."""
    capa = life.watched(team)
    settle(clock.today())
    assert caused() == [(capa.number, "open")]
    each = Expectation.objects.get(because=capa.pk, duty=EFFECT)
    assert (each.since, each.due - each.since) == (START.date(), dt.timedelta(days=270))
    assert settle(clock.today()) == 0
    assert caused() == [(capa.number, "open")]


def test_it_is_met_by_that_action_alone(team: Team, moving: Any) -> None:
    """M62: another CAPA's proof of effect does not answer for this one."""
    first, second = life.watched(team), life.watched(team)
    moving.shift(dt.timedelta(days=60))
    closed(second, team)
    settle(clock.today())
    assert caused() == [(first.number, "open"), (second.number, "met")]
    moving.shift(dt.timedelta(days=400))
    settle(clock.today())
    assert caused() == [(first.number, "missed"), (second.number, "met")]


def test_what_came_after_its_day_is_late(team: Team, moving: Any) -> None:
    """M62: within thirty days after; its record stands with it."""
    capa = life.watched(team)
    moving.shift(dt.timedelta(days=280))
    closed(capa, team)
    settle(clock.today())
    assert caused() == [(capa.number, "late")]
    assert Expectation.objects.get(because=capa.pk, duty=EFFECT).record_id == capa.pk


def test_what_is_void_or_an_exercise_makes_nothing_due(team: Team, moving: Any) -> None:
    """M119: only what really happened."""
    capa = life.watched(team)
    Void(record=life.now(capa), reason="Raised twice", **as_(team.quality)).execute()
    settle(clock.today())
    assert caused() == []


def test_the_number_of_statements_does_not_grow_with_what_happened(team: Team, moving: Any) -> None:
    """M67: three CAPAs cost what one does."""

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            settle(clock.today())
        return len(captured)

    life.watched(team)
    settle(clock.today())
    few = statements()
    for _ in range(2):
        life.watched(team)
    settle(clock.today())
    assert statements() == few


def test_triggers_are_data_in_the_shared_vocabulary() -> None:
    """M62: each has a reason, and a duty of ISO 13485 that waits for it."""
    assert [trigger.when for trigger in triggers() if not trigger.why or not duties_for(ISO, trigger)] == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"when": "capa", "then": "no_such_type", "days": 3}, "'no_such_type' is no evidence type"),
        ({"when": None, "then": "capa", "days": 3}, "is no evidence type"),
        ({"when": "capa", "then": "capa", "days": 0}, "days must be a whole number from 1"),
        ({"when": "capa", "then": "capa", "days": "soon"}, "days must be a whole number from 1"),
    ],
)
def test_a_trigger_that_cannot_be_used_is_refused_with_a_sentence(row: dict[str, Any], said: str) -> None:
    """M62: an unknown type, and no time at all."""
    with pytest.raises(TriggerError, match=said):
        read([row], VOCABULARY)
