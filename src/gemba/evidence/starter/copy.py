"""A starter document as one page of restricted HTML: to read, export and assess before anything is filled in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.starter.model import (
    Claim,
    Course,
    Form,
    FormField,
    Gap,
    Retention,
    StarterDocument,
    StarterSet,
    Step,
)
from gemba.evidence.starter.text import visible

UNSET = "[enter: {what}]"
ALWAYS_ASKED = ("revision", "effective date", "approved by")
"""Facts no starter document can have: they come with the company's own approval."""


def reading_copy(document: StarterDocument, starter: StarterSet, known: Catalogue) -> str:
    """The whole document as HTML: facts, purpose, scope, terms, text, steps or fields, and what must be filled in."""
    return "\n".join(_sections(document, starter, known))


def own_text(document: StarterDocument, starter: StarterSet) -> str:
    """The text alone as HTML, for a system that keeps facts, steps, terms and retention as data of their own."""
    parts = [f"<h2>Purpose</h2>\n<p>{document.purpose}</p>\n<h2>Scope</h2>\n<p>{document.scope}</p>", document.body]
    if document.form:
        parts.append("<h2>Fields</h2>\n" + _form(document.form))
    if document.course:
        parts.append(_course(document.course))
    if document.uses:
        parts.append("<h2>Used with</h2>\n" + _list(_named(starter.documents[other]) for other in document.uses))
    return "\n".join(part for part in parts if part)


def _sections(document: StarterDocument, starter: StarterSet, known: Catalogue) -> Iterator[str]:
    yield f"<h1>{escape(document.number)} {escape(document.title)}</h1>"
    yield _facts(document, starter, known)
    yield f"<h2>Purpose</h2>\n<p>{document.purpose}</p>\n<h2>Scope</h2>\n<p>{document.scope}</p>"
    if document.terms:
        yield "<h2>Terms</h2>\n" + _list(
            f"<strong>{escape(t)}</strong>: {escape(m)}" for t, m in document.terms.items()
        )
    if document.body:
        yield document.body
    if document.steps:
        yield "<h2>Steps</h2>\n" + _steps(document.steps, document.gaps, starter, known)
    if document.form:
        yield "<h2>Fields</h2>\n" + _form(document.form)
    if document.course:
        yield _course(document.course)
    if document.uses:
        yield "<h2>Used with</h2>\n" + _list(_named(starter.documents[other]) for other in document.uses)
    yield f"<h2>Retention</h2>\n<p>{_retention(document.retention)}</p>"


def _facts(document: StarterDocument, starter: StarterSet, known: Catalogue) -> str:
    owner = starter.roles[document.owner]
    rows = [
        ("Document number", escape(document.number)),
        ("Type", escape(document.type)),
        *((what.capitalize(), escape(UNSET.format(what=what))) for what in ALWAYS_ASKED),
        ("Owner", escape(UNSET.format(what=f"name of the {owner.label}"))),
        ("Next review", escape(UNSET.format(what=f"date, at most {document.review_months} months ahead"))),
    ]
    if document.claims:
        rows.append(("Clauses covered", escape(_claims(document.claims, known))))
    return _table((), ((f"<strong>{name}</strong>", value) for name, value in rows))


def _claims(claims: Sequence[Claim], known: Catalogue) -> str:
    by_framework: dict[str, list[str]] = {}
    for claim in claims:
        clauses = by_framework.setdefault(claim.framework, [])
        if claim.clause not in clauses:
            clauses.append(claim.clause)
    return "; ".join(f"{_cited(known, name)}: {', '.join(clauses)}" for name, clauses in by_framework.items())


def _cited(known: Catalogue, name: str) -> str:
    framework = known.frameworks[name]
    dated = framework.edition in framework.editions and framework.designation.startswith(("ISO", "IEC"))
    return f"{framework.designation}:{framework.edition}" if dated else framework.designation


def _steps(steps: Sequence[Step], gaps: Sequence[Gap], starter: StarterSet, known: Catalogue) -> str:
    tools = {gap.id: visible(gap) for gap in gaps}
    return _table(
        ("Step", "Who", "What", "By when", "What remains"),
        (
            (
                str(position),
                escape(starter.roles[step.role].label),
                step.action + (f" ({escape(tools[step.tool])})" if step.tool else ""),
                escape(step.within),
                escape(", ".join(_evidence(step, starter, known))),
            )
            for position, step in enumerate(steps, 1)
        ),
    )


def _evidence(step: Step, starter: StarterSet, known: Catalogue) -> Iterator[str]:
    if step.form:
        yield starter.documents[step.form].number
    yield from (known.evidence_types[name].label for name in step.produces)


def _form(form: Form) -> str:
    """A blank form: under each state the fields that are filled there first."""
    parts: list[str] = []
    for state in form.states:
        fields = [each for each in form.fields if each.states[0] == state]
        if fields:
            rows = ((_label(each), escape(UNSET.format(what=each.help.rstrip(".")))) for each in fields)
            parts.append(f"<h3>{escape(state.capitalize())}</h3>\n{_table((), rows)}")
    return "\n".join(parts)


def _label(field: FormField) -> str:
    choices = " / ".join(field.choices or field.columns)
    more = ", ".join(filter(None, ("" if field.required else "if it applies", choices)))
    return f"<strong>{escape(field.label)}</strong>" + (f" ({escape(more)})" if more else "")


def _course(course: Course) -> str:
    slides = "\n".join(f"<h3>{escape(slide.title)}</h3>\n{slide.text}" for slide in course.slides)
    questions = _list(
        f"{escape(question.text)} {_list(escape(answer) for answer in question.answers)}"
        for question in course.questions
    )
    return (
        f"<h2>Objectives</h2>\n{_list(escape(each) for each in course.objectives)}\n"
        f"<h2>Slides</h2>\n{slides}\n<h2>Questions</h2>\n{questions}\n"
        f"<p>Passed with {course.pass_percent} % of the questions. Time: {course.minutes} minutes.</p>"
    )


def _retention(retention: Retention) -> str:
    text = f"Keep {retention.years} years, counted from the day on which this was true: {retention.counted_from}."
    return escape(f"{text} {retention.note}".strip())


def _named(document: StarterDocument) -> str:
    return escape(f"{document.number} {document.title}")


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = f"<thead>{_row(head, 'th')}</thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(_row(row, 'td') for row in rows)}</tbody></table>"


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def questions_of(document: StarterDocument, starter: StarterSet) -> Mapping[str, str]:
    """What whoever adopts the document is asked: its gaps by id, and who its roles are (`role:` and the role's id)."""
    roles = dict.fromkeys([document.owner, *(step.role for step in document.steps)])
    asked = {f"role:{role}": starter.roles[role].question for role in roles}
    return {**asked, **{gap.id: gap.question for gap in document.gaps}}
