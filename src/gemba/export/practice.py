"""The matrix of requirements as CSV, XLSX and PDF, for the day and the place asked about."""

import datetime as dt
from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.joined import Beside, beside, headings
from gemba.evidence.practice.place import Place
from gemba.evidence.scope.standing import decisions_on
from gemba.export.controlled import controlled_pdf
from gemba.export.controlled_document import ControlledDocument, Mark
from gemba.export.tables import write_csv, write_xlsx
from gemba.export.views import CSV, XLSX, download
from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.people.models import Product, Site
from gemba.kernel.people.organisation import organisation
from gemba.kernel.roles import READERS


@require_GET
def matrix(request: HttpRequest, framework: str, form: str) -> HttpResponseBase:
    """Every requirement beside its procedures, records, training and risks, as far as the reader may see them."""
    access, known = current_access(), known_catalogue().frameworks.get(framework)
    if known is None or not (access.everything or access.roles & set(READERS)):
        raise Http404
    day, place = _day(request.GET.get("on", "")), _place(request)
    drafts = request.GET.get("drafts") == "1"
    found = assess(known, decisions_on(day, known.id), on=day, place=place, drafts=drafts)
    rows = beside(found, place)
    name = f"{_('Matrix')} {known.designation} {day}".replace("/", "-") + (f" {_('with drafts')}" if drafts else "")
    if form == "pdf":
        response = HttpResponse(
            matrix_pdf(known, day, rows, access.person.name, drafts=drafts), content_type="application/pdf"
        )
        response["Content-Disposition"] = f'attachment; filename="matrix-{known.id}-{day}.pdf"'
        return response
    cells = (each.cells() for each in rows)
    if form == "csv":
        return download(write_csv(headings(), cells), f"{name}.csv", CSV)
    return download(write_xlsx(known.designation, headings(), cells), f"{name}.xlsx", XLSX)


def _day(typed: str) -> dt.date:
    try:
        found = parse_date(typed)
    except ValueError:
        found = None
    return min(found or clock.today(), clock.today())


def _place(request: HttpRequest) -> Place:
    def named(model: type[Site] | type[Product], parameter: str) -> int | None:
        asked = request.GET.get(parameter, "")
        return next((each.pk for each in model.objects.all() if each.uid == asked), None) if asked else None

    return Place(named(Site, "site"), named(Product, "product"))


def _paper_row(each: Beside) -> str:
    return f"<tr>{''.join(f'<td><p>{escape(text)}</p></td>' for text in each.cells())}</tr>"


def matrix_pdf(framework: Framework, day: dt.date, rows: list[Beside], by: str, *, drafts: bool = False) -> bytes:
    """The matrix on paper, as PDF/A; as if every draft were in force it says so on every page."""
    asof = _("As of %s, as if every draft were in force") if drafts else _("As of %s")
    head = "".join(f'<th scope="col"><p>{escape(text)}</p></th>' for text in headings())
    body = "".join(_paper_row(each) for each in rows)
    at = timezone.now()
    return controlled_pdf(
        ControlledDocument(
            company=organisation().name, number=_("Matrix"), kind=_("Overview"),
            title=_("%s: requirements with what belongs to them") % framework.designation, revision=day.isoformat(),
            state=asof % day.isoformat(), made_for=by, made_at=at.replace(microsecond=0), mark=Mark.NONE,
            seal=seal_mark(),
            html=f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>",
        )
    )  # fmt: skip
