"""The quick pass over all events: one look at each, in the order they were written, without parsing what need not be.

Nothing here knows Django or a database, so that it runs in processes of its own that start at once. It finds *which*
chains need a closer look; what is wrong with them is said by `chains`. Every doubt counts as suspicion, none as sound.

Reading by position instead of by parsing is safe here: within a canonical text a quotation mark inside a value is
always escaped, so that `,"prev":"` can only ever be a key, and the last one of its name is the event's own.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

PREFIX = b"gemba-event-v1\n"
GENESIS = "0" * 64
CLOCK_SECONDS = 60
"""So far behind another event's time an event may be that was written after it: parallel work, a corrected clock."""
MINUTE = len("2026-11-22T08:29")
BLOCK = 64
HEX = 64
AT, PREV, UNSIGNED, END = ',"at":"', ',"prev":"', ',"sig":null,"state":"', '","v":1}'
PREV_LONG = len(PREV)
STATE_TO = -len(END)
STATE_FROM = STATE_TO - HEX
UNSIGNED_FROM = STATE_FROM - len(UNSIGNED)
"""Places counted from the end of an event's text."""
Row = tuple[int, str, int, str, str, int, int | None, str, str, str, str]
"""id, subject, seq, at as the database writes it in text, act, actor, record, body, hash, mac, key id."""


End = tuple[int, str, str, str, int | None]
"""As in `Tail`."""


class Tail(NamedTuple):
    """The end of a chain, as far as it was read."""

    seq: int
    hash: str
    state: str
    """Digest of the subject's columns after the last event that tells of them; empty where none does."""
    at: str
    record: int | None


class Opening(NamedTuple):
    """The first event of a chain in a part that began in the middle."""

    seq: int
    prev: str
    at: str
    record: int | None


class Late(NamedTuple):
    """An event, and the time and id of an earlier one that claims to be younger."""

    id: int
    subject: str
    seq: int
    at: str
    newest: str
    newest_id: int


@dataclass(slots=True)
class Part:
    """What was found in one range of events."""

    events: int = 0
    tails: dict[str, Tail] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)
    signed: list[tuple[str, int]] = field(default_factory=list)
    """Events that carry a signature: subject and number."""
    late: list["Late"] = field(default_factory=list)
    """Events that claim to be much older than one that was written before them."""


class Beginning(NamedTuple):
    """What the beginning of an event's text says: `act`, `actor`."""

    act: str
    who: str
    kind: str
    """First part of the subjects whose columns such an event tells of; `?` where it is no beginning of an event."""


class Beginnings(dict[str, Beginning]):
    """Beginnings of events up to their time. There are few different ones, and each is parsed once."""

    def __missing__(self, text: str) -> Beginning:
        try:
            told = json.loads(text + "}")
            act, who = str(told["act"]), str(told["actor"]["id"])
        except (ValueError, KeyError, TypeError):
            act = who = ""
        made = self[text] = Beginning(act, who, f"{act.partition('.')[0]}/" if act else "?")
        return made


def hmac_of(secret: bytes) -> Callable[[bytes], str]:
    """HMAC-SHA-256 of many short texts with one key: both halves are begun once, which the library does every time."""
    key = hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret
    padded = key.ljust(BLOCK, b"\0")
    begin_inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)).copy
    begin_outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)).copy

    def mac(message: bytes) -> str:
        inner, outer = begin_inner(), begin_outer()
        inner.update(message)
        outer.update(inner.digest())
        return outer.hexdigest()

    return mac


def unknown_key(_message: bytes) -> str:
    """Equals no MAC."""
    return ""


