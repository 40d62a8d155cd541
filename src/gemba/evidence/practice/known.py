"""The facts that record types tell, gathered over the registry."""

import datetime as dt
from collections.abc import Iterator

from gemba.kernel.facts import Bypass, Response, Taught, Written
from gemba.kernel.types import registry


def written(day: dt.date) -> list[Written]:
    """Every text in force on that day, by number."""
    found = [each for t in registry if t.facts.written for each in t.facts.written(day)]
    return sorted(found, key=lambda each: each.number)


def taught(day: dt.date) -> dict[int, Taught]:
    """By document: asked and trained, added up over everything that teaches it."""
    found: dict[int, Taught] = {}
    for declared in registry:
        for document, each in (declared.facts.taught(day) if declared.facts.taught else {}).items():
            before = found.get(document, Taught(document, 0, 0))
            found[document] = Taught(document, before.asked + each.asked, before.trained + each.trained)
    return found


def bypasses(since: dt.date, until: dt.date) -> Iterator[Bypass]:
    """Everything that went around what is written, between two days."""
    for declared in registry:
        if declared.facts.bypasses:
            yield from declared.facts.bypasses(since, until)


def responses(since: dt.date, until: dt.date) -> list[Response]:
    """What was done about findings, finished between two days, the latest first."""
    found = [each for t in registry if t.facts.responses for each in t.facts.responses(since, until)]
    return sorted(found, key=lambda each: (each.finished, each.number), reverse=True)
