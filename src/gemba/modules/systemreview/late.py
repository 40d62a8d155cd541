"""Records of every kind that were entered long after what they tell of happened, as a page and a table (CLK-08)."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.export.tables import write_csv
from gemba.export.views import CSV, download
from gemba.kernel import clock
from gemba.kernel.lateness import LISTED, days_late, entered_late
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

A_PAGE = 100
MOST = 20_000
"""Rows of the table; a company that enters more than this late has another problem."""
USUAL = dt.timedelta(days=91)
MOST_DAYS = 3650
YEARS = range(1970, 3000)


@dataclass(frozen=True, slots=True)
class Late:
    """One record with what the list says of it."""

    record: Record
    kind: str
    days: int
    reason: str


def period_of(request: HttpRequest, usual: dt.timedelta = USUAL) -> tuple[dt.date, dt.date]:
    """The first and the last day asked for; what is not understood is the last `usual` days."""
    until = _day(request.GET.get("until", "")) or clock.today()
    since = min(_day(request.GET.get("since", "")) or until - usual, until)
    return since, until


def _day(text: str) -> dt.date | None:
    """A day of the years that records can be of: none so early or late that reckoning with it leaves the calendar."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def _days(text: str) -> int:
    """As many as asked for; the usual where that is no number."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) else LISTED
    return min(max(found, 1), MOST_DAYS)


def late_between(since: dt.date, until: dt.date, days: int, most: int) -> list[Late]:
    """What the reader may see of it, the newest entry first."""
    zone = timezone.get_current_timezone()
    begin, end = (dt.datetime.combine(day, time, zone) for day, time in ((since, dt.time()), (until, dt.time.max)))
    rows = Record.objects.filter(entered_late(begin, end, days)).select_related("raised_by").order_by("-pk")
    found: list[Record] = list(rows[:most])
    reasons = dict(_reasons(found))
    return [Late(each, str(registry.of(each).label), days_late(each), reasons.get(each.pk, "")) for each in found]


def _reasons(records: Sequence[Record]) -> Iterator[tuple[int, str]]:
    """What was said with the first event of each."""
    for start in range(0, len(records), A_PAGE):
        subjects = [record.subject for record in records[start : start + A_PAGE]]
        first = Event.objects.filter(subject__in=subjects, seq=1).values_list("record_id", "body")
        for record_id, body in first:
            yield record_id, _reason(body)


def _reason(body: str) -> str:
    try:
        return str(json.loads(body)["reason"] or "")
    except (ValueError, KeyError, TypeError):
        return ""


@require_GET
def late_entries(request: HttpRequest) -> HttpResponseBase:
    """The list of a period; all of it as CSV."""
    (since, until), days = period_of(request), _days(request.GET.get("days", ""))
    as_table = request.GET.get("form") == "csv"
    found = late_between(since, until, days, MOST if as_table else A_PAGE + 1)
    if as_table:
        return download(write_csv(_headings(), map(_row, found)), f"{_('Late entries')} {since} {until}.csv", CSV)
    context = {
        "since": since, "until": until, "days": days, "found": found[:A_PAGE], "more": len(found) > A_PAGE,
    }  # fmt: skip
    return render(request, "systemreview/late.html", context)


def _headings() -> list[str]:
    return [
        _("Number"), _("Kind"), _("Title"), _("Happened"), _("Entered"), _("Days late"), _("Entered by"), _("Reason"),
    ]  # fmt: skip


def _row(late: Late) -> list[Any]:
    record = late.record
    return [
        record.number, late.kind, record.title, record.event_date, timezone.localtime(record.entered_at).isoformat(),
        late.days, record.raised_by.name, late.reason,
    ]  # fmt: skip
