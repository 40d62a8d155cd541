"""The ledger on screen: what was expected, how it ended, and waiving what will not come."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gemba.evidence.claims.catalogued import known_catalogue, known_duty
from gemba.evidence.expectations import ledger as rows_of
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.waive import WAIVERS, Waive
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.web.errors import status_of
from gemba.web.forms import ReasonForm
from gemba.web.middleware import SignedInRequest
from gemba.web.practice.views import framework_of, readers_only
from gemba.web.views.common import UNPROCESSABLE, acting

MONTHS = 24
PAGE = 50
TONES = {
    Expectation.End.MET: "good", Expectation.End.OPEN: "calm", Expectation.End.LATE: "warn",
    Expectation.End.MISSED: "bad", Expectation.End.WAIVED: "warn", Expectation.End.EXERCISED: "warn",
}  # fmt: skip


@require_GET
def ledger(request: SignedInRequest, framework: str) -> HttpResponse:
    """Two years back and one ahead, with the counts that the ratio is made of; each count is a filter."""
    readers_only(request)
    found = framework_of(framework)
    today = clock.today()
    since, until = today - relativedelta(months=MONTHS), today + dt.timedelta(days=366)
    wanted = request.GET.get("end", "")
    end = wanted if wanted in Expectation.End.values else ""
    duty = known_duty(known_catalogue(), found.id, request.GET.get("duty", ""))
    only = duty.id if duty else ""
    rows = rows_of.rows(found.id, since=since, until=until, end=end, duty=only)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    ratio = rows_of.ratio(found.id, since=since, until=until, duty=only)
    context = {
        "framework": found, "since": since, "ratio": ratio, "end": end, "page": page, "duty": duty,
        "kept": f"&{urlencode({'duty': only})}" if only else "",
        "counts": [(value, label, ratio.counts.get(value, 0), TONES[Expectation.End(value)])
                   for value, label in Expectation.End.choices],
        "rows": _shown(found.id, list(page)), "may_waive": request.access.holds(*WAIVERS),
    }  # fmt: skip
    return render(request, "practice/ledger.html", context)


def _shown(framework: str, page: Sequence[Expectation]) -> list[dict[str, Any]]:
    """Rows with what this reader may know: a record that they may not see has neither number nor address here."""
    today = clock.today()
    named = {pk for each in page for pk in (each.record_id, each.because_id) if pk is not None}
    seen = set(Record.objects.filter(pk__in=named).order_by().values_list("pk", flat=True)) if named else set()
    return [
        {
            "each": each, "duty": known_duty(known_catalogue(), framework, each.duty),
            "tone": TONES[Expectation.End(each.end)], "late": each.end == Expectation.End.OPEN and each.due < today,
            "sees": each.record_id in seen,
            "sees_because": each.because_id in seen,
        }
        for each in page
    ]  # fmt: skip


@require_http_methods(["GET", "POST"])
def waive(request: SignedInRequest, framework: str, uid: str) -> HttpResponse:
    """Ask why, and keep who said so."""
    readers_only(request)
    each = get_object_or_404(Expectation, uid=uid, framework=framework)
    duty = known_duty(known_catalogue(), framework, each.duty)
    if duty is None:
        raise Http404
    back = reverse("practice_ledger", args=[framework])
    posted = request.method == "POST"
    form = ReasonForm(request.POST if posted else None)
    action = Waive(expectation=each, **acting(request, request.POST.get("reason", "")))
    status = UNPROCESSABLE if posted else 200
    if posted and form.is_valid():
        try:
            action.execute()
        except Invalid as refusal:
            form.refuse(refusal)
        except Refused as refusal:
            form.add_error(None, list(refusal.sentences))
            status = status_of(refusal)
        else:
            return HttpResponseRedirect(back)
    context = {"each": each, "duty": duty, "form": form, "back": back, "title": _("Waive what is expected")}
    return render(request, "practice/waive.html", context, status=status)
