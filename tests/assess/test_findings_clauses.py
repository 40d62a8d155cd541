"""Clause states, exclusions and the two numbers, from documents alone."""

import pytest

from gemba.assess.model import ClauseResult, ClauseState, Document, Exclusion, Kind, Severity
from tests.assess.report.samples import (
    ISO,
    assessed,
    company,
    dated,
    fact,
    found,
    line,
    mapped,
    mentioned,
    procedure,
    stated,
)


def clause(number: str, *documents: Document) -> ClauseResult:
    return next(each for each in assessed(*documents).clauses if each.clause == number)


def record(*types: str, kind: Kind = Kind.RECORD, blank: bool = False) -> Document:
    return Document(
        "r.md",
        "markdown",
        "Record",
        kind,
        words=60,
        evidence_types=types,
        blank=blank,
        record_date=dated("created", None),
    )


def manual(*rows: object, exclusions: tuple[Exclusion, ...] = ()) -> Document:
    return Document(
        path="manual.md",
        format="markdown",
        title="Quality Manual",
        kind=Kind.MANUAL,
        owner=fact("Director"),
        words=900,
        map_rows=rows,  # type: ignore[arg-type]
        exclusions=exclusions,
    )


def test_documents_alone_are_at_most_paper_only() -> None:
    """M71: a clause with documents but no record is shown as paper only."""
    paper = [procedure(f"{n}.md", f"SOP {n}", claims=stated("4", "5", "6", "7", "8")) for n in range(5)]
    assessment = assessed(*paper)

    assert {each.state for each in assessment.clauses} == {ClauseState.PAPER_ONLY}
    assert (assessment.totals.claimed, assessment.totals.with_evidence) == (assessment.totals.clauses, 0)


def test_a_filled_record_of_the_right_type_is_evidence() -> None:
    """M71: only a record moves a clause above paper."""
    result = clause("6.2", procedure("a.md", "SOP Training", claims=stated("6.2")), record("training_record"))
    assert result.state is ClauseState.EVIDENCE_FOUND
    assert [(each.evidence_type, each.path) for each in result.evidence] == [("training_record", "r.md")]


@pytest.mark.parametrize(
    "no_proof",
    [
        record("training_record", kind=Kind.FORM),
        record("training_record", kind=Kind.PROCEDURE),
        record("training_record", blank=True),
        record("quality_policy"),
        record("complaint"),
    ],
)
def test_forms_procedures_blanks_and_paper_types_prove_nothing(no_proof: Document) -> None:
    """M71: a blank form or a policy never raises a clause."""
    assert clause("6.2", procedure("a.md", "SOP A", claims=stated("6.2")), no_proof).state is ClauseState.PAPER_ONLY


def test_a_record_without_a_procedure_is_unwritten_practice() -> None:
    """M20: practice is shown beside paper also where paper is missing."""
    assert clause("8.2.2", record("complaint")).state is ClauseState.UNWRITTEN


def test_a_mention_is_shown_and_never_counted() -> None:
    """M71: a clause named in running text is no claim."""
    result = clause("8.5.2", procedure("a.md", "SOP A", claims=mentioned("8.5.2")))
    assert result.state is ClauseState.MISSING
    assert result.mentioned == ("a.md",)


def test_a_claim_for_a_parent_covers_its_children_and_is_shown_as_such() -> None:
    """M80: 7.5 covers 7.5.1, and the report says through which clause."""
    documents = (manual(mapped("7.5", "SOP Production")), procedure("p.md", "SOP Production"))
    result = clause("7.5.9.1", *documents)
    assert (result.mapped, result.mapped_through) == (("p.md",), ("7.5",))
    assert clause("7.4.1", *documents).mapped == ()


def test_a_document_named_in_the_map_and_not_there_covers_nothing() -> None:
    """M71: a promise in the manual is not even paper."""
    result = clause("8.5.2", manual(mapped("8.5.2", "SOP-030 Corrective Action")))
    assert result.state is ClauseState.MISSING
    assert result.mapped_missing == ("SOP-030 Corrective Action",)


