"""Word files brought in: what people see in Word, as clean text."""

import struct
import zlib
from io import BytesIO

import pytest
from docx import Document

from gemba.importers.docx import read_docx
from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.reading import headings, placeholders, plain
from tests.importers.words import W, paragraph, relation, relations, word_file

NUMBERING = f"""<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""
STYLES = f"""<w:styles xmlns:w="{W}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>
<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Heading2">
<w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
</w:styles>"""
LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'


def by_python_docx() -> bytes:
    """As a library that had no part in reading makes it."""
    file = Document()
    file.add_heading("Control of nonconforming product", 0)
    file.add_heading("Scope", 1)
    line = file.add_paragraph("Stop ")
    line.add_run("at once").bold = True
    line.add_run(" and ").italic = True
    line.add_run("tell").underline = True
    for style, text in (("List Bullet", "label"), ("List Bullet 2", "in red"), ("List Number", "first")):
        file.add_paragraph(text, style=style)
    table = file.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Step", "Who", "1", "QA"), strict=True):
        cell.text = text
    data = BytesIO()
    file.save(data)
    return data.getvalue()


def test_headings_lists_tables_and_emphasis_come_over() -> None:
    """M54: a company brings what it has."""
    html = read_docx(by_python_docx()).html
    assert html == clean(html)
    assert [(each.level, each.title) for each in headings(html)] == [
        (1, "Control of nonconforming product"),
        (1, "Scope"),
    ]
    assert "<p>Stop <strong>at once</strong><em> and </em><u>tell</u></p>" in html
    assert "<ul><li><p>label</p><ul><li><p>in red</p></li></ul></li></ul><ol><li><p>first</p></li></ol>" in html
    assert "Step\tWho\n1\tQA" in plain(html)


def test_numbers_word_counts_by_itself_come_over() -> None:
    """M46: a reference to 2.1 still leads somewhere, and the fourth step is not the first of a new list."""
    parts: dict[str, str | bytes] = {
        "word/numbering.xml": NUMBERING, "word/styles.xml": STYLES,
        "word/_rels/document.xml.rels": relations(
            relation("numbering", "numbering.xml"), relation("styles", "styles.xml", name="x2")
        ),
    }  # fmt: skip
    content = "".join(
        paragraph(text, style) for text, style in (("Scope", "Heading1"), ("Duties", "Heading1"), ("Owner", "Heading2"))
    )
    html = read_docx(word_file(content, parts)).html
    assert [each.title for each in headings(html)] == ["1. Scope", "2. Duties", "2.1 Owner"]
    steps = [paragraph("one", extra=LISTED), paragraph("two", extra=LISTED), paragraph("note")]
    html = read_docx(word_file("".join([*steps, paragraph("three", extra=LISTED)]), parts)).html
    assert html == '<ol><li><p>one</p></li><li><p>two</p></li></ol><p>note</p><ol start="3"><li><p>three</p></li></ol>'


def test_links_lead_on_and_footnotes_stay_with_their_place() -> None:
    """M46: both ways."""
    note = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>As audited.</w:t></w:r></w:p>'
        "</w:footnote></w:footnotes>"
    )
    parts: dict[str, str | bytes] = {
        "word/footnotes.xml": note,
        "word/_rels/document.xml.rels": relations(
            relation("footnotes", "footnotes.xml"),
            relation("hyperlink", "https://example.org/a", external=True, name="x2"),
            relation("hyperlink", "javascript:alert(1)", external=True, name="x3"),
        ),
    }
    content = (
        '<w:p><w:r><w:t>See</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:hyperlink r:id="x2"><w:r><w:t>here</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="x3"><w:r><w:t>there</w:t></w:r></w:hyperlink></w:p>'
    )
    html = read_docx(word_file(content, parts)).html
    assert 'href="https://example.org/a"' in html
    assert "javascript" not in html
    assert 'href="#footnote-2" id="footnote-ref-2"' in html
    assert '<li id="footnote-2"><p>As audited. <a href="#footnote-ref-2"' in html


def dot() -> bytes:
    """The smallest picture there is."""
    chunks = (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")
    made = [struct.pack(">I", len(d)) + name + d + struct.pack(">I", zlib.crc32(name + d)) for name, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def test_a_picture_leaves_a_gap_and_a_warning() -> None:
    """M47: what was not taken over is said, not lost."""
    file = Document()
    file.add_paragraph("before")
    file.add_picture(BytesIO(dot()))
    data = BytesIO()
    file.save(data)
    result = read_docx(data.getvalue())
    assert [gap.wanted for gap in placeholders(result.html)] == ["picture from the Word file"]
    assert any(warning.startswith("One picture was not taken over") for warning in result.warnings)


def test_tracked_changes_are_taken_as_accepted_and_named() -> None:
    """M43: a draft with marks of its own is not read as clean."""
    content = (
        '<w:p><w:r><w:t xml:space="preserve">keep </w:t></w:r><w:ins w:id="1"><w:r><w:t>new</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>old</w:delText></w:r></w:del></w:p>'
    )
    result = read_docx(word_file(content))
    assert result.html == "<p>keep new</p>"
    assert any("tracked changes" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    "text", ["{{ settings.SECRET_KEY }}", "{% include 'x' %}", "#panic()", "&lt;script&gt;x&lt;/script&gt;"]
)
def test_fil_12_template_syntax_in_a_word_file_is_text(text: str) -> None:
    """FIL-12: as it stands in Word."""
    assert read_docx(word_file(paragraph(text))).html == f"<p>{text}</p>"
