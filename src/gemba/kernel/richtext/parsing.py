"""Any HTML as formatted text in its one closed form.

The parser is libxml2's, in time linear in the length and with a bound on depth; what it finds is never passed on but
only read: everything in the result is made anew from the table of what is allowed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HTMLParser

from gemba.kernel.richtext.allowed import (
    DIVISIONS,
    DROPPED,
    HEADINGS,
    LINK_REL,
    LISTS,
    MARKS,
    MAX_ADDRESS,
    MAX_DEPTH,
    MAX_GAP,
    MAX_HTML,
    MAX_NESTING,
    READ_AS,
    SCHEMES,
)
from gemba.kernel.richtext.element import Element, Node
from gemba.kernel.richtext.leaves import BREAK, Leaf, Mark, nested, tidied, with_mark
from gemba.kernel.richtext.tables import table_of

_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ufdd0-\ufdef\ufeff\ufffe\uffff]")
"""Controls, and marks by which a line can show its letters in another order than they are stored."""
_FAR_TAG = re.compile("<[a-zA-Z][^<>]{20000}")
_LIBXML_DEPTH = 255
"""Where the parser stops reading."""
NOTE = re.compile(r"(?:footnote|endnote)-(?:ref-)?\d{1,5}")
"""The names of notes and of the places they are called from."""
_START = re.compile(r"-?\d{1,6}")
_NAME = re.compile(r"[^\x00-\x20\"'<>#]{1,200}")
_TYPES = frozenset("aAiI")
_INNER_SPACE = re.compile(r"[\x00-\x20]+")


class RichTextError(ValueError):
    """The text is not taken; the message is a sentence for a person."""


TOO_LONG = f"The text is too long: a document may hold {MAX_HTML:,} characters with its formatting."
TOO_DEEP = "The text could not be read: lists or tables lie within one another more than a hundred times."
FAR_TAG = "The text could not be read: one of its tags is thousands of letters long."


def blocks_of(html: str) -> tuple[Element, ...]:
    """The blocks of a text, from whatever source, without identifiers of headings.

    Raises `RichTextError` for text too long or too deeply nested to be a document's.
    """
    body = document_of(html)
    if body is None:
        return ()
    reader = _Reader(_Flow())
    reader.inside(body, (), 0)
    return reader.flow.finished()


def document_of(html: str) -> etree._Element | None:
    """The parser's tree; None where there is nothing. Raises `RichTextError` as `blocks_of` does."""
    if len(html) > MAX_HTML:
        raise RichTextError(TOO_LONG)
    if _FAR_TAG.search(html):
        raise RichTextError(FAR_TAG)
    data = html.encode("utf-8", "replace")
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root: etree._Element | None = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest >= _LIBXML_DEPTH:
        raise RichTextError(TOO_DEEP)
    return root


