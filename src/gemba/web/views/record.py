"""The page of a record, its history, raising and editing it."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, Refused
from gemba.kernel.rights import grant_to_create, may_change
from gemba.kernel.types import RecordType, Section
from gemba.web.display import label_of, value_of
from gemba.web.errors import refused, status_of
from gemba.web.forms import RecordForm, record_form
from gemba.web.middleware import SignedInRequest
from gemba.web.present import find_with_parts
from gemba.web.raising import origin_of, raise_form
from gemba.web.record_page import record_page, sections_of
from gemba.web.timeline import history
from gemba.web.views.common import UNPROCESSABLE, acting, declared_of, done, is_htmx, record_of, url_of  # fmt: skip

LONGEST_KEY = 18


@require_GET
def show(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    declared = declared_of(request, kind)
    found = find_with_parts(declared, number, timezone.localdate())
    if found is None:
        raise Http404
    page = record_page(found, declared, request.actor, request.access)
    return render(request, "web/record.html", {"page": page, "record": page.record, "declared": declared})


@require_GET
def by_number(request: SignedInRequest, number: str) -> HttpResponse:
    """The short address that stands on paper: the number alone."""
    record = get_object_or_404(Record.objects, number=number)
    return HttpResponseRedirect(url_of(record))


@require_GET
def past(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    """The history, page by page."""
    declared, record = record_of(request, kind, number)
    before = request.GET.get("before", "")
    key = int(before) if before.isascii() and before.isdigit() and len(before) <= LONGEST_KEY else None
    found = history(record, declared, before=key)
    return render(request, "web/history.html", {"record": record, "declared": declared, "history": found})


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest, kind: str) -> HttpResponse:
    """One page, whatever the type: what may be filled in at the start."""
    declared = declared_of(request, kind)
    origin = origin_of(request, declared)
    posted = request.POST if request.method == "POST" else None
    form = raise_form(declared, request.access, posted, origin)
    context = {
        "declared": declared, "form": form, "origin": origin, "allowed": grant_to_create(request.access, declared),
    }  # fmt: skip
    if posted is None:
        return render(request, "web/raise.html", context)
    if not form.is_valid():
        return render(request, "web/raise.html", context, status=UNPROCESSABLE)
    values = origin.carried(form.values()) if origin else form.values()
    links = [(origin.role.name, origin.far)] if origin else []
    why = form.cleaned_data["late_reason"]
    try:
        record = Raise(model=declared.model, values=values, links=links, **acting(request, why)).execute()
    except Refused as refusal:
        _explain(form, refusal)
        return render(request, "web/raise.html", context, status=status_of(refusal))
    return done(request, record, _("%s is raised.") % record.number)


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, kind: str, number: str, index: int) -> HttpResponse:
    """One section, in its place on the page or on a page of its own."""
    declared, record = record_of(request, kind, number)
    section = _section(declared, index)
    if request.method == "POST":
        return _edited(request, declared, record, section, index)
    if not may_change(request.access, record) or record.state not in {s.name for s in section.editable_in}:
        action = Edit(record=record, values=dict.fromkeys(section.fields), **acting(request))
        return refused(request, action.check() or Refused(_("This section cannot be changed now.")))
    form = record_form(declared, [section], access=request.access, record=record, base=RecordForm)
    return _edit_page(request, declared, record, form, index)


def _section(declared: RecordType[Any], index: int) -> Section:
    if index >= len(declared.sections):
        raise Http404
    return declared.sections[index]


def _edited(
    request: SignedInRequest, declared: RecordType[Any], record: Any, section: Section, index: int
) -> HttpResponse:
    form = record_form(declared, [section], access=request.access, record=record, data=request.POST, base=RecordForm)
    if not form.is_valid():
        return _edit_page(request, declared, record, form, index, status=UNPROCESSABLE)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) <= LONGEST_KEY else 0
    reason = request.POST.get("reason", "").replace("\0", "")
    try:
        changed = Edit(record=record, values=form.values(), version=seen, **acting(request, reason)).execute()
    except Conflict as conflict:
        return _conflict_page(request, declared, conflict.current, form, index)
    except Refused as refusal:
        _explain(form, refusal)
        return _edit_page(request, declared, record, form, index, status=status_of(refusal))
    same = changed.version == seen
    return done(request, record, _("Nothing had changed.") if same else _("Saved."), f"#section-{index}")


def _explain(form: RecordForm, refusal: Refused) -> None:
    if isinstance(refusal, Invalid):
        form.refuse(refusal)
    else:
        form.add_error(None, list(refusal.sentences))


def _edit_page(
    request: SignedInRequest, declared: RecordType[Any], record: Any, form: RecordForm, index: int, *, status: int = 200
) -> HttpResponse:
    shown = sections_of(record, declared, True)[index]
    context = {
        "declared": declared, "record": record, "form": form, "section": shown,
        "version": request.POST.get("version") or record.version, "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    template = "web/edit_section.html" if is_htmx(request) else "web/edit.html"
    return render(request, template, context, status=status)


def _conflict_page(
    request: SignedInRequest, declared: RecordType[Any], current: Any, form: RecordForm, index: int
) -> HttpResponse:
    """Both versions side by side, and the form still holding everything that was typed (CON-03)."""
    context = {
        "declared": declared, "record": current, "form": form, "section": sections_of(current, declared, True)[index],
        "version": current.version, "reason": request.POST.get("reason", ""),
        "rows": _differences(declared, current, form),
    }  # fmt: skip
    return render(request, "web/conflict.html", context, status=409)


def _differences(declared: RecordType[Any], current: Any, form: RecordForm) -> list[dict[str, str]]:
    mine = declared.model(**{field.attname: getattr(current, field.attname) for field in current._meta.concrete_fields})
    for name, value in form.values().items():
        setattr(mine, name, value)
    rows = []
    for name in form.values():
        column = declared.field(name)
        stands, typed = value_of(current, column), value_of(mine, column)
        if getattr(current, column.attname) != getattr(mine, column.attname):
            rows.append({"label": label_of(declared, name), "stands": stands, "typed": typed})
    return rows
