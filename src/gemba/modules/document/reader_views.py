"""Reading, comparing and copying revisions. Each page says first whether the text holds."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET

from gemba.export.controlled import PdfError
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.refusals import Refused
from gemba.kernel.richtext.parsing import RichTextError
from gemba.modules.document.asked import Reading
from gemba.modules.document.copies import pdf_of, word_of
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.provenance import measured, templates_of
from gemba.modules.document.shown import compared, newest, reading_url, shown_of, whole
from gemba.modules.document.states import ASKED
from gemba.web.errors import refused
from gemba.web.middleware import SignedInRequest

YEARS = range(2000, 3000)
"""In which a copy can have been made."""
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_GET
def read_document(request: SignedInRequest, document: Document) -> HttpResponse:
    """The text in force; of a document that has none yet, its newest draft, marked as such."""
    revision = newest(document)
    if revision is None:
        raise Http404
    return HttpResponseRedirect(reading_url(revision))


@require_GET
def read_revision(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """A page with nothing on it but the text and what a reader needs to know of it."""
    context = {
        "record": revision, "shown": shown_of(revision), "reading": my_reading(revision, request.access.person.pk),
        "former": former_of(revision),
    }  # fmt: skip
    return render(request, "document/read.html", context)


def my_reading(revision: Revision, person: int) -> Reading | None:
    """What this person is asked to sign about the revision, if anything is left to sign."""
    rows = Reading.objects.filter(revision_id=revision.pk, owner_id=person, state=ASKED.name)
    found: Reading | None = rows.first()
    return found


def former_of(revision: Revision) -> Revision | None:
    """The revision before it that is not void."""
    rows = Revision.objects.filter(document_id=revision.document_id, sequence__lt=revision.sequence)
    found: Revision | None = rows.exclude(state=VOID).order_by("-sequence").first()
    return found


@require_GET
def redlined(request: SignedInRequest, document: Document) -> HttpResponse:
    """What changed between two revisions, both chosen in the address; by default the newest and the one before."""
    family = list(Revision.objects.filter(document_id=document.pk).order_by("-sequence"))
    new = _chosen(family, request.GET.get("new", "")) or next(iter(family), None)
    if new is None:
        return render(request, "document/redline.html", {"record": document})
    old = _chosen(family, request.GET.get("old", "")) or _before(family, new)
    context: dict[str, Any] = {"record": document, "family": family, "old": old, "new": new}
    try:
        context["compared"] = compared(whole(old) if old else "", whole(new))
    except RichTextError as error:
        context["refusal"] = str(error)
    context["only"] = request.GET.get("only") == "1"
    return render(request, "document/redline.html", context)


def _chosen(family: list[Revision], typed: str) -> Revision | None:
    return next((each for each in family if str(each.sequence) == typed), None)


def _before(family: list[Revision], new: Revision) -> Revision | None:
    return next((each for each in family if each.sequence < new.sequence and each.state != VOID), None)


@require_GET
def against_template(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """What is the company's own in a text that began as another (M56)."""
    template = templates_of([revision]).get(revision.pk)
    if template is None:
        raise Http404
    context: dict[str, Any] = {"record": revision, "template": template, "measured": measured(revision, template)}
    try:
        context["compared"] = compared(template.html, revision.body)
    except RichTextError as error:
        context["refusal"] = str(error)
    context["only"] = request.GET.get("only") == "1"
    return render(request, "document/against_template.html", context)


@require_GET
def pdf(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """The controlled copy. The moment stands in the address: the same address gives the same bytes."""
    at = _moment(request)
    if at is None:
        return _at_this_moment(request)
    uncontrolled = request.GET.get("copy") == "uncontrolled"
    try:
        made = pdf_of(revision, by=request.access.person, at=at, uncontrolled=uncontrolled)
    except (PdfError, RichTextError) as error:
        return refused(request, Refused(str(error)))
    return _file(made, f"{revision.number}.pdf", PDF)


@require_GET
def word(request: SignedInRequest, revision: Revision) -> HttpResponse:
    """A Word file to go on working with; what comes back is taken in as a draft."""
    at = _moment(request)
    if at is None:
        return _at_this_moment(request)
    try:
        made = word_of(revision, by=request.access.person, at=at)
    except RichTextError as error:
        return refused(request, Refused(str(error)))
    return _file(made, f"{revision.number}.docx", WORD)


def _moment(request: SignedInRequest) -> dt.datetime | None:
    """The moment in the address, in UTC and to the second; None for a later one than now and for what is none."""
    try:
        asked = parse_datetime(request.GET.get("at", ""))
    except ValueError:
        asked = None
    if asked is None or asked.tzinfo is None or asked.year not in YEARS:
        return None
    moment = asked.astimezone(dt.UTC).replace(microsecond=0)
    return moment if moment <= timezone.now() else None


def _at_this_moment(request: SignedInRequest) -> HttpResponse:
    now = timezone.now().astimezone(dt.UTC).replace(microsecond=0)
    asked = {**request.GET.dict(), "at": now.isoformat().replace("+00:00", "Z")}
    return HttpResponseRedirect(f"{request.path}?{urlencode(asked)}")


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
