"""What a column says, as plain text for readers of files and as a typed cell for spreadsheets."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from gemba.kernel.lines import Names, lines_text, names_of, people_in
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.records.naming import named
from gemba.kernel.richtext.reading import plain
from gemba.kernel.types import RecordType

Cell = str | int | Decimal | dt.date | None
SPINE = ("number", "title", "state", "owner", "site", "product", "event_date", "due", "extensions", "entered_at")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a spreadsheet takes for a formula."""


def columns_of(declared: RecordType[Any]) -> list[str]:
    """The spine columns everybody expects, then every column of the type's own sections, once each."""
    own = [name for section in declared.sections for name in section.fields]
    return list(dict.fromkeys([*SPINE, *own]))


def heading(declared: RecordType[Any], name: str) -> str:
    label = str(declared.field(name).verbose_name)
    return label[:1].upper() + label[1:]


def cell(declared: RecordType[Any], record: Record, name: str, names: Names | None = None) -> Cell:
    """The value of a column: words for choices and people, numbers and dates as such, None where empty.

    `names` are those of people that lines may name; without them they are looked up for this cell.
    """
    column = declared.field(name)
    value = getattr(record, column.attname)
    if value in (None, "", []):
        return None
    if isinstance(column, LinesField | RichTextField):
        return _inside(column, value, names)
    if name == "state":
        return str(declared.lifecycle.state(value).label)
    if isinstance(column, models.ForeignKey):
        return named(getattr(record, column.name))
    return str(getattr(record, f"get_{column.name}_display")()) if column.choices else _plain(value)


def _inside(column: LinesField | RichTextField, value: Any, names: Names | None) -> str:
    """Lines as `a | b; c | d`, formatted text without its form."""
    if isinstance(column, RichTextField):
        return plain(value)
    return lines_text(column.columns, value, names_of(people_in(column.columns, value)) if names is None else names)


def _plain(value: Any) -> Cell:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, int | Decimal | dt.date):
        return value
    return str(value)


def as_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def safe_text(value: Cell) -> str:
    """Text that no spreadsheet runs: a beginning that looks like a formula gets an apostrophe (FIL-09)."""
    text = as_text(value)
    if isinstance(value, str) and text.removeprefix("'").startswith(RISKY):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """The value behind `safe_text`, for reading an exported file back."""
    guarded = text.startswith("'") and text[1:].removeprefix("'").startswith(RISKY)
    return text[1:] if guarded else text
