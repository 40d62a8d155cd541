"""PDF: lines, cells and tables reconstructed from where the text stands."""

import io
from functools import cache

import pikepdf
import pytest

from gemba.assess.readers.blocks import BlockKind
from gemba.assess.readers.dispatch import read_bytes
from tests.assess.readers.samples import fields, pdf_bytes, tables, texts

SOP = """
#set document(title: "SOP Document control", author: "Jo", date: datetime(year: 2024, month: 3, day: 1))
#set page(header: [SOP-012 Document control #h(1fr) Revision: C], footer: context [Page #counter(page).display()])
#table(columns: (1fr, 2fr), [Document No], [SOP-012], [Effective date], [2024-03-01],
  [Regulatory references], [ISO 13485:2016 Sec. 4.1.6 and a text that goes on so far that it must be wrapped at the
  end of the cell and continue below])
= 1. Purpose
This procedure implements 7.3.4 and 7.3.5, and to fill the line so that it is wrapped it says here that nothing else
follows.

A second paragraph stands apart.
- Item one
- Item two
== 1.1 Scope
All of it.
#pagebreak()
#table(columns: 3, [Section], [Title], [Document], [4.1], [General], [SOP A], [7.5.5], [Sterile], [n/a])
#pagebreak()
The end of it.
"""


@cache
def sop() -> bytes:
    return pdf_bytes(SOP)


def test_a_header_table_is_read_as_rows_of_label_and_value() -> None:
    """M47: the commonest first page of a procedure, as PDF."""
    found = tables(read_bytes(sop(), "pdf"))[0]
    assert found[:2] == [("Document No", "SOP-012"), ("Effective date", "2024-03-01")]
    assert found[2][0] == "Regulatory references"
    assert found[2][1].startswith("ISO 13485:2016 Sec. 4.1.6")
    assert found[2][1].replace("\n", " ").endswith("continue below")


def test_headings_paragraphs_and_items_are_told_apart() -> None:
    """M47: sections of a PDF can be named."""
    reading = read_bytes(sop(), "pdf")
    assert texts(reading, BlockKind.HEADING) == ["1. Purpose", "1.1 Scope"]
    assert texts(reading, BlockKind.ITEM) == ["Item one", "Item two"]
    paragraphs = [text.replace("\n", " ") for text in texts(reading, BlockKind.PARAGRAPH)]
    assert paragraphs[0].endswith("nothing else follows.")
    assert paragraphs[1:] == ["A second paragraph stands apart.", "All of it.", "The end of it."]


def test_places_are_page_and_line() -> None:
    """M47: a person can turn to the page."""
    reading = read_bytes(sop(), "pdf")
    clause_map = [block for block in reading.blocks if block.kind is BlockKind.TABLE][1]
    assert [str(row.place)[:6] for row in clause_map.rows] == ["page 2"] * 3
    assert clause_map.rows[2].cells == ("7.5.5", "Sterile", "n/a")
    assert str(reading.blocks[-1].place).startswith("page 3, line ")


def test_what_repeats_on_every_page_is_a_field_once() -> None:
    """M47: the running header gives number and revision, and is not counted as text of each page."""
    read = fields(read_bytes(sop(), "pdf"))
    assert read["Revision"] == "C"
    assert read["header"] == "SOP-012 Document control"
    assert read["footer"] == "Page 1"
    assert read["title"] == "SOP Document control"
    assert read["created"] == "2024-03-01"


def test_cells_that_span_rows_or_are_centred_or_empty_keep_label_and_value_together() -> None:
    """M47: a header block with a logo, a long label, and a value never filled in."""
    source = """
    #table(columns: (1fr, 1fr, 1fr), table.cell(rowspan: 3)[LOGO], table.cell(colspan: 2)[Acme Medical],
      [Document No], [SOP-012], [Revision], [C])
    #lorem(30)
    #table(columns: (3cm, 1fr), align: horizon, [Regulatory references that must be wrapped], [ISO 13485:2016],
      [Owner], [Head of quality], [Approved by], [], [Effective], [2024-03-01])
    """
    assert tables(read_bytes(pdf_bytes(source), "pdf")) == [
        [("Document No", "SOP-012"), ("Revision", "C")],
        [
            ("Regulatory\nreferences that\nmust be\nwrapped", "ISO 13485:2016"),
            ("Owner", "Head of quality"),
            ("Approved by", ""),
            ("Effective", "2024-03-01"),
        ],
    ]


def test_justified_lines_are_no_table() -> None:
    """M47: stretched spaces are not cell borders."""
    reading = read_bytes(pdf_bytes("#set page(width: 9cm)\n#set par(justify: true)\n#lorem(120)"), "pdf")
    assert tables(reading) == []
    assert len(texts(reading, BlockKind.PARAGRAPH)) == 1


def encrypted(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (encrypted, "The file is encrypted."),
        (lambda data: data[:300], "The file is damaged: it cannot be opened as a PDF."),
        (lambda data: data[:9] + b"garbage" * 100, "The file is damaged: it cannot be opened as a PDF."),
        (lambda data: b"no pdf at all", "The file is named pdf but is no PDF: it does not begin with %PDF."),
        (lambda data: pdf_bytes(" "), "The PDF holds no text: its pages are images, or empty."),
        (lambda data: b"", "The file is empty."),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(change: object, sentence: str) -> None:
    """M47: never an exception, and never silence."""
    assert callable(change)
    reading = read_bytes(change(sop()), "pdf")
    assert reading.problem == sentence
    assert all(block.kind is BlockKind.FIELD for block in reading.blocks)


def test_more_pages_than_the_limit_are_left_out_and_said() -> None:
    """M47: a partial reading says that it is one."""
    reading = read_bytes(pdf_bytes("#for n in range(2003) { [Page #n]; pagebreak(weak: true) }"), "pdf")
    assert reading.problem == "Only the first 2,000 of its 2,003 pages were read."
    assert max(block.place.page or 0 for block in reading.blocks) == 2000
