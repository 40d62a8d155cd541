"""The tree of a document's text, made ready for the typesetter: only what it can show and only links that lead."""

from collections.abc import Callable
from typing import Any

from gemba.kernel.richtext.reading import tree

Json = dict[str, Any]
Shown = Callable[[str], str]
_LEAST_LEVEL = 2
"""Of a heading in the text: the first level is the document's title."""
_WIDEST = 60
_NARROWEST = 4
_MOST_LEVEL = 6


def body(html: str, title: str, shown: Shown) -> list[Json]:
    """The blocks; a heading that only repeats the title is left out."""
    blocks = tree(html)
    if blocks and blocks[0]["t"].startswith("h") and _text(blocks[0]).casefold() == " ".join(title.split()).casefold():
        blocks = blocks[1:]
    places: set[str] = set()
    _collect(blocks, places)
    maker = _Maker(shown, places)
    return [maker.node(block) for block in blocks]


def _text(node: Any) -> str:
    if isinstance(node, str):
        return node
    return " ".join("".join(map(_text, _children(node))).split())


def _children(node: Json) -> list[Any]:
    if node["t"] == "table":
        return [block for row in node["rows"] for cell in row for block in cell["c"]]
    found: list[Any] = node["c"]
    return found


def _collect(nodes: list[Any], places: set[str]) -> None:
    for node in nodes:
        if not isinstance(node, str):
            places.add(node.get("a", {}).get("id", ""))
            _collect(_children(node), places)


class _Maker:
    def __init__(self, shown: Shown, places: set[str]) -> None:
        self._fitted = shown
        self._places = places - {""}
        self._given: set[str] = set()

    def _shown(self, text: str) -> str:
        # Every font has the letters of ASCII.
        return text if text.isascii() and text.isprintable() else self._fitted(text)

    def node(self, node: Any) -> Any:
        if isinstance(node, str):
            return self._shown(node)
        tag = node["t"]
        if tag == "table":
            return self._table(node)
        if tag in ("pre", "code"):
            lines = _raw(node).split("\n")
            return {"t": tag, "text": "\n".join(map(self._shown, lines))}
        if tag == "p" and len(node["c"]) == 1 and isinstance(node["c"][0], str):
            # The commonest node of all, and the typesetter's time goes by nodes.
            return {"t": tag, "s": self._shown(node["c"][0])}
        made: Json = {"t": tag, "c": [self.node(child) for child in node["c"]]}
        if attributes := self._attributes(node.get("a", {})):
            made["a"] = attributes
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():  # noqa: PLR2004
            made |= {"t": "h", "level": min(max(int(tag[1]), _LEAST_LEVEL), _MOST_LEVEL)}
        return made

    def _attributes(self, given: dict[str, str]) -> Json:
        found: Json = {}
        name = given.get("id", "")
        if name and name not in self._given:
            # A name stands for one place: a typesetter refuses a second.
            self._given.add(name)
            found["place"] = name
        address = given.get("href", "")
        if address.startswith("#"):
            found |= {"to": address[1:]} if address[1:] in self._places else {}
        elif address.startswith(("http:", "https:", "mailto:")):
            found["href"] = address
        if "start" in given:
            found["from"] = max(int(given["start"]), 0)
        if "type" in given:
            found["type"] = given["type"]
        return found

    def _table(self, table: Json) -> Json:
        rows = [[{**cell, "c": [self.node(block) for block in cell["c"]]} for cell in row] for row in table["rows"]]
        return {
            "t": "table", "head": table["head"], "rows": rows, "widths": _widths(table), "regular": _is_regular(table),
        }  # fmt: skip


def _raw(node: Any) -> str:
    return node if isinstance(node, str) else "".join(map(_raw, node["c"]))


def _is_regular(table: Json) -> bool:
    """Whether every place has a cell of its own, and headings stand in the head alone: quicker to typeset."""
    for number, row in enumerate(table["rows"]):
        if len(row) != table["columns"] or any(cell["w"] > 1 or cell["h"] > 1 for cell in row):
            return False
        if number >= table["head"] and any(cell["heading"] for cell in row):
            return False
    return True


def _widths(table: Json) -> list[float]:
    """Shares of the width: by the longest word of a column, and by how much its cells say."""
    longest = [_NARROWEST] * table["columns"]
    says = [1] * table["columns"]
    for row in table["rows"]:
        for cell in (each for each in row if each["w"] == 1):
            words = " ".join(map(_text, cell["c"])).split()
            column = cell["x"]
            longest[column] = max([longest[column], *map(len, words)])
            says[column] = max(says[column], sum(map(len, words)))
    return [
        round(max(min(word, _WIDEST / 2), min(said, _WIDEST) * 0.6), 1)
        for word, said in zip(longest, says, strict=True)
    ]
