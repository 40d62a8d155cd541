"""When evidence falls due by itself: one slot after the other from the day a duty is claimed. Pure functions."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dateutil.relativedelta import relativedelta

from gemba.evidence.catalogue.model import Duty
from gemba.evidence.practice.windows import PERIODIC

MONTHS: Mapping[str, int] = {"yearly": 12, "planned_interval": 12, "continuous": 3}
"""Months between two pieces of evidence, where the duty names no interval of its own. What goes on all the time is
looked at every quarter."""
GRACE = dt.timedelta(days=30)
"""So long after its day evidence still counts, as late; after that it was missed."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Evidence dated after `since` and not after `due` meets it."""

    since: dt.date
    due: dt.date


def interval_of(duty: Duty) -> int | None:
    """Months between two pieces of evidence; None for duties that wait for something to happen.

    An interval of zero or less is a mistake in a framework file and is refused there.
    """
    if duty.interval_months:
        return duty.interval_months
    return MONTHS[duty.cadence] if duty.cadence in PERIODIC else None


def slots(duty: Duty, claimed_since: dt.date, until: dt.date) -> Iterator[Slot]:
    """Every slot that begins before `until`, from the day the duty is claimed. Months are reckoned from that day."""
    months = interval_of(duty)
    if months is None or not duty.needs_practice:
        return
    number = 0
    while True:
        begin = claimed_since + relativedelta(months=months * number)
        if begin > until:
            return
        yield Slot(begin, claimed_since + relativedelta(months=months * (number + 1)))
        number += 1
