"""Reminders and escalation of what is due: each once, to the right people."""

from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.notices.models import Notice
from gemba.modules.capa.jobs import remind_of_improvement
from tests.kernel.people import as_
from tests.modules.capa.life import DAY, Team, now, opened, team, watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


@pytest.fixture
def people() -> Team:
    return team()


def heard(days: int) -> list[tuple[str, str]]:
    """Who hears what when the job runs so many days from now, twice in a row."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with clock.shifted(clock.now() + days * DAY):
        remind_of_improvement.call()
        remind_of_improvement.call()
    found = Notice.objects.exclude(pk__in=before).order_by("pk")
    return [(notice.person.name.split()[0], notice.text.rpartition(": ")[2].split(" ")[0]) for notice in found]


def test_the_owner_is_reminded_a_week_before_and_when_it_is_late(people: Team) -> None:
    """M151, M154: once each, however often the job runs."""
    opened(people, due=clock.today() + 10 * DAY)
    assert heard(2) == []
    assert heard(3) == [("Olli", "due")]
    assert heard(9) == []
    assert heard(11) == [("Olli", "late")]


def test_what_stays_late_goes_to_quality_and_then_to_top_management(people: Team) -> None:
    """M151, M154: two weeks and a month; a worker that was down for weeks catches up with all of it."""
    opened(people, due=clock.today())
    assert heard(13) == [("Olli", "late")]
    assert heard(14) == [("Aino", "late")]
    assert heard(45) == [("Marta", "late")]
    opened(people, due=clock.today(), title="Another")
    assert {name for name, _word in heard(60)} == {"Olli", "Aino", "Marta"}


def test_a_moved_due_date_begins_anew_and_exercises_are_left_alone(people: Team) -> None:
    """M151: the extension is visible, and so is its new end."""
    opened(people, due=clock.today(), exercise=True)
    capa = opened(people, due=clock.today())
    assert heard(2) == [("Olli", "late")]
    reason = {**as_(people.quality), "reason": "Parts"}
    ExtendDue(record=now(capa), due=clock.today() + 30 * DAY, **reason).execute()
    assert heard(3) == []
    assert heard(32) == [("Olli", "late")]


def test_a_late_verdict_is_somebodys_business(people: Team) -> None:
    """M152: the check of effectiveness escalates like any due date."""
    capa = watched(people)
    assert capa.check_due is not None
    days = (capa.check_due - clock.today()).days
    assert heard(days + 14) == [("Olli", "late"), ("Aino", "late")]
