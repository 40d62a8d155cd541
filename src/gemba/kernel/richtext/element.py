"""A piece of formatted text as a value, and its written form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias

Node: TypeAlias = "Element | str"
_VOID = frozenset({"br", "hr"})


@dataclass(frozen=True, slots=True)
class Element:
    """Text is a plain string among the children."""

    tag: str
    children: tuple[Node, ...] = ()
    attributes: tuple[tuple[str, str], ...] = field(default=())

    def get(self, name: str, default: str = "") -> str:
        """The value of an attribute."""
        return next((value for key, value in self.attributes if key == name), default)

    def elements(self) -> tuple["Element", ...]:
        """The children that are no text."""
        return tuple(child for child in self.children if isinstance(child, Element))


def text_of(node: Node) -> str:
    """The text alone, a line break as a newline."""
    if isinstance(node, str):
        return node
    return "\n" if node.tag == "br" else "".join(map(text_of, node.children))


def written(node: Node) -> str:
    """The node as HTML."""
    if isinstance(node, str):
        return escape(node, quote=False)
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes)
    if node.tag in _VOID:
        return f"<{node.tag}{attributes}>"
    inner = "".join(map(written, node.children))
    return f"<{node.tag}{attributes}>{inner}</{node.tag}>"


def walk(nodes: tuple[Node, ...]) -> Iterator[Element]:
    """Every element, a parent before its children, in reading order."""
    for node in nodes:
        if isinstance(node, Element):
            yield node
            yield from walk(node.children)
