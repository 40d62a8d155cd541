"""The Markdown parser as the reader uses it: a table is one token, and text without markup is not searched for any.

Most cells and paragraphs of a quality document hold no markup at all, and most of the parser's time would go into
finding that out sign by sign, and into three tokens for every cell.
"""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

TABLE = "table"
"""Type of the token that stands for a whole table. Its `meta` has the rows: line (from 0) and one text per cell."""
_DELIMITER = re.compile(r"[-:|][-:| \t]+")
_COLUMN = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_MARKUP = re.compile(r"[\\`*_\[\]!<>&~]")
_BREAK = re.compile(r" *\n[ \t]*")
_MOST_ADDED = 0x10000
"""Empty cells added to short rows of one table: a row of two signs must not become a thousand cells over and over."""

Rows = list[tuple[int, list[str]]]


class Parser:
    """Parses to tokens. Those of type `inline` have no children: `children` gives them where there is markup."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        self._markdown.core.ruler.disable(["inline", "text_join"])
        self._markdown.block.ruler.at(TABLE, _table, {"alt": ["paragraph", "reference"]})

    def parse(self, text: str) -> tuple[list[Token], dict[str, object]]:
        """The tokens, and what links by reference lead to: `children` needs it."""
        definitions: dict[str, object] = {}
        return self._markdown.parse(text, definitions), definitions

    def children(self, text: str, definitions: dict[str, object]) -> list[Token]:
        """Tokens of a text with markup."""
        found: list[Token] = []
        self._markdown.inline.parse(text, self._markdown, definitions, found)
        return found


def plain(text: str) -> str | None:
    """The text itself where it holds no markup, with the line breaks the parser would make of its own; else None."""
    if _MARKUP.search(text):
        return None
    return _BREAK.sub("\n", text) if "\n" in text else text


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _cells(line: str) -> list[str]:
    """The texts between the pipes; a pipe after a backslash is one of the text."""
    escaped = "\\" in line
    found = _PIPE.split(line) if escaped else line.split("|")
    if found and not found[0]:
        del found[0]
    if found and not found[-1]:
        del found[-1]
    return [cell.replace("\\|", "|").strip() for cell in found] if escaped else [cell.strip() for cell in found]


def _columns(line: str) -> int:
    """How many columns a line of dashes announces; 0 where it is no such line, or could begin a list."""
    if not _DELIMITER.fullmatch(line) or line.startswith(("- ", "-\t")):
        return 0
    parts = [part.strip() for part in line.split("|")]
    inner = parts[1 if not parts[0] else 0 : -1 if len(parts) > 1 and not parts[-1] else None]
    return len(inner) if all(map(_COLUMN.fullmatch, inner)) else 0


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A header, a line of dashes, and rows until an empty line or another kind of block."""
    if start + 2 > end or state.sCount[start + 1] < state.blkIndent or state.is_code_block(start + 1):
        return False
    first = state.bMarks[start + 1] + state.tShift[start + 1]
    if state.src[first : first + 1] not in ("|", "-", ":"):
        return False
    count = _columns(_line(state, start + 1))
    header = _line(state, start).strip()
    if not count or "|" not in header or state.is_code_block(start):
        return False
    names = _cells(header)
    if len(names) != count:
        return False
    if silent:
        return True
    around, state.parentType = state.parentType, TABLE
    rows, last = _body(state, start + 2, end, count)
    token = state.push(TABLE, TABLE, 0)
    token.map, token.meta = [start, last], {"rows": [(start, names), *rows]}
    state.parentType, state.line = around, last
    return True


def _body(state: StateBlock, start: int, end: int, count: int) -> tuple[Rows, int]:
    others = state.md.block.ruler.getRules("blockquote")
    rows: Rows = []
    added, number = 0, start
    while number < end and state.sCount[number] >= state.blkIndent:
        line = _line(state, number).strip()
        if any(rule(state, number, end, True) for rule in others) or not line or state.is_code_block(number):
            break
        cells = _cells(line)
        added += count - len(cells)
        if added > _MOST_ADDED:
            break
        rows.append((number, _fitted(cells, count)))
        number += 1
    return rows, number


def _fitted(cells: Sequence[str], count: int) -> list[str]:
    return [*cells[:count], *[""] * (count - len(cells))]
