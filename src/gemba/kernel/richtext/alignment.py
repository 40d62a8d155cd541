"""Which things of two sequences belong together, in time near linear where they are mostly the same.

Equal beginnings and ends first, then what occurs once on both sides in its longest common order, then an exact longest
common subsequence of what lies between, its table held as the bits of whole numbers.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

_MOST_BITS = 64_000_000
"""Of the table: 8 MB. Between longer stretches without anything common and unique, nothing is matched."""

Pair = tuple[int, int]


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Indexes of equal things, in the order of both sequences."""
    found: list[Pair] = []
    open_parts = [(0, len(old), 0, len(new))]
    while open_parts:
        low, high, start, end = open_parts.pop()
        while low < high and start < end and old[low] == new[start]:
            found.append((low, start))
            low, start = low + 1, start + 1
        while low < high and start < end and old[high - 1] == new[end - 1]:
            high, end = high - 1, end - 1
            found.append((high, end))
        if low == high or start == end:
            continue
        anchors = _unique(old, new, (low, high, start, end))
        if anchors:
            found += anchors
            open_parts += _between(anchors, (low, high, start, end))
        else:
            found += longest(old, new, (low, high, start, end))
    return sorted(found)


Part = tuple[int, int, int, int]


def _between(anchors: list[Pair], part: Part) -> Iterator[Part]:
    low, high, start, end = part
    for i, j in [*anchors, (high, end)]:
        if low < i and start < j:
            yield low, i, start, j
        low, start = i + 1, j + 1


def _unique(old: Sequence[Hashable], new: Sequence[Hashable], part: Part) -> list[Pair]:
    """What occurs once on each side of a part, in the longest order both have."""
    low, high, start, end = part
    olds, news = Counter(old[low:high]), Counter(new[start:end])
    places = {old[i]: i for i in range(low, high) if olds[old[i]] == 1}
    pairs = [(places[new[j]], j) for j in range(start, end) if news[new[j]] == 1 and new[j] in places]
    return rising(pairs)


def rising(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest part of pairs, given by rising second index, whose first indexes rise too."""
    tops: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for number, (i, _) in enumerate(pairs):
        place = bisect_left(tops, i)
        before.append(at[place - 1] if place else -1)
        tops[place : place + 1] = [i]
        at[place : place + 1] = [number]
    found: list[Pair] = []
    number = at[-1] if at else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def longest(old: Sequence[Hashable], new: Sequence[Hashable], part: Part) -> list[Pair]:
    """A longest common subsequence of a part; none where its table would be too large."""
    low, high, start, end = part
    size = high - low
    if size * (end - start) > _MOST_BITS:
        return []
    places: dict[Hashable, int] = {}
    for number in range(size):
        places[old[low + number]] = places.get(old[low + number], 0) | 1 << number
    every = (1 << size) - 1
    rows = [every]
    for thing in new[start:end]:
        last = rows[-1]
        here = last & places.get(thing, 0)
        rows.append(((last + here) | (last - here)) & every)
    return _followed(rows, low, start)


def _followed(rows: list[int], low: int, start: int) -> list[Pair]:
    """The way back through the table: a cleared bit that the row before had set is a match."""
    found: list[Pair] = []
    i, j = rows[0].bit_length(), len(rows) - 1
    while i and j:
        bit = 1 << (i - 1)
        if rows[j] & bit:
            i -= 1
        elif rows[j - 1] & bit:
            i, j = i - 1, j - 1
            found.append((low + i, start + j))
        else:
            j -= 1
    return found[::-1]
