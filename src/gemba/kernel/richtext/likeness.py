"""Which changed blocks of one text are which of another, by the words they share."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LIKE: Final = 0.45
"""From this share of common words on, a block counts as the other one changed."""
LONE: Final = 0.2
"""The same for two blocks that have no others to be confused with."""
_MOST_OFTEN = 24
"""A pair of words in more blocks than that says little about any."""
_MOST_CANDIDATES = 12
_BEGIN = ""

Words = Sequence[str]


def likeness(one: Words, other: Words) -> float:
    """Twice the words both have, divided by all words: 0 to 1. Texts without words are alike."""
    whole = len(one) + len(other)
    return 2 * _shared(one, other) / whole if whole else 1.0


def _shared(one: Words, other: Words) -> int:
    return (Counter(one) & Counter(other)).total()


def pairs_of(old: Sequence[Words], new: Sequence[Words]) -> list[tuple[int, int]]:
    """Indexes of blocks that are versions of each other, equal ones too, in the order of both.

    Of all ways to pair them without crossing, the one with the most words in common.
    """
    if len(old) == 1 and len(new) == 1:
        return [(0, 0)] if likeness(old[0], new[0]) >= LONE else []
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, words in enumerate(old):
        for key in _keys(words):
            index[key].append(number)
    bags = [Counter(words) for words in old]
    scored: list[tuple[int, int, float]] = []
    for number, words in enumerate(new):
        votes = Counter(i for key in _keys(words) if len(index.get(key, ())) <= _MOST_OFTEN for i in index.get(key, ()))
        bag = Counter(words)
        for candidate, _ in votes.most_common(_MOST_CANDIDATES):
            shared = (bags[candidate] & bag).total()
            score = 2 * shared / (len(words) + len(old[candidate]))
            if score >= LIKE:
                scored.append((candidate, number, shared * score))
    return _heaviest(scored, len(old))


def _keys(words: Words) -> set[tuple[str, str]]:
    return set(pairwise((_BEGIN, *words, _BEGIN)))


def _heaviest(scored: list[tuple[int, int, float]], size: int) -> list[tuple[int, int]]:
    """The pairs that rise on both sides and weigh most together."""
    best: list[tuple[float, int]] = [(0.0, -1)] * (size + 1)
    chain: list[tuple[int, int, int]] = []
    # Pairs of one new block are taken from the last old block back, so that none builds on another of them.
    for i, j, score in sorted(scored, key=lambda each: (each[1], -each[0])):
        weight, before = _prefix(best, i)
        chain.append((i, j, before))
        _raise(best, i + 1, (weight + score, len(chain) - 1))
    _, number = _prefix(best, size)
    found: list[tuple[int, int]] = []
    while number >= 0:
        i, j, number = chain[number]
        found.append((i, j))
    return found[::-1]


def _prefix(best: list[tuple[float, int]], end: int) -> tuple[float, int]:
    """The heaviest chain ending before an index: a tree of maxima, each over a power of two of indexes."""
    found = (0.0, -1)
    while end > 0:
        found = max(found, best[end])
        end -= end & -end
    return found


def _raise(best: list[tuple[float, int]], place: int, value: tuple[float, int]) -> None:
    while place < len(best):
        best[place] = max(best[place], value)
        place += place & -place


def gaps(pairs: Sequence[tuple[int, int]], old: int, new: int) -> list[tuple[range, range]]:
    """The stretches between pairs, before the first and after the last; one more than there are pairs."""
    ends = [*pairs, (old, new)]
    starts = [(0, 0), *((i + 1, j + 1) for i, j in pairs)]
    return [(range(i, k), range(j, m)) for (i, j), (k, m) in zip(starts, ends, strict=True)]
