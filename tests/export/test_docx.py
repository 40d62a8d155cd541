"""Word files of controlled documents: what a person opens in Word, and what comes back from it."""

import zipfile
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from lxml import etree

from gemba.export.controlled_document import Mark
from gemba.export.docx import controlled_docx
from gemba.importers.docx import read_docx
from gemba.importers.markdown import read_markdown
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import plain
from tests.export.documents import SHARED, TEXT, document
from tests.richtext.hostile import PAYLOADS
from tests.richtext.making import HTML

FILES = sorted(SHARED.rglob("*.md"))


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_headings_lists_and_tables_are_words_own() -> None:
    """M54: styles and numberings, not text that looks like them."""
    file = Document(BytesIO(controlled_docx(document())))
    styles = {paragraph.text: paragraph.style.name for paragraph in file.paragraphs if paragraph.style}
    assert styles["1 Scope"] == "Heading 2"
    numbered = [p.text for p in file.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None]
    assert numbered == ["label", "in red", "segregate", "three", "four"]
    table = file.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Step", "Who", "Record"]
    assert table.cell(1, 0)._tc is table.cell(2, 0)._tc
    assert table.cell(2, 1)._tc is table.cell(2, 2)._tc
    assert "tblHeader" in etree.tostring(table._tbl, encoding="unicode")


@pytest.mark.parametrize("mark", list(Mark))
def test_gxp_02_every_page_says_what_the_copy_is(mark: Mark) -> None:
    """GXP-01, GXP-02, M43: identity, mark, who made it when, page of pages, in head and foot."""
    made = parts(controlled_docx(document(mark=mark, current="SOP-012 revision D")))
    head = next(text for name, text in made.items() if "header" in name and "SOP-012" in text)
    foot = next(text for name, text in made.items() if "footer" in name and "SHA-256" in text)
    assert all(part in head for part in ("SOP-012", "Kuvitelma Medical Oy", "Nonconforming product", mark.words))
    assert all(part in foot for part in (" PAGE ", " NUMPAGES ", "Aino Laine", "2026-11-22 09:30"))
    assert ("SOP-012 revision D" in foot) is (mark is Mark.OBSOLETE)


def test_what_goes_out_comes_back() -> None:
    """M54: through Word and home again, with every heading, list, number, gap and link."""
    assert read_docx(controlled_docx(document())).html == TEXT.replace(' type="a"', "")


@pytest.mark.skipif(not FILES, reason="the shared documents are not beside this checkout")
@pytest.mark.parametrize("path", FILES[::6], ids=lambda path: path.name)
def test_the_round_trip_of_real_documents_is_stable(path: object) -> None:
    """M54: docx to HTML to docx to HTML changes nothing more, and no word is lost on the way."""
    html = read_markdown(SHARED.joinpath(str(path)).read_bytes()).html
    once = read_docx(controlled_docx(document(html=html))).html
    assert read_docx(controlled_docx(document(html=once))).html == once
    assert plain(once).split() == plain(html).split()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_web_02_hostile_text_is_inert_in_word(payload: str) -> None:
    """WEB-02, FIL-04: well-formed parts, no field, picture or object from text, only web and mail addresses."""
    made = parts(controlled_docx(document(html=clean(f"<p>a</p>{payload}"), title=clean(payload), company=payload)))
    for name, text in made.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(text.encode())
    assert "fldSimple" not in made["word/document.xml"]
    assert not any(name.startswith("word/embeddings") for name in made)
    assert "javascript:" not in made["word/_rels/document.xml.rels"]


@given(HTML)
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_file_word_processors_open(html: str) -> None:
    """M54: every word of it is in the file."""
    made = controlled_docx(document(html=clean(html)))
    assert Document(BytesIO(made)).sections
    root = etree.fromstring(parts(made)["word/document.xml"].encode())
    found = "".join(each.text or "" for each in root.iter("{*}t"))
    assert "".join(found.split()) == "".join(plain(html).split())


def test_the_same_document_gives_the_same_text_parts() -> None:
    """M43: nothing in them but what the document says."""
    assert parts(controlled_docx(document())) == parts(controlled_docx(document()))
