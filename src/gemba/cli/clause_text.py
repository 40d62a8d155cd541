"""Sets a clause as text for a terminal, or as JSON."""

from collections.abc import Iterator

from gemba.cli.clause_view import ClauseView
from gemba.cli.terminal import Page
from gemba.evidence.catalogue.clauses import subclauses
from gemba.evidence.catalogue.crosswalk import Match, Relation
from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.catalogue.model import Applicability, Duty, Force, Framework, Strength

PARAPHRASE = "Our paraphrase, not the standard's text."
NOBODY = "nobody yet"
APPLIES = {
    Applicability.CONDITIONAL: "applies only if:",
    Applicability.MAY_BE_NOT_APPLICABLE: "may be declared not applicable, with a reason",
    Applicability.MAY_BE_EXCLUDED: "may be excluded where regulation allows, with a reason",
}
INDENT = 4


def as_text(view: ClauseView, known: Catalogue, page: Page) -> str:
    return "\n".join(
        [*_heading(view, page), *_duties(view, known, page), *_checks(view, page), *_counterparts(view, known, page)]
    )


def words(identifier: str) -> str:
    return identifier.replace("_", " ")


def _heading(view: ClauseView, page: Page) -> Iterator[str]:
    framework = view.framework
    clause = framework.clauses[view.clause]
    edition = f" ({framework.edition})" if framework.edition else ""
    yield page.bold(page.wrap(f"{framework.designation}{edition}, {clause.number}: {clause.title}"))
    yield page.dim(page.wrap(f"{PARAPHRASE} Signed off by: {framework.signed_off_by or NOBODY}."))
    for text in (clause.note, framework.caution):
        if text:
            yield page.wrap(text)


def _duties(view: ClauseView, known: Catalogue, page: Page) -> Iterator[str]:
    if not view.duties:
        whom = f" for class {view.safety_class}" if view.safety_class else ""
        yield f"\nNo duty is on file for this clause{whom}."
    current = view.clause
    for duty in view.duties:
        if duty.clause != current:
            current = duty.clause
            yield "\n" + page.bold(page.wrap(f"{current}: {view.framework.clauses[current].title}"))
        yield ""
        yield page.wrap(f"{duty.id}  {_nature(duty)}")
        yield page.wrap(duty.text, INDENT)
        for detail in _details(duty, view.framework, known):
            yield page.dim(page.wrap(detail, INDENT, hanging=2))


def _nature(duty: Duty) -> str:
    parts = [words(duty.kind), words(duty.cadence)]
    if duty.interval_months:
        parts.append(f"at least every {duty.interval_months} months")
    if duty.force is not Force.REQUIRED:
        parts.append(f"not required: {duty.force}")
    if duty.classes:
        parts.append(f"class {', '.join(duty.classes)}")
    if duty.owner:
        parts.append(f"owner: {words(duty.owner)}")
    mark = f" [{words(duty.confidence)}]" if duty.confidence else ""
    return ", ".join(parts) + mark


def _details(duty: Duty, framework: Framework, known: Catalogue) -> Iterator[str]:
    if duty.evidence:
        types = [known.evidence_types[name] for name in duty.evidence]
        yield "proved by: " + "; ".join(
            f"{each.label} (paper)" if each.strength is Strength.PAPER else each.label for each in types
        )
    if not duty.needs_practice:
        yield "an effective document is enough"
    if duty.applicability in APPLIES or duty.condition:
        condition = framework.conditions.get(duty.condition or "")
        question = f" {condition.question} ({condition.usual_answer})" if condition else ""
        yield APPLIES.get(duty.applicability, "asked:") + question
    if duty.fields:
        yield f"fields: {', '.join(duty.fields)}"
    if duty.see:
        yield f"see: {', '.join(duty.see)}"
    if duty.control:
        yield f"in an electronic system: {duty.control}"
    yield from (f"test: {test}" for test in duty.tests)
    yield from (f"{words(name)}: {note}" for name, note in duty.notes.items())


def _checks(view: ClauseView, page: Page) -> Iterator[str]:
    if view.checks:
        yield "\n" + page.bold("Practice checks")
    for check in view.checks:
        yield page.wrap(f"{check.id}  {check.question} ({check.metric}: {check.limit})", hanging=INDENT)


def _counterparts(view: ClauseView, known: Catalogue, page: Page) -> Iterator[str]:
    current = ""
    for match in view.matches:
        other = known.frameworks[match.framework]
        if other.id != current:
            current = other.id
            mark = "" if other.on_by_default else " (off by default)"
            yield "\n" + page.bold(f"Counterparts in {other.designation}{mark}")
        yield page.wrap(
            f"{match.clause}  {other.clauses[match.clause].title}{_how(match, view, other)}", hanging=INDENT
        )
        for duty in match.duties:
            if duty in other.duties_by_clause.get(match.clause, ()):
                mark = f" [{words(duty.confidence)}]" if duty.confidence else ""
                yield page.dim(page.wrap(f"{duty.id}{mark}  {duty.text}", INDENT, hanging=2))


def _how(match: Match, view: ClauseView, other: Framework) -> str:
    notes = []
    ours = [duty.id for duty in match.duties if duty in view.duties]
    if ours and len(view.duties) > 1:
        notes.append(f"for {', '.join(ours)}")
    elif match.relation is not Relation.SAME:
        notes.append(f"named for {', '.join(match.named_for)}")
    if len(subclauses(other, match.clause)) > 1:
        notes.append("with its sub-clauses")
    return f" ({', '.join(notes)})" if notes else ""


def as_json(view: ClauseView, known: Catalogue) -> dict[str, object]:
    framework, clause = view.framework, view.framework.clauses[view.clause]
    return {
        "note": PARAPHRASE,
        "framework": framework.id,
        "designation": framework.designation,
        "signed_off_by": framework.signed_off_by,
        "clause": clause.number,
        "title": clause.title,
        "clauses": list(subclauses(framework, clause.number)),
        "duties": [_duty_json(duty, framework, known) for duty in view.duties],
        "practice_checks": [
            {"id": c.id, "clause": c.clause, "question": c.question, "metric": c.metric, "limit": c.limit}
            for c in view.checks
        ],
        "counterparts": [_match_json(match, known) for match in view.matches],
    }


def _duty_json(duty: Duty, framework: Framework, known: Catalogue) -> dict[str, object]:
    condition = framework.conditions.get(duty.condition or "")
    return {
        "id": duty.id,
        "clause": duty.clause,
        "text": duty.text,
        "kind": duty.kind,
        "force": duty.force,
        "evidence": [{"id": name, "label": known.evidence_types[name].label} for name in duty.evidence],
        "cadence": duty.cadence,
        "interval_months": duty.interval_months,
        "applicability": duty.applicability,
        "condition": condition and {"id": condition.id, "question": condition.question},
        "needs_practice": duty.needs_practice,
        "classes": list(duty.classes),
        "owner": duty.owner,
        "confidence": duty.confidence,
        "fields": list(duty.fields),
        "see": list(duty.see),
        "control": duty.control,
        "tests": list(duty.tests),
        "notes": dict(duty.notes),
    }


def _match_json(match: Match, known: Catalogue) -> dict[str, object]:
    return {
        "framework": match.framework,
        "clause": match.clause,
        "title": known.frameworks[match.framework].clauses[match.clause].title,
        "relation": match.relation,
        "named_for": list(match.named_for),
        "duties": [
            {"id": duty.id, "clause": duty.clause, "text": duty.text, "confidence": duty.confidence}
            for duty in match.duties
        ],
    }
