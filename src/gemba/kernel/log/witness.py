"""Witnesses: copies of the log where whoever administers the database does not reach. A dead one stops nothing.

A folder takes a line per event, soon after it was written and again when it is sealed, and every checkpoint. What was
missed while it was out of reach is made good when it is back.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from django.conf import settings

from gemba.kernel import clock
from gemba.kernel.log.models import Leaf, LogState, Seal, WitnessState
from gemba.kernel.log.pending import unsealed
from gemba.kernel.log.witness_files import NotedLeaf, NotedSeal, WitnessFolder, early_line, leaf_line, seal_line
from gemba.kernel.people.organisation import organisation
from gemba.kernel.trail.canonical import moment

T = TypeVar("T")
PATIENCE = 10.0
"""Seconds until a folder that does not answer, such as a share whose server is down, counts as out of reach."""
PORTION = 5000


@dataclass(frozen=True, slots=True)
class Copy:
    """The newest checkpoint that a witness holds."""

    name: str
    size: int
    root: str


def folders() -> list[WitnessFolder]:
    return [WitnessFolder(Path(path), organisation().uid) for path in settings.GEMBA_WITNESS]


def name_of(folder: WitnessFolder) -> str:
    return str(folder.folder)[:200]


def newest() -> list[Copy]:
    """What the witnesses within reach hold. Read outside any transaction: a slow share must not hold the database."""
    found = []
    for folder in folders():
        try:
            seal = patiently(folder, folder.last_seal)
        except OSError:
            continue
        if seal:
            found.append(Copy(name_of(folder), seal.size, seal.root))
    return found


_stuck: dict[Path, threading.Thread] = {}
"""Of each folder the thread that has not come back from it. No second one is sent after it."""


def patiently(folder: WitnessFolder, work: Callable[[], T]) -> T:
    """Do `work` on files elsewhere, or raise `TimeoutError`, an `OSError`, when it takes too long."""
    results: list[T] = []
    errors: list[OSError] = []

    def run() -> None:
        try:
            results.append(work())
        except OSError as error:
            errors.append(error)

    before = _stuck.get(folder.folder)
    if before is not None and before.is_alive():
        raise TimeoutError("it does not answer")
    thread = threading.Thread(target=run, name="gemba-witness", daemon=True)
    _stuck[folder.folder] = thread
    thread.start()
    thread.join(PATIENCE)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError("it does not answer")
    _stuck.pop(folder.folder, None)
    return results[0]


def bring_up_to_date() -> None:
    """Give every folder what it lacks of what is sealed."""
    for folder in folders():
        _guarded(folder, _give_sealed)


def note_early() -> None:
    """Note what was written since the last time and is not sealed yet, so that it cannot vanish before it is."""
    for folder in folders():
        _guarded(folder, _give_early)


def _guarded(folder: WitnessFolder, give: Callable[[WitnessFolder, WitnessState], bool]) -> None:
    state, _made = WitnessState.objects.get_or_create(name=name_of(folder))
    before = state.problem
    try:
        changed, state.problem = give(folder, state), ""
    except OSError as error:
        changed, state.problem = False, (error.strerror or str(error))[:400]
    if changed:
        state.at = clock.now()
    if changed or state.problem != before:
        state.save()


def _give_sealed(folder: WitnessFolder, state: WitnessState) -> bool:
    leaf, seal = patiently(folder, folder.last_leaf), patiently(folder, folder.last_seal)
    problem = foreign(leaf, seal)
    if problem:
        raise OSError(problem)
    changed = _give_leaves(folder, leaf.index + 1 if leaf else 0)
    seals = Seal.objects.filter(number__gt=seal.number if seal else 0).order_by("number")
    lines, size = [], state.size
    for each in seals.iterator(PORTION):
        lines.append(seal_line(each.number, moment(each.at), each.checkpoint))
        size = each.size
    patiently(folder, lambda: folder.append("checkpoints", lines))
    state.size = size
    return changed or bool(lines)


def foreign(leaf: NotedLeaf | None, seal: NotedSeal | None) -> str:
    """Nothing is added to a copy that goes on differently from the database: it is the proof of that."""
    if leaf and not Leaf.objects.filter(index=leaf.index, hash=leaf.hash).exists():
        return f"it holds event {leaf.seq} of {leaf.subject} as number {leaf.index}, and the database does not"
    if seal and not Seal.objects.filter(number=seal.number, size=seal.size, root=seal.root).exists():
        return f"it holds a seal {seal.number} that the database does not have"
    return ""


def _give_leaves(folder: WitnessFolder, begin: int) -> bool:
    changed = False
    while rows := _leaf_rows(begin):
        lines = [leaf_line(*row) for row in rows]
        patiently(folder, partial(folder.append, "leaves", lines))
        begin, changed = rows[-1][0] + 1, True
    return changed


def _leaf_rows(begin: int) -> Sequence[tuple[int, str, str, int]]:
    rows = Leaf.objects.filter(index__gte=begin).order_by("index")
    return list(rows.values_list("index", "hash", "event__subject", "event__seq")[:PORTION])


def _give_early(folder: WitnessFolder, state: WitnessState) -> bool:
    settled = LogState.objects.values_list("settled", flat=True).first() or 0
    waiting = unsealed(max(settled, state.early)).values_list("pk", "hash", "subject", "seq")
    rows = list(waiting[:PORTION])
    if not rows:
        return False
    patiently(
        folder, lambda: folder.append("early", [early_line(hashed, whose, seq) for _pk, hashed, whose, seq in rows])
    )
    state.early = rows[-1][0]
    return True
