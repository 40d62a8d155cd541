"""Marked text as a run of leaves, each with the marks laid over it, and back as nested elements.

Two ways to nest the same marks give the same leaves, so the text written from them has one form.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from gemba.kernel.richtext.allowed import MARKS
from gemba.kernel.richtext.element import Element, Node

Mark = tuple[str, tuple[tuple[str, str], ...]]
"""Tag and attributes."""
BREAK = "\n"
_SPACES = re.compile("[ \t\n\r\f]+")
_RANK = {tag: rank for rank, tag in enumerate(MARKS)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A piece of text, or a line break where the text is a newline alone."""

    text: str
    marks: tuple[Mark, ...] = ()


def with_mark(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """The marks with one more, in their order; the outer one of two of a kind stands."""
    if any(tag == mark[0] for tag, _ in marks):
        return marks
    return tuple(sorted((*marks, mark), key=lambda each: _RANK[each[0]]))


def tidied(leaves: Sequence[Leaf]) -> list[Leaf]:
    """Space as a browser shows it: runs as one blank, none at the ends and around line breaks; equal marks joined."""
    if len(leaves) == 1 and leaves[0].text != BREAK:
        text = _composed(_SPACES.sub(" ", leaves[0].text).strip(" "))
        return [Leaf(text, leaves[0].marks)] if text else []
    found: list[Leaf] = []
    for leaf in leaves:
        if leaf.text == BREAK:
            _close(found)
            found.append(leaf)
            continue
        text = _SPACES.sub(" ", leaf.text)
        if not found or found[-1].text == BREAK or found[-1].text.endswith(" "):
            text = text.removeprefix(" ")
        if text:
            found.append(Leaf(text, leaf.marks))
    _close(found)
    while found and found[-1].text == BREAK:
        found.pop()
        _close(found)
    while found and found[0].text == BREAK:
        found.pop(0)
    return _joined(found)


def _close(found: list[Leaf]) -> None:
    """Take away the blank at the end."""
    while found and found[-1].text != BREAK:
        text = found[-1].text.removesuffix(" ")
        if text:
            found[-1] = Leaf(text, found[-1].marks)
            return
        found.pop()


def _joined(leaves: list[Leaf]) -> list[Leaf]:
    found: list[Leaf] = []
    for marks, group in groupby(leaves, key=lambda leaf: leaf.marks):
        text = ""
        for leaf in group:
            if leaf.text == BREAK:
                found += [Leaf(text, marks)] if text else []
                found.append(leaf)
                text = ""
            else:
                text += leaf.text
        found += [Leaf(text, marks)] if text else []
    return [leaf if leaf.text.isascii() else Leaf(_composed(leaf.text), leaf.marks) for leaf in found]


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def nested(leaves: Sequence[Leaf], make: Callable[[Leaf], Node] | None = None) -> tuple[Node, ...]:
    """The leaves as elements, neighbours under the same mark in one element."""
    if make is None and len(leaves) == 1 and not leaves[0].marks:
        return (_plain(leaves[0]),)
    return _nested(list(leaves), 0, make or _plain)


def _plain(leaf: Leaf) -> Node:
    return Element("br") if leaf.text == BREAK else leaf.text


def _nested(leaves: list[Leaf], depth: int, make: Callable[[Leaf], Node]) -> tuple[Node, ...]:
    found: list[Node] = []
    for mark, group in groupby(leaves, key=lambda leaf: leaf.marks[depth] if len(leaf.marks) > depth else None):
        if mark is None:
            found += map(make, group)
        else:
            found.append(Element(mark[0], _nested(list(group), depth + 1, make), mark[1]))
    return tuple(found)


def leaves_of(nodes: tuple[Node, ...], marks: tuple[Mark, ...] = ()) -> list[Leaf]:
    """The leaves of cleaned marked text."""
    found: list[Leaf] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(Leaf(node, marks))
        elif node.tag == "br":
            found.append(Leaf(BREAK, marks))
        else:
            found += leaves_of(node.children, (*marks, (node.tag, node.attributes)))
    return found
