"""Signals on screen: one line each, and a page with the rows behind every figure."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gemba.evidence.signals.all import SIGNALS
from gemba.evidence.signals.all import signals as all_signals
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.web.middleware import SignedInRequest
from gemba.web.practice.views import readers_only


@require_GET
def signals(request: SignedInRequest) -> HttpResponse:
    """Every signal, those that fired first."""
    readers_only(request)
    found = all_signals(clock.today())
    fired = [each for signal in found for each in signal.findings if each.fired]
    seen = _seen({each.of[0] for each in fired if each.of is not None})
    shown = [(signal, [(each.about_for(seen), each) for each in signal.findings if each.fired]) for signal in found]
    return render(request, "practice/signals.html", {"signals": shown})


def _seen(wanted: set[int]) -> dict[int, Record]:
    return {record.pk: record for record in Record.objects.filter(pk__in=wanted)} if wanted else {}


@require_GET
def signal(request: SignedInRequest, name: str) -> HttpResponse:
    """What one signal says, from how many rows, in which window, and what it does not mean."""
    readers_only(request)
    if name not in SIGNALS:
        raise Http404
    found = SIGNALS[name](clock.today())
    records = _seen({pk for finding in found.findings for pk in finding.names})
    shown: list[dict[str, Any]] = [
        {
            "finding": finding, "about": finding.about_for(records),
            "hidden": sum(not records.keys() >= set(row.names) for row in finding.rows),
            "rows": [{"row": row, "record": records.get(row.record or 0)} for row in finding.rows
                     if records.keys() >= set(row.names)],
        }
        for finding in found.findings
    ]  # fmt: skip
    quiet = [each for each in shown if not each["finding"].fired]
    return render(request, "practice/signal.html", {"signal": found, "shown": shown, "quiet": quiet})
