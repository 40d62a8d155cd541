"""How an expectation ends by a day, and storing it. The first is a pure function of what there is."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.slots import GRACE
from gemba.evidence.given import AT_ONCE, Rows

Dated = tuple[dt.date, int, bool]
"""When evidence happened, its record, and whether it was an exercise."""


class Ending(NamedTuple):
    """What became of it, by which record, on which day."""

    end: str
    record: int | None
    on: dt.date


class Ended(NamedTuple):
    """An expectation, by its key, with its end."""

    key: int
    ending: Ending


def ending(since: dt.date, due: dt.date, evidence: Sequence[Dated], day: dt.date) -> Ending | None:
    """The end of what is due by `due` and counts from `since` on; None while it is open. Evidence stands by date."""
    last = due + GRACE
    real = next((found for found in evidence if not found[2] and since <= found[0] <= last), None)
    if real is not None and real[0] <= day:
        return Ending(Expectation.End.MET if real[0] <= due else Expectation.End.LATE, real[1], real[0])
    if day <= last:
        return None
    drill = next((found for found in evidence if found[2] and since <= found[0] <= last), None)
    if drill is not None:
        return Ending(Expectation.End.EXERCISED, drill[1], drill[0])
    return Ending(Expectation.End.MISSED, None, last)


ENDS = Rows(key="bigint", ending="text", record="bigint", ended="date")


def store_ends(ended: Sequence[Ended]) -> int:
    """Give open expectations their ends. What somebody else has ended meanwhile stays as it is. Returns how many."""
    done = 0
    text = (
        'UPDATE evidence_expectation SET "end" = c.ending, record_id = c.record, ended_on = c.ended '  # noqa: S608
        f"FROM ({ENDS.sql()}) c WHERE evidence_expectation.id = c.key AND evidence_expectation.\"end\" = 'open'"
    )
    with connection.cursor() as cursor:
        for start in range(0, len(ended), AT_ONCE):
            some = ended[start : start + AT_ONCE]
            cursor.execute(text, [ENDS.given((each.key, *each.ending) for each in some)])
            done += cursor.rowcount
    return done
