"""The company of the demonstration made on other days, a second time, and where it must not be made."""

import datetime as dt

import pytest
from django.db import transaction
from django.test import override_settings

from gemba.demo.company.goals import GOALS
from gemba.demo.company.make import AlreadyThereError, make_company
from gemba.demo.company.stage import NotADemonstrationError
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from gemba.modules.objective.record import not_measured
from tests.demo.conftest import NOW

pytestmark = pytest.mark.django_db


def told() -> list[tuple[object, ...]]:
    """The story without its random identities: the records, and every event with its day, act and actor."""
    records = Record._base_manager.order_by("pk")
    rows: list[tuple[object, ...]] = [(r.number, r.title, r.state, r.due, r.version) for r in records]
    return rows + [(e.at.date(), e.act, e.actor.name) for e in Event.objects.order_by("pk").select_related("actor")]


def test_the_story_can_be_told_on_any_day() -> None:
    """A leap day that is a Sunday, when nobody at the company works."""
    now = dt.datetime(2032, 2, 29, 7, tzinfo=dt.UTC)
    assert now.isoweekday() == 7
    make_company(now)
    assert [o.title for o in Objective._base_manager.filter(not_measured(now.date()))] == ["Close what we open"]
    assert Event.objects.latest("pk").at < now
    assert {o.title for o in Objective._base_manager.all()} == {goal.title for goal in GOALS}


def test_the_story_is_always_the_same_and_told_once() -> None:
    """Made twice for the same day, it has the same numbers, titles and states; where it is, it is not made again."""
    with transaction.atomic():
        make_company(NOW)
        first = told()
        transaction.set_rollback(True)
    assert not Record._base_manager.exists()
    make_company(NOW)
    assert told() == first
    with pytest.raises(AlreadyThereError):
        make_company(NOW)


@override_settings(GEMBA_MODE="production")
def test_aut_16_demo_people_refuse_to_exist_in_production() -> None:
    """AUT-16: neither the company nor one signature of an invented person is made where real records are kept."""
    with pytest.raises(NotADemonstrationError):
        make_company(NOW)
    assert not Person.objects.exclude(kind=Person.Kind.SYSTEM).exists()
