"""The sealer: one at a time it takes what is new, checks it, puts it into the tree and signs.

It signs nothing that is not sound: an event that was altered, a tree that does not continue the one that was signed, a
key that is not to be used, a witness that knows more than the database stop it, and it says so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from gemba.kernel import clock
from gemba.kernel.actor import Actor
from gemba.kernel.log import standing, witness
from gemba.kernel.log.checkpoint import Checkpoint, CheckpointError, sign, signed_by
from gemba.kernel.log.keys import KnownKey, register_first, seal_key, wrong_keys
from gemba.kernel.log.merkle import leaf_hash
from gemba.kernel.log.models import LogState, Seal
from gemba.kernel.log.naming import log_origin, log_subject
from gemba.kernel.log.pending import (
    BEGINS_ANEW,
    TOLERANCE,
    Waiting,
    digest_of,
    facts_of,
    judged,
    keeps_time,
    next_events,
)
from gemba.kernel.log.tree import StoredTree, TreeDamagedError
from gemba.kernel.log.witness import Copy
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.canonical import encode, moment, plain
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.keys import KeyUnusableError
from gemba.kernel.trail.models import Event
from gemba.kernel.trail.timekeeping import clock_state
from gemba.kernel.trail.writer import Entry, append

MOST = 5000
"""Events under one seal; what is more gets the next one at once."""
LOCK = 0x67656D6261
SCHEMA = "seal@1"
ACT = "log.seal"
LEAVES = 'INSERT INTO kernel_leaf ("index", event_id, hash) VALUES (%s, %s, %s)'
NODES = "INSERT INTO kernel_treenode (level, place, hash) VALUES (%s, %s, %s)"
LAYOUT = 1


class _DamagedError(Exception):
    """Rolls back; carries what was found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What came of it. Without a seal and without findings nothing was to be done."""

    seal: Seal | None = None
    findings: tuple[Finding, ...] = ()


def seal_now(*, always: bool = False, thorough: bool = False) -> Sealed:
    """Seal all that is new; `always` also where nothing is. `thorough` looks for waiting events from the beginning on.

    Never raises over damage: it is kept, told to quality, and stands on the health page until a later run finds none.
    """
    done = Sealed()
    seen = witness.newest()
    while True:
        try:
            with transaction.atomic():
                one, rest = _seal_once(seen, always=always and done.seal is None, thorough=thorough)
        except _DamagedError as damaged:
            standing.keep_damage(damaged.findings)
            return Sealed(done.seal, damaged.findings)
        except Refused as refusal:  # the clock is behind the trail, so that no event can be written
            found = Finding(code="clock", subject="log", sentence=" ".join(refusal.sentences))
            standing.keep_damage([found])
            return Sealed(done.seal, (found,))
        if one is None:
            return done
        done = Sealed(one)
        transaction.on_commit(witness.bring_up_to_date)
        if not rest:
            return done


def _seal_once(seen: Sequence[Copy], *, always: bool, thorough: bool) -> tuple[Seal | None, bool]:
    """One seal, and whether more is waiting. `seen` is what the witnesses hold."""
    _alone()
    state = LogState.objects.first() or LogState.objects.create()
    last = Seal.objects.order_by("-number").first()
    before = _flow()
    until = before.until
    known = _keys()
    events = next_events(0 if thorough else state.settled, MOST + 1)
    flow = before._replace(begun=_flow().begun)
    rest = len(events) > MOST
    if rest:
        until = min(until, events.pop().at)
    if not events and not always and not state.damage:  # after damage a seal shows that it is mended
        return None, False
    if found := [*judged(events, last, known, complete=not rest), *_clock_set_back(events, last)]:
        raise _DamagedError(found)
    tree = _sound_tree(last, known, seen)
    body = _body(events, last, until)
    size = (last.size if last else 0) + len(events) + 1
    event = append(_entry(body, last, size), Actor.system())
    seal = _store(tree, [*events, event], last, body, event)
    _settle(state, events, event, rest=rest, flow=flow)
    return seal, rest


def _alone() -> None:
    """Until the transaction ends; on SQLite every transaction that writes is alone anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


class Flow(NamedTuple):
    """Which transactions are under way, where several write at once (PostgreSQL)."""

    until: dt.datetime
    """No event that is yet to come is older: the moment the oldest of them began."""
    ended: int = 0
    """All with a smaller number have ended."""
    begun: int = 0
    """None with this number or a larger one had begun."""


def _flow() -> Flow:
    now = clock.now()
    if connection.vendor != "postgresql":
        return Flow(now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint,"
            " (SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend') FROM pg_current_snapshot() s"
        )
        ended, begun, oldest = cursor.fetchone()
    return Flow(min(now, oldest) if oldest else now, ended, begun)


def _keys() -> dict[str, KnownKey]:
    """The keys the trail knows; those of a new installation are told to it first."""
    try:
        known = register_first(Actor.system())
    except KeyUnusableError as error:
        raise _DamagedError([Finding(code="key-wrong", subject="keys", sentence=str(error))]) from None
    if wrong := wrong_keys(known):
        raise _DamagedError([Finding(code="key-wrong", subject="keys", sentence=text) for text in wrong])
    return known


