"""Words with their boxes on a PDF page, put together again to lines, cells and tables.

A PDF knows only where each character stands. Its order is that of drawing, which in documents from office programs and
browsers is reading order: row by row, within a row cell by cell, within a cell line by line.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from gemba.assess.readers.blocks import Block, BlockKind, Place, Row
from gemba.assess.readers.lines import Line, blocks_of

_MARKER = re.compile(r"[-*\u2022\u2023\u25aa\u25cf\u25cb\u25e6\u2013\u00b7\uf0b7]|\(?[0-9a-zA-Z]{1,2}[.)]")
"""What stands before a list item; the wide space after it is no cell border."""
_CELL_GAPS = {True: 0.45, False: 1.5, None: 0.8}
"""Space between two words of a line, in heights of the line, from which they stand in two cells.

True: the page writes spaces, but none here, so that the pen was set anew. False: a space is written here, and may be
stretched to fill the line. None: the page writes no spaces at all.
"""
_BESIDE = 1.0
"""Points by which a piece begins right of another's end."""
_ALIGNED = 3.0
"""Points by which two starts may differ and still be one column."""
_UP = 60.0
"""Points: a cell may begin this far above the vertically centred text of the cell left of it."""
_LEVEL = 0.4
"""Share of the lower height by which two pieces of one line overlap."""
_LINE_STEP = 1.8
_EVEN = 1.5
_PARAGRAPH_STEP = 1.3
_LARGE = 1.15
_BODY_LENGTH = 20
_LABEL_LENGTH = 40
_EMPTY_ROWS = 3
_ROW_STEP = 6.0


