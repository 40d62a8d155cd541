"""The keys in use and before, told by events: when each came, when it was retired, revoked or lost.

There is no table of keys that somebody could edit: what counts is read from events, which are sealed themselves. The
secret parts are files outside the database: `trail.key` for the MAC of events, `seal.key` for the signature of seals.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction

from gemba.kernel import clock
from gemba.kernel.actor import Actor
from gemba.kernel.trail.canonical import digest, moment
from gemba.kernel.trail.keys import KeyUnusableError, current_key, load_key
from gemba.kernel.trail.models import Event
from gemba.kernel.trail.writer import Entry, append

SCHEMA = "key@1"
ACTS = ("key.add", "key.retire", "key.revoke", "key.lost")
LATE = dt.timedelta(seconds=60)
"""What was begun with a key is finished with it: so long after it was retired it may still be seen."""


class Purpose(StrEnum):
    TRAIL = "trail"
    """Seals each event (HMAC-SHA-256)."""
    SEAL = "seal"
    """Signs the log (Ed25519)."""

    @property
    def path(self) -> Path:
        """Where the current key of this purpose is kept."""
        return Path(settings.GEMBA_TRAIL_KEY if self is Purpose.TRAIL else settings.GEMBA_SEAL_KEY)


class State(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"
    LOST = "lost"


class KeyRuleError(RuntimeError):
    """What was asked for cannot be done with this key; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """A key that signs seals. Its id comes from the public half, so that everybody can tell it."""

    id: str
    public: bytes
    seed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What the trail says of a key. `ended` is when it was retired, or since when it is not to be trusted."""

    id: str
    purpose: Purpose
    public: str
    state: State
    added: str
    ended: str = ""

    def snapshot(self) -> dict[str, str]:
        return {
            "id": self.id, "purpose": str(self.purpose), "public": self.public, "state": str(self.state),
            "added": self.added, "ended": self.ended,
        }  # fmt: skip

    def objection(self, at: str) -> str:
        """Why something made with this key at a moment is not to be believed; empty where it is."""
        if not self.ended or self.state is State.ACTIVE:
            return ""
        if self.state is State.REVOKED:
            return f"the key {self.id} was revoked from {self.ended} on" if at >= self.ended else ""
        last = moment(dt.datetime.fromisoformat(self.ended) + LATE)
        return f"the key {self.id} was {self.state} on {self.ended}" if at > last else ""


def public_of(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def id_of(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def seal_key(path: Path | None = None) -> SealKey:
    """The key that signs now. Raises `KeyUnusableError` with a sentence."""
    seed = load_key(path or Purpose.SEAL.path).secret
    public = public_of(seed)
    return SealKey(id_of(public), public, seed)


def key_in(purpose: Purpose, path: Path) -> tuple[str, str]:
    """Id and public half of the key in a file; a key of the trail has no public half."""
    if purpose is Purpose.TRAIL:
        return load_key(path).id, ""
    key = seal_key(path)
    return key.id, key.public.hex()


def known_keys() -> dict[str, KnownKey]:
    """All keys the trail tells of, oldest first."""
    found: dict[str, KnownKey] = {}
    for (body,) in Event.objects.filter(act__in=ACTS).order_by("id").values_list("body"):
        told = _told(body, found)
        if told is not None:
            found[told.id] = told
    return found


def _told(body: str, before: dict[str, KnownKey]) -> KnownKey | None:
    """A key after one event; None where the event is none of ours. Whether it is sound, verification says."""
    try:
        event = json.loads(body)
        key_id = str(event["rec"]).removeprefix("key/")
        new = {str(name): str(value or "") for name, _old, value in event["chg"]}
        if event["act"] == "key.add":
            at = str(event["at"])
            return KnownKey(key_id, Purpose(new["purpose"]), new["public"], State.ACTIVE, new.get("added") or at)
        return replace(before[key_id], state=State(new["state"]), ended=new["ended"])
    except (ValueError, KeyError, TypeError):
        return None


def active(purpose: Purpose, known: dict[str, KnownKey]) -> KnownKey | None:
    """The key that is to be used now."""
    usable = [key for key in known.values() if key.purpose is purpose and key.state is State.ACTIVE]
    return usable[-1] if usable else None


def register_first(actor: Actor) -> dict[str, KnownKey]:
    """Tell the trail of the keys this installation begins with; of a purpose it knows already nothing is added."""
    known = known_keys()
    for purpose in Purpose:
        if not any(key.purpose is purpose for key in known.values()):
            key_id, public = key_in(purpose, purpose.path)
            known[key_id] = tell_of(purpose, key_id, public, actor)
    return known


def tell_of(purpose: Purpose, key_id: str, public: str, actor: Actor, reason: str = "") -> KnownKey:
    """The event that adds a key."""
    now = moment(clock.now())
    key = KnownKey(key_id, purpose, public, State.ACTIVE, now)
    changes = [(name, None, value) for name, value in key.snapshot().items()]
    _event(key, "key.add", changes, actor, reason)
    return key


def end(key: KnownKey, state: State, actor: Actor, *, reason: str, since: str = "") -> KnownKey:
    """Retire a key, revoke it from a moment on, or say that it is lost. Raises `KeyRuleError`."""
    if key.state in (State.REVOKED, State.LOST) and state is not State.REVOKED:
        raise KeyRuleError(f"The key {key.id} is {key.state} already.")
    if not reason.strip():
        raise KeyRuleError("Say why.")
    ended = replace(key, state=state, ended=since or moment(clock.now()))
    act = {State.RETIRED: "key.retire", State.REVOKED: "key.revoke", State.LOST: "key.lost"}[state]
    changes = [("state", str(key.state), str(state)), ("ended", key.ended, ended.ended)]
    _event(ended, act, changes, actor, reason)
    return ended


def _event(key: KnownKey, act: str, changes: Iterable[tuple[str, str | None, str]], actor: Actor, reason: str) -> None:
    with transaction.atomic():
        entry = Entry(
            subject=f"key/{key.id}", act=act, state=digest(key.snapshot()), schema=SCHEMA, changes=list(changes),
            reason=reason,
        )  # fmt: skip
        append(entry, actor)


def wrong_keys(known: dict[str, KnownKey]) -> list[str]:
    """Why the key files in place are not the ones to be used, one sentence each."""
    found = []
    for purpose in Purpose:
        try:
            key_id = current_key().id if purpose is Purpose.TRAIL else seal_key().id
        except KeyUnusableError as error:
            found.append(str(error))
            continue
        key = known.get(key_id)
        if key is None:
            found.append(f"The file {purpose.path.name} holds a key the trail does not know ({key_id}).")
        elif key.state is not State.ACTIVE:
            found.append(f"The file {purpose.path.name} holds a key that was {key.state} ({key_id}).")
    return found
