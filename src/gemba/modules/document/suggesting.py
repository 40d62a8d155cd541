"""Duties a text seems to cover, each with the reason why it is suggested. People decide; nothing is claimed here.

Two sources: the clauses that the text itself cites, and the words it shares with our paraphrase of a duty, where rare
words weigh more than common ones.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from django.utils.translation import gettext as _

from gemba.assess.model import Document
from gemba.assess.single import clauses_named
from gemba.evidence.catalogue.clauses import duties_under
from gemba.evidence.catalogue.model import Duty, Force, Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.finding import words_of

MOST = 20
ENOUGH = 0.5
"""Least strength of a suggestion. Against the claims of the starter set seven of ten suggestions are right."""
OWN, HEADING, CLAUSE = 0.2, 0.3, 0.5
"""How much a duty's own words count, those of its clause's title, and what the text has of the clause as a whole."""
FEWEST = 3
"""Words shared at least: one rare word may be chance."""
OPENING = 12
"""First words of a text, which say with the title what it is about."""
SHOWN = 6
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`why` is a sentence; `strength`, 0 to 1, orders the suggestions. Citations come before shared words."""

    framework: Framework
    duty: Duty
    why: str
    strength: float

    @property
    def key(self) -> str:
        return f"{self.framework.id} {self.duty.id}"


def suggestions(
    document: Document, text: str, *, claimed: Collection[Named] = (), frameworks: Sequence[Framework] | None = None
) -> list[Suggestion]:
    """What is not claimed yet, the strongest first. `text` is plain; `document` what was extracted from it."""
    known = [*(frameworks or known_catalogue().on_by_default)]
    found: dict[Named, Suggestion] = {}
    for suggestion in (*_cited(document, known), *_worded(document.title, text, known)):
        name = (suggestion.framework.id, suggestion.duty.id)
        if name not in claimed:
            found.setdefault(name, suggestion)
    return sorted(found.values(), key=lambda each: -each.strength)[:MOST]


def _cited(document: Document, frameworks: Iterable[Framework]) -> Iterator[Suggestion]:
    by_id = {each.id: each for each in frameworks}
    for name, clause, place in clauses_named(document):
        framework = by_id.get(name)
        for duty in duties_under(framework, clause) if framework else ():
            said = _("The text cites %(standard)s %(clause)s, %(place)s.")
            names = {"standard": by_id[name].designation, "clause": clause, "place": place}
            yield Suggestion(by_id[name], duty, said % names, 1 + 1 / (1 + len(duties_under(by_id[name], clause))))


def _worded(title: str, text: str, frameworks: Iterable[Framework]) -> Iterator[Suggestion]:
    opening = words_of(f"{title} {' '.join(text.split()[:OPENING])}")
    written = words_of(text) | opening
    for framework in frameworks:
        weights = _weights(framework.id)
        for duties in _by_clause(framework.id):
            shares = [_share(words, written, weights) for _duty, words, _heading in duties]
            of_clause = sum(shares) / len(shares)
            for (duty, words, heading), own in zip(duties, shares, strict=True):
                strength = OWN * own + HEADING * _share(heading, opening, weights) + CLAUSE * of_clause
                shared = words & written
                if strength >= ENOUGH and len(shared) >= FEWEST:
                    yield Suggestion(framework, duty, _because(duty, framework, shared), min(strength, 1.0))


def _because(duty: Duty, framework: Framework, shared: Collection[str]) -> str:
    weights = _weights(framework.id)
    telling = sorted(shared, key=lambda word: (-weights[word], word))[:SHOWN]
    return _("The text has its words: %s.") % ", ".join(sorted(_as_written(duty, framework, telling)))


def _share(words: frozenset[str], held: frozenset[str], weights: Mapping[str, float]) -> float:
    whole = sum(weights[word] for word in words)
    return sum(weights[word] for word in words & held) / whole if whole else 0.0


def _as_written(duty: Duty, framework: Framework, stems: Sequence[str]) -> set[str]:
    """The duty's own words behind the shortened ones."""
    text = f"{duty.text} {framework.clauses[duty.clause].title}"
    spelled = {stem: word for word in text.casefold().split() for stem in words_of(word)}
    return {spelled.get(stem, stem).strip(".,;:()") for stem in stems}


_Worded = tuple[Duty, frozenset[str], frozenset[str]]
"""A duty, its words with those of its clause's title, and the title's alone."""


@cache
def _by_clause(framework: str) -> tuple[tuple[_Worded, ...], ...]:
    known = known_catalogue().frameworks[framework]
    found: list[tuple[_Worded, ...]] = []
    for clause, duties in known.duties_by_clause.items():
        heading = words_of(known.clauses[clause].title)
        required = (duty for duty in duties if duty.force is Force.REQUIRED)
        if made := tuple((duty, words_of(duty.text) | heading, heading) for duty in required):
            found.append(made)
    return tuple(found)


@cache
def _weights(framework: str) -> Mapping[str, float]:
    """A word's weight: the rarer among the duties, the heavier."""
    duties = [each for clause in _by_clause(framework) for each in clause]
    often = Counter(word for _duty, words, heading in duties for word in words | heading)
    return {word: log((len(duties) + 1) / count) for word, count in often.items()}
