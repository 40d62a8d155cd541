"""Changes at a glance: where they are, how fast, how often the rule was bypassed. Each number opens its rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.types import registry
from gemba.modules.change.models import Change
from gemba.web.middleware import SignedInRequest

YEAR = dt.timedelta(days=365)
MOST_ROWS = 200
FEWEST = 5
"""Below so many changes a share or a median says nothing."""


@dataclass(frozen=True, slots=True)
class Number:
    label: str
    value: str
    url: str = ""
    note: str = ""


@require_GET
def changes_at_a_glance(request: SignedInRequest) -> HttpResponse:
    today = clock.today()
    chosen = request.GET.get("type", "")
    chosen = chosen if chosen in Change.Type.values else ""
    context = {
        "numbers": _numbers(today), "pace": _pace(today), "by_type": _by_type(), "chosen": chosen,
        "chosen_label": Change.Type(chosen).label if chosen else "", "rows": _rows(chosen) if chosen else (),
    }  # fmt: skip
    return render(request, "change/at_a_glance.html", context)


def _list(query: str) -> str:
    return f"{reverse('register', args=['change'])}?{query}"


def _numbers(today: dt.date) -> Sequence[Number]:
    """One statement: open ones by state, and each flag."""
    declared = registry.named("change")
    states = [state for state in declared.lifecycle.states if not state.final]
    wanted: dict[str, Any] = {f"in_{s.name}": Count("pk", filter=Q(state=s.name)) for s in states}
    wanted |= {f"flag_{n}": Count("pk", filter=flag.rows(today)) for n, flag in enumerate(declared.flags)}
    found = Change.objects.filter(exercise=False).aggregate(
        every=Count("pk", filter=Q(open=True)), past=Count("pk", filter=Q(open=True, due__lt=today)), **wanted
    )
    return [
        Number(_("Open"), str(found["every"]), _list("show=open")),
        *(Number(str(s.label), str(found[f"in_{s.name}"]), _list(f"state={s.name}")) for s in states),
        Number(_("Overdue"), str(found["past"]), _list("due=overdue")),
        *(
            Number(str(flag.label), str(found[f"flag_{n}"]), _list(f"flag={flag.name}"))
            for n, flag in enumerate(declared.flags)
        ),
    ]


def _pace(today: dt.date) -> Sequence[Number]:
    """Of the changes put into effect within a year: how long they took, and how many bypassed the approval."""
    rows = list(
        Change.objects.filter(valid_from__gt=today - YEAR, exercise=False)
        .exclude(state=VOID)
        .values_list("event_date", "valid_from", "emergency")
    )
    n = len(rows)
    note = _("of %d put into effect within a year") % n
    if n < FEWEST:
        return [Number(_("Pace and bypass"), _("not evaluable"), note=_("%(n)d of at least %(least)d changes")
                       % {"n": n, "least": FEWEST})]  # fmt: skip
    days = [(into - asked).days for asked, into, urgent in rows if not urgent]
    urgent = sum(urgent for _asked, _into, urgent in rows)
    middle = f"{median(days):g}" if days else _("not evaluable")
    return [
        Number(_("Days from asking to effect, median"), middle, note=note),
        Number(_("Made before approval, of 100"), f"{100 * urgent / n:.0f}", _list("flag=emergency"), note),
    ]


def _by_type() -> Sequence[Number]:
    rows = Change.objects.filter(open=True, exercise=False).values_list("type")
    counted = dict(rows.annotate(n=Count("pk")).order_by())
    here = "?type="
    return [
        Number(str(kind.label), str(counted.get(kind.value, 0)), f"{here}{kind.value}#rows") for kind in Change.Type
    ]


def _rows(chosen: str) -> Sequence[Change]:
    rows = Change.objects.filter(open=True, exercise=False, type=chosen).select_related("owner")
    return list(rows.order_by("due", "pk")[:MOST_ROWS])
