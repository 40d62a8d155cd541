"""How hard a text is to read, and how many hands a procedure passes through."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from gemba.kernel.richtext.reading import words_in

LONG_WORD: Final = 7
"""Letters from which on a word is long: more than six, as the LIX measure counts."""
_SENTENCE = re.compile(r"[.!?\u2026:]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^l\W]e|[^td\W]ed|es)$")
_LEVELS = ((30, "very easy"), (40, "easy"), (50, "medium"), (60, "hard"))


@dataclass(frozen=True, slots=True)
class Ease:
    """Measures of plain text. A text without words has zeros."""

    words: int
    sentences: int
    long_words: int
    syllables: int
    """By the spelling of English."""

    @property
    def flesch(self) -> float:
        """Flesch reading ease, for English only: 60 to 70 is plain, below 30 is for scholars."""
        if not self.words:
            return 0.0
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words

    @property
    def lix(self) -> float:
        """Words per sentence and percentage of long words added up: holds in any language of letters."""
        if not self.words:
            return 0.0
        return self.words / self.sentences + 100 * self.long_words / self.words

    @property
    def level(self) -> str:
        """What the LIX figure means."""
        return next((name for limit, name in _LEVELS if self.lix < limit), "very hard")


def ease(text: str) -> Ease:
    """The measures of a plain text, headings and list items counted as sentences."""
    sentences = found = long_words = syllables = 0
    for sentence in _SENTENCE.split(text):
        words = [word for word in words_in(sentence) if any(map(str.isalpha, word))]
        if not words:
            continue
        sentences += 1
        found += len(words)
        long_words += sum(len(word) >= LONG_WORD for word in words)
        syllables += sum(map(_syllables, words))
    return Ease(found, sentences, long_words, syllables)


def _syllables(word: str) -> int:
    letters = word.casefold()
    groups = len(_VOWELS.findall(letters))
    return max(1, groups - bool(groups > 1 and _SILENT.search(letters)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure as people do it."""

    role: str
    action: str
    produces: str = ""
    """The kind of record the step leaves."""
    tool: str = ""
    minutes: int | None = None
    """Expected time."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What following a procedure asks of people."""

    steps: int
    roles: int
    hand_offs: int
    """Times the work passes from one role to another."""
    records: int
    """Steps that must leave a record."""
    tools: int
    minutes: int
    """Expected time of the steps that state one."""
    untimed: int
    """Steps that state no time."""


def burden(steps: Sequence[Step]) -> Burden:
    """Counted from the steps alone; roles and tools are the same whatever their case and spacing."""
    roles = [key for step in steps if (key := _key(step.role))]
    return Burden(
        steps=len(steps),
        roles=len(set(roles)),
        hand_offs=sum(one != other for one, other in pairwise(roles)),
        records=sum(bool(_key(step.produces)) for step in steps),
        tools=len({key for step in steps if (key := _key(step.tool))}),
        minutes=sum(step.minutes or 0 for step in steps),
        untimed=sum(step.minutes is None for step in steps),
    )


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