def scan(rows: Iterable[Row], keys: Mapping[str, bytes], people: Mapping[int, str], newest: str = "") -> Part:
    """Look at events in the order of their ids. `people` are uids by key; `newest` is the time of the one before.

    That a text bears the MAC and names the hash before it fixes its chain and its number: both are read from the text
    of a chain's first event only.
    """
    part, sha256, newest_id = Part(), hashlib.sha256, 0
    suspects, ends = part.suspects, dict[str, End]()
    macs, beginnings = {name: hmac_of(secret) for name, secret in keys.items()}, Beginnings()
    for key, subject, seq, at, act, actor, record, body, digest, mac, key_id in rows:
        part.events += 1
        raw = sha256(PREFIX + body.encode()).digest()
        here, place = body.find(AT), body.rfind(PREV) + PREV_LONG
        told, who, kind = beginnings[body[:here]]
        then, prev = body[here + 7 : here + 34], body[place : place + HEX]
        if (
            raw.hex() != digest
            or macs.get(key_id, unknown_key)(raw) != mac
            or told != act
            or who != people.get(actor)
            or not ((then[11:26] == at[11:26] and then[:10] == at[:10]) or same_moment(then, at))
            or not body.endswith(END)
        ):
            suspects.add(subject)
        if not body.startswith(UNSIGNED, len(body) + UNSIGNED_FROM):
            part.signed.append((subject, seq))
        before = ends.get(subject)
        state = body[STATE_FROM:STATE_TO] if subject.startswith(kind) else before[2] if before else ""
        ends[subject] = (seq, digest, state, then, record)
        if before is None:
            _begin(part, subject, Opening(seq, prev, then, record), body)
        elif prev != before[1] or seq != before[0] + 1 or then < before[3] or record != before[4]:
            suspects.add(subject)
        if then >= newest:
            newest, newest_id = then, key
        elif then[:MINUTE] != newest[:MINUTE] and seconds_back(newest, then) > CLOCK_SECONDS:
            part.late.append(Late(key, subject, seq, then, newest, newest_id))
            newest, newest_id = then, key
    part.tails = {subject: Tail(*end) for subject, end in ends.items()}
    return part


def _begin(part: Part, subject: str, opening: Opening, body: str) -> None:
    """The first event of a chain that is met: of the chain itself, or of this part."""
    if opening.seq != 1:
        part.openings[subject] = opening
    elif opening.prev != GENESIS:
        part.suspects.add(subject)
    rec = body.rfind(f',"rec":"{subject}","req":"')
    if rec < 0 or body.rfind(f',"seq":{opening.seq},"sig":') < rec:
        part.suspects.add(subject)


def same_moment(told: str, column: str) -> bool:
    """`2026-11-22T08:29:11.123456Z` as events write it, and the same as a database writes it."""
    if told[:10] != column[:10] or told[11:19] != column[11:19]:
        return False
    fraction = column[20:26].partition("+")[0] if column[19:20] == "." else ""
    return told[20:26] == fraction.ljust(6, "0")


def follows(before: Tail, seq: int, prev: str, then: str, record: int | None) -> bool:
    """Whether an event can stand after the last one of its chain. Time runs backwards only by correction of a clock."""
    return seq == before.seq + 1 and prev == before.hash and then >= before.at and record == before.record


def merge(whole: Part, part: Part) -> None:
    """Add what was found in the next range of events."""
    whole.events += part.events
    for subject, opening in part.openings.items():
        before = whole.tails.get(subject)
        if before is None or not follows(before, *opening):
            whole.suspects.add(subject)
    for subject in part.tails.keys() & whole.tails.keys():
        if subject not in part.openings:
            whole.suspects.add(subject)
        tail = part.tails[subject]
        if not tail.state:
            part.tails[subject] = tail._replace(state=whole.tails[subject].state)
    whole.tails |= part.tails
    whole.suspects |= part.suspects
    whole.signed += part.signed
    whole.late += part.late


def seconds_back(earlier: str, later: str) -> float:
    """How many seconds `later` lies before `earlier`; 0 where it does not, or where one of them is no time."""
    try:
        return max((dt.datetime.fromisoformat(earlier) - dt.datetime.fromisoformat(later)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0


def parsed(body: str) -> dict[str, Any] | None:
    """The event as an object; None where its text is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
