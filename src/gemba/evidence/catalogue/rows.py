"""Reads the small, safe part of YAML that catalogue files use, keeping the line of every value.

Written on the parser's events rather than on `yaml.load`: no tag is ever resolved, so nothing is constructed or run;
anchors and aliases are refused, so a file cannot unfold; a key given twice is an error instead of a silent loss; and
every scalar stays the text that was written, so that the clause number 8.10 does not turn into 8.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from gemba.evidence.catalogue.errors import CatalogueError, Problems, shown

LARGEST_FILE = 4_000_000
"""Bytes. Ten times the size of the largest framework we know."""
DEEPEST = 12
"""Nesting. The file format needs six."""

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class Text:
    text: str
    line: int
    plain: bool
    """Written without quotes: only then do `null` and the empty value mean nothing."""


@dataclass(slots=True)
class Items:
    values: "list[Node]"
    line: int


@dataclass(slots=True)
class Fields:
    values: "dict[str, Node]"
    line: int


Node = Text | Items | Fields


class _RefusedError(Exception):
    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def read_rows(path: Path, source: str) -> Fields:
    """The file's top mapping. `source` is the name shown in messages.

    Raises CatalogueError: unreadable, too large, not UTF-8, not YAML, empty, not a mapping, a tag, an anchor.
    """
    return rows_of(_text_of(path, source), source)


def rows_of(text: str, source: str) -> Fields:
    """The top mapping of a text, see `read_rows`."""
    problems = Problems(source)
    try:
        top = _Builder(problems).build(text)
    except yaml.YAMLError as error:
        problems.add(_line_of(error), f"this is not readable YAML ({_reason(error)}).")
        raise problems.error() from None
    except _RefusedError as refused:
        problems.add(refused.line, refused.sentence)
        raise problems.error() from None
    problems.stop_if_any()
    if top is None:
        raise CatalogueError([f"{source}: the file is empty."])
    if not isinstance(top, Fields):
        raise CatalogueError([f"{source}, line {top.line}: a file must start with 'schema:'."])
    return top


def _text_of(path: Path, source: str) -> str:
    try:
        if not path.is_file():
            raise CatalogueError([f"{source}: there is no such file."])
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not usable"
        raise CatalogueError([f"{source}: the file cannot be read ({reason})."]) from None
    if len(data) > LARGEST_FILE:
        raise CatalogueError([f"{source}: the file is larger than {LARGEST_FILE // 1_000_000} MB and was not read."])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError([f"{source}, line {line}: the text is not UTF-8."]) from None


def _line_of(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else 0


def _reason(error: yaml.YAMLError) -> str:
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "it breaks off"
    return "".join(c for c in str(reason) if c.isprintable())[:120]


class _Builder:
    """Builds the tree without recursion, so that depth is a limit of ours and not of the machine."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._open: list[Items | Fields] = []
        self._keys: list[str | None] = []
        self._top: Node | None = None
        self._documents = 0

    def build(self, text: str) -> Node | None:
        for event in _events(text):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.ScalarEvent):
                self._check(event, line)
                self._place_scalar(event.value, line, event.implicit[0] and not event.style)
            elif isinstance(event, yaml.MappingStartEvent):
                self._check(event, line)
                self._push(Fields({}, line))
            elif isinstance(event, yaml.SequenceStartEvent):
                self._check(event, line)
                self._push(Items([], line))
            elif isinstance(event, yaml.CollectionEndEvent):
                self._open.pop()
                self._keys.pop()
            else:
                self._check_stream(event, line)
        if isinstance(self._top, Text) and self._top.plain and not self._top.text:
            return None
        return self._top

    def _check(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            raise _RefusedError(line, "anchors and aliases (& and *) are not read here; write the value out.")
        if event.tag is not None:
            raise _RefusedError(line, "tags (!) are not read here; write a plain value.")

    def _check_stream(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError(line, "anchors and aliases (& and *) are not read here; write the value out.")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _RefusedError(line, "a second document starts here; put each framework into a file of its own.")

    def _place_scalar(self, value: str, line: int, plain: bool) -> None:
        around = self._open[-1] if self._open else None
        if isinstance(around, Fields) and self._keys[-1] is None:
            if value in around.values:
                self._problems.add(line, f"the key '{shown(value)}' is given twice.")
            self._keys[-1] = value
            return
        self._place(Text(value, line, plain))

    def _push(self, node: Items | Fields) -> None:
        if len(self._open) >= DEEPEST:
            raise _RefusedError(node.line, f"values are nested more than {DEEPEST} deep.")
        self._place(node)
        self._open.append(node)
        self._keys.append(None)

    def _place(self, node: Node) -> None:
        around = self._open[-1] if self._open else None
        if around is None:
            self._top = node
        elif isinstance(around, Items):
            around.values.append(node)
        else:
            key = self._keys[-1]
            if key is None:
                raise _RefusedError(node.line, "a key is a word, not a list or a group of values.")
            around.values[key] = node
            self._keys[-1] = None


def _events(text: str) -> Iterator[yaml.Event]:
    parser = PARSER(text)
    try:
        # Not asking before each event whether there is one is a third quicker: the end says of itself that it is.
        while not isinstance(event := parser.get_event(), yaml.StreamEndEvent):
            yield event
    finally:
        parser.dispose()
