"""What changed within one block: words deleted and inserted among those that stayed, marks and all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from gemba.kernel.richtext.alignment import common
from gemba.kernel.richtext.element import Node
from gemba.kernel.richtext.leaves import BREAK, Leaf, leaves_of, nested
from gemba.kernel.richtext.likeness import gaps

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_ISLAND = 2
"""Words that stayed between two changes and are too few to help the reader: they are shown as changed with the rest."""


class Side(Enum):
    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring leaves with one fate."""

    side: Side
    leaves: tuple[Leaf, ...]

    @property
    def nodes(self) -> tuple[Node, ...]:
        return nested(self.leaves)


def tokens(nodes: tuple[Node, ...]) -> list[Leaf]:
    """Words, blanks and signs one by one, each with its marks: a word made bold is another token."""
    found: list[Leaf] = []
    for leaf in leaves_of(nodes):
        if leaf.text == BREAK:
            found.append(leaf)
        else:
            found += (Leaf(part, leaf.marks) for part in _TOKEN.findall(leaf.text))
    return found


def compared(old: tuple[Node, ...], new: tuple[Node, ...]) -> list[Piece]:
    """The pieces, deletions before the insertions that replace them.

    Without the new ones they are the old text, without the old ones the new.
    """
    before, after = tokens(old), tokens(new)
    pairs = _without_islands(before, common(before, after), len(before), len(after))
    found: list[Piece] = []
    for number, (olds, news) in enumerate(gaps(pairs, len(before), len(after))):
        _add(found, Side.OLD, before[olds.start : olds.stop])
        _add(found, Side.NEW, after[news.start : news.stop])
        if number < len(pairs):
            _add(found, Side.BOTH, [after[pairs[number][1]]])
    return found


def _add(found: list[Piece], side: Side, leaves: Sequence[Leaf]) -> None:
    if not leaves:
        return
    if found and found[-1].side is side:
        found[-1] = Piece(side, (*found[-1].leaves, *leaves))
    else:
        found.append(Piece(side, tuple(leaves)))


def _without_islands(before: list[Leaf], pairs: list[tuple[int, int]], old: int, new: int) -> list[tuple[int, int]]:
    """The pairs without short runs between changes that are each longer than the run."""
    runs: list[list[tuple[int, int]]] = []
    for pair in pairs:
        if runs and runs[-1][-1] == (pair[0] - 1, pair[1] - 1):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    changes = _changes(runs, old, new)
    kept: list[tuple[int, int]] = []
    for number, run in enumerate(runs):
        words = sum(any(map(str.isalnum, before[i].text)) for i, _ in run)
        least = min(changes[number], changes[number + 1])
        if words > _MOST_ISLAND or not least or words * 2 >= least:
            kept += run
    return kept


def _changes(runs: list[list[tuple[int, int]]], old: int, new: int) -> list[int]:
    """Tokens deleted or inserted before each run and after the last."""
    ends = [(run[0], run[-1]) for run in runs]
    found: list[int] = []
    i = j = 0
    for first, last in ends:
        found.append(max(first[0] - i, first[1] - j))
        i, j = last[0] + 1, last[1] + 1
    return [*found, max(old - i, new - j)]
