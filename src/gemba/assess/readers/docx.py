"""docx as blocks. Tracked changes are read as accepted: inserted text counts, deleted text does not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from gemba.assess.readers.blocks import Block, BlockKind, Link, Place, Reading
from gemba.assess.readers.decoding import clean
from gemba.assess.readers.docx_styles import Style, styles
from gemba.assess.readers.docx_text import ParagraphText, W, paragraph_text
from gemba.assess.readers.grid import Grid
from gemba.assess.readers.labels import labelled
from gemba.assess.readers.limits import MAX_BLOCKS, MAX_DEPTH
from gemba.assess.readers.package import Package, PackageError, Relationship
from gemba.assess.readers.properties import properties

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WRAPPERS = (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag")
_HEADING_LENGTH = 100
_MAX_MARGINAL = 100
"""Fields of one page header or footer."""
_NO_DOCUMENT = "The file is damaged: it has no document part."


def read_docx(data: bytes) -> Reading:
    """Never raises for a bad archive. `Place.line` counts paragraphs and table rows from 1, in reading order."""
    try:
        package = Package(data)
        main = package.main_part("word/document.xml")
        root = package.xml(main)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            return Reading(problem=_NO_DOCUMENT)
        targets = package.relationships(main)
        walk = _Walk(styles(package, main), targets)
        walk.children(body)
        fields = properties(package)
    except PackageError as error:
        return Reading(problem=str(error))
    marginal, problem = _margins(package, body, targets)
    return Reading((*fields, *marginal, *walk.finished()), tuple(walk.links), problem)


@dataclass(slots=True)
class _Walk:
    styles: dict[str, Style]
    targets: dict[str, Relationship]
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    bold: list[int] = field(default_factory=list)
    """Indexes of blocks that are bold throughout: the headings of documents made without heading styles."""
    ordinal: int = 0

    def children(self, parent: etree._Element) -> None:
        for element in _flattened(parent):
            if element.tag == f"{W}p":
                self.paragraph(element)
            else:
                self.table(element, 0)
            if len(self.blocks) >= MAX_BLOCKS:
                return

    def paragraph(self, element: etree._Element) -> None:
        content = paragraph_text(element)
        if not content.text and not content.boxes:
            return
        self.ordinal += 1
        place = Place(line=self.ordinal)
        self._collect_links(content, place)
        if content.text:
            kind, level = self._kind(element)
            if content.bold and len(content.text) <= _HEADING_LENGTH and content.text[-1] not in ".,;:":
                self.bold.append(len(self.blocks))
            self.blocks.append(Block(kind, content.text, place, level))
        for box in content.boxes:
            self.children(box)

    def _collect_links(self, content: ParagraphText, place: Place) -> None:
        for text, reference, target in content.links:
            known = self.targets.get(reference)
            written = known.target if known and reference else ""
            full = f"{written}{target}"
            if full:
                self.links.append(Link(text, clean(full), place))

    def _kind(self, element: etree._Element) -> tuple[BlockKind, int]:
        properties_ = element.find(f"{W}pPr")
        style, listed, outline = Style(), None, None
        if properties_ is not None:
            named = properties_.find(f"{W}pStyle")
            style = self.styles.get(_value(named), style)
            listed = _list_level(properties_)
            outline = _outline(properties_)
        heading = outline or style.heading
        if heading:
            return BlockKind.HEADING, heading
        if style.quote:
            return BlockKind.QUOTE, 0
        level = style.listed if listed is None else listed
        return (BlockKind.ITEM, level) if level else (BlockKind.PARAGRAPH, 0)

    def table(self, element: etree._Element, depth: int) -> None:
        grid = Grid(Place(line=self.ordinal + 1))
        nested: list[etree._Element] = []
        for row in _flattened(element, f"{W}tr"):
            self.ordinal += 1
            place = Place(line=self.ordinal)
            grid.start_row(place)
            for cell in _flattened(row, f"{W}tc"):
                self._cell(cell, grid, place, nested)
        block = grid.block()
        if block is not None and any(any(row.cells) for row in block.rows):
            self.blocks.append(block)
        for inner in nested if depth < MAX_DEPTH else ():
            self.table(inner, depth + 1)

    def _cell(self, cell: etree._Element, grid: Grid, place: Place, nested: list[etree._Element]) -> None:
        properties_ = cell.find(f"{W}tcPr")
        columns, continued = 1, False
        if properties_ is not None:
            span = _value(properties_.find(f"{W}gridSpan"))
            columns = int(span) if span.isascii() and span.isdigit() else 1
            merge = properties_.find(f"{W}vMerge")
            continued = merge is not None and _value(merge) != "restart"
        lines: list[str] = []
        for element in _flattened(cell):
            if element.tag == f"{W}tbl":
                nested.append(element)
                continue
            content = paragraph_text(element)
            self._collect_links(content, place)
            lines.extend(_with_boxes(content))
        if continued:
            grid.cover(columns)
        else:
            grid.add("\n".join(lines), columns)

    def finished(self) -> list[Block]:
        """The blocks; where no heading style is used at all, short bold paragraphs are the headings."""
        if not any(block.kind is BlockKind.HEADING for block in self.blocks):
            for index in self.bold:
                if self.blocks[index].kind is not BlockKind.QUOTE:
                    self.blocks[index] = self.blocks[index]._replace(kind=BlockKind.HEADING, level=1)
        return self.blocks


def _with_boxes(content: ParagraphText) -> list[str]:
    lines = [content.text] if content.text else []
    for box in content.boxes:
        lines.extend(text for text in (paragraph_text(p).text for p in box.iter(f"{W}p")) if text)
    return lines


def _flattened(parent: etree._Element, wanted: str | None = None) -> Iterator[etree._Element]:
    """Paragraphs and tables (or elements of one kind) in order, through content controls and accepted changes."""
    pending = [iter(parent)]
    while pending:
        element = next(pending[-1], None)
        if element is None:
            pending.pop()
        elif element.tag in _WRAPPERS and len(pending) < MAX_DEPTH:
            pending.append(iter(element))
        elif element.tag == wanted or (wanted is None and element.tag in (f"{W}p", f"{W}tbl")):
            yield element


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val") or ""


def _list_level(paragraph_properties: etree._Element) -> int | None:
    """The list depth; 0 where numbering is switched off; None where the paragraph does not say."""
    numbering = paragraph_properties.find(f"{W}numPr")
    if numbering is None:
        return None
    if _value(numbering.find(f"{W}numId")) == "0":
        return 0
    level = _value(numbering.find(f"{W}ilvl"))
    return int(level) + 1 if level.isascii() and level.isdigit() else 1


def _outline(paragraph_properties: etree._Element) -> int | None:
    level = _value(paragraph_properties.find(f"{W}outlineLvl"))
    return int(level) + 1 if level in tuple("012345") else None


def _margins(
    package: Package, body: etree._Element, targets: dict[str, Relationship]
) -> tuple[list[Block], str | None]:
    """Headers and footers of the first section: document numbers and revisions live there."""
    section = next(body.iter(f"{W}sectPr"), None)
    found: list[Block] = []
    problem = None
    for element in () if section is None else section:
        name = str(element.tag).removeprefix(W).removesuffix("Reference")
        target = targets.get(element.get(f"{_R}id") or "")
        if name not in ("header", "footer") or target is None or target.external:
            continue
        try:
            root = package.xml(target.target)
        except PackageError as error:
            problem = str(error)
            continue
        if root is not None:
            found.extend(block for block in islice(_marginal(root, name), _MAX_MARGINAL) if block not in found)
    return found, problem


def _marginal(root: etree._Element, name: str) -> Iterator[Block]:
    place = Place(cell=f"page {name}")
    walk = _Walk({}, {})
    walk.children(root)
    for block in walk.blocks:
        rows = [row.cells for row in block.rows] if block.rows else [(block.text,)]
        for cells in rows:
            yield from labelled(cells, name, place)