@dataclass(slots=True)
class _Flow:
    """The blocks of one container, being collected. In a flow of one line, a block's edge is only a blank."""

    one_line: bool = False
    blocks: list[Element] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Identifiers of bookmarks met since the last block."""

    def add(self, text: str | None, marks: tuple[Mark, ...]) -> None:
        if not text:
            return
        kept = text if text.isascii() and text.isprintable() else _UNWANTED.sub("", text)
        if kept:
            self.leaves.append(Leaf(kept if kept != BREAK else " ", marks))

    def edge(self) -> None:
        """A block begins or ends here."""
        if self.one_line:
            self.leaves.append(Leaf(" "))
            return
        if not self.leaves:
            return
        leaves = tidied(self.leaves)
        self.leaves = []
        if leaves:
            self.blocks.append(Element("p", nested(leaves), self.taken_names()))

    def taken_names(self) -> tuple[tuple[str, str], ...]:
        names, self.names = self.names, []
        return (("names", " ".join(names)),) if names else ()

    def finished(self) -> tuple[Element, ...]:
        self.edge()
        return tuple(self.blocks)

    def line(self) -> tuple[Node, ...]:
        return nested(tidied(self.leaves))


@dataclass(slots=True)
class _Reader:
    flow: _Flow
    nesting: int = 0

    def inside(self, parent: etree._Element, marks: tuple[Mark, ...], depth: int) -> None:
        """Everything within an element."""
        if depth > MAX_DEPTH:
            self.flow.add("".join(_typed(parent)), marks)
            return
        self.flow.add(parent.text, marks)
        for child in parent:
            self._element(child, _tag(child), marks, depth)
            self.flow.add(child.tail, marks)

    def _element(self, element: etree._Element, written: str, marks: tuple[Mark, ...], depth: int) -> None:
        tag = READ_AS.get(written, written)
        if tag in DROPPED:
            return
        self._bookmark(element)
        if tag == "br":
            self.flow.leaves.append(Leaf(BREAK, marks))
        elif tag in MARKS:
            mark = _mark(tag, element)
            self.inside(element, with_mark(marks, mark) if mark else marks, depth + 1)
        elif tag in _BLOCKS and not self.flow.one_line and (tag not in _NESTING or self.nesting < MAX_NESTING):
            self.flow.edge()
            self.flow.blocks += _BLOCKS[tag](self, element, depth + 1)
        elif tag in DIVISIONS or tag in _BLOCKS:
            self.flow.edge()
            self.inside(element, marks, depth + 1)
            self.flow.edge()
        else:
            self.inside(element, marks, depth + 1)

    def _bookmark(self, element: etree._Element) -> None:
        if not element.attrib:
            return
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name and _NAME.fullmatch(name):
                self.flow.names.append(_note_name(name))

    def _within(self, element: etree._Element, depth: int, *, one_line: bool = False) -> _Flow:
        """A flow of its own for what an element holds."""
        outer, self.flow = self.flow, _Flow(one_line=one_line)
        self.inside(element, (), depth)
        inner, self.flow = self.flow, outer
        return inner

    def heading(self, element: etree._Element, depth: int) -> list[Element]:
        inner = self._within(element, depth, one_line=True)
        line = inner.line()
        self.flow.names += inner.names
        return [Element(element.tag.lower(), line, self.flow.taken_names())] if line else []

    def code(self, element: etree._Element, _: int) -> list[Element]:
        text = _UNWANTED.sub("", "".join(_typed(element))).replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", text.replace("\f", "\n").strip("\n"))
        return [Element("pre", (Element("code", (text,)),))] if text.strip() else []

    def rule(self, _element: etree._Element, _depth: int) -> list[Element]:
        return [Element("hr")]

    def quote(self, element: etree._Element, depth: int) -> list[Element]:
        self.nesting += 1
        blocks = self._within(element, depth).finished()
        self.nesting -= 1
        return [Element("blockquote", blocks)] if blocks else []

    def items(self, element: etree._Element, depth: int) -> list[Element]:
        """A list. What stands in it outside an item goes to the item before."""
        self.nesting += 1
        items: list[Element] = []
        self._loose(element.text, items)
        for child in element:
            if _tag(child) not in DROPPED:
                self._item(child, items, depth)
            self._loose(child.tail, items)
        self.nesting -= 1
        tag = element.tag.lower()
        kept = tuple(item for item in items if item.children or len(items) > 1)
        return [Element(tag, kept, _numbering(element) if tag == "ol" else ())] if kept else []

    def _loose(self, text: str | None, items: list[Element]) -> None:
        flow = _Flow()
        flow.add(text, ())
        self._extend(items, flow.finished())

    def _item(self, child: etree._Element, items: list[Element], depth: int) -> None:
        if child.tag.lower() == "li":
            flow = self._within(child, depth + 1)
            note = next((name for name in [child.get("id") or "", *flow.names] if NOTE.fullmatch(name)), "")
            blocks = flow.finished()
            note = note or _note_within(blocks)
            items.append(Element("li", blocks, (("id", note),) if note else ()))
            return
        outer, self.flow = self.flow, _Flow()
        self._element(child, child.tag.lower(), (), depth + 1)
        inner, self.flow = self.flow, outer
        self._extend(items, inner.finished())

    @staticmethod
    def _extend(items: list[Element], blocks: tuple[Element, ...]) -> None:
        if blocks and items:
            last = items[-1]
            items[-1] = Element("li", (*last.children, *blocks), last.attributes)
        elif blocks:
            items.append(Element("li", blocks))

    def table(self, element: etree._Element, depth: int) -> list[Element]:
        self.nesting += 1
        before: list[Element] = []
        rows: list[tuple[bool, list[Element]]] = []
        for part, in_head in _parts(element):
            if part.tag.lower() != "tr":
                before += self._within(part, depth + 1).finished()
                continue
            cells = [self._cell(cell, depth + 2) for cell in part if cell.tag in ("td", "th")]
            rows.append((in_head, cells))
        self.nesting -= 1
        made = table_of(rows)
        return [*before, made] if made else before

    def _cell(self, cell: etree._Element, depth: int) -> Element:
        blocks = self._within(cell, depth).finished()
        spans = tuple((name, value) for name in ("colspan", "rowspan") if (value := cell.get(name)))
        scope = cell.get("scope", "").lower()
        named = (("scope", scope),) if cell.tag == "th" and scope in ("row", "col") else ()
        return Element(cell.tag, blocks, (*spans, *named))


def _tag(element: etree._Element) -> str:
    """The name of an element; whatever has none is dropped as a script is."""
    tag: object = element.tag
    return tag.lower() if isinstance(tag, str) else "script"


_NESTING = frozenset({"blockquote", "ul", "ol", "table"})
_BLOCKS: dict[str, Callable[[_Reader, etree._Element, int], list[Element]]] = {
    **dict.fromkeys(HEADINGS, _Reader.heading),
    **dict.fromkeys(LISTS, _Reader.items),
    "pre": _Reader.code,
    "listing": _Reader.code,
    "hr": _Reader.rule,
    "blockquote": _Reader.quote,
    "table": _Reader.table,
}


def _typed(element: etree._Element) -> Iterator[str]:
    """The text as typed, line breaks as newlines."""
    skipped: etree._Element | None = None
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "end":
            skipped = None if each is skipped else skipped
            yield (each.tail or "") if skipped is None and each is not element else ""
        elif skipped is None and _tag(each) in DROPPED:
            skipped = each
        elif skipped is None:
            yield "\n" if each.tag == "br" else ""
            yield each.text or ""


def _parts(table: etree._Element) -> list[tuple[etree._Element, bool]]:
    """Rows and whatever else a table holds, in their order; whether each stands in the head."""
    found: list[tuple[etree._Element, bool]] = []
    for child in table:
        tag = _tag(child)
        if tag in ("thead", "tbody", "tfoot"):
            found += ((row, tag == "thead") for row in child if row.tag == "tr")
        elif tag not in DROPPED and tag not in ("colgroup", "col"):
            found.append((child, False))
    return found


def _note_name(name: str) -> str:
    """Word keeps no hyphen in the name of a place."""
    return hyphened if NOTE.fullmatch(hyphened := name.replace("_", "-")) else name


def _note_within(blocks: tuple[Element, ...]) -> str:
    """The name of a footnote where its bookmark stood within the item's first paragraph."""
    names = blocks[0].get("names").split(" ") if blocks else []
    return next((name for name in names if NOTE.fullmatch(name) and "-ref-" not in name), "")


