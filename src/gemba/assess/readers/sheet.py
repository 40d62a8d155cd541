"""Rows of a sheet or csv file as tables: title lines, header blocks and data tables often share one sheet."""

from collections.abc import Iterable, Iterator, Sequence

from gemba.assess.readers.blocks import Block, BlockKind, Place, Row
from gemba.assess.readers.limits import MAX_BLOCKS

_DATA_COLUMNS = 3
"""From here on an empty row is a gap in a data table; narrower blocks are header blocks and end at an empty row."""


def _trimmed(cells: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    """The first filled column and the cells from there to the last filled one."""
    filled = [index for index, cell in enumerate(cells) if cell]
    if not filled:
        return 0, ()
    return filled[0], tuple(cells[filled[0] : filled[-1] + 1])


def tables(rows: Iterable[tuple[Sequence[str], int, Place]]) -> Iterator[Block]:
    """Blocks from rows of (cells, number of the first cell's column, place).

    An empty row ends a table, unless the next row fits under the columns of a data table already begun. A lone
    filled cell outside a table is a paragraph.
    """
    current: list[tuple[int, tuple[str, ...], Place]] = []
    gap = False
    made = 0
    for cells, offset, place in rows:
        first, kept = _trimmed(cells)
        if not kept:
            gap = bool(current)
            continue
        if current and gap and not _continues(current, first + offset, kept):
            yield from _blocks(current)
            made += len(current)
            current = []
        gap = False
        current.append((first + offset, kept, place))
        if made > MAX_BLOCKS:
            return
    yield from _blocks(current)


def _continues(current: list[tuple[int, tuple[str, ...], Place]], first: int, cells: tuple[str, ...]) -> bool:
    column, header, _ = next((row for row in current if len(row[1]) > 1), current[0])
    return len(header) >= _DATA_COLUMNS and first == column and 1 < len(cells) <= len(header)


def _blocks(rows: list[tuple[int, tuple[str, ...], Place]]) -> Iterator[Block]:
    # Title lines stand above a table without an empty row between; a row of one cell within it stays a row.
    start = 0
    while start < len(rows) and len(rows[start][1]) == 1:
        yield Block(BlockKind.PARAGRAPH, rows[start][1][0], rows[start][2])
        start += 1
    body = rows[start:]
    if not body:
        return
    left = min(first for first, _, _ in body)
    made = tuple(Row(("",) * (first - left) + cells, place) for first, cells, place in body)
    yield Block(BlockKind.TABLE, "", made[0].place, rows=made)
