"""A report is sorted into another record or answered; an improvement is decided, done and looked at."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.report.models import Improvement, Report

NEW = State("new", _("New"))
SORTED = State("sorted", _("Taken up"), final=True, tone="good")
ANSWERED = State("answered", _("Answered"), final=True, tone="calm")

PROPOSED = State("proposed", _("Proposed"))
DOING = State("doing", _("Being done"), tone="calm")
DONE = State("done", _("Done"), final=True, tone="good")
DECLINED = State("declined", _("Not taken further"), final=True, tone="calm")

DECIDERS = (Role.QUALITY, Role.MANAGEMENT)

report_lifecycle = Lifecycle[Report](
    Transition("sort", _("Taken up"), NEW, SORTED, by=(), automatic=True),
    Transition(
        "answer", _("Answer it, nothing more"), NEW, ANSWERED, by=(Role.QUALITY,), guards=(filled("answer"),),
        signature=_("I looked at this report. It needs no other record; the reporter has the answer."),
        meaning=_("Answer"),
    ),
)  # fmt: skip

improvement_lifecycle = Lifecycle[Improvement](
    Transition(
        "accept", _("Do it"), PROPOSED, DOING, by=DECIDERS, guards=(filled("benefit", "decided", "due"),),
        signature=_("I decide that this is done."), meaning=_("Decision"),
    ),
    Transition(
        "decline", _("Not taken further"), PROPOSED, DECLINED, by=DECIDERS, reason=True,
        signature=_("I decide that this is not done, for the reason given."), meaning=_("Decision"),
    ),
    Transition(
        "finish", _("Done"), DOING, DONE, by=(Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT),
        guards=(filled("done", "done_on", "brought"),),
        signature=_("This was done, and brought what is written here."), meaning=_("Completion"),
    ),
)  # fmt: skip