def _numbering(element: etree._Element) -> tuple[tuple[str, str], ...]:
    start = element.get("start", "").strip()
    kind = element.get("type", "")
    kept = [("start", str(int(start)))] if _START.fullmatch(start) and int(start) != 1 else []
    return tuple(kept + ([("type", kind)] if kind in _TYPES else []))


def _mark(tag: str, element: etree._Element) -> Mark | None:
    if tag == "a":
        return _link(element)
    if tag == "mark":
        gap = " ".join(_UNWANTED.sub("", element.get("data-gap") or "").split())[:MAX_GAP].strip()
        return ("mark", (("data-gap", gap),)) if gap else None
    return (tag, ())


def _link(element: etree._Element) -> Mark | None:
    address = safe_address(element.get("href") or "")
    if address.startswith("#"):
        address = f"#{_note_name(address[1:])}"
    if not address:
        return None
    name = element.get("id") or ""
    named = (("id", name),) if NOTE.fullmatch(name) and "-ref-" in name else ()
    return ("a", (("href", address), *named, ("rel", LINK_REL)))


def safe_address(address: str) -> str:
    """The address where a link may lead there: the web, a mail, a page of this installation or a place in the text.

    Otherwise nothing: a link without an address becomes its text.
    """
    address = _INNER_SPACE.sub("", _UNWANTED.sub("", address))
    if not address or len(address) > MAX_ADDRESS or "\\" in address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme:
        return address if parts.scheme.lower() in SCHEMES else ""
    return address if address.startswith("#") or (address.startswith("/") and not address.startswith("//")) else ""
