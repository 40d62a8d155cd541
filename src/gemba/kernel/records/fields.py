"""Columns with more inside than a word: running text with structure, and lines of a small table.

Both are columns like any other: in the snapshot, the digest, the history and the search.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gemba.kernel.richtext.cleaning import clean
from gemba.kernel.richtext.parsing import RichTextError

Text = str | Promise
MOST_LINES = 500
LONGEST_CELL = 5_000
LARGEST = 10**9
_KINDS = ("text", "long", "choice", "number", "person", "kind", "day", "yes")


class RichTextField(models.TextField):  # type: ignore[type-arg]
    """HTML within the allow-list of `richtext`, cleaned before it is validated, hashed and stored."""

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        try:
            return clean(found) if isinstance(found, str) and found else found
        except RichTextError as error:
            raise ValidationError(str(error)) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineColumn:
    """One column of a `LinesField`.

    `kind`: `text` (a line), `long` (a paragraph), `choice` (of `choices`), `number` (whole, not negative), `person`
    (the person's `uid`), `kind` (a record type by name), `day` (ISO date), `yes` (true or false).
    """

    name: str
    label: Text
    kind: str = "text"
    choices: tuple[tuple[str, Text], ...] | Callable[[], Sequence[tuple[str, Text]]] = ()
    required: bool = True
    help: Text = ""

    def offered(self) -> Sequence[tuple[str, Text]]:
        return self.choices() if callable(self.choices) else self.choices

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise ValueError(f"{self.kind!r} is no kind of line column.")


class LinesField(models.JSONField):
    """A list of lines, each a mapping of column name to text, whole number, yes/no or nothing."""

    def __init__(self, *args: Any, columns: Sequence[LineColumn] = (), **kwargs: Any) -> None:
        self.columns = tuple(columns)
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        """The columns are code, not schema: changing one makes no migration."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """The lines in their exact form; empty ones are dropped. Raises `ValidationError` naming line and column."""
        if not isinstance(value, list | tuple):
            raise ValidationError(_("This must be a list of lines."))
        lines = [line for line in value if not _is_empty(line)]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %d lines are kept here.") % MOST_LINES)
        found = [self._line(number, line) for number, line in enumerate(lines, 1)]
        return super().clean(found, model_instance)

    def _line(self, number: int, line: Any) -> dict[str, Any]:
        if not isinstance(line, Mapping):
            raise ValidationError(_("Line %d must have named cells.") % number)
        if unknown := sorted(str(name) for name in set(line) - {column.name for column in self.columns}):
            raise ValidationError(
                _("Line %(n)d: there is no column %(name)s.") % {"n": number, "name": ", ".join(unknown)}
            )
        return {column.name: self._cell(number, column, line.get(column.name)) for column in self.columns}

    def _cell(self, number: int, column: LineColumn, value: Any) -> Any:
        try:
            found = _read(column, value)
        except ValueError as error:
            raise ValidationError(
                _("Line %(n)d, %(column)s: %(why)s") % {"n": number, "column": column.label, "why": error}
            ) from None
        if column.required and found in (None, ""):
            raise ValidationError(_("Line %(n)d: fill in %(column)s.") % {"n": number, "column": column.label})
        return found


def _is_empty(line: Any) -> bool:
    return isinstance(line, Mapping) and all(value in (None, "", False) for value in line.values())


def _read(column: LineColumn, value: Any) -> Any:
    """The stored form of one cell. `ValueError` with a sentence for what has none."""
    if column.kind == "yes":
        return value in (True, "true", "on", "yes", "1")
    if value in (None, ""):
        return None if column.kind in ("number", "day") else ""
    if column.kind == "number":
        return _whole(value)
    if not isinstance(value, str):
        raise ValueError(_("this must be text."))
    text = value.strip()
    if len(text) > LONGEST_CELL:
        raise ValueError(_("at most %d characters.") % LONGEST_CELL)
    if column.kind == "day":
        return _day(text)
    if column.kind == "choice" and text not in {name for name, _label in column.offered()}:
        raise ValueError(_("“%s” is not offered here.") % text[:40])
    return text


def _whole(value: Any) -> int:
    text = str(value).strip() if not isinstance(value, bool) else ""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(LARGEST)) or int(text) > LARGEST:
        raise ValueError(_("a whole number, please."))
    return int(text)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(_("a date as 2026-01-31, please.")) from None
