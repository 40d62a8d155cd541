"""The action plan: what to close first, by risk, relevance in audits, effort and the days that are left.

    priority = risk x relevance x urgency / effort

risk       1 minor, 3 major, 9 critical
relevance  1 to 3, as on the answer
effort     1 up to 2 working days, 2 up to 10, 3 above
urgency    by the slack: days to the audit less the calendar days that the effort takes (7 for each 5 working days).
           3 with at most two weeks of slack, 2 with at most two months, 1 otherwise or without an audit

A large step becomes urgent before a small one, so that the order changes as the audit comes nearer.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from gemba.modules.gapassessment.choices import Severity
from gemba.modules.gapassessment.models import GapAnswer

RISK = {Severity.MINOR: 1, Severity.MAJOR: 3, Severity.CRITICAL: 9}
SMALL, LARGE = 2, 10
"""Working days."""
PRESSING, NEAR = 14, 60
"""Days of slack."""
WEEK, WORKING_WEEK = 7, 5


@dataclass(frozen=True, slots=True)
class Step:
    """One gap with its place in the plan. `slack` is None without an audit or without an effort."""

    answer: GapAnswer
    risk: int
    relevance: int
    effort: int
    urgency: int
    slack: int | None

    @property
    def priority(self) -> Fraction:
        return Fraction(self.risk * self.relevance * self.urgency, self.effort)

    @property
    def shown(self) -> str:
        """With one decimal place, as it is printed."""
        return f"{float(self.priority):.1f}"

    @property
    def too_late(self) -> bool:
        """It cannot be finished before the audit any more, with one person at it."""
        return self.slack is not None and self.slack < 0

    @property
    def begin_by(self) -> int | None:
        """Days from today by which the work must begin to be done before the audit."""
        return self.slack


def calendar_days(effort: int) -> int:
    """How long so many working days of one person take, weekends included."""
    return -(-effort * WEEK // WORKING_WEEK)


def effort_class(days: int | None) -> int:
    """1 small, 2 middle, 3 large. What nobody has estimated counts as middle."""
    if days is None:
        return 2
    return 1 if days <= SMALL else 2 if days <= LARGE else 3


def slack_of(effort: int | None, audit_on: dt.date | None, today: dt.date) -> int | None:
    if audit_on is None or effort is None:
        return None
    return (audit_on - today).days - calendar_days(effort)


def urgency_of(slack: int | None) -> int:
    if slack is None:
        return 1
    return 3 if slack <= PRESSING else 2 if slack <= NEAR else 1


def step(answer: GapAnswer, audit_on: dt.date | None, today: dt.date) -> Step:
    slack = slack_of(answer.effort, audit_on, today)
    severity = Severity(answer.severity) if answer.severity else Severity.MINOR
    return Step(
        answer, RISK[severity], answer.relevance, effort_class(answer.effort), urgency_of(slack), slack
    )  # fmt: skip


def plan(answers: Iterable[GapAnswer], audit_on: dt.date | None, today: dt.date) -> list[Step]:
    """The gaps among the answers, what to do first at the top; of equal ones the smaller effort, then by duty."""
    found = [step(answer, audit_on, today) for answer in answers if answer.discrepancy]
    return sorted(found, key=lambda each: (-each.priority, each.effort, each.answer.effort or 0, each.answer.pk))
