"""What the pages of a campaign, an answer and a review show beside their fields."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from gemba.evidence.claims.models import Claim
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.trail.history import read
from gemba.kernel.trail.models import Event
from gemba.kernel.types import Panel
from gemba.modules.gapassessment.computed import Computed, by_duty
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.plan import step
from gemba.modules.gapassessment.progress import progress

Context = Mapping[str, Any] | None
ASSESSING = 9
"""Statements that holding a framework against the records takes, with what changed since the last time."""
MOST_SCORES = 20


def campaign_shown(campaign: GapAssessment, _access: Access) -> Context:
    """How far it is, and the gaps by kind; each number opens its rows."""
    if campaign.begun_on is None:
        return {"campaign": campaign, "progress": None}
    return {
        "campaign": campaign, "progress": progress(campaign), "here": campaign.owner,
        "questions": reverse("gapassessment.questions", args=[campaign.number]),
        "plan": reverse("gapassessment.plan", args=[campaign.number]),
        "compare": reverse("gapassessment.compare", args=[campaign.number]),
    }  # fmt: skip


def answer_shown(answer: GapAnswer, _access: Access) -> Context:
    """The computed state beside the score, the scale, and the place in the action plan."""
    campaign = answer.campaign
    place = step(answer, campaign.audit_on, clock.today()) if answer.discrepancy else None
    shown = by_duty(campaign).get(answer.duty)
    return {
        "answer": answer, "campaign": campaign, "computed": shown, "step": place, "highest": campaign.highest,
        "word": dict(campaign.scores).get(answer.score or 0, "") if answer.score is not None else "",
        "contradicts": contradicts(answer, campaign, shown),
    }  # fmt: skip


def contradicts(answer: GapAnswer, campaign: GapAssessment, shown: Computed | None) -> bool:
    """The highest score, given where records do not show paper and practice both."""
    return answer.score == campaign.highest and shown is not None and not shown.whole


def scores_given(record: GapAnswer | GapReview, _access: Access) -> Context:
    """Every score that was ever given, by whom and when, newest first: from the trail, so none is lost."""
    events = Event.objects.filter(record_id=record.pk).order_by("-seq")
    found = [
        {
            "score": new,
            "old": old,
            "who": told.body["actor"]["name"],
            "at": told.event.at,
            "reason": told.body["reason"],
        }
        for told in map(read, events)
        for name, old, new in told.changes
        if name == "score"
    ]
    words = dict(record.campaign.scores)
    for each in found:
        each["word"] = words.get(each["score"], "")
    return {"scores": found[:MOST_SCORES]} if found else None


def review_shown(review: GapReview, _access: Access) -> Context:
    """What records show of the duties that the procedure claims, beside how ready people think it is."""
    campaign, document = review.campaign, review.document
    if document is None:
        return None
    claimed = set(
        Claim.objects.standing().filter(record=document, framework=campaign.framework).values_list("duty", flat=True)
    )
    states = {duty: found for duty, found in by_duty(campaign).items() if duty in claimed}
    points, of = sum(s.points for s in states.values()), sum(s.of for s in states.values())
    return {
        "review": review, "document": document, "campaign": campaign, "duties": len(states), "points": points, "of": of,
        "met": None if review.met is None else round(100 * review.met), "highest": campaign.highest,
    }  # fmt: skip


OF_CAMPAIGN: tuple[Panel[GapAssessment], ...] = (
    Panel(name="progress", title=_("How far it is"), template="gapassessment/progress.html", context=campaign_shown,
          place="top", statements=3),
)  # fmt: skip
OF_ANSWER: tuple[Panel[GapAnswer], ...] = (
    Panel(name="computed", title=_("What records show"), template="gapassessment/computed.html", context=answer_shown,
          place="top", statements=ASSESSING + 1),
    Panel(name="scores", title=_("Scores given"), template="gapassessment/scores.html", context=scores_given,
          place="beside", statements=2),
)  # fmt: skip
OF_REVIEW: tuple[Panel[GapReview], ...] = (
    Panel(name="computed", title=_("What records show"), template="gapassessment/reviewed.html", context=review_shown,
          place="top", statements=ASSESSING + 3),
    Panel(name="scores", title=_("Scores given"), template="gapassessment/scores.html", context=scores_given,
          place="beside", statements=2),
)  # fmt: skip
