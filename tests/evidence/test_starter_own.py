"""The starter set is Gemba's own text, and stays visibly unfinished until a company has made it its own."""

from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from gemba.assess.conclude import Catalogued
from gemba.assess.extract.placeholders import is_unfilled
from gemba.assess.model import Assessment, ClauseState, Kind
from gemba.assess.readers.blocks import Block
from gemba.assess.readers.dispatch import format_of, read
from gemba.assess.run import assess
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.catalogue.standards import known_standards
from gemba.evidence.starter.copy import reading_copy
from gemba.evidence.starter.load import starter_set
from gemba.evidence.starter.model import DocumentType, StarterDocument
from gemba.evidence.starter.text import visible
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import placeholders
from gemba.kernel.richtext.reading import plain as text_of
from gemba.kernel.richtext.similarity import adaptation, shingles, words_of
from tests.evidence.starter_texts import everything_of, plain, prose_of

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
DEMO = ROOT / "src" / "gemba" / "demo" / "documents"
DOCUMENTS = tuple(starter_set().documents.values())
WITH_GAPS = tuple(each for each in DOCUMENTS if each.gaps)
ALIKE = 0.2
"""From this share of common runs of five words on, one text is taken to come from another."""
COPIED_FROM_OUTSIDE = 0.03
"""A stricter one for texts of others: the share of our runs that may also stand in one of theirs."""
LONG_ENOUGH = 100
READ_AS_TEXT = frozenset({"markdown", "text", "html", "docx", "pdf", "csv", "xlsx"})
SHARED_MISSING = "the folder of reference material does not lie beside this checkout"


def runs_of(text: str) -> frozenset[int]:
    return shingles(words_of([text]))


def similarity(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


def outside_texts(folder: Path) -> dict[str, frozenset[int]]:
    """The runs of five words of every document that can be read below a folder."""
    found: dict[str, frozenset[int]] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or (format_of(path.name) or "") not in READ_AS_TEXT:
            continue
        blocks = read(path, path.name).blocks
        runs = runs_of("\n".join(part for block in blocks for part in (block.text, *_cells(block))))
        if len(runs) >= LONG_ENOUGH:
            found[path.relative_to(folder).as_posix()] = runs
    return found


def _cells(block: Block) -> list[str]:
    return [cell for row in block.rows for cell in row.cells]


@pytest.fixture(scope="module")
def own_runs() -> dict[str, frozenset[int]]:
    return {document.number: runs_of(everything_of(document)) for document in DOCUMENTS}


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """The whole set, written out and assessed like the documents of any company."""
    folder = tmp_path_factory.mktemp("starter")
    known = catalogue()
    for document in DOCUMENTS:
        page = f"<html><body>{reading_copy(document, starter_set(), known)}</body></html>"
        (folder / f"{document.number} {document.id}.html").write_text(page, encoding="utf-8")
    catalogued = Catalogued(known.frameworks["iso13485"], known.frameworks, known_standards())
    return assess(folder, catalogued=catalogued, as_of=date(2026, 1, 1), processes=1)


def test_no_two_documents_of_the_set_say_the_same(own_runs: dict[str, frozenset[int]]) -> None:
    """M54: each document says its own thing; none is another one with words exchanged."""
    alike = {
        (one, other)
        for (one, runs), (other, others) in combinations(own_runs.items(), 2)
        if similarity(runs, others) >= ALIKE
    }
    assert alike == set()


@pytest.mark.skipif(not SHARED.is_dir(), reason=SHARED_MISSING)
def test_nothing_was_taken_from_the_templates_of_others(own_runs: dict[str, frozenset[int]]) -> None:
    """M54: own texts under a permissive licence: no more than chance in common with any known template."""
    outside = outside_texts(SHARED / "inputs")
    assert len(outside) > 50
    taken = [
        (number, path)
        for number, runs in own_runs.items()
        for path, others in outside.items()
        if similarity(runs, others) >= ALIKE or len(runs & others) / len(runs) >= COPIED_FROM_OUTSIDE
    ]
    assert taken == []


def test_nothing_was_taken_from_the_documents_of_the_demonstration(own_runs: dict[str, frozenset[int]]) -> None:
    """M54: the demonstration company wrote for itself, and the set was not made from its texts."""
    outside = outside_texts(DEMO)
    assert len(outside) > 20
    taken = [
        (number, path)
        for number, runs in own_runs.items()
        for path, others in outside.items()
        if similarity(runs, others) >= ALIKE or len(runs & others) / len(runs) >= COPIED_FROM_OUTSIDE
    ]
    assert taken == []


def test_the_measure_would_see_a_copy(own_runs: dict[str, frozenset[int]]) -> None:
    """M54: a text of the set with a tenth of its words changed is still far above the limit."""
    words = everything_of(DOCUMENTS[-1]).split()
    words[::10] = ["other"] * len(words[::10])
    assert similarity(runs_of(" ".join(words)), own_runs[DOCUMENTS[-1].number]) > ALIKE


@pytest.mark.parametrize("document", WITH_GAPS, ids=lambda each: each.number)
def test_every_gap_is_found_as_a_placeholder(document: StarterDocument) -> None:
    """M54: what a company must fill in is a mark the editor keeps, and words every placeholder search finds."""
    html = "".join([f"<p>{document.purpose}</p><p>{document.scope}</p>", document.body, *_slides(document)])
    found = placeholders(clean(html))
    in_text = {gap.label for gap in document.gaps} - _tools_only(document, html)
    assert {each.wanted for each in found} == in_text
    assert all(is_unfilled(visible(gap)) for gap in document.gaps)
    assert all(gap.question.endswith(("?", ".")) for gap in document.gaps)


def _slides(document: StarterDocument) -> list[str]:
    return [slide.text for slide in document.course.slides] if document.course else []


def _tools_only(document: StarterDocument, html: str) -> set[str]:
    tools = {step.tool for step in document.steps if step.tool}
    return {gap.label for gap in document.gaps if gap.id in tools and visible(gap) not in html}


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if each.body], ids=lambda each: each.number)
def test_cleaning_takes_nothing_from_a_text(document: StarterDocument) -> None:
    """M54: the editor may clean a starter text as often as it likes; every word and mark stays."""
    cleaned = clean(document.body)
    assert clean(cleaned) == cleaned
    assert text_of(cleaned).split() == plain(document.body).split()
    assert cleaned.count("<table>") == document.body.count("<table>")


