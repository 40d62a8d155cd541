"""Tables as grids: which cell covers which places, and the closed form in which a table is written."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gemba.kernel.richtext.allowed import MAX_COLUMNS
from gemba.kernel.richtext.element import Element

_MOST_HEAD_ROWS = 3
"""A head stands on every page a table runs over; a longer one would leave no room."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell and the places it covers, counted from 0."""

    row: int
    column: int
    rows: int
    columns: int
    cell: Element


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's cells in place. Places no cell covers are possible."""

    head: int
    """Rows of the head."""
    rows: int
    columns: int
    cells: tuple[tuple[Placed, ...], ...]
    """By row."""


def table_of(rows: Sequence[tuple[bool, list[Element]]]) -> Element | None:
    """The table: a head of the first rows that are headings throughout, and a body. None where no row has a cell."""
    kept = [(head, cells) for head, cells in rows if cells]
    if not kept:
        return None
    rows_ = [[Element("th", c.children, c.attributes) for c in cells] if head else cells for head, cells in kept]
    while len(rows_) > 1 and all(cell.tag == "th" and not cell.children for cell in rows_[0]):
        # Markdown asks for a head even where there is nothing to say in it.
        rows_ = rows_[1:]
    head = 0
    while head < min(len(rows_), _MOST_HEAD_ROWS) and all(cell.tag == "th" for cell in rows_[head]):
        head += 1
    if head == len(rows_):
        head = 0
    return _written([("thead", rows_[:head]), ("tbody", rows_[head:])])


def _written(sections: list[tuple[str, list[list[Element]]]]) -> Element:
    """The table with spans that end within their section, cover no place twice and no column without a cell."""
    placed = [(tag, _placed([Element("tr", tuple(cells)) for cells in rows])) for tag, rows in sections if rows]
    starts = sorted({cell.column for _, rows in placed for row in rows for cell in row})
    parts: list[Element] = []
    for tag, rows in placed:
        made = tuple(Element("tr", tuple(_cell(cell, starts) for cell in row)) for row in rows)
        parts.append(Element(tag, made))
    return Element("table", tuple(parts))


def _cell(placed: Placed, starts: list[int]) -> Element:
    width = bisect_left(starts, placed.column + placed.columns) - bisect_left(starts, placed.column)
    return Element(placed.cell.tag, placed.cell.children, _attributes(replace(placed, columns=width)))


def _attributes(placed: Placed) -> tuple[tuple[str, str], ...]:
    spans = (("colspan", placed.columns), ("rowspan", placed.rows))
    scope = placed.cell.get("scope")
    kept = tuple((name, str(number)) for name, number in spans if number > 1)
    return (*kept, ("scope", scope)) if scope and placed.cell.tag == "th" else kept


def _placed(rows: Sequence[Element]) -> list[tuple[Placed, ...]]:
    open_until: dict[int, int] = {}
    """Column to the first row that a cell from above leaves free."""
    found: list[tuple[Placed, ...]] = []
    for number, row in enumerate(rows):
        column = 0
        placed: list[Placed] = []
        for cell in row.elements():
            while open_until.get(column, 0) > number:
                column += 1
            if column >= MAX_COLUMNS:
                placed[-1:] = [_with_more(each, cell) for each in placed[-1:]]
                continue
            width = _width(cell, column, number, open_until)
            height = min(_span(cell, "rowspan"), len(rows) - number)
            placed.append(Placed(number, column, height, width, cell))
            open_until.update(dict.fromkeys(range(column, column + width), number + height))
            column += width
        found.append(tuple(placed))
    return found


def _with_more(last: Placed, cell: Element) -> Placed:
    """The last cell there is room for takes in what stands in further ones."""
    joined = Element(last.cell.tag, (*last.cell.children, *cell.children), last.cell.attributes)
    return replace(last, cell=joined)


def _width(cell: Element, column: int, row: int, open_until: dict[int, int]) -> int:
    most = min(_span(cell, "colspan"), MAX_COLUMNS - column)
    return next((width for width in range(1, most) if open_until.get(column + width, 0) > row), most)


def _span(cell: Element, name: str) -> int:
    written = cell.get(name).strip()
    return max(1, min(int(written), 100_000)) if written.isascii() and written.isdigit() and len(written) < 7 else 1  # noqa: PLR2004


def grid(table: Element) -> Grid:
    """Where the cells of a cleaned table lie."""
    cells: list[tuple[Placed, ...]] = []
    head = 0
    for section in table.elements():
        before = len(cells)
        for row in _placed(section.elements()):
            moved = (Placed(each.row + before, each.column, each.rows, each.columns, each.cell) for each in row)
            cells.append(tuple(moved))
        if section.tag == "thead":
            head = len(cells)
    columns = max((each.column + each.columns for row in cells for each in row), default=0)
    return Grid(head, len(cells), columns, tuple(cells))
