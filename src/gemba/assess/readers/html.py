"""HTML as blocks with line numbers. Nothing is fetched and no script is run; scripts and styles are not text."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from gemba.assess.readers.blocks import Block, BlockKind, Link, Place, Reading
from gemba.assess.readers.decoding import clean, decode
from gemba.assess.readers.front_matter import field as field_block
from gemba.assess.readers.grid import Grid
from gemba.assess.readers.limits import MAX_BLOCKS
from gemba.assess.readers.markup import anchors_in

_SILENT = frozenset(("script", "style", "template", "noscript", "head", "svg", "math", "object", "iframe", "select"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_NAMES = """address article aside body caption center details dd div dl dt fieldset figcaption figure footer form
    header hr html legend li main nav ol p section summary table tbody td tfoot th thead tr ul blockquote pre"""
_BOUNDARIES = frozenset(_BLOCK_NAMES.split()) | frozenset(_HEADINGS)
_CELLS = ("td", "th", "dt", "dd")
_TABLES = ("table", "dl")
_META_NAMES = "author date description revised version revision subject keywords dcterms.created dcterms.modified"
_META = frozenset(_META_NAMES.split())
_SPACE = re.compile(r"[ \t\r\n]+")
_TARGET = re.compile(r"""\b(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_CHARSETS = re.compile(r"iso-8859-\d+|windows-12\d\d|koi8-[ru]|shift_jis|euc-jp|euc-kr|gbk|gb18030|gb2312|big5")
_SPAN_DIGITS = 6
_BREAK = "\v"
BROKEN = "The HTML could not be parsed."


def read_html(data: bytes) -> Reading:
    """Never raises. Places are source lines of the element a block starts with."""
    text, problem = _decoded(data)
    root = _parsed(text)
    if root is None:
        return Reading(problem=problem or (BROKEN if text.strip() else None))
    walk = _Walk(0)
    walk.head(root)
    walk.run(root)
    return Reading(tuple(walk.blocks), tuple(walk.links), problem, anchors_in(text))


def fragment(text: str, lines_before: int) -> tuple[list[Block], list[Link]]:
    """The blocks of a piece of HTML that stands in another text after `lines_before` lines."""
    root = _parsed(text)
    if root is None:
        return [], []
    walk = _Walk(lines_before)
    walk.run(root)
    return walk.blocks, walk.links


def first_target(tag: str) -> str:
    """The target of a link or image tag, or an empty text."""
    match = _TARGET.search(tag)
    return (match[1] or match[2] or match[3] or "") if match else ""


def _decoded(data: bytes) -> tuple[str, str | None]:
    declared = _CHARSET.search(data[:2048])
    name = declared[1].decode("ascii").lower() if declared else ""
    if _CHARSETS.fullmatch(name):
        try:
            return clean(data.decode(name).replace("\r\n", "\n")), None
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data)


def _parsed(text: str) -> etree._Element | None:
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=False)
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _number(element: etree._Element, name: str) -> int:
    value = element.get(name) or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < _SPAN_DIGITS else 1


