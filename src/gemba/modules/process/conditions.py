"""What can be amiss with a process, its risks and its acceptances, as conditions of the database."""

import datetime as dt
from collections.abc import Sequence

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.types import Flag, registry
from gemba.modules.process.models import Acknowledgement, Process
from gemba.modules.process.states import ASKED, CLOSED, IN_FORCE, RATED, RETIRED

LIVING = ~Q(state__in=(RETIRED.name, VOID))
DESCRIBES = "belongs_to"
"""How a document names the process it describes; the kind that declares the role is none of this module's."""
RISK_OF, FIGURE_OF = "risk_of", "figure_of"


def in_force_states() -> list[tuple[str, str]]:
    """Kind and state of everything that can stand as a procedure: what its declaration calls good."""
    return [
        (declared.kind, state.name)
        for declared in registry
        for state in declared.lifecycle.states
        if state.tone == "good" and not state.final
    ]


def _to(role: str, **more: object) -> Exists:
    links = Link.objects.standing().filter(role=role, target=OuterRef("pk"), **more)
    return Exists(links.exclude(source__state=VOID))


def no_owner(_today: dt.date) -> Q:
    """Nobody answers for it, or one who has left, or another one than the owner of its record."""
    return LIVING & (Q(accountable=None) | Q(accountable__ended__lte=_today) | ~Q(accountable=F("owner")))


def no_metric(_today: dt.date) -> Q:
    return LIVING & (Q(metric="") | Q(target=None) | Q(metric_source="") | Q(monitored=None))


def no_procedure(_today: dt.date) -> Q:
    """No document in force belongs to it."""
    good = Q(pk__in=[])
    for kind, state in in_force_states():
        good |= Q(source__kind=kind, source__state=state)
    described = Link.objects.standing().filter(good, target=OuterRef("pk"), role=DESCRIBES)
    return LIVING & Q(~Exists(described))


def risk_not_rated(today: dt.date) -> Q:
    """No risk with a rating whose day of review lies ahead."""
    return LIVING & Q(~_to(RISK_OF, source__state=RATED.name, source__due__gte=today))


def not_measured(today: dt.date) -> Q:
    """In force, to be measured, and without a figure in the period that ends today."""
    found: Q = Q(pk__in=[])
    for interval in Process.Interval:
        since = today - relativedelta(months=interval.value)
        found |= Q(Q(monitored=interval) & ~_to(FIGURE_OF, source__event_date__gt=since))
    return found & Q(state=IN_FORCE.name)


def not_accepted(today: dt.date) -> Q:
    """Somebody was asked, and the day has passed."""
    late = Acknowledgement._base_manager.filter(of_process=OuterRef("pk"), state=ASKED.name, due__lt=today)
    return LIVING & Q(Exists(late))


def review_passed(today: dt.date) -> Q:
    return Q(state=RATED.name, due__lt=today)


def about_nothing(_today: dt.date) -> Q:
    found = Link.objects.standing().filter(role=RISK_OF, source=OuterRef("pk"))
    return Q(~Exists(found)) & ~Q(state__in=(CLOSED.name, VOID))


PROCESS_FLAGS: Sequence[Flag] = (
    Flag("no-owner", _("Without exactly one process owner"),
         _("Name the one person who answers for it, who works here and owns this record."), no_owner),
    Flag("no-metric", _("Without a measure"),
         _("Say how it is measured, where the figure comes from, the target, and how often."), no_metric),
    Flag("no-procedure", _("Without a procedure in force"),
         _("On the page of a document in force, link it as one that belongs to this process."), no_procedure),
    Flag("risk-not-rated", _("Without a current risk rating"),
         _("Assess what can go wrong in it, or assess again what is past its day of review."), risk_not_rated),
    Flag("not-measured", _("Not measured in its period"),
         _("Enter the figure of the period that has ended."), not_measured),
    Flag("not-accepted", _("Responsibilities not accepted in time"),
         _("Ask the people who have not answered, or change what they are asked to carry."), not_accepted),
)  # fmt: skip
RISK_FLAGS: Sequence[Flag] = (
    Flag("review-passed", _("Past its day of review"), _("Assess it again, or close it."), review_passed),
    Flag("about-nothing", _("Of no process"), _("Link the process in which this can go wrong."), about_nothing),
)  # fmt: skip
