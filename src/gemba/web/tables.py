"""Lists as rows of ready cells. Cells are made here, not by a template each: fifty rows are one quick page."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.lists.filters import Filters, sortable
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType
from gemba.web.display import NOTHING, badge, day, label_of, relative_due, value_of
from gemba.web.filtering import parameters_of

FIRST = ("number", "title", "state")
LAST = ("due", "owner")
SHORT = 24
"""Characters that are not broken over lines."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column. `href` sorts by it; `sorted` is `ascending`, `descending` or empty."""

    name: str
    label: str
    kind: str
    href: str = ""
    sorted: str = ""

    @property
    def labelled(self) -> bool:
        """On a narrow page the label stands beside the value, except where the value speaks for itself."""
        return self.kind not in ("key", "title", "state")


@dataclass(frozen=True, slots=True)
class Table:
    """`body` holds the rows, made and escaped here."""

    heads: Sequence[Head]
    body: SafeString


def body_of(heads: Sequence[Head], rows: Iterable[Iterable[str]]) -> SafeString:
    """Rows of cells; what is no `SafeString` is escaped."""
    labels = [format_html(' data-label="{}"', head.label) if head.labelled else SafeString("") for head in heads]
    made = []
    for row in rows:
        cells = [
            f'<td role="cell" class="{_class(head, cell)}"{label}>{_escaped(cell)}</td>'
            for head, label, cell in zip(heads, labels, row, strict=True)
        ]
        made.append(f'<tr role="row">{"".join(cells)}</tr>')
    return mark_safe("\n".join(made))  # noqa: S308  every cell was escaped above


def _escaped(cell: str) -> str:
    return cell if isinstance(cell, SafeString) else escape(cell)


def _class(head: Head, cell: str) -> str:
    return "text short" if head.kind == "text" and len(cell) <= SHORT else head.kind


def table_of(declared: RecordType[Any], records: Sequence[Record], filters: Filters) -> Table:
    """Number, title and state first, the declared columns, then due date and owner where not declared."""
    names = columns_of(declared)
    can, given = set(sortable(declared)), parameters_of(filters)
    heads = [_head(declared, name, filters, given, can) for name in names]
    makers = [_maker(declared, name) for name in names]
    return Table(heads, body_of(heads, ([make(record) for make in makers] for record in records)))


def columns_of(declared: RecordType[Any]) -> list[str]:
    return list(dict.fromkeys([*FIRST, *declared.columns, *LAST]))


def joined(declared: RecordType[Any]) -> list[str]:
    """The rows elsewhere that a list of this type shows by name."""
    return [name for name in columns_of(declared) if isinstance(declared.field(name), models.ForeignKey)]


def _head(declared: RecordType[Any], name: str, filters: Filters, given: dict[str, str], can: set[str]) -> Head:
    label = {"number": _("Number"), "title": _("Title"), "state": _("State"), "due": _("Due")}.get(name)
    kind = _kind(declared, name)
    label = label or label_of(declared, name)
    if name not in can:
        return Head(name, label, kind)
    upward, downward = filters.sort == name, filters.sort == f"-{name}"
    target = f"-{name}" if upward or (name == "number" and not downward) else name
    href = "?" + urlencode({**given, "sort": target})
    return Head(name, label, kind, href, "ascending" if upward else "descending" if downward else "")


def _kind(declared: RecordType[Any], name: str) -> str:
    """How a column is set: `number` aligns right, `title` may take what is left."""
    if name in ("title", "number", "state", "due"):
        return {"number": "key"}.get(name, name)
    column = declared.field(name)
    if isinstance(column, models.DecimalField | models.IntegerField) and not column.choices:
        return "number"
    return "date" if isinstance(column, models.DateField) else "text"


Maker = Callable[[Any], str]


def _maker(declared: RecordType[Any], name: str) -> Maker:
    """What makes the cells of one column. Words that repeat in every row are looked up once."""
    if name == "number":
        start = reverse("register", args=[declared.kind])
        return lambda record: format_html('<a href="{}{}">{}</a>', start, record.number, record.number)
    if name == "title":
        return lambda record: format_html("{}{}", record.title, exercise_mark()) if record.exercise else record.title
    if name == "state":
        states = (*declared.lifecycle.states, declared.lifecycle.state(VOID))
        badges = {state.name: badge(str(state.label), state.tone) for state in states}
        return lambda record: badges.get(record.state, record.state)
    if name == "due":
        today = timezone.localdate()
        return lambda record: due_cell(record.due, today) if record.open else day(record.due)
    return _column_maker(declared.field(name))


def _column_maker(column: Any) -> Maker:
    if column.choices:
        words = {value: str(label) for value, label in column.flatchoices}
        return lambda record: words.get(getattr(record, column.attname)) or NOTHING
    return lambda record: value_of(record, column)


def due_cell(due: dt.date | None, today: dt.date) -> str:
    if due is None:
        return NOTHING
    if due < today:
        return format_html('<span class="late">{} <small>{}</small></span>', day(due), relative_due(due, today))
    return day(due)


def exercise_mark() -> str:
    return format_html(' <span class="exercise">{}</span>', _("Exercise"))
