"""The demonstration's documents: what was planted is found, and nothing worse is."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from gemba.assess.conclude import Catalogued
from gemba.assess.model import Assessment, ClauseState, Document
from gemba.assess.run import assess
from gemba.demo.command import AS_OF, FRAMEWORK, documents
from gemba.demo.command import COMPANY as COMPANY_NAME
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.catalogue.standards import known_standards
from tests.demo.make_binaries import COMPANY, files

ROW = re.compile(r"^\| ([a-z-]+) \| ([^|]+?) \|", re.MULTILINE)
VIGILANCE = "02 Procedures/SOP-11 Vigilance and Advisory Notices.md"


@pytest.fixture(scope="module")
def assessment() -> Iterator[Assessment]:
    with documents() as root:
        known = catalogue()
        catalogued = Catalogued(known.frameworks[FRAMEWORK], known.frameworks, known_standards())
        yield assess(root / COMPANY_NAME, catalogued=catalogued, as_of=AS_OF, templates=root / "templates")


def planted() -> list[tuple[str, str]]:
    with documents() as root:
        return ROW.findall((root / "flaws.md").read_text(encoding="utf-8"))


def document(assessment: Assessment, path: str) -> Document:
    return next(document for document in assessment.documents if document.path == path)


@pytest.mark.parametrize(("code", "path"), planted())
def test_every_planted_flaw_is_found(assessment: Assessment, code: str, path: str) -> None:
    """M47, M113: each seeded defect is found, in the file in which it lies."""
    found = {(finding.code, finding.path) for finding in assessment.findings}
    assert (code, path) in found


def test_no_finding_was_made_that_nobody_planted(assessment: Assessment) -> None:
    """M47: a false alarm costs the trust that the true ones need."""
    found = {(finding.code, finding.path) for finding in assessment.findings}
    blank_by_nature = {("blank-record", d.path) for d in assessment.documents if d.path.startswith("04 Forms/")}
    assert found - blank_by_nature <= set(planted())


def test_no_evidence_is_dated_after_the_day_of_the_assessment(assessment: Assessment) -> None:
    """M113: the day a calibration is due again is not the day on which it was done."""
    dates = [found.date for clause in assessment.clauses for found in clause.evidence if found.date]
    assert dates
    assert max(dates) <= AS_OF.isoformat()


def test_a_finding_names_a_file_of_the_folder_and_says_a_sentence(assessment: Assessment) -> None:
    """M47: whoever reads a finding can go there."""
    for finding in assessment.findings:
        assert (COMPANY / finding.path).is_file()
        assert finding.message.endswith(".")


def states(assessment: Assessment) -> dict[str, ClauseState]:
    return {clause.clause: clause.state for clause in assessment.clauses}


def test_a_copied_procedure_without_records_is_paper_only(assessment: Assessment) -> None:
    """M71: what exists only in documents does not exist in practice."""
    assert states(assessment)["8.2.3"] is ClauseState.PAPER_ONLY


def test_a_case_that_was_worked_through_is_evidence(assessment: Assessment) -> None:
    """M20: paper and practice are told apart, clause by clause."""
    clause = next(clause for clause in assessment.clauses if clause.clause == "8.5.2")
    assert clause.state is ClauseState.EVIDENCE_FOUND
    assert "05 Records/CAPA/CAPA-2025-003 Cloudy lenses.md" in {found.path for found in clause.evidence}


def test_a_blank_form_filed_as_a_record_is_no_evidence(assessment: Assessment) -> None:
    """M71: an empty form shows an intention."""
    yielded = {found.path for clause in assessment.clauses for found in clause.evidence}
    assert "05 Records/CAPA/CAPA-2026-002.md" not in yielded


@pytest.mark.parametrize("clause", ["5.5.3", "8.2.5", "8.4"])
def test_a_clause_that_nobody_claims_is_not_on_paper(assessment: Assessment, clause: str) -> None:
    """M81: nothing is missed that nobody wrote down."""
    assert states(assessment)[clause] in {ClauseState.MISSING, ClauseState.UNWRITTEN}


@pytest.mark.parametrize("clause", ["6.4.2", "7.5.2", "7.5.3", "7.5.5", "7.5.7", "7.5.9.2"])
def test_a_reasoned_exclusion_leaves_both_numbers(assessment: Assessment, clause: str) -> None:
    """M18: an exclusion with its reason, where the standard lets one exclude."""
    result = next(result for result in assessment.clauses if result.clause == clause)
    assert result.state is ClauseState.EXCLUDED
    assert result.excluded is not None
    assert len(result.excluded.reason) > 20


def test_leadership_cannot_be_excluded_for_being_small(assessment: Assessment) -> None:
    """M18: only parts of clauses 6, 7 and 8 can be set aside."""
    assert states(assessment)["5.5.2"] is not ClauseState.EXCLUDED


def test_most_of_a_system_that_was_written_for_the_audit_is_paper(assessment: Assessment) -> None:
    """M20, M71: the demonstration shows a gap, and some practice."""
    assert 0 < assessment.totals.with_evidence < assessment.totals.claimed < assessment.totals.clauses


def test_a_copied_procedure_is_named_and_a_rewritten_one_is_not(assessment: Assessment) -> None:
    """M55, M56: where a document came from, and how much of it is the company's own."""
    copied = document(assessment, VIGILANCE).template
    assert copied is not None
    assert copied.similarity >= 0.99
    for path in ("02 Procedures/SOP-12 Internal Audit.md", "02 Procedures/SOP-07 Purchasing and Suppliers.docx"):
        match = document(assessment, path).template
        assert match is None or match.similarity < 0.8


def readable(content: bytes) -> dict[str, str]:
    """What a person would see in a made file: the members of an archive or the text of a PDF's pages."""
    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf:  # type: ignore[no-untyped-call]
            return {str(number): page.get_textpage().get_text_range() for number, page in enumerate(pdf)}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


@pytest.mark.parametrize("path", [path for path in files() if "Scan_" not in path])
def test_the_office_files_say_what_their_sources_say(path: str) -> None:
    """M43: the copy that is shipped is the one that was written."""
    assert readable((COMPANY / path).read_bytes()) == readable(files()[path])


def test_about_thirty_documents_of_every_kind_are_there(assessment: Assessment) -> None:
    """M33: design, production, suppliers, people, improvement: a whole small company."""
    assert 28 <= len(assessment.documents) <= 45
    assert {d.format for d in assessment.documents} >= {"markdown", "docx", "pdf", "xlsx", "csv"}


def company_files() -> list[Path]:
    return sorted(path for path in COMPANY.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", company_files(), ids=lambda path: path.name)
def test_every_document_of_the_company_was_read(assessment: Assessment, path: Path) -> None:
    read = document(assessment, path.relative_to(COMPANY).as_posix())
    assert bool(read.problem) == path.name.startswith("Scan_")
