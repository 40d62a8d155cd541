"""Files made for the tests, with the libraries people's programs use, or by hand where a file must be broken."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import docx
import openpyxl
import typst

from gemba.assess.readers.blocks import Block, BlockKind, Reading

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def shape(reading: Reading) -> list[tuple[str, str, str]]:
    """Kind, text and place of each block that has text."""
    return [(str(b.kind), b.text, str(b.place)) for b in reading.blocks if b.text]


def tables(reading: Reading) -> list[list[tuple[str, ...]]]:
    return [[row.cells for row in b.rows] for b in reading.blocks if b.kind is BlockKind.TABLE]


def fields(reading: Reading) -> dict[str, str]:
    return {b.rows[0].cells[0]: b.rows[0].cells[1] for b in reading.blocks if b.kind is BlockKind.FIELD}


def texts(reading: Reading, kind: BlockKind) -> list[str]:
    return [b.text for b in reading.blocks if b.kind is kind]


def all_text(blocks: Sequence[Block]) -> str:
    return "\n".join([b.text for b in blocks] + [cell for b in blocks for row in b.rows for cell in row.cells])


def docx_bytes(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def simple_docx(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    return docx_bytes(document)


def raw_docx(body: str, parts: Mapping[str, str] | None = None, *, prologue: str = "") -> bytes:
    """A minimal docx around hand-written XML of its body."""
    main = (
        f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    )
    return zip_of({"word/document.xml": main, **(parts or {})})


def zip_of(members: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(data: bytes, name: str, content: str | bytes) -> bytes:
    """A copy of an archive with one member replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members: dict[str, str | bytes] = {info.filename: archive.read(info) for info in archive.infolist()}
    return zip_of({**members, name: content})


def xlsx_bytes(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def pdf_bytes(source: str) -> bytes:
    made: bytes = typst.compile(source.encode())
    return made
