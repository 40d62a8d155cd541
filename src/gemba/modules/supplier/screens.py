"""The approved suppliers of any day, and the file of one supplier. Both as page and as files."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.export.recordfile import RecordFile, record_file_pdf, record_file_zip
from gemba.export.tables import write_csv, write_xlsx
from gemba.export.values import Cell
from gemba.export.views import CSV, XLSX, download
from gemba.kernel import clock
from gemba.kernel.refusals import Refused
from gemba.kernel.types import registry
from gemba.modules.supplier.gathered import gathered, record_file_of
from gemba.modules.supplier.models import Supplier, SupplierDecision
from gemba.modules.supplier.standing import ALLOWS, decisions_on
from gemba.modules.supplier.states import STATUS
from gemba.web.errors import refused
from gemba.web.middleware import SignedInRequest

PER_PAGE = 50
MOST_ON_PAPER = 3_000
ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a day, who may supply or everybody with a status, and where the page begins."""

    day: dt.date
    every: bool
    after: str

    @classmethod
    def read(cls, request: SignedInRequest) -> "Asked":
        given = request.GET
        return cls(day_of(given.get("on", "")), given.get("show") == "all", given.get("after", "")[:40])

    def rows(self) -> "QuerySet[SupplierDecision]":
        rows = decisions_on(self.day)
        return rows if self.every else rows.filter(ruling__in=ALLOWS)

    @property
    def query(self) -> str:
        return f"on={self.day.isoformat()}{'&show=all' if self.every else ''}"


def day_of(typed: str) -> dt.date:
    """The day in an address; today for anything that is none."""
    try:
        return dt.date.fromisoformat(typed) if len(typed) == len("2026-01-31") else clock.today()
    except ValueError:
        return clock.today()


@require_GET
def approved_list(request: SignedInRequest) -> HttpResponseBase:
    """Who was approved for what on a day (7.4.1; M157, M160)."""
    asked = Asked.read(request)
    form = request.GET.get("form", "")
    if form in ("csv", "xlsx", "pdf"):
        return _list_file(request, asked, form)
    rows = asked.rows()
    shown = rows.filter(supplier__number__gt=asked.after) if asked.after.isprintable() else rows
    page = list(shown[: PER_PAGE + 1])
    more = page[PER_PAGE - 1].supplier.number if len(page) > PER_PAGE else ""
    context = {
        "asked": asked, "rows": [(each, STATUS[each.ruling]) for each in page[:PER_PAGE]], "more": more,
        "today": clock.today(), "numbers": _numbers(clock.today()),
    }  # fmt: skip
    return render(request, "supplier/approved.html", context)


def _numbers(today: dt.date) -> list[tuple[str, int, str]]:
    """What is amiss with approved suppliers today, each leading to its rows: one statement."""
    declared = registry.named("supplier")
    wanted = {f"flag_{n}": Count("pk", filter=flag.rows(today)) for n, flag in enumerate(declared.flags)}
    found = Supplier.objects.filter(exercise=False).aggregate(waiting=Count("pk", filter=Q(state="proposed")), **wanted)
    here = reverse("register", args=["supplier"])
    flags = [(str(flag.label), found[f"flag_{n}"], f"{here}?flag={flag.name}") for n, flag in enumerate(declared.flags)]
    return [(_("Proposed"), found["waiting"], f"{here}?state=proposed"), *flags]


def list_headings() -> list[str]:
    return [
        _("Supplier"), _("Status"), _("Since"), _("Holds until"), _("Class"), _("For what"), _("Where"), _("Decision"),
    ]  # fmt: skip


def list_cells(each: SupplierDecision) -> list[Cell]:
    goods = "; ".join(line["what"] for line in each.supplies)
    return [
        f"{each.supplier.number} {each.supplier.title}", str(STATUS[each.ruling].label), each.valid_from, each.until,
        each.criticality, goods, each.address, each.number,
    ]  # fmt: skip


def _list_file(request: SignedInRequest, asked: Asked, form: str) -> HttpResponseBase:
    title = _("Approved suppliers on %s") % asked.day.isoformat()
    rows: Iterator[Sequence[Cell]] = (list_cells(each) for each in asked.rows().iterator(500))
    if form == "csv":
        return download(write_csv(list_headings(), rows), f"{title}.csv", CSV)
    if form == "xlsx":
        return download(write_xlsx(title, list_headings(), rows), f"{title}.xlsx", XLSX)
    whole = RecordFile(
        name=title, title=title, facts=[(_("As of"), asked.day.isoformat())], remarks=(), headings=list_headings(),
        rows=[list_cells(each) for each in asked.rows()[:MOST_ON_PAPER]], widths=(5, 3, 3, 3, 2, 5, 4, 4), records=(),
    )  # fmt: skip
    made = record_file_pdf(whole, by=request.access.person.name, at=timezone.now())
    return _as_file(made, f"{title}.pdf", "application/pdf")


def _as_file(made: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(made, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
def supplier_file(request: SignedInRequest, record: Supplier) -> HttpResponseBase:
    """The file of one supplier: a page, one PDF, or one ZIP with everything in it (M40)."""
    today = clock.today()
    found = gathered(record, today)
    form = request.GET.get("form", "")
    if form not in ("pdf", "zip"):
        return render(request, "supplier/file.html", {"record": record, "file": found, "today": today})
    by, at = request.access.person.name, timezone.now()
    try:
        whole = record_file_of(found, today)
        if form == "pdf":
            return _as_file(record_file_pdf(whole, by=by, at=at), f"{record.number} file.pdf", "application/pdf")
        return download(record_file_zip(whole, by=by, at=at), f"{record.number} file.zip", ZIP)
    except Refused as refusal:
        return refused(request, refusal)
