"""Count evidence by type: one pass over the record spine, and one for each date that a type keeps for itself."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from gemba.evidence.practice.models import Doubt, Holding
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, Yields, registry

SPINE = frozenset(field.name for field in Record._meta.concrete_fields)


class _Place(NamedTuple):
    kind: str
    type: str
    site: int | None
    product: int | None
    exercise: bool
    valid: bool


@dataclass(slots=True)
class _Sum:
    first: dt.date
    newest: dt.date
    count: int

    def add(self, first: dt.date, newest: dt.date, count: int) -> None:
        self.first, self.newest = min(self.first, first), max(self.newest, newest)
        self.count += count


def holdings(on: dt.date | None = None, *, kinds: Collection[str] | None = None) -> list[Holding]:
    """Unsaved rows: what is held, as it was known at the end of that day (now). Kinds that yield nothing are left out.

    Evidence is known from when its record reached the state that yields it; its own date may be earlier, never later
    than the day asked about.
    """
    sums: dict[_Place, _Sum] = {}
    for source in _sources(kinds):
        for row in _rows(source, on):
            _count(sums, row, source.declared)
    return [
        Holding(**place._asdict(), first=total.first, newest=total.newest, count=total.count)
        for place, total in sums.items()
    ]


class _Source(NamedTuple):
    """One statement: some of what types yield, with the date they share and the condition they have."""

    date: str
    where: Q
    declared: list[tuple[RecordType[Any], Yields]]


def _sources(kinds: Collection[str] | None) -> list[_Source]:
    """What stands on spine dates without a condition is counted together, the rest one by one."""
    together: dict[str, list[tuple[RecordType[Any], Yields]]] = defaultdict(list)
    apart: list[_Source] = []
    for declared in registry:
        for each in declared.yields if kinds is None or declared.kind in kinds else ():
            if each.on in SPINE and not each.where:
                together[each.on].append((declared, each))
            else:
                apart.append(_Source(each.on, each.where, [(declared, each)]))
    return [*(_Source(date, Q(), declared) for date, declared in together.items()), *apart]


def _rows(source: _Source, on: dt.date | None) -> Iterable[Any]:
    date, wanted = source.date, Q(pk__in=[])
    for kind, states in _states(source.declared).items():
        wanted |= Q(kind=kind, state__in=sorted(states))
    model = Record if date in SPINE and not source.where else source.declared[0][0].model
    rows = model._base_manager.filter(wanted, source.where, **{f"{date}__isnull": False})
    if on is not None:
        end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), dt.UTC)
        rows = rows.filter(state_since__lt=end, **{f"{date}__lte": on})
    doubted = Exists(Doubt.objects.filter(record=OuterRef("pk")))
    return (
        rows.annotate(doubted=doubted)
        .order_by()
        .values_list("kind", "state", "site", "product", "exercise", "doubted")
        .annotate(first=Min(date), newest=Max(date), number=Count("pk"))
    )


def _states(declared: Iterable[tuple[RecordType[Any], Yields]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for kind, each in declared:
        found[kind.kind] |= {state.name for state in each.states}
    return found


def _count(sums: dict[_Place, _Sum], row: Any, declared: Iterable[tuple[RecordType[Any], Yields]]) -> None:
    kind, state, site, product, exercise, doubted, first, newest, number = row
    for each in (each for record_type, each in declared if record_type.kind == kind):
        if state not in {s.name for s in each.states}:
            continue
        place = _Place(kind, each.evidence, site, product, bool(exercise), not doubted)
        if place in sums:
            sums[place].add(first, newest, number)
        else:
            sums[place] = _Sum(first, newest, number)
