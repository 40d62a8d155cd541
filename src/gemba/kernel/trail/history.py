"""One subject's past from its events: a page of it, and the columns as they stood at a moment."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from gemba.kernel.commitments.held import digests_of, readable, values_behind
from gemba.kernel.prepared import Prepared
from gemba.kernel.trail.canonical import Canonical
from gemba.kernel.trail.models import Event

PAGE = 50
LAST = 2**63 - 1
"""Before this key: all of them."""
BESIDE = frozenset(
    {
        "comment", "resolve", "task", "watch", "link", "unlink", "look", "attach", "detach", "export", "view", "claim",
        "unclaim", "erase",
    }
)  # fmt: skip
"""Acts that stand beside a record's columns; what they changed is no column. No transition may be called so."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event with its text read back."""

    event: Event
    body: Mapping[str, Any] = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands behind the commitments in it."""

    @property
    def verb(self) -> str:
        """What was done, without the kind: `edit`, `approve`."""
        return self.event.act.rpartition(".")[2]

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        """Personal values as they are kept beside the chain, or the mark where they were erased."""
        return readable(self.body["chg"], self.values)


@dataclass(frozen=True, slots=True)
class Page:
    """Events newest first. `older` is the `before` of the next page, None at the beginning of the record."""

    told: tuple[Told, ...]
    older: int | None


def read(event: Event) -> Told:
    return read_all([event])[0]


def read_all(events: Iterable[Event]) -> list[Told]:
    """The same for many; one statement more where personal values are among what they tell."""
    found = list(events)
    digests = {digest for event in found for digest in digests_of(event.body)}
    values = values_behind(digests) if digests else {}
    return [Told(event, json.loads(event.body), values) for event in found]


@lru_cache(maxsize=8)
def _newest(count: int) -> Prepared[Event]:
    rows = Event.objects.order_by("-id")
    return Prepared(lambda record, before: rows.filter(record_id=record, pk__lt=before)[:count], int, int)


def page_of(record_id: int, *, before: int | None = None, size: int = PAGE) -> Page:
    """One page of a record's history, by key and not by offset: as quick at the end as at the start."""
    found = _newest(size + 1)(record_id, LAST if before is None else before)
    shown = found[:size]
    return Page(tuple(read_all(shown)), shown[-1].pk if len(found) > size else None)


def fold(told: Iterable[Told], columns: Iterable[str]) -> dict[str, Canonical]:
    """The columns after these events, oldest first. A column nobody ever wrote is None."""
    now: dict[str, Canonical] = dict.fromkeys(columns)
    for each in told:
        if each.verb not in BESIDE:
            now |= {name: new for name, _old, new in each.changes if name in now}
    return now


def as_of(record_id: int, columns: Iterable[str], moment: dt.datetime) -> dict[str, Canonical] | None:
    """A record's columns as they stood at `moment`, from its events alone; None before it was raised."""
    events = Event.objects.filter(record_id=record_id, at__lte=moment).select_related("actor").order_by("seq")
    told = read_all(events)
    return fold(told, columns) if told else None
