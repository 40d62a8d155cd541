"""What every reader returns: a document as plain blocks, each with the place it came from. No format knowledge here."""

from enum import StrEnum
from typing import NamedTuple


class Place(NamedTuple):
    """Where in a file: a line (counted from 1), a page (from 1) or a cell (`Sheet!B7`); whichever the format has.

    docx has no lines; its `line` is the ordinal of the paragraph or table row in reading order. A PDF has page and line
    on the page. A field outside the text names its part as the cell: `page header`, `document properties`.
    """

    line: int | None = None
    page: int | None = None
    cell: str | None = None

    def __str__(self) -> str:
        if self.cell:
            return self.cell
        parts = [f"page {self.page}" if self.page else "", f"line {self.line}" if self.line else ""]
        return ", ".join(p for p in parts if p)


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    """One list item, without its nested items."""
    QUOTE = "quote"
    """A block quotation; template sets use them for guidance that must be removed."""
    CODE = "code"
    TABLE = "table"
    FIELD = "field"
    """A name and a value outside the text: front matter, docx or PDF properties, a page header. One row, two cells.

    Text of a page header or footer without a label of its own has the name `header` or `footer`.
    """


class Row(NamedTuple):
    """A table row. Line breaks inside a cell are newlines; merged cells repeat nothing."""

    cells: tuple[str, ...]
    place: Place


class Block(NamedTuple):
    """`text` is readable text without markup; a newline in it is one of the source, so a position tells the line.

    It is empty for a table and a field, whose content is in `rows` (a table's header row first).
    """

    kind: BlockKind
    text: str
    place: Place
    level: int = 0
    """Heading depth (1 to 6) or list depth (from 1); otherwise 0."""
    rows: tuple[Row, ...] = ()


class Link(NamedTuple):
    """A hyperlink or image, with its target as written."""

    text: str
    target: str
    place: Place


class Reading(NamedTuple):
    """A file as read. `problem` is a sentence when it could not be read, wholly or in part; never an exception."""

    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()
    problem: str | None = None
    anchors: tuple[str, ...] = ()
    """Named places a link may lead to, as written; headings are such places too and are not repeated here."""
