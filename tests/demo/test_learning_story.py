"""The story of training, changes and decisions: played from the founding, with what must be found in it."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from gemba.demo.company import founding
from gemba.demo.company.days import Calendar
from gemba.demo.company.resolutions import STORIES, moving
from gemba.demo.company.stage import Stage, play
from gemba.demo.company.trainings import learning
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.modules.change.models import Change
from gemba.modules.decision.models import Announcement, Decision
from gemba.modules.training.board import Board
from gemba.modules.training.models import Override, Training


@pytest.fixture
def company(db: None, settings: Settings, tmp_path: Path) -> dt.datetime:
    settings.GEMBA_FILES = str(tmp_path)
    now = timezone.now()
    stage, days = Stage(), Calendar(now)
    first = [life(stage, days) for life in (founding.founding, founding.leeds, founding.leaving)]
    play([*first, *learning(stage, days), *moving(stage, days)], until=now)
    return now


def flagged(kind: str, name: str) -> int:
    declared = registry.named(kind)
    flag = next(flag for flag in declared.flags if flag.name == name)
    with seeing_everything():
        return int(declared.model.objects.filter(flag.rows(clock.today())).count())


def test_two_years_hold_good_and_bad_examples(company: dt.datetime) -> None:
    """M93-M105, M118: what the measures are to find is there, and most of the rest is as it should be."""
    states = {change.title: change.state for change in Change._base_manager.all()}
    assert len(states) == len(STORIES)
    assert sorted(states.values()) == sorted(
        ["closed", "in_effect", "closed", "refused", "in_effect", "making", "assessment"]
    )
    for name, least in (("emergency", 1), ("made-differently", 1), ("look-overdue", 1), ("late", 1)):
        assert flagged("change", name) >= least, name
    assert flagged("decision", "burst") == 5
    assert Decision._base_manager.filter(state="decided").count() == 11
    assert Announcement._base_manager.count() == 2
    assert flagged("receipt", "overdue") > 5
    assert Override._base_manager.filter(state="granted").count() == 1
    for name in ("overdue", "completed-late", "effect-overdue"):
        assert flagged("training", name) >= 1, name
    assert Training._base_manager.filter(state="ineffective").count() == 1
    assert Training._base_manager.filter(state="effective").count() > 10
    complete, people = Board(clock.today()).coverage()
    assert 0 < complete < people


def test_late_entries_are_there_to_be_found(company: dt.datetime) -> None:
    """M118: trainings held weeks before they were signed, several on one afternoon."""
    day = Calendar(company).at(Calendar(company).day(9)).date()
    events = Event.objects.filter(act="training.sign_watched", at__date=day).values_list("record_id", flat=True)
    held = list(Training._base_manager.filter(pk__in=events).values_list("held_on", flat=True))
    assert len(held) >= 5
    assert (max(held) - min(held)).days >= 7  # type: ignore[operator, type-var]
    assert all(held_on is not None and (day - held_on).days > 10 for held_on in held)


def test_every_chain_of_the_story_is_whole(company: dt.datetime) -> None:
    """AUD-02: made by actions alone, in the order of time."""
    for record in [*Change._base_manager.all(), *Training._base_manager.all()[:20]]:
        assert verify_chain(record.subject) == []
