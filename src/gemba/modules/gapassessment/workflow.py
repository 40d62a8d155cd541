"""How a campaign, its answers and its reviews go on, and what must be known first."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.gapassessment.asking import ask_everybody, unknown_clauses
from gemba.modules.gapassessment.computed import chosen_clauses, within
from gemba.modules.gapassessment.effects import answered, end, sum_up
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview, frozen
from gemba.modules.gapassessment.states import ANSWERED, ASKED, CLOSED, DRAFT, ENDED, LEADERS, REVIEW, RUNNING


def asks_something(campaign: GapAssessment) -> str | None:
    """The framework is known, and so are the clauses."""
    framework = campaign.catalogued
    if framework is None:
        return _now("This framework is not in the catalogue any more.")
    _clauses, unknown = chosen_clauses(framework, campaign.clauses)
    if unknown:
        return unknown_clauses(framework, unknown)
    return None if within(framework, campaign.clauses) else _now("These clauses ask for nothing of their own.")


def answered_something(campaign: GapAssessment) -> str | None:
    rows = GapAnswer._base_manager.filter(campaign=campaign.pk, state=ANSWERED.name) if campaign.pk else None
    return None if rows is not None and rows.exists() else _now("Nobody has answered anything yet.")


def still_running(record: Any) -> str | None:
    """What was summed up stays as it was summed up."""
    return next((text for texts in frozen(record.campaign_id).values() for text in texts), None)


def checked(review: GapReview) -> str | None:
    """Every question has an answer."""
    waiting = sum(not line["answer"] for line in review.checks)
    return _now("%d questions have no answer yet.") % waiting if waiting else None


def answer_steps(
    scored: Callable[[Any], str | None], *more: Callable[[Any], str | None]
) -> tuple[Transition[Any], ...]:
    """Answered by who owns it, taken up again with a reason, closed with the campaign."""
    return (
        Transition(
            "answer", _("Answer is complete"), ASKED, ANSWERED, by=STAFF, guards=(scored, *more, still_running),
            effects=(answered,),
        ),
        Transition(
            "reopen", _("Ask again"), ANSWERED, ASKED, by=LEADERS, reason=True, guards=(still_running,)
        ),
        Transition("close", _("Closed with the assessment"), (ASKED, ANSWERED), CLOSED, by=(), automatic=True),
    )  # fmt: skip


campaign_lifecycle = Lifecycle[GapAssessment](
    Transition(
        "begin", _("Ask everybody"), DRAFT, RUNNING, by=LEADERS, guards=(asks_something,), effects=(ask_everybody,)
    ),
    Transition(
        "sum_up", _("Sum up"), RUNNING, REVIEW, by=LEADERS, guards=(filled("conclusion"), answered_something),
        effects=(sum_up,),
    ),
    Transition(
        "approve", _("Approve"), REVIEW, ENDED, by=(Role.MANAGEMENT,), independent_of=("raiser", "owner"),
        effects=(end,), meaning=_("Approval"),
        signature=_("I have read this gap assessment, and I accept its result and its action plan."),
    ),
    Transition(
        "reject", _("Send back"), REVIEW, RUNNING, by=(Role.MANAGEMENT,), reason=True, rejects=True,
        signature=_("I send this gap assessment back."), meaning=_("Rejection"),
    ),
)  # fmt: skip
answer_lifecycle = Lifecycle[GapAnswer](*answer_steps(filled("practice", "score")))
review_lifecycle = Lifecycle[GapReview](*answer_steps(filled("score"), checked))
