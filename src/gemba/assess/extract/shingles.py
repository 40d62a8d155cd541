"""Hashes of word 5-grams, by which copies of a template are known. Stable between runs, processes and machines."""

import re
from collections.abc import Iterable
from hashlib import blake2b

SIZE = 5
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
