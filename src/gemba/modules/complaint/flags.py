"""What is amiss with complaints, decisions, reports and field actions: computed, never typed."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.types import Flag
from gemba.modules.complaint.choices import GRAVE, Harm, Verdict
from gemba.modules.complaint.guards import CONCERNS, REPORTS
from gemba.modules.complaint.models import VigilanceReport
from gemba.modules.complaint.workflow import CLOSED, DRAFT, RECEIVED, REPORTABLE, SAID, SUBMITTED, UNDECIDED

WEEK = dt.timedelta(days=7)
SOON = dt.timedelta(days=3)
LONG = dt.timedelta(days=60)
ANSWER_AWAITED = dt.timedelta(days=14)


def _decided_on() -> Exists:
    """Some decision on reporting concerns the complaint at hand."""
    links = Link.objects.standing().filter(role=CONCERNS, target=OuterRef("pk")).exclude(source__state=VOID)
    return Exists(links)


def no_decision(_today: dt.date) -> Q:
    """With such a harm, and nobody has asked yet whether an authority must be told."""
    return Q(harm__in=GRAVE, open=True) & ~Q(_decided_on())


def clock_missed(today: dt.date) -> Q:
    """Past the legal deadline and not reported: still undecided, or reportable."""
    return Q(report_by__lt=today, state__in=(UNDECIDED.name, REPORTABLE.name))


def clock_ends_soon(today: dt.date) -> Q:
    return Q(report_by__range=(today, today + SOON), state__in=(UNDECIDED.name, REPORTABLE.name))


def reported_late(_today: dt.date) -> Q:
    """The first report went out after the clock of this decision had ended."""
    late = VigilanceReport._base_manager.filter(
        links_out__role=REPORTS, links_out__ended=None, links_out__target=OuterRef("pk"),
        submitted_on__gt=OuterRef("report_by"), stage="first",
    )  # fmt: skip
    return Q(Exists(late))


feedback_flags = (
    Flag(
        "waiting", _("Waits more than a week for the complaint decision"),
        _("Decide whether it is a complaint: what is left lying may be a complaint that nobody handles."),
        lambda today: Q(state=SAID.name, event_date__lt=today - WEEK),
    ),
)  # fmt: skip
complaint_flags = (
    Flag(
        "to-decide", _("Nobody has asked whether an authority must be told"),
        _("Start the reporting clocks of the markets in which this device is sold."), no_decision,
    ),
    Flag(
        "grave", _("Death or serious injury"), _("Read it first; its reporting clocks are the shortest."),
        lambda _today: Q(harm__in=(Harm.DEATH, Harm.SERIOUS), open=True),
    ),
    Flag(
        "waiting", _("Received more than a week ago and not decided"),
        _("Investigate it, or say why it need not be."),
        lambda today: Q(state=RECEIVED.name, date_received__lt=today - WEEK),
    ),
    Flag(
        "old", _("Open for more than 60 days"), _("Say in a comment what holds it up, and whom you wait for."),
        lambda today: Q(open=True, date_received__lt=today - LONG),
    ),
    Flag(
        "no-answer", _("Closed without a day of reply"), _("The reply has no date; see whether it was sent at all."),
        lambda _today: Q(state=CLOSED.name, replied_on=None),
    ),
)  # fmt: skip
decision_flags = (
    Flag(
        "missed", _("The legal deadline has passed"),
        _("Decide and report at once; the report says why it is late."), clock_missed,
    ),
    Flag("soon", _("The legal deadline is within three days"), _("Decide today, so that the report can go out."),
         clock_ends_soon),
    Flag("reported-late", _("Reported after the legal deadline"),
         _("The procedure did not hold here: see whether a corrective action is needed."), reported_late),
    Flag(
        "moved", _("Its due date was moved behind the legal deadline"),
        _("The due date is yours; the legal deadline stays where it is."), lambda _today: Q(due__gt=F("report_by")),
    ),
)  # fmt: skip
report_flags = (
    Flag("late", _("Submitted late"), _("See whether a corrective action is needed."),
         lambda _today: Q(submitted_on__gt=F("report_by"))),
    Flag(
        "not-sent", _("Past its deadline and not submitted"), _("Submit it at once; the report says why it is late."),
        lambda today: Q(report_by__lt=today, state=DRAFT.name),
    ),
    Flag(
        "no-receipt", _("Not acknowledged within two weeks"), _("Ask the authority whether it arrived."),
        lambda today: Q(state=SUBMITTED.name, submitted_on__lt=today - ANSWER_AWAITED),
    ),
)  # fmt: skip
trend_flags = (
    Flag(
        "signal", _("More complaints than chance explains"),
        _("Conclude what follows: investigation, risk file, trend report to the authority."),
        lambda _today: Q(verdict=Verdict.SIGNAL),
    ),
)  # fmt: skip
field_action_flags = (
    Flag(
        "overdue", _("Approved and not begun for a week"), _("Begin it, or say in a comment what holds it up."),
        lambda today: Q(state="approved", valid_from__lt=today - WEEK),
    ),
)  # fmt: skip
