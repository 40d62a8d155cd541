"""Find records among those the viewer may see. Two statements whatever is found."""

import re
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection

from gemba.kernel.records.models import Record
from gemba.kernel.search.engine import match, ranked
from gemba.kernel.search.words import folded, words

MOST_TERMS = 10
EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Found:
    """A record and the piece of its text around the first word that was looked for, split for highlighting."""

    record: Record
    before: str
    hit: str
    after: str


def search(text: str, *, limit: int = 20, kind: str | None = None) -> list[Found]:
    """The best records for `text`, best first: every word must occur, the last may be the beginning of one.

    Looks through the current viewer's eyes (`UnscopedAccessError` without one). Numbers, accents and case do not
    matter in how they are typed. No text, no result.
    """
    terms = words(text)[:MOST_TERMS]
    if not terms:
        return []
    scope = Record.objects.filter(kind=kind) if kind else Record.objects.all()
    try:
        scoped, parameters = scope.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        wanted = match(connection.vendor, terms)
        cursor.execute(ranked(connection.vendor, scoped), [*parameters, wanted, limit])
        rows: list[tuple[int, str]] = cursor.fetchall()
    records = Record.objects.select_related("owner").in_bulk([pk for pk, _text in rows])
    return [_found(records[pk], whole, terms) for pk, whole in rows if pk in records]


def _found(record: Record, text: str, terms: list[str]) -> Found:
    """Cut the text around the first hit. Folding keeps word order, so the hit is looked up word by word."""
    for occurrence in re.finditer(r"\w+", text):
        if any(folded(occurrence.group()).startswith(term) for term in terms):
            start, end = occurrence.span()
            first = max(0, text.rfind(" ", 0, max(0, start - EXCERPT // 3)))
            before = ("… " if first else "") + text[first:start].lstrip()
            after = text[end : end + EXCERPT]
            return Found(record, before, occurrence.group(), after + (" …" if len(text) > end + EXCERPT else ""))
    return Found(record, text[:EXCERPT], "", "")
