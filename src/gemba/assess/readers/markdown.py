"""Markdown (CommonMark with tables and strikethrough, front matter, HTML inside) as blocks with line numbers."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from markdown_it.token import Token

from gemba.assess.readers import front_matter
from gemba.assess.readers.blocks import Block, BlockKind, Link, Place, Reading, Row
from gemba.assess.readers.decoding import decode
from gemba.assess.readers.lazy import attribute
from gemba.assess.readers.limits import MAX_BLOCKS
from gemba.assess.readers.markdown_parser import TABLE, Parser, plain
from gemba.assess.readers.markup import BREAK, COMMENT, anchors_in, holds_markup, is_markup, placeholders_escaped

_PARSER = Parser()
_TEXT = ("text", "code_inline", "text_special")
_LISTS = ("bullet_list_open", "ordered_list_open")


def read_markdown(data: bytes) -> Reading:
    """Never raises. In a paragraph of several lines, each newline of the text is one of the source."""
    text, problem = decode(data)
    fields, taken, field_problem = front_matter.split(text)
    if taken:
        # Blanked rather than cut off: the parser's line numbers stay those of the file.
        text = "\n" * taken + text.split("\n", taken)[-1] if text.count("\n") >= taken else ""
    tokens, definitions = _PARSER.parse(text)
    walk = _Walk(text, definitions)
    walk.run(tokens)
    return Reading(tuple(fields) + tuple(walk.blocks), tuple(walk.links), problem or field_problem, anchors_in(text))


@dataclass(slots=True)
class _Walk:
    """Goes once over the flat token list."""

    source: str
    definitions: dict[str, object]
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    quotes: int = 0
    lists: int = 0
    fresh_item: bool = False
    heading: int = 0
    skip_to: int = 0
    lines: list[str] | None = None
    closings: list[int] = field(default_factory=list)

    def run(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.map and token.map[0] < self.skip_to:
                continue
            if token.type == "inline":
                self._inline(token)
            else:
                self._structure(token)
            if len(self.blocks) >= MAX_BLOCKS:
                return

    def _structure(self, token: Token) -> None:
        kind = token.type
        if kind in _HANDLERS:
            _HANDLERS[kind](self, token)
        elif kind in _LISTS:
            self.lists += 1
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists -= 1

    def open_quote(self, _: Token) -> None:
        self.quotes += 1

    def close_quote(self, _: Token) -> None:
        self.quotes -= 1

    def open_item(self, _: Token) -> None:
        self.fresh_item = True

    def open_heading(self, token: Token) -> None:
        self.heading = int(token.tag[1])

    def close_heading(self, _: Token) -> None:
        self.heading = 0

    def code(self, token: Token) -> None:
        text = token.content.rstrip("\n")
        if text.strip():
            self.blocks.append(Block(BlockKind.CODE, text, _place(token)))

    def table(self, token: Token) -> None:
        rows = tuple(
            Row(tuple([self._text(cell, line + 1).strip() for cell in cells]), Place(line=line + 1))
            for line, cells in token.meta["rows"]
        )
        self.blocks.append(Block(BlockKind.TABLE, "", _place(token), rows=rows))

    def _inline(self, token: Token) -> None:
        text = self._text(token.content, _line(token)).strip()
        if not text:
            return
        if self.quotes:
            self.blocks.append(Block(BlockKind.QUOTE, text, _place(token)))
        elif self.heading:
            self.blocks.append(Block(BlockKind.HEADING, text, _place(token), self.heading))
        elif self.lists and self.fresh_item:
            self.blocks.append(Block(BlockKind.ITEM, text, _place(token), self.lists))
        else:
            self.blocks.append(Block(BlockKind.PARAGRAPH, text, _place(token)))
        self.fresh_item = False

    def _text(self, content: str, line: int) -> str:
        text = plain(content)
        if text is not None:
            return text
        parts: list[str] = []
        open_links: list[tuple[int, str, int]] = []
        for child in _PARSER.children(content, self.definitions):
            kind = child.type
            if kind in _TEXT:
                parts.append(child.content)
            elif kind in ("softbreak", "hardbreak"):
                parts.append("\n")
                line += 1
            elif kind == "link_open":
                open_links.append((len(parts), str(child.attrs.get("href", "")), line))
            elif kind == "link_close" and open_links:
                self._close_link(parts, open_links.pop())
            elif kind == "image":
                self.links.append(Link(child.content, str(child.attrs.get("src", "")), Place(line=line)))
                parts.append(child.content)
            elif kind == "html_inline":
                self._inline_html(child.content, parts, open_links, line)
                line += child.content.count("\n")
        return "".join(parts)

    def _close_link(self, parts: list[str], opened: tuple[int, str, int]) -> None:
        start, target, line = opened
        self.links.append(Link("".join(parts[start:]).strip(), target, Place(line=line)))

    def _inline_html(self, tag: str, parts: list[str], open_links: list[tuple[int, str, int]], line: int) -> None:
        if BREAK.fullmatch(tag):
            parts.append("\n")
        elif not is_markup(tag):
            parts.append(tag)
        elif tag[:3].lower() == "<a ":
            target = attribute("gemba.assess.readers.html", "first_target")(tag)
            if target:
                open_links.append((len(parts), target, line))
        elif tag[:4].lower() == "</a>" and open_links:
            self._close_link(parts, open_links.pop())
        elif tag[:5].lower() == "<img ":
            target = attribute("gemba.assess.readers.html", "first_target")(tag)
            if target:
                self.links.append(Link("", target, Place(line=line)))

    def html(self, token: Token) -> None:
        """A raw HTML block. A table with blank lines inside reaches the parser in pieces: it is taken whole."""
        content = _without_comments(token.content)
        if not content.strip():
            return
        first = token.map[0] if token.map else 0
        lowered = content.lower()
        if lowered.count("<table") > lowered.count("</table") and token.level == 0:
            content, self.skip_to = self._whole_table(first, content)
        if not holds_markup(content):
            self._plain(content.strip(), Place(line=first + 1))
            return
        fragment: Any = attribute("gemba.assess.readers.html", "fragment")
        blocks, links = fragment(placeholders_escaped(content), first)
        self.blocks.extend(blocks)
        self.links.extend(links)
        self.fresh_item = False

    def _plain(self, text: str, place: Place) -> None:
        kind = BlockKind.QUOTE if self.quotes else BlockKind.PARAGRAPH
        self.blocks.append(Block(kind, text, place))

    def _whole_table(self, first: int, content: str) -> tuple[str, int]:
        if self.lines is None:
            # Once, not for each table: a file may open thousands and close none.
            self.lines = self.source.split("\n")
            self.closings = [number for number, line in enumerate(self.lines) if "</table" in line.lower()]
        position = bisect_left(self.closings, first)
        if position == len(self.closings):
            return content, self.skip_to
        last = self.closings[position] + 1
        # What stands in the lines after the end belongs to the same raw block, up to an empty line.
        while last < len(self.lines) and self.lines[last].strip():
            last += 1
        return _without_comments("\n".join(self.lines[first:last])), last


def _without_comments(text: str) -> str:
    # Their line breaks stay, so that what follows keeps its line.
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _place(token: Token) -> Place:
    return Place(line=_line(token))


_HANDLERS = {
    "blockquote_open": _Walk.open_quote,
    "blockquote_close": _Walk.close_quote,
    "list_item_open": _Walk.open_item,
    "heading_open": _Walk.open_heading,
    "heading_close": _Walk.close_heading,
    "fence": _Walk.code,
    "code_block": _Walk.code,
    TABLE: _Walk.table,
    "html_block": _Walk.html,
}
