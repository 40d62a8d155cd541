"""A controlled document as a Word file, in styles, lists and tables that a person can go on working with."""

import datetime as dt
import io
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from gemba.export.controlled_document import ControlledDocument, day
from gemba.export.docx_parts import (
    LEVELS,
    Numberings,
    Xml,
    allowed,
    character_style,
    counter,
    line_break,
    made,
    paragraph_style,
    style_id,
    words,
)
from gemba.kernel.richtext.allowed import HEADINGS
from gemba.kernel.richtext.element import Element, Node, text_of, walk
from gemba.kernel.richtext.stored import stored
from gemba.kernel.richtext.tables import Placed, grid

_WIDTH: Final = 9638
"""Of the text, in twentieths of a point: A4 with margins of 20 mm."""
_MONO: Final = "Consolas"
_SOFT: Final = "5F5B53"
_ALARM: Final = "8C1C13"
_MOST_CONTINUED: Final = 3
"""Levels for which Word has a style of continued list items."""


def controlled_docx(document: ControlledDocument) -> bytes:
    """The Word file. Page head and foot carry identity, mark and page numbers; the body is the text alone."""
    file = Document()
    _set_up(file, document)
    body = file.element.body
    for old in list(body)[:-1]:
        body.remove(old)
    writer = _Writer(file)
    for element in writer.blocks(stored(document.html)):
        body.insert(len(body) - 1, element)
    writer.numberings.write()
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def _set_up(file: Any, document: ControlledDocument) -> None:
    properties = file.core_properties
    properties.title, properties.identifier = allowed(document.title)[:255], allowed(document.number)[:255]
    properties.version, properties.author = allowed(document.revision)[:255], allowed(document.owner)[:255]
    properties.comments, properties.subject = "", allowed(document.kind)[:255]
    properties.language = document.language
    at = document.made_at.astimezone(dt.UTC).replace(tzinfo=None)
    properties.created = properties.modified = at
    section = file.sections[0]
    section.page_width, section.page_height = 11906 * 635, 16838 * 635
    section.left_margin = section.right_margin = 1134 * 635
    styles = file.styles.element
    for name in ("Normal", *(f"Heading {level}" for level in range(1, 7))):
        file.styles[name].font.name = "Calibri"
        for theme in [each for each in file.styles[name].element.iter() if each.tag.endswith("}rFonts")]:
            for key in [key for key in theme.attrib if "Theme" in key]:
                del theme.attrib[key]
    shade = made("shd", val="clear", color="auto", fill="F2EFE9")
    font = made("rFonts", ascii=_MONO, hAnsi=_MONO, cs=_MONO)
    bottom = made("pBdr", made("bottom", val="single", sz=6, space=1, color="B9B3A7"))
    styles.append(paragraph_style("Code", paragraph=(shade,), run=(font, made("sz", val=19))))
    styles.append(paragraph_style("Rule", paragraph=(bottom,)))
    styles.append(paragraph_style("Table Heading", run=(made("b"),)))
    styles.append(character_style("Gap", made("shd", val="clear", color="auto", fill="FCF0D4")))
    styles.append(character_style("Code Char", made("rFonts", ascii=_MONO, hAnsi=_MONO, cs=_MONO)))
    _margins(section, document)


def _margins(section: Any, document: ControlledDocument) -> None:
    """Head and foot of every page."""
    soft = (made("color", val=_SOFT), made("sz", val=18))
    bold = (made("b"),)
    effective = _("Effective %(date)s") % {"date": day(document.effective)} if document.effective else document.state
    left = [[words(document.company, soft_copy(soft))], [words(document.title, bold)]]
    right = [
        [words(f"{document.number}, {_('revision')} {document.revision}", soft_copy(bold))],
        [words(effective, soft_copy(soft))],
    ]
    header = section.header._element
    for old in list(header):
        header.remove(old)
    header.append(_two_columns(left, right))
    alarm = (made("b"), made("color", val=_ALARM), made("sz", val=28))
    header.append(made("p", made("pPr", made("jc", val="center")), words(document.mark.words, alarm)))
    footer = section.footer._element
    for old in list(footer):
        footer.remove(old)
    pages = [
        words(f"{_('Page')} ", soft_copy(soft)),
        counter("PAGE", soft_copy(soft)),
        words(f" {_('of')} ", soft_copy(soft)),
        counter("NUMPAGES", soft_copy(soft)),
    ]
    digest = [words(f"SHA-256 {document.fingerprint[:16]}", soft_copy(soft))]
    footer.append(_two_columns([[words(document.statement, soft_copy(soft))]], [pages, digest]))
    footer.append(made("p"))


