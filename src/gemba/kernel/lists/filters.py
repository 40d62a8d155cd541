"""Filters of a list, read from an address. Whatever somebody types there, the answer is a list and never an error."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from gemba.kernel.access.viewer import current_access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.search.engine import FTS, TABLE, match
from gemba.kernel.search.words import words
from gemba.kernel.types import Flag, RecordType

LONGEST = 200
MOST_TERMS = 10
SHOWN = ("", "open", "finished")
DUE = ("", "overdue", "week", "month", "none")
SPINE_SORTS = ("number", "title", "due", "owner", "event_date", "state_since")


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means: not narrowed. `owner` and `site` are identifiers (ULID), `owner` may be `me`."""

    text: str = ""
    state: str = ""
    shown: str = ""
    """`open`, `finished` or everything."""
    owner: str = ""
    site: str = ""
    due: str = ""
    """`overdue`, `week`, `month` or `none` (no date at all)."""
    flag: str = ""
    sort: str = "-number"

    @classmethod
    def read(cls, declared: RecordType[Any], given: Mapping[str, str]) -> "Filters":
        """From the parameters of an address; what is not understood is left out."""
        return cls(
            text=_clean(given.get("q")),
            state=_one_of(given.get("state"), [*(s.name for s in declared.lifecycle.states), VOID]),
            shown=_one_of(given.get("show"), SHOWN),
            owner=_clean(given.get("owner")),
            site=_clean(given.get("site")),
            due=_one_of(given.get("due"), DUE),
            flag=_one_of(given.get("flag"), [flag.name for flag in declared.flags]),
            sort=_sort(declared, given.get("sort")),
        )

    @property
    def narrowed(self) -> bool:
        return any((self.text, self.state, self.shown, self.owner, self.site, self.due, self.flag))

    def rows(self, declared: RecordType[Any], today: dt.date) -> "QuerySet[Any]":
        """The records the current viewer may see and this narrows to, unordered."""
        found: QuerySet[Any] = declared.model._base_manager.filter(_visible(declared), kind=declared.kind)
        for condition in self._conditions(declared, today):
            found = found.filter(condition)
        return found

    def spine(self, declared: RecordType[Any], today: dt.date) -> "QuerySet[Record]":
        """The same rows of the spine alone, where the indexes that pages walk along are."""
        found: QuerySet[Record] = Record._base_manager.filter(_visible(declared), kind=declared.kind)
        for condition in self._conditions(declared, today, of_type=False):
            found = found.filter(condition)
        return found

    def _conditions(self, declared: RecordType[Any], today: dt.date, *, of_type: bool = True) -> list[Q]:
        found = [Q(state=self.state)] if self.state else []
        if self.shown:
            found.append(Q(open=self.shown == "open"))
        if self.owner == "me":
            found.append(Q(owner=current_access().person))
        elif self.owner:
            found.append(Q(owner__uid=self.owner))
        if self.site:
            found.append(Q(site__uid=self.site))
        if self.due:
            found.append(_due(self.due, today))
        if flag := self.chosen_flag(declared):
            rows = declared.model._base_manager.filter(flag.rows(today))
            found.append(flag.rows(today) if of_type else Q(pk__in=rows.values("pk")))
        if terms := words(self.text)[:MOST_TERMS]:
            found.append(_text(terms))
        return found

    def chosen_flag(self, declared: RecordType[Any]) -> Flag | None:
        return next((flag for flag in declared.flags if flag.name == self.flag), None)


def _visible(declared: RecordType[Any]) -> Q:
    """What the current viewer may see of this kind. Raises `UnscopedAccessError` when nobody is looking."""
    return current_access().only(declared.kind).visible()


def sortable(declared: RecordType[Any]) -> list[str]:
    """Names a list can be sorted by: spine columns and the plain columns the type shows."""
    own = [name for name in declared.columns if not isinstance(declared.field(name), models.ForeignKey)]
    return list(dict.fromkeys([*SPINE_SORTS, *own]))


def _clean(given: str | None) -> str:
    return (given or "").replace("\0", "").strip()[:LONGEST]


def _one_of(given: str | None, allowed: "list[str] | tuple[str, ...]") -> str:
    return given if given and given in allowed else ""


def _sort(declared: RecordType[Any], given: str | None) -> str:
    return given if given and given.removeprefix("-") in sortable(declared) else "-number"


def _due(due: str, today: dt.date) -> Q:
    if due == "none":
        return Q(due=None)
    if due == "overdue":
        return Q(open=True, due__lt=today)
    return Q(open=True, due__lte=today + dt.timedelta(days=7 if due == "week" else 31))


def _text(terms: list[str]) -> Q:
    """By the full-text index, as the search does it."""
    if connection.vendor == "sqlite":
        query = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s"  # noqa: S608  constants of our own
    else:
        query = f"SELECT record_id FROM {TABLE} WHERE found @@ to_tsquery('simple', %s)"  # noqa: S608
    return Q(pk__in=RawSQL(query, [match(connection.vendor, terms)]))  # noqa: S611  terms are letters and digits
