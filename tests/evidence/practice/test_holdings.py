"""Evidence counted from records alone, kept in step by the trail, in a number of statements that does not grow."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.evidence.practice.doubts import doubt_again
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Doubt, Holding, Progress
from gemba.evidence.practice.refresh import catch_up, recompute
from gemba.kernel.actions.advance import Void
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.objective.models import Measurement
from tests.kernel.people import as_, person
from tests.kernel.samples import figure, signed

pytestmark = pytest.mark.django_db
TYPE = "objective_kpi"


@pytest.fixture
def two() -> tuple[Person, Person]:
    return person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT)


def confirmed(two: tuple[Person, Person], **values: Any) -> Measurement:
    found: Measurement = signed(figure(two[0], **values), "confirm", two[1])
    return found


def held() -> list[tuple[int, bool, bool]]:
    return sorted((h.count, h.exercise, h.valid) for h in Holding.objects.filter(type=TYPE))


def test_a_record_is_evidence_from_the_state_that_yields_it(two: tuple[Person, Person]) -> None:
    """M71: entered proves nothing; confirmed does, on the day it is about."""
    record = figure(two[0], event_date=dt.date(2026, 9, 30))
    catch_up()
    assert held() == []
    signed(record, "confirm", two[1])
    assert catch_up()
    assert held() == [(1, False, True)]
    assert Holding.objects.get(type=TYPE).newest == dt.date(2026, 9, 30)
    assert not catch_up()


def test_what_is_dated_ahead_proves_nothing_before_its_day(two: tuple[Person, Person]) -> None:
    """M71: a day that has not come is no evidence of it, and does not stand in the way of what there is."""
    confirmed(two, event_date=dt.date(2026, 9, 30))
    confirmed(two, event_date=dt.date(2030, 1, 15))
    catch_up()
    assert held() == [(1, False, True)]
    assert Holding.objects.get(type=TYPE).newest == dt.date(2026, 9, 30)
    with time_machine.travel(dt.datetime(2030, 1, 16, 8, tzinfo=dt.UTC), tick=False):
        recompute()  # as every night
        assert Holding.objects.get(type=TYPE).newest == dt.date(2030, 1, 15)


def test_exercises_are_counted_apart(two: tuple[Person, Person]) -> None:
    """M119, GXP-14: a dry run shows that a process can run, and adds to no real figure."""
    confirmed(two)
    confirmed(two, exercise=True)
    catch_up()
    assert held() == [(1, False, True), (1, True, True)]


def test_a_void_record_proves_nothing(two: tuple[Person, Person]) -> None:
    """M71: voiding takes the evidence back, with nobody touching a figure."""
    record = figure(two[0])
    Void(record=record, reason="Entered twice", **as_(two[0])).execute()
    catch_up()
    assert held() == []


def test_a_signature_over_something_else_is_no_valid_evidence(two: tuple[Person, Person]) -> None:
    """M71, TMP-13: a value changed behind the application's back takes the evidence's validity with it."""
    record = confirmed(two)
    recompute()
    assert held() == [(1, False, True)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_record SET digest = %s WHERE id = %s", ["0" * 64, record.pk])
    recompute()
    assert held() == [(1, False, False)]
    assert list(Doubt.objects.values_list("record_id", "why")) == [(record.pk, "signature")]


def test_catching_up_and_counting_from_the_ground_agree(two: tuple[Person, Person]) -> None:
    """M65: the same rows whichever way they were reached."""
    for month in (3, 6, 9):
        confirmed(two, event_date=dt.date(2026, month, 1))
        catch_up()
    one = [(h.type, h.count, h.first, h.newest, h.valid) for h in Holding.objects.order_by("type", "newest")]
    recompute()
    assert one == [(h.type, h.count, h.first, h.newest, h.valid) for h in Holding.objects.order_by("type", "newest")]


def test_what_was_known_on_an_earlier_day_leaves_out_what_came_later(two: tuple[Person, Person]) -> None:
    """M60, M63: evidence typed in afterwards does not improve the past, whatever date it carries."""
    with time_machine.travel(dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)):
        confirmed(two, event_date=dt.date(2026, 2, 1))
    with time_machine.travel(dt.datetime(2026, 9, 1, 9, tzinfo=dt.UTC)):
        confirmed(two, event_date=dt.date(2026, 2, 15))
    then = [h for h in holdings(dt.date(2026, 4, 1)) if h.type == TYPE]
    assert [(h.count, h.newest) for h in then] == [(1, dt.date(2026, 2, 1))]
    now = [h for h in holdings() if h.type == TYPE]
    assert [(h.count, h.newest) for h in now] == [(2, dt.date(2026, 2, 15))]


def test_the_number_of_statements_does_not_grow_with_the_records(two: tuple[Person, Person]) -> None:
    """M67: recomputing everything, and one changed record, cost as many statements with 2 records as with 12."""
    confirmed(two)
    confirmed(two)
    recompute()
    few, one = _statements(recompute), _after_one(two)
    for _ in range(10):
        confirmed(two)
    catch_up()
    assert (_statements(recompute), _after_one(two)) == (few, one)


def _after_one(two: tuple[Person, Person]) -> int:
    confirmed(two)
    return _statements(catch_up)


def _statements(work: Any) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def test_derived_rows_can_be_thrown_away_and_made_again(two: tuple[Person, Person]) -> None:
    """M65: nothing is kept that the records do not say."""
    confirmed(two)
    catch_up()
    before = held()
    Holding.objects.all().delete()
    Progress.objects.all().delete()
    doubt_again()
    catch_up()
    assert held() == before


def test_an_event_that_becomes_visible_after_a_later_one_is_not_missed(two: tuple[Person, Person]) -> None:
    """M67: on PostgreSQL a slow transaction shows its event after a quicker one with a larger number."""
    record = confirmed(two)
    catch_up()
    Holding.objects.all().delete()
    assert not catch_up(), "nothing is new"
    Progress.objects.update(recent=Progress.objects.get().recent - 1)
    assert catch_up(), "there is one event more than when it was last looked"
    assert held() == [(1, False, True)]
    assert record.pk
    assert not catch_up()
