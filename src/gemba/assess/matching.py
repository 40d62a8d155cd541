"""Find the document a name means: by number, by exact title or file name, or by a title that is near enough."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log
from pathlib import PurePosixPath
from typing import NamedTuple

from gemba.assess.model import Document

NEAR = 0.6
"""Least likeness, 0 to 1, at which a differently written title is taken to mean the document."""
LEAD = 0.02
"""How far the best candidate must be ahead of the next one."""
OTHER_TYPE = 0.5
"""What a title keeps of its likeness when the name says procedure and the title says form."""
MOST_CANDIDATES = 400
"""Words shared by more documents than this say nothing and are not followed."""

NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,8}(?:[-_ .][A-Za-z]{1,4})?[-_ .]?\d+(?:[-._/]\d+)*(?![A-Za-z0-9])")
_SEPARATORS = re.compile(r"[^A-Z0-9]+")
_WORDS = re.compile(r"[^\W_]+")
_LONG_FORMS = (
    ("standard operating procedure", "sop"),
    ("operating procedure", "sop"),
    ("work instruction", "wi"),
    ("corrective action and preventive action", "capa"),
    ("corrective and preventive action", "capa"),
    ("quality management system", "qms"),
    ("quality management manual", "quality manual"),
    ("post market surveillance", "pms"),
)
_TYPES = {
    "sop": "procedure",
    "procedure": "procedure",
    "proces": "procedure",
    "wi": "instruction",
    "instruction": "instruction",
    "form": "form",
    "template": "form",
    "checklist": "form",
    "list": "list",
    "register": "list",
    "log": "list",
    "plan": "plan",
    "program": "plan",
    "programme": "plan",
    "record": "record",
    "report": "record",
    "minute": "record",
    "protocol": "record",
    "manual": "manual",
    "policy": "policy",
}
_ENDINGS = (("ing", ""), ("ies", "y"), ("s", ""))
_SHORTEST = 2
"""Letters a word keeps at least when an ending is cut, and half of those beyond which a final e is cut."""
_EMPTY = frozenset({"a", "an", "and", "for", "in", "of", "on", "or", "the", "to", "with", "our", "der", "die", "und"})


class Resolved(NamedTuple):
    """`exact` is False where the name and the document's own number or title are written differently."""

    path: str
    exact: bool


def plain_number(number: str) -> str:
    """A document number as compared: `sop_012` and `SOP 012` are the same number."""
    return _SEPARATORS.sub("", number.upper())