class Piece(NamedTuple):
    """A run of text with its box in points from the page's lower left corner; heights are those of the font."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    apart: bool | None = None
    """For a word: whether the page, which writes spaces, leaves out that before it; None where it writes none."""

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def level_with(self, other: "Piece") -> bool:
        overlap = min(self.top, other.top) - max(self.bottom, other.bottom)
        return overlap > _LEVEL * min(self.height, other.height)


@dataclass(slots=True)
class Cell:
    pieces: list[Piece]

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return max(piece.right for piece in self.pieces)

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)


@dataclass(slots=True)
class Layout:
    """One row of a page: a line of text is a row of one cell. `line` counts lines on the page from 1."""

    cells: list[Cell]
    line: int = 0
    texts: tuple[str, ...] = field(default=())

    @property
    def last(self) -> Piece:
        return self.cells[-1].pieces[-1]

    @property
    def height(self) -> float:
        return self.cells[0].pieces[0].height


def rows_of(words: Sequence[Piece]) -> list[Layout]:
    """The rows of a page, in the order they were drawn."""
    rows: list[Layout] = []
    for piece in _runs(words):
        if not (rows and _joins(rows, piece)):
            rows.append(Layout([Cell([piece])]))
    rows = _in_place(rows)
    heights = _baselines(rows)
    for row in rows:
        row.texts = tuple(cell.text for cell in row.cells)
        row.line = bisect_left(heights, -max(cell.pieces[0].bottom for cell in row.cells) - _ALIGNED) + 1
    return rows


def _in_place(rows: Sequence[Layout]) -> list[Layout]:
    """Rows with each lone cell that was drawn late, up and to the left, moved before the rows it stands beside."""
    ordered: list[Layout] = []
    for row in rows:
        position = len(ordered)
        if len(row.cells) == 1:
            while position and _drawn_late(ordered[position - 1], row):
                position -= 1
        ordered.insert(position, row)
    return ordered


def _drawn_late(before: Layout, row: Layout) -> bool:
    piece = row.cells[0].pieces[0]
    return piece.right < before.cells[0].left and piece.bottom + _ALIGNED > before.cells[0].pieces[0].bottom


def _baselines(rows: Sequence[Layout]) -> list[float]:
    """Where the lines of the page stand, from the top down, as negative heights; pieces of one line count once."""
    heights: list[float] = []
    for height in sorted(-piece.bottom for row in rows for cell in row.cells for piece in cell.pieces):
        if not heights or height - heights[-1] > _ALIGNED:
            heights.append(height)
    return heights


def _runs(words: Sequence[Piece]) -> Iterator[Piece]:
    """Words of one line and one cell as one piece."""
    held: list[Piece] = []
    for word in words:
        if held and not _follows(held, word):
            yield _run(held)
            held = []
        held.append(word)
    if held:
        yield _run(held)


def _follows(held: Sequence[Piece], word: Piece) -> bool:
    last = held[-1]
    if not last.level_with(word) or word.left < last.left:
        return False
    marked = len(held) == 1 and _MARKER.fullmatch(last.text) is not None
    return marked or word.left - last.right <= _CELL_GAPS[word.apart] * last.height


def _run(words: Sequence[Piece]) -> Piece:
    if len(words) == 1:
        return words[0]
    highest = max(words, key=lambda word: word.height)
    text = " ".join(word.text for word in words)
    return Piece(text, words[0].left, highest.bottom, words[-1].right, highest.top)


def _joins(rows: list[Layout], piece: Piece) -> bool:
    """Whether a piece belongs to the last row; if so it is added to it."""
    row = rows[-1]
    last, cell = row.last, row.cells[-1]
    beside = piece.left - cell.right > _BESIDE
    if last.level_with(piece) and piece.left >= last.right:
        if len(row.cells) > 1 and len(cell.pieces) > 1 and not cell.pieces[0].level_with(piece):
            # What looked like a further line of the cell above has a cell beside it: a row of its own.
            rows.append(Layout([Cell([cell.pieces.pop()])]))
        rows[-1].cells.append(Cell([piece]))
        return True
    if beside and last.top < piece.top <= row.cells[0].pieces[0].top + _UP:
        _gather(rows, piece)
        rows[-1].cells.append(Cell([piece]))
        return True
    below = 0 < last.bottom - piece.bottom < _LINE_STEP * max(last.height, piece.height)
    if len(row.cells) > 1 and below and abs(piece.left - cell.left) <= _ALIGNED:
        cell.pieces.append(piece)
        return True
    return False


def _gather(rows: list[Layout], piece: Piece) -> None:
    """A piece right of and above the last line shows that lines before it were one cell: make them one.

    They are the lines from the piece's own height on, and as many above it as stand below, for the text of a cell may
    be centred. Lines of one cell are evenly spaced.
    """
    lower = 1
    step = 0.0
    while len(rows) > 1:
        next_step = _step(rows[-2], rows[-1])
        if not next_step or (step and abs(next_step - step) > _EVEN):
            return
        step = next_step
        rise = rows[-2].last.middle - piece.middle
        if rise > piece.height / 4:
            if lower == 0:
                return
            lower -= 1
        elif rise < -piece.height / 4:
            lower += 1
        rows[-2].cells[0].pieces.extend(rows.pop().cells[0].pieces)


def _step(above: Layout, below: Layout) -> float:
    """The distance of two lines that may belong to one cell; otherwise 0."""
    step = above.last.bottom - below.cells[0].pieces[0].bottom
    aligned = abs(above.cells[0].left - below.cells[0].left) <= _ALIGNED
    return step if len(above.cells) == 1 and aligned and 0 < step < _LINE_STEP * above.height else 0.0


def blocks_on(rows: Sequence[Layout], page: int) -> Iterator[Block]:
    """Tables from two or more rows of cells in the same columns, the rest as lines of text."""
    step = _line_step(rows)
    body = median([row.height for row in rows if len(row.texts[0]) > _BODY_LENGTH] or [0.0])
    lines: list[Line] = []
    index = 0
    while index < len(rows):
        end = _table_end(rows, index)
        if end - index > 1:
            yield from blocks_of(lines)
            lines = []
            yield _table(rows[index:end], page)
            index = end
            continue
        row = rows[index]
        gap = index > 0 and bool(step) and rows[index - 1].last.bottom - row.last.bottom > _PARAGRAPH_STEP * step
        large = bool(body) and row.height > _LARGE * body
        text = " ".join(" ".join(row.texts).split("\n"))
        lines.append(Line(text, Place(page=page, line=row.line), large, gap))
        index += 1
    yield from blocks_of(lines)


def _line_step(rows: Sequence[Layout]) -> float:
    """The distance of lines within a paragraph: a low one among all, as paragraphs, cells and headings are wider."""
    single = [(above, below) for above, below in pairwise(rows) if len(above.cells) == len(below.cells) == 1]
    steps = sorted(above.last.bottom - below.last.bottom for above, below in single)
    steps = [step for step in steps if step > 0]
    return steps[len(steps) // 4] if steps else 0.0


def _table_end(rows: Sequence[Layout], start: int) -> int:
    """The index after the last row that shares the columns of the rows from `start` on."""
    if len(rows[start].cells) == 1:
        return start
    last = start
    for end in range(start + 1, len(rows)):
        if len(rows[end].cells) > 1:
            if not _same_columns(rows[last], rows[end]):
                break
            last = end
        elif end - last > _EMPTY_ROWS or not _half_empty(rows[last], rows[end]):
            break
    return last + 1


def _half_empty(above: Layout, row: Layout) -> bool:
    """Whether a row of one cell may be a label whose value is missing; it counts only between rows of the table."""
    step = above.last.bottom - row.last.bottom
    aligned = abs(above.cells[0].left - row.cells[0].left) <= _ALIGNED
    return aligned and 0 < step < _ROW_STEP * row.height and len(row.texts[0]) <= _LABEL_LENGTH


def _same_columns(above: Layout, below: Layout) -> bool:
    """As many cells, or two or more that stand under those of the other row."""
    few, many = sorted((above, below), key=lambda row: len(row.cells))
    touching = sum(any(_overlap(cell, other) > 0 for other in many.cells) for cell in few.cells)
    return len(few.cells) == len(many.cells) or touching > 1


def _overlap(cell: Cell, other: Cell) -> float:
    return min(cell.right, other.right) - max(cell.left, other.left)


def _table(rows: Sequence[Layout], page: int) -> Block:
    columns = max(rows, key=lambda row: len(row.cells)).cells
    made: list[Row] = []
    for row in rows:
        cells = [""] * len(columns)
        for index, cell in enumerate(row.cells):
            column = index if len(row.cells) == len(columns) else _column(cell, columns)
            cells[column] = f"{cells[column]}\n{cell.text}".strip()
        made.append(Row(tuple(cells), Place(page=page, line=row.line)))
    return Block(BlockKind.TABLE, "", made[0].place, rows=tuple(made))


def _column(cell: Cell, columns: Sequence[Cell]) -> int:
    """The column a cell overlaps most; where it overlaps none, the one whose start is nearest."""
    return max(
        range(len(columns)), key=lambda index: (_overlap(cell, columns[index]), -abs(columns[index].left - cell.left))
    )
