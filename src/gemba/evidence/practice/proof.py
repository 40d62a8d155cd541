"""The records behind a figure: what yields these evidence types, newest first, as far as the reader may see them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Min, OuterRef, Prefetch, Q, QuerySet

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


def _latest(types: Collection[str], place: Q, most: int) -> Q:
    """The rows entered last of everything that yields these types: each by its index, however many there are."""
    found = Q(pk__in=[])
    for declared in registry:
        for each in declared.yields:
            if each.evidence in types:
                rows = declared.model.objects if each.where or each.by else Record.objects
                for state in each.states:
                    some = rows.filter(each.condition, place, kind=declared.kind, state=state.name)
                    found |= Q(pk__in=some.order_by("-pk").values("pk")[:most])
    return found


def evidence_rows(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """Type, own date, record and exercise of everything that yields these types from a day on, for the system itself.

    One statement for each thing a record type yields; the records themselves are not loaded.
    """
    for declared in registry:
        for each in declared.yields:
            if each.evidence not in types:
                continue
            states = [state.name for state in each.states]
            rows = declared.model._base_manager.filter(each.condition, state__in=states, **{f"{each.on}__gte": since})
            for on, record, exercise in rows.order_by().values_list(each.on, "pk", "exercise"):
                yield each.evidence, on, record, exercise


def evidence_of(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """As `evidence_rows`, of valid evidence alone."""
    return _valid(types, since, lambda rows, on: rows.values_list(on, "pk", "exercise"))


def evidence_days(types: Collection[str], since: dt.date) -> Iterator[tuple[str, dt.date, int, bool]]:
    """As `evidence_rows`, of valid evidence alone, with one record for each day on which there was any."""

    def one_a_day(rows: "QuerySet[Any]", on: str) -> Iterable[tuple[dt.date, int, bool]]:
        for day, exercise, record in rows.values_list(on, "exercise").annotate(Min("pk")):
            yield day, record, exercise

    return _valid(types, since, one_a_day)


def _valid(
    types: Collection[str], since: dt.date,
    read: "Callable[[QuerySet[Any], str], Iterable[tuple[dt.date, int, bool]]]",
) -> Iterator[tuple[str, dt.date, int, bool]]:  # fmt: skip
    doubted = Doubt.objects.filter(record=OuterRef("pk"))
    for declared in registry:
        for each in (each for each in declared.yields if each.evidence in types):
            states = [state.name for state in each.states]
            rows = declared.model._base_manager.filter(
                ~Exists(doubted), each.condition, state__in=states, **{f"{each.on}__gte": since}
            )
            for day, record, exercise in read(rows.order_by(), each.on):
                yield each.evidence, day, record, exercise


def proofs(types: Collection[str], *, place: Place | None = None, most: int = 50) -> list[Proof]:
    """Of the records that yield these types the ones entered last, by their own dates, in two statements."""
    latest = Record.objects.filter(_latest(types, (place or Place()).rows(), most)).order_by("-event_date", "-pk")
    rows = latest.select_related("owner").prefetch_related(
        Prefetch("doubts", queryset=Doubt.objects.order_by("why"))
    )  # fmt: skip
    said = sentences()
    return [Proof(row, tuple(said.get(doubt.why, doubt.why) for doubt in row.doubts.all())) for row in rows[:most]]


def yielding(types: Collection[str]) -> list[RecordType[Any]]:
    """The record types that could prove it: what to raise where nothing is there."""
    return [declared for declared in registry if any(each.evidence in types for each in declared.yields)]
