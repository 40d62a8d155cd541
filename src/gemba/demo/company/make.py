"""Make the whole company: two years in a few seconds, all of it or nothing."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from gemba.demo.company import founding
from gemba.demo.company.assessing import assessing
from gemba.demo.company.certifying import certifying
from gemba.demo.company.complaints import complaint_lives
from gemba.demo.company.days import Calendar
from gemba.demo.company.goals import GOALS
from gemba.demo.company.habits import habits
from gemba.demo.company.instructions import PAPERS_LATER
from gemba.demo.company.lives import baselines, pursue
from gemba.demo.company.nonconformities import improvement_lives
from gemba.demo.company.procedures import PROCEDURES
from gemba.demo.company.resolutions import moving
from gemba.demo.company.reviewing import reviewing
from gemba.demo.company.running import comings_and_goings, described, run, unfinished
from gemba.demo.company.scoping import figures, registering, scoping
from gemba.demo.company.stage import Life, Stage, play, refuse_real_use
from gemba.demo.company.suppliers import buying
from gemba.demo.company.trainings import learning
from gemba.demo.company.workings import WORKINGS
from gemba.demo.company.writing import appear, nights
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event

PAPERS = (*PROCEDURES, *PAPERS_LATER)
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
        founding.founding, founding.leeds, founding.leaving, founding.away, founding.audit, scoping, registering,
    )]  # fmt: skip
    for order, goal in enumerate(GOALS):
        lives.append(pursue(stage, days, goal, order))
        lives += [happening.life(stage, days, goal.title) for happening in goal.happenings]
    lives += written(stage, days)
    lives += working(stage, days)
    lives += improvement_lives(stage, days)
    lives += complaint_lives(stage, days)
    lives += learning(stage, days)
    lives += moving(stage, days)
    lives += assessing(stage, days)
    lives += buying(stage, days)
    lives += [*reviewing(stage, days), certifying(stage, days)]
    by_title = {goal.title: goal for goal in GOALS}
    lives.append(baselines(stage, days, by_title[LOOKED_AGAIN], "41", looked_again=True))
    lives.append(baselines(stage, days, by_title[STILL_SUSPECT], "35", looked_again=False))
    lives += habits(stage, days)
    lives.append(figures(days))
    return lives


def written(stage: Stage, days: Calendar) -> list[Life]:
    """The documents, and what the night does about them."""
    lives = [appear(stage, days, paper, order) for order, paper in enumerate(PAPERS)]
    return [*lives, nights(days)]


def working(stage: Stage, days: Calendar) -> list[Life]:
    """The processes, which name the documents, and so come after them."""
    first = [described(stage, days, PAPERS), comings_and_goings(stage, days)]
    first += [run(stage, days, each) for each in WORKINGS if each.raised is None]
    return [*first, *(unfinished(stage, days, each, PAPERS) for each in WORKINGS if each.raised is not None)]


def _tidy(now: dt.datetime) -> None:
    """Old notices were seen long ago, and a demonstration sends no mail."""
    Notice.objects.update(mailed_at=now)
    Notice.objects.filter(at__lt=now - SEEN_AFTER).update(seen_at=now)
    OutgoingMail.objects.all().delete()
