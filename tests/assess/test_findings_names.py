"""Names of documents, as people write them, lead to the document they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemba.assess.matching import NameIndex, Resolved, plain_number
from gemba.assess.model import Document, Kind
from gemba.assess.similarity import NAMED, SHOWN, WORD_FOR_WORD, TemplateIndex
from tests.assess.report.samples import fact


def document(path: str, title: str, number: str = "") -> Document:
    return Document(path, "markdown", title, Kind.PROCEDURE, number=fact(number) if number else None)


FOLDER = (
    document("qm.md", "Quality Manual, Policy and Objectives"),
    document("sop/sop-internal-audit.md", "Purpose"),
    document("sop/sop-capa.md", "SOP Corrective and Preventive Action (CAPA)"),
    document("sop/sop-feedback.md", "SOP Feedback Management and Customer Complaints"),
    document("sop/SOP-012_Supplier-Control.docx", "Supplier Control", "SOP-012"),
    document("plans/audit-plan.md", "Internal Audit Plan"),
    document("forms/training-record.md", "Training Record"),
    document("sop/sop-change-management.md", "SOP Change Management"),
    document("sop/sop-management-review.md", "Purpose"),
    document("lists/list-of-suppliers.md", "List of Qualified Suppliers"),
)


@pytest.mark.parametrize(
    ("name", "path", "exact"),
    [
        ("SOP-012", "sop/SOP-012_Supplier-Control.docx", True),
        ("sop 012 Supplier control", "sop/SOP-012_Supplier-Control.docx", True),
        ("Supplier Control", "sop/SOP-012_Supplier-Control.docx", True),
        ("sop-capa.md", "sop/sop-capa.md", True),
        ("SOP Internal Audit", "sop/sop-internal-audit.md", True),
        ("SOP Internal Auditing", "sop/sop-internal-audit.md", False),
        ("Quality Management Manual", "qm.md", False),
        ("SOP Corrective and Preventive Actions", "sop/sop-capa.md", False),
        ("Standard Operating Procedure: Feedback Management", "sop/sop-feedback.md", False),
        ("SOP Management Review", "sop/sop-management-review.md", True),
    ],
)
def test_a_name_leads_to_its_document(name: str, path: str, exact: bool) -> None:
    """M47: a title written a little differently is inexact, not missing."""
    found = NameIndex(FOLDER).resolve(name)
    assert found is not None
    assert found.path == path
    if not exact:
        assert found == Resolved(path, exact=False)


@pytest.mark.parametrize(
    "name",
    ["SOP Sterilisation", "SOP-013", "Template Annual Strategic Goals", "", "...", "SOP", "SOP Incident Reporting"],
)
def test_a_name_that_no_document_bears_leads_nowhere(name: str) -> None:
    """M47: a near miss by one common word is no match."""
    assert NameIndex(FOLDER).resolve(name) is None


@given(st.text(max_size=200))
def test_any_text_can_be_asked_for(name: str) -> None:
    """M47: never an exception, whatever a document cites."""
    found = NameIndex(FOLDER).resolve(name)
    assert found is None or found.path in {each.path for each in FOLDER}


def test_numbers_are_compared_without_their_separators() -> None:
    """M113: SOP-012, SOP_012 and sop 012 are one number."""
    assert len({plain_number(written) for written in ("SOP-012", "SOP_012", "sop 012")}) == 1


def grams(start: int, length: int) -> frozenset[int]:
    """Distinct well-mixed 64-bit numbers, as hashes are."""
    return frozenset((n * 0x9E3779B97F4A7C15) % 2**64 for n in range(start, start + length))


def test_the_same_text_is_word_for_word_its_template() -> None:
    """M55, M56: the template is named, with its path."""
    index = TemplateIndex([("other.md", grams(5000, 700)), ("t.md", grams(1, 900))])
    match = index.nearest(grams(1, 900))
    assert match is not None
    assert (match.path, match.similarity) == ("t.md", 1.0)


def test_similarity_is_the_share_of_shared_word_sequences() -> None:
    """M55: shared by both, of all that either has."""
    index = TemplateIndex([("t.md", grams(1, 1000))])
    match = index.nearest(grams(201, 1000))
    assert match is not None
    assert match.similarity == pytest.approx(800 / 1200, abs=1e-3)
    assert match.similarity < NAMED < WORD_FOR_WORD


def test_unlike_and_empty_texts_have_no_template() -> None:
    """M55: below a fifth no template is shown."""
    index = TemplateIndex([("t.md", grams(1, 1000)), ("empty.md", frozenset())])
    assert len(index) == 1
    assert index.nearest(grams(50_000, 1000)) is None
    assert index.nearest(frozenset()) is None
    far = index.nearest(grams(900, 1000))
    assert far is None or far.similarity >= SHOWN


def test_the_right_template_is_found_among_many_that_share_a_preamble() -> None:
    """M55: common sentences of a template set neither hide the right one nor make the search quadratic."""
    preamble = grams(10**6, 400)
    index = TemplateIndex([(f"{n}.md", preamble | grams(n * 1000, 300)) for n in range(1, 301)])
    right = sum(
        1 for n in range(1, 301) if (m := index.nearest(preamble | grams(n * 1000, 300))) and m.path == f"{n}.md"
    )
    assert right >= 290
