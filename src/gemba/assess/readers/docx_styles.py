"""What a docx paragraph style means. Built-in styles have English names inside whatever the author's language."""

import re
from dataclasses import dataclass

from lxml import etree

from gemba.assess.readers.docx_text import W
from gemba.assess.readers.package import Package, PackageError

_HEADING = re.compile(r"heading ([1-9])")
_LIST = re.compile(r"list (?:bullet|number|paragraph)(?: ([2-9]))?")
_MAX_BASES = 20
_DEEPEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Style:
    heading: int = 0
    listed: int = 0
    quote: bool = False


def styles(package: Package, main: str) -> dict[str, Style]:
    """Meaning by style id. Without a readable styles part every paragraph is plain text."""
    part = next((r.target for r in package.relationships(main).values() if r.kind == "styles" and not r.external), "")
    try:
        root = package.xml(part or "word/styles.xml")
    except PackageError:
        return {}
    elements = {} if root is None else {e.get(f"{W}styleId") or "": e for e in root.iter(f"{W}style")}
    return {name: _meaning(element, elements) for name, element in elements.items()}


def _meaning(element: etree._Element, elements: dict[str, etree._Element]) -> Style:
    """Of the style, or else of the nearest style it is based on."""
    current: etree._Element | None = element
    for _ in range(_MAX_BASES):
        if current is None:
            break
        own = _own(current)
        if own is not None:
            return own
        current = elements.get(_value(current, "basedOn"))
    return Style()


def _value(element: etree._Element, path: str) -> str:
    child = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return "" if child is None else child.get(f"{W}val") or ""


def _own(element: etree._Element) -> Style | None:
    name = _value(element, "name").lower()
    heading = _heading(element, name)
    if heading:
        return Style(heading=heading)
    if "quote" in name:
        return Style(quote=True)
    listed = _LIST.fullmatch(name)
    if listed and "paragraph" not in name:
        return Style(listed=int(listed[1] or 1))
    if _value(element, "pPr/numPr/numId") not in ("", "0"):
        return Style(listed=1)
    return None


def _heading(element: etree._Element, name: str) -> int:
    heading = _HEADING.fullmatch(name)
    if heading:
        return min(int(heading[1]), _DEEPEST_HEADING)
    if name == "title":
        return 1
    outline = _value(element, "pPr/outlineLvl")
    return int(outline) + 1 if outline in tuple("012345") else 0
