"""Formatted text made safe: `clean` for storing, `shown` for every page that shows it."""

import re
import unicodedata
from dataclasses import dataclass, field, replace

import nh3

from gemba.kernel.richtext.allowed import ATTRIBUTES, DROPPED, HEADINGS, LINK_REL, SCHEMES, TEXT_BLOCKS
from gemba.kernel.richtext.element import Element, Node, text_of, walk, written
from gemba.kernel.richtext.leaves import Mark, leaves_of, nested, tidied
from gemba.kernel.richtext.parsing import blocks_of

ID = "s-"
"""Begins the name of every place in a text, so that none can pass for a name the page itself uses."""
_MOST_SLUG = 60
_NO_WORD = re.compile(r"[\W_]+")
_GUARD = nh3.Cleaner(
    tags=set(ATTRIBUTES),
    clean_content_tags=set(DROPPED) & {"script", "style", "svg", "math", "template", "iframe", "object", "title"},
    attributes={tag: set(names) - {"rel"} for tag, names in ATTRIBUTES.items()},
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
)


def clean(html: str) -> str:
    """The text in its closed form: the same for the same content, and unchanged when cleaned again.

    Scripts, styles, drawings, remote pictures and unknown tags are gone, template syntax is text like any other.
    Raises `RichTextError` with a sentence where the text is beyond the limits of a document.
    """
    return joined(parsed(html))


def joined(blocks: tuple[Node, ...]) -> str:
    """Blocks as HTML, past the sanitiser once more: what leaves here has been through two lists, not one."""
    return shown("".join(map(written, blocks)))


def shown(html: str) -> str:
    """Stored text on its way to a page: nothing passes that is not in the table, whatever was stored."""
    return _GUARD.clean(html)


def parsed(html: str) -> tuple[Element, ...]:
    """The blocks of a text, cleaned. Raises `RichTextError` as `clean` does."""
    blocks = blocks_of(html)
    places = _Places()
    for block in blocks:
        places.collect(block)
    return tuple(_resolved(block, places) for block in blocks)


def slug(text: str) -> str:
    """The words of a heading as the name of its place."""
    folded = unicodedata.normalize("NFKC", text.casefold())
    return _NO_WORD.sub("-", folded)[:_MOST_SLUG].strip("-") or "section"


@dataclass(slots=True)
class _Places:
    """Names of headings and notes in one text, and what they were called before."""

    names: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)

    def collect(self, element: Element) -> None:
        if element.tag in HEADINGS:
            self._heading(element)
        elif element.tag in ("li", "a") and (name := element.get("id")):
            self.aliases.setdefault(name, name)
        for child in element.elements():
            self.collect(child)

    def _heading(self, element: Element) -> None:
        base = slug(text_of(element))
        name, number = f"{ID}{base}", 1
        while name in self.taken:
            number += 1
            name = f"{ID}{base}-{number}"
        self.taken.add(name)
        self.names[id(element)] = name
        for alias in (name, base, base.lstrip("0123456789-"), *element.get("names").split()):
            self.aliases.setdefault(alias, name)


def _resolved(element: Element, places: _Places) -> Element:
    if element.tag == "p" and len(element.children) == 1 and isinstance(element.children[0], str):
        return Element("p", element.children)
    if element.tag in TEXT_BLOCKS and not any(each.get("href").startswith("#") for each in walk(element.children)):
        return Element(element.tag, element.children, _attributes(element, places))
    if element.tag in TEXT_BLOCKS:
        leaves = [replace(leaf, marks=_kept(leaf.marks, places)) for leaf in leaves_of(element.children)]
        return Element(element.tag, nested(tidied(leaves)), _attributes(element, places))
    children = tuple(child if isinstance(child, str) else _resolved(child, places) for child in element.children)
    return Element(element.tag, children, element.attributes)


def _kept(marks: tuple[Mark, ...], places: _Places) -> tuple[Mark, ...]:
    """The marks of a leaf, its link led to the new name of its place, or taken away where there is no such place."""
    return tuple(mark for mark in (_led(each, places) for each in marks) if mark)


def _led(mark: Mark, places: _Places) -> Mark | None:
    tag, attributes = mark
    address = dict(attributes).get("href", "")
    if not address.startswith("#"):
        return mark
    place = places.aliases.get(address[1:])
    if place is None:
        return None
    return (tag, tuple((name, f"#{place}" if name == "href" else value) for name, value in attributes))


def _attributes(element: Element, places: _Places) -> tuple[tuple[str, str], ...]:
    return (("id", places.names[id(element)]),) if element.tag in HEADINGS else ()
