"""The pages of paper and practice. Every figure opens the rows behind it; nothing on them can be typed."""

import csv
import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.proof import proofs, yielding
from gemba.evidence.practice.snapshots import frameworks_in_force, trend
from gemba.evidence.practice.states import LABELS, explained
from gemba.evidence.practice.windows import months_of, window_start
from gemba.evidence.scope.standing import decisions_on, frameworks_on
from gemba.kernel import clock
from gemba.kernel.roles import READERS
from gemba.web.middleware import SignedInRequest
from gemba.web.practice.shown import chapters, duty_shown, found_first, line_of

FIRST_FOUND = 12
MONTHS = 24


def readers_only(request: SignedInRequest) -> None:
    """Whoever reads no records at all does not read what they add up to."""
    if not request.access.everything and not request.access.roles & set(READERS):
        raise Http404


def _day(request: SignedInRequest) -> dt.date:
    """The day asked about, never a later one than today."""
    try:
        asked = parse_date(request.GET.get("on", ""))
    except ValueError:
        asked = None
    return min(asked or clock.today(), clock.today())


def framework_of(name: str) -> Framework:
    """The framework of that id, or not found."""
    found = known_catalogue().frameworks.get(name)
    if found is None:
        raise Http404
    return found


def _assessed(request: SignedInRequest, name: str) -> Assessment:
    readers_only(request)
    framework, day = framework_of(name), _day(request)
    return assess(framework, decisions_on(day, framework.id), on=day)


def _context(request: SignedInRequest, found: Assessment) -> dict[str, Any]:
    return {
        "found": found, "framework": found.framework, "figures": found.overall, "day": found.day,
        "past": found.day < clock.today(), "today": clock.today(),
        "frameworks": frameworks_in_force(found.day), "scoped": bool(frameworks_on(found.day)),
        "asked_day": f"?on={found.day.isoformat()}" if found.day < clock.today() else "",
    }  # fmt: skip


@require_GET
def first(request: SignedInRequest) -> HttpResponse:
    """The map of the first framework in force."""
    readers_only(request)
    return clause_map(request, frameworks_in_force(_day(request))[0].id)


@require_GET
def clause_map(request: SignedInRequest, framework: str) -> HttpResponse:
    """Every clause as a cell, with what an auditor would find first and how the gap went."""
    found = _assessed(request, framework)
    kept = trend(framework, found.day - relativedelta(months=MONTHS))
    context = _context(request, found) | {
        "chapters": chapters(found), "first": found_first(found, FIRST_FOUND), "trend": kept, "line": line_of(kept),
    }  # fmt: skip
    return render(request, "practice/map.html", context)


@require_GET
def clause(request: SignedInRequest, framework: str, number: str) -> HttpResponse:
    """The duties of one clause and of those below it, with who claims them and what proves them."""
    found = _assessed(request, framework)
    if number not in found.framework.clauses:
        raise Http404
    rows = found.rows_under(number)
    claims: dict[str, list[Any]] = {}
    for claim in claims_on(framework, [row.duty.id for row in rows]):
        claims.setdefault(claim.duty, []).append(claim.record)
    context = _context(request, found) | {
        "clause": found.framework.clauses[number], "figures": found.under(number),
        "duties": [
            {"shown": duty_shown(framework, row), "documents": list(dict.fromkeys(claims.get(row.duty.id, ())))}
            for row in rows
        ],
    }  # fmt: skip
    return render(request, "practice/clause.html", context)


@require_GET
def duty(request: SignedInRequest, framework: str, name: str) -> HttpResponse:
    """One duty: what it asks, who claims it, what would prove it and what does, and why it stands as it does."""
    found = _assessed(request, framework)
    row = found.row(name)
    if row is None:
        raise Http404
    context = _context(request, found) | {
        "shown": duty_shown(framework, row), "row": row, "clause": found.framework.clauses[row.duty.clause],
        "why": explained(row.ground, row.state, found.day), "claims": claims_on(framework, [name]),
        "proofs": proofs(row.duty.evidence), "kinds": yielding(row.duty.evidence),
        "types": [found.framework.evidence_types[each] for each in row.duty.evidence],
        "months": months_of(row.duty), "start": window_start(row.duty, found.day),
    }  # fmt: skip
    return render(request, "practice/duty.html", context)


@require_GET
def export(request: SignedInRequest, framework: str) -> HttpResponse:
    """Every duty with its state as CSV: what the map says, row by row."""
    found = _assessed(request, framework)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{framework}-{found.day.isoformat()}.csv"'
    rows = csv.writer(response)
    rows.writerow(["clause", "duty", "text", "state", "claimed since", "newest valid evidence", "window months"])
    for row in found.rows:
        ground = row.ground
        rows.writerow([
            row.duty.clause, row.duty.id, row.duty.text, LABELS[row.state], ground.claimed_since or "",
            ground.newest_valid or "", months_of(row.duty),
        ])  # fmt: skip
    return response
