"""Entered long after it happened: allowed, since life is so, but told and listed (CLK-08; 21 CFR 11.10(e))."""

import datetime as dt

from django.db.models import F, Q, Value
from django.db.models.functions import TruncDate
from django.db.models.lookups import LessThanOrEqual

from gemba.kernel import clock
from gemba.kernel.records.models import Record

LISTED = 7
"""Days between the day it happened and the day it was entered, from which an entry is listed as late."""
EXPLAINED = 30
"""Days from which whoever enters it at a screen is asked why it is entered only now."""


def days_late(record: Record) -> int:
    """Whole days from the day it happened to the day the server entered it; negative for what is still to come."""
    return (clock.day_of(record.entered_at) - record.event_date).days


def entered_late(since: dt.datetime, until: dt.datetime, days: int = LISTED) -> Q:
    """Entered from `since` until before `until`, at least so many days after it happened.

    The period comes first, so that the rest is only asked of what was entered in it.
    """
    latest = TruncDate(F("entered_at") - Value(dt.timedelta(days=days)))
    latest_at_all = clock.day_of(until) - dt.timedelta(days=days)
    period = Q(entered_at__gte=since, entered_at__lt=until, event_date__lte=latest_at_all)
    return period & Q(LessThanOrEqual(F("event_date"), latest))
