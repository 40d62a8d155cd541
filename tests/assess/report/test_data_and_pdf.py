"""`assessment.json` keeps to its schema; `report.pdf` is PDF/A with readable text; both are the same every time."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from gemba.assess.findings.registry import CODES
from gemba.assess.readers.dispatch import read_bytes
from gemba.assess.report import data, pdf
from gemba.assess.report.view import DOES_NOT_MEAN, View
from tests.assess.report.samples import assessed, catalogued, company, company_view, procedure

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(data.render(company_view()))
    return loaded


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads((DOCS / "assessment.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def test_the_data_keeps_to_the_documented_schema(content: dict[str, Any], validator: Draft202012Validator) -> None:
    """M80: an export others can rely on."""
    assert [error.message for error in validator.iter_errors(content)] == []


def test_the_schema_refuses_what_is_not_documented(content: dict[str, Any], validator: Draft202012Validator) -> None:
    """M80: an undocumented key or state would break readers silently."""
    assert list(validator.iter_errors({**content, "score": 1}))
    clauses = [{**content["clauses"][0], "state": "compliant"}]
    assert list(validator.iter_errors({**content, "clauses": clauses}))


def test_the_two_numbers_can_be_counted_again_from_the_rows(content: dict[str, Any]) -> None:
    """M20: every figure opens the rows behind it."""
    states = [clause["state"] for clause in content["clauses"]]
    totals = content["totals"]
    assert totals["claimed"] == sum(state in ("paper only", "evidence found") for state in states)
    assert totals["with_evidence"] == sum(state in ("evidence found", "records, but unwritten") for state in states)
    assert totals["clauses"] == sum(state != "not applicable" for state in states)
    assert sum(totals["findings"].values()) == len(content["findings"])


def test_the_data_says_what_the_figures_do_not_mean(content: dict[str, Any]) -> None:
    """M22: the limits travel with the figures."""
    assert content["meaning"]["does_not_mean"] == list(DOES_NOT_MEAN)
    assert content["framework"]["signed_off_by"] is None


def test_no_path_of_the_machine_is_in_the_data(content: dict[str, Any]) -> None:
    """M22: a report can be passed on."""
    assert all(not document["path"].startswith("/") for document in content["documents"])
    assert content["folder"] == "brightwell-medical"


def test_every_finding_code_is_in_the_reference_page_word_for_word() -> None:
    """M79: the reference is the registry."""
    page = (DOCS / "findings.md").read_text(encoding="utf-8")
    for code, entry in CODES.items():
        row = f"| [`{code}`](#{code}) | {entry.severity.value} | {entry.gap.value} | {entry.title} |"
        lead = f"**{entry.title}** ({entry.severity.value}, {entry.gap.value}). {entry.why}"
        section = f"## {code}\n\n{lead}\n\n*To do:* {entry.do}\n"
        assert row in page
        assert section in page
    assert len(re.findall(r"^## ", page, re.MULTILINE)) == len(CODES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("pdf") / "report.pdf"
    file.write_bytes(pdf.render(company_view()))
    return file


def text_of(file: Path) -> str:
    blocks = read_bytes(file.read_bytes(), "pdf").blocks
    texts = [block.text for block in blocks] + [cell for block in blocks for row in block.rows for cell in row.cells]
    return " ".join(" ".join(texts).split())


def test_the_pdf_claims_to_be_an_archive_format(made: Path) -> None:
    """M80: PDF/A-3b, with a title."""
    with pikepdf.open(made) as document, document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert "brightwell-medical" in str(metadata["dc:title"])


def test_the_pdf_has_the_same_content_as_text(made: Path) -> None:
    """M22, M80: first page with what the figures mean, then clauses, findings and documents."""
    text = text_of(made)
    for said in (
        "Clause map",
        "Paper beside practice",
        "They do not mean",
        "Clause by clause",
        "nobody yet",
        "7.5.9.1",
    ):
        assert said in text
    assert "39 of 70" in text
    assert "SOP-004 Training" in text
    assert "complian" not in text.lower()


def test_text_of_a_document_is_never_typesetting_source() -> None:
    """M22: markup in a title is printed as it is written."""
    title = '#panic("x") $a$ *b* @c `d` \\e <f> = g // h \x00\x07 \ud800 品質 سجل 🩺 \u0301'
    view = View(assessed(procedure("a.md", title, words=5)), catalogued().framework)
    made = pdf.render(view)
    assert made.startswith(b"%PDF")


@given(st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_title_can_be_printed(title: str) -> None:
    """M22: an archive format refuses characters its fonts lack, so they become squares."""
    assert pdf.render(View(assessed(procedure("a.md", title, words=5)), catalogued().framework)).startswith(b"%PDF")


def test_the_pdf_and_the_data_are_the_same_every_time(made: Path) -> None:
    """M22: byte for byte, with the day of the assessment as the only date."""
    again = company_view()
    assert pdf.render(again) == made.read_bytes()
    assert data.render(again) == data.render(company_view())
    moved = View(replace(again.assessment, as_of=again.assessment.as_of.replace(day=2)), again.framework)
    assert pdf.render(moved) != made.read_bytes()


def test_an_assessment_of_one_document_can_be_printed() -> None:
    """M80: no table is empty in a way the typesetter refuses."""
    view = View(assessed(company()[0]), catalogued().framework)
    assert pdf.render(view).startswith(b"%PDF")