def _fold(text: str) -> str:
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _stem(word: str) -> str:
    """Cut what writers vary: plurals and -ing; short words stay whole."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss") and len(word) > len(ending) + _SHORTEST:
            word = word.removesuffix(ending) + instead
            break
    return word[:-1] if word.endswith("e") and len(word) > 2 * _SHORTEST else word


@lru_cache(maxsize=65_536)
def _plain(text: str) -> str:
    """A title as compared exactly: without its number, case, accents and punctuation."""
    return " ".join(_WORDS.findall(_fold(NUMBER.sub(" ", text))))


@lru_cache(maxsize=65_536)
def title_words(text: str) -> tuple[str, ...]:
    """The words of a title that carry its meaning, in order and in their short form, without its number."""
    folded = _plain(text)
    for long_form, short_form in _LONG_FORMS:
        folded = folded.replace(long_form, short_form)
    return tuple(_stem(word) for word in folded.split() if word not in _EMPTY)


def _type_of(words: Sequence[str]) -> str | None:
    return next((_TYPES[word] for word in words if word in _TYPES), None)


@lru_cache(maxsize=65_536)
def _stem_of(path: str) -> str:
    return PurePosixPath(path).stem


def names_a_type(name: str) -> bool:
    """Whether a name says what kind of document it means: a procedure, a form, a plan."""
    return _type_of(title_words(name)) is not None


def numbers_in(name: str) -> list[str]:
    return [plain_number(found) for found in NUMBER.findall(name)]


class NameIndex:
    """The documents of a folder by number, title and file name. Building and asking are linear in the words."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._by_number: dict[str, str] = {}
        self._by_title: dict[str, str] = {}
        self._by_words: dict[tuple[str, ...], str] = {}
        self._by_file: dict[str, str] = {}
        self._aliases: dict[str, tuple[frozenset[str], ...]] = {}
        self._types: dict[str, str | None] = {}
        self._holders: dict[str, list[str]] = {}
        self._frequency: Counter[str] = Counter()
        self._asked: dict[str, Resolved | None] = {}
        for document in documents:
            self._add(document)

    def _add(self, document: Document) -> None:
        path = document.path
        for fact in (document.number, document.heading_number):
            if fact is not None:
                self._by_number.setdefault(plain_number(fact.value), path)
        self._by_file.setdefault(_fold(path), path)
        self._by_file.setdefault(_fold(PurePosixPath(path).name), path)
        aliases = []
        for text in (document.title, _stem_of(path)):
            words = title_words(text)
            if words:
                self._by_title.setdefault(_plain(text), path)
                self._by_words.setdefault(words, path)
                aliases.append(frozenset(words))
        self._aliases[path] = tuple(dict.fromkeys(aliases))
        self._types[path] = _type_of(title_words(_stem_of(path))) or _type_of(title_words(document.title))
        for word in frozenset().union(*aliases) if aliases else ():
            self._holders.setdefault(word, []).append(path)
            self._frequency[word] += 1

    def by_number(self, number: str) -> str | None:
        return self._by_number.get(plain_number(number))

    def resolve(self, name: str) -> Resolved | None:
        """The document a name means, or None. The same name always means the same document."""
        if name not in self._asked:
            self._asked[name] = self._exactly(name) or self._nearly(name)
        return self._asked[name]

    def _exactly(self, name: str) -> Resolved | None:
        for number in numbers_in(name):
            if number in self._by_number:
                return Resolved(self._by_number[number], exact=True)
        path = self._by_file.get(_fold(name.strip()))
        if path is not None:
            return Resolved(path, exact=True)
        words = title_words(name)
        path = self._by_title.get(_plain(name)) if words else None
        if path is not None:
            # The title is right, but a number that leads nowhere stands beside it.
            return Resolved(path, exact=not numbers_in(name))
        path = self._by_words.get(words) if words else None
        return None if path is None else Resolved(path, exact=False)

    def _weight(self, word: str) -> float:
        rarity = log((len(self._aliases) + 1) / (self._frequency[word] + 1)) + 0.5
        return rarity * (0.4 if word in _TYPES else 1.0)

    def _likeness(self, asked: frozenset[str], alias: frozenset[str]) -> float:
        shared = sum(map(self._weight, asked & alias))
        whole = sum(map(self._weight, asked)) + sum(map(self._weight, alias))
        return 2 * shared / whole if whole else 0.0

    def _nearly(self, name: str) -> Resolved | None:
        words = title_words(name)
        asked, kind = frozenset(words), _type_of(words)
        telling = [w for w in asked if w not in _TYPES and 0 < self._frequency[w] <= MOST_CANDIDATES]
        candidates = sorted({path for word in telling for path in self._holders[word]})
        scored = sorted((-self._score(asked, kind, path), path) for path in candidates)[:2]
        if not scored or -scored[0][0] < NEAR:
            return None
        if len(scored) > 1 and scored[1][0] - scored[0][0] < LEAD:
            return None
        return Resolved(scored[0][1], exact=False)

    def _score(self, asked: frozenset[str], kind: str | None, path: str) -> float:
        best = max((self._likeness(asked, alias) for alias in self._aliases[path]), default=0.0)
        own = self._types[path]
        return best * (OTHER_TYPE if kind and own and kind != own else 1.0)
