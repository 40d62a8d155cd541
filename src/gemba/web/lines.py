"""A small table as a control: rows to fill in, to add, to move and to take out, with or without JavaScript."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gemba.kernel import lines as wording
from gemba.kernel.records.fields import LONGEST_CELL, MOST_LINES, LineColumn, LinesField
from gemba.kernel.types import registry
from gemba.web.choosing import LONGEST_NAME, Directory, directory_of, options, people

EMPTY_ROWS, MORE_ROWS = 1, 5
FIRST_ROWS = 3
FEW_COLUMNS = 5
"""That stand side by side; with more, each line is a card."""
BLANK = "__row__"
"""Stands for the number of a row that the page adds by itself."""
MOVES = ("up", "down", "drop")


class DateInput(forms.DateInput):
    """The browser's own calendar; values travel as ISO dates in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


PLAIN_BOXES: Mapping[str, Callable[[], forms.Widget]] = {
    "text": lambda: forms.TextInput(attrs={"maxlength": LONGEST_CELL}),
    "long": lambda: forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_CELL}),
    "number": lambda: forms.NumberInput(attrs={"min": 0, "step": 1}),
    "yes": forms.CheckboxInput,
    "day": DateInput,
}
"""The control of a cell, by its kind, where nothing is chosen."""


class Rows(list[dict[str, Any]]):
    """What was typed, row by row; `empty` more are shown below."""

    empty: int = EMPTY_ROWS


class LinesWidget(forms.Widget):
    """Cells are called `name-row-column`; the buttons that change rows `name-more`, `-up`, `-down` and `-drop`.

    A program may give the whole as JSON under the plain name.
    """

    grouped = True
    wide = True

    def __init__(self, columns: Sequence[LineColumn], attrs: Any = None) -> None:
        super().__init__(attrs)
        self.columns = tuple(columns)
        self.directory: Directory | None = None

    def people(self) -> Directory:
        """Everybody who can be chosen, loaded once for all rows."""
        if self.directory is None:
            self.directory = directory_of(people())
        return self.directory

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if name in data:
            return _given(data[name])
        rows = Rows(row for row in self._typed(data, name) if any(row.values()))
        for move in MOVES:
            if f"{name}-{move}" in data:
                _move(rows, move, data[f"{name}-{move}"])
        if f"{name}-more" in data:
            rows.empty = MORE_ROWS
        return rows

    def _typed(self, data: Any, name: str) -> Iterator[dict[str, Any]]:
        cell = re.compile(rf"{re.escape(name)}-([0-9]{{1,6}})-[a-z0-9_]+")
        numbers = {int(found[1]) for key in data if (found := cell.fullmatch(key))}
        for number in sorted(numbers)[: MOST_LINES * 2]:
            yield {column.name: _cell_typed(column, data, f"{name}-{number}-{column.name}") for column in self.columns}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and not any(key.startswith(f"{name}-") for key in data)

    def rearranges(self, data: Any, name: str) -> bool:
        """Whether the form was sent only to change its rows."""
        return any(f"{name}-{button}" in data for button in (*MOVES, "more"))

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        found = value if isinstance(value, Rows) else Rows(_given(value))
        empty = max(found.empty, (FIRST_ROWS if len(self.columns) <= FEW_COLUMNS else 1) - len(found))
        shown = _Table(self, name, (attrs or {}).get("id", f"id_{name}"))
        rows = [shown.row(number, row) for number, row in enumerate([*found, *({} for _n in range(empty))])]
        context = {
            "name": name, "attrs": attrs or {}, "columns": self.columns, "rows": rows, "blank": shown.row(BLANK, {}),
            "most": MOST_LINES, "many": len(self.columns) > FEW_COLUMNS, "people": shown.list_id if shown.many else "",
            "people_options": options(self.people().entries) if shown.many else "",
        }  # fmt: skip
        return render_to_string("ui/lines.html", context)

    def id_for_label(self, id_: Any, index: Any = None) -> Any:
        return id_


