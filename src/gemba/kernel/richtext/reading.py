"""Formatted text read for search, lists and typesetting: plain words, headings, gaps, and a tree of plain values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gemba.kernel.richtext.allowed import HEADINGS, TEXT_BLOCKS
from gemba.kernel.richtext.element import Element, Node, text_of, walk
from gemba.kernel.richtext.stored import stored
from gemba.kernel.richtext.tables import Grid, grid

_WORD = re.compile(r"\w+(?:['\u2019.\-]\w+)*")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    title: str
    place: str
    """The name a link within the text leads to, without the number sign."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A gap the author has still to fill."""

    wanted: str
    """What belongs there."""
    text: str
    """What stands there meanwhile."""
    section: str
    """The title of the nearest heading before it, empty before the first."""


def plain(html: str) -> str:
    """The text alone, one block a line, the cells of a table row on one line with tabs between them."""
    return "\n".join(lines(stored(html)))


def lines(nodes: tuple[Element, ...]) -> Iterator[str]:
    """The lines of cleaned blocks."""
    for node in nodes:
        if node.tag == "tr":
            cells = (" ".join(lines(cell.elements())) for cell in node.elements())
            yield "\t".join(cells)
        elif node.tag == "pre":
            yield text_of(node)
        elif node.tag in TEXT_BLOCKS:
            yield one_line(node)
        elif node.tag != "hr":
            yield from lines(node.elements())


def one_line(node: Node) -> str:
    """The text of a block with its line breaks as blanks."""
    return " ".join(text_of(node).split())


def words(html: str) -> list[str]:
    """The words as written; a hyphen, full stop or apostrophe within one belongs to it."""
    return words_in(plain(html))


def words_in(text: str) -> list[str]:
    """The words of a plain text."""
    return _WORD.findall(text)


def headings(html: str) -> list[Heading]:
    """Every heading in reading order."""
    found = (each for each in walk(stored(html)) if each.tag in HEADINGS)
    return [Heading(int(each.tag[1]), one_line(each), each.get("id")) for each in found]


def placeholders(html: str) -> list[Placeholder]:
    """Every gap in reading order. A document with gaps is not finished."""
    found: list[Placeholder] = []
    section = ""
    for each in walk(stored(html)):
        if each.tag in HEADINGS:
            section = one_line(each)
        if each.tag == "mark":
            found.append(Placeholder(each.get("data-gap"), one_line(each), section))
    return found


def tree(html: str) -> list[Json]:
    """The text as plain values for a typesetter: `t` the tag, `c` what it holds, `a` its attributes where it has any.

    A table is `{"t": "table", "columns", "head", "rows": [[cell]]}`; each cell says its place `x`, `y`, its spans
    `w`, `h`, whether it is a heading, and what it holds.
    """
    return [_branch(block) for block in stored(html)]


def _branch(element: Element) -> Json:
    if element.tag == "table":
        return _table(grid(element))
    found: Json = {"t": element.tag, "c": [c if isinstance(c, str) else _branch(c) for c in element.children]}
    if element.attributes:
        found["a"] = dict(element.attributes)
    return found


def _table(laid: Grid) -> Json:
    rows = [
        [
            {
                "x": each.column,
                "y": each.row,
                "w": each.columns,
                "h": each.rows,
                "heading": each.cell.tag == "th",
                "c": [_branch(block) for block in each.cell.elements()],
            }
            for each in row
        ]
        for row in laid.cells
    ]
    return {"t": "table", "columns": laid.columns, "head": laid.head, "rows": rows}
