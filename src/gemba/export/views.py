"""Downloads. Everything goes out as an attachment, under the reader's own scope."""

from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gemba.export.document import record_pdf
from gemba.export.history import history_table
from gemba.export.proof.choose import one_record, thread
from gemba.export.proof.make import make_bundle
from gemba.export.tables import IN_MEMORY, table_of, write_csv, write_xlsx
from gemba.kernel.access.viewer import current_access
from gemba.kernel.actor import Actor
from gemba.kernel.lists.filters import Filters
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.types import RecordType, registry

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def visible_record(number: str) -> Record:
    """The record of that number, or the same 404 whether it is hidden or does not exist."""
    found: Record | None = Record.objects.filter(number=number).select_related("owner", "site", "product").first()
    if found is None:
        raise Http404
    return found


def readable_type(kind: str) -> RecordType[Any]:
    """The declaration of a kind the viewer may read at all."""
    access = current_access()
    if kind not in registry or not access.roles & set(registry.named(kind).permissions.read):
        raise Http404
    return registry.named(kind)


def download(file: IO[bytes], name: str, media_type: str) -> FileResponse:
    return FileResponse(file, as_attachment=True, filename=name, content_type=media_type)


@require_GET
def record_list(request: HttpRequest, kind: str, form: str) -> HttpResponseBase:
    """The rows of a list with the filters of its address, all pages."""
    declared = readable_type(kind)
    today = timezone.localdate()
    filters = Filters.read(declared, request.GET.dict())
    headings, rows = table_of(declared, filters.rows(declared, today))
    return _table(f"{declared.plural} {today}", str(declared.plural), form, headings, rows)


def _table(name: str, title: str, form: str, headings: list[str], rows: Any) -> FileResponse:
    if form == "csv":
        return download(write_csv(headings, rows), f"{name}.csv", CSV)
    return download(write_xlsx(title, headings, rows), f"{name}.xlsx", XLSX)


@require_GET
def record_history(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    record = visible_record(number)
    headings, rows = history_table(record)
    return _table(f"{record.number} history", record.number, form, headings, rows)


@require_POST
def record_bundle(request: HttpRequest, number: str) -> HttpResponseBase:
    """The record with its whole history, files and proofs; with `thread` also all that is linked to it.

    It is asked for by a button: taking something out is an event of the trail, and looking changes nothing (WEB-01).
    """
    record = visible_record(number)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  handed to the response, which closes it
    try:
        selection = thread(record) if request.POST.get("thread") == "1" else one_record(record)
        make_bundle(selection, actor, current_access(), file)
    except Refused as refusal:
        file.close()
        for sentence in refusal.sentences:
            messages.error(request, sentence)
        return HttpResponseRedirect(reverse("by_number", args=[record.number]))
    file.seek(0)
    return download(file, f"{record.number} bundle.zip", "application/zip")


@require_GET
def record_document(request: HttpRequest, number: str) -> HttpResponseBase:
    """The record as PDF/A."""
    record = visible_record(number)
    made = record_pdf(record, by=current_access().person.name, at=timezone.now())
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{record.number}.pdf"'
    return response
