"""Is the document the company's own, is it filled in, does somebody own it?"""

from collections.abc import Iterator

from gemba.assess.findings.folder import GOVERNING, Folder, count, finding, listed, quoted
from gemba.assess.model import Document, Fact, Finding, Kind, Severity
from gemba.assess.similarity import NAMED, WORD_FOR_WORD

UNFILLED_FROM = 8
"""So many placeholders in a governing document mean that it was never filled in, also without guidance text."""
BLANK_BY_NATURE = frozenset({Kind.FORM})


def _at(facts: tuple[Fact, ...]) -> str:
    """First places of a finding that stands for many: `(line 3, line 9 and 12 more)`."""
    places = [place for fact in facts if (place := str(fact.place))]
    return f" ({listed(list(dict.fromkeys(places)), 3)})" if places else ""


def unfilled_template(document: Document) -> Iterator[Finding]:
    if document.guidance:
        first = document.guidance[0]
        notes = count(len(document.guidance), "note")
        message = (
            f"The template's guidance for its author is still in the text: {notes}{_at(document.guidance)}, "
            f"first {quoted(first.value)}. Say what you really do, then delete the guidance."
        )
        severity = Severity.HIGH if document.kind in GOVERNING else Severity.MEDIUM
        yield finding("unfilled-template", document.path, first.place, message, severity)
    elif document.kind in GOVERNING and len(document.placeholders) >= UNFILLED_FROM:
        message = (
            f"With {len(document.placeholders)} fields never filled in{_at(document.placeholders)} this is a template, "
            "not yet a procedure. Fill them in before anyone approves it."
        )
        yield finding("unfilled-template", document.path, document.placeholders[0].place, message)


def template_copy(document: Document) -> Iterator[Finding]:
    match = document.template
    if match is None or match.similarity < NAMED:
        return
    if match.similarity >= WORD_FOR_WORD:
        how, severity = "Word for word the template", Severity.HIGH
    else:
        how, severity = f"{int(match.similarity * 100)} % of the word sequences are those of the template", None
    if document.kind not in GOVERNING:
        severity = Severity.MEDIUM if match.similarity >= WORD_FOR_WORD else Severity.LOW
    message = (
        f"{how} {quoted(match.path)}. Ask those who do the work whether it is how they work: who does it, how often, "
        "with which tool, and what differs."
    )
    yield finding("template-copy", document.path, None, message, severity)


def blank_record(document: Document) -> Iterator[Finding]:
    if document.blank:
        by_nature = document.kind in BLANK_BY_NATURE
        thing = "form" if by_nature else document.kind.value
        message = (
            f"This {thing} is blank: it shows that a record is foreseen, not that one was made. "
            "Show a filled one, or find out why it is not used."
        )
        yield finding("blank-record", document.path, None, message, Severity.LOW if by_nature else None)


def placeholder(document: Document) -> Iterator[Finding]:
    found = document.placeholders
    if found:
        held = "Placeholder" if len(found) == 1 else f"{len(found)} placeholders"
        message = (
            f"{held} left{_at(found)}, first {quoted(found[0].value)}. Fill in what is meant, or take the field out."
        )
        by_nature = document.kind in BLANK_BY_NATURE
        yield finding("placeholder", document.path, found[0].place, message, Severity.LOW if by_nature else None)


def no_owner(document: Document) -> Iterator[Finding]:
    if document.kind not in GOVERNING or document.owner is not None or (document.problem and not document.words):
        return
    if document.owner_unfilled is not None:
        value = document.owner_unfilled.value
        holds = f"holds {quoted(value)}" if value.strip() else "is empty"
        message = f"The owner field {holds}: nobody keeps this document up. Name a role or a person."
        yield finding("no-owner", document.path, document.owner_unfilled.place, message)
    else:
        message = f"The {document.kind.value} names no owner, so nobody keeps it up. Name a role or a person."
        yield finding("no-owner", document.path, None, message)


def unreadable(document: Document) -> Iterator[Finding]:
    if document.problem:
        part = "Only a part of this file could be read" if document.words else "This file could not be read"
        message = f"{part}: {document.problem} What was not read was not assessed."
        yield finding("unreadable", document.path, None, message)


CHECKS = (unfilled_template, template_copy, blank_record, placeholder, no_owner, unreadable)


def findings(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        for check in CHECKS:
            yield from check(document)