def test_an_excluded_clause_counts_in_neither_number() -> None:
    """M18: exclusions with clause, reason and place."""
    whole = assessed(manual()).totals.clauses
    document = manual(exclusions=(Exclusion(ISO, "6.4.2", "No clean product.", line(9)),))
    result = clause("6.4.2", document)

    assert (result.state, result.excluded_in) == (ClauseState.EXCLUDED, "manual.md")
    assert result.excluded is not None
    assert result.excluded.reason == "No clean product."
    assert assessed(document).totals.clauses == whole - 1


def test_excluding_a_parent_excludes_its_children() -> None:
    """M18: 6.4 takes 6.4.1 and 6.4.2 with it."""
    document = manual(mapped("6.4", excluded=True, reason="Software only."))
    assert {clause(number, document).state for number in ("6.4.1", "6.4.2")} == {ClauseState.EXCLUDED}


def test_an_exclusion_without_a_reason_is_found() -> None:
    """M18: excluding 7.5.5 without justification does not pass."""
    (finding,) = found("excluded-not-allowed", manual(mapped("7.5.5", excluded=True)))
    assert "No reason is given" in finding.message


@pytest.mark.parametrize("number", ["4.2.5", "5.6", "5"])
def test_chapters_that_always_apply_cannot_be_excluded(number: str) -> None:
    """M18: only content of chapters 6, 7 and 8 can be excluded, and the clause stays in the count."""
    document = manual(exclusions=(Exclusion(ISO, number, "We are too small for it.", line(9)),))
    (finding,) = found("excluded-not-allowed", document)

    assert finding.severity is Severity.HIGH
    assert assessed(document).totals.clauses == assessed(manual()).totals.clauses


def test_a_reasoned_exclusion_of_what_may_be_excluded_is_no_finding() -> None:
    """M18: not applicable with a reason is a decision, not a flaw."""
    assert not found("excluded-not-allowed", manual(mapped("7.5.5", excluded=True, reason="Nothing is sterile.")))


def test_an_exclusion_that_a_document_contradicts_is_not_followed() -> None:
    """M18: excluded and claimed at once is found, and the clause stays in view."""
    documents = (
        manual(mapped("7.5.3", excluded=True, reason="No installation.")),
        procedure("i.md", "SOP Installation", claims=stated("7.5.3")),
    )
    assert len(found("excluded-but-mapped", *documents)) == 1
    assert clause("7.5.3", *documents).state is ClauseState.PAPER_ONLY


def test_a_claim_for_the_parent_does_not_contradict_an_exclusion() -> None:
    """M18: 7.5 claimed and 7.5.5 excluded is how it should be."""
    documents = (
        manual(mapped("7.5", "SOP Production"), mapped("7.5.5", excluded=True, reason="Nothing is sterile.")),
        procedure("p.md", "SOP Production", claims=stated("7.5")),
    )
    assert not found("excluded-but-mapped", *documents)
    assert clause("7.5.5", *documents).state is ClauseState.EXCLUDED


def test_undecided_design_and_post_market_clauses_come_first() -> None:
    """M19: applicability decisions on 7.3 and 8.2 are highlighted."""
    clauses = [finding.clause or "" for finding in found("unclaimed-clause", manual())]
    leading = [number for number in clauses if number.startswith(("7.3", "8.2"))]

    assert len(leading) > 10
    assert sorted(clauses[: len(leading)]) == sorted(leading)
    assert {f.severity for f in found("unclaimed-clause", manual()) if f.clause in leading} == {Severity.HIGH}


def test_paper_and_practice_are_two_numbers_and_never_one() -> None:
    """M20: no merged number anywhere in the totals."""
    totals = assessed(*company()).totals
    assert 0 < totals.with_evidence < totals.claimed < totals.clauses
    assert not {"score", "percent", "compliance"} & set(type(totals).__annotations__)


def test_at_most_five_things_come_first_each_a_sentence_with_what_to_open() -> None:
    """M20: missing proof leads the list."""
    assessment = assessed(*company())
    paths = {document.path for document in assessment.documents} | {""}

    assert len(assessment.first) == 5
    assert assessment.first[0].code == "no-records"
    assert all(thing.open in paths and thing.sentence.endswith(".") for thing in assessment.first)


def test_without_a_map_nothing_is_said_about_a_map() -> None:
    """M47: no comparison with something that is not there."""
    document = procedure("a.md", "SOP A", claims=stated("7.4"))
    assert not found("stated-but-not-mapped", document)