@pytest.mark.parametrize("document", starter_set().of_type(DocumentType.PROCEDURE), ids=lambda each: each.number)
def test_filling_the_gaps_alone_is_not_an_adaptation(document: StarterDocument) -> None:
    """M54: a taken-over text measures 0, with its gaps filled it is still near its template: it must be worked on."""
    template = prose_of(document)
    assert adaptation(template, template) == 0
    filled = template
    for gap in document.gaps:
        filled = filled.replace(visible(gap), "the cupboard beside the door of the workshop")
    assert filled != template
    assert 0 < adaptation(filled, template) < 0.35


def test_the_set_claims_every_clause_on_paper_and_proves_none(assessed: Assessment) -> None:
    """M54: assessed like any folder, the untouched set is paper only, everywhere: it says so of itself."""
    results = [clause for clause in assessed.clauses if clause.duties]
    assert {clause.state for clause in results} == {ClauseState.PAPER_ONLY}
    assert all(clause.stated for clause in results)


def test_an_untouched_set_is_seen_as_unfinished(assessed: Assessment) -> None:
    """M54: all documents hold placeholders, no form counts as a record, and nothing points to what is not there."""
    kinds = {document.path[:3]: set[Kind]() for document in assessed.documents}
    for document in assessed.documents:
        kinds[document.path[:3]].add(document.kind)
        assert document.placeholders, document.path
    assert kinds["FRM"] == {Kind.FORM}
    assert kinds["SOP"] == {Kind.PROCEDURE}
    assert Kind.RECORD not in {document.kind for document in assessed.documents}
    codes = {finding.code for finding in assessed.findings}
    assert codes <= {"placeholder", "unfilled-template", "no-owner", "blank-record"}


def test_an_assessment_reads_back_the_claims_of_each_document(assessed: Assessment) -> None:
    """M54: what a starter document claims is what an assessor's eye finds in its page."""
    by_number = {document.number.value: document for document in assessed.documents if document.number}
    for document in DOCUMENTS:
        stated = {claim.clause for claim in by_number[document.number].claims if claim.framework == "iso13485"}
        ours = {claim.clause for claim in document.claims if claim.framework == "iso13485"}
        assert ours <= stated, document.number
