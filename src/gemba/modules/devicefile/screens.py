"""The index of a file on any day: as a page, a table, one PDF, or one ZIP with everything in it."""

import datetime as dt

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.export.recordfile import RecordFile, record_file_pdf, record_file_zip
from gemba.export.tables import write_csv
from gemba.export.views import CSV, download
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.devicefile.finding import Index, headings, index_of, unique
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.web.errors import refused
from gemba.web.middleware import SignedInRequest

LENGTH = len("2026-01-31")


def day_of(typed: str) -> dt.date:
    """The day in an address; today for anything that is none."""
    try:
        return dt.date.fromisoformat(typed) if len(typed) == LENGTH else clock.today()
    except ValueError:
        return clock.today()


@require_GET
def index(request: SignedInRequest, record: DesignFile | DeviceFile) -> HttpResponseBase:
    """M37, M38: each item with its revision on the day and the state of its signature; what is missing is listed."""
    day, form = day_of(request.GET.get("on", "")), request.GET.get("form", "")
    found = index_of(record, day)
    if form not in ("csv", "pdf", "zip"):
        context = {"record": record, "index": found, "parts": list(found.by_part()), "day": day}
        return render(request, "devicefile/index_page.html", context)
    name = f"{record.number} {day.isoformat()}"
    if form == "csv":
        return download(write_csv(headings(), (item.cells() for item in found.items)), f"{name}.csv", CSV)
    by, at = request.access.person.name, timezone.now()
    try:
        whole = record_file_of(found)
        if form == "zip":
            return download(record_file_zip(whole, by=by, at=at), f"{name}.zip", "application/zip")
        response = HttpResponse(record_file_pdf(whole, by=by, at=at), content_type="application/pdf")
    except Refused as refusal:
        return refused(request, refusal)
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def record_file_of(found: Index) -> RecordFile:
    file = found.file
    declared = registry.of(file)
    facts = [
        (str(declared.label).capitalize(), f"{file.number} {file.title}"),
        (_("Product"), file.product.name if file.product else _("missing")), (_("Version"), file.variant),
        (_("State"), str(declared.lifecycle.state(file.state).label)), (_("As of"), clock.in_words(found.day)),
        *((_("Not applicable: %s") % part.label, why) for part, items, why in found.by_part() if why and not items),
    ]  # fmt: skip
    records = unique([file, *(item.record for item in found.items), *_revisions(found)])
    return RecordFile(
        name=file.number, title=f"{declared.label}: {file.title}", facts=facts, remarks=found.remarks(),
        headings=headings(), rows=[item.cells() for item in found.items], widths=(4, 6, 3, 2, 3, 4, 4),
        records=records,
    )  # fmt: skip


def _revisions(found: Index) -> list[Record]:
    """The texts of the documents as they were in force on the day, as far as the reader may see them."""
    keys = [item.text for item in found.items if item.text]
    return list(Record.objects.filter(pk__in=keys).order_by("number"))
