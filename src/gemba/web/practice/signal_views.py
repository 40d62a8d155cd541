"""Signals on screen: one line each, and a page with the rows behind every figure."""

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
    return render(request, "practice/signals.html", {"signals": all_signals(clock.today())})


@require_GET
def signal(request: SignedInRequest, name: str) -> HttpResponse:
    """What one signal says, from how many rows, in which window, and what it does not mean."""
    readers_only(request)
    if name not in SIGNALS:
        raise Http404
    found = SIGNALS[name](clock.today())
    wanted = {pk for finding in found.findings for row in finding.rows for pk in row.names}
    records = {record.pk: record for record in Record.objects.filter(pk__in=wanted)} if wanted else {}
    shown = [
        {
            "finding": finding, "hidden": sum(not records.keys() >= set(row.names) for row in finding.rows),
            "rows": [{"row": row, "record": records.get(row.record)} for row in finding.rows
                     if records.keys() >= set(row.names)],
        }
        for finding in found.findings
    ]  # fmt: skip
    return render(request, "practice/signal.html", {"signal": found, "shown": shown})