def soft_copy(properties: tuple[Xml, ...]) -> tuple[Xml, ...]:
    """The same run properties for another run: an element of XML has one place."""
    return tuple(made(each.tag.rpartition("}")[2], **_attributes(each)) for each in properties)


def _attributes(element: Xml) -> dict[str, str]:
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


def _two_columns(left: list[list[Xml]], right: list[list[Xml]]) -> Xml:
    widths = (_WIDTH * 2 // 3, _WIDTH // 3)
    cells = []
    for width, lines, side in zip(widths, (left, right), ("left", "right"), strict=True):
        paragraphs = [made("p", made("pPr", made("jc", val=side)), *runs) for runs in lines]
        cells.append(made("tc", made("tcPr", made("tcW", w=width, type="dxa")), *paragraphs))
    columns = made("tblGrid", *(made("gridCol", w=width) for width in widths))
    return made("tbl", made("tblPr", made("tblW", w=_WIDTH, type="dxa")), columns, made("tr", *cells))


class _Writer:
    """Cleaned blocks as elements of a document's body."""

    def __init__(self, file: Any) -> None:
        self._part = file.part
        self.numberings = Numberings(file.part.numbering_part.element)
        self._bullets = 0
        self._places: dict[str, str] = {}
        self._marks = 0

    def blocks(self, blocks: tuple[Element, ...]) -> list[Xml]:
        for each in walk(blocks):
            if each.tag in (*HEADINGS, "li") and (name := each.get("id")):
                note = each.tag == "li"
                self._places[name] = name.replace("-", "_") if note else f"place_{len(self._places) + 1}"
        return [piece for block in blocks for piece in self._block(block)]

    def _block(self, block: Element, style: str = "") -> list[Xml]:
        if block.tag in ("ul", "ol"):
            return self._list(block, 0)
        if block.tag == "table":
            return [self._table(block), made("p")]
        if block.tag == "pre":
            lines = text_of(block).split("\n")
            return [self._paragraph((line,) if line else (), "Code") for line in lines]
        if block.tag == "blockquote":
            return [piece for each in block.elements() for piece in self._block(each, "Quote")]
        named = {"hr": "Rule", "p": style}.get(block.tag, f"Heading {block.tag[1:]}")
        return [self._paragraph(block.children, named, place=block.get("id"))]

    def _paragraph(
        self, children: tuple[Node, ...], style: str, *, place: str = "", listed: tuple[int, int] | None = None
    ) -> Xml:
        properties = [made("pStyle", val=style_id(style))] if style else []
        if listed:
            properties.append(made("numPr", made("ilvl", val=listed[1]), made("numId", val=listed[0])))
        runs = self._runs(children, ())
        return made("p", made("pPr", *properties), *self._placed(place, runs))

    def _placed(self, place: str, runs: list[Xml]) -> list[Xml]:
        if place not in self._places:
            return runs
        self._marks += 1
        start = made("bookmarkStart", id=self._marks, name=self._places[place])
        return [start, made("bookmarkEnd", id=self._marks), *runs]

    def _list(self, block: Element, level: int) -> list[Xml]:
        level = min(level, LEVELS - 1)
        if block.tag == "ul":
            self._bullets = self._bullets or self.numberings.bullets()
            number = self._bullets
        else:
            number = self.numberings.numbers(block.get("type"), level, int(block.get("start", "1")))
        found: list[Xml] = []
        for item in block.elements():
            found += self._item(item, number, level)
        return found

    def _item(self, item: Element, number: int, level: int) -> list[Xml]:
        blocks = list(item.elements())
        first = blocks.pop(0).children if blocks and blocks[0].tag == "p" else ()
        found = [self._paragraph(first, "", place=item.get("id"), listed=(number, level))]
        depth = min(level + 1, _MOST_CONTINUED)
        more = "List Continue" if depth == 1 else f"List Continue {depth}"
        for block in blocks:
            found += self._list(block, level + 1) if block.tag in ("ul", "ol") else self._block(block, more)
        return found

    def _runs(self, nodes: tuple[Node, ...], marks: tuple[str, ...]) -> list[Xml]:
        found: list[Xml] = []
        for node in nodes:
            if isinstance(node, str):
                found.append(words(node, _run_properties(marks)))
            elif node.tag == "br":
                found.append(line_break())
            elif node.tag == "a":
                found += self._link(node, marks)
            else:
                found += self._runs(node.children, (*marks, node.tag))
        return found

    def _link(self, node: Element, marks: tuple[str, ...]) -> list[Xml]:
        address = node.get("href")
        runs = self._runs(node.children, (*marks, "a"))
        if address.startswith("#"):
            place = self._places.get(address[1:])
            return [made("hyperlink", *runs, anchor=place)] if place else runs
        link = made("hyperlink", *runs)
        relation = self._part.relate_to(allowed(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", relation)
        return [link]

    def _table(self, table: Element) -> Xml:
        laid = grid(table)
        width = _WIDTH // max(laid.columns, 1)
        borders = [
            made(side, val="single", sz=4, space=0, color="B9B3A7")
            for side in ("top", "left", "bottom", "right", "insideH", "insideV")
        ]
        columns = made("tblGrid", *(made("gridCol", w=width) for _column in range(laid.columns)))
        found = made("tbl", made("tblPr", made("tblW", w=_WIDTH, type="dxa"), made("tblBorders", *borders)), columns)
        below: dict[int, Placed] = {}
        for number, row in enumerate(laid.cells):
            head = (made("cantSplit"), made("tblHeader")) if number < laid.head else (made("cantSplit"),)
            found.append(made("tr", made("trPr", *head), *self._cells(number, row, laid.columns, width, below)))
        return found

    def _cells(
        self, number: int, row: tuple[Placed, ...], columns: int, width: int, below: dict[int, Placed]
    ) -> list[Xml]:
        """The cells of one row. Word wants every place filled: under a tall cell, and where there is none."""
        starts = {each.column: each for each in row}
        found: list[Xml] = []
        column = 0
        while column < columns:
            placed = starts.get(column)
            above = below.get(column)
            if placed is not None:
                found.append(self._cell(placed, width))
                if placed.rows > 1:
                    below[column] = placed
                column += placed.columns
            elif above is not None and above.row < number < above.row + above.rows:
                found.append(_cell_of(above.columns, width, made("vMerge"), made("p")))
                column += above.columns
            else:
                found.append(_cell_of(1, width, None, made("p")))
                column += 1
        return found

    def _cell(self, placed: Placed, width: int) -> Xml:
        heading = placed.cell.tag == "th"
        content = [
            x for block in placed.cell.elements() for x in self._block(block, "Table Heading" if heading else "")
        ]
        if not content or content[-1].tag != made("p").tag:
            content.append(made("p"))
        merge = made("vMerge", val="restart") if placed.rows > 1 else None
        return _cell_of(placed.columns, width, merge, *content, shaded=heading)


def _cell_of(columns: int, width: int, merge: Xml | None, *content: Xml, shaded: bool = False) -> Xml:
    properties = [made("tcW", w=width * columns, type="dxa")]
    properties += [made("gridSpan", val=columns)] if columns > 1 else []
    properties += [merge] if merge is not None else []
    properties += [made("shd", val="clear", color="auto", fill="F2EFE9")] if shaded else []
    return made("tc", made("tcPr", *properties), *content)


def _run_properties(marks: tuple[str, ...]) -> tuple[Xml, ...]:
    """In the order the format's schema asks for."""
    found: list[Xml] = []
    if "mark" in marks or "code" in marks:
        found.append(made("rStyle", val=style_id("Gap" if "mark" in marks else "Code Char")))
    found += [made(name) for tag, name in (("strong", "b"), ("em", "i"), ("s", "strike")) if tag in marks]
    if "a" in marks:
        found.append(made("color", val="1C4F8C"))
    if "u" in marks:
        found.append(made("u", val="single"))
    if "sub" in marks or "sup" in marks:
        found.append(made("vertAlign", val="subscript" if "sub" in marks else "superscript"))
    return tuple(found)
