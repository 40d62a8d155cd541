"""The pieces a Word file is made of, as XML: styles, numberings, fields, runs."""

import re
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BULLETS: Final = ("\u2022", "\u25e6", "\u25aa")
_FORMS: Final = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "decimal"}
LEVELS: Final = 9
_STEP = 360
"""Indent per level of a list, in twentieths of a point."""

Xml = Any
"""An element of python-docx, which states no types for them."""


def made(tag: str, /, *children: Xml, **attributes: str | int) -> Xml:
    """An element of the word processing namespace with attributes of the same."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    element.extend(children)
    return element


def allowed(text: str) -> str:
    """Text without what XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def words(text: str, properties: tuple[Xml, ...] = ()) -> Xml:
    """A run of text."""
    run = made("r", made("rPr", *properties)) if properties else made("r")
    content = made("t")
    content.text = allowed(text)
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.append(content)
    return run


def line_break() -> Xml:
    return made("r", made("br"))


def counter(instruction: str, properties: tuple[Xml, ...] = ()) -> Xml:
    """A field the reader's program fills in, such as the number of the page."""
    return made("fldSimple", words("1", properties), instr=f" {instruction} ")


def paragraph_style(
    name: str, *, based_on: str = "Normal", paragraph: tuple[Xml, ...] = (), run: tuple[Xml, ...] = ()
) -> Xml:
    return _style("paragraph", name, made("basedOn", val=based_on), made("pPr", *paragraph), made("rPr", *run))


def character_style(name: str, *run: Xml) -> Xml:
    return _style("character", name, made("rPr", *run))


def _style(kind: str, name: str, *parts: Xml) -> Xml:
    return made("style", made("name", val=name), *parts, type=kind, customStyle="1", styleId=style_id(name))


def style_id(name: str) -> str:
    """The identifier by which a paragraph names its style."""
    return name.replace(" ", "")


class Numberings:
    """Lists of a document, each counting for itself. Definitions come before their uses in the part."""

    def __init__(self, part: Xml) -> None:
        self._part = part
        for old in list(part):
            part.remove(old)
        self._definitions: dict[str, int] = {}
        self._uses: list[Xml] = []

    def bullets(self) -> int:
        """The numbering all bulleted lists share."""
        return self._use("bullet", None)

    def numbers(self, kind: str, level: int, start: int) -> int:
        """A numbering of its own for one list."""
        return self._use(kind if kind in _FORMS else "", (level, start))

    def _use(self, kind: str, start: tuple[int, int] | None) -> int:
        definition = self._definitions.setdefault(kind, len(self._definitions))
        number = len(self._uses) + 1
        use = made("num", made("abstractNumId", val=definition), numId=number)
        if start:
            use.append(made("lvlOverride", made("startOverride", val=max(start[1], 0)), ilvl=start[0]))
        self._uses.append(use)
        return number

    def write(self) -> None:
        """Put all definitions and uses into the part."""
        for kind, number in self._definitions.items():
            levels = [_level(kind, place) for place in range(LEVELS)]
            self._part.append(made("abstractNum", *levels, abstractNumId=number))
        self._part.extend(self._uses)


def _level(kind: str, place: int) -> Xml:
    bullet = kind == "bullet"
    text = _BULLETS[place % len(_BULLETS)] if bullet else f"%{place + 1}."
    return made(
        "lvl",
        made("start", val=1),
        made("numFmt", val="bullet" if bullet else _FORMS[kind]),
        made("lvlText", val=text),
        made("lvlJc", val="left"),
        made("pPr", made("ind", left=_STEP * (place + 1), hanging=_STEP)),
        ilvl=place,
    )
