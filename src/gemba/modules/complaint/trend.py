"""Whether there are more complaints lately than chance explains: an exact test that holds for small counts.

The complaints of the last three months are compared with those of the twelve months before. If nothing changed, each
of all of them falls into the recent window with the chance that its share of the days gives, so that their number
there is binomial. That is the conditional test of two Poisson rates (Przyborowski and Wilenski, Biometrika 31, 1940).
It needs no number of devices in use, but supposes that this number did not change much; the reader is told so. Where
several groups are looked at together, the limit is divided among them (Bonferroni): a false signal stays rare.
"""

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property

from dateutil.relativedelta import relativedelta

from gemba.modules.complaint.choices import Verdict

LIMIT = 0.01
"""Chance of a signal without a cause, over all groups looked at together."""
FEWEST = 5
"""Complaints in both periods together; below, nothing is said."""
RECENT = relativedelta(months=3)
BEFORE = relativedelta(months=12)
SHORTEST_BEFORE = relativedelta(months=6)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Windows:
    """What is compared. `before` is None where the register is too young for it."""

    recent: Span
    before: Span | None

    @classmethod
    def ending(cls, day: dt.date, since: dt.date | None) -> "Windows":
        """The windows that end on a day, in a register whose first complaint was received on `since`."""
        recent = Span(day - RECENT + DAY, day)
        end = recent.first - DAY
        first = end - BEFORE + DAY
        if since is None or since > end - SHORTEST_BEFORE + DAY:
            return cls(recent, None)
        return cls(recent, Span(max(first, since), end))


@dataclass(frozen=True)
class Judged:
    """One group: `recent` complaints in the window, `before` in the period it is compared with."""

    windows: Windows
    recent: int
    before: int
    groups: int = 1

    @property
    def n(self) -> int:
        return self.recent + self.before

    @property
    def limit(self) -> float:
        return LIMIT / self.groups

    @property
    def share(self) -> float:
        """The share of all days that the window has."""
        window, before = self.windows.recent.days, self.windows.before
        return window / (window + before.days) if before else 1.0

    @property
    def expected(self) -> float:
        return self.n * self.share

    @cached_property
    def probability(self) -> float | None:
        """Of so many or more in the window if nothing changed; None where nothing can be said."""
        if self.windows.before is None or self.n < FEWEST:
            return None
        return binomial_tail(self.recent, self.n, self.share)

    @property
    def verdict(self) -> Verdict:
        if self.probability is None:
            return Verdict.NOT_EVALUABLE
        return Verdict.SIGNAL if self.probability <= self.limit else Verdict.QUIET


def binomial_tail(at_least: int, n: int, p: float) -> float:
    """P(X >= at_least) for X binomial with n trials of chance p, by logarithms so that large n do not overflow."""
    if at_least <= 0 or p >= 1:
        return 1.0
    if p <= 0 or at_least > n:
        return 0.0
    log_p, log_q, whole = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    terms = (
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * log_p + (n - k) * log_q)
        for k in range(at_least, n + 1)
    )
    return min(math.fsum(terms), 1.0)
