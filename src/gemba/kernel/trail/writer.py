"""Append an event to a subject's chain, inside the transaction that changes the subject. The only writer there is."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

from gemba.kernel import clock, held
from gemba.kernel.actor import Actor
from gemba.kernel.people.organisation import organisation
from gemba.kernel.rows_at_once import Put, write
from gemba.kernel.trail.canonical import encode, moment, plain
from gemba.kernel.trail.keys import current_key
from gemba.kernel.trail.models import GENESIS, ChainHead, Event
from gemba.kernel.trail.timekeeping import clock_state, watch

PREFIX = b"gemba-event-v1\n"
LAYOUT = 1
HEAD = "SELECT seq, hash FROM kernel_chainhead WHERE subject = %s"

Change = tuple[str, Any, Any]
"""Field, old value, new value."""


class ForeignHeadError(RuntimeError):
    """An event would be put on another subject's chain."""


class NoTransactionError(RuntimeError):
    """An event must commit together with what it tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened, before it is chained. `state` is the digest of the subject's canonical snapshot after it."""

    subject: str
    act: str
    state: str
    schema: str
    changes: Sequence[Change] = ()
    reason: str = ""
    record_id: int | None = None
    links: Sequence[Any] = ()
    files: Sequence[tuple[str, str, int]] = ()
    signature: dict[str, Any] | None = None
    canonical: bool = False
    """`changes` come from snapshots, so that their values are canonical already."""


def lock_head(subject: str) -> ChainHead:
    """The head of the chain, held until the transaction ends; a new subject gets one, even when two begin at once."""
    if not connection.in_atomic_block:
        raise NoTransactionError("Events are written inside a transaction only.")
    head = _held(subject)
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(subject=subject)], ignore_conflicts=True)
        head = _held(subject)
    if head is None:
        raise NoTransactionError(f"The chain of {subject} cannot be begun.")
    return head


def _held(subject: str) -> ChainHead | None:
    """SQLite's transactions hold the whole database from their beginning; PostgreSQL locks the row."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        held.execute(cursor, f"{HEAD}{lock}", [subject])
        found = cursor.fetchone()
    return ChainHead.from_db(connection.alias, ["subject", "seq", "hash"], [subject, *found]) if found else None


def body_of(entry: Entry, actor: Actor, *, seq: int, previous: str, at: str, roles: Sequence[str]) -> dict[str, Any]:
    """The event as an object without its changes, in the layout that never changes (`v` 1)."""
    on_behalf = None
    if actor.on_behalf_of:
        on_behalf = {"id": actor.on_behalf_of.uid, "name": actor.on_behalf_of.name}
    return {
        "v": LAYOUT,
        "org": organisation().uid,
        "rec": entry.subject,
        "seq": seq,
        "prev": previous,
        "at": at,
        "clk": clock_state(),
        "req": actor.request,
        "app": settings.GEMBA_BUILD,
        "actor": {
            "id": actor.person.uid,
            "name": actor.person.name,
            "roles": list(roles),
            "via": str(actor.via),
            "auth": actor.auth,
            "for": on_behalf,
        },
        "act": entry.act,
        "reason": entry.reason or None,
        "state": entry.state,
        "schema": entry.schema,
        "links": list(entry.links),
        "files": [list(file) for file in entry.files],
        "sig": entry.signature,
    }


def seal(body: str) -> tuple[str, str, str]:
    """Hash, MAC and key id of an event's exact text."""
    key = current_key()
    event_hash = hashlib.sha256(PREFIX + body.encode()).digest()
    return event_hash.hex(), hmac.new(key.secret, event_hash, hashlib.sha256).hexdigest(), key.id


MOVED = frozenset({"seq", "hash"})


def append(
    entry: Entry, actor: Actor, *, head: ChainHead | None = None, roles: Sequence[str] = (), rows: Sequence[Put] = ()
) -> Event:
    """Write the event, move the head, and write the `rows` that the event tells of.

    `head` is the locked head where the caller already holds it. Raises `ForeignHeadError` where it is another's: two
    chains would be broken by one event.
    """
    head = head or lock_head(entry.subject)
    if head.subject != entry.subject:
        raise ForeignHeadError(f"The head of {head.subject} was held for an event of {entry.subject}.")
    event = make_event(entry, actor, seq=head.seq + 1, previous=head.hash, roles=roles)
    head.seq, head.hash = event.seq, event.hash
    write([*rows, Put(head, ChainHead, None if head._state.adding else MOVED), Put(event, Event)])
    return event


def begin(entry: Entry, actor: Actor, *, roles: Sequence[str] = ()) -> tuple[ChainHead, Event]:
    """The head and the first event of a new subject, to be inserted together with it; `record_id` may come then."""
    if not connection.in_atomic_block:
        raise NoTransactionError("Events are written inside a transaction only.")
    event = make_event(entry, actor, seq=1, previous=GENESIS, roles=roles)
    return ChainHead(subject=entry.subject, seq=1, hash=event.hash), event


def make_event(entry: Entry, actor: Actor, *, seq: int, previous: str, roles: Sequence[str] = ()) -> Event:
    """The unsaved row. Its time is the server's, taken while the chain's head is held."""
    now = clock.now()
    watch.check(now, entry.act)
    rest: Any = plain(body_of(entry, actor, seq=seq, previous=previous, at=moment(now), roles=roles))
    body = encode(rest | {"chg": entry.changes if entry.canonical else plain(entry.changes)})
    event_hash, mac, key_id = seal(body)
    return Event(
        subject=entry.subject, seq=seq, at=now, act=entry.act, actor=actor.person, record_id=entry.record_id,
        body=body, hash=event_hash, mac=mac, key_id=key_id,
    )  # fmt: skip


def append_first(entries: Sequence[Entry], actor: Actor, *, roles: Sequence[str] = ()) -> list[Event]:
    """The first event of many new subjects, in two statements: for bulk raising only."""
    events = [make_event(entry, actor, seq=1, previous=GENESIS, roles=roles) for entry in entries]
    saved = Event.objects.bulk_create(events)
    ChainHead.objects.bulk_create([ChainHead(subject=e.subject, seq=1, hash=e.hash) for e in saved])
    return saved
