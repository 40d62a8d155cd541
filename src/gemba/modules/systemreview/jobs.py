"""A review that is due stands in somebody's work list: raised once a day where none is open."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.alerts import holders
from gemba.kernel.actions.write import Raise
from gemba.kernel.actor import Actor
from gemba.kernel.jobs.schedule import every
from gemba.kernel.jobs.turns import take_turn
from gemba.kernel.people.models import Organisation, Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.systemreview.gathering import EVERY, About
from gemba.modules.systemreview.models import SystemReview
from gemba.modules.systemreview.states import DONE, OPEN

AHEAD = dt.timedelta(days=14)
"""So long before its day a review stands in the work list."""


def next_due(about: str, today: dt.date) -> dt.date | None:
    """When the next review of this kind is due; None while nothing has been written that one could look at."""
    done = SystemReview._base_manager.filter(about=about, state=DONE.name, exercise=False).order_by("-event_date")
    last = done.values_list("event_date", flat=True).first()
    if last is None:
        began = Event.objects.order_by("id").values_list("at", flat=True).first()
        last = began.date() if began else None
    return last + EVERY[About(about)] if last else None


def reviewer() -> Person | None:
    """Who finds it in the work list: somebody of quality, else of management."""
    return next(iter(holders(Role.QUALITY) or holders(Role.MANAGEMENT)), None)


def raise_due(today: dt.date) -> list[SystemReview]:
    """May run twice: one review of each kind is open at a time."""
    owner, made = reviewer(), []
    if owner is None:
        return []
    with seeing_everything() as access, transaction.atomic():
        take_turn("reviews of the system")
        for about in About:
            due = next_due(about, today)
            waiting = SystemReview._base_manager.filter(about=about, state=OPEN.name, exercise=False).exists()
            if due is None or due - AHEAD > today or waiting:
                continue
            values = {"title": str(about.label).capitalize(), "about": about, "owner": owner, "due": due,
                      "event_date": today}  # fmt: skip
            made.append(Raise(
                model=SystemReview, values=values, actor=Actor.system(), access=access, reason=_("A review is due.")
            ).execute())  # fmt: skip
    return made


@task()
def due_reviews() -> None:
    """A demonstration has no system of its own to look after."""
    if settings.GEMBA_MODE != Organisation.Use.DEMO:
        raise_due(clock.today())


every("reviews of the system", due_reviews, dt.timedelta(days=1), at=dt.timedelta(hours=5))
