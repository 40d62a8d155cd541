"""How values look to a reader: dates and numbers in their language, choices as words, emptiness as a dash."""

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.db import models
from django.template.defaultfilters import linebreaksbr
from django.utils import formats, timezone
from django.utils.dates import MONTHS_3
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from gemba.kernel.lifecycle.machine import State
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.records.naming import named
from gemba.kernel.types import RecordType, Section
from gemba.web.inside import lines_markup, rich

VOWELS = frozenset("aeio")
"""Before which English says "an"; "unit" and "user" are not among them."""
BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""A mark in what a browser says of itself, and its name; most say the names of others too, so the order counts."""
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST_AGENT = 80
NOTHING = mark_safe('<span class="none">\N{EN DASH}</span>')
DAY, WITH_MINUTES, WITH_SECONDS = "j M Y", "j M Y, H:i", "j M Y, H:i:s"
TIMES = {DAY: "", WITH_MINUTES: ", %H:%M", WITH_SECONDS: ", %H:%M:%S"}


class Shown(NamedTuple):
    """A label and its value as they stand on a page."""

    name: str
    label: str
    value: str
    long: bool = False
    """Running text, which takes the whole width."""
    wide: bool = False
    """More than running text: a table, or text with structure of its own."""


def day(value: dt.date | None) -> str:
    """A date with its month as a word, so that nobody mistakes it for another."""
    if value is None:
        return NOTHING
    text = _written(value, _shape(DAY, get_language()))
    return mark_safe(f'<time datetime="{value.isoformat()}">{text}</time>')  # noqa: S308  escaped where not our own


def moment(value: dt.datetime | None, *, seconds: bool = False) -> str:
    """A moment in the reader's time zone; UTC stands in the title."""
    if value is None:
        return NOTHING
    text = _written(timezone.localtime(value), _shape(WITH_SECONDS if seconds else WITH_MINUTES, get_language()))
    utc = value.astimezone(dt.UTC).isoformat(" ", "seconds")
    plain = utc.removesuffix("+00:00")
    return mark_safe(  # noqa: S308  escaped where not our own
        f'<time datetime="{utc.replace(" ", "T")}" title="{plain} UTC">{text}</time>'
    )


@lru_cache(maxsize=256)
def _shape(usual: str, _language: str | None) -> str:
    """How a date is written in the reader's language; a page has dozens of them."""
    return pgettext("date format" if usual == DAY else "date and time format", usual)


def _written(value: dt.date, shape: str) -> str:
    """A day or a moment in a shape; the usual ones are written at once, since a page has dozens of them."""
    if shape not in TIMES:
        return conditional_escape(formats.date_format(value, shape))
    date = f"{value.day} {MONTHS_3[value.month].title()} {value.year}"
    written = date + format(value, TIMES[shape]) if TIMES[shape] else date
    return escape(written)


def number(value: Decimal | int | str) -> str:
    """A figure in the reader's language, without the zeros that only the column has."""
    exact = Decimal(value)
    plain = f"{exact:f}"
    text = plain.rstrip("0").rstrip(".") if "." in plain else plain
    places = len(text.partition(".")[2])
    return formats.number_format(Decimal(text or "0"), places, use_l10n=True, force_grouping=True)


def relative_due(due: dt.date, today: dt.date) -> str:
    """How far away a day is, in words."""
    days = (due - today).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%d day late", "%d days late", -days) % -days
    return ngettext("in %d day", "in %d days", days) % days


def shown(record: Record, name: str) -> Shown:
    """One column of a record."""
    column: Any = record._meta.get_field(name)
    wide = isinstance(column, LinesField | RichTextField)
    long = isinstance(column, models.TextField) and not wide
    return Shown(name, _labelled(column, get_language()), value_of(record, column), long, wide)


@lru_cache(maxsize=4096)
def _labelled(column: "models.Field[Any, Any]", _language: str | None) -> str:
    """A column's name in the reader's language; a page has dozens of them."""
    return _capital(str(column.verbose_name))


def value_of(record: Record, column: "models.Field[Any, Any]") -> str:
    value = getattr(record, column.attname)
    if value in (None, "", []):
        return NOTHING
    if isinstance(column, LinesField):
        return lines_markup(column.columns, value, day)
    if isinstance(column, RichTextField):
        return rich(value)
    if column.choices:
        return str(getattr(record, f"get_{column.name}_display")())
    if isinstance(column, models.ForeignKey):
        return named(getattr(record, column.name))
    return plain_value(value)


def plain_value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal | int):
        return number(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    plain = isinstance(value, SafeString) or "\n" in text or "\r" in text
    return linebreaksbr(text, autoescape=True) if plain else mark_safe(escape(text))  # noqa: S308


def label_of(declared: RecordType[Any], name: str) -> str:
    return _labelled(declared.field(name), get_language())


def section_values(record: Record, section: Section) -> list[Shown]:
    return [shown(record, name) for name in section.fields]


def state_of(declared: RecordType[Any], name: str) -> State:
    return declared.lifecycle.state(name)


def badge(label: str, tone: str) -> SafeString:
    """The state of something: a mark, a word and a colour, the word always there (`ui/badge.html` in one line)."""
    return mark_safe(f'<span class="badge" data-tone="{escape(tone)}">{escape(label)}</span>')  # noqa: S308


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def to_raise(declared: RecordType[Any]) -> str:
    """What the button says that begins a record of a kind; "feedback" is not counted and has no article."""
    label = str(declared.label)
    if label == str(declared.plural):
        return _("Raise %s") % label
    return (_("Raise an %s") if label[:1].lower() in VOWELS else _("Raise a %s")) % label


def browser(agent: str) -> str:
    """As `Firefox on Windows` what a browser says of itself, as far as it can be told; a program has its own name."""
    program = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if program and system:
        return _("%(browser)s on %(system)s") % {"browser": program, "system": system}
    return program or agent[:LONGEST_AGENT] or _("not known")
