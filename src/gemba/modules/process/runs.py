"""Repeatability: how much one run of a process differs from the next, told by the records that the process leaves."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev, quantiles

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

FEWEST = 5
"""Runs below which nothing is said about variation."""
LAST = 60
"""The latest finished records of a kind that are looked at, so that the page stays as quick in ten years."""
DAY, HOUR, MINUTE = 86_400.0, 3_600.0, 60.0
MANY = 20
"""From here on nobody wants to know the tenths."""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished record: from its entry to the step that finished it, and the steps in between."""

    record: Record
    days: float
    steps: tuple[str, ...]

    @property
    def words(self) -> str:
        return time_in_words(self.days)


def time_in_words(days: float) -> str:
    """Days, hours or minutes, whichever says it best; one place after the point where there are few."""
    if days >= 1:
        return _("%s days") % _short(days)
    if days * DAY >= HOUR:
        return _("%s hours") % _short(days * DAY / HOUR)
    return _("%s minutes") % number_format(days * DAY / MINUTE, 0)


def _short(amount: float) -> str:
    return str(number_format(amount, 0 if amount >= MANY else 1))


@dataclass(frozen=True, slots=True)
class Spread:
    """How long the runs took, in days, and in how many ways they went. Only of `FEWEST` runs or more."""

    median: float
    low: float
    high: float
    """Quartiles: half of the runs lie between them."""
    shortest: float
    longest: float
    variation: float
    """Standard deviation divided by mean; 0 where all runs took no time at all."""
    ways: int
    usual: int
    """Runs that took the most usual way."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The finished records of one kind, newest first. `spread` is None below `FEWEST`: not evaluable."""

    kind: str
    label: str
    found: Sequence[Run]
    spread: Spread | None

    @property
    def n(self) -> int:
        return len(self.found)


def finished(kinds: Collection[str], access: Access) -> dict[str, list[Record]]:
    """The latest finished records of each kind that this person may see. One statement for each kind, by its index."""
    rows = Record._base_manager.filter(access.visible(), open=False, exercise=False).exclude(state=VOID)
    return {kind: list(rows.filter(kind=kind).order_by("-id")[:LAST]) for kind in kinds if kind in registry}


def runs_of(records: Mapping[str, Sequence[Record]]) -> list[Runs]:
    """The runs behind finished records, in one more statement for their steps."""
    happened = _happened(record for rows in records.values() for record in rows)
    found = []
    for kind, rows in records.items():
        runs = [_run(record, happened.get(record.pk, ())) for record in rows]
        found.append(Runs(kind, str(registry.named(kind).plural), runs, spread_of(runs)))
    return found


def _run(record: Record, happened: Sequence[tuple[str, dt.datetime]]) -> Run:
    """Until the record was finished for the first time: that a text is replaced years later is no part of its making.

    Both ends are the server's own times, which nobody can type.
    """
    taken = registry.named(record.kind).lifecycle.by_name
    steps, end = [], record.state_since
    for act, at in happened:
        if act in taken:
            steps.append(act)
            if taken[act].target.final:
                end = at
                break
    return Run(record, max((end - record.entered_at).total_seconds(), 0.0) / DAY, tuple(steps))


def _happened(records: Iterable[Record]) -> dict[int, list[tuple[str, dt.datetime]]]:
    ids = [record.pk for record in records]
    found: dict[int, list[tuple[str, dt.datetime]]] = {}
    rows = Event.objects.filter(record_id__in=ids).order_by("record_id", "seq").values_list("record_id", "act", "at")
    for pk, act, at in rows if ids else ():
        found.setdefault(pk, []).append((act.partition(".")[2], at))
    return found


def spread_of(runs: Sequence[Run]) -> Spread | None:
    """How the runs vary, or None where there are too few to say."""
    if len(runs) < FEWEST:
        return None
    days = sorted(run.days for run in runs)
    low, _middle, high = quantiles(days, n=4, method="inclusive")
    mean = fmean(days)
    ways = Counter(run.steps for run in runs)
    return Spread(
        median(days), low, high, days[0], days[-1], pstdev(days) / mean if mean else 0.0,
        len(ways), ways.most_common(1)[0][1],
    )  # fmt: skip
