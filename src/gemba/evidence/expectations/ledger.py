"""The ledger: how expectations ended in a window, as counts whose rows can be opened."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, Q, QuerySet, When

from gemba.evidence.expectations.models import Expectation

LEAST = 5
"""Fewer ended expectations than this make no ratio."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How the expectations that ended in the window did. Exercised ones are apart: they are no practice."""

    counts: Mapping[str, int]

    @property
    def ended(self) -> int:
        return sum(count for end, count in self.counts.items() if end != Expectation.End.OPEN)

    @property
    def on_time(self) -> int | None:
        """Whole percent met on time of all that ended, waived ones included; None where too few did."""
        if self.ended < LEAST:
            return None
        return 100 * self.counts.get(Expectation.End.MET, 0) // self.ended


def rows(framework: str, *, since: dt.date, until: dt.date, end: str = "", duty: str = "") -> "QuerySet[Expectation]":
    """Expectations due in the window: those still open, the next one first; then the others, the latest first."""
    found = Expectation.objects.filter(framework=framework, due__gte=since, due__lte=until)
    if end:
        found = found.filter(end=end)
    if duty:
        found = found.filter(duty=duty)
    is_open = Q(end=Expectation.End.OPEN)
    found = found.annotate(ended=Case(When(is_open, then=0), default=1), next=Case(When(is_open, then="due")))
    return found.select_related("record", "waived_by", "because").order_by("ended", "next", "-due", "duty")


def ratio(framework: str, *, since: dt.date, until: dt.date, duty: str = "") -> Ratio:
    """One statement."""
    counted = rows(framework, since=since, until=until, duty=duty).order_by().values("end").annotate(n=Count("pk"))
    return Ratio({row["end"]: row["n"] for row in counted})
