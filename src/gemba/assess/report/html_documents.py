"""Every document that was read: what it is, who owns it, what it claims, and what was found in it."""

from html import escape

from gemba.assess.findings.registry import CODES
from gemba.assess.model import ClaimSource, Document, FourQuestions
from gemba.assess.report.view import View, counted, name_of, present_kinds

NONE = '<span class="none">\N{EN DASH}</span>'
TIMES = "\N{MULTIPLICATION SIGN}"
_QUESTIONS = (("written", "written"), ("owned", "owned"), ("risk", "risk"), ("traceable", "traceable"))


def _four(questions: FourQuestions | None) -> str:
    if questions is None:
        return NONE
    marks = []
    for attribute, word in _QUESTIONS:
        yes = getattr(questions, attribute)
        marks.append(f'<span class="{"yes" if yes else "no"}">{"✓" if yes else "✗"} {word}</span>')
    return " ".join(marks)


def _claims(document: Document) -> str:
    stated = dict.fromkeys(claim.clause for claim in document.claims if claim.source is ClaimSource.STATED)
    return escape(", ".join(stated)) if stated else NONE


def _template(document: Document) -> str:
    match = document.template
    if match is None:
        return NONE
    return f"{int(match.similarity * 100)} %<small>{escape(match.path)}</small>"


def _found(view: View, path: str) -> str:
    links = (f'<a href="#f{at}">{CODES[f.code].title.lower()}</a>' for at, f in view.findings_of.get(path, ()))
    return ", ".join(links) or NONE


def _row(view: View, document: Document) -> str:
    revision = escape(document.revision.value) if document.revision else NONE
    owner = escape(document.owner.value) if document.owner else NONE
    template = f'<td data-of="Template">{_template(document)}</td>' if view.assessment.templates is not None else ""
    return (
        f'<tr id="{view.anchors[document.path]}"><th scope="row">{escape(name_of(document))}'
        f"<small>{escape(document.path)}</small></th>"
        f'<td data-of="Kind">{document.kind.value}{" (blank)" if document.blank else ""}</td>'
        f'<td data-of="Revision">{revision}</td><td data-of="Owner">{owner}</td>'
        f'<td data-of="Says it covers">{_claims(document)}</td>{template}'
        f'<td data-of="Four questions" class="four">{_four(view.assessment.questions.get(document.path))}</td>'
        f'<td data-of="Found">{_found(view, document.path)}</td></tr>'
    )


def render(view: View) -> str:
    assessment = view.assessment
    rows = "".join(_row(view, document) for document in assessment.documents)
    template = '<th scope="col">Template</th>' if assessment.templates is not None else ""
    kinds = ", ".join(f"{number:,} {TIMES} {kind}" for kind, number in present_kinds(assessment.documents))
    return (
        f'<section class="section" id="documents"><h2>Documents</h2><p class="lead">'
        f"{counted(len(assessment.documents), 'document')}: "
        f"{escape(kinds)}. Four questions are asked of those that say how work is done: does it say what it covers and "
        "is it filled in, does somebody own it, does it consider risk, does it lead to other documents.</p>"
        '<table class="documents"><thead><tr><th scope="col">Document</th><th scope="col">Kind</th>'
        '<th scope="col">Revision</th><th scope="col">Owner</th><th scope="col">Says it covers</th>'
        f'{template}<th scope="col">Four questions</th><th scope="col">Found</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )
