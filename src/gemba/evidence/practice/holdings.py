"""Count evidence by type: one pass over the record spine, one over each table with dates of its own."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Value

from gemba.evidence.practice.models import Doubt, Holding
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, Yields, registry

SPINE = frozenset(field.name for field in Record._meta.concrete_fields)
GROUPED = ("kind", "state", "site", "product", "exercise")


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
    in_doubt = set(Doubt.objects.order_by().values_list("record__kind", flat=True).distinct())
    for each in _passes(kinds):
        found, today = each.sums(on, in_doubt, until=on), clock.today()
        if on is None and any(total.newest > today for total in found.values()):
            # Dated ahead: no evidence yet, and counted once its day has come, when all is made again. It is rare, and
            # comparing the day of every row would cost a fifth of the whole.
            found = each.sums(on, in_doubt, until=today)
        sums.update(found)
    return [
        Holding(**place._asdict(), first=total.first, newest=total.newest, count=total.count)
        for place, total in sums.items()
    ]


class _Measure(NamedTuple):
    """Three figures of a pass: the first and newest of these dates, and their number, under a condition."""

    date: str
    where: Q


@dataclass(slots=True)
class _Pass:
    """What one table yields, on whichever dates, under whichever conditions; by the column `by` if it has one."""

    model: type[Record]
    by: str
    yielded: list[tuple[RecordType[Any], Yields, int]] = field(default_factory=list)
    measures: list[_Measure] = field(default_factory=list)
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, declared: RecordType[Any], each: Yields) -> None:
        key = (each.on, str(each.where))
        if key not in self._known:
            self._known[key] = len(self.measures)
            self.measures.append(_Measure(each.on, each.where))
        self.yielded.append((declared, each, self._known[key]))

    def sums(self, on: dt.date | None, in_doubt: Collection[str], *, until: dt.date | None) -> dict[_Place, _Sum]:
        """What was known on that day, of the evidence dated until then. No other pass has sums of the same kinds."""
        found: dict[_Place, _Sum] = {}
        for doubted, row in self.rows(on, in_doubt, until):
            self.count(found, row, doubted=doubted)
        return found

    def rows(
        self, on: dt.date | None, in_doubt: Collection[str], until: dt.date | None
    ) -> Iterator[tuple[bool, Sequence[Any]]]:
        """Groups with whether they are in doubt: what is not, in the order of an index; then the few that are.

        Nobody asks for doubts of kinds that have none.

        States are told apart afterwards: a condition on them would cost the database the order of the index.
        """
        kinds = sorted({declared.kind for declared, _each, _place in self.yielded})
        rows = self.model._base_manager.filter(kind__in=kinds)
        if on is not None:
            rows = rows.filter(state_since__lt=dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), dt.UTC))
        named, figures = {"named": F(self.by) if self.by else Value("")}, dict(self._figures(until))
        of_record = Doubt.objects.filter(record=OuterRef("pk"))
        parts: list[tuple[bool, QuerySet[Any]]] = [(False, rows)]
        if not set(kinds).isdisjoint(in_doubt):
            doubtful = rows.filter(pk__in=Doubt.objects.values("record"))
            parts = [(False, rows.filter(~Exists(of_record))), (True, doubtful)]
        for doubted, some in parts:
            for row in some.annotate(**named).order_by().values_list(*GROUPED, "named").annotate(**figures):
                yield doubted, row

    def _figures(self, until: dt.date | None) -> Iterator[tuple[str, Any]]:
        for place, (date, where) in enumerate(self.measures):
            counted = where & Q(**{f"{date}__lte": until}) if until is not None else where
            only = counted or None
            yield f"first_{place}", Min(date, filter=only)
            yield f"newest_{place}", Max(date, filter=only)
            yield f"number_{place}", Count(date, filter=only)

    def count(self, sums: dict[_Place, _Sum], row: Sequence[Any], *, doubted: bool) -> None:
        kind, state, site, product, exercise, named, *figures = row
        for declared, each, place in self.yielded:
            first, newest, number = figures[3 * place : 3 * place + 3]
            if not number or declared.kind != kind or state not in {s.name for s in each.states}:
                continue
            if each.by and each.evidence != named:
                continue
            held = _Place(kind, each.evidence, site, product, bool(exercise), not doubted)
            if held in sums:
                sums[held].add(first, newest, number)
            else:
                sums[held] = _Sum(first, newest, number)


def _passes(kinds: Collection[str] | None) -> list[_Pass]:
    """Kinds that yield on dates of the spine alone are counted together; each other kind in one pass of its own."""
    together: dict[str, _Pass] = {}
    for declared in registry:
        if not declared.yields or (kinds is not None and declared.kind not in kinds):
            continue
        plain = all(each.on in SPINE and not each.condition for each in declared.yields)
        by = next((each.by for each in declared.yields if each.by), "")
        made = together.setdefault("" if plain else declared.kind, _Pass(Record if plain else declared.model, by))
        for each in declared.yields:
            made.add(declared, each)
    return list(together.values())
