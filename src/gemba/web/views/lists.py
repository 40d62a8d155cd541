"""The register of one type, and the list of registers."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from gemba.kernel.lists.filters import Filters
from gemba.kernel.lists.paging import COUNTED, page
from gemba.kernel.rights import grant_to_create
from gemba.kernel.search.models import SavedFilter
from gemba.kernel.types import Area, RecordType, registry
from gemba.web.filtering import controls_of, parameters_of
from gemba.web.middleware import SignedInRequest
from gemba.web.tables import joined, table_of
from gemba.web.views.common import declared_of

MOST_SAVED = 40


@require_GET
def registers(request: SignedInRequest) -> HttpResponse:
    """Every kind of record this person may read, with what it is for."""
    readable = [declared for declared in registry if request.access.roles & set(declared.permissions.read)]
    areas = [
        {"area": area, "kinds": [
            {"declared": declared, "may_raise": grant_to_create(request.access, declared),
             "parts": [part for part in readable if part.part_of == declared.kind]}
            for declared in readable if declared.area is area and not declared.part_of
        ]}
        for area in Area
    ]  # fmt: skip
    return render(request, "web/registers.html", {"areas": [each for each in areas if each["kinds"]]})


@require_GET
def register(request: SignedInRequest, kind: str) -> HttpResponse:
    declared = declared_of(request, kind)
    filters = Filters.read(declared, request.GET.dict())
    found = page(
        filters, declared, timezone.localdate(), join=joined(declared),
        after=request.GET.get("after", ""), before=request.GET.get("before", ""),
    )  # fmt: skip
    query = urlencode(parameters_of(filters))
    context = {
        "declared": declared, "filters": filters, "page": found, "counted": COUNTED, "query": query,
        "table": table_of(declared, found.rows, filters), "controls": controls_of(declared, filters),
        "saved": list(SavedFilter.objects.filter(person=request.access.person, kind=kind)),
        "may_raise": grant_to_create(request.access, declared), "flag": filters.chosen_flag(declared),
        "base": reverse("register", args=[kind]),
    }  # fmt: skip
    return render(request, "web/register.html", context)


@require_POST
def save_filter(request: SignedInRequest, kind: str) -> HttpResponse:
    """Keep the filters of a list under a name of one's own; the same name again replaces it."""
    declared = declared_of(request, kind)
    name = request.POST.get("name", "").replace("\0", "").strip()[:80]
    filters = Filters.read(declared, request.POST.dict())
    query = urlencode(parameters_of(filters))
    mine = SavedFilter.objects.filter(person=request.access.person, kind=kind)
    if not name:
        messages.error(request, _("Give the filter a name."))
    elif mine.count() >= MOST_SAVED:
        messages.error(request, _("You have %d saved filters here. Remove one first.") % MOST_SAVED)
    else:
        SavedFilter.objects.update_or_create(
            person=request.access.person, kind=kind, name=name, defaults={"query": query}
        )
        messages.success(request, _("Saved as “%s”.") % name)
    return HttpResponseRedirect(_list_url(declared, query))


@require_POST
def drop_filter(request: SignedInRequest, kind: str, pk: int) -> HttpResponse:
    declared = declared_of(request, kind)
    get_object_or_404(SavedFilter, pk=pk, person=request.access.person, kind=kind).delete()
    return HttpResponseRedirect(_list_url(declared, ""))


def _list_url(declared: RecordType[Any], query: str) -> str:
    base = reverse("register", args=[declared.kind])
    return f"{base}?{query}" if query else base
