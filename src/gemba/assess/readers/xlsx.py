"""xlsx as tables with cell places. Formulas are never evaluated: the value the file keeps for them is read."""

import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from gemba.assess.readers.blocks import Block, BlockKind, Place, Reading
from gemba.assess.readers.decoding import clean
from gemba.assess.readers.limits import MAX_CELLS
from gemba.assess.readers.package import Package, PackageError, refuse_doctype
from gemba.assess.readers.properties import properties
from gemba.assess.readers.sheet import tables

_MAX_ROWS = 1_048_576
"""Rows a sheet can have; a damaged row number above it would have the library count through billions."""
_MAX_COLUMNS = 1_000
_TOO_MANY = f"Only the first {MAX_CELLS:,} cells were read."
_MAX_SHEETS = 500
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How the format writes characters that XML does not allow."""


def read_xlsx(data: bytes) -> Reading:
    """Never raises for a bad archive. Each sheet is a heading with its name and the tables found on it."""
    try:
        package = Package(data)
        for name in package.names:
            if name.endswith((".xml", ".rels")):
                refuse_doctype(package.part(name) or b"", name)
        fields = properties(package)
    except PackageError as error:
        return Reading(problem=str(error))
    with warnings.catch_warnings():
        # The library warns of extensions it leaves out; none holds text.
        warnings.simplefilter("ignore")
        blocks, problem = _sheets(data)
    return Reading((*fields, *blocks), (), problem)


def _sheets(data: bytes) -> tuple[list[Block], str | None]:
    workbook = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    blocks: list[Block] = []
    budget = _Budget()
    problem = None
    try:
        for sheet in workbook.worksheets[:_MAX_SHEETS]:
            name = clean(sheet.title)
            heading = Block(BlockKind.HEADING, name, Place(cell=f"{name}!A1"), 1)
            try:
                sheet.reset_dimensions()
                content = list(tables(_rows(sheet.iter_rows(), name, budget)))
            except Exception:
                # The library's sheet parser fails in as many ways as a part can be damaged; other sheets may be sound.
                content, problem = [], f"The sheet {name} is damaged and was not read."
            if content:
                blocks.extend((heading, *content))
    finally:
        workbook.close()
    return blocks, problem or (_TOO_MANY if budget.spent > MAX_CELLS else None)


class _Budget:
    """Cells read so far in the whole workbook."""

    def __init__(self) -> None:
        self.spent = 0


def _rows(rows: Iterable[Sequence[Any]], sheet: str, budget: _Budget) -> Iterator[tuple[Sequence[str], int, Place]]:
    for number, row in enumerate(rows, start=1):
        budget.spent += len(row)
        if budget.spent > MAX_CELLS or number > _MAX_ROWS:
            budget.spent = MAX_CELLS + 1
            return
        cells = [shown(cell.value) for cell in row[:_MAX_COLUMNS]]
        first = next((index for index, cell in enumerate(cells) if cell), None)
        if first is None:
            yield (), 0, Place()
            continue
        yield cells, 0, Place(cell=f"{sheet}!{get_column_letter(first + 1)}{number}")


def shown(value: object) -> str:
    """A cell's value as a person would read it; dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < MAX_CELLS else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return clean(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).replace("\r", "")).strip()
