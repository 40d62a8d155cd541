"""The YAML header of a Markdown file, as fields with the text exactly as written: `1.10` stays `1.10`."""

import re
from collections.abc import Iterator
from typing import Any

from gemba.assess.readers.blocks import Block, BlockKind, Place, Row
from gemba.assess.readers.lazy import attribute
from gemba.assess.readers.limits import MAX_FRONT_MATTER

_FENCE = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_PLAIN = re.compile(r"^([^\W\d][\w ./-]{0,60}?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*$")
_DEEP = re.compile(r"(?:[-?:][ \t]+){20}")
_MAX_BRACKETS = 200
_MAX_FIELDS = 500
TOO_DEEP = "The front matter is too large or nested too deeply and was not read."


def field(name: str, value: str, place: Place) -> Block:
    """A field block: one row of two cells. Its text is empty, as a table's is."""
    return Block(BlockKind.FIELD, "", place, rows=(Row((name, value), place),))


def split(text: str) -> tuple[list[Block], int, str | None]:
    """The fields, the number of lines they take (0 where there is no front matter), and a sentence on a problem."""
    match = _FENCE.match(text)
    if match is None:
        return [], 0, None
    body = match[1]
    lines = match[0].count("\n") + (0 if match[0].endswith("\n") else 1)
    if len(body) > MAX_FRONT_MATTER or body.count("[") + body.count("{") > _MAX_BRACKETS or _DEEP.search(body):
        return ([], lines, TOO_DEEP) if _looks_like_fields(body) else ([], 0, None)
    try:
        fields = list(_fields(_root(body)))
    except (attribute("yaml", "YAMLError"), RecursionError, ValueError):
        # Colons in a title are not valid YAML and the commonest slip: such a header is read line by line.
        fields = list(_plain_fields(body))
    return (fields, lines, None) if fields else ([], 0, None)


def _looks_like_fields(body: str) -> bool:
    return any(_PLAIN.match(line) for line in body[:MAX_FRONT_MATTER].splitlines()[:20])


def _root(body: str) -> Any:
    # Composed only: nodes with their lines, no values are made, so no tag can construct anything.
    yaml_loader = attribute("yaml", "SafeLoader")
    return attribute("yaml", "compose")(body, Loader=yaml_loader)


def _plain_fields(body: str) -> Iterator[Block]:
    lines = [(number, line) for number, line in enumerate(body.split("\n"), start=2) if line.strip()]
    matches = [(number, _PLAIN.match(line)) for number, line in lines]
    if sum(match is not None for _, match in matches) * 2 <= len(lines):
        return
    for number, match in matches[:_MAX_FIELDS]:
        if match is not None:
            yield field(match[1], (match[2] or "").strip("\"'[]"), Place(line=number))


def _fields(root: Any) -> Iterator[Block]:
    """Nested names are joined with a space, lists with commas. A node met again (an alias) is not repeated."""
    seen: set[int] = set()
    pending: list[tuple[str, Any]] = [("", root)] if getattr(root, "id", "") == "mapping" else []
    count = 0
    while pending and count < _MAX_FIELDS:
        name, node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        children = _children(name, node)
        if children is not None:
            pending.extend(reversed(children))
            continue
        count += 1
        yield field(name, _value(node), Place(line=node.start_mark.line + 2))


def _children(name: str, node: Any) -> list[tuple[str, Any]] | None:
    """The named nodes below a mapping or a list of mappings; None for a value."""
    if node.id == "mapping":
        return [(f"{name} {key.value}".strip(), value) for key, value in node.value if key.id == "scalar"]
    if node.id == "sequence" and any(item.id != "scalar" for item in node.value):
        return [(name, item) for item in node.value]
    return None


def _value(node: Any) -> str:
    if node.id == "scalar":
        return "" if node.tag.endswith(":null") else str(node.value)
    return ", ".join(str(item.value) for item in node.value)
