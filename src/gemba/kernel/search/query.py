"""Find records among those the viewer may see. Two statements, whatever is found."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection

from gemba.kernel.access.eyes import ThroughEyes
from gemba.kernel.access.viewer import current_access
from gemba.kernel.records.models import Record
from gemba.kernel.search.engine import match, ranked
from gemba.kernel.search.words import WORD, folded, words

MOST_TERMS = 10
EXCERPT = 160
INNER_POINT = re.compile(r"(?<=\d)p(?=\d)")


@dataclass(frozen=True, slots=True)
class Found:
    """A record and the piece of its text around the first word that was looked for, split for highlighting."""

    record: Record
    before: str
    hit: str
    after: str


def search(text: str, *, limit: int = 20, kind: str | None = None) -> list[Found]:
    """The best records for `text`, best first: every word must occur, the last may be the beginning of one.

    What is in force comes before what is not yet, and both long before what is no longer.
    Looks through the current viewer's eyes (`UnscopedAccessError` without one). Numbers, accents and case do not
    matter in how they are typed. No text, no result.
    """
    terms = words(text)[:MOST_TERMS]
    if not terms:
        return []
    seen = _among(kind)
    if seen is None:
        return []
    scoped, parameters = seen
    with connection.cursor() as cursor:
        cursor.execute(ranked(connection.vendor, scoped), [*parameters, match(connection.vendor, terms), limit])
        rows: list[tuple[int, str]] = cursor.fetchall()
    # Who may see them was asked by the statement above; asking again costs more than all the rest.
    records = Record._base_manager.select_related("owner").in_bulk([pk for pk, _text in rows])
    return [_found(records[pk], whole, terms) for pk, whole in rows if pk in records]


def _among(kind: str | None) -> tuple[str, Sequence[Any]] | None:
    """The SQL of the records the viewer may see, with what their weight depends on; None where there are none."""
    if not current_access().everything:
        return _seen(kind).statement()
    text, parameters = _rows(kind).query.sql_with_params()
    return text, parameters


def _rows(kind: str | None) -> Any:
    scope = Record.objects.filter(kind=kind) if kind else Record.objects.all()
    return scope.order_by().values("pk", "valid_from", "valid_to")


@cache
def _seen(kind: str | None) -> ThroughEyes[Any]:
    """One per kind that there is."""
    return ThroughEyes(lambda _access: _rows(kind))


def _found(record: Record, text: str, terms: Sequence[str]) -> Found:
    """Cut the text around the first hit."""
    start, end = _hit(text, terms)
    if not end:
        return Found(record, text[:EXCERPT], "", "")
    first = max(0, text.rfind(" ", 0, max(0, start - EXCERPT // 3)))
    before = ("… " if first else "") + text[first:start].lstrip()
    after = text[end : end + EXCERPT]
    return Found(record, before, text[start:end], after + (" …" if len(text) > end + EXCERPT else ""))


def _hit(text: str, terms: Sequence[str]) -> tuple[int, int]:
    """Where the first of the words stands, or (0, 0).

    A text is searched as it is written first; one with accents, where that found nothing, word by word.
    """
    low = text.lower()
    found = [place for term in terms if (place := _begins(low, INNER_POINT.sub(".", term))) >= 0]
    whole = WORD.match(text, min(found)) if found and len(low) == len(text) else None
    if whole or text.isascii():
        return whole.span() if whole else (0, 0)
    for occurrence in WORD.finditer(text):
        if any(folded(occurrence.group()).replace(".", "p").startswith(term) for term in terms):
            return occurrence.span()
    return (0, 0)


def _begins(low: str, term: str) -> int:
    """Where a word begins with the term; -1 if none does."""
    place = low.find(term)
    while place > 0 and low[place - 1].isalnum():
        place = low.find(term, place + 1)
    return place
