"""Number, title, revision, dates, owner, approver and kind, as headers, histories and file names give them."""

from datetime import date

import pytest

from gemba.assess.model import DateFact, Document, Kind
from tests.assess.extract.support import document, field, heading, item, of_blocks, paragraph, table

_SOP = of_blocks(
    table(
        ("Document No", "SOP-012", "Revision", "C"),
        ("Effective date", "2024-03-01", "Owner", "Head of Quality"),
        ("Approved by", "Jane Roe, CEO", "Next review", "1 March 2026"),
    ),
    heading("Document Control"),
    heading("1. Purpose", 2),
    paragraph("How documents are controlled."),
    path="procedures/SOP-012_Document_Control_RevC.docx",
)


def _dates(made: Document) -> dict[str, date | None]:
    return {d.label: d.value for d in made.dates}


def test_a_header_table_gives_number_revision_owner_approver_and_dates() -> None:
    """M47: the commonest real header, four cells to a row."""
    assert _SOP.number is not None
    assert _SOP.number.value == "SOP-012"
    assert _SOP.revision is not None
    assert _SOP.revision.value == "C"
    assert _SOP.owner is not None
    assert _SOP.owner.value == "Head of Quality"
    assert _SOP.approver is not None
    assert _SOP.approver.value == "Jane Roe, CEO"
    assert _dates(_SOP) == {"effective": date(2024, 3, 1), "next review": date(2026, 3, 1)}
    assert (_SOP.title, _SOP.kind, _SOP.heading_number) == ("Document Control", Kind.PROCEDURE, None)


def test_a_header_of_labels_over_values_is_read_downwards() -> None:
    """M47: labels in one row, values in the next."""
    made = of_blocks(
        table(
            ("Doc. No.", "Rev.", "Effective Date", "Process Owner"), ("QP-07", "3", "12-MAR-2024", "Purchasing Manager")
        ),
        heading("Purchasing"),
    )
    assert made.number is not None
    assert made.revision is not None
    assert made.owner is not None
    assert (made.number.value, made.revision.value, made.owner.value) == ("QP-07", "3", "Purchasing Manager")
    assert _dates(made) == {"effective": date(2024, 3, 12)}


def test_labels_within_one_line_are_told_apart() -> None:
    """M47: a page header often is one line."""
    made = of_blocks(
        paragraph("Document No.: WI-033   Revision: 2.1   Effective Date: 05.06.2023"), heading("Label printing")
    )
    assert made.number is not None
    assert made.revision is not None
    assert (made.number.value, made.revision.value, made.kind) == ("WI-033", "2.1", Kind.WORK_INSTRUCTION)
    assert _dates(made) == {"effective": date(2023, 6, 5)}


def test_a_cell_may_hold_label_and_value() -> None:
    """M47: header tables of two or three wide cells."""
    made = of_blocks(table(("Northwind Devices", "Document ID: FRM-8.5-01\nRev: B", "Owner: QA")), heading("CAPA form"))
    assert made.number is not None
    assert made.revision is not None
    assert made.owner is not None
    assert (made.number.value, made.revision.value, made.owner.value) == ("FRM-8.5-01", "B", "QA")


def test_front_matter_is_a_header() -> None:
    """M47: Markdown systems keep it there."""
    made = document(
        "---\nid: SOP-9\nversion: '1.4'\nowner: Quality Manager\neffective_date: 2025-01-31\n---\n# Sales\n\nText.\n",
        "sales.md",
    )
    assert made.number is not None
    assert made.revision is not None
    assert made.owner is not None
    assert (made.number.value, made.revision.value, made.owner.value) == ("SOP-9", "1.4", "Quality Manager")
    assert _dates(made) == {"effective": date(2025, 1, 31)}


def test_revision_and_approver_may_come_from_the_history() -> None:
    """M47: the newest row counts, wherever it stands."""
    made = of_blocks(
        heading("Complaint handling"),
        heading("Revision history", 2),
        table(
            ("Version", "Date", "Author", "Approved by", "Change"),
            ("2.0", "2024-05-01", "A. Writer", "B. Boss", "new step"),
            ("1.0", "2022-05-01", "A. Writer", "C. Chief", "first issue"),
        ),
    )
    assert made.revision is not None
    assert made.approver is not None
    assert (made.revision.value, made.approver.value) == ("2.0", "B. Boss")


