"""Duties without evidence and with stale evidence (M81): what must be empty before anybody says complete."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.practice.assessment import DutyState, assess
from gemba.evidence.practice.states import OUTSIDE, State
from gemba.evidence.practice.windows import window_start
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel import clock


@dataclass(frozen=True)
class Completeness:
    """`none` never had valid evidence, `stale` had it before its window, `undecided` nobody has decided about."""

    framework: Framework
    day: dt.date
    none: Sequence[DutyState]
    stale: Sequence[DutyState]
    undecided: Sequence[DutyState]
    asked: int

    @property
    def complete(self) -> bool:
        return not (self.none or self.stale or self.undecided)


def completeness(framework: Framework) -> Completeness:
    """Every duty that asks for practice, as records show it today."""
    today = clock.today()
    found = assess(framework, decisions_on(today, framework.id))
    wanting = [row for row in found.rows if row.duty.needs_practice]
    undecided = [row for row in wanting if row.state is State.UNDECIDED]
    applying = [row for row in wanting if row.state not in OUTSIDE]
    return Completeness(
        framework, today,
        [row for row in applying if row.ground.newest_valid is None],
        [row for row in applying if _stale(row, today)], undecided, len(applying),
    )  # fmt: skip


def _stale(row: DutyState, today: dt.date) -> bool:
    newest = row.ground.newest_valid
    return newest is not None and newest < window_start(row.duty, today)
