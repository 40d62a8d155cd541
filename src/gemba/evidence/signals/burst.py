"""Signal 3: work that bunches before an audit."""

import datetime as dt
import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.practice.proof import evidence_rows
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

_at = partial(limit, "burst")
AUDITS = ("audit_report",)
"""Evidence types whose date is the day of an audit."""
WEEK = 7


def audit_days(since: dt.date) -> list[dt.date]:
    """The days of audits, from the records that yield an audit's report."""
    return sorted({on for _type, on, _record, exercise in evidence_rows(AUDITS, since) if not exercise})


def burst(today: dt.date) -> Signal:
    """For each audit of the year: entries a day in the 30 days before, against the median week of the rest.

    A burst is only called one where chance hardly makes it: so many entries by a Poisson process of the usual rate.
    """
    since = today - relativedelta(months=int(_at("window_months")))
    audits = audit_days(since)
    entries = _entries(since - relativedelta(months=1))
    return Signal(
        name="burst", title=gettext_lazy("Bunched before audits"), since=since, until=today,
        thresholds=shown("burst"),
        says=gettext_lazy("So much more was written before an audit than otherwise that it reads as built to pass."),
        not_meaning=gettext_lazy(
            "Preparing for an audit is no fault. It says that records follow the audit's calendar instead of the work."
        ),
        findings=tuple(finding(day, entries, audits, since, today) for day in audits if day <= today),
    )  # fmt: skip


def _entries(since: dt.date) -> Mapping[dt.date, int]:
    kinds = [declared.kind for declared in registry if declared.yields]
    start = dt.datetime.combine(since, dt.time(), dt.UTC)
    rows = Record._base_manager.filter(kind__in=kinds, exercise=False, entered_at__gte=start).exclude(state=VOID)
    return Counter(at.date() for at in rows.order_by().values_list("entered_at", flat=True))


def tail(number: int, expected: float) -> float:
    """The probability of `number` or more where `expected` are usual, by Poisson's law."""
    term = below = math.exp(-expected)
    if number == 0:
        return 1.0
    for k in range(1, number):
        term *= expected / k
        below += term
    return max(0.0, 1.0 - below)


def finding(
    audit: dt.date, entries: Mapping[dt.date, int], audits: Sequence[dt.date], since: dt.date, today: dt.date
) -> Finding:
    length = int(_at("before_days"))
    before = [audit - dt.timedelta(days=n) for n in range(1, length + 1)]
    near = {day - dt.timedelta(days=n) for day in audits for n in range(length + 1)}
    rest = [since + dt.timedelta(days=n) for n in range((today - since).days)]
    calm = [day for day in rest if day not in near]
    weeks = [
        sum(entries.get(day, 0) for day in calm[n : n + WEEK]) / WEEK for n in range(0, len(calm) - WEEK + 1, WEEK)
    ]
    total = sum(entries.values())
    about = _("Audit of %s") % clock.in_words(audit)
    usual = statistics.median(weeks) if weeks else 0.0
    if total < _at("least") or usual <= 0:
        return Finding(
            about=about, n=total, value=None, unit="", fired=False,
            sentence=_("Too few entries in the year for a rhythm; not evaluable."),
        )  # fmt: skip
    number = sum(entries.get(day, 0) for day in before)
    rate = number / length
    ratio = rate / usual
    average = sum(entries.get(day, 0) for day in calm) / len(calm)
    fired = ratio > _at("times") and tail(number, average * length) < _at("chance")
    sentence = _("%(rate).1f entries a day before the audit, %(usual).1f otherwise: %(ratio).1f times.") % {
        "rate": rate, "usual": usual, "ratio": ratio,
    }  # fmt: skip
    rows = [Row(clock.in_words(day), str(entries[day])) for day in before if entries.get(day)]
    return Finding(about=about, n=total, value=ratio, unit="", fired=fired, sentence=sentence, rows=rows)
