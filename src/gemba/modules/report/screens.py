"""Report anything in three steps on a phone, and the open work of a team."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Raise
from gemba.kernel.attachments.store import CHUNK
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.modules.report.models import Report
from gemba.modules.report.team import team_of
from gemba.web.errors import status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest

UNPROCESSABLE = 422
LONGEST_TITLE = 80
LONGEST_TEXT = 10_000
MOST_PHOTOS = 5
LONGEST_NUMBER = 60


class PhotoInput(forms.ClearableFileInput):
    """Opens the camera of a phone, or its pictures."""

    allow_multiple_selected = True


class Photos(forms.FileField):
    """Any number of files up to a limit; empty ones are refused by name."""

    widget = PhotoInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(Photos, self).clean(each, initial) for each in given if each]
        if len(files) > MOST_PHOTOS:
            said = _("At most %d files at once; add others on the page of the report.")
            raise forms.ValidationError(said % MOST_PHOTOS)
        return files


class ReportForm(PlainForm):
    """Three steps: what it is, in one's own words, a photo if there is one."""

    about = forms.ChoiceField(
        label=gettext_lazy("What is it?"), choices=Report.About, widget=forms.RadioSelect, initial=Report.About.WRONG
    )
    description = forms.CharField(
        label=gettext_lazy("Say it in your own words"), max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=gettext_lazy("The first line becomes its title. Leave out names of patients."),
    )  # fmt: skip
    where = forms.CharField(label=gettext_lazy("Where, or which product or order"), max_length=200, required=False)
    photos = Photos(
        label=gettext_lazy("Photo or file"), required=False,
        widget=PhotoInput(attrs={"accept": "image/*,application/pdf,video/*"}),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def report_anything(request: SignedInRequest) -> HttpResponse:
    """The whole on one page; after sending, the number and what happens next."""
    seen_at = _seen_at(request)
    if request.method != "POST":
        return _page(request, ReportForm(), seen_at)
    form = ReportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, seen_at, UNPROCESSABLE)
    try:
        made = _send(request, form.cleaned_data, seen_at)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(request, form, seen_at, UNPROCESSABLE)
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return _page(request, form, seen_at, status_of(refusal))
    return render(request, "report/thanks.html", {"report": made})


def _send(request: SignedInRequest, given: dict[str, Any], seen_at: Record | None) -> Report:
    """The report with its files, all or nothing: nobody is thanked for a photo that did not arrive."""
    own: dict[str, Any] = {"actor": request.actor, "access": request.access}
    values = {
        "title": title_of(given["description"]), "about": given["about"], "description": given["description"],
        "where": given["where"], "site": request.actor.person.site if _may_name_site(request) else None,
        **({"product": seen_at.product, "exercise": seen_at.exercise} if seen_at else {}),
    }  # fmt: skip
    with transaction.atomic():
        made: Report = Raise(model=Report, values=values, **own).execute()
        if seen_at:
            MakeLink(record=made, role="seen_at", to=seen_at, of_new_record=True, **own).execute()
        for order, file in enumerate(given["photos"]):
            name = file.name if order == 0 else f"{order + 1} {file.name}"
            Attach(record=made, name=name, chunks=file.chunks(CHUNK), **own).execute()
    return made


def _may_name_site(request: SignedInRequest) -> bool:
    return request.actor.person.site_id is not None


def title_of(text: str) -> str:
    """Its first line, cut between words."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(first) <= LONGEST_TITLE:
        return first
    cut = first[:LONGEST_TITLE]
    return (cut.rsplit(" ", 1)[0] or cut).rstrip(" ,;:.-") + "…"


def _seen_at(request: SignedInRequest) -> Record | None:
    """The record from which somebody came here; what the reader may not see is not there."""
    number = request.GET.get("from", "").replace("\0", "")[:LONGEST_NUMBER]
    return Record.objects.filter(number=number).first() if number else None


def _page(request: SignedInRequest, form: ReportForm, seen_at: Record | None, status: int = 200) -> HttpResponse:
    return render(request, "report/report.html", {"form": form, "seen_at": seen_at}, status=status)


@require_GET
def team(request: SignedInRequest) -> HttpResponse:
    found = team_of(request.access, clock.today(), request.GET.get("department", "")[:LONGEST_NUMBER])
    return render(request, "report/team.html", {"team": found})