def test_an_approval_table_names_the_approver_and_the_day() -> None:
    """M47: role, name, date, signature."""
    made = of_blocks(
        heading("Calibration"),
        table(
            ("Role", "Name", "Date", "Signature"),
            ("Prepared by", "A. Writer", "2024-01-02", ""),
            ("Approved by", "B. Boss", "2024-01-05", ""),
        ),
    )
    assert made.approver is not None
    assert made.approver.value == "B. Boss"
    assert _dates(made) == {"approved": date(2024, 1, 5)}


@pytest.mark.parametrize(
    "value", ["", "<enter role of process owner>", "[Name]", "TBD", "___", "{{ owner }}", "[enter name here]"]
)
def test_an_unfilled_owner_is_no_owner(value: str) -> None:
    """M21: a placeholder in the owner field is nobody."""
    made = of_blocks(heading("SOP Sales"), table(("", ""), ("Process Owner", value)))
    assert made.owner is None
    assert made.owner_unfilled is not None


def test_a_document_without_owner_field_says_nothing_of_owners() -> None:
    """M21: absence is told from a field left open."""
    made = of_blocks(heading("SOP Sales"), paragraph("Text."))
    assert (made.owner, made.owner_unfilled) == (None, None)


def test_a_number_in_the_heading_that_differs_from_the_file_name_is_kept_beside_it() -> None:
    """M113: two numbers for one document are an inconsistency someone must see."""
    made = of_blocks(heading("SOP-021 Purchasing"), path="SOP-012 Purchasing.docx")
    assert made.number is not None
    assert made.heading_number is not None
    assert (made.number.value, made.heading_number.value) == ("SOP-012", "SOP-021")


@pytest.mark.parametrize("path", ["sop-012-purchasing.docx", "SOP_012 Purchasing.docx", "SOP 12 Purchasing.docx"])
def test_the_same_number_written_differently_does_not_differ(path: str) -> None:
    """M113: spelling is no inconsistency."""
    made = of_blocks(heading("SOP-012 Purchasing"), path=path)
    assert made.heading_number is None
    assert made.title == "Purchasing"


@pytest.mark.parametrize(
    "path",
    [
        "audit-2024.md",
        "iso-13485-mapping.md",
        "62304-mapping.md",
        "version-2.md",
        "list-of-things.md",
        "README.md",
        "annex-1.md",
    ],
)
def test_not_every_digit_in_a_file_name_is_a_document_number(path: str) -> None:
    """M47: a year or a standard is no number of the document."""
    assert of_blocks(heading("Something"), path=path).number is None


@pytest.mark.parametrize(
    ("path", "title", "kind"),
    [
        ("a.md", "Quality Manual", Kind.MANUAL),
        ("a.md", "Quality Policy", Kind.POLICY),
        ("a.md", "SOP Purchasing", Kind.PROCEDURE),
        ("a.md", "Procedure for internal audits", Kind.PROCEDURE),
        ("a.md", "Work instruction: packing", Kind.WORK_INSTRUCTION),
        ("a.md", "Supplier checklist", Kind.FORM),
        ("a.md", "Audit plan 2025", Kind.PLAN),
        ("a.md", "List of qualified suppliers", Kind.LIST),
        ("a.md", "Software architecture description", Kind.TECHNICAL),
        ("a.md", "User Manual", Kind.TECHNICAL),
        ("a.md", "Verfahrensanweisung Lenkung", Kind.PROCEDURE),
        ("WI-004 x.md", "Packing", Kind.WORK_INSTRUCTION),
        ("POL-001.md", "Privacy", Kind.POLICY),
        ("procedures/packing.md", "Packing", Kind.PROCEDURE),
    ],
)
def test_the_kind_follows_number_title_and_folder(path: str, title: str, kind: Kind) -> None:
    """M47: what a document is decides what it must have."""
    assert of_blocks(heading(title), paragraph("Text."), path=path).kind is kind


