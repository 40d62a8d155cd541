"""What follows from the steps of a campaign and its answers."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gemba.evidence.practice.states import CLAIMED, State
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import FinishTask
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.tasks.models import Task
from gemba.modules.gapassessment.computed import standing
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.plan import plan
from gemba.modules.gapassessment.progress import answers_of, by_clause, mean
from gemba.modules.gapassessment.states import ASKED

MOST_FOUND = 500
"""Gaps that the report lists; a table holds no more lines, and nobody reads more."""


def sum_up(campaign: GapAssessment, doing: Doing) -> None:
    """What stood when it was summed up becomes part of the record, and so of what is signed and printed."""
    answers = answers_of(campaign)
    result = {"summary": summary(campaign, answers), "found": found(campaign, answers)}
    Edit(
        record=campaign, verb="summary", fixed=result, **doing.following(_("The answers are summed up.")),
    ).execute()  # fmt: skip


def summary(campaign: GapAssessment, answers: list[GapAnswer]) -> list[dict[str, Any]]:
    """One line for each clause asked about: what people say beside what records show."""
    shown = standing(campaign)
    states = {row.duty.id: row.state for row in shown.rows} if shown else {}
    lines = []
    for clause, asked in by_clause(answers).items():
        score = mean([answer.score for answer in asked if answer.score is not None])
        lines.append({
            "clause": clause or "-", "asked": len(asked), "answered": sum(a.state != ASKED.name for a in asked),
            "score": _decimal(score), "claimed": sum(states.get(a.duty) in CLAIMED for a in asked),
            "working": sum(states.get(a.duty) is State.WORKING for a in asked),
            "gaps": sum(bool(a.discrepancy) for a in asked),
        })  # fmt: skip
    return lines


def _decimal(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def found(campaign: GapAssessment, answers: list[GapAnswer]) -> list[dict[str, Any]]:
    """The gaps in the order of the action plan on this day."""
    steps = plan(answers, campaign.audit_on, clock.today())
    return [
        {
            "duty": each.answer.duty, "number": each.answer.number, "discrepancy": each.answer.discrepancy,
            "evidence": each.answer.evidence, "severity": str(each.answer.get_severity_display()),
            "type": str(each.answer.get_gap_type_display()), "priority": each.shown,
        }
        for each in steps[:MOST_FOUND]
    ]  # fmt: skip


def end(campaign: GapAssessment, doing: Doing) -> None:
    """Answers and reviews end with their campaign; tasks that nobody took up are withdrawn."""
    why = _("%s has ended.") % campaign.number
    Edit(record=campaign, fixed={"ended_on": clock.today()}, verb="end", **doing.following(why)).execute()
    close_all(campaign, doing, why)


def close_all(campaign: Record, doing: Doing, why: str) -> None:
    rows: Iterable[Any] = [
        *GapAnswer._base_manager.filter(campaign=campaign.pk, open=True),
        *GapReview._base_manager.filter(campaign=campaign.pk, open=True),
    ]
    for row in rows:
        Advance(record=row, name="close", **doing.following(why)).execute()
    if campaign.state != VOID:
        for task in Task.objects.filter(record=campaign.pk, done_at=None, withdrawn=False):
            FinishTask(task=task, withdraw=True, **doing.following(why)).execute()


def campaign_voided(campaign: Any, doing: Doing) -> None:
    close_all(campaign, doing, _("%s was voided.") % campaign.number)


def answered(record: Any, doing: Doing) -> None:
    """Whoever has answered the last of their questions is done with the task."""
    waiting = [
        model._base_manager.filter(campaign=record.campaign_id, owner=record.owner_id, state=ASKED.name)
        for model in (GapAnswer, GapReview)
    ]
    if any(rows.exists() for rows in waiting):
        return
    tasks = Task.objects.filter(record=record.campaign_id, person=record.owner_id, done_at=None, withdrawn=False)
    for task in tasks:
        FinishTask(task=task, **doing.following(_("All questions are answered."))).execute()
