"""Pages by key: the next page begins after the last row shown, so the last page costs what the first one does."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from gemba.kernel.lists.filters import Filters
from gemba.kernel.lists.orders import Order, Place
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


def page(
    filters: Filters, declared: RecordType[Any], today: dt.date, *, after: str = "", before: str = "",
    join: Sequence[str] = (), size: int = PAGE,
) -> Page:  # fmt: skip
    """One page. A key that is no number, or that the viewer may not see, is the first page.

    The keys come from the spine, whose indexes are in the order of the page; then the full rows of these keys.
    """
    rows = filters.spine(declared, today)
    count = rows.order_by()[: COUNTED + 1].count()
    order = Order.read(filters, declared, many=count > COUNTED)
    backwards = bool(before) and not after
    place = _place(order, before if backwards else after)
    backwards = backwards and place is not None
    walked = order.back if backwards else order
    taken = _taken(walked.walks(rows, place, size + 1), size + 1)
    more, keys = len(taken) > size, taken[:size]
    if backwards:
        keys.reverse()
    full = declared.model._base_manager.select_related(*join).in_bulk(keys)
    before_key, after_key = _ends(keys, more=more, backwards=backwards, first=place is None)
    return Page([full[key] for key in keys], before_key, after_key, count)


def _taken(walks: "Iterable[QuerySet[Any]]", wanted: int) -> list[int]:
    """So many keys, from as few walks as have them."""
    found: list[int] = []
    for walk in walks:
        found += walk.values_list("pk", flat=True)[: wanted - len(found)]
        if len(found) == wanted:
            break
    return found


def _place(order: Order, given: str) -> Place | None:
    if not (given.isascii() and given.isdigit()) or int(given) > LARGEST_KEY:
        return None
    return order.place(int(given))


def _ends(keys: Sequence[int], *, more: bool, backwards: bool, first: bool) -> tuple[int | None, int | None]:
    if not keys:
        return None, None
    has_before = more if backwards else not first
    has_after = True if backwards else more
    return keys[0] if has_before else None, keys[-1] if has_after else None
