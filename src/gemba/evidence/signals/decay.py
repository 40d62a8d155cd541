"""Signal 8: run the ledger forward with no new records, and say what lapses when."""

import datetime as dt
from collections.abc import Iterable
from functools import partial

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.practice.assessment import Assessment, DutyState
from gemba.evidence.practice.states import State
from gemba.evidence.practice.windows import months_of
from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel import clock

_at = partial(limit, "decay")


def lapses_on(row: DutyState) -> dt.date | None:
    """The first day on which a working duty no longer works, with no new record; None for any other duty."""
    newest = row.ground.newest_valid
    if row.state is not State.WORKING or newest is None:
        return None
    return newest + relativedelta(months=months_of(row.duty)) + dt.timedelta(days=1)


def decay(today: dt.date, assessments: Iterable[Assessment]) -> Signal:
    """By framework: which duties lapse within a year, the first one first."""
    until = today + relativedelta(months=int(_at("window_months")))
    return Signal(
        name="decay", title=gettext_lazy("What lapses next"), since=today, until=until, thresholds=shown("decay"),
        says=gettext_lazy("With no new record these duties stop working on the days named."),
        not_meaning=gettext_lazy("It is a reckoning, not a prediction: one valid record moves the day."),
        findings=tuple(finding(found, today, until) for found in assessments),
    )  # fmt: skip


def finding(found: Assessment, today: dt.date, until: dt.date) -> Finding:
    lapsing = ((lapses_on(row), row) for row in found.rows)
    days = sorted(((day, row) for day, row in lapsing if day is not None and day <= until), key=lambda pair: pair[0])
    if not days:
        return Finding(
            about=found.framework.designation, n=0, value=None, unit="", fired=False,
            sentence=_("Nothing that works now lapses within a year."),
        )  # fmt: skip
    left = (days[0][0] - today).days
    rows = [
        Row(f"{row.duty.id} {row.duty.text}", clock.in_words(day), fires=(day - today).days <= _at("soon"))
        for day, row in days
    ]
    sentence = _("%(n)d duties lapse within a year; the first, %(duty)s, on %(day)s.") % {
        "n": len(days), "duty": days[0][1].duty.id, "day": clock.in_words(days[0][0]),
    }  # fmt: skip
    return Finding(
        about=found.framework.designation, n=len(days), value=left, unit=_("days"), fired=left <= _at("soon"),
        sentence=sentence, rows=rows,
    )  # fmt: skip