@dataclass
class _Table:
    """The controls of the cells of one field."""

    widget: LinesWidget
    name: str
    id: str
    many: bool = field(init=False)
    """There are more people than a list shows at a glance."""

    def __post_init__(self) -> None:
        named = any(column.kind == "person" for column in self.widget.columns)
        self.many = named and not self.widget.people().few

    @property
    def list_id(self) -> str:
        return f"{self.id}_people"

    def row(self, number: int | str, line: Mapping[str, Any]) -> dict[str, Any]:
        cells = [
            {"column": column, "control": self._control(column, number, line.get(column.name))}
            for column in self.widget.columns
        ]
        return {"number": number, "spoken": self._spoken(number), "cells": cells}

    @staticmethod
    def _spoken(number: int | str) -> int | str:
        """As people count."""
        return number + 1 if isinstance(number, int) else BLANK

    def _control(self, column: LineColumn, number: int | str, value: Any) -> SafeString:
        name = f"{self.name}-{number}-{column.name}"
        spoken = _("%(column)s, line %(n)s") % {
            "column": column.label, "n": self._spoken(number),
        }  # fmt: skip
        attrs = {"id": f"{self.id}-{number}-{column.name}", "aria-label": spoken}
        if column.kind == "person":
            value = value if not self.many else self.widget.people().label(value) or value
        return self._box(column, value).render(name, value, attrs)

    def _box(self, column: LineColumn, value: Any) -> forms.Widget:
        if column.kind in PLAIN_BOXES:
            return PLAIN_BOXES[column.kind]()
        if column.kind == "person" and self.many:
            return forms.TextInput(attrs={"list": self.list_id, "autocomplete": "off", "maxlength": LONGEST_NAME})
        return forms.Select(choices=[("", ""), *self._choices(column, value)])

    def _choices(self, column: LineColumn, value: Any) -> list[tuple[str, str]]:
        if column.kind == "choice":
            found = [(name, str(label)) for name, label in column.offered()]
        elif column.kind == "kind":
            found = sorted(((each.kind, str(each.label)) for each in registry), key=lambda pair: pair[1])
        else:
            found = [(entry.key, entry.label) for entry in self.widget.people().entries]
        if value and value not in dict(found):
            # Whoever has left stays named until somebody chooses another.
            found.append((str(value), wording.names_of({str(value)}).get(str(value), str(value))))
        return found


def _given(value: Any) -> Any:
    """Lines from code or from a program's JSON; anything else stays what it is, to be refused with a sentence."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip() else []
        except (ValueError, RecursionError):
            return Rows([{"": value[:60]}])
    if not isinstance(value, list | tuple):
        return Rows() if value is None else Rows([{"": str(value)[:60]}])
    return Rows(line if isinstance(line, dict) else {"": str(line)[:60]} for line in value)


def _cell_typed(column: LineColumn, data: Any, key: str) -> Any:
    if column.kind == "yes":
        return key in data and data[key] not in ("", "false", "0")
    return data.get(key, "")


def _move(rows: Rows, move: str, place: str) -> None:
    at = int(place) if place.isascii() and place.isdigit() and len(place) <= 6 else -1  # noqa: PLR2004
    to = {"up": at - 1, "down": at + 1}.get(move, at)
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        return
    row = rows.pop(at)
    if move != "drop":
        rows.insert(to, row)


class LinesFormField(forms.Field):
    """Lines of declared columns, cleaned exactly as the column that will hold them."""

    def __init__(self, *, columns: Sequence[LineColumn], **options: Any) -> None:
        self.columns = tuple(columns)
        super().__init__(**{"widget": LinesWidget(columns), **options})

    def to_python(self, value: Any) -> Any:
        return [self._resolved(line) for line in _given(value)]

    def _resolved(self, line: dict[str, Any]) -> dict[str, Any]:
        """People as they are kept: a name that was typed becomes its `uid`, if it is one person's."""
        widget = self.widget
        named = [column.name for column in self.columns if column.kind == "person" and line.get(column.name)]
        if not named or not isinstance(widget, LinesWidget):
            return line
        found = {name: widget.people().key(str(line[name])[:LONGEST_NAME]) or line[name] for name in named}
        return {**line, **found}

    def validate(self, value: Any) -> None:
        """Nothing here: the column of `clean` says it better."""

    def clean(self, value: Any) -> Any:
        found = LinesField(columns=self.columns).clean(self.to_python(value), None)
        if sentences := wording.unknown(self.columns, found):
            raise ValidationError(sentences)
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))
