"""What is computed about CAPAs and stands out: never typed, always the same for everybody."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.types import Flag
from gemba.modules.capa.actions_of import ROLE, has_action
from gemba.modules.capa.models import CapaAction
from gemba.modules.capa.states import APPROVAL, IMPLEMENTATION, INVESTIGATION, OPENED, WATCHED

PROMPT = dt.timedelta(days=30)
"""From then on a CAPA that nobody began stands out (8.5.2: promptly, or with a reason)."""
OLD = dt.timedelta(days=180)
OFTEN = 2


def doubtful(_today: dt.date) -> Q:
    return ~Q(doubt="") & ~Q(state=VOID)


def documents_only(_today: dt.date) -> Q:
    """Every planned action only changes a document: a documentation fix, not a change of practice."""
    return Q(has_action()) & ~Q(has_action(type__in=[t for t in CapaAction.Type if t != "documentation"]))


def nothing_corrective(_today: dt.date) -> Q:
    """The case was put right, and nothing removes the cause."""
    begun = [APPROVAL.name, IMPLEMENTATION.name, WATCHED.name]
    acts_on_cause = has_action(purpose__in=[CapaAction.Purpose.CORRECTIVE, CapaAction.Purpose.PREVENTIVE])
    return Q(state__in=begun) & ~Q(acts_on_cause)


def check_late(today: dt.date) -> Q:
    return Q(state=WATCHED.name, check_due__lt=today)


def recurred(_today: dt.date) -> Q:
    again = Link.objects.standing().filter(role="recurrence_of", target=OuterRef("pk")).exclude(source__state=VOID)
    return Q(Exists(again))


def extended(_today: dt.date) -> Q:
    return Q(extensions__gte=OFTEN)


def taken_up_again(_today: dt.date) -> Q:
    return Q(rounds__gt=0)


def not_begun(today: dt.date) -> Q:
    return Q(state=OPENED.name, event_date__lt=today - PROMPT)


def old(today: dt.date) -> Q:
    waiting = [OPENED.name, INVESTIGATION.name, APPROVAL.name, IMPLEMENTATION.name]
    return Q(state__in=waiting, event_date__lt=today - OLD)


def without_capa(_today: dt.date) -> Q:
    member = Link.objects.standing().filter(role=ROLE, source=OuterRef("pk")).exclude(target__state=VOID)
    return ~Q(Exists(member)) & ~Q(state=VOID)


OF_A_CAPA = (
    Flag("doubtful-cause", _("Root cause in doubt"),
         _("It names a slip, says the problem again, or is very short. Ask why once more."), doubtful),
    Flag("documents-only", _("Only documents change"),
         _("Plan an action that changes how work is done, or say in the justification why text is enough."),
         documents_only),
    Flag("nothing-corrective", _("No action on the cause"),
         _("Correction and containment put the case right. Plan what removes the cause."), nothing_corrective),
    Flag("check-late", _("Verdict on its effect is late"), _("Look at the records and judge the effect."), check_late),
    Flag("recurred", _("Came back"), _("Another CAPA is a recurrence of this one. Look at the cause again."), recurred),
    Flag("extended", _("Extended twice or more"), _("Look at what holds it up; each extension has its reason."),
         extended),
    Flag("taken-up-again", _("Taken up again"), _("It was judged ineffective or reopened; the rounds are counted."),
         taken_up_again),
    Flag("not-begun", _("Not begun for a month"), _("Start the investigation, or decide against it with a reason."),
         not_begun),
    Flag("old", _("Not implemented after half a year"), _("Look at its actions and their owners."), old),
)  # fmt: skip
LOOSE = Flag(
    "loose", _("Belongs to no CAPA"), _("Link it to the CAPA it is part of, or void it with a reason."), without_capa
)
