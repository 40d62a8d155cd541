"""Events that have no leaf yet, and whether they may be sealed: read in one statement, judged without another.

Order: a record's chain is strict. Between records it is not, because parallel writers finish in any order; so an event
may be up to 60 seconds older than one with a smaller id, and than what the seal before it closed. A `clock.step` event,
which tells of a clock that was set, begins anew.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from gemba.kernel import clock
from gemba.kernel.log.keys import KnownKey
from gemba.kernel.log.models import Leaf, LogState, Seal
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.chain import event_problems
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.keys import TrailKey, all_keys
from gemba.kernel.trail.models import GENESIS, Event

TOLERANCE = dt.timedelta(seconds=60)
BEGINS_ANEW = "clock.step"


def unsealed(settled: int) -> Any:
    """Events without a leaf, in the order of their ids. `settled` is from `LogState`."""
    sealed = Leaf.objects.filter(event_id=OuterRef("pk"), event_id__gt=settled)
    return Event.objects.filter(~Exists(sealed), pk__gt=settled).order_by("pk")


NEXT = (
    "SELECT e.id, e.subject, e.seq, e.at, e.act, p.uid, e.body, e.hash, e.mac, e.key_id, b.hash, h.seq, h.hash"
    " FROM kernel_event e JOIN kernel_person p ON p.id = e.actor_id"
    " LEFT JOIN kernel_event b ON b.subject = e.subject AND b.seq = e.seq - 1"
    " LEFT JOIN kernel_chainhead h ON h.subject = e.subject"
    " WHERE e.id > %s AND NOT EXISTS (SELECT 1 FROM kernel_leaf l WHERE l.event_id = e.id AND l.event_id > %s)"
    " ORDER BY e.id LIMIT %s"
)
"""The bound stands twice, so that no plan of a database reads all leaves to leave most of them out."""


class By(NamedTuple):
    uid: str


class Waiting(NamedTuple):
    """An event without a leaf, with the hash before it and the head of its chain."""

    pk: int
    subject: str
    seq: int
    at: dt.datetime
    act: str
    actor: By
    body: str
    hash: str
    mac: str
    key_id: str
    before: str | None
    head_seq: int | None
    head_hash: str | None


def next_events(settled: int, most: int) -> list[Waiting]:
    """The first events without a leaf, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [settled, settled, most])
        rows = cursor.fetchall()
    return [Waiting._make((*row[:3], _in_utc(row[3]), row[4], By(row[5]), *row[6:])) for row in rows]


def _in_utc(at: dt.datetime) -> dt.datetime:
    """SQLite keeps moments in UTC, without saying so."""
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def oldest_unsealed() -> dt.datetime | None:
    """When the event was written that has waited longest for its seal; None where none waits."""
    row = LogState.objects.values_list("settled", flat=True).first()
    found: dt.datetime | None = unsealed(row or 0).values_list("at", flat=True).first()
    return found


def keeps_time() -> bool:
    """Whether times can be compared at all: a demonstration makes two years of them in a few seconds."""
    return settings.GEMBA_MODE not in clock.MAY_SHIFT


@dataclass(slots=True)
class Judge:
    """Goes through events in the order of their ids and finds what may not be sealed."""

    trail_keys: Mapping[str, TrailKey]
    known: Mapping[str, KnownKey]
    last: Seal | None
    """The seal before."""
    complete: bool
    """Whether nothing waits besides these events, so that each chain must end with them."""
    in_time: bool = field(default_factory=lambda: keeps_time())  # noqa: PLW0108  looked up when it is asked
    _newest: dt.datetime | None = None

    def findings(self, events: Sequence[Waiting]) -> Iterator[Finding]:
        closed = self._closed()
        self._newest = None
        for event in events:
            yield from self._own(event)
            if self.in_time:
                if event.act == BEGINS_ANEW:
                    closed = self._newest = None
                yield from self._time(event, closed)
        if self.complete:
            yield from self._tails(events)

    def _closed(self) -> dt.datetime | None:
        """Up to when the seal before it closed the trail: whatever was under way then is not older."""
        if self.last is None:
            return None
        try:
            return dt.datetime.fromisoformat(json.loads(self.last.body)["until"])
        except (ValueError, KeyError, TypeError):
            return self.last.at

    def _own(self, event: Waiting) -> Iterator[Finding]:
        """One event against the one before it, its key and its head."""
        before = GENESIS if event.seq == 1 else event.before
        if before is None:
            yield _finding("event-missing", event, f"the event before number {event.seq} is missing")
        else:
            yield from (
                _finding("event-altered", event, f"event {event.seq}: {problem}")
                for problem in event_problems(event, before, self.trail_keys)
            )
        key = self.known.get(event.key_id)
        objection = key.objection(moment(event.at)) if key else f"the trail does not know the key {event.key_id}"
        if objection:
            yield _finding("key-wrong", event, f"event {event.seq}: {objection}")
        if event.head_seq is None:
            yield _finding("head-missing", event, "the chain has no head")
        elif event.head_seq < event.seq or (event.head_seq == event.seq and event.head_hash != event.hash):
            yield _finding("head-altered", event, f"the head of the chain does not name event {event.seq}")

    def _time(self, event: Waiting, closed: dt.datetime | None) -> Iterator[Finding]:
        if closed is not None and event.at < closed - TOLERANCE:
            sentence = f"event {event.seq} claims a time before {moment(closed)}, when everything older was sealed"
            yield _finding("event-time", event, sentence)
        elif self._newest is not None and event.at < self._newest - TOLERANCE:
            sentence = f"event {event.seq} claims a time more than 60 seconds before an event that was written earlier"
            yield _finding("event-time", event, sentence)
        self._newest = max(event.at, self._newest or event.at)

    @staticmethod
    def _tails(events: Sequence[Waiting]) -> Iterator[Finding]:
        last = {event.subject: event for event in events}
        for event in last.values():
            if event.head_seq is not None and event.head_seq > event.seq:
                count = event.head_seq - event.seq
                yield _finding("event-missing", event, f"{count} events are missing after number {event.seq}")


def _finding(code: str, event: Waiting, problem: str) -> Finding:
    return Finding(
        code=code, subject=event.subject, seq=event.seq, sentence=f"{event.subject}: {problem}.", since=moment(event.at)
    )


def judged(
    events: Sequence[Waiting], last: Seal | None, known: Mapping[str, KnownKey], *, complete: bool
) -> list[Finding]:
    """Why these events may not be sealed; empty where they may."""
    return list(Judge(all_keys(), known, last, complete).findings(events))


def facts_of(events: Sequence[Waiting]) -> dict[str, Any]:
    """What a seal says of its events: how far each chain has come, and everything they name by digest."""
    heads = {event.subject: [event.subject, event.seq, event.hash] for event in sorted(events, key=lambda e: e.seq)}
    bodies = [json.loads(event.body) for event in events]
    files = {str(file[1]) for body in bodies for file in body.get("files") or ()}
    return {
        "events": len(events),
        "heads": [heads[subject] for subject in sorted(heads)],
        "files": sorted(files),
        "schemas": sorted({str(body.get("schema")) for body in bodies}),
        "trail_keys": sorted({event.key_id for event in events}),
    }


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
