"""The figures behind the page of the trend: groups, months, and the complaints that a figure counts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from gemba.modules.complaint.choices import Problem, Verdict
from gemba.modules.complaint.models import Complaint
from gemba.modules.complaint.trend import DAY, FEWEST, LIMIT, Judged, Span, Windows

MONTHS = 15
ALL, UNSORTED = "all", "unsorted"
Complaints = models.QuerySet[Complaint]
TINY = 0.001
"""Below it, the chance is said as being below it."""


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the trend: a kind of problem, those that nobody sorted, or all together."""

    name: str
    label: str
    judged: Judged

    @property
    def chance(self) -> str:
        found = self.judged.probability
        if found is None:
            return ""
        if found < TINY:
            return f"< {TINY}"
        return f"{found:.3f}" if found < LIMIT else f"{found:.2f}"

    @property
    def expected(self) -> str:
        return f"{self.judged.expected:.1f}" if self.judged.windows.before else ""

    @property
    def verdict(self) -> str:
        return str(self.judged.verdict.label)


@dataclass(frozen=True, slots=True)
class Month:
    first: dt.date
    count: int
    height: str
    """Of 100, as SVG takes it."""
    x: int
    recent: bool


def windows_of(rows: Complaints, day: dt.date) -> Windows:
    since: dt.date | None = rows.aggregate(since=models.Min("date_received"))["since"]
    return Windows.ending(day, since)


def groups_of(rows: Complaints, windows: Windows) -> list[Group]:
    """All together first, then each kind of problem that occurred, the most frequent first. One statement."""
    counts = _counts(rows, windows)
    labels = dict(Problem.choices)
    evaluable = sum(recent + before >= FEWEST for recent, before in counts.values()) or 1
    whole = [sum(each[at] for each in counts.values()) for at in (0, 1)]
    found = [
        Group(name or UNSORTED, str(labels.get(name, _("not sorted yet"))), Judged(windows, *both, evaluable))
        for name, both in counts.items()
    ]
    found.sort(key=lambda group: (group.judged.verdict != Verdict.SIGNAL, -group.judged.n, group.name))
    return [Group(ALL, _("all complaints"), Judged(windows, whole[0], whole[1])), *found]


def _counts(rows: Complaints, windows: Windows) -> dict[str, tuple[int, int]]:
    """How many in the window and how many before, by kind of problem."""
    within = {name: _within(span) for name, span in spans(windows).items()}
    some: Any = rows.filter(within["recent"] | within["before"]).order_by().values("problem")
    found = some.annotate(**{name: Count("pk", filter=condition) for name, condition in within.items()})
    return {each["problem"]: (each["recent"], each["before"]) for each in found}


def spans(windows: Windows) -> dict[str, Span]:
    """The window, and the time before; the latter is empty where the register is too young."""
    nothing = Span(windows.recent.first, windows.recent.first - DAY)
    return {"recent": windows.recent, "before": windows.before or nothing}


def _within(span: Span) -> Q:
    return Q(date_received__gte=span.first, date_received__lte=span.last)


def counted_in(rows: Complaints, windows: Windows, group: str, span: str) -> Complaints:
    """The complaints behind one figure. Names that are none of ours count nothing."""
    found = spans(windows).get(span)
    if found is None or group not in {ALL, UNSORTED, *Problem.values}:
        return rows.none()
    some = rows.filter(_within(found)).order_by("-date_received", "-pk")
    if group == ALL:
        return some
    return some.filter(problem="" if group == UNSORTED else group)


def months_of(rows: Complaints, windows: Windows) -> Sequence[Month]:
    """Complaints received in each calendar month up to that of the last day."""
    last = windows.recent.last.replace(day=1)
    firsts = [last - relativedelta(months=back) for back in range(MONTHS - 1, -1, -1)]
    some = rows.filter(date_received__gte=firsts[0], date_received__lte=windows.recent.last)
    by_month = some.order_by().annotate(month=TruncMonth("date_received")).values("month").annotate(count=Count("pk"))
    counts = {each["month"]: each["count"] for each in by_month}
    most = max(counts.values(), default=0) or 1
    return [
        Month(first, counts.get(first, 0), f"{100 * counts.get(first, 0) / most:.1f}", 20 * number,
              first >= windows.recent.first.replace(day=1))
        for number, first in enumerate(firsts)
    ]  # fmt: skip
