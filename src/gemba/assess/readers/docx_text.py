"""The readable text of one docx paragraph."""

import re
from dataclasses import dataclass, field

from lxml import etree

from gemba.assess.readers.decoding import clean

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXTS = (f"{W}t", f"{_M}t")
_BREAKS = (f"{W}br", f"{W}cr")
_CHARACTERS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}noBreakHyphen": "-"}
_SKIPPED = (f"{W}del", f"{W}moveFrom", f"{_MC}Fallback", f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}rt")
_OFF = ("0", "false", "off")
_SPACES = re.compile(r"[ \t]+")
_HYPERLINK = re.compile(r'HYPERLINK\s+(?:\\l\s+)?"([^"]*)"')


@dataclass(slots=True)
class ParagraphText:
    text: str = ""
    bold: bool = False
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Text, relationship id (or empty), and anchor or target written in place."""
    boxes: list[etree._Element] = field(default_factory=list)
    """Contents of text boxes anchored here; they hold paragraphs of their own."""


def paragraph_text(paragraph: etree._Element) -> ParagraphText:
    """Walks without recursion; skipped subtrees (deletions, fallbacks of newer drawings) are never entered."""
    found = ParagraphText()
    parts: list[str] = []
    bold, light = False, False
    pending: list[etree._Element] = list(reversed(paragraph))
    while pending:
        element = pending.pop()
        tag = element.tag
        if tag in _TEXTS:
            text = element.text or ""
            parts.append(text)
            if text.strip():
                heavy = _is_bold(element.getparent())
                bold, light = bold or heavy, light or not heavy
        elif tag == f"{W}txbxContent":
            found.boxes.append(element)
        elif tag not in _SKIPPED:
            _special(element, parts, found)
            pending.extend(reversed(element))
    found.text = _tidy("".join(parts))
    found.bold = bold and not light
    return found


def _special(element: etree._Element, parts: list[str], found: ParagraphText) -> None:
    tag = str(element.tag)
    if tag in _BREAKS:
        parts.append("\n")
    elif tag in _CHARACTERS:
        parts.append(_CHARACTERS[tag])
    elif tag == f"{W}hyperlink":
        anchor = element.get(f"{W}anchor")
        text = _tidy("".join(piece.text or "" for piece in element.iter(f"{W}t")))
        found.links.append((text, element.get(f"{_R}id") or "", f"#{anchor}" if anchor else ""))
    elif tag == f"{W}instrText":
        match = _HYPERLINK.search(element.text or "")
        if match:
            inside = "\\l" in (element.text or "")
            found.links.append(("", "", f"#{match[1]}" if inside else match[1]))


def _is_bold(run: etree._Element | None) -> bool:
    properties = None if run is None else run.find(f"{W}rPr")
    mark = None if properties is None else properties.find(f"{W}b")
    return mark is not None and mark.get(f"{W}val") not in _OFF


def _tidy(text: str) -> str:
    lines = _SPACES.sub(" ", clean(text.replace("\r", "").replace("\f", "\n"))).split("\n")
    return "\n".join(line.strip() for line in lines).strip()
