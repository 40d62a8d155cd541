"""Overviews of all documents: the control matrix, what is inconsistent, and the starter set."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from gemba.evidence.starter.load import starter_set
from gemba.export.controlled import PdfError, controlled_pdf
from gemba.export.controlled_document import ControlledDocument, Mark
from gemba.export.tables import write_csv, write_xlsx
from gemba.export.values import Cell
from gemba.export.views import CSV, XLSX, download
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Refused
from gemba.kernel.richtext.parsing import RichTextError
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.linting import Remark, around_of, remarks_on
from gemba.modules.document.matrix import Line, every_line, headings, lines, series
from gemba.modules.document.pages import DocumentPage, page_of
from gemba.modules.document.starter import Loading, Outcome, chosen, offers, title_of_set
from gemba.web.errors import refused
from gemba.web.middleware import SignedInRequest

PER_PAGE = 50
FORMS = ("csv", "xlsx", "pdf")
MOST_ON_PAPER = 3_000
"""Documents in the matrix as PDF; more are read as a table."""


@require_GET
def control_matrix(request: SignedInRequest) -> HttpResponseBase:
    """Document, process, owner, current revision, history, retention, next review (M51)."""
    form = request.GET.get("form", "")
    if form in FORMS:
        return _matrix_file(request, form)
    if request.GET.get("part") == "numbers":
        return _numbering(request)
    page = _page(request)
    context = {"page": page, "lines": lines(page.rows), "heads": headings(), "today": timezone.localdate()}
    return render(request, "document/matrix.html", context)


def _page(request: SignedInRequest) -> DocumentPage:
    return page_of(PER_PAGE, after=request.GET.get("after", ""), before=request.GET.get("before", ""))


def _numbering(request: SignedInRequest) -> HttpResponse:
    """Void and missing numbers. It looks at every number, so it is asked for apart from the page (M48)."""
    part = request.headers.get("HX-Request") == "true"
    return render(request, "document/numbering.html" if part else "document/numbers.html", {"series": series()})


def _matrix_file(request: SignedInRequest, form: str) -> HttpResponseBase:
    name = f"{_('Document control matrix')} {timezone.localdate()}"
    rows: Iterator[Sequence[Cell]] = (line.cells() for line in every_line())
    if form == "csv":
        return download(write_csv(headings(), rows), f"{name}.csv", CSV)
    if form == "xlsx":
        return download(write_xlsx(_("Document control matrix"), headings(), rows), f"{name}.xlsx", XLSX)
    try:
        made = matrix_pdf(list(every_line()), by=request.access.person.name, at=timezone.now())
    except (PdfError, RichTextError) as error:
        return refused(request, Refused(str(error)))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def matrix_pdf(found: Sequence[Line], *, by: str, at: dt.datetime) -> bytes:
    """The matrix on paper, with the gaps of the numbering behind it."""
    head = "".join(f'<th scope="col"><p>{escape(text)}</p></th>' for text in headings())
    body = "".join(_paper_row(line) for line in found[:MOST_ON_PAPER])
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return controlled_pdf(
        ControlledDocument(
            company=organisation().name, number=_("Matrix"), title=_("Document control matrix"), kind=_("Overview"),
            revision=at.date().isoformat(), state=_("As of %s") % clock.in_words(at), html=table + _numbering_html(),
            made_for=by, made_at=at.replace(microsecond=0), mark=Mark.NONE, seal=seal_mark(),
        )
    )  # fmt: skip


def _paper_row(line: Line) -> str:
    cells = (clock.in_words(cell) if isinstance(cell, dt.date) else cell for cell in line.cells())
    return f"<tr>{''.join(f'<td><p>{escape(cell)}</p></td>' for cell in cells)}</tr>"


def _numbering_html() -> str:
    told = ((each.name, (*each.missing, *(number for number, _title in each.void))) for each in series())
    rows = "".join(f"<li><p>{escape(name)}: {escape(', '.join(numbers))}</p></li>" for name, numbers in told if numbers)
    return f"<h2>{escape(_('Void or missing numbers'))}</h2><ul>{rows}</ul>" if rows else ""


@dataclass(frozen=True, slots=True)
class Looked:
    """A document with what the rules say of it."""

    document: Document
    revision: Revision
    remarks: Sequence[Remark]


def looked_at(wanted: Sequence[Document]) -> list[Looked]:
    """The revisions in force, or the newest drafts, of these documents with their remarks: six statements in all."""
    rows = Revision.objects.filter(document__in=wanted).exclude(state=VOID)
    by_document = {row.document_id: row for row in rows.order_by("in_force", "sequence")}
    revisions = []
    for document in wanted:
        if revision := by_document.get(document.pk):
            revision.document = document
            revisions.append(revision)
    around = around_of(revisions)
    return [Looked(each.document, each, remarks_on(each, around)) for each in revisions]


@require_GET
def consistency(request: SignedInRequest) -> HttpResponse:
    """What the rules say of every document, page by page; a rule can be chosen (M47)."""
    page = _page(request)
    found = looked_at(page.rows)
    titles = {remark.code: remark.title for each in found for remark in each.remarks}
    code = request.GET.get("rule", "")
    if code in titles:
        found = [Looked(e.document, e.revision, [r for r in e.remarks if r.code == code]) for e in found]
    context: dict[str, Any] = {
        "page": page, "found": [each for each in found if each.remarks], "looked": len(found), "rule": code,
        "rules": sorted(titles.items(), key=lambda pair: pair[1]), "count": sum(len(each.remarks) for each in found),
    }  # fmt: skip
    return render(request, "document/consistency.html", context)


@require_GET
def checks(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """The same for one revision, as a part of its page or a page of its own."""
    context = {"record": revision, "remarks": remarks_on(revision, around_of([revision]))}
    part = request.headers.get("HX-Request") == "true"
    return render(request, "document/remarks.html" if part else "document/checks.html", context)


@require_http_methods(["GET", "POST"])
def starter(request: SignedInRequest) -> HttpResponse:
    """The starter set, all or some of it, into this company as drafts."""
    known = starter_set()
    if request.method != "POST":
        groups: dict[str, list[Any]] = {}
        for offer in offers():
            groups.setdefault(str(offer.starter.type), []).append(offer)
        return render(
            request, "document/starter.html", {"set": known, "title": title_of_set(known), "groups": groups.items()}
        )
    try:
        wanted = list(known.documents.values()) if "all" in request.POST else chosen(request.POST.getlist("number"))
    except Refused as refusal:
        return refused(request, refusal)
    taken = list(Loading(request.actor, request.access).every(wanted))
    loaded = sum(each.outcome is Outcome.LOADED for each in taken)
    messages.success(
        request, ngettext("%d document is loaded as a draft.", "%d documents are loaded as drafts.", loaded) % loaded
    )
    for each in taken:
        if each.outcome is Outcome.REFUSED:
            messages.error(request, f"{each.starter.number}: {each.why}")
    return HttpResponseRedirect(reverse("register", args=["document"]) if loaded else request.path)
