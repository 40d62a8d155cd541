"""Finding one's way in a framework's tree of clauses, and from the way people cite a clause to its number."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from gemba.evidence.catalogue.model import Counterpart, Duty, FormerClause, Framework

LONGEST_CITATION = 80
LEAST_LIKENESS = 0.6
LEADING_WORD = re.compile(
    r"^(?:§+|(?:(?:sub-?)?clauses?|sections?|sec\.|paragraphs?|para\.|chapters?|ch\.|tasks?|part)(?=[\s.§0-9])\.?)\s*",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"^art(?:icle|ikel|\.)?\s*(?=[0-9])", re.IGNORECASE)
ANNEX = re.compile(r"^(?:annexe?|anhang)\s*", re.IGNORECASE)
ANNEX_PART = re.compile(r"\b(?:chapter\s+[ivx]+|kapitel\s+[ivx]+|sections?|sec\.|abschnitt|no\.|nr\.)|,", re.IGNORECASE)
TRAILING_POINT = re.compile(r"(?:\s*\([a-z0-9]{1,5}\)|\s+[a-z]\)?|\s*[a-z]\)|\.)$", re.IGNORECASE)

BARE_POINT = re.compile(r"(?<=[0-9])[a-z]$", re.IGNORECASE)
"""A letter right behind the number. Not tried on articles: Article 10a is another one than Article 10."""


def subclauses(framework: Framework, number: str) -> tuple[str, ...]:
    """The clause and all below it, in the order of the framework. Empty where there is no such clause."""
    if number not in framework.clauses:
        return ()
    return tuple(n for n in framework.clauses if n == number or number in ancestors(framework, n))


def ancestors(framework: Framework, number: str) -> tuple[str, ...]:
    """The clauses above a clause, nearest first."""
    found = []
    above = framework.clauses[number].parent
    while above is not None:
        found.append(above)
        above = framework.clauses[above].parent
    return tuple(found)


def duties_under(framework: Framework, number: str) -> tuple[Duty, ...]:
    """The duties of the clause and of all below it."""
    wanted = set(subclauses(framework, number))
    return tuple(duty for duty in framework.duties if duty.clause in wanted)


def duties_for_class(framework: Framework, safety_class: str) -> tuple[Duty, ...]:
    """The duties that hold for a software safety class; those that name no class hold for all."""
    return tuple(duty for duty in framework.duties if not duty.classes or safety_class in duty.classes)


def resolve(framework: Framework, cited: str) -> str | None:
    """The framework's clause that a citation such as `§ 8.2.1 b)`, `Art. 10 (9)(a)` or `820.35(a)(6)` names, or None.

    A point of a list that is no clause of its own is left off, so the nearest clause above is found.
    """
    known = _known(framework)
    for attempt in _attempts(cited):
        if attempt in known:
            return known[attempt]
    return None


def exists(framework: Framework, cited: str) -> bool:
    """False only where the framework is known to have no such clause."""
    if not framework.complete or resolve(framework, cited):
        return True
    outside = [_plain(prefix) for prefix in framework.outside]
    return any(a == o or a.startswith((f"{o}.", f"{o}(")) for a in _attempts(cited) for o in outside)


def former(framework: Framework, cited: str) -> FormerClause | None:
    """The clause of an earlier edition that a citation names, or None."""
    known = {_plain(number): gone for number, gone in framework.former.items()}
    return next((known[attempt] for attempt in _attempts(cited) if attempt in known), None)


def nearest(frameworks: Sequence[Framework], cited: str, most: int = 5) -> tuple[Counterpart, ...]:
    """Clauses of the given frameworks whose numbers look like the one given, best first."""
    known: dict[str, list[Counterpart]] = {}
    for framework in frameworks:
        for number in framework.clauses:
            known.setdefault(_plain(number), []).append(Counterpart(framework.id, number))
    near = get_close_matches(_plain(cited[:LONGEST_CITATION]), known, most, LEAST_LIKENESS)
    return tuple(clause for each in near for clause in known[each])[:most]


def _known(framework: Framework) -> dict[str, str]:
    known = {_plain(number): number for number in framework.clauses}
    for plain, number in list(known.items()):
        if plain.startswith("article"):
            known.setdefault(plain.removeprefix("article"), number)
    return known


def _attempts(cited: str) -> list[str]:
    """The citation as it stands, then without its last points, one after the other."""
    text = LEADING_WORD.sub("", " ".join(cited[:LONGEST_CITATION].split()))
    attempts = []
    while text:
        attempts.append(_plain(text))
        shorter = TRAILING_POINT.sub("", text)
        if shorter == text and not ARTICLE.match(text):
            shorter = BARE_POINT.sub("", text)
        if shorter == text:
            break
        text = shorter
    return attempts


def _plain(number: str) -> str:
    """Without spaces, without case and with one spelling of article and annex, so that citations can be compared."""
    text = ARTICLE.sub("article", number.strip())
    if ANNEX.match(text):
        text = ANNEX_PART.sub(" ", ANNEX.sub("annex", text))
    return re.sub(r"\s+", "", text).casefold()
