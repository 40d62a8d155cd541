"""`report.pdf`: the same content as the page, as PDF/A-3b. The text travels as data and is never typesetting source."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from gemba.assess.model import ClauseResult, Document, Finding
from gemba.assess.report.glyphs import LACKING, latin, showable
from gemba.assess.report.view import (
    DOES_MEAN,
    DOES_NOT_MEAN,
    NOTHING_WORKS_YET,
    PARAPHRASE,
    SEVERITY_SYMBOLS,
    STATES,
    Group,
    View,
    is_claimed,
    is_proved,
    name_of,
    signed_off,
)

TEMPLATE = Path(__file__).with_name("report.typ")
STANDARD: Final = "a-3b"
MOST_NAMES = 12
"""Documents listed per clause and column; the JSON holds all."""

Json = dict[str, Any]


class PdfError(Exception):
    """The PDF could not be typeset; the message is a sentence for a person."""


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same data with every text changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(each, change) for each in value]
    if isinstance(value, dict):
        return {key: _mapped(each, change) for key, each in value.items()}
    return value


def _names(items: Sequence[str]) -> list[str]:
    shown = list(items[:MOST_NAMES])
    return [*shown, f"and {len(items) - MOST_NAMES} more"] if len(items) > MOST_NAMES else shown


def _clause(view: View, names: dict[str, str], result: ClauseResult) -> Json:
    types = view.framework.evidence_types
    mapped = [names[path] for path in result.mapped]
    mapped += [f"{name} (not in the folder)" for name in result.mapped_missing]
    if result.excluded is not None:
        mapped.append(f"Excluded: {result.excluded.reason.strip() or 'no reason given'}")
    evidence = [
        f"{names[each.path]} ({types[each.evidence_type].label}{', ' + each.date if each.date else ''})"
        for each in result.evidence
        if each.evidence_type in types
    ]
    return {
        "number": result.clause,
        "title": view.title(result.clause, result.title),
        "state": STATES[result.state].slug,
        "paper": is_claimed(result),
        "practice": is_proved(result),
        "mapped": _names(mapped),
        "stated": _names([names[path] for path in result.stated]),
        "evidence": _names(evidence),
    }


def _finding(finding: Finding, names: dict[str, str]) -> Json:
    return {
        "severity": finding.severity.value,
        "symbol": SEVERITY_SYMBOLS[finding.severity],
        "name": names.get(finding.path) or "the folder as a whole",
        "path": finding.path,
        "place": str(finding.place),
        "message": finding.message,
    }


def _group(group: Group, names: dict[str, str]) -> Json:
    entry = group.entry
    rows = [_finding(finding, names) for _, finding in group.findings]
    return {"code": entry.code, "title": entry.title, "why": entry.why, "do": entry.do, "findings": rows}


def _document(document: Document) -> Json:
    match = document.template
    return {
        "name": name_of(document),
        "path": document.path,
        "kind": document.kind.value + (" (blank)" if document.blank else ""),
        "revision": document.revision.value if document.revision else "",
        "owner": document.owner.value if document.owner else "",
        "template": f"{int(match.similarity * 100)} %" if match else "",
    }


def content(view: View) -> Json:
    """What the typesetting template receives."""
    assessment, totals = view.assessment, view.assessment.totals
    names = {document.path: name_of(document) for document in assessment.documents}
    return {
        "folder": assessment.folder,
        "subject": view.subject,
        "as_of": f"{assessment.as_of.day} {assessment.as_of:%B %Y}",
        "date": [assessment.as_of.year, assessment.as_of.month, assessment.as_of.day],
        "read": view.read(),
        "claimed": totals.claimed,
        "proved": totals.with_evidence,
        "clauses": totals.clauses,
        "paper_only": view.paper_only,
        "note": NOTHING_WORKS_YET,
        "means": list(DOES_MEAN),
        "does_not_mean": list(DOES_NOT_MEAN),
        "about": [PARAPHRASE, signed_off(view.framework), *filter(None, [view.framework.caution])],
        "states": {
            words.slug: {
                "symbol": words.symbol,
                "word": words.word,
                "short": words.short,
                "number": view.number_of(state),
            }
            for state, words in STATES.items()
        },
        "first": [{"sentence": thing.sentence, "open": thing.open} for thing in assessment.first],
        "chapters": [
            {
                "number": chapter.clause.number,
                "title": chapter.clause.title,
                "clauses": [_clause(view, names, result) for result in chapter.results],
            }
            for chapter in view.chapters
        ],
        "gaps": [{"name": gap.name, "meaning": gap.meaning, "clauses": list(gap.clauses)} for gap in assessment.gaps],
        "groups": [_group(group, names) for group in view.groups],
        "documents": [_document(document) for document in assessment.documents],
        "templates": assessment.templates is not None,
    }


def _typeset(data: Json, view: View) -> bytes:
    day = view.assessment.as_of
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=STANDARD,
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )


def render(view: View) -> bytes:
    """The PDF. Its time stamp is the day of the assessment: the same assessment always gives the same bytes.

    A character the fonts lack becomes a square, and the report says so. Raises PdfError where it cannot be typeset.
    """
    data: Json = _mapped(content(view), showable)
    data["lacking"] = LACKING in json.dumps(data, ensure_ascii=False)
    try:
        return _typeset(data, view)
    except typst.TypstError:
        # What one character does beside another cannot be known beforehand; plain letters always can be set.
        plain = _mapped(data, latin) | {"states": _mapped(content(view), showable)["states"]}
    try:
        return _typeset(plain, view)
    except typst.TypstError as error:
        raise PdfError(f"The PDF could not be typeset ({str(error).splitlines()[0][:120]}).") from error
