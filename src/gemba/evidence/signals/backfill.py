"""Signal 2: records written long after what they tell of, and bundles of them written in one go."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

_at = partial(limit, "backfill")
SHOWN = 50
"""Rows named on the page; all are counted."""


class Entered(NamedTuple):
    pk: int
    kind: str
    number: str
    by: int
    on: dt.date
    at: dt.datetime

    @property
    def late(self) -> int:
        return (self.at.date() - self.on).days


def backfill(today: dt.date) -> Signal:
    """By kind: the share entered later than the limit, and the bundles. One statement."""
    since = today - relativedelta(months=int(_at("window_months")))
    by_kind: dict[str, list[Entered]] = defaultdict(list)
    for row in _entered(since):
        by_kind[row.kind].append(row)
    return Signal(
        name="backfill", title=gettext_lazy("Written afterwards"), since=since, until=today,
        thresholds=shown("backfill"),
        says=gettext_lazy("Records of this kind are written long after what they tell of, or in bundles."),
        not_meaning=gettext_lazy(
            "Late entry is allowed and can be honest: it says that the record was not made while the work was done,"
            " not that it is untrue."
        ),
        findings=tuple(finding(kind, rows) for kind, rows in sorted(by_kind.items())),
    )  # fmt: skip


def _entered(since: dt.date) -> Iterator[Entered]:
    kinds = [declared.kind for declared in registry if declared.yields]
    start = dt.datetime.combine(since, dt.time(), dt.UTC)
    rows = Record._base_manager.filter(kind__in=kinds, exercise=False, entered_at__gte=start).exclude(state=VOID)
    columns = ("pk", "kind", "number", "raised_by_id", "event_date", "entered_at")
    for row in rows.order_by("entered_at").values_list(*columns):
        yield Entered(*row)


def finding(kind: str, rows: Sequence[Entered]) -> Finding:
    label = str(registry.named(kind).plural)
    limit_days = int(_at("late_days"))
    late = [row for row in rows if row.late > limit_days]
    bundles = list(bundled(rows))
    if len(rows) < _at("least") and not bundles:
        return Finding(
            about=label, n=len(rows), value=None, unit="%", fired=False,
            sentence=_("Too few records in the year for a share; not evaluable."),
        )  # fmt: skip
    share = 100 * len(late) / len(rows)
    fired = bool(bundles) or (len(rows) >= _at("least") and share > _at("share"))
    rows_shown = [
        *(Row(row.number, _("%d days later") % row.late, row.pk, fires=True) for row in late[:SHOWN]),
        *(Row(", ".join(row.number for row in bundle[:8]), _("written in one go"), bundle[0].pk, fires=True,
              others=tuple(row.pk for row in bundle[1:8])) for bundle in bundles),
    ]  # fmt: skip
    sentence = _("%(late)d of %(n)d were entered more than %(days)d days later; %(bundles)d bundles.") % {
        "late": len(late), "n": len(rows), "days": limit_days, "bundles": len(bundles),
    }  # fmt: skip
    return Finding(about=label, n=len(rows), value=share, unit="%", fired=fired, sentence=sentence, rows=rows_shown)


def bundled(rows: Sequence[Entered]) -> Iterator[list[Entered]]:
    """Runs of one person's entries close together in time whose dates lie far apart."""
    minutes = dt.timedelta(minutes=_at("bundle_minutes"))
    by_person = sorted(rows, key=lambda row: (row.by, row.at))
    for _who, entries in groupby(by_person, key=lambda row: row.by):
        run: list[Entered] = []
        for row in entries:
            if run and row.at - run[0].at > minutes:
                if _is_bundle(run):
                    yield run
                run = []
            run.append(row)
        if _is_bundle(run):
            yield run


def _is_bundle(run: Sequence[Entered]) -> bool:
    days = [row.on for row in run]
    return len(run) >= _at("bundle") and (max(days) - min(days)).days >= _at("bundle_days")
