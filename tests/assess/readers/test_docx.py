"""docx from Word and its kin, and hand-made where a program would not write it so."""

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches

from gemba.assess.readers.blocks import BlockKind
from gemba.assess.readers.docx import read_docx
from tests.assess.readers.samples import RELATIONSHIPS, R, docx_bytes, fields, raw_docx, shape, tables, texts


def test_styles_give_headings_lists_and_quotes_in_reading_order() -> None:
    """M47: a docx place is the number of the paragraph or table row."""
    document = docx.Document()
    document.add_heading("Document control", 0)
    document.add_heading("Purpose", 2)
    document.add_paragraph("This ").add_run("procedure").bold = True
    document.add_paragraph("")
    document.add_paragraph("one", style="List Bullet")
    document.add_paragraph("two", style="List Number 2")
    document.add_paragraph("Remove this.", style="Intense Quote")
    reading = read_docx(docx_bytes(document))
    assert shape(reading) == [
        ("heading", "Document control", "line 1"),
        ("heading", "Purpose", "line 2"),
        ("paragraph", "This procedure", "line 3"),
        ("item", "one", "line 4"),
        ("item", "two", "line 5"),
        ("quote", "Remove this.", "line 6"),
    ]
    assert [block.level for block in reading.blocks if block.text] == [1, 2, 0, 1, 2, 0]


def test_merged_cells_give_their_text_once_and_nested_tables_stand_alone() -> None:
    """M47: a merged header block is not read three times."""
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 1).text = ""
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(2, 0).text = ""
    table.cell(1, 0).merge(table.cell(2, 0))
    inner = table.cell(2, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "in", "ner"
    reading = read_docx(docx_bytes(document))
    assert tables(reading) == [[("00", "", "02"), ("10", "11", "12"), ("", "21", "22")], [("in", "ner")]]
    assert [str(row.place) for row in reading.blocks[-2].rows] == ["line 1", "line 2", "line 3"]


def test_the_page_header_gives_fields_however_it_is_laid_out() -> None:
    """M47: number and revision of a controlled document live in its page header."""
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Document No: SOP-012"
    table = section.header.add_table(2, 2, Inches(6))
    table.cell(0, 0).text, table.cell(0, 1).text = "Revision", "C"
    table.cell(1, 0).text, table.cell(1, 1).text = "Effective date:\n2024-03-01", "Acme"
    section.footer.paragraphs[0].text = "Confidential"
    read = fields(read_docx(docx_bytes(document)))
    expected = {
        "Document No": "SOP-012",
        "Revision": "C",
        "Effective date": "2024-03-01",
        "header": "Acme",
        "footer": "Confidential",
    }
    assert {name: read.get(name) for name in expected} == expected


def test_properties_are_fields_but_the_save_counter_is_no_revision() -> None:
    """M47: a document saved 17 times is not at revision 17."""
    document = docx.Document()
    document.core_properties.title = "SOP-012"
    document.core_properties.revision = 17
    read = fields(read_docx(docx_bytes(document)))
    assert read["title"] == "SOP-012"
    assert "17" not in read.values()


def test_a_link_keeps_its_target() -> None:
    """M47: a link to a document that is not there can be found in docx too."""
    document = docx.Document()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), document.part.relate_to("../wi-12.docx", kind, is_external=True))
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "WI-12"
    run.append(text)
    link.append(run)
    document.add_paragraph("See ")._p.append(link)
    reading = read_docx(docx_bytes(document))
    assert [(found.text, found.target) for found in reading.links] == [("WI-12", "../wi-12.docx")]
    assert texts(reading, BlockKind.PARAGRAPH) == ["See WI-12"]


def test_tracked_changes_are_read_as_accepted() -> None:
    """M47: deleted text is not claimed any more."""
    body = (
        "<w:p><w:r><w:t>clause </w:t></w:r><w:del><w:r><w:delText>7.5</w:delText><w:t>x</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>8.5</w:t></w:r></w:ins></w:p>"
    )
    assert texts(read_docx(raw_docx(body)), BlockKind.PARAGRAPH) == ["clause 8.5"]


def test_content_controls_and_text_boxes_are_entered_once() -> None:
    """M47: templates put their fields into content controls."""
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>inside</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert texts(read_docx(raw_docx(body)), BlockKind.PARAGRAPH) == ["inside", "boxed"]


def test_without_heading_styles_short_bold_lines_are_the_headings() -> None:
    """M47: many a procedure is formatted by hand."""
    document = docx.Document()
    document.add_paragraph().add_run("1. Purpose").bold = True
    document.add_paragraph("Text.").add_run(" Bold end").bold = True
    document.add_paragraph().add_run("A whole bold sentence ends like this.").bold = True
    kinds = [block.kind for block in read_docx(docx_bytes(document)).blocks if block.text]
    assert kinds == [BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.PARAGRAPH]


def test_a_main_part_under_another_name_is_found() -> None:
    """M47: not every program calls it document.xml."""
    root = (
        f'<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="a" Type="{R}/officeDocument" '
        'Target="/word/document2.xml"/></Relationships>'
    )
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    second = f'<w:document xmlns:w="{w}"><w:body><w:p><w:r><w:t>second</w:t></w:r></w:p></w:body></w:document>'
    data = raw_docx("<w:p/>", {"_rels/.rels": root, "word/document2.xml": second})
    assert texts(read_docx(data), BlockKind.PARAGRAPH) == ["second"]


@pytest.mark.parametrize("span", ["-1", "99999999999", "x", ""])
def test_a_damaged_column_span_does_no_harm(span: str) -> None:
    """M47: a number in a foreign file is not believed."""
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>'
    assert tables(read_docx(raw_docx(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>"))) == [[("a",)]]
