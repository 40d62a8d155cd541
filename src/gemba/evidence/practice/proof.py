"""The records behind a figure: what yields these evidence types, newest first, as far as the reader may see them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Value

from gemba.evidence.practice.doubts import sentences
from gemba.evidence.practice.models import Doubt
from gemba.evidence.practice.place import Place
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, Yields, registry


@dataclass(frozen=True, slots=True)
class Proof:
    """One record with the reasons why it proves less than it seems to."""

    record: Record
    doubts: tuple[str, ...]


def records_proving(types: Collection[str]) -> "QuerySet[Record, Any]":
    """Through the reader's eyes: what this person may not see is counted in the figure and not listed."""
    found = Q(pk__in=[])
    for declared in registry:
        for each in declared.yields:
            if each.evidence in types:
                found |= _rows(declared, each)
    rows: QuerySet[Record, Any] = Record.objects.filter(found)
    return rows.order_by("-event_date", "-pk")


def _rows(declared: RecordType[Any], each: Yields) -> Q:
    rows = Q(kind=declared.kind, state__in=[state.name for state in each.states])
    if each.where or each.by:
        rows &= Q(pk__in=declared.model._base_manager.filter(each.condition).order_by().values("pk"))
    return rows


def _latest(types: Collection[str], place: Q, most: int) -> list[int]:
    """Keys of the rows entered last of everything that yields these types: each by its index, in one statement.

    Asked apart from the rows themselves: as one condition on all records, a database reads all of them.
    """
    found: list[QuerySet[Any, Any]] = []
    for declared in registry:
        for each in declared.yields:
            if each.evidence in types:
                rows = declared.model.objects if each.where or each.by else Record.objects
                for state in each.states:
                    some = rows.filter(each.condition, place, kind=declared.kind, state=state.name)
                    last = Record._base_manager.filter(pk__in=some.order_by("-pk").values("pk")[:most])
                    found.append(last.order_by().values_list("pk", flat=True))
    return sorted(set(found[0].union(*found[1:], all=True))) if found else []


def evidence_rows(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """Type, own date, record and exercise of everything that yields these types from a day on, for the system itself.

    One statement for each date and condition of a record type; the records themselves are not loaded.
    """
    for each in _alike(types):
        for named, on, exercise, record in each.rows(since).values_list("named", each.on, "exercise", "pk"):
            for name in (named,) if each.by else each.types:
                yield name, on, record, exercise


def evidence_of(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """As `evidence_rows`, of valid evidence alone."""
    return _valid(types, since, lambda rows, on: rows.values_list("named", on, "exercise", "pk"))


def evidence_days(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """As `evidence_rows`, of valid evidence alone, with one record for each day on which there was any."""

    return _valid(types, since, lambda rows, on: rows.values_list("named", on, "exercise").annotate(Min("pk")))


def _valid(
    types: Collection[str], since: dt.date,
    read: "Callable[[QuerySet[Any], str], Iterable[tuple[str, dt.date, bool, int]]]",
) -> Iterator[tuple[str, dt.date, int, bool]]:  # fmt: skip
    doubted = Doubt.objects.filter(record=OuterRef("pk"))
    for each in _alike(types):
        for named, day, exercise, record in read(each.rows(since).filter(~Exists(doubted)), each.on):
            for name in (named,) if each.by else each.types:
                yield name, day, record, exercise


@dataclass(slots=True)
class _Alike:
    """What a record type yields from the same rows on the same date: read in one statement, whatever it proves."""

    model: type[Record]
    on: str
    where: Q
    by: str
    states: tuple[str, ...]
    types: list[str]

    def rows(self, since: dt.date) -> "QuerySet[Any]":
        rows = self.model._base_manager.filter(self.where, state__in=self.states, **{f"{self.on}__gte": since})
        if self.by:
            rows = rows.filter(**{f"{self.by}__in": self.types})
        return rows.annotate(named=F(self.by) if self.by else Value("")).order_by()


def _alike(types: Collection[str]) -> list[_Alike]:
    found: dict[tuple[str, ...], _Alike] = {}
    for declared in registry:
        for each in (each for each in declared.yields if each.evidence in types):
            states = tuple(state.name for state in each.states)
            key = (declared.kind, each.on, str(each.where), each.by, *states)
            made = found.setdefault(key, _Alike(declared.model, each.on, each.where, each.by, states, []))
            made.types.append(each.evidence)
    return list(found.values())


def proofs(types: Collection[str], *, place: Place | None = None, most: int = 50) -> list[Proof]:
    """Of the records that yield these types the ones entered last, by their own dates, in three statements."""
    keys = _latest(types, (place or Place()).rows(), most)
    rows = Record.objects.filter(pk__in=keys).order_by("-event_date", "-pk").select_related("owner").prefetch_related(
        Prefetch("doubts", queryset=Doubt.objects.order_by("why"))
    )  # fmt: skip
    said = sentences()
    return [Proof(row, tuple(said.get(doubt.why, doubt.why) for doubt in row.doubts.all())) for row in rows[:most]]


def yielding(types: Collection[str]) -> list[RecordType[Any]]:
    """The record types that could prove it: what to raise where nothing is there."""
    return [declared for declared in registry if any(each.evidence in types for each in declared.yields)]