@dataclass(slots=True)
class _Cell:
    parts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Walk:
    """One pass over start and end events; never recursive, so nesting cannot exhaust the stack."""

    lines_before: int
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    buffer: list[str] = field(default_factory=list)
    start: Place | None = None
    line: int = 1
    silent: int = 0
    quotes: int = 0
    lists: int = 0
    heading: int = 0
    fresh_item: bool = False
    pre: int = 0
    grids: list[Grid] = field(default_factory=list)
    cells: list[_Cell] = field(default_factory=list)
    links_open: list[tuple[list[str], int, str, int]] = field(default_factory=list)

    def head(self, root: etree._Element) -> None:
        title = root.find(".//head/title")
        if title is not None and title.text and title.text.strip():
            self._field("title", title.text, title)
        for meta in root.iterfind(".//meta"):
            name, content = (meta.get("name") or "").lower(), meta.get("content") or ""
            if name in _META and content.strip():
                self._field(name, content, meta)

    def _line_of(self, element: etree._Element) -> int:
        # The parser's stubs leave the type of a source line open; elements made by hand have none.
        line: Any = element.sourceline
        return int(line or 1) + self.lines_before

    def _field(self, name: str, value: str, element: etree._Element) -> None:
        place = Place(line=self._line_of(element))
        self.blocks.append(field_block(name, clean(_SPACE.sub(" ", value).strip()), place))

    def run(self, root: etree._Element) -> None:
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                self._start(tag, element)
            else:
                self._end(tag, element)
            if len(self.blocks) >= MAX_BLOCKS:
                return
        self._flush()

    def _start(self, tag: str, element: etree._Element) -> None:
        if tag in _SILENT:
            self.silent += 1
            return
        if self.silent:
            return
        self.line = self._line_of(element)
        if tag in _BOUNDARIES:
            self._flush()
            _STARTS.get(tag, _Walk.nothing)(self, element)
        elif tag == "br":
            self.buffer.append(_BREAK)
        elif tag in ("a", "img"):
            self._link(tag, element)
        self._text(element.text)

    def _end(self, tag: str, element: etree._Element) -> None:
        if tag in _SILENT:
            self.silent -= 1
        elif not self.silent:
            if tag == "a" and self.links_open:
                self._close_link()
            if tag in _BOUNDARIES:
                self._flush()
                _ENDS.get(tag, _Walk.nothing)(self, element)
        if not self.silent:
            self._text(element.tail)

    def nothing(self, _: etree._Element) -> None:
        """Elements that only separate."""

    def _text(self, text: str | None) -> None:
        if not text:
            return
        if self.start is None and (text.strip() or self.pre):
            self.start = Place(line=self.line)
        self.buffer.append(text.replace("\n", _BREAK) if self.pre else text)

    def _link(self, tag: str, element: etree._Element) -> None:
        target = element.get("href" if tag == "a" else "src")
        if not target or target.startswith("data:"):
            return
        if tag == "img":
            self.links.append(Link(clean(element.get("alt") or ""), clean(target), Place(line=self.line)))
        else:
            self.links_open.append((self.buffer, len(self.buffer), clean(target), self.line))

    def _close_link(self) -> None:
        buffer, position, target, line = self.links_open.pop()
        text = _readable("".join(buffer[position:])) if buffer is self.buffer else ""
        self.links.append(Link(text, target, Place(line=line)))

    def _flush(self) -> None:
        if not self.buffer:
            return
        text = _readable("".join(self.buffer), keep_spaces=bool(self.pre))
        place = self.start or Place(line=self.line)
        self.buffer, self.start = [], None
        if not text:
            return
        if self.cells:
            self.cells[-1].parts.append(text)
        elif not self.grids:
            self.blocks.append(Block(*self._kind(text, place)))
            self.fresh_item = False

    def _kind(self, text: str, place: Place) -> tuple[BlockKind, str, Place, int]:
        if self.pre:
            return BlockKind.CODE, text, place, 0
        if self.quotes:
            return BlockKind.QUOTE, text, place, 0
        if self.heading:
            return BlockKind.HEADING, text, place, self.heading
        if self.lists and self.fresh_item:
            return BlockKind.ITEM, text, place, self.lists
        return BlockKind.PARAGRAPH, text, place, 0

    def start_heading(self, element: etree._Element) -> None:
        self.heading = _HEADINGS[str(element.tag)]

    def end_heading(self, _: etree._Element) -> None:
        self.heading = 0

    def start_list(self, _: etree._Element) -> None:
        self.lists += 1

    def end_list(self, _: etree._Element) -> None:
        self.lists -= 1

    def start_item(self, _: etree._Element) -> None:
        self.fresh_item = True

    def start_quote(self, _: etree._Element) -> None:
        self.quotes += 1

    def end_quote(self, _: etree._Element) -> None:
        self.quotes -= 1

    def start_pre(self, _: etree._Element) -> None:
        self.pre += 1

    def end_pre(self, _: etree._Element) -> None:
        self.pre -= 1

    def start_table(self, _: etree._Element) -> None:
        self.grids.append(Grid(Place(line=self.line)))

    def end_table(self, _: etree._Element) -> None:
        if self.grids:
            block = self.grids.pop().block()
            if block:
                self.blocks.append(block)

    def start_row(self, _: etree._Element) -> None:
        if self.grids:
            self.grids[-1].start_row(Place(line=self.line))

    def start_cell(self, element: etree._Element) -> None:
        if self.grids:
            if element.tag == "dt":
                self.grids[-1].start_row(Place(line=self.line))
            self.cells.append(_Cell())

    def end_cell(self, element: etree._Element) -> None:
        if self.grids and self.cells:
            text = "\n".join(self.cells.pop().parts)
            self.grids[-1].add(text, _number(element, "colspan"), _number(element, "rowspan"))


def _readable(text: str, *, keep_spaces: bool = False) -> str:
    if keep_spaces:
        return clean(text.replace(_BREAK, "\n")).rstrip().strip("\n")
    lines = _SPACE.sub(" ", text).split(_BREAK)
    return clean("\n".join(line.strip() for line in lines)).strip()


_Handler = Callable[[_Walk, etree._Element], None]
_STARTS: dict[str, _Handler] = {
    **dict.fromkeys(_HEADINGS, _Walk.start_heading),
    **dict.fromkeys(("ul", "ol"), _Walk.start_list),
    **dict.fromkeys(_TABLES, _Walk.start_table),
    **dict.fromkeys(_CELLS, _Walk.start_cell),
    "li": _Walk.start_item,
    "blockquote": _Walk.start_quote,
    "pre": _Walk.start_pre,
    "tr": _Walk.start_row,
}
_ENDS: dict[str, _Handler] = {
    **dict.fromkeys(_HEADINGS, _Walk.end_heading),
    **dict.fromkeys(("ul", "ol"), _Walk.end_list),
    **dict.fromkeys(_TABLES, _Walk.end_table),
    **dict.fromkeys(_CELLS, _Walk.end_cell),
    "blockquote": _Walk.end_quote,
    "pre": _Walk.end_pre,
}
