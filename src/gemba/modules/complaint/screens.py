"""Pages of this module's own: the trend of complaints, and bringing a table in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from gemba.importers.reports import LARGEST
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import Screen
from gemba.modules.complaint import panels
from gemba.modules.complaint.arrivals import receive
from gemba.modules.complaint.jobs import import_table as import_job
from gemba.modules.complaint.models import NOT_COMPLAINT, Complaint, ComplaintImport
from gemba.modules.complaint.trend import FEWEST, LIMIT
from gemba.modules.complaint.trends import counted_in, groups_of, months_of, windows_of
from gemba.web.errors import status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest

UNPROCESSABLE = 422
MOST_ROWS = 200
SHOWN_IMPORTS = 10


@require_GET
def trend_page(request: SignedInRequest) -> HttpResponse:
    """The trend up to today, over what this reader may see; `group` and `span` open the rows behind a figure."""
    rows = Complaint.objects.filter(exercise=False).exclude(state__in=(VOID, NOT_COMPLAINT))
    windows = windows_of(rows, clock.today())
    group, span = request.GET.get("group", ""), request.GET.get("span", "")
    groups = groups_of(rows, windows)
    chosen = next((each for each in groups if each.name == group), None) if span in ("recent", "before") else None
    context = {
        "windows": windows, "groups": [(each, panels.TONES[each.judged.verdict]) for each in groups],
        "months": months_of(rows, windows), "limit": f"{LIMIT:.0%}", "fewest": FEWEST, "chosen": chosen, "span": span,
        "rows": counted_in(rows, windows, group, span)[:MOST_ROWS] if chosen else (), "most": MOST_ROWS,
    }  # fmt: skip
    return render(request, "complaint/trend.html", context)


class TableForm(PlainForm):
    """The table, and a word on where it comes from."""

    table = forms.FileField(
        label=_("Table of reports"), allow_empty_file=False,
        help_text=_("Text with tabs, pipes or commas between the columns and a header line, as the FDA publishes "
                    "MAUDE. Every report comes in once, however often you give it."),
    )  # fmt: skip
    remark = forms.CharField(
        label=_("Where it comes from"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_table(self) -> Any:
        given: Any = self.cleaned_data["table"]
        if (given.size or 0) > LARGEST:
            raise forms.ValidationError(_now("The table has more than %d MB. Cut it into several.") % (LARGEST >> 20))
        return given


@require_http_methods(["GET", "POST"])
def import_page(request: SignedInRequest) -> HttpResponse:
    """Take a table, keep it, and start its import; the page of the import shows how far it is."""
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return _asked(request, form, UNPROCESSABLE if request.method == "POST" else 200)
    given: Any = form.cleaned_data["table"]
    try:
        record = receive(
            given.read(), given.name or "table.txt", request.actor, request.access, remark=form.cleaned_data["remark"]
        )
    except Invalid as refusal:
        form.refuse(Invalid({"table": [s for each in refusal.fields.values() for s in each]}))
        return _asked(request, form, UNPROCESSABLE)
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return _asked(request, form, status_of(refusal))
    if record.open:
        import_job.enqueue(record.uid, request.access.person.uid)
    else:
        messages.info(request, _now("This very table was imported before. Nothing was changed."))
    return HttpResponseRedirect(reverse("record", args=[record.kind, record.number]))


def _asked(request: SignedInRequest, form: TableForm, status: int) -> HttpResponse:
    latest = ComplaintImport.objects.order_by("-pk")[:SHOWN_IMPORTS]
    return render(request, "complaint/import.html", {"form": form, "latest": latest}, status=status)


@require_http_methods(["GET", "POST"])
def progress_page(request: SignedInRequest, record: ComplaintImport) -> HttpResponse:
    """How far an import is, asked again by its page; sent, it starts one again that rests."""
    if request.method == "POST" and record.open:
        import_job.enqueue(record.uid, request.access.person.uid)
        return HttpResponseRedirect(reverse("record", args=[record.kind, record.number]))
    return render(request, "complaint/progress.html", {**panels.progress_of(record), "finished": not record.open})


trend = Screen(
    name="trend", path="complaints/trend", view=trend_page, menu=_("Complaint trend"),
    roles=(Role.QUALITY, Role.MANAGEMENT, Role.ENGINEER, Role.OPERATIONS, Role.AUDITOR),
)  # fmt: skip
import_table = Screen(
    name="import", path="complaints/import", view=import_page, menu=_("Import complaints"), roles=(Role.QUALITY,)
)
progress_of_import = Screen(name="progress", path="progress", view=progress_page, on_record=True, roles=(Role.QUALITY,))
