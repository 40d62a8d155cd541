"""How long evidence counts, by the cadence of the duty: thresholds are data, shown beside every figure."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from gemba.evidence.catalogue.model import Duty

MONTHS: Mapping[str, int] = {
    "yearly": 14,
    "planned_interval": 14,
    "continuous": 6,
    "on_change": 36,
    "per_event": 24,
    "per_project": 36,
    "per_product": 36,
    "per_batch": 12,
    "per_order": 12,
    "once": 36,
}
"""Months for which evidence of a duty counts. A year has two months of grace; work that goes on all the time half a
year; what depends on something happening as long as such things may lie apart without the practice being lost. `once`
is looked at again within the three years in which documents and certificates are renewed."""
GRACE = 2
"""Months after an interval the duty states itself."""
PERIODIC = frozenset({"yearly", "planned_interval", "continuous"})
"""Cadences by which evidence falls due by itself. All others wait for something to happen."""
FIRST_YEAR = 1970
"""Nobody is asked how things stood before it: reckoning windows back from a day much earlier leaves the calendar."""


def months_of(duty: Duty) -> int:
    """For how many months evidence of this duty counts."""
    return duty.interval_months + GRACE if duty.interval_months else MONTHS[duty.cadence]


def window_start(duty: Duty, day: dt.date) -> dt.date:
    """The first date of evidence that still counts on `day`."""
    return _earlier(day, months_of(duty))


@lru_cache(maxsize=512)
def _earlier(day: dt.date, months: int) -> dt.date:
    return day - relativedelta(months=months)


def first_due(duty: Duty, since: dt.date) -> dt.date | None:
    """When evidence is first expected of a duty claimed since then; None where that depends on something happening."""
    return since + relativedelta(months=months_of(duty)) if duty.cadence in PERIODIC else None
