"""Takes typed values out of a row, noting every problem with its line instead of stopping at the first."""

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import TypeVar

from gemba.evidence.catalogue.errors import LONGEST_SHOWN, Problems, shown
from gemba.evidence.catalogue.rows import Fields, Items, Node, Text

MOST_COMPARED = 2_000
"""Known words a misspelt one is compared with; more would take too long to be worth a hint."""
LONGEST = 600
"""Characters of one text. Paraphrase is short; a longer text is most likely copied."""
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")
"""Controls, and marks that reverse the reading direction: a value must not steer the terminal it is shown on."""
NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}")
NOTHING = frozenset({"", "null", "~"})
TRUTH = {"true": True, "false": False}
Choice = TypeVar("Choice", bound=StrEnum)


def hint(word: str, known: Collection[str]) -> str:
    """' Did you mean ...?' where a known word is near, else nothing."""
    if len(known) > MOST_COMPARED:
        return ""
    near = get_close_matches(word[:LONGEST_SHOWN], known, 1, 0.7)
    return f" Did you mean '{shown(near[0])}'?" if near else ""


@cache
def _values(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(member.value for member in kind)


class Row:
    """One mapping of a file. Ask for each key it may have, then call `finish`, which reports those never asked for."""

    def __init__(self, node: Node, what: str, problems: Problems) -> None:
        self.line = node.line
        self.what = what
        self._problems = problems
        self._asked: set[str] = set()
        self._values: dict[str, Node] = {}
        if isinstance(node, Fields):
            self._values = node.values
        else:
            problems.add(node.line, f"{what} must be a group of 'key: value' lines.")

    def called(self, what: str) -> None:
        """Name the row more exactly in the messages that follow, once its own name is known."""
        self.what = what

    def problem(self, sentence: str, line: int | None = None) -> None:
        self._problems.add(self.line if line is None else line, sentence)

    def line_of(self, key: str) -> int:
        node = self._values.get(key)
        return node.line if node else self.line

    def text(self, key: str, *, required: bool = False, longest: int = LONGEST) -> str:
        """The value as one line of text; empty where it is not given."""
        node = self._take(key, required)
        return self._text(node, f"'{key}'", longest) if node else ""

    def passage(self, key: str, *, required: bool = False, longest: int) -> tuple[str, int]:
        """A text whose line breaks count, and the line of its key; empty where it is not given."""
        node = self._take(key, required)
        if node is None:
            return "", self.line
        if not isinstance(node, Text):
            self.problem(f"'{key}' of {self.what} must be a text.", node.line)
            return "", node.line
        if len(node.text) > longest:
            self.problem(f"'{key}' of {self.what} is longer than {longest} characters.", node.line)
            return "", node.line
        if any(UNPRINTABLE.search(line) for line in node.text.split("\n")):
            self.problem(f"'{key}' of {self.what} holds a character that cannot be printed.", node.line)
            return "", node.line
        return node.text.strip("\n"), node.line

    def name(self, key: str) -> str:
        """A required identifier of small letters, digits, '_' and '-'."""
        value = self.text(key, required=True)
        if value and not NAME.fullmatch(value):
            self.problem(
                f"'{key}' of {self.what} is '{shown(value)}'; use small letters, digits, '-' and '_'.",
                self.line_of(key),
            )
        return value

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def flag(self, key: str, default: bool) -> bool:
        node = self._take(key)
        if node is None:
            return default
        if isinstance(node, Text) and node.text in TRUTH:
            return TRUTH[node.text]
        self.problem(f"'{key}' of {self.what} must be true or false.", node.line)
        return default

    def whole(self, key: str, most: int) -> int | None:
        """A whole number from 1 to `most`, or None where it is not given."""
        node = self._take(key)
        if node is None:
            return None
        if isinstance(node, Text) and re.fullmatch(r"[0-9]{1,6}", node.text) and 1 <= int(node.text) <= most:
            return int(node.text)
        self.problem(f"'{key}' of {self.what} must be a whole number from 1 to {most}.", node.line)
        return None

    def choice(self, key: str, kind: type[Choice], default: Choice, *, required: bool = False) -> Choice:
        value = self.word_of(key, _values(kind), required=required)
        return kind(value) if value else default

    def word_of(self, key: str, allowed: Collection[str], *, required: bool = False) -> str:
        """One of the allowed words; empty where it is not given or not allowed."""
        value = self.text(key, required=required)
        if not value or value in allowed:
            return value
        self.problem(
            f"'{key}' of {self.what} is '{shown(value)}'; it must be one of: {', '.join(allowed)}.", self.line_of(key)
        )
        return ""

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts; empty where it is not given."""
        return tuple(text for text, _ in self.lined_texts(key, required=required))

    def lined_texts(self, key: str, *, required: bool = False) -> list[tuple[str, int]]:
        """A list of texts, each with its line. A text given twice is a problem."""
        node = self._take(key, required)
        if node is None:
            return []
        if not isinstance(node, Items):
            self.problem(f"'{key}' of {self.what} must be a list.", node.line)
            return []
        found = [(self._text(value, f"an entry of '{key}'", LONGEST), value.line) for value in node.values]
        seen: set[str] = set()
        for text, line in found:
            if text in seen and text:
                self.problem(f"'{key}' of {self.what} names '{shown(text)}' twice.", line)
            seen.add(text)
        return [(text, line) for text, line in found if text]

    def pairs(self, key: str) -> Mapping[str, str]:
        """A group of 'name: text' lines; empty where it is not given."""
        return {
            name: text
            for name, node in self._group(key).items()
            if (text := self._text(node, f"'{shown(name)}' in '{key}'", LONGEST))
        }

    def text_lists(self, key: str) -> Iterator[tuple[str, "Row"]]:
        """A group of 'name: list' lines, each as a row whose only key is `of`."""
        for name, node in self._group(key).items():
            yield (
                name,
                Row(Fields({"of": node}, node.line), f"'{shown(name)}' in '{key}' of {self.what}", self._problems),
            )

    def rows(self, key: str, what: str, *, required: bool = False) -> Iterator["Row"]:
        """A list of groups; none where it is not given."""
        node = self._take(key, required)
        if node is None:
            return
        if not isinstance(node, Items):
            self.problem(f"'{key}' of {self.what} must be a list.", node.line)
            return
        for value in node.values:
            yield Row(value, what, self._problems)

    def row(self, key: str, what: str, *, required: bool = False) -> "Row | None":
        """One group of 'name: value' lines; None where it is not given."""
        node = self._take(key, required)
        return None if node is None else Row(node, what, self._problems)

    def named_rows(self, key: str, what: str) -> Iterator[tuple[str, "Row"]]:
        """A group of groups, each under its name; none where it is not given."""
        for name, node in self._group(key).items():
            row = Row(node, f"{what} '{shown(name)}'", self._problems)
            if not NAME.fullmatch(name):
                row.problem(f"the name '{shown(name)}' may hold only small letters, digits, '-' and '_'.")
            yield name, row

    def pass_over(self, *keys: str) -> None:
        """Accept keys without looking at what they hold."""
        self._asked.update(keys)

    def finish(self) -> None:
        """Report the keys that nobody asked for."""
        if self._asked.issuperset(self._values):
            return
        for key, node in self._values.items():
            if key not in self._asked:
                self.problem(f"{self.what} has the unknown key '{shown(key)}'.{hint(key, self._asked)}", node.line)

    def _group(self, key: str) -> Mapping[str, Node]:
        node = self._take(key)
        if node is None:
            return {}
        if isinstance(node, Fields):
            return node.values
        self.problem(f"'{key}' of {self.what} must be a group of 'name: value' lines.", node.line)
        return {}

    def _take(self, key: str, required: bool = False) -> Node | None:
        self._asked.add(key)
        node = self._values.get(key)
        if node is None and not required:
            return None
        if isinstance(node, Text) and node.plain and node.text in NOTHING:
            node = None
        if node is None and required:
            self.problem(f"{self.what} has no '{key}'.")
        return node

    def _text(self, node: Node, what: str, longest: int) -> str:
        if not isinstance(node, Text):
            self.problem(f"{what} of {self.what} must be a text.", node.line)
            return ""
        value = " ".join(node.text.split())
        if len(value) > longest:
            self.problem(f"{what} of {self.what} is longer than {longest} characters.", node.line)
            return ""
        if UNPRINTABLE.search(value):
            self.problem(f"{what} of {self.what} holds a character that cannot be printed.", node.line)
            return ""
        return value
