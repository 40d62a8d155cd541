"""Signal 1: a kind of record that used to come and stopped, longer than chance explains."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.signals.signal import Finding, Row, Signal
from gemba.evidence.signals.thresholds import limit, shown
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

_at = partial(limit, "silence")


def silence(today: dt.date) -> Signal:
    """For every kind that yields evidence: how likely no record would be, had nothing changed. One statement.

    With a rate r per month over the two years before, no record in m months has the probability exp(-r m) (Poisson).
    """
    start = today - relativedelta(months=int(_at("window_months")))
    since = start - relativedelta(months=int(_at("history_months")))
    dates = _dates(since, today)
    return Signal(
        name="silence", title=gettext_lazy("Silence"), since=since, until=today, thresholds=shown("silence"),
        says=gettext_lazy("Records of this kind used to come. That none came for so long is implausibly quiet."),
        not_meaning=gettext_lazy(
            "It does not say that something happened and was hidden: there may be nothing to record. A dry run shows"
            " whether people would still know what to do."
        ),
        findings=tuple(
            finding(kind, before, after, sum(day >= start for day in dates[kind]))
            for kind, (before, after) in _split(dates, start).items()
        ),
    )  # fmt: skip


def _dates(since: dt.date, today: dt.date) -> Mapping[str, list[dt.date]]:
    """Of records that prove something: what was only asked for, by people or by the night, breaks no silence."""
    proving = {t.kind: {state.name for each in t.yields for state in each.states} for t in registry if t.yields}
    rows = Record._base_manager.filter(
        kind__in=sorted(proving), exercise=False, event_date__gte=since, event_date__lte=today
    )
    found: dict[str, list[dt.date]] = defaultdict(list)
    for kind, state, day in rows.order_by("event_date").values_list("kind", "state", "event_date"):
        if state in proving[kind]:
            found[kind].append(day)
    return found


def _split(dates: Mapping[str, list[dt.date]], start: dt.date) -> dict[str, tuple[list[dt.date], dt.date | None]]:
    return {
        kind: ([day for day in days if day < start], days[-1] if days else None) for kind, days in sorted(dates.items())
    }


def finding(kind: str, before: list[dt.date], last: dt.date | None, since: int) -> Finding:
    label = str(registry.named(kind).plural)
    if len(before) < _at("least"):
        return Finding(
            about=label, n=len(before), value=None, unit="", fired=False,
            sentence=_("Too few records before the window for a rate; not evaluable."),
        )  # fmt: skip
    window = int(_at("window_months"))
    rate = len(before) / _at("history_months")
    chance = math.exp(-rate * window)
    fired = since == 0 and chance < _at("implausible")
    sentence = (
        _("%(rate).1f a month before, none for %(months)d months: by chance %(percent).1f %%.")
        if since == 0
        else _("%(rate).1f a month before, %(since)d in the last %(months)d months.")
    ) % {"rate": rate, "months": window, "percent": 100 * chance, "since": since}
    rows = (Row(_("Last one"), clock.in_words(last) if last else "", fires=fired),)
    return Finding(about=label, n=len(before), value=chance, unit="", fired=fired, sentence=sentence, rows=rows)
