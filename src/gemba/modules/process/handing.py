"""What processes hand to each other: one edge for each thing handed over, and whether both ends say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from gemba.modules.process.models import Process


@dataclass(frozen=True, slots=True)
class Handover:
    """`source` and `target` are numbers of processes. `agreed` says that giver and taker both name each other."""

    source: str
    target: str
    what: tuple[str, ...]
    agreed: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """What comes from, or goes to, somebody outside the quality system."""

    what: str
    who: str


def handovers(processes: Sequence[Process]) -> list[Handover]:
    """One for each pair of different processes, in the order of their first mention."""
    known = {process.number for process in processes}
    given: dict[tuple[str, str], list[str]] = {}
    taken: dict[tuple[str, str], list[str]] = {}
    for process in processes:
        for line in process.outputs:
            _put(given, (process.number, line["process"]), line["what"], known)
        for line in process.inputs:
            _put(taken, (line["process"], process.number), line["what"], known)
    pairs = dict.fromkeys([*given, *taken])
    return [
        Handover(*pair, _whats(given.get(pair, ()), taken.get(pair, ())), pair in given and pair in taken)
        for pair in pairs
    ]


def _put(found: dict[tuple[str, str], list[str]], pair: tuple[str, str], what: str, known: set[str]) -> None:
    if pair[0] != pair[1] and set(pair) <= known:
        found.setdefault(pair, []).append(what)


def _whats(given: Sequence[str], taken: Sequence[str]) -> tuple[str, ...]:
    """Each thing once, however its letters are written at either end."""
    found: dict[str, str] = {}
    for what in (*given, *taken):
        found.setdefault(what.casefold(), what)
    return tuple(found.values())


def outside(lines: Sequence[dict[str, str]]) -> list[Outside]:
    """Lines that name nobody inside."""
    return [Outside(line["what"], line["outside"]) for line in lines if not line["process"]]
