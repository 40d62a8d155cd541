"""Is the log whole? Seals, signatures, leaves and tree against each other, and all of it against a witness.

The tree is made anew in one pass over the leaves. That the events themselves say what was hashed is the business of
whoever checks chains; here an event counts by its hash.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection

from gemba.kernel.log.checkpoint import Checkpoint, CheckpointError, parse, signed_by
from gemba.kernel.log.keys import KnownKey, known_keys
from gemba.kernel.log.merkle import LEAF, Subtrees, complete_root
from gemba.kernel.log.models import Leaf, Seal, TreeNode
from gemba.kernel.log.naming import log_origin, log_subject
from gemba.kernel.log.seals_read import ReadSeal, event_of, heads_named, read_seal
from gemba.kernel.log.tree import STRIDE, WIDTH
from gemba.kernel.log.witness_checking import Roots, against_witness
from gemba.kernel.trail.finding import Finding

STRETCH = 16
"""Leaves in tiles of 256 that are read from the database at once."""
AT_ONCE = 200
"""Seals that are read at once; the texts of them are long."""
MOST_NAMED = 100
"""Findings of one sort that are named one by one; of more only the number is told."""


def log_problems(witness: Path | None = None, *, joined: bool = True) -> Iterator[Finding]:
    """Everything that is wrong with the log. `witness` is a folder that was written as one.

    `joined` False leaves out the comparison of each leaf with its event, for whoever makes that anyway.
    """
    seals: list[ReadSeal] = []
    yield from _seal_problems(seals)
    roots = Roots()
    yield from _tree_problems(seals, roots)
    if joined:
        yield from _leaf_problems(seals)
    yield from _unsealed_problems(seals)
    if witness is not None:
        yield from against_witness(witness, roots)


def log_finding(code: str, sentence: str, **more: Any) -> Finding:
    return Finding(code=code, subject=more.pop("subject", log_subject()), sentence=sentence, **more)


def _seal_problems(seals: list[ReadSeal]) -> Iterator[Finding]:
    """Each seal by itself, and after the one before it. What is needed of them later is put into `seals`."""
    known, before = known_keys(), None
    rows = Seal.objects.order_by("number").select_related("event").iterator(chunk_size=AT_ONCE)
    for seal in map(read_seal, rows):
        for problem in [*_own_problems(seal, known), *_after_problems(seal, before)]:
            yield log_finding(
                "seal-altered", f"Seal {seal.number}: {problem}.", seq=seal.event_seq, since=before.at if before else ""
            )
        before = seal
        seals.append(replace(seal, checkpoint=""))
    yield from _missing_seals(seals)


def _own_problems(seal: ReadSeal, known: Mapping[str, KnownKey]) -> Iterator[str]:
    if seal.problem:
        yield seal.problem
        return
    if seal.state != seal.body_digest:
        yield "what it says is not what its event committed to"
    if seal.numbered != seal.number:
        yield f"it says that it is number {seal.numbered}"
    if seal.named_key != seal.key_id:
        yield "its row names another key than its text"
    key = known.get(seal.key_id)
    if key is None:
        yield f"the trail does not know the key {seal.key_id} that signed it"
        return
    if objection := key.objection(seal.at):
        yield objection
    yield from _signature_problems(seal, key)


def _signature_problems(seal: ReadSeal, key: KnownKey) -> Iterator[str]:
    try:
        if not signed_by(seal.checkpoint, bytes.fromhex(key.public)):
            yield f"it is not signed with the key {key.id}"
        if parse(seal.checkpoint) != Checkpoint(log_origin(), seal.size, bytes.fromhex(seal.root)):
            yield "its checkpoint says something other than its row"
    except (CheckpointError, ValueError) as error:
        yield f"its checkpoint cannot be read, {error}"


def _after_problems(seal: ReadSeal, before: ReadSeal | None) -> Iterator[str]:
    if before is None:
        if seal.prev is not None or seal.number != 1:
            yield "the seals before it are missing"
        return
    if seal.number != before.number + 1:
        yield f"{seal.number - before.number - 1} seals before it are missing"
    elif seal.prev != before.checkpoint_digest:
        yield "it does not follow the seal before it"
    if seal.size <= before.size:
        yield "its tree is not larger than the one before it"
    elif not seal.problem and seal.size != before.size + seal.events + 1:
        yield "it does not cover as many events as it says"


def _missing_seals(seals: list[ReadSeal]) -> Iterator[Finding]:
    """Events that tell of a seal whose row is gone."""
    have = {seal.event_id for seal in seals}
    for event in event_of(log_subject()):
        if event.pk not in have:
            yield log_finding("seal-missing", f"The seal that event {event.seq} tells of is missing.", seq=event.seq)


@dataclass(slots=True)
class _Pass:
    """One pass over the leaves: the tree grows, and is compared at each size that was signed."""

    seals: list[ReadSeal]
    roots: Roots
    edge: Subtrees = field(default_factory=Subtrees)
    nodes: dict[int, list[bytes]] = field(default_factory=dict)
    """Of each stored level the hashes that are not yet under a stored one."""
    made: dict[tuple[int, int], str] = field(default_factory=dict)
    next_seal: int = 0

    def take(self, hashes: list[bytes]) -> Iterator[Finding]:
        """Leaves that begin where a tile of 256 begins; fewer only at the end."""
        done = 0
        while done < len(hashes):
            upto = min(len(hashes), done + WIDTH)
            sealed = [size - self.edge.size for size in self._sizes(self.edge.size + upto - done)]
            if sealed or upto - done < WIDTH:
                yield from self._singly(hashes[done:upto], sealed)
                if upto - done == WIDTH:
                    self._node(complete_root(hashes[done:upto]))
            else:
                root = complete_root(hashes[done:upto])
                self.edge.add(root, STRIDE)
                self._node(root)
            done = upto

    def _sizes(self, upto: int) -> list[int]:
        """The signed sizes, and those that a witness asks for, up to this one."""
        found = []
        for seal in self.seals[self.next_seal :]:
            if seal.size > upto:
                break
            if seal.size > self.edge.size:
                found.append(seal.size)
            else:
                self.next_seal += 1
        return found

    def _singly(self, hashes: list[bytes], stops: list[int]) -> Iterator[Finding]:
        begin = 0
        for stop in dict.fromkeys([*stops, len(hashes)]):
            self.edge.extend(hashes[begin:stop])
            begin = stop
            yield from self._compare()

    def _compare(self) -> Iterator[Finding]:
        root = self.edge.root().hex()
        self.roots.add(self.edge.size, root)
        while self.next_seal < len(self.seals) and self.seals[self.next_seal].size <= self.edge.size:
            seal = self.seals[self.next_seal]
            if seal.size == self.edge.size and seal.root != root:
                yield from self._wrong_root(seal)
            self.next_seal += 1

    def _wrong_root(self, seal: ReadSeal) -> Iterator[Finding]:
        earlier = [each.at for each in self.seals if each.size < seal.size]
        since = earlier[-1] if earlier else ""
        yield log_finding(
            "log-altered", f"Seal {seal.number} signed another history of {seal.size} events than the one stored.",
            seq=seal.event_seq, since=since,
        )  # fmt: skip

    def _node(self, root: bytes, level: int = STRIDE) -> None:
        waiting = self.nodes.setdefault(level, [])
        waiting.append(root)
        place = (self.edge.size >> level) - 1
        self.made[level, place] = root.hex()
        if len(waiting) == WIDTH:
            self._node(complete_root(waiting), level + STRIDE)
            waiting.clear()


def _tree_problems(seals: list[ReadSeal], roots: Roots) -> Iterator[Finding]:
    going, expected, gap = _Pass(seals, roots), 0, False
    for first, hashes in _stretches():
        if first != expected and not gap:
            gap = True
            sentence = f"The leaves from number {expected} to {first - 1} are missing."
            yield log_finding("leaf-missing", sentence)
            yield from _heads_gone(seals, expected)
        expected = first + len(hashes)
        if not gap:
            yield from going.take(hashes)
    if gap:
        return
    if going.edge.size == 0:
        yield from going._compare()
    last = seals[-1].size if seals else 0
    if expected != last:
        yield from _wrong_end(seals, expected, last)
    stored = {(level, place): root for level, place, root in TreeNode.objects.values_list("level", "place", "hash")}
    if wrong := [key for key in stored.keys() | going.made.keys() if stored.get(key) != going.made.get(key)]:
        level, place = min(wrong)
        sentence = f"The stored tree differs from its leaves at level {level}, place {place}."
        yield log_finding("tree-altered", sentence)


def _wrong_end(seals: list[ReadSeal], have: int, sealed: int) -> Iterator[Finding]:
    if have > sealed:
        yield log_finding("log-altered", f"{have - sealed} leaves are under no seal.")
        return
    yield log_finding("leaf-missing", f"{sealed - have} leaves are missing at the end, from number {have} on.")
    yield from _heads_gone(seals, have)


def _heads_gone(seals: list[ReadSeal], index: int) -> Iterator[Finding]:
    """Where leaves are missing, the seal that covers them still says how far each chain had come."""
    covering = next((seal for seal in seals if seal.size > index), None)
    if covering is not None:
        yield from _named(heads_named(covering))


def _stretches() -> Iterator[tuple[int, list[bytes]]]:
    """Hashes of leaves without a gap among them, each stretch beginning where a tile begins or after a gap."""
    rows = Leaf.objects.order_by("index").values_list("index", "hash").iterator(chunk_size=WIDTH * STRETCH)
    begin, found = 0, list[bytes]()
    for index, text in rows:
        if index != begin + len(found) or len(found) == WIDTH * STRETCH:
            if found:
                yield begin, found
            begin, found = index, []
        found.append(sha256(LEAF + _datum(text)).digest())
    if found:
        yield begin, found


def _datum(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _leaf_problems(seals: list[ReadSeal]) -> Iterator[Finding]:
    """Leaves whose event is gone or is another one, found by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT l."index", l.event_id, e.subject, e.seq FROM kernel_leaf l LEFT JOIN kernel_event e'
            ' ON e.id = l.event_id WHERE e.id IS NULL OR e.hash <> l.hash ORDER BY l."index" LIMIT %s',
            [MOST_NAMED],
        )
        wrong = cursor.fetchall()
    gone = [row for row in wrong if row[2] is None]
    for index, _event_id, subject, seq in wrong:
        if subject is not None:
            sentence = f"{subject}, event {seq}: it is not the event that was sealed as number {index}."
            yield Finding(code="event-altered", subject=subject, seq=seq, sentence=sentence)
    told: set[int] = set()
    for index, *_rest in gone:
        yield log_finding("event-missing", f"The event that was sealed as number {index} is missing.")
        covering = next((seal for seal in seals if seal.size > index), None)
        if covering is not None and covering.number not in told:
            told.add(covering.number)
            yield from _named(heads_named(covering))


def _named(gone: Iterator[tuple[str, int, str]]) -> Iterator[Finding]:
    for subject, seq, at in gone:
        sentence = f"{subject}: event {seq}, which was there when it was sealed, is missing or altered."
        yield Finding(code="event-missing", subject=subject, seq=seq, sentence=sentence, since=at)


def _unsealed_problems(seals: list[ReadSeal]) -> Iterator[Finding]:
    """Events that claim to be older than the last but one seal and were never sealed: they came from elsewhere."""
    older = seals[:-1]
    if not older:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.subject, e.seq FROM kernel_event e LEFT JOIN kernel_leaf l ON l.event_id = e.id"
            " WHERE l.event_id IS NULL AND e.id < %s ORDER BY e.id LIMIT %s",
            [older[-1].event_id, MOST_NAMED],
        )
        rows = cursor.fetchall()
    for subject, seq in rows:
        sentence = f"{subject}, event {seq}: it lies before the seal of {older[-1].at} and was not sealed."
        yield Finding(code="event-unsealed", subject=subject, seq=seq, sentence=sentence)
