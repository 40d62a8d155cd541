"""Pages by key: the next page begins after the last row shown, so the last page costs what the first one does."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from gemba.kernel.lists.filters import Filters
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType

PAGE = 50
COUNTED = 1000
"""Matches are counted up to here; beyond, a list says `more than`."""
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    before: int | None
    """The key to go back with, or None on the first page."""
    after: int | None
    count: int
    """How many match in all, at most `COUNTED` + 1."""

    @property
    def counted(self) -> bool:
        return self.count <= COUNTED


@dataclass(frozen=True, slots=True)
class Order:
    """A column, then the newest or oldest entry; rows without a value come last in both directions."""

    column: str
    descending: bool

    @classmethod
    def read(cls, sort: str, declared: RecordType[Any]) -> "Order":
        """As seen from the spine: a column of the type is one step away."""
        name = sort.removeprefix("-")
        columns = {"number": "id", "owner": "owner__name"}
        if declared.field(name).model is not Record:
            link: Any = declared.model._meta.pk
            return cls(f"{link.related_query_name()}__{name}", sort.startswith("-"))
        return cls(columns.get(name, name), sort.startswith("-"))

    def sorted(self, rows: "QuerySet[Any]", *, backwards: bool = False) -> "QuerySet[Any]":
        down = self.descending is not backwards
        if self.column == "id":
            return rows.order_by("-id" if down else "id")
        column = F(self.column)
        first = {"nulls_first": True} if backwards else {"nulls_last": True}
        return rows.order_by(
            column.desc(**first) if down else column.asc(**first), "-id" if down else "id"
        )  # fmt: skip

    def beyond(self, key: int, value: Any, *, backwards: bool = False) -> Q:
        """The rows that come after (or before) the row of this key and value."""
        side = "lt" if self.descending is not backwards else "gt"
        by_key = Q(**{f"id__{side}": key})
        if self.column == "id":
            return by_key
        empty = Q(**{f"{self.column}__isnull": True})
        if value is None:
            return ~empty | (empty & by_key) if backwards else empty & by_key
        found = Q(**{f"{self.column}__{side}": value}) | (Q(**{self.column: value}) & by_key)
        return found if backwards else found | empty


def page(
    filters: Filters, declared: RecordType[Any], today: dt.date, *, after: str = "", before: str = "",
    join: Sequence[str] = (), size: int = PAGE,
) -> Page:  # fmt: skip
    """One page. A key that is no number, or that the viewer may not see, is the first page.

    The keys come from the spine, whose indexes are in the order of the page; then the full rows of these keys.
    """
    rows, order = filters.spine(declared, today), Order.read(filters.sort, declared)
    backwards = bool(before) and not after
    key, value = _position(order, before if backwards else after)
    if key is None:
        backwards = False
    else:
        rows = rows.filter(order.beyond(key, value, backwards=backwards))
    taken = list(order.sorted(rows, backwards=backwards).values_list("pk", flat=True)[: size + 1])
    more, keys = len(taken) > size, taken[:size]
    if backwards:
        keys.reverse()
    full = declared.model._base_manager.select_related(*join).in_bulk(keys)
    count = filters.spine(declared, today).order_by()[: COUNTED + 1].count()
    before_key, after_key = _ends(keys, more=more, backwards=backwards, first=key is None)
    return Page([full[key] for key in keys], before_key, after_key, count)


def _position(order: Order, given: str) -> tuple[int | None, Any]:
    if not (given.isascii() and given.isdigit()) or int(given) > LARGEST_KEY:
        return None, None
    if order.column == "id":
        return int(given), None
    row = Record.objects.filter(pk=int(given)).values_list(order.column).first()
    return (int(given), row[0]) if row else (None, None)


def _ends(keys: Sequence[int], *, more: bool, backwards: bool, first: bool) -> tuple[int | None, int | None]:
    if not keys:
        return None, None
    has_before = more if backwards else not first
    has_after = True if backwards else more
    return keys[0] if has_before else None, keys[-1] if has_after else None
