"""What a text makes happen again and again: when it is due, and the tasks that ask for it (M34)."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta

from gemba.modules.document.family import Document, Revision

AHEAD = dt.timedelta(days=30)
"""How long before its day something is asked for."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a text's cadence with the last day that has come within reach, and the next one."""

    line: Mapping[str, Any]
    due: dt.date | None
    next: dt.date


def schedule(revision: Revision, document: Document, today: dt.date) -> Iterator[Duty]:
    """Counted from the day the document first came into force: a new revision postpones nothing."""
    start = document.valid_from
    if start is None:
        return
    for line in revision.cadence:
        months = int(line["months"] or 0)
        if months > 0:
            yield _duty(line, start, months, today + AHEAD)


def _duty(line: Mapping[str, Any], start: dt.date, months: int, reach: dt.date) -> Duty:
    passed = max((reach.year - start.year) * 12 + reach.month - start.month, 0) // months
    times = passed if start + relativedelta(months=passed * months) <= reach else passed - 1
    due = start + relativedelta(months=times * months) if times > 0 else None
    return Duty(line, due, start + relativedelta(months=(max(times, 0) + 1) * months))
