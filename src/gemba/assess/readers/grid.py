"""Builds table rows from cells that may span columns and rows, so that a cell stays under its column's header."""

from dataclasses import dataclass, field

from gemba.assess.readers.blocks import Block, BlockKind, Place, Row
from gemba.assess.readers.limits import MAX_CELLS

_MAX_SPAN = 1_000


@dataclass(slots=True)
class Grid:
    """A merged cell gives its text once; positions it covers are empty, those at a row's end left out."""

    place: Place
    rows: list[Row] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _kept: int = 0
    _row_place: Place | None = None
    _covered: dict[int, int] = field(default_factory=dict)
    """Column to the number of further rows a cell above still covers."""
    _count: int = 0

    def start_row(self, place: Place) -> None:
        self.end_row()
        self._row_place = place

    def add(self, text: str, columns: int = 1, rows: int = 1) -> None:
        if self._row_place is None:
            self._row_place = self.place
        self._skip_covered()
        columns = min(max(columns, 1), _MAX_SPAN)
        self._count += columns
        if self._count > MAX_CELLS:
            return
        first = len(self._cells)
        self._cells.append(text)
        self._kept = len(self._cells)
        self._cells.extend([""] * (columns - 1))
        if rows > 1:
            for column in range(first, first + columns):
                self._covered[column] = min(rows, _MAX_SPAN) - 1

    def cover(self, columns: int) -> None:
        """Positions covered from above, where the format repeats the merged cell itself."""
        if self._row_place is not None:
            self._cells.extend([""] * min(max(columns, 1), _MAX_SPAN))

    def _skip_covered(self) -> None:
        while self._covered.get(len(self._cells), 0) > 0:
            self._covered[len(self._cells)] -= 1
            self._cells.append("")

    def end_row(self) -> None:
        if self._row_place is None:
            return
        for column in list(self._covered):
            if column >= len(self._cells):
                self._covered[column] -= 1
            if self._covered[column] <= 0:
                del self._covered[column]
        if self._kept:
            self.rows.append(Row(tuple(self._cells[: self._kept]), self._row_place))
        self._cells, self._kept, self._row_place = [], 0, None

    def block(self) -> Block | None:
        """The table, or None where it has no row."""
        self.end_row()
        return Block(BlockKind.TABLE, "", self.place, rows=tuple(self.rows)) if self.rows else None
