"""The matrix on screen: rows as HTML. There are hundreds with nine cells each, for which a template is slow."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gemba.evidence.practice.joined import Beside
from gemba.kernel.records.models import Record

NOTHING = '<span class="none">\N{EN DASH}</span>'
SHOWN = 4
"""Records named in one cell; the rest are counted."""


def drawn(rows: Sequence[Beside], framework: str, asked: str = "") -> SafeString:
    """Rows of the page's table. `asked` is the query that addresses keep."""
    return mark_safe("".join(_row(each, framework, asked) for each in rows))  # noqa: S308  every word is escaped


def _row(each: Beside, framework: str, asked: str) -> str:
    duty = each.row.duty
    address = reverse("practice_duty", args=[framework, duty.id]) + asked
    word = f'<span class="badge" data-tone="{each.row.tone}">{escape(each.row.word)}</span>'
    cells = (
        word, _named(each.documents), _records(each.records, each.row.ground.newest_valid, address),
        _taught(each), _named(each.risks),
    )  # fmt: skip
    head = f'<th scope="row"><a href="{escape(address)}">{escape(duty.id)}</a></th>'
    return f'<tr>{head}<td class="asks">{escape(duty.text)}</td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _named(records: Iterable[Record]) -> str:
    some = list(records)
    links = ", ".join(
        f'<a href="{escape(reverse("record", args=[each.kind, each.number]))}">{escape(each.number)}</a>'
        for each in some[:SHOWN]
    )
    more = escape(_(" and %d more") % (len(some) - SHOWN)) if len(some) > SHOWN else ""
    return links + more or NOTHING


def _records(number: int, newest: dt.date | None, address: str) -> str:
    if not number:
        return NOTHING
    day = f" <small>{escape(date_format(newest))}</small>" if newest else ""
    return f'<a href="{escape(address)}#practice">{number}</a>{day}'


def _taught(each: Beside) -> str:
    if each.taught is None:
        return NOTHING
    said = escape(_("%(n)d of %(of)d") % {"n": each.taught.trained, "of": each.taught.asked})
    return f'<span class="late">{said}</span>' if each.taught.trained < each.taught.asked else said
