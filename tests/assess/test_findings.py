"""Every finding code fires on the smallest folder that has the flaw, and stays silent on a sound one."""

from datetime import date

import pytest

from gemba.assess.findings.registry import CODES, Gap
from gemba.assess.model import (
    ClauseState,
    Document,
    DocumentReference,
    Exclusion,
    Kind,
    Severity,
    StandardReference,
    TemplateMatch,
)
from tests.assess.report.samples import (
    ISO,
    assessed,
    codes,
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


def manual(*rows: object, **more: object) -> Document:
    facts: dict[str, object] = {"owner": fact("Director"), "words": 900} | more
    return Document(
        path="manual.md",
        format="markdown",
        title="Quality Manual",
        kind=Kind.MANUAL,
        map_rows=rows,  # type: ignore[arg-type]
        **facts,  # type: ignore[arg-type]
    )


SOUND = procedure(
    "sop/SOP-001-training.md",
    "SOP-001 Training",
    number=fact("SOP-001"),
    claims=stated("6.2"),
    standards=(StandardReference("ISO 13485", "2016", line(3)), StandardReference("ISO 4711", "1999", line(4))),
    references=(
        DocumentReference("SOP-001", None, line(5)),
        DocumentReference("Form", "../forms/form.xlsx#tab", line(6)),
        DocumentReference("Web", "https://example.org/x", line(7)),
        DocumentReference("Top", "#purpose", line(8)),
        DocumentReference("Mail", "mailto:qa@example.org", line(9)),
        DocumentReference("ISO 9001", None, line(10)),
    ),
    dates=(
        dated("approved", date(2026, 1, 1)),
        dated("effective", date(2026, 1, 15)),
        dated("next review", date(2027, 1, 1)),
    ),
    template=TemplateMatch("templates/training.md", 0.41),
)


def test_a_sound_folder_has_no_finding_but_the_clauses_it_leaves_open() -> None:
    """M47: the checks are silent where nothing is wrong."""
    assert codes(SOUND, files=frozenset({"forms/form.xlsx"})) == set()


CASES = {
    "unfilled-template": (procedure("a.md", "SOP A", guidance=(fact("Describe your process here.", 4),)),),
    "template-copy": (procedure("a.md", "SOP A", template=TemplateMatch("t/a.md", 0.995)),),
    "blank-record": (Document("r.md", "markdown", "Complaint record", Kind.RECORD, blank=True, words=20),),
    "placeholder": (procedure("a.md", "SOP A", placeholders=(fact("[Company Name]", 2),)),),
    "dead-link": (procedure("a.md", "SOP A", references=(DocumentReference("x", "gone/away.docx", line(3)),)),),
    "missing-document": (procedure("a.md", "SOP A", references=(DocumentReference("SOP-099", None, line(3)),)),),
    "duplicate-number": (
        procedure("a.md", "SOP A", number=fact("SOP-001")),
        procedure("b.md", "SOP B", number=fact("SOP 001")),
    ),
    "number-mismatch": (procedure("SOP-001.md", "A", number=fact("SOP-001"), heading_number=fact("SOP-002")),),
    "superseded-edition": (procedure("a.md", "SOP A", standards=(StandardReference("ISO 13485", "2003", line(2)),)),),
    "unknown-edition": (procedure("a.md", "SOP A", standards=(StandardReference("ISO 13485", "2015", line(2)),)),),
    "unknown-clause": (procedure("a.md", "SOP A", claims=stated("8.5.4", known=False)),),
    "excluded-but-mapped": (manual(mapped("7.5.3", excluded=True, reason="None."), mapped("7.5.3", "manual.md")),),
    "excluded-not-allowed": (manual(exclusions=(Exclusion(ISO, "5.6", "We are small.", line(8)),)),),
    "mapped-but-not-stated": (manual(mapped("7.4", "SOP Purchasing")), procedure("p.md", "SOP Purchasing")),
    "stated-but-not-mapped": (
        manual(mapped("4.2", "Quality Manual")),
        procedure("p.md", "SOP Purchasing", claims=stated("7.4")),
    ),
    "unclaimed-clause": (procedure("a.md", "SOP A"),),
    "no-owner": (procedure("a.md", "SOP A", owner=None),),
    "date-mismatch": (
        procedure("a.md", "SOP A", dates=(dated("approved", date(2026, 2, 1)), dated("effective", date(2026, 1, 1)))),
    ),
    "unreadable": (Document("a.pdf", "pdf", "a.pdf", Kind.TECHNICAL, problem="The file is encrypted."),),
    "inexact-name": (
        manual(mapped("8.2.4", "SOP Internal Auditing")),
        procedure("audit.md", "SOP Internal Audit", claims=stated("8.2.4")),
    ),
}


def test_every_code_of_the_registry_has_its_case() -> None:
    """M113: no kind of inconsistency is left without a test."""
    assert set(CASES) == set(CODES)


@pytest.mark.parametrize("code", CASES)
def test_a_seeded_flaw_is_found_once_and_says_where_and_what_to_do(code: str) -> None:
    """M47, M113: each seeded inconsistency is found, with file and place, in one helpful sentence."""
    documents = CASES[code]
    findings = found(code, *documents)

    assert findings
    if code != "unclaimed-clause":
        assert len({(each.path, each.message) for each in findings}) == len(findings) <= 2
    assert {each.path for each in findings} <= {document.path for document in documents} | {""}
    assert all(len(each.message) > 40 and each.message.endswith((".", "?")) for each in findings)


@pytest.mark.parametrize("code", [code for code in CASES if code != "unclaimed-clause"])
def test_a_seeded_flaw_raises_no_other_alarm(code: str) -> None:
    """M113: one flaw, one finding; false alarms would hide the true ones."""
    assert codes(*CASES[code]) == {code}


def test_the_registry_says_for_every_code_why_it_matters_and_what_to_do() -> None:
    """M79: every finding belongs to one kind of gap, and all kinds are used."""
    assert {entry.gap for entry in CODES.values()} == set(Gap)
    for code, entry in CODES.items():
        assert entry.code == code
        assert entry.why.endswith(".")
        assert entry.do.endswith(".")
        assert "{n}" in entry.many
        assert "{n}" not in entry.one


def test_one_finding_stands_for_all_placeholders_of_a_document() -> None:
    """M47: sixty lines about one document would hide the others."""
    many = tuple(fact(f"<field {n}>", n) for n in range(1, 8))
    (finding,) = found("placeholder", procedure("a.md", "SOP A", placeholders=many))

    assert finding.message.startswith("7 placeholders left (line 1, line 2, line 3 and 4 more)")
    assert finding.place == line(1)


def test_a_form_may_hold_placeholders_and_be_blank_without_alarm() -> None:
    """M47: what is right in a form is a flaw in a procedure."""
    form = Document("f.md", "markdown", "Form", Kind.FORM, blank=True, words=9, placeholders=(fact("<name>", 2),))
    assert {each.severity for each in assessed(form).findings if each.path == "f.md"} == {Severity.LOW}


@pytest.mark.parametrize(
    ("similarity", "severity"), [(1.0, Severity.HIGH), (0.99, Severity.HIGH), (0.9, Severity.MEDIUM), (0.79, None)]
)
def test_a_copy_is_named_and_a_rewritten_text_is_not(similarity: float, severity: Severity | None) -> None:
    """M55, M57: a copied procedure leads to the question how the work is really done."""
    findings = found("template-copy", procedure("a.md", "SOP A", template=TemplateMatch("t/a.md", similarity)))

    assert [each.severity for each in findings] == ([severity] if severity else [])
    assert all("t/a.md" in each.message and "who does it, how often" in each.message for each in findings)


def test_a_pdf_beside_its_source_is_no_second_document() -> None:
    """M113: the same document in two formats has one number, rightly."""
    pair = (
        procedure("SOP-001.docx", "SOP A", number=fact("SOP-001")),
        procedure("SOP-001.pdf", "SOP A", number=fact("SOP-001")),
    )
    assert not found("duplicate-number", *pair)


def test_filled_records_may_carry_the_number_of_their_form() -> None:
    """M113: many records of one form are no duplicates."""
    records = [
        Document(f"r{n}.md", "markdown", "Training", Kind.RECORD, number=fact("FRM-007"), words=50) for n in range(3)
    ]
    assert not found("duplicate-number", *records)


@pytest.mark.parametrize(
    "dates",
    [
        (dated("effective", date(2026, 1, 1)), dated("effective", date(2026, 1, 2), 9)),
        (dated("next review", date(2026, 5, 31)),),
        (dated("effective", None),),
    ],
)
def test_dates_that_contradict_each_other_are_overdue_or_impossible_are_found(dates: tuple[object, ...]) -> None:
    """M47: dates out of order."""
    assert len(found("date-mismatch", procedure("a.md", "SOP A", dates=dates))) == 1


def test_a_review_that_is_due_today_is_not_overdue() -> None:
    """M47: held against the stated day, not against a clock."""
    assert not found("date-mismatch", procedure("a.md", "SOP A", dates=(dated("next review", date(2026, 6, 1)),)))


def test_a_record_from_the_future_is_found() -> None:
    """M113: a record cannot be dated after the day it is looked at."""
    record = Document("r.md", "markdown", "R", Kind.RECORD, words=9, record_date=dated("created", date(2027, 1, 1)))
    assert len(found("date-mismatch", record)) == 1


@pytest.mark.parametrize(
    "target",
    ["../up/and/out.md", "C:\\quality\\SOP.docx", "file:///home/me/x.md", "\\\\server\\share\\x.docx", "gone.md#part"],
)
def test_links_that_others_cannot_follow_are_dead(target: str) -> None:
    """M47: dead references."""
    document = procedure("a.md", "SOP A", references=(DocumentReference("x", target, line(3)),))
    assert len(found("dead-link", document)) == 1


@pytest.mark.parametrize(
    "target", ["B.md", "b.md?x=1#y", "<b.md>", "/sop/b.md", "b", "../sop/b.md", "./b.md", "..", "../pics/a%20b.png"]
)
def test_links_that_lead_somewhere_are_alive(target: str) -> None:
    """M47: spelling of a link matters less than where it leads."""
    document = procedure("sop/a.md", "SOP A", references=(DocumentReference("x", target, line(3)),))
    assert not found("dead-link", document, procedure("sop/b.md", "SOP B"), files=frozenset({"pics/a b.png"}))


def test_many_dead_links_of_one_document_are_summed_up() -> None:
    """M47: the eleventh and further dead links are counted in one finding."""
    links = tuple(DocumentReference("x", f"gone-{n}.md", line(n)) for n in range(1, 41))
    findings = found("dead-link", procedure("a.md", "SOP A", references=links))

    assert len(findings) == 11
    assert "A further 30 links" in findings[-1].message


def test_a_standard_replaced_as_a_whole_is_superseded_in_every_edition() -> None:
    """M47: wrong revision of an external document."""
    reference = StandardReference("93/42/EEC", "1993", line(3))
    replaced = StandardReference("EN 980", "2008", line(4))
    findings = found("superseded-edition", procedure("a.md", "SOP A", standards=(reference, replaced)))
    assert all("replaced" in each.message for each in findings)


def test_a_mention_of_an_impossible_clause_weighs_less_than_a_claim() -> None:
    """M47: shown, never counted as a claim."""
    (finding,) = found("unknown-clause", procedure("a.md", "SOP A", claims=mentioned("4.21", known=False)))
    assert finding.severity is Severity.LOW
    assert finding.clause == "4.21"


def test_a_number_cited_by_two_documents_is_missing_in_both() -> None:
    """M47: each file can be corrected by itself."""
    citing = [procedure(f"{n}.md", f"SOP {n}", references=(DocumentReference("WI-77", None, line(2)),)) for n in "ab"]
    assert {each.path for each in found("missing-document", *citing)} == {"a.md", "b.md"}


def test_a_map_that_names_an_absent_document_is_graver_than_a_citation() -> None:
    """M47: the manual promises what is not there."""
    (finding,) = found("missing-document", manual(mapped("8.5.2", "SOP-030 Corrective Action", at=44)))
    assert finding.severity is Severity.HIGH
    assert "8.5.2" in finding.message
    assert finding.place == line(44)


def test_removing_the_owner_flips_the_question_who_is_responsible() -> None:
    """M21: four questions per process document, computed."""
    risk = (StandardReference("ISO 14971", "2019", line(5)),)
    links = (DocumentReference("SOP B", None, line(6)),)
    other = procedure("b.md", "SOP B")

    def answers(**more: object) -> tuple[bool, bool, bool, bool]:
        facts: dict[str, object] = {"claims": stated("7.4"), "standards": risk, "references": links} | more
        answer = assessed(procedure("a.md", "SOP A", **facts), other).questions["a.md"]
        return answer.written, answer.owned, answer.risk, answer.traceable

    assert answers() == (True, True, True, True)
    assert answers(owner=None) == (True, False, True, True)
    assert answers(standards=()) == (True, True, False, True)
    assert answers(references=()) == (True, True, True, False)
    assert answers(claims=()) == (False, True, True, True)
    assert answers(guidance=(fact("Say how."),)) == (False, True, True, True)


def test_gaps_are_counted_by_kind_and_name_their_clauses() -> None:
    """M79: documentation, training, traceability, risk documentation, records."""
    gaps = {gap.name: gap.clauses for gap in assessed(*company()).gaps}

    assert set(gaps) == {"documentation", "training", "traceability", "risk documentation", "records"}
    assert "6.2" not in gaps["training"]
    assert "7.5.8" in gaps["traceability"]
    assert "7.1" in gaps["risk documentation"]
    assert "6.4.2" not in gaps["records"]


def test_clauses_without_evidence_are_listed_and_never_called_complete() -> None:
    """M81: a list of what nothing proves, as far as documents go."""
    assessment = assessed(*company())
    unproved = [
        each.clause for each in assessment.clauses if each.state in {ClauseState.PAPER_ONLY, ClauseState.MISSING}
    ]

    assert "7.4.2" in unproved
    assert len(unproved) + assessment.totals.with_evidence == assessment.totals.clauses


def test_the_order_of_findings_does_not_depend_on_chance() -> None:
    """M47: same input, same output."""
    assert assessed(*company()) == assessed(*company())
