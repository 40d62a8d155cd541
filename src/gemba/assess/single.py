"""One controlled text held against the same rules as a folder of files, by whoever keeps its facts as columns.

The facts that a file would state in its header (number, owner, dates) are given beside the text, so that the rules on
missing owners and contradicting dates judge them too. Places are the headings of the text. Nothing is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from gemba.assess.conclude import Catalogued
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.document import extract
from gemba.assess.findings import content, dates, links, numbers, standards
from gemba.assess.findings.folder import Folder, StandardEditions, quoted
from gemba.assess.judge import claim_table
from gemba.assess.matching import NameIndex
from gemba.assess.model import Document, Fact, Finding, Kind, TemplateMatch
from gemba.assess.readers.blocks import Block, BlockKind, Place, Reading
from gemba.assess.readers.front_matter import field
from gemba.assess.readers.html import read_html
from gemba.evidence.catalogue.load import frameworks_around
from gemba.evidence.catalogue.standards import known_standards

FRAMEWORK = "iso13485"
"""Whose clauses a bare number in a quality system's own text means."""
_RULES = (content, dates, links, standards)
_HEADER = Place(cell="the document's own facts")


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its facts. `facts` are labels and values as a document header has them; values may be empty."""

    number: str
    title: str
    html: str
    facts: Mapping[str, str]

    @property
    def path(self) -> str:
        return f"{self.number} {self.title}.html"


@dataclass(frozen=True, slots=True)
class Named:
    """Another document of the company, by the names by which texts cite it."""

    number: str
    title: str


@cache
def catalogued() -> Catalogued:
    """All frameworks that come with Gemba, and the standards whose editions are known."""
    known = frameworks_around(FRAMEWORK)
    return Catalogued(known[FRAMEWORK], known, known_standards())


@cache
def _citations() -> Citations:
    return Citations.of(catalogued().frameworks.values(), catalogued().standards)


@cache
def _editions() -> Mapping[str, StandardEditions]:
    return catalogued().editions()


def extracted(text: Text, *, template: TemplateMatch | None = None) -> Document:
    """What the text says of itself: claims, standards, references, placeholders. Any text gives a document."""
    reading = read_html(_lined(text.html).encode())
    facts = {"Document number": text.number, "Title": text.title, **text.facts}
    header = tuple(field(label, value, _HEADER) for label, value in facts.items())
    sections = _sections(reading.blocks)
    read = Reading((*header, *reading.blocks), reading.links, reading.problem, reading.anchors)
    found = extract(text.path, "html", read, _citations(), with_shingles=False)
    placed = {name: _placed(value, sections) for name, value in zip(found._fields, found, strict=True)}
    return found._replace(**{**placed, "template": template})


def names_of(others: Iterable[Named]) -> NameIndex:
    """The documents that texts may cite. Made once for many texts: it is linear in the names."""
    return NameIndex([_stub(other.number, other.title) for other in others])


def judged(document: Document, index: NameIndex, as_of: date) -> list[Finding]:
    """What the rules say of one document, as of a day, among those it may cite, itself with them. The gravest first."""
    folder = _folder(document, index, as_of)
    found = [finding for rules in _RULES for finding in rules.findings(folder)]
    found += numbers.cited(folder)
    order = ("high", "medium", "low")
    return sorted(found, key=lambda each: order.index(each.severity))


def _folder(document: Document, index: NameIndex, as_of: date) -> Folder:
    documents = (document,)
    return Folder(
        documents=documents,
        files=frozenset({document.path}),
        frameworks=catalogued().frameworks,
        framework=catalogued().framework,
        editions=_editions(),
        as_of=as_of,
        index=index,
        table=claim_table(documents, index),
        clauses=(),
    )


@cache
def _stub(number: str, title: str) -> Document:
    return Document(
        path=f"{number} {title}.html", format="html", title=title, kind=Kind.TECHNICAL, number=Fact(number, _HEADER)
    )


def _lined(html: str) -> str:
    """Each block begins a line, so that places can be told apart."""
    return f"<html><body>{html}</body></html>".replace("><", ">\n<")


def _sections(blocks: Iterable[Block]) -> dict[int, str]:
    """Source line to the heading a block stands under."""
    found: dict[int, str] = {}
    heading = ""
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            heading = " ".join(block.text.split())
        for place in (block.place, *(row.place for row in block.rows)):
            if place.line is not None:
                found[place.line] = heading
    return found


def _placed(value: Any, sections: Mapping[int, str]) -> Any:
    """Facts with the heading as their place instead of a line nobody sees."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_placed(each, sections) for each in value)
    place = getattr(value, "place", None)
    if not isinstance(place, Place):
        return value
    return value._replace(place=_named(place, sections))


def _named(place: Place, sections: Mapping[int, str]) -> Place:
    if place.line is None:
        return place
    heading = sections.get(place.line, "")
    return Place(cell=f"under {quoted(heading)}" if heading else "at the beginning")


def clauses_named(document: Document) -> Iterator[tuple[str, str, str]]:
    """Framework, clause and place of each clause the text says it covers or mentions, claims before mentions."""
    for claim in sorted(document.claims, key=lambda each: each.source == "mention"):
        if claim.known:
            yield claim.framework, claim.clause, str(claim.place)
