"""Duties found by what people type: a clause number as they cite it, or words of our paraphrase. No database."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from gemba.evidence.catalogue.clauses import duties_under, resolve
from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.claims.catalogued import known_catalogue

MOST = 40
LONGEST_QUERY = 200
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d")
_LEAST_STEM = 4
_SILENT = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "by", "each", "every", "for", "from", "has", "have", "how", "if"),
        *("in", "into", "is", "it", "its", "not", "of", "on", "or", "that", "the", "their", "them", "these", "this"),
        *("those", "to", "was", "what", "when", "where", "which", "who", "whose", "with", "within", "without"),
    }
)


@dataclass(frozen=True, slots=True)
class FoundDuty:
    """A duty that fits what was typed, and the framework it belongs to."""

    framework: Framework
    duty: Duty

    @property
    def title(self) -> str:
        return self.framework.clauses[self.duty.clause].title


def find_duties(
    typed: str, *, framework: str = "", known: Catalogue | None = None, most: int = MOST
) -> list[FoundDuty]:
    """Those whose clause is the one cited, or whose words begin as each word typed does; the closest first.

    Nothing typed finds nothing, unless a framework is chosen: then its duties from the first on.
    """
    catalogue = known or known_catalogue()
    wanted = [each for each in catalogue.frameworks.values() if framework in ("", each.id)]
    text = " ".join(typed[:LONGEST_QUERY].split())
    if not text:
        return [FoundDuty(each, duty) for each in wanted for duty in each.duties][:most] if framework else []
    cited = [found for each in wanted for found in _cited(each, text)]
    if cited:
        return cited[:most]
    words = words_of(text)
    return _by_words(wanted, words)[:most] if words else []


def _cited(framework: Framework, text: str) -> list[FoundDuty]:
    if not _NUMBER.search(text):
        return []
    exact = [duty for duty in framework.duties if duty.id.casefold() == text.casefold()]
    clause = resolve(framework, text)
    return [FoundDuty(framework, duty) for duty in exact or (duties_under(framework, clause) if clause else ())]


def _by_words(frameworks: Iterable[Framework], words: frozenset[str]) -> list[FoundDuty]:
    scored: list[tuple[float, int, FoundDuty]] = []
    for framework in frameworks:
        for duty, held, heading in _vocabulary_of(framework):
            fitting = [any(each.startswith(word) for each in held) for word in words]
            if all(fitting):
                near = sum(any(each.startswith(word) for each in heading) for word in words)
                scored.append((-near, len(scored), FoundDuty(framework, duty)))
    return [found for _near, _place, found in sorted(scored, key=lambda each: each[:2])]


def words_of(text: str) -> frozenset[str]:
    """The words that say something, folded and shortened to where their endings begin."""
    return frozenset(stem(word) for word in _WORD.findall(text.casefold()) if word not in _SILENT)


def stem(word: str) -> str:
    """A word without the endings English puts on it: `complaints`, `complaint`; `reviewing`, `review`."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ions", "ion", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word[: -len(ending)]
    return word


def _vocabulary_of(framework: Framework) -> tuple[tuple[Duty, frozenset[str], frozenset[str]], ...]:
    if known_catalogue().frameworks.get(framework.id) is framework:
        return _shipped_vocabulary(framework.id)
    return _vocabulary(framework)


@cache
def _shipped_vocabulary(framework: str) -> tuple[tuple[Duty, frozenset[str], frozenset[str]], ...]:
    return _vocabulary(known_catalogue().frameworks[framework])


def _vocabulary(framework: Framework) -> tuple[tuple[Duty, frozenset[str], frozenset[str]], ...]:
    return tuple(
        (duty, words_of(duty.text) | heading | _labels(framework, duty), heading)
        for duty in framework.duties
        for heading in (words_of(framework.clauses[duty.clause].title),)
    )


def _labels(framework: Framework, duty: Duty) -> frozenset[str]:
    return words_of(" ".join(framework.evidence_types[each].label for each in duty.evidence))
