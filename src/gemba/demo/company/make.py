"""Make the whole company: two years in a few seconds, all of it or nothing."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from gemba.demo.company import founding
from gemba.demo.company.days import Calendar
from gemba.demo.company.goals import GOALS
from gemba.demo.company.lives import baselines, pursue
from gemba.demo.company.stage import Life, Stage, play, refuse_real_use
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event

SEEN_AFTER = dt.timedelta(days=10)
LOOKED_AGAIN, STILL_SUSPECT = "Every failed clip comes back for a look", "Clips in the field run this year's firmware"


class AlreadyThereError(RuntimeError):
    """There are records already; a company is made in an empty installation only."""


@dataclass(frozen=True, slots=True)
class Made:
    people: int
    records: int
    events: int


def make_company(now: dt.datetime) -> Made:
    """Everything up to `now`. Raises `NotADemonstrationError` and `AlreadyThereError`."""
    refuse_real_use()
    if Record._base_manager.exists() or Person.objects.exclude(kind=Person.Kind.SYSTEM).exists():
        raise AlreadyThereError("The invented company is made in an empty installation only.")
    stage, days = Stage(), Calendar(now)
    with transaction.atomic():
        play(_lives(stage, days), until=now)
        _tidy(now)
    people = Person.objects.exclude(kind=Person.Kind.SYSTEM).count()
    return Made(people, Record._base_manager.count(), Event.objects.count())


def _lives(stage: Stage, days: Calendar) -> list[Life]:
    lives = [life(stage, days) for life in (
        founding.founding, founding.leeds, founding.leaving, founding.away, founding.audit,
    )]  # fmt: skip
    for order, goal in enumerate(GOALS):
        lives.append(pursue(stage, days, goal, order))
        lives += [happening.life(stage, days, goal.title) for happening in goal.happenings]
    by_title = {goal.title: goal for goal in GOALS}
    lives.append(baselines(stage, days, by_title[LOOKED_AGAIN], "41", looked_again=True))
    lives.append(baselines(stage, days, by_title[STILL_SUSPECT], "35", looked_again=False))
    return lives


def _tidy(now: dt.datetime) -> None:
    """Old notices were seen long ago, and a demonstration sends no mail."""
    Notice.objects.update(mailed_at=now)
    Notice.objects.filter(at__lt=now - SEEN_AFTER).update(seen_at=now)
    OutgoingMail.objects.all().delete()
