"""Check one chain of events: order, hashes, MACs, and the searchable columns against the bytes that were hashed."""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Protocol

from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.keys import TrailKey, all_keys
from gemba.kernel.trail.models import GENESIS, ChainHead, Event
from gemba.kernel.trail.writer import PREFIX


class Doer(Protocol):
    """Who did it."""

    @property
    def uid(self) -> str: ...


class Told(Protocol):
    """What is needed of an event to check it, whoever read it and however."""

    @property
    def subject(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> dt.datetime: ...
    @property
    def act(self) -> str: ...
    @property
    def actor(self) -> Doer: ...
    @property
    def body(self) -> str: ...
    @property
    def hash(self) -> str: ...
    @property
    def mac(self) -> str: ...
    @property
    def key_id(self) -> str: ...


def verify_chain(subject: str) -> list[str]:
    """What is wrong with the chain of `subject`, one sentence each, naming the sequence number. Empty when sound."""
    found: list[str] = []
    previous, expected, keys = GENESIS, 1, all_keys()
    for event in Event.objects.filter(subject=subject).order_by("seq").iterator():
        if event.seq != expected:
            found.append(f"{subject}: {event.seq - expected} events are missing before number {event.seq}.")
        found += [f"{subject}, event {event.seq}: {problem}." for problem in event_problems(event, previous, keys)]
        previous, expected = event.hash, event.seq + 1
    return found + _head_problems(subject, last=expected - 1, last_hash=previous)


def _head_problems(subject: str, *, last: int, last_hash: str) -> list[str]:
    head = ChainHead.objects.filter(subject=subject).first()
    if head is None:
        return [f"{subject}: the chain has no head."] if last else []
    if (head.seq, head.hash) == (last, last_hash):
        return []
    if head.seq > last:
        return [f"{subject}: {head.seq - last} events are missing after number {last}."]
    return [f"{subject}: the head does not name the last event."]


def event_problems(event: Told, previous: str, keys: Mapping[str, TrailKey]) -> list[str]:
    """What is wrong with one event, given the hash before it and the keys there are."""
    digest, key = hashlib.sha256(PREFIX + event.body.encode()).digest(), keys.get(event.key_id)
    found = []
    if digest.hex() != event.hash:
        found.append("its text is not what was hashed")
    if key is None:
        found.append(f"it was sealed with the key {event.key_id}, which is not loaded")
    elif not hmac.compare_digest(hmac.new(key.secret, digest, hashlib.sha256).hexdigest(), event.mac):
        found.append("it was not sealed with the trail key")
    try:
        body = json.loads(event.body)
    except ValueError:
        return [*found, "its text cannot be read"]
    if not isinstance(body, dict):
        return [*found, "its text is no event"]
    if body.get("prev") != previous:
        found.append("it does not follow the event before it")
    return [*found, *_column_problems(event, body)]


def _column_problems(event: Told, body: dict[str, Any]) -> list[str]:
    actor = body.get("actor")
    columns = {
        "rec": event.subject, "seq": event.seq, "at": moment(event.at), "act": event.act,
    }  # fmt: skip
    found = [
        f"the column for {name!r} differs from its text" for name, value in columns.items() if body.get(name) != value
    ]
    if not isinstance(actor, dict) or actor.get("id") != event.actor.uid:
        found.append("the column for its actor differs from its text")
    return found
