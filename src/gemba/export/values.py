"""What a column says, as plain text for readers of files and as a typed cell for spreadsheets."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from gemba.kernel.records.models import Record
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


def cell(declared: RecordType[Any], record: Record, name: str) -> Cell:
    """The value of a column: words for choices and people, numbers and dates as such, None where empty."""
    column = declared.field(name)
    value = getattr(record, column.attname)
    if value in (None, ""):
        return None
    if name == "state":
        return str(declared.lifecycle.state(value).label)
    if column.choices:
        return str(getattr(record, f"get_{column.name}_display")())
    if isinstance(column, models.ForeignKey):
        return str(getattr(record, column.name))
    return _plain(value)


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
