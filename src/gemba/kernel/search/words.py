"""Folding: what people type and what records say meet in the same plain words, on every database alike."""

import re
import unicodedata

WORD = re.compile(r"\d+(?:\.\d+)+|\w+")
"""A word, or a number with points: `8.5.2` is one thing, which nobody looks for as 8, 5 and 2."""
SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
LONGEST_WORD = 60


def folded(text: str) -> str:
    """Lower case without accents: `Ångström` and `angstrom` are one word."""
    if text.isascii():
        return text.lower()
    lowered = text.casefold().translate(SPECIAL)
    return "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    """The folded words of a text in order; punctuation separates, so `CAPA-2026-0007` is three words.

    Points within a number become `p`, which is a letter to every database: `8.5.2` is `8p5p2`.
    """
    found = WORD.findall(folded(text).replace("_", " "))
    return [word.replace(".", "p")[:LONGEST_WORD] for word in found]