def test_sections_tell_a_procedure_that_nothing_else_names() -> None:
    """M47: purpose, scope and responsibilities make a procedure."""
    blocks = [heading("Handling of returns"), *(heading(t, 2) for t in ("Purpose", "Scope", "Responsibilities"))]
    assert of_blocks(*blocks, path="returns.docx").kind is Kind.PROCEDURE


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2024-03-01", date(2024, 3, 1)),
        ("01.03.2024", date(2024, 3, 1)),
        ("1 March 2024", date(2024, 3, 1)),
        ("March 1, 2024", date(2024, 3, 1)),
        ("01-Mar-2024", date(2024, 3, 1)),
        ("1. März 2024", date(2024, 3, 1)),
        ("1er mars 2024", None),
        ("13/03/2024", date(2024, 3, 13)),
        ("03/13/2024", date(2024, 3, 13)),
        ("03/03/2024", date(2024, 3, 3)),
        ("03/04/2024", None),
        ("31.02.2024", None),
    ],
)
def test_dates_are_read_as_written_and_never_guessed(written: str, value: date | None) -> None:
    """M113: 03/04/2024 has two readings; choosing one would invent a fact."""
    made = of_blocks(table(("Effective date", written), ("Revision", "A")), heading("X"))
    assert [d.value for d in made.dates] in ([value], [])
    assert value is None or made.dates[0].value == value


def test_another_date_of_the_document_settles_the_order() -> None:
    """M113: who writes 13/03/2024 once, means day first everywhere."""
    made = of_blocks(table(("Effective date", "03/04/2024"), ("Approval date", "13/03/2024")), heading("X"))
    assert made.dates[0] == DateFact("effective", date(2024, 4, 3), "03/04/2024", made.dates[0].place)


def test_titles_come_from_the_header_the_heading_or_the_file_name() -> None:
    """M47: never from `1. Purpose` or `Sheet1`."""
    assert (
        of_blocks(table(("Title", "Control of Records"), ("Revision", "1")), heading("1. Purpose")).title
        == "Control of Records"
    )
    assert of_blocks(heading("1. General Information"), path="qms/sop-deployment.md").title == "SOP Deployment"
    assert of_blocks(heading("Sheet1"), path="supplier-list.xlsx").title == "Supplier List"
    assert of_blocks(heading("SOP-4 Sales Rev C"), path="x.md").title == "Sales"


def test_references_are_found_by_link_number_title_and_list() -> None:
    """M113: what a document points to must exist."""
    made = document(
        "# SOP-001 Control\n\nSee [the list](../lists/list.md), FRM-012 and SOP Document and Record"
        " Control.\n\n## Related documents\n\n- Audit Programme\n- ISO 13485:2016\n",
        "SOP-001.md",
    )
    names = {(r.name, r.target) for r in made.references}
    assert names == {
        ("the list", "../lists/list.md"),
        ("FRM-012", None),
        ("SOP Document and Record Control", None),
        ("Audit Programme", None),
    }


def test_a_document_does_not_refer_to_itself() -> None:
    """M113: its own number in the text is no reference."""
    made = of_blocks(heading("SOP-001 Control"), paragraph("SOP-001 holds for all."), item("x"), path="SOP-001.md")
    assert made.references == ()


def test_standards_are_kept_with_the_edition_as_written() -> None:
    """M47: ISO 13485:2015 never existed, and must stay visible as such."""
    made = document("# X\n\nISO 13485:2015, EN ISO 14971:2019+A11:2021, IEC 62366-1 and ISO/TR 24971:2020.\n")
    assert [(s.standard, s.edition) for s in made.standards] == [
        ("ISO 13485", "2015"),
        ("ISO 14971", "2019"),
        ("IEC 62366-1", None),
        ("ISO/TR 24971", "2020"),
    ]


def test_an_edition_may_stand_in_the_column_beside() -> None:
    """M47: lists of standards keep the year apart."""
    made = of_blocks(
        heading("List of standards"), table(("Standard", "Edition", "Title"), ("ISO 13485", "2003", "QMS"))
    )
    assert [(s.standard, s.edition) for s in made.standards] == [("ISO 13485", "2003")]


def test_properties_do_not_overrule_the_document_itself() -> None:
    """M47: a copied file keeps the title of its template in its properties."""
    made = of_blocks(field("title", "Old template"), heading("Purchasing"))
    assert made.title in {"Old template", "Purchasing"}
