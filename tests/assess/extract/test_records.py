"""Blank forms, filled records, logs, placeholders and guidance."""

import re
from datetime import date

import pytest

from gemba.assess.extract.evidence_titles import RULES, by_title
from gemba.assess.model import Kind
from gemba.evidence.catalogue.load import shipped_frameworks
from tests.assess.extract.support import document, heading, of_blocks, paragraph, table

_CAPA = (
    heading("CAPA Record CAPA-2024-003"),
    table(
        ("Date opened", "2024-02-03"),
        ("Root cause", "Wrong label roll"),
        ("Corrective action", "Barcode check added"),
        ("Date closed", "2024-03-20"),
    ),
)
_BLANK = (
    heading("CAPA Record"),
    table(("Document No", "FRM-003"), ("Revision", "B")),
    heading("Details", 2),
    table(("Date opened", ""), ("Root cause", ""), ("Corrective action", "___"), ("Date closed", "")),
)


def test_a_filled_record_is_evidence_with_its_latest_date() -> None:
    """M71: a record with values proves practice."""
    made = of_blocks(*_CAPA, path="records/CAPA-2024-003.docx")
    assert (made.kind, made.evidence_types, made.blank) == (Kind.RECORD, ("capa",), False)
    assert made.record_date is not None
    assert made.record_date.value == date(2024, 3, 20)


def test_a_blank_form_is_not_a_record() -> None:
    """M71: an empty form proves nothing, whatever its header says."""
    made = of_blocks(*_BLANK, path="FRM-003 CAPA.docx")
    assert (made.kind, made.evidence_types, made.blank) == (Kind.FORM, (), True)


def test_a_filled_form_in_a_folder_of_templates_stays_a_template() -> None:
    """M71: examples in templates are not records."""
    made = of_blocks(*_CAPA, path="templates/CAPA-2024-003.docx")
    assert (made.kind, made.evidence_types) == (Kind.FORM, ())


def test_one_filled_row_makes_a_log_evidence() -> None:
    """M71: one entry suffices, with its latest date."""
    made = of_blocks(
        heading("Complaint log"),
        table(
            ("No", "Date", "Complaint", "Decision"), ("1", "2024-01-02", "Screen dark", "replaced"), ("2", "", "", "")
        ),
    )
    assert (made.kind, made.evidence_types, made.blank) == (Kind.LIST, ("complaint",), False)
    assert made.record_date is not None
    assert made.record_date.value == date(2024, 1, 2)


@pytest.mark.parametrize(
    "row", [("(...)", "(...)", "(...)", "(...)"), ("<id>", "<date>", "<describe>", "<decision>"), ("1", "", "", "")]
)
def test_example_rows_do_not_fill_a_log(row: tuple[str, ...]) -> None:
    """M71: a row of placeholders shows how, not that."""
    made = of_blocks(heading("Complaint log"), table(("No", "Date", "Complaint", "Decision"), row))
    assert (made.evidence_types, made.blank) == ((), True)


def test_a_procedure_never_yields_evidence() -> None:
    """M71: a procedure about complaints is paper."""
    made = document(
        "# SOP Complaint handling\n\nOwner: QA\n\n| Date | Complaint | Decision |\n|---|---|---|\n|"
        " 2024-01-02 | dark screen | replaced |\n"
    )
    assert (made.kind, made.evidence_types) == (Kind.PROCEDURE, ())


@pytest.mark.parametrize(
    ("title", "evidence"),
    [
        ("Training record", ("training_record",)),
        ("Management review minutes 2024", ("mgmt_review",)),
        ("Internal audit report 2024-01", ("audit_report",)),
        ("Supplier evaluation Contoso", ("supplier_file",)),
        ("Calibration certificate", ("calibration_record",)),
        ("Nonconformity report", ("nc_record",)),
        ("Complaint record", ("complaint",)),
        ("Software validation record", ("sw_validation",)),
        ("Design review minutes", ("design_review",)),
    ],
)
def test_titles_of_records_tell_what_they_prove(title: str, evidence: tuple[str, ...]) -> None:
    """M71: records are filed under the catalogue's evidence types."""
    made = of_blocks(
        heading(title),
        table(
            ("Date", "2024-05-06"), ("Participants", "A. Roe, B. Doe"), ("Result", "accepted"), ("Remarks", "none open")
        ),
    )
    assert (made.kind, made.evidence_types) == (Kind.RECORD, evidence)


def test_fields_tell_what_the_title_does_not() -> None:
    """M71: a record named by number alone is known by what it asks."""
    made = of_blocks(
        heading("Q-77 Record"),
        table(
            ("Calibration date", "2024-05-06"),
            ("Equipment ID", "EQ-4"),
            ("Serial number", "9912"),
            ("Result", "in tolerance"),
        ),
    )
    assert made.evidence_types == ("calibration_record",)


