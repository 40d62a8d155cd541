"""The numbers Word counts by itself: kept for headings as text, and for lists that go on after an interruption."""

import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from lxml import etree

from gemba.importers.docx_package import W

MARK: Final = ("\ue0f1", "\ue0f2")
"""Letters of the private area around the number of a list item, on its way through the conversion."""
_LEVELS = 9
_MAX_CHAIN = 12
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "decimal"
    text: str = ""
    start: int = 1


@dataclass(slots=True)
class _Numbering:
    levels: dict[str, list[_Level]] = field(default_factory=dict)
    """By the numbering's identifier."""
    family: dict[str, str] = field(default_factory=dict)
    """Numberings of one family count on from one another unless they start anew."""
    restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    """Numbering to the levels that start anew, and with what."""
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Style to numbering and level."""
    headings: set[str] = field(default_factory=set)
    """Styles that are headings."""


def numbered(data: bytes) -> bytes:
    """The same file with numbers of headings written out, and each list item's number at its beginning."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = next((name for name in parts if name.endswith("document.xml")), "")
    names = {end: next((name for name in parts if name.endswith(end)), "") for end in ("numbering.xml", "styles.xml")}
    if not main or not names["numbering.xml"]:
        return data
    root = etree.fromstring(parts[main], _parser())
    counted = _numbering(etree.fromstring(parts[names["numbering.xml"]], _parser()))
    if names["styles.xml"]:
        _read_styles(counted, etree.fromstring(parts[names["styles.xml"]], _parser()))
    _count(root, counted)
    parts[main] = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _value(element: etree._Element | None, path: str) -> str:
    found = element.find(path) if element is not None else None
    return (found.get(f"{W}val") or "") if found is not None else ""


def _number(written: str, default: int) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 7 else default  # noqa: PLR2004


def _numbering(root: etree._Element) -> _Numbering:
    found = _Numbering()
    abstract: dict[str, list[_Level]] = {}
    for each in root.iter(f"{W}abstractNum"):
        levels = [_Level()] * _LEVELS
        for level in each.iter(f"{W}lvl"):
            place = min(_number(level.get(f"{W}ilvl") or "0", 0), _LEVELS - 1)
            start = _number(_value(level, f"{W}start"), 1)
            levels[place] = _Level(_value(level, f"{W}numFmt") or "decimal", _value(level, f"{W}lvlText"), start)
        abstract[each.get(f"{W}abstractNumId") or ""] = levels
    for each in root.iter(f"{W}num"):
        name, family = each.get(f"{W}numId") or "", _value(each, f"{W}abstractNumId")
        if family in abstract:
            found.levels[name], found.family[name] = abstract[family], family
        for level in each.iter(f"{W}lvlOverride"):
            if level.find(f"{W}startOverride") is not None:
                place = _number(level.get(f"{W}ilvl") or "0", 0)
                found.restarts.setdefault(name, {})[place] = _number(_value(level, f"{W}startOverride"), 1)
    return found


def _read_styles(numbering: _Numbering, root: etree._Element) -> None:
    styles = {each.get(f"{W}styleId") or "": each for each in root.iter(f"{W}style")}
    for name, style in styles.items():
        chain = _chain(styles, style)
        listed = [each for each in chain if each.find(f"{W}pPr/{W}numPr") is not None]
        number = next((value for each in listed if (value := _value(each, f"{W}pPr/{W}numPr/{W}numId"))), "")
        level = next((value for each in listed if (value := _value(each, f"{W}pPr/{W}numPr/{W}ilvl"))), "0")
        if number:
            numbering.styles[name] = (number, _number(level, 0))
        if any(_value(each, f"{W}name").lower().startswith("heading") for each in chain):
            numbering.headings.add(name)


def _chain(styles: dict[str, etree._Element], style: etree._Element) -> list[etree._Element]:
    found = [style]
    while len(found) < _MAX_CHAIN and (base := styles.get(_value(found[-1], f"{W}basedOn"))) is not None:
        found.append(base)
    return found


def _count(root: etree._Element, numbering: _Numbering) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * _LEVELS)
    seen: set[tuple[str, int]] = set()
    for paragraph in root.iter(f"{W}p"):
        style, number, level = _listed(paragraph, numbering)
        levels = numbering.levels.get(number)
        if levels is None or levels[level].form in ("bullet", "none"):
            continue
        heading = style in numbering.headings
        if heading and not _has_text(paragraph):
            continue
        count = counts[numbering.family[number]]
        anew = numbering.restarts.get(number, {}).get(level) if (number, level) not in seen else None
        seen.add((number, level))
        for upper in range(level):
            count[upper] = count[upper] or levels[upper].start
        count[level] = anew if anew is not None else count[level] + 1 if count[level] else levels[level].start
        count[level + 1 :] = [0] * (_LEVELS - level - 1)
        if heading:
            _put(paragraph, f"{_label(levels, level, count)} ")
        elif count[level] > 1:
            _put(paragraph, f"{MARK[0]}{count[level]}{MARK[1]}")


def _listed(paragraph: etree._Element, numbering: _Numbering) -> tuple[str, str, int]:
    """Style, numbering and level of a paragraph."""
    properties = paragraph.find(f"{W}pPr")
    style = _value(properties, f"{W}pStyle")
    number, level = numbering.styles.get(style, ("", 0))
    number = _value(properties, f"{W}numPr/{W}numId") or number
    return style, number, min(_number(_value(properties, f"{W}numPr/{W}ilvl"), level), _LEVELS - 1)


def _has_text(paragraph: etree._Element) -> bool:
    return any((each.text or "").strip() for each in paragraph.iter(f"{W}t"))


def _put(paragraph: etree._Element, text: str) -> None:
    """Text before all other of a paragraph."""
    run = etree.Element(f"{W}r")
    made = etree.SubElement(run, f"{W}t")
    made.text = text
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    paragraph.insert(1, run)


def _label(levels: list[_Level], level: int, count: list[int]) -> str:
    text = levels[level].text or f"%{level + 1}"
    for place in range(_LEVELS):
        text = text.replace(f"%{place + 1}", _in_form(levels[place].form, count[place]))
    return text.strip()[:40]


def _in_form(form: str, number: int) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) if number else ""
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    return str(number)


def _roman(number: int) -> str:
    found = "x" * min(number // 10, 30)
    rest = number % 10
    for value, letters in _ROMAN[1:]:
        while rest >= value:
            found, rest = found + letters, rest - value
    return found
