"""How much of a text was taken over from another: runs of five words that both have, known by stable hashes."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

SIZE: Final = 5
_WORD = re.compile(r"\w+")
_BASE = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1
_OLDEST = pow(_BASE, SIZE, 1 << 64)
_REMEMBERED = 200_000
_hashes: dict[str, int] = {}
"""Words hashed before in this process: quality documents share most of theirs."""


def words_of(texts: Iterable[str]) -> list[str]:
    """The words of a text without punctuation and case."""
    return _WORD.findall("\n".join(texts).casefold())


def shingles(words: list[str]) -> frozenset[int]:
    """64-bit hashes of every run of five words; a shorter text has none.

    Each word is hashed once; the runs are a rolling polynomial over the word hashes, so that their order counts.
    """
    if len(words) < SIZE:
        return frozenset()
    if len(_hashes) > _REMEMBERED:
        _hashes.clear()
    known = _hashes
    hashes = [known.get(word) or _word_hash(word) for word in words]
    rolling = 0
    for value in hashes[:SIZE]:
        rolling = (rolling * _BASE + value) & _MASK
    found = [rolling]
    for oldest, value in zip(hashes, hashes[SIZE:], strict=False):
        rolling = (rolling * _BASE + value - oldest * _OLDEST) & _MASK
        found.append(rolling)
    return frozenset(found)


def _word_hash(word: str) -> int:
    value = int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    _hashes[word] = value
    return value


def adaptation(text: str, template: str) -> float:
    """The share, 0 to 1, of a text's runs of five words that its template has not: 0 is a copy, 1 wholly its own.

    Texts too short for a run are compared as sequences of words: equal ones are copies. Both are plain text.
    """
    own, given = words_of([text]), words_of([template])
    runs = shingles(own)
    if not runs:
        return 0.0 if own == given else 1.0
    return 1.0 - len(runs & shingles(given)) / len(runs)
