"""Two dozen documents of companies that never met: what each says of itself is read whatever it looks like.

The text sources lie beside this file; Word, Excel and PDF are made from Python here. `expected.json` was written by
reading the documents, not by running the program.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest

from gemba.assess.extract.citations import Citations
from gemba.assess.extract.document import extract
from gemba.assess.model import ClaimSource, Document
from gemba.assess.readers.dispatch import format_of, read_bytes
from gemba.evidence.catalogue.load import shipped_frameworks
from gemba.evidence.catalogue.standards import known_standards
from tests.assess.readers.samples import docx_bytes, pdf_bytes, xlsx_bytes

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))


def purchasing() -> bytes:
    """A Word procedure: number and revision in the page header, the rest in a table with two pairs to a row."""
    document = docx.Document()
    header = document.sections[0].header
    header.paragraphs[0].text = "QP-7.4-01\tPurchasing\tRev. C"
    table = document.add_table(0, 4)
    for row in (
        ("Document title", "Purchasing", "Process owner", "Head of Operations"),
        ("Issue date", "2025-04-07", "Approved by", "M. Duarte"),
        ("Applicable clauses", "ISO 13485:2016: 7.4.1, 7.4.2, 7.4.3", "Supersedes", "QP-7.4-01 Rev. B"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_heading("1. Purpose", 1)
    document.add_paragraph("What we buy must not surprise us. Suppliers are chosen, watched and, if need be, left.")
    document.add_heading("2. Choosing a supplier", 1)
    document.add_paragraph("The buyer fills in form F-7.4-03. Critical suppliers are audited before the first order.")
    return docx_bytes(document)


def register() -> bytes:
    """A list that names clauses of other documents: it claims none itself."""
    rows = [
        ["Document register"],
        ["No.", "Title", "Rev.", "Owner", "ISO 13485 clause"],
        ["QP-7.4-01", "Purchasing", "C", "Head of Operations", "7.4"],
        ["QP-8.2-02", "Complaints", "B", "Head of Quality", "8.2.2"],
        ["QP-8.5-01", "Putting things right", "F", "Head of Quality", "8.5.2"],
    ]
    return xlsx_bytes({"Register": rows})


def contents() -> Iterator[tuple[str, bytes]]:
    for path in sorted(SOURCES.iterdir()):
        if path.suffix != ".typ":
            yield path.name, path.read_bytes()
    yield "QP-7.4-01 Purchasing.docx", purchasing()
    yield "SOP 23 Gowning.pdf", pdf_bytes((SOURCES / "gowning.typ").read_text(encoding="utf-8"))
    yield "Document register.xlsx", register()


@cache
def documents() -> dict[str, Document]:
    citations = Citations.of(shipped_frameworks(), known_standards())
    made = {}
    for name, data in contents():
        kind = format_of(name) or ""
        made[name] = extract(name, kind, read_bytes(data, kind), citations)
    return made


def stated(document: Document) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for claim in document.claims:
        if claim.source is ClaimSource.STATED:
            found.setdefault(claim.framework, []).append(claim.clause)
    return {framework: sorted(clauses) for framework, clauses in found.items()}


def test_every_document_is_expected_and_every_expectation_has_its_document() -> None:
    """M47: nothing is left out of the figures."""
    assert sorted(documents()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_clauses_a_document_states_are_found_and_no_others(name: str) -> None:
    """M47: header tables, front matter, sentences in two languages, wiki properties and reference tables."""
    assert stated(documents()[name]) == EXPECTED[name]["stated"]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_number_title_revision_and_owner_are_those_a_reader_would_name(name: str) -> None:
    """M47, M113: who a document is, from its file name, page header, table or front matter."""
    made, wanted = documents()[name], EXPECTED[name]
    found = {
        "number": made.number.value if made.number else None,
        "title": made.title,
        "revision": made.revision.value if made.revision else None,
        "owner": made.owner.value if made.owner else None,
    }
    assert found == {key: wanted[key] for key in found}


def test_a_clause_map_may_be_a_list() -> None:
    """M18, M47: "4.2.4 Control of documents: QP-4.2-01" under a heading that speaks of the standard."""
    name = "QMS-MAN-001 Quality Manual.md"
    rows = [row for row in documents()[name].map_rows if not row.excluded]
    assert [row.clause for row in rows] == EXPECTED[name]["mapped"]
    assert rows[1].documents == ("QP-4.2-01 Documents and records",)


def test_exclusions_of_a_list_keep_their_reason() -> None:
    """M19: what does not apply, and why."""
    name = "QMS-MAN-001 Quality Manual.md"
    found = {each.clause: each.reason for each in documents()[name].exclusions}
    assert sorted(found) == EXPECTED[name]["excluded"]
    assert "nothing that is sterile" in found["7.5.5"]
