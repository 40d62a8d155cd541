"""The company, its sites, departments, products and job roles."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from gemba.kernel.actions.base import Action
from gemba.kernel.actions.organisation import AddToOrganisation, ChangeInOrganisation, NameOrganisation
from gemba.kernel.actions.rows import MANAGERS
from gemba.kernel.people.models import Department, JobRole, Named, Product, Site
from gemba.kernel.people.organisation import organisation
from gemba.kernel.roles import Role
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest
from gemba.web.people_forms import DepartmentForm, EndableForm, NamedForm, SiteForm
from gemba.web.people_views import Asked, acting, answer, asking, forbid_unless

PARTS: dict[str, tuple[type[Named], type[EndableForm]]] = {
    "sites": (Site, SiteForm),
    "departments": (Department, DepartmentForm),
    "products": (Product, EndableForm),
    "jobs": (JobRole, EndableForm),
}


NAMERS = (Role.ADMINISTRATOR, Role.MANAGEMENT)
"""Who may name the company."""


def part_of(name: str) -> tuple[type[Named], type[EndableForm]]:
    if name not in PARTS:
        raise Http404
    return PARTS[name]


def titles() -> dict[str, str]:
    return {"sites": _("Sites"), "departments": _("Departments"), "products": _("Products"), "jobs": _("Jobs")}


@require_GET
def show(request: SignedInRequest) -> HttpResponse:
    parts = [
        {"name": name, "title": titles()[name], "rows": model._default_manager.all()}
        for name, (model, _form) in PARTS.items()
    ]
    manages = request.access.holds_everywhere(*MANAGERS)
    names = request.access.holds_everywhere(*NAMERS)
    context = {"parts": parts, "manages": manages, "names": names, "name": organisation().name}
    return render(request, "web/people/organisation.html", context)


@asking
def name(request: SignedInRequest) -> HttpResponse:
    forbid_unless(request, *NAMERS)
    asked = Asked(_("The company's name"), _("Save"), reverse("organisation"))
    form = NamedForm(request.POST or None, initial={"name": organisation().name})

    def action(given: PlainForm) -> Action[Any]:
        return NameOrganisation(**acting(request), name=given.cleaned_data["name"])

    return answer(request, asked, form, action, _("Saved."))


@asking
def add(request: SignedInRequest, part: str) -> HttpResponse:
    model, kind = part_of(part)
    forbid_unless(request, *MANAGERS)
    asked = Asked(_("Add to: %s") % titles()[part], _("Add"), reverse("organisation"))
    form = kind(request.POST or None)
    form.fields["ended"].widget = forms.HiddenInput()

    def action(given: PlainForm) -> Action[Any]:
        return AddToOrganisation(**acting(request), model=model, values=given.cleaned_data)

    return answer(request, asked, form, action, _("Added."))


@asking
def change(request: SignedInRequest, part: str, uid: str) -> HttpResponse:
    model, kind = part_of(part)
    forbid_unless(request, *MANAGERS)
    row = model._default_manager.filter(uid=uid).first()
    if row is None:
        raise Http404
    names = list(kind.base_fields)
    form = kind(request.POST or None, initial={field: getattr(row, field) for field in names})
    asked = Asked(_("Change %s") % row, _("Save"), reverse("organisation"))

    def action(given: PlainForm) -> Action[Any]:
        return ChangeInOrganisation(**acting(request), row=row, values=given.cleaned_data)

    return answer(request, asked, form, action, _("Saved."))