def _clock_set_back(events: Sequence[Waiting], last: Seal | None) -> list[Finding]:
    """A seal is not older than the one before it, except after the clock was set and that was told to the trail."""
    told = any(event.act == BEGINS_ANEW for event in events)
    if last is None or told or not keeps_time() or clock.now() >= last.at - TOLERANCE:
        return []
    sentence = f"The server's clock says {moment(clock.now())}; the last seal was made at {moment(last.at)}."
    return [Finding(code="clock", subject="log", sentence=sentence, since=moment(last.at))]


def _sound_tree(last: Seal | None, known: dict[str, KnownKey], seen: Sequence[Copy]) -> StoredTree:
    """The stored tree, after it was found to be the one that was signed, and no witness to know another one."""
    tree = StoredTree()
    if problem := (_tree_problem(tree, last, known) if last else "") or _witness_problem(tree, last, seen):
        raise _DamagedError([Finding(code="log-altered", subject="log", sentence=problem)])
    return tree


def _tree_problem(tree: StoredTree, last: Seal, known: dict[str, KnownKey]) -> str:
    try:
        root = tree.edge(last.size).root().hex()
        if root != last.root:
            return f"The stored tree is not the one that seal {last.number} signed."
        key = known.get(last.key_id)
        if key is None or not signed_by(last.checkpoint, bytes.fromhex(key.public)):
            return f"Seal {last.number} is not signed with a key the trail knows."
        if Checkpoint(log_origin(), last.size, bytes.fromhex(root)).text() != last.checkpoint.split("\n\n")[0] + "\n":
            return f"Seal {last.number} signs something other than its row says."
    except TreeDamagedError as error:
        return str(error)
    except (CheckpointError, ValueError):
        return f"Seal {last.number} cannot be read."
    return ""


def _witness_problem(tree: StoredTree, last: Seal | None, seen: Sequence[Copy]) -> str:
    """What a witness holds must be a beginning of what is here: an older database must not be sealed anew."""
    size = last.size if last else 0
    for copy in seen:
        if copy.size > size:
            return (
                f"The witness {copy.name} holds {copy.size} sealed events, the database {size}: it is an older one, or "
                "its newest events were removed. After a backup was brought back on purpose: "
                "gemba restore --accept-older REASON"
            )
        if copy.size and tree.edge(copy.size).root().hex() != copy.root:
            return f"The witness {copy.name} holds another history than the database."
    return ""


def _body(events: Sequence[Waiting], last: Seal | None, until: dt.datetime) -> str:
    """What is sealed besides the events, as canonical text."""
    now = clock.now()
    content: Any = plain({
        "v": LAYOUT, "org": organisation().uid, "number": last.number + 1 if last else 1,
        "at": moment(now), "until": moment(min(now, until)), "clk": clock_state(), "app": settings.GEMBA_BUILD,
        "prev": digest_of(last.checkpoint) if last else None, "seal_key": seal_key().id, **facts_of(events),
    })  # fmt: skip
    return encode(content)


def _entry(body: str, last: Seal | None, size: int) -> Entry:
    return Entry(
        subject=log_subject(), act=ACT, state=digest_of(body), schema=SCHEMA,
        changes=[("size", last.size if last else 0, size), ("previous_root", None, last.root if last else None)],
    )  # fmt: skip


def _store(tree: StoredTree, events: Sequence[Waiting | Event], last: Seal | None, body: str, event: Event) -> Seal:
    """Leaves, nodes and the signed seal; the last of the events is the seal's own."""
    size, key = (last.size if last else 0), seal_key()
    hashes = [leaf_hash(bytes.fromhex(each.hash)) for each in events]
    edge = tree.edge(size)
    edge.extend(hashes)
    _add(LEAVES, [(size + place, each.pk, each.hash) for place, each in enumerate(events)])
    _add(NODES, [(node.level, node.place, node.hash) for node in tree.grown(size, hashes)])
    seal = Seal(
        number=last.number + 1 if last else 1, event=event, at=event.at, size=edge.size, root=edge.root().hex(),
        body=body, checkpoint=sign(Checkpoint(log_origin(), edge.size, edge.root()), key.seed), key_id=key.id,
    )  # fmt: skip
    seal.save(force_insert=True)
    return seal


def _add(statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _settle(state: LogState, events: Sequence[Waiting], event: Event, *, rest: bool, flow: Flow) -> None:
    """Up to which id nothing can wait any more. Ids of transactions still under way are gaps."""
    upto = events[-1].pk if rest else event.pk
    settled = upto if _unbroken(state.settled, upto) else state.settled
    if settled < upto and flow.ended >= state.mark_flow:
        settled = max(settled, min(state.mark, upto))
        state.mark, state.mark_flow = max((each.pk for each in events), default=state.mark), flow.begun
    state.settled, state.damage, state.damaged_at = settled, "", None
    state.save(update_fields=["settled", "mark", "mark_flow", "damage", "damaged_at"])


def _unbroken(begin: int, end: int) -> bool:
    """Whether every id in between is there; on SQLite nothing else is under way."""
    if connection.vendor != "postgresql":
        return True
    return Event.objects.filter(pk__gt=begin, pk__lte=end).count() == end - begin
