"""What training tells the signals: who learned what a document says, and which work was done without the competence."""

import datetime as dt
from collections.abc import Iterator, Mapping

from django.db.models import Count, Q

from gemba.kernel.facts import Bypass, Facts, Taught
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.modules.training.effects import ABOUT
from gemba.modules.training.gate import ALLOWS
from gemba.modules.training.models import Override, Training
from gemba.modules.training.states import ASSIGNED, GRANTED, IN_FORCE


def taught(day: dt.date) -> Mapping[int, Taught]:
    """By document that a course is about: people with one that counts, of all who have or were assigned one."""
    counts = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    rows = Training._base_manager.filter(exercise=False).exclude(state=VOID).filter(counts | Q(state=ASSIGNED.name))
    per_course = {
        course: (held, asked)
        for course, held, asked in rows.order_by()
        .values_list("course")
        .annotate(held=Count("person", distinct=True, filter=counts), asked=Count("person", distinct=True))
    }
    about = Link.objects.standing().filter(role=ABOUT, source__in=list(per_course), source__state=IN_FORCE.name)
    found: dict[int, Taught] = {}
    for course, document in about.order_by("pk").values_list("source", "target"):
        held, asked = per_course[course]
        before = found.get(document, Taught(document, 0, 0))
        found[document] = Taught(document, before.asked + asked, before.trained + held)
    return found


def bypasses(since: dt.date, until: dt.date) -> Iterator[Bypass]:
    """Leave that was granted to work without the competence it needs. One statement."""
    granted = Override._base_manager.filter(state=GRANTED.name, exercise=False)
    granted = granted.filter(event_date__gte=since, event_date__lte=until)
    links = Link.objects.standing().filter(role=ALLOWS, source__in=granted.order_by().values("pk"))
    for record, day in links.order_by("pk").values_list("target", "source__event_date"):
        yield Bypass(record, day, "competence override")


OF_TRAININGS, OF_OVERRIDES = Facts(taught=taught), Facts(bypasses=bypasses)
