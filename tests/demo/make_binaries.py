"""Write the demonstration's docx, xlsx and PDF files from the plain texts in `sources`: same text, same bytes.

    python -m tests.demo.make_binaries

Run it after a text in `sources` was changed; a test compares the files that are checked in with what it makes.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import docx
import openpyxl
import typst

SOURCES = Path(__file__).parent / "sources"
COMPANY = Path(__file__).resolve().parents[2] / "src" / "gemba" / "demo" / "documents" / "Kuvitelma Medical Oy"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""The date inside the files, fixed so that the bytes are."""

TARGETS = {
    "SOP-03 Competence and Training.md": "02 Procedures/SOP-03 Competence and Training.docx",
    "SOP-07 Purchasing and Suppliers.md": "02 Procedures/SOP-07 Purchasing and Suppliers.docx",
    "SOP-08 Production and Release.md": "02 Procedures/SOP-08 Production and Release.pdf",
    "Calibration log.csv": "05 Records/Equipment/Calibration log.xlsx",
    "Training records 2026.csv": "05 Records/Training/Training records 2026.xlsx",
}
BROKEN = "05 Records/Suppliers/Scan_0042.pdf"
"""What the scanner left when it ran out of memory: a beginning, no pages and no end."""

PDF_TEMPLATE = """
#set document(title: sys.inputs.title, date: none)
#set page(paper: "a4", margin: 25mm, header: [Kuvitelma Medical Oy])
#set text(size: 10.5pt)
#for (kind, ..cells) in json(bytes(sys.inputs.parts)) {
  let line = cells.join(" ")
  if kind == "title" { heading(level: 1, line) }
  else if kind == "heading" { heading(level: 2, line) }
  else if kind == "row" { grid(columns: (45mm, 1fr), ..cells) }
  else { par(line) }
}
"""


STEP = re.compile(r"\d+\. ")
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class Part(NamedTuple):
    """One piece of a source text: `title`, `heading`, `row`, `step` (its number, then its text) or `text`."""

    kind: str
    cells: tuple[str, ...]


def part_of(lines: list[str]) -> Part:
    first = lines[0]
    if first.startswith("# "):
        return Part("title", (first[2:],))
    if first.startswith("## "):
        return Part("heading", (first[3:],))
    if first.startswith("|"):
        return Part("row", tuple(cell.strip() for cell in first.strip("| ").split("|")))
    joined = " ".join(line.strip() for line in lines)
    step = STEP.match(joined)
    return Part("step", (step[0].strip(), joined[step.end() :])) if step else Part("text", (joined,))


def parts(source: str) -> Iterator[Part]:
    """The pieces of a source text: a heading, a table row, or the lines of a paragraph joined."""
    held: list[str] = []
    for line in [*source.splitlines(), ""]:
        starts_new = not line.strip() or line[0] in "#|" or STEP.match(line)
        if held and starts_new:
            yield part_of(held)
            held = []
        if line.strip():
            held.append(line)


def steady_archive(made: bytes) -> bytes:
    """The same zip with a fixed time on every member and in its properties."""
    stated = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = (
                MODIFIED.sub(rb"\g<1>" + stated, old.read(name)) if name == "docProps/core.xml" else old.read(name)
            )
            new.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def word_document(source: str) -> bytes:
    document = docx.Document()
    document.core_properties.author = "Kuvitelma Medical Oy"
    document.core_properties.created = document.core_properties.modified = MADE.replace(tzinfo=None)
    table = None
    for kind, cells in parts(source):
        if kind == "row":
            table = table or document.add_table(rows=0, cols=len(cells), style="Table Grid")
            for cell, text in zip(table.add_row().cells, cells, strict=True):
                cell.text = text
            continue
        table = None
        if kind in {"title", "heading"}:
            document.add_heading(cells[0], level=1 if kind == "title" else 2)
        else:
            document.add_paragraph(cells[-1], style="List Number" if kind == "step" else None)
    out = io.BytesIO()
    document.save(out)
    return steady_archive(out.getvalue())


def workbook(source: str, title: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in csv.reader(io.StringIO(source)):
        sheet.append(row)
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return steady_archive(out.getvalue())


def pdf(source: str, title: str) -> bytes:
    given = {"title": title, "parts": json.dumps([(part.kind, *part.cells) for part in parts(source)])}
    made = typst.compile(
        PDF_TEMPLATE.encode(), format="pdf", sys_inputs=given, timestamp=int(MADE.timestamp()), ignore_system_fonts=True
    )
    return bytes(made)


def make(source: Path, target: str) -> bytes:
    """The bytes of one file, in the format that its target's name asks for."""
    text = source.read_text(encoding="utf-8")
    if target.endswith(".docx"):
        return word_document(text)
    return pdf(text, source.stem) if target.endswith(".pdf") else workbook(text, source.stem)


def files() -> dict[str, bytes]:
    """Path below the company's folder -> content, for every file that is not plain text."""
    made = {target: make(SOURCES / source, target) for source, target in TARGETS.items()}
    return {**made, BROKEN: made[TARGETS["SOP-08 Production and Release.md"]][:600]}


def main() -> int:
    for path, content in files().items():
        target = COMPANY / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
