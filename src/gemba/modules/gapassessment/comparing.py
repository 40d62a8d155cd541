"""Two campaigns side by side, duty by duty: what was closed, what is new, what stayed, what changed its score."""

from collections.abc import Sequence
from dataclasses import dataclass

from gemba.modules.gapassessment.computed import Computed, by_duty
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.progress import answers_of

CLOSED, NEW, STAYED, BETTER, WORSE, SAME = "closed", "new", "stayed", "better", "worse", "same"
ORDER = (NEW, STAYED, WORSE, CLOSED, BETTER, SAME)
"""What asks for somebody first, first."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One duty in both; the scores as shares of their own scales, so that two scales can be held side by side."""

    duty: str
    asks: str
    before: GapAnswer | None
    after: GapAnswer | None
    was: Computed | None
    now: Computed | None
    change: str


@dataclass(frozen=True)
class Comparison:
    before: GapAssessment
    after: GapAssessment
    rows: Sequence[Compared]

    def count(self, change: str) -> int:
        return sum(row.change == change for row in self.rows)

    @property
    def same_scale(self) -> bool:
        return bool(self.before.scale == self.after.scale)


def compare(before: GapAssessment, after: GapAssessment) -> Comparison:
    """Every duty that either asked about. A gap that nobody looked at again has stayed."""
    first = {answer.duty: answer for answer in answers_of(before)}
    second = {answer.duty: answer for answer in answers_of(after)}
    was, now = by_duty(before), by_duty(after)
    rows = [
        Compared(
            duty, (second.get(duty) or first[duty]).asks, first.get(duty), second.get(duty), was.get(duty),
            now.get(duty), _change(first.get(duty), second.get(duty), before.highest, after.highest),
        )
        for duty in dict.fromkeys([*second, *first])
    ]  # fmt: skip
    return Comparison(before, after, sorted(rows, key=lambda row: ORDER.index(row.change)))


def _change(before: GapAnswer | None, after: GapAnswer | None, highest_before: int, highest_after: int) -> str:
    fell, falls = bool(before and before.discrepancy), bool(after and after.discrepancy)
    if fell and not falls and after is not None and after.score is not None:
        return CLOSED
    if falls:
        return STAYED if fell else NEW
    if fell:
        return STAYED
    old, new = _share(before, highest_before), _share(after, highest_after)
    if old is None or new is None or old == new:
        return SAME
    return BETTER if new > old else WORSE


def _share(answer: GapAnswer | None, highest: int) -> float | None:
    return answer.score / highest if answer is not None and answer.score is not None and highest else None
