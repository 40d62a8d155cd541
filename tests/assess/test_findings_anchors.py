"""Links to a place inside a document: named where the place is gone, believed where nothing is known."""

import pytest

from gemba.assess.anchors import MOST, anchors_of, leads_somewhere, plain_anchor
from gemba.assess.extract.document import extract
from gemba.assess.model import Document, DocumentReference
from gemba.assess.readers.blocks import Block, BlockKind, Place
from gemba.assess.readers.dispatch import read_bytes
from tests.assess.extract.support import citations
from tests.assess.report.samples import found, line, procedure

TEXT = (
    "# SOP-002 Purchasing\n\n## 1. Purpose & Scope\n\nText.\n\n## Steps\n\n## Steps\n\n<a id='end-note'></a>\n\nEnd.\n"
)


TARGET = extract("sop/b.md", "markdown", read_bytes(TEXT.encode(), "markdown"), citations())


def with_link(target: str) -> Document:
    return procedure("sop/a.md", "SOP A", references=(DocumentReference("x", target, line(3)),), anchors=("ownplace",))


@pytest.mark.parametrize(
    "anchor",
    [
        *("1-purpose--scope", "purpose-scope", "%31-purpose-scope", "Steps", "steps-1", "end-note", "top", "L12", ""),
        *("sop-002-purchasing", "user-content-steps", "SOPPurchasing-Steps", ":~:text=Text"),
    ],
)
def test_links_to_a_place_that_is_there_are_alive(anchor: str) -> None:
    """M47: whatever program made the link, with or without the chapter number."""
    assert not found("dead-link", with_link(f"b.md#{anchor}"), TARGET)


@pytest.mark.parametrize(("anchor", "says"), [("responsibilities", "a file without such a heading"), ("step", "such")])
def test_links_to_a_place_that_is_gone_are_dead(anchor: str, says: str) -> None:
    """M47: the file is there, the chapter is not."""
    (finding,) = found("dead-link", with_link(f"b.md#{anchor}"), TARGET)
    assert says in finding.message
    assert finding.place == line(3)


def test_links_within_a_page_are_followed_too() -> None:
    """M47: a table of contents that was not kept up."""
    (finding,) = found("dead-link", with_link("#gone"))
    assert "no heading of this document" in finding.message
    assert not found("dead-link", with_link("#own-place"))


def test_places_in_documents_without_headings_of_their_own_are_believed() -> None:
    """M47: a page of a PDF, a sheet of a workbook and a file that is no document are not judged."""
    pdf = procedure("sop/b.pdf", "SOP B")
    assert not found("dead-link", with_link("b.pdf#page=3"), pdf)
    assert not found("dead-link", with_link("c.png#x"), files=frozenset({"sop/c.png"}))


def test_the_places_of_html_are_its_headings_and_ids() -> None:
    """M47: an export of a wiki."""
    reading = read_bytes(b'<h1 id="title-text">CAPA</h1><p>x</p><a name="old"></a><h2>Steps</h2>', "html")
    assert anchors_of(reading.blocks, reading.anchors) == ("capa", "steps", "titletext", "old")


def test_a_document_with_too_many_places_is_not_judged() -> None:
    """M47: what is kept of a document stays small."""
    headings = [Block(BlockKind.HEADING, f"Heading {n}", Place(line=n), 2) for n in range(MOST + 1)]
    assert anchors_of(headings, ()) == ()
    assert leads_somewhere("anything", ())
    assert len(anchors_of(headings[:MOST], ())) == MOST


def test_letters_and_digits_alone_are_compared() -> None:
    """M47: punctuation, case and separators differ from program to program."""
    assert plain_anchor("1. Zweck & Geltungsbereich_") == plain_anchor("1-zweck--geltungsbereich") != ""
