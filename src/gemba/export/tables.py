"""Lists as CSV and XLSX. Written into a temporary file while the reader's scope holds, so no row slips past it."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.db.models import ForeignKey, QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.worksheet import Worksheet

from gemba.export.values import Cell, cell, columns_of, heading, safe_text
from gemba.kernel.lines import everybody, name_people
from gemba.kernel.types import RecordType

IN_MEMORY = 4 * 1024 * 1024
CHUNK = 2000
NOT_IN_XML = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may hold, so no sheet can either: one of them would cost everybody the whole list."""
LONGEST_CELL = 32_767
"""Characters; what spreadsheets hold in a cell."""


def table_of(declared: RecordType[Any], rows: "QuerySet[Any]") -> tuple[list[str], Iterator[list[Cell]]]:
    """Headings and an iterator over the rows, oldest first; two statements per chunk at most."""
    names = columns_of(declared)
    joined = [name for name in names if isinstance(declared.field(name), ForeignKey)]
    found = rows.select_related(*joined).order_by("pk")
    people = everybody() if name_people(declared) else {}
    values = ([cell(declared, record, name, people) for name in names] for record in found.iterator(CHUNK))
    return [heading(declared, name) for name in names], values


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """UTF-8 with a byte order mark, since spreadsheets guess wrongly without it."""
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  handed to the response, which closes it
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([safe_text(text) for text in headings])  # some headings are names that people gave
    writer.writerows([safe_text(value) for value in row] for row in rows)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def write_xlsx(title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> IO[bytes]:
    """One sheet with a frozen heading row. Text cells are typed as text, so nothing in them is ever computed."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("".join(c for c in title if c not in "[]:*?/\\")[:31] or "Gemba")
    sheet.freeze_panes = "A2"
    sheet.append([_typed(sheet, text) for text in headings])
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  handed to the response, which closes it
    book.save(file)
    file.seek(0)
    return file


def _typed(sheet: Worksheet, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    made = WriteOnlyCell(sheet, value="")
    made.value = NOT_IN_XML.sub("", value)[:LONGEST_CELL]
    made.data_type = "s"
    return made
