"""Campaigns in every state, made as people make them."""

import datetime as dt
from typing import Any

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from tests.kernel.people import as_
from tests.kernel.samples import again, signed

BEGUN: dict[str, Any] = {
    "title": "Before certification", "framework": "iso13485", "clauses": "8.2.2, 8.5.2", "covers": "All of Tampere",
}  # fmt: skip
GAP: dict[str, Any] = {
    "practice": "Somebody remembers.", "score": 1, "discrepancy": "No record of the last two cases.",
    "evidence": "Register of 1 March, rows 4 and 7", "severity": "major", "gap_type": "records",
}  # fmt: skip


def campaign(who: Person, **values: Any) -> GapAssessment:
    return Raise(model=GapAssessment, values={**BEGUN, **values}, **as_(who)).execute()


def running(who: Person, **values: Any) -> GapAssessment:
    return Advance(record=campaign(who, **values), name="begin", **as_(who)).execute()


def answers(of: GapAssessment) -> list[GapAnswer]:
    return list(GapAnswer._base_manager.filter(campaign=of).order_by("pk"))


def answer(record: GapAnswer, who: Person, **values: Any) -> GapAnswer:
    """Answered without a gap, unless something else is said."""
    given = {"practice": "Each case is in the register.", "score": 3, **values}
    Edit(record=record, values=given, **as_(who)).execute()
    found: GapAnswer = Advance(record=again(record), name="answer", **as_(who)).execute()
    return found


def summed_up(of: GapAssessment, who: Person) -> GapAssessment:
    Edit(record=again(of), values={"conclusion": "Two gaps, both in records."}, **as_(who)).execute()
    found: GapAssessment = Advance(record=again(of), name="sum_up", **as_(who)).execute()
    return found


def ended(of: GapAssessment, who: Person, manager: Person) -> GapAssessment:
    found: GapAssessment = signed(summed_up(of, who), "approve", manager)
    return found


def in_days(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)
