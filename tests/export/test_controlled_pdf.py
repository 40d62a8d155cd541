"""Controlled copies as PDF/A: complete, marked, the same every time, and text is only ever text."""

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings

from gemba.export.controlled import controlled_pdf
from gemba.export.controlled_document import ControlledDocument, Mark
from gemba.importers.markdown import read_markdown
from gemba.kernel.richtext.cleaning import clean
from tests.export.documents import SHARED, TEXT, document
from tests.richtext.hostile import PAYLOADS
from tests.richtext.making import HTML

_PDFIUM: Any = pypdfium2
"""States no types for its functions."""
FILES = sorted(SHARED.rglob("*.md"))
TYPST = (
    "#panic(1)", "#import \"/etc/passwd\": *", "#read(\"/etc/passwd\")", "$ sum_(k=0)^n k $", "= Heading", "- item",
    "@missing", "<label>", "*bold* _em_ `raw`", "```\n#panic(1)\n```", "\\u{1F600} \\ ~ --- ...", "// comment",
    "/* open", "#set page(fill: red)", "#let x = 1", "[#box[", "\"'", "{ } ( )", "#{while true {}}", "#sys.inputs",
)  # fmt: skip


def pages(made: bytes) -> list[str]:
    file = _PDFIUM.PdfDocument(made)
    try:
        return [" ".join(file[number].get_textpage().get_text_range().split()) for number in range(len(file))]
    finally:
        file.close()


def test_a_copy_shows_the_text_and_all_that_identifies_it() -> None:
    """M43, M36: facts, text, steps, history."""
    whole = " ".join(pages(controlled_pdf(document())))
    shown = (
        "Kuvitelma Medical Oy", "SOP-012", "Nonconforming product", "Procedure", "Mia Quality", "Improvement",
        "2026-11-01", "2028-11-01", "Revision B", "Time limits made explicit", "1 Scope", "in red", "c. three", "both",
        "Rework only with an instruction.", "Puts the part aside", "Red box", "5 min", "First",
    )  # fmt: skip
    assert [part for part in shown if part not in whole] == []


def test_every_page_has_head_and_foot_with_page_of_pages() -> None:
    """M43: a single sheet says where it belongs."""
    made = document(html=clean("<p>word </p>" * 300))
    found = pages(controlled_pdf(made))
    assert len(found) > 3
    for number, page in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in page
        assert "SOP-012" in page
        assert made.fingerprint[:16] in page
        assert "Made for Aino Laine, 2026-11-22 09:30 UTC." in page


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark])
def test_gxp_02_the_mark_stands_across_every_page(mark: Mark) -> None:
    """GXP-01, GXP-02: in the head as words and across the page as a picture of them."""
    marked = document(mark=mark, html=clean("<p>word </p>" * 120), current="SOP-012, revision D")
    made, plain_ = controlled_pdf(marked), controlled_pdf(document(html=marked.html))
    for page in pages(made):
        assert page.count(mark.words) >= 2
        assert ("In force is SOP-012, revision D." in page) is (mark is Mark.OBSOLETE)
    assert _middle(made) != _middle(plain_)


def _middle(made: bytes) -> bytes:
    """What the middle of the first page looks like."""
    file = _PDFIUM.PdfDocument(made)
    try:
        return bytes(file[0].render(scale=0.4, crop=(150, 250, 150, 250)).buffer)
    finally:
        file.close()


def test_the_signature_page_names_each_signature_and_what_it_is_bound_to() -> None:
    """M200: printed name, meaning, time, and the digest of what was signed."""
    made = document()
    last = pages(controlled_pdf(made))[-1]
    for part in ("Signatures", "Mia Quality", "Approved for release", "2026-11-22 09:30:00 UTC", "Passkey"):
        assert part in last
    assert made.fingerprint in last.replace(" ", "")
    unsigned = " ".join(pages(controlled_pdf(document(signatures=()))))
    assert "Nobody has signed this revision." in unsigned


def test_it_is_pdf_a_with_its_source_attached() -> None:
    """M43: readable for as long as the retention lasts."""
    with pikepdf.open(BytesIO(controlled_pdf(document()))) as file:
        metadata = file.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        attached = file.attachments["source.html"]
        assert attached.get_file().read_bytes() == TEXT.encode()
        assert "/JavaScript" not in file.Root.get("/Names", {})
        assert "/OpenAction" not in file.Root


def test_the_same_copy_made_again_is_the_same_bytes() -> None:
    """M43, M200: whoever doubts a copy can make it again."""
    assert controlled_pdf(document()) == controlled_pdf(document())
    assert controlled_pdf(document()) != controlled_pdf(document(revision="D"))
    other_zone = document().made_at.astimezone(dt.timezone(dt.timedelta(hours=2)))
    assert controlled_pdf(document(made_at=other_zone)) == controlled_pdf(document())


@pytest.mark.parametrize("text", TYPST)
def test_fil_12_typesetting_syntax_is_printed_as_it_stands(text: str) -> None:
    """FIL-12, FIL-10: in the text, in code and in every field."""
    html = clean(f"<h2>{_escaped(text)}</h2><p>{_escaped(text)}</p><pre>{_escaped(text)}</pre>")
    fields = dict.fromkeys(("title", "number", "revision", "owner", "change", "company", "made_for", "state"), text)
    whole = "".join("".join(pages(controlled_pdf(document(html=html, **fields)))).split())
    assert whole.count("".join(text.split())) >= 5


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_02_hostile_text_is_inert_in_a_copy(payload: str) -> None:
    """WEB-02, FIL-01: no action, no script, no address but of the web and mail."""
    made = controlled_pdf(document(html=clean(f"{payload}<p>end</p>"), title=payload, owner=payload, company=payload))
    with pikepdf.open(BytesIO(made)) as file:
        for page in file.pages:
            for note in page.get("/Annots", []):
                assert str(note.A.get("/S", "")) == "/URI"
                assert str(note.A.URI).startswith(("https:", "http:", "mailto:"))
        assert "/JavaScript" not in file.Root.get("/Names", {})


@given(HTML)
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_printed(html: str) -> None:
    """M43: whatever the editor let in."""
    assert controlled_pdf(document(html=clean(html))).startswith(b"%PDF-")


def test_letters_the_fonts_lack_are_said_to_be_missing() -> None:
    """M47: not left out in silence."""
    whole = " ".join(pages(controlled_pdf(document(html="<p>\u65e5\u672c \u2264 5 \u00b5m</p>"))))
    assert "\u2264 5 \u00b5m" in whole
    assert "Letters the fonts of this copy lack" in whole
    assert "Letters the fonts" not in " ".join(pages(controlled_pdf(document())))


@pytest.mark.skipif(not FILES, reason="the shared documents are not beside this checkout")
@pytest.mark.parametrize("path", FILES[::4], ids=lambda path: path.name)
def test_real_documents_are_printed_whole(path: object) -> None:
    """M54: the first and the last heading of each stand in its copy."""
    html = read_markdown(SHARED.joinpath(str(path)).read_bytes()).html
    made: ControlledDocument = document(html=html)
    assert len(pages(controlled_pdf(made))) >= 2
