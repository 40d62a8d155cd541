"""The order of a list, and walks along it that begin behind a row: each is one range of an index of the spine."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from gemba.kernel.lists.filters import Filters
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import NO_DATE, AsListed, Record
from gemba.kernel.types import RecordType

OWNER = "owner__name"
NAMED = "named"
LISTED = "listed"
INDEXED = ("due", "event_date")
UNDATED = dt.date.fromisoformat(NO_DATE)
OFTEN_ENOUGH = 4
"""People whose rows fill a page where there are many rows."""
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A page begins behind this row, which has this value in the column of the order."""

    key: int
    value: Any = None
    owner: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """A column, then the newest or oldest entry; rows without a value come last in both directions."""

    column: str
    descending: bool = False
    empty: bool = False
    """Whether there may be rows without a value."""
    empty_first: bool = False
    """Looking back, what comes last is met first."""
    many: bool = False
    """Many rows are walked along an index; of few the database knows better ways to find and sort them."""

    @classmethod
    def read(cls, filters: Filters, declared: RecordType[Any], *, many: bool = False) -> "Order":
        """As seen from the spine: a column of the type is one step away."""
        name, descending = filters.sort.removeprefix("-"), filters.sort.startswith("-")
        if name == "number" or (name == "due" and filters.due == "none"):
            return cls("id", descending)
        field, column = declared.field(name), OWNER if name == "owner" else name
        if field.model is not Record:
            link: Any = declared.model._meta.pk
            column = f"{link.related_query_name()}__{name}"
        empty = field.null and not (name == "due" and filters.due)
        return cls(column, descending, empty, many=many)

    @property
    def back(self) -> "Order":
        return replace(self, descending=not self.descending, empty_first=not self.empty_first)

    def place(self, key: int) -> Place | None:
        """None where the viewer may not see the row."""
        if self.column == "id":
            return Place(key)
        row = Record.objects.filter(pk=key).values_list(self.column, "owner").first()
        if row is None:
            return None
        value, owner = row
        return Place(key, None if self.many and value == UNDATED else value, owner)

    def walks(self, rows: Rows, place: Place | None, wanted: int) -> Iterator[Rows]:
        """The rows beyond the place, in parts that follow each other; a page of `wanted` rows takes what it needs.

        Rows with a value and rows without are parts of their own: no database goes through both along an index
        whichever the direction.
        """
        if self.many and self.column == OWNER:
            return self._by_owner(rows, place, wanted)
        if self.column == OWNER:
            named = Person.objects.filter(pk=OuterRef("owner")).order_by().values("name")
            rows = rows.alias(named=Subquery(named))  # no join: SQLite would look at all rows, person by person
            return replace(self, column=NAMED)._parts(rows, place)
        if self.many and self.column in INDEXED:
            return replace(self, column=LISTED)._parts(rows.alias(listed=AsListed(self.column)), place)
        return self._parts(rows, place)

    def _parts(self, rows: Rows, place: Place | None) -> Iterator[Rows]:
        if not self.empty:
            yield self._sorted(rows.filter(self._beyond(place)))
            return
        parts = [True, False] if self.empty_first else [False, True]
        for none in parts[parts.index(place.value is None) :] if place else parts:
            order = replace(self, column="id") if none else self
            begun = place if place is not None and (place.value is None) is none else None
            yield order._sorted(rows.filter(order._beyond(begun), self._without_value(none=none)))

    def _without_value(self, *, none: bool) -> Q:
        if self.column == LISTED:
            return Q(listed=UNDATED) if none else Q(listed__lt=UNDATED)
        return Q(**{f"{self.column}__isnull": none})

    def _by_owner(self, rows: Rows, place: Place | None, wanted: int) -> Iterator[Rows]:
        """In the order of the owners' names, one owner's range after the other: first whoever owns the row at the
        place, then as many people as the page needs, told from counts that go no further than the page.
        """
        by_key = replace(self, column="id")
        if place is not None:
            yield by_key._sorted(rows.filter(by_key._beyond(place), owner=place.owner))
        few, last = self._owners(rows, place, wanted)
        if few:
            yield self._sorted(rows.filter(owner__in=few))
        if last is not None:
            yield by_key._sorted(rows.filter(owner=last))

    def _owners(self, rows: Rows, place: Place | None, wanted: int) -> tuple[list[int], int | None]:
        """Those whose rows all stand on the page, and the one with whom it ends."""
        owned, sign = rows.filter(owner=OuterRef("pk")), self._sign
        people = Person.objects.filter(Exists(owned)).annotate(owned=_Counted(owned.values("pk")[:wanted]))
        if place is not None:
            people = people.filter(_behind(self._side, name=place.value, pk=place.owner))
        ordered = people.order_by(f"{sign}name", f"{sign}pk").values_list("pk", "owned")
        few: list[int] = []
        for most in (OFTEN_ENOUGH, wanted):
            few, found = [], 0
            for person, rows_owned in ordered[:most]:
                found += rows_owned
                if found >= wanted:
                    return few, person
                few.append(person)
            if len(few) < most:
                break
        return few, None

    @property
    def _sign(self) -> str:
        return "-" if self.descending else ""

    @property
    def _side(self) -> str:
        return "lt" if self.descending else "gt"

    def _sorted(self, rows: Rows) -> Rows:
        between = {"id": [], OWNER: [OWNER, "owner_id"], NAMED: [NAMED, "owner_id"]}.get(self.column, [self.column])
        return rows.order_by(*(f"{self._sign}{column}" for column in (*between, "id")))

    def _beyond(self, place: Place | None) -> Q:
        if place is None:
            return Q()
        if self.column == "id":
            return _behind(self._side, id=place.key)
        if self.column == NAMED:
            return _behind(self._side, **{NAMED: place.value, "owner": place.owner, "id": place.key})
        return _behind(self._side, **{self.column: place.value, "id": place.key})


def _behind(side: str, **values: Any) -> Q:
    """What is greater (or less) than these values, the first column first.

    The first column stands alone too, with equality: that is the range of an index in which a database begins. Which
    of the equal ones lie beyond it sees from the entries themselves.
    """
    (column, value), *rest = values.items()
    beyond = Q(**{f"{column}__{side}": value})
    if not rest:
        return beyond
    return Q(**{f"{column}__{side}e": value}) & (beyond | _behind(side, **dict(rest)))


class _Counted(Subquery):
    """How many rows a bounded query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
