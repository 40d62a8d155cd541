"""The log in the database against a copy that was written elsewhere while it grew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from gemba.kernel.log.models import Leaf, Seal
from gemba.kernel.log.naming import log_subject
from gemba.kernel.log.witness_files import NotedLeaf, NotedSeal, WitnessFolder
from gemba.kernel.people.organisation import organisation
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import Event

MOST_NAMED = 1000
PORTION = 900


@dataclass(slots=True)
class Roots:
    """The roots of the stored tree at the sizes that were met."""

    known: dict[int, str] = field(default_factory=dict)

    def add(self, size: int, root: str) -> None:
        self.known[size] = root


def against_witness(witness: Path, roots: Roots) -> Iterator[Finding]:
    """What the copy holds and the database does not, or holds otherwise. A copy that cannot be read is a finding."""
    folder = WitnessFolder(witness, organisation().uid)
    try:
        found = list(islice(_compared(folder, roots), MOST_NAMED))
    except OSError as error:
        sentence = f"The witness in {witness} cannot be read: {error.strerror or error}."
        yield Finding(code="witness-unreadable", subject="witness", sentence=sentence)
        return
    yield from found


def _compared(folder: WitnessFolder, roots: Roots) -> Iterator[Finding]:
    if not any(folder.path(kind).exists() for kind in ("leaves", "checkpoints")):
        sentence = f"The folder {folder.folder} holds no copy of this company's log."
        yield Finding(code="witness-empty", subject="witness", sentence=sentence)
        return
    yield from _seals(folder.seals(), roots)
    yield from _leaves(folder.leaves())
    yield from _early(folder.early())


def _seals(noted: Iterable[NotedSeal], roots: Roots) -> Iterator[Finding]:
    ours = {number: (size, root) for number, size, root in Seal.objects.values_list("number", "size", "root")}
    for seal in noted:
        have = ours.get(seal.number)
        if have is None:
            sentence = f"The witness holds seal {seal.number} over {seal.size} events; the database has no such seal."
            yield Finding(code="seal-missing", subject=log_subject(), sentence=sentence, since=seal.at)
        elif have != (seal.size, seal.root) or roots.known.get(seal.size, seal.root) != seal.root:
            sentence = f"The witness holds another seal {seal.number} than the database."
            yield Finding(code="seal-altered", subject=log_subject(), sentence=sentence, since=seal.at)


def _leaves(noted: Iterator[NotedLeaf]) -> Iterator[Finding]:
    """Both in the order of their numbers; what a torn line cost stands again after it."""
    stored = Leaf.objects.order_by("index").values_list("index", "hash").iterator(chunk_size=5000)
    ours = next(stored, None)
    expected = 0
    for leaf in noted:
        if leaf.index < expected:
            continue
        expected = leaf.index + 1
        while ours is not None and ours[0] < leaf.index:
            ours = next(stored, None)
        if ours is None or ours[0] != leaf.index:
            yield _finding("event-missing", leaf, "the witness holds it as sealed, the database does not")
        elif ours[1] != leaf.hash:
            yield _finding("event-altered", leaf, "the witness holds another event in its place")


def _early(noted: Iterator[NotedLeaf]) -> Iterator[Finding]:
    while portion := list(islice(noted, PORTION)):
        hashes = [leaf.hash for leaf in portion]
        have = set(Event.objects.filter(hash__in=hashes).values_list("hash", flat=True))
        for leaf in portion:
            if leaf.hash not in have:
                yield _finding("event-missing", leaf, "the witness noted it when it was written")


def _finding(code: str, leaf: NotedLeaf, problem: str) -> Finding:
    sentence = f"{leaf.subject}: event {leaf.seq} is missing or altered; {problem}."
    return Finding(code=code, subject=leaf.subject, seq=leaf.seq, sentence=sentence)
