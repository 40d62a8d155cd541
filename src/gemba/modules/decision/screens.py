"""Decisions over time, and what people here were told. Each number opens its rows."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import Department
from gemba.modules.decision.models import Announcement, Decision, Receipt
from gemba.modules.decision.states import DECIDED, DRAFT, SEEN
from gemba.web.middleware import SignedInRequest

MONTHS = 24
MOST = 200
YEAR = dt.timedelta(days=365)
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Month:
    first: dt.date
    count: int
    share: int
    """Of the fullest month, in per cent: the length of its bar."""


def _months(today: dt.date) -> list[dt.date]:
    """The first days of the last two years' months, newest first."""
    found, year, month = [], today.year, today.month
    for _n in range(MONTHS):
        found.append(dt.date(year, month, 1))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return found


@require_GET
def over_time(request: SignedInRequest) -> HttpResponse:
    """How many in each month, and how many were entered on the fullest day (M118)."""
    today = clock.today()
    months = _months(today)
    taken = Decision.objects.filter(state=DECIDED.name, exercise=False, decided_on__gte=months[-1])
    days: Sequence[dt.date] = list(taken.values_list("decided_on", flat=True))
    by_month = Counter(day.replace(day=1) for day in days)
    by_day = Counter(days)
    fullest = by_day.most_common(1)[0] if by_day else None
    most = max(by_month.values(), default=1)
    chosen = _month(request.GET.get("month", ""))
    rows = taken.filter(decided_on__year=chosen.year, decided_on__month=chosen.month) if chosen else taken.none()
    context = {
        "months": [Month(first, by_month[first], 100 * by_month[first] // most) for first in months],
        "total": len(days), "fullest": fullest, "chosen": chosen, "evaluable": len(days) >= FEWEST,
        "share": 100 * fullest[1] // len(days) if fullest else 0,
        "rows": list(rows.select_related("owner").order_by("decided_on", "pk")[:MOST]),
    }  # fmt: skip
    return render(request, "decision/over_time.html", context)


def _month(given: str) -> dt.date | None:
    """The first day of a month as `2026-03`; anything else is none."""
    try:
        return parse_date(f"{given}-01")
    except ValueError:
        return None


@require_GET
def communication(request: SignedInRequest) -> HttpResponse:
    """What was told within a year, whom it reached, and the departments that heard of nothing (M103, M105)."""
    today = clock.today()
    rows = (
        Announcement.objects.filter(event_date__gt=today - YEAR, exercise=False)
        .exclude(state__in=(DRAFT.name, VOID))
        .select_related("owner")
        .annotate(asked=Count("receipts"), seen=Count("receipts", filter=Q(receipts__state=SEEN.name)))
        .order_by("-event_date", "-pk")
    )
    heard = Receipt._base_manager.filter(state=SEEN.name, noted_on__gt=today - YEAR).values("owner__department")
    silent = Department.objects.filter(ended=None).exclude(pk__in=heard.exclude(owner__department=None))
    context = {"rows": list(rows[:MOST]), "silent": list(silent)}
    return render(request, "decision/communication.html", context)
