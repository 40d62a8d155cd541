"""The audit trail of a period, for reading and as a table; and steps of the server's clock, to be accepted."""

import datetime as dt

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gemba.export.personal import pdf_response, person_pdf
from gemba.export.tables import write_csv
from gemba.export.views import CSV, download
from gemba.kernel import clock
from gemba.kernel.actions.clockwork import AcceptClock, newest_steps
from gemba.kernel.actions.rows import MANAGERS
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.told import as_json
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.trail.timekeeping import waiting_step
from gemba.modules.systemreview.exporting import headings, row_of, trail_of
from gemba.modules.systemreview.late import period_of
from gemba.web.acts import act_words, security_words
from gemba.web.errors import status_of
from gemba.web.middleware import SignedInRequest, note

A_PAGE = 100
REASON = 11
"""Where the reason stands in a row of the exported trail."""
USUAL = dt.timedelta(days=30)


@require_GET
def trail(request: SignedInRequest) -> HttpResponseBase:
    """The newest events of a period; all of them as CSV. What is missing from it can be counted (AUD-09)."""
    since, until = period_of(request, USUAL)
    zone = timezone.get_current_timezone()
    begin = dt.datetime.combine(since, dt.time(), zone)
    end = dt.datetime.combine(until, dt.time.max, zone)
    found = trail_of(begin, end)
    if request.GET.get("form") == "csv":
        return download(write_csv(headings(), found.rows()), f"{_('Audit trail')} {since} {until}.csv", CSV)
    security = SecurityEvent.objects.filter(at__gte=begin, at__lt=end)
    counted = security.order_by().values_list("what").annotate(n=Count("pk")).order_by("-n", "what")
    events = found.events.select_related("record", "actor").order_by("-pk")[:A_PAGE]
    newest = [(event, act_words(event.act), row_of(event, {})[REASON]) for event in events]
    context = {
        "since": since, "until": until, "found": found, "newest": newest, "more": found.shown > len(newest),
        "security": [(security_words(what), n) for what, n in counted],
    }  # fmt: skip
    return render(request, "systemreview/trail.html", context)


@require_GET
def kept_of_me(request: SignedInRequest) -> HttpResponse:
    """What is kept about oneself, to read or for machines; with `of`, about somebody else, for those who keep people.

    Each file that is taken is noted.
    """
    who = request.access.person
    if (wanted := request.GET.get("of", "")) and wanted != who.uid:
        people = Person.objects.exclude(kind=Person.Kind.SYSTEM)
        found = people.filter(uid=wanted).first() if "\0" not in wanted else None
        if found is None or not request.access.holds_everywhere(*MANAGERS):
            raise Http404
        who = found
    form = request.GET.get("as", "")
    if form not in {"json", "pdf"}:
        return render(request, "systemreview/kept.html", {"who": who, "own": who == request.access.person})
    note(request, "person.told", account=request.user, target=who.uid)
    if form == "pdf":
        made = person_pdf(who, by=request.access.person.name, at=timezone.now())
        return pdf_response(made, f"gemba-{who.uid}.pdf")
    name = f'attachment; filename="gemba-{who.uid}.json"'
    return HttpResponse(as_json(who), content_type="application/json", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
def clock_steps(request: SignedInRequest) -> HttpResponse:
    """When the server's clock was moved. Signing goes on once quality has accepted the newest one (CLK-02)."""
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            AcceptClock(actor=request.actor, access=request.access, reason=request.POST.get("reason", "")).execute()
        except Refused as error:
            refusal = error
        else:
            messages.success(request, _("The clock is accepted. Signing goes on."))
            return HttpResponseRedirect(request.path)
    context = {
        "steps": newest_steps(), "waiting": waiting_step(), "now": clock.now(),
        "sentences": refusal.sentences if refusal else (), "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "systemreview/clock.html", context, status=status_of(refusal) if refusal else 200)
