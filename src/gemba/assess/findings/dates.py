"""Dates that contradict each other, are overdue, or stand in no calendar."""

from collections.abc import Iterator
from datetime import date

from gemba.assess.findings.folder import Folder, finding, quoted
from gemba.assess.model import DateFact, Document, Finding, Kind

YEAR_DIGITS = 4
"""Fewer digits are a word or a placeholder, not an attempt at a date."""


def _dated(document: Document, label: str) -> list[tuple[date, DateFact]]:
    return [(fact.value, fact) for fact in document.dates if fact.label == label and fact.value is not None]


def _at(fact: DateFact) -> str:
    return str(fact.place) or "in the heading"


def approved_after_effective(document: Document) -> Iterator[Finding]:
    approved, effective = _dated(document, "approved"), _dated(document, "effective")
    if approved and effective and approved[0][0] > effective[0][0]:
        message = (
            f"Approved on {approved[0][0]}, but in effect since {effective[0][0]}: it was used before anyone approved "
            "it, or one of the dates is wrong."
        )
        yield finding("date-mismatch", document.path, approved[0][1].place, message)


def two_effective_dates(document: Document) -> Iterator[Finding]:
    effective = _dated(document, "effective")
    other = next((fact for value, fact in effective if value != effective[0][0]), None)
    if other is not None:
        message = (
            f"Two effective dates: {effective[0][0]} ({_at(effective[0][1])}) and {other.value} "
            f"({_at(other)}). Only one can hold."
        )
        yield finding("date-mismatch", document.path, other.place, message)


def overdue_review(document: Document, as_of: date) -> Iterator[Finding]:
    due = _dated(document, "next review")
    if document.kind is not Kind.RECORD and due and due[0][0] < as_of:
        message = f"The next review was due on {due[0][0]} and is overdue on {as_of}. Review it, or move the date."
        yield finding("date-mismatch", document.path, due[0][1].place, message)


def no_such_date(document: Document) -> Iterator[Finding]:
    for fact in document.dates:
        if fact.value is None and sum(map(str.isdigit, fact.text)) >= YEAR_DIGITS:
            message = f"{quoted(fact.text)} as {fact.label} date is no date of the calendar. Correct it."
            yield finding("date-mismatch", document.path, fact.place, message)
            return


def record_from_the_future(document: Document, as_of: date) -> Iterator[Finding]:
    fact = document.record_date
    if document.kind is Kind.RECORD and fact is not None and fact.value is not None and fact.value > as_of:
        message = f"The record is dated {fact.value}, after {as_of}, the day of this assessment. Correct the date."
        yield finding("date-mismatch", document.path, fact.place, message)


def findings(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        yield from approved_after_effective(document)
        yield from two_effective_dates(document)
        yield from overdue_review(document, folder.as_of)
        yield from no_such_date(document)
        yield from record_from_the_future(document, folder.as_of)
