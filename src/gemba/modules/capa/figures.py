"""Figures about CAPAs, each with the rows behind it: age, closure, extensions, and the log with its gaps."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.numbering.models import NumberSequence
from gemba.kernel.types import registry
from gemba.modules.capa.actions_of import ROLE
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.capa.states import CLOSED, DECLINED, WATCHED

BANDS: Final = ((0, 30), (31, 90), (91, 180), (181, None))
"""Days since it was opened."""
YEAR: Final = dt.timedelta(days=365)
FEWEST: Final = 5
"""Below so many cases a median says nothing."""
LONGEST_LOG: Final = 500


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that opens its rows. `shown` is what stands there instead of it, where it is no count."""

    name: str
    label: str | Promise
    rows: Sequence[Capa]
    shown: str = ""
    note: str | Promise = ""

    @property
    def value(self) -> str:
        return self.shown or str(len(self.rows))


@dataclass(frozen=True, slots=True)
class AgeAndClosure:
    open: Sequence[Figure]
    closed: Sequence[Figure]
    chosen: Figure | None


def days_open(capa: Capa, today: dt.date) -> int:
    return max((today - capa.event_date).days, 0)


def days_to_close(capa: Capa) -> int:
    return max((capa.state_since.date() - capa.event_date).days, 0)


def age_and_closure(today: dt.date, chosen: str = "") -> AgeAndClosure:
    """Of the CAPAs this reader may see, exercises left out; one statement."""
    rows: Any = Capa.objects.filter(Q(open=True) | Q(state_since__date__gt=today - YEAR), exercise=False)
    capas: list[Capa] = list(rows.exclude(state=VOID).select_related("owner").order_by("event_date", "pk"))
    waiting = [capa for capa in capas if capa.open and capa.state != WATCHED.name]
    closed = [capa for capa in capas if capa.state == CLOSED.name]
    found = AgeAndClosure(_open(waiting, capas, today), _closed(closed, capas), None)
    figure = next((each for each in (*found.open, *found.closed) if each.name == chosen), None)
    return AgeAndClosure(found.open, found.closed, figure)


def _open(waiting: Sequence[Capa], capas: Sequence[Capa], today: dt.date) -> list[Figure]:
    bands = [
        Figure(f"age-{low}", _band(low, high), _where(waiting, lambda c, lo=low, hi=high: _within(c, today, lo, hi)))
        for low, high in BANDS
    ]
    return [
        *bands,
        Figure("late", _("past their due date"), _where(capas, lambda c: c.overdue)),
        Figure("watched", _("effect is being observed"), _where(capas, lambda c: c.state == WATCHED.name)),
        Figure("verdict-late", _("verdict on the effect is late"),
               _where(capas, lambda c: c.state == WATCHED.name and c.check_due is not None and c.check_due < today)),
    ]  # fmt: skip


def _closed(closed: Sequence[Capa], capas: Sequence[Capa]) -> list[Figure]:
    days = [days_to_close(capa) for capa in closed]
    enough = len(days) >= FEWEST
    in_time = [capa for capa in closed if capa.first_due is None or capa.state_since.date() <= capa.first_due]
    shown = str(round(median(days))) if enough else str(_("not evaluable"))
    note = "" if enough else _("fewer than five were closed")
    return [
        Figure("closed", _("closed as effective in the last year"), closed),
        Figure("days", _("days until closed, the middle one"), closed, shown=shown, note=note),
        Figure("in-time", _("closed by their first due date"), in_time),
        Figure("extended", _("with an extended due date"), _where(capas, lambda c: c.extensions > 0)),
        Figure("again", _("taken up again"), _where(capas, lambda c: c.rounds > 0)),
        Figure("declined", _("not taken further"), _where(capas, lambda c: c.state == DECLINED.name)),
    ]  # fmt: skip


def _where(capas: Iterable[Capa], so: Callable[..., bool]) -> list[Capa]:
    return [capa for capa in capas if so(capa)]


def _within(capa: Capa, today: dt.date, low: int, high: int | None) -> bool:
    days = days_open(capa, today)
    return low <= days and (high is None or days <= high)


def _band(low: int, high: int | None) -> str:
    if high is None:
        return str(_("open for more than %d days")) % (low - 1)
    return str(_("open for %(low)d to %(high)d days")) % {"low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Logged:
    """One number of the log. Without a record it is a gap; a record this reader may not see says only that."""

    number: str
    capa: Capa | None
    actions: Sequence[CapaAction] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Log:
    year: int
    years: Sequence[int]
    rows: Sequence[Logged]
    gaps: int
    voids: int


def register(today: dt.date, year: int | None = None) -> Log:
    """The CAPA log of a year, made from the numbers given out, so that a missing one stands in it (M48)."""
    prefix = registry.named("capa").prefix
    given = dict(NumberSequence.objects.filter(prefix=prefix).order_by("-year").values_list("year", "last"))
    chosen = year if year in given else next(iter(given), today.year)
    start = f"{prefix}-{chosen}-"
    rows: Any = Capa.objects.filter(number__startswith=start)
    capas = {capa.number: capa for capa in rows.select_related("owner").order_by("pk")[:LONGEST_LOG]}
    there = set(Capa._base_manager.filter(number__startswith=start).values_list("number", flat=True))
    actions = _actions_by_capa([capa.pk for capa in capas.values()])
    numbers = [f"{start}{n:04d}" for n in range(1, min(given.get(chosen, 0), LONGEST_LOG) + 1)]
    logged = [_logged(number, capas.get(number), actions, number in there) for number in numbers]
    return Log(
        chosen, list(given), logged, sum(row.capa is None and not row.hidden for row in logged),
        sum(row.capa is not None and row.capa.state == VOID for row in logged),
    )  # fmt: skip


def _logged(number: str, capa: Capa | None, actions: dict[int, list[CapaAction]], there: bool) -> Logged:
    if capa is None:
        return Logged(number, None, hidden=there)
    return Logged(number, capa, actions.get(capa.pk, []))


def _actions_by_capa(keys: Sequence[int]) -> dict[int, list[CapaAction]]:
    links = Link.objects.standing().filter(role=ROLE, target__in=keys).values_list("target_id", "source_id")
    pairs = list(links)
    rows: Any = CapaAction.objects.filter(pk__in={source for _target, source in pairs}).exclude(state=VOID)
    known = {action.pk: action for action in rows.select_related("owner")}
    found: dict[int, list[CapaAction]] = {}
    for target, source in pairs:
        if source in known:
            found.setdefault(target, []).append(known[source])
    return found