def test_minutes_in_prose_are_a_record_when_dated() -> None:
    """M71: not every record is a form."""
    text = "The participants went through complaints, audits and objectives. " * 12
    made = of_blocks(
        heading("Management review minutes"), paragraph("Date: 2024-09-09\nParticipants: A. Roe"), paragraph(text)
    )
    assert (made.kind, made.evidence_types) == (Kind.RECORD, ("mgmt_review",))


@pytest.mark.parametrize(
    "text",
    [
        "<enter role>",
        "[Company Name]",
        "{{ site }}",
        "Name: ____",
        "Limit: TBD",
        "Lorem ipsum dolor",
        "Valid from XX.XX.XXXX",
        "insert logo here",
        "(...)",
        "to be defined",
        "[enter date]",
    ],
)
def test_placeholders_are_found(text: str) -> None:
    """M47: what a template still asks for."""
    assert of_blocks(heading("X"), paragraph(f"Text {text} text.")).placeholders


@pytest.mark.parametrize(
    "text",
    [
        "List<String> and Map<K, V>",
        "see [1] and [2, 3]",
        "[ ] yes [x] no",
        "a < b and c > d",
        "<br> and <p>",
        "write to <qa@example.org>",
        "<https://example.org>",
        "x[0] = y[i]",
        "snake_case_name",
        "f(x) and g(...)",
        "E. coli [sic]",
    ],
)
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str) -> None:
    """M47: a false alarm costs the reader's trust."""
    assert of_blocks(heading("X"), paragraph(text)).placeholders == ()


def test_a_link_is_no_placeholder() -> None:
    """M47: Markdown links stand in brackets too."""
    assert document("# X\n\nSee [the company list](list.md).\n").placeholders == ()


def test_guidance_to_the_author_is_found_and_other_quotations_are_not() -> None:
    """M56: a template's advice must go before use; a quotation of a law may stay."""
    assert document("# X\n\n> Describe here what your company does.\n").guidance
    assert document("# X\n\nDelete this section before use.\n").guidance
    assert document("# X\n\n> The manufacturer shall keep the documentation available.\n").guidance == ()


def test_word_runs_tell_copies_from_rewritten_texts() -> None:
    """M55: same words, same hashes, whatever the markup; short texts have none."""
    one = document("# Sales\n\nWe **sell** only devices that are released and traceable.\n")
    two = document("Sales\n=====\n\nwe sell only Devices, that are *released* and traceable\n")
    assert one.shingles == two.shingles != frozenset()
    assert document("# Hi\n").shingles == frozenset()


def test_hashes_of_word_runs_are_the_same_in_every_process() -> None:
    """M55: a fixed value, so that a change of the method cannot go unseen."""
    made = document("one two three four five\n")
    assert made.shingles == frozenset({FIVE_WORDS})


FIVE_WORDS = 1637919722754924339


def test_every_evidence_type_a_title_can_yield_is_in_the_catalogue() -> None:
    """M71: a record filed under an unknown type would prove nothing to anyone."""
    known = {e for framework in shipped_frameworks() for e in framework.evidence_types}
    assert {evidence for evidence, _, _ in RULES} <= known


@pytest.mark.parametrize(
    ("title", "types"),
    [
        ("CAPA 2026-002", {"capa"}),
        ("KPI list", {"process_kpi"}),
        ("NC report 7", {"nc_record"}),
        ("NCRs of May", {"nc_record"}),
        ("IQ protocol", {"process_validation"}),
        ("DHR lot 44", {"batch_record"}),
        ("Sterilization record", {"sterile_batch_record"}),
        ("Schulungsnachweis Meier", {"training_record"}),
        ("Re-evaluation of a supplier", set()),
        ("Supplier re-evaluation", {"supplier_reeval"}),
        ("Mock recall", {"field_action", "dry_run"}),
        ("Birthday list", set()),
    ],
)
def test_the_title_of_a_record_says_what_it_proves(title: str, types: set[str]) -> None:
    """M79, M80: by any of the words the field uses, singular, plural and abbreviated."""
    assert set(by_title(title)) == types


def test_no_rule_is_passed_over_for_want_of_its_letters() -> None:
    """M79: the cheap look before a pattern never hides what the pattern would find."""
    rules = RULES
    titles = [" ".join(re.findall(r"[a-z]+", pattern.split("|")[0].replace("\\s", " "))) for _, pattern, _ in rules]
    for title in [*titles, "KPI", "NC", "NCRS", "SOUP", "UDI list", "dhr", "FSCA", "psur", "capas"]:
        found = {kind for kind, pattern, _ in rules if re.search(pattern, title, re.IGNORECASE)}
        assert set(by_title(title)) == found
