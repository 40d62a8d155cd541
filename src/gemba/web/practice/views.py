"""The pages of paper and practice. Every figure opens the rows behind it; nothing on them can be typed."""

import csv
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.practice.assessment import Assessment, assess, claimed_by_doubted
from gemba.evidence.practice.joined import beside, processes_by_gap
from gemba.evidence.practice.proof import yielding
from gemba.evidence.practice.snapshots import frameworks_in_force, trend
from gemba.evidence.practice.states import explained
from gemba.evidence.practice.windows import months_of, window_start
from gemba.evidence.scope.standing import decisions_on, frameworks_on
from gemba.kernel import clock
from gemba.kernel.roles import READERS
from gemba.web.middleware import SignedInRequest
from gemba.web.practice.asked import Asked, asked_of
from gemba.web.practice.matrix import drawn
from gemba.web.practice.shown import (
    chapters,
    claimed,
    duty_shown,
    fell_due,
    found_first,
    line_of,
    proving,
    registers_of,
)

FIRST_FOUND, PAGE = 12, 50
FORMS = ("csv", "xlsx", "pdf")
MONTHS = 24


def readers_only(request: SignedInRequest) -> None:
    """Whoever reads no records at all does not read what they add up to."""
    if not request.access.everything and not request.access.roles & set(READERS):
        raise Http404


def framework_of(name: str) -> Framework:
    """The framework of that id, or not found."""
    found = known_catalogue().frameworks.get(name)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows, and what was asked for it."""

    asked: Asked
    found: Assessment


def seen(request: SignedInRequest, name: str) -> Seen:
    """The framework as it stood on the day asked about, at the site and of the product asked about."""
    readers_only(request)
    framework, asked = framework_of(name), asked_of(request)
    decided = decisions_on(asked.day, framework.id)
    return Seen(asked, assess(framework, decided, on=asked.day, place=asked.place, drafts=asked.drafts))


def context_of(seen: Seen) -> dict[str, Any]:
    """What every page of a framework shows."""
    found, asked = seen.found, seen.asked
    chosen = frameworks_on(found.day)
    return {
        "found": found, "framework": found.framework, "figures": found.overall, "day": found.day,
        "past": found.day < clock.today(), "today": clock.today(),
        "frameworks": frameworks_in_force(found.day, chosen), "scoped": bool(chosen),
        "asked": asked, "asked_day": asked.query,
    }  # fmt: skip


@require_GET
def first(request: SignedInRequest) -> HttpResponse:
    """The map of the first framework in force."""
    readers_only(request)
    return clause_map(request, frameworks_in_force(clock.today())[0].id)


@require_GET
def clause_map(request: SignedInRequest, framework: str) -> HttpResponse:
    """Every clause as a cell, with what an auditor would find first and how the gap went."""
    page = seen(request, framework)
    since, site = page.found.day - relativedelta(months=MONTHS), page.asked.place.site
    kept = trend(framework, since, site=site) if page.asked.product is None else ()
    context = context_of(page) | {
        "chapters": [
            {"clause": each.clause, "figures": each.figures, "cells": each.drawn(page.asked.query)}
            for each in chapters(page.found)
        ],
        "first": found_first(page.found, FIRST_FOUND), "trend": kept, "line": line_of(kept),
    }  # fmt: skip
    return render(request, "practice/map.html", context)


@require_GET
def first_found(request: SignedInRequest, framework: str) -> HttpResponse:
    """What an auditor would find first: every duty that is not shown to work, the worst first, and what to do next."""
    page = seen(request, framework)
    found = found_first(page.found, doubted=claimed_by_doubted(page.found))
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = context_of(page) | {"page": shown, "count": len(found)}
    return render(request, "practice/first.html", context)


@require_GET
def matrix(request: SignedInRequest, framework: str) -> HttpResponse:
    """Every requirement beside its procedures, records, training and risks. Cells can be walked with the arrow keys."""
    page = seen(request, framework)
    rows = beside(page.found, page.asked.place)
    context = {"rows": drawn(rows, framework, page.asked.query), "count": len(rows), "forms": FORMS}
    return render(request, "practice/matrix.html", context_of(page) | context)


@require_GET
def processes(request: SignedInRequest, framework: str) -> HttpResponse:
    """The processes with the duties that their documents claim, the widest gap first."""
    page = seen(request, framework)
    return render(request, "practice/processes.html", context_of(page) | {"rows": processes_by_gap(page.found)})


@require_GET
def clause(request: SignedInRequest, framework: str, number: str) -> HttpResponse:
    """The duties of one clause and of those below it, with who claims them and what proves them."""
    page = seen(request, framework)
    found = page.found
    if number not in found.framework.clauses:
        raise Http404
    rows = found.rows_under(number)
    claims: dict[str, list[Any]] = {}
    for claim in claims_on(framework, [row.duty.id for row in rows]):
        claims.setdefault(claim.duty, []).append(claim.record)
    context = context_of(page) | {
        "clause": found.framework.clauses[number], "figures": found.under(number),
        "duties": [
            {"shown": duty_shown(framework, row), "documents": list(dict.fromkeys(claims.get(row.duty.id, ())))}
            for row in rows
        ],
        "registers": registers_of([name for row in rows for name in row.duty.proving]),
    }  # fmt: skip
    return render(request, "practice/clause.html", context)


@require_GET
def duty(request: SignedInRequest, framework: str, name: str) -> HttpResponse:
    """One duty: what it asks, who claims it, what would prove it and what does, and why it stands as it does."""
    page = seen(request, framework)
    found = page.found
    row = found.row(name)
    if row is None:
        raise Http404
    context = context_of(page) | {
        "shown": duty_shown(framework, row), "row": row, "clause": found.framework.clauses[row.duty.clause],
        "why": explained(row.ground, row.state, found.day), "claims": claimed(framework, name, found.day),
        "proofs": proving(row.duty.proving, page.asked.place), "kinds": yielding(row.duty.proving),
        "types": [found.framework.evidence_types[each] for each in row.duty.proving],
        "around": [found.framework.evidence_types[each] for each in row.duty.evidence if each not in row.duty.proving],
        "months": months_of(row.duty), "start": window_start(row.duty, found.day), "due": fell_due(found, row),
    }  # fmt: skip
    return render(request, "practice/duty.html", context)


@require_GET
def export(request: SignedInRequest, framework: str) -> HttpResponse:
    """Every duty with its state as CSV: what the map says, row by row."""
    page = seen(request, framework)
    found = page.found
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    drafts = "-with-drafts" if page.asked.drafts else ""
    response["Content-Disposition"] = f'attachment; filename="{framework}-{found.day.isoformat()}{drafts}.csv"'
    rows = csv.writer(response)
    rows.writerow(["clause", "duty", "text", "state", "claimed since", "newest valid evidence", "window months"])
    for row in found.rows:
        ground = row.ground
        rows.writerow([
            row.duty.clause, row.duty.id, row.duty.text, row.word, ground.claimed_since or "",
            ground.newest_valid or "", months_of(row.duty),
        ])  # fmt: skip
    return response
