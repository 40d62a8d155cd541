"""`assessment.json`: everything that was found, as data. Its shape is described in `assessment.schema.json`."""

import json
from typing import Any

from gemba.assess.findings.registry import CODES
from gemba.assess.model import (
    Claim,
    ClauseResult,
    DateFact,
    Document,
    EvidenceFound,
    Exclusion,
    Fact,
    Finding,
    FourQuestions,
)
from gemba.assess.readers.blocks import Place
from gemba.assess.report.view import DOES_MEAN, DOES_NOT_MEAN, PARAPHRASE, View

SCHEMA = "gemba-assessment/1"
Json = dict[str, Any]


def _place(place: Place) -> Json:
    return {"line": place.line, "page": place.page, "cell": place.cell}


def _fact(fact: Fact | None) -> str | None:
    return fact.value if fact else None


def _claim(claim: Claim) -> Json:
    base = {"framework": claim.framework, "clause": claim.clause, "source": claim.source.value, "known": claim.known}
    return base | _place(claim.place)


def _date(fact: DateFact) -> Json:
    value = fact.value.isoformat() if fact.value else None
    return {"label": fact.label, "value": value, "text": fact.text} | _place(fact.place)


def _exclusion(exclusion: Exclusion, path: str | None) -> Json:
    return {"clause": exclusion.clause, "reason": exclusion.reason, "path": path} | _place(exclusion.place)


def _questions(questions: FourQuestions | None) -> Json | None:
    if questions is None:
        return None
    return {
        "written": questions.written,
        "owned": questions.owned,
        "risk": questions.risk,
        "traceable": questions.traceable,
    }


def _document(document: Document, questions: FourQuestions | None) -> Json:
    match = document.template
    return {
        "path": document.path,
        "format": document.format,
        "number": _fact(document.number),
        "title": document.title,
        "kind": document.kind.value,
        "revision": _fact(document.revision),
        "owner": _fact(document.owner),
        "approver": _fact(document.approver),
        "dates": [_date(fact) for fact in document.dates],
        "template": {"path": match.path, "similarity": match.similarity} if match else None,
        "blank": document.blank,
        "placeholders": len(document.placeholders),
        "guidance": len(document.guidance),
        "claims": [_claim(claim) for claim in document.claims],
        "map": [
            {
                "framework": row.framework,
                "clause": row.clause,
                "documents": list(row.documents),
                "excluded": row.excluded,
                "reason": row.reason,
                "known": row.known,
            }
            | _place(row.place)
            for row in document.map_rows
        ],
        "standards": [
            {"standard": each.standard, "edition": each.edition} | _place(each.place) for each in document.standards
        ],
        "references": [{"name": each.name, "target": each.target} | _place(each.place) for each in document.references],
        "evidence_types": list(document.evidence_types),
        "record_date": _date(document.record_date) if document.record_date else None,
        "questions": _questions(questions),
        "problem": document.problem,
    }


def _evidence(found: EvidenceFound, labels: dict[str, str]) -> Json:
    name = found.evidence_type
    return {"type": name, "label": labels.get(name, name), "path": found.path, "date": found.date}


def _clause(result: ClauseResult, labels: dict[str, str]) -> Json:
    return {
        "clause": result.clause,
        "title": result.title,
        "duties": result.duties,
        "mapped": list(result.mapped),
        "mapped_through": list(result.mapped_through),
        "mapped_missing": list(result.mapped_missing),
        "stated": list(result.stated),
        "stated_through": list(result.stated_through),
        "mentioned": list(result.mentioned),
        "excluded": _exclusion(result.excluded, result.excluded_in) if result.excluded else None,
        "evidence": [_evidence(found, labels) for found in result.evidence],
        "state": result.state.value,
    }


def _finding(finding: Finding) -> Json:
    base = {
        "code": finding.code,
        "severity": finding.severity.value,
        "gap": CODES[finding.code].gap.value,
        "path": finding.path,
    }
    return base | _place(finding.place) | {"clause": finding.clause, "message": finding.message}


def content(view: View) -> Json:
    """The data in the order in which it is written."""
    assessment, framework = view.assessment, view.framework
    labels = {name: each.label for name, each in framework.evidence_types.items()}
    totals = assessment.totals
    return {
        "schema": SCHEMA,
        "framework": {
            "id": framework.id,
            "designation": view.subject,
            "title": framework.title,
            "signed_off_by": framework.signed_off_by,
            "paraphrase": PARAPHRASE,
        },
        "folder": assessment.folder,
        "as_of": assessment.as_of.isoformat(),
        "meaning": {"means": list(DOES_MEAN), "does_not_mean": list(DOES_NOT_MEAN)},
        "totals": {
            "documents": totals.documents,
            "unreadable": totals.unreadable,
            "other_files": assessment.other_files,
            "templates": assessment.templates,
            "clauses": totals.clauses,
            "claimed": totals.claimed,
            "with_evidence": totals.with_evidence,
            "findings": totals.findings,
        },
        "first": [{"code": t.code, "sentence": t.sentence, "open": t.open or None} for t in assessment.first],
        "gaps": [{"kind": gap.name, "meaning": gap.meaning, "clauses": list(gap.clauses)} for gap in assessment.gaps],
        "documents": [_document(each, assessment.questions.get(each.path)) for each in assessment.documents],
        "clauses": [_clause(result, labels) for result in assessment.clauses],
        "findings": [_finding(finding) for finding in assessment.findings],
    }


def render(view: View) -> str:
    """UTF-8 text that ends with a line break; the same assessment always gives the same bytes."""
    return json.dumps(content(view), ensure_ascii=False, indent=1) + "\n"
