"""Forms about people, rights and the organisation. What may be chosen is what stands today."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import Department, JobRole, Named, Person, Product, Site
from gemba.kernel.roles import Role
from gemba.web.choosing import PersonField
from gemba.web.forms import DateInput, PlainForm


def standing(model: type[Named]) -> Any:
    """Rows that have not ended."""
    return model._default_manager.filter(Q(ended=None) | Q(ended__gt=timezone.localdate()))


def people_here() -> Any:
    return Person.objects.filter(Q(ended=None) | Q(ended__gt=timezone.localdate())).exclude(kind=Person.Kind.SYSTEM)


class _Choosing(PlainForm):
    """Choices are read when the form is made."""

    chosen_from: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in self.chosen_from.items():
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows()


def _choice(model: type[Any], label: Any, *, required: bool = True, empty: Any = None, help_text: Any = "") -> Any:
    return (PersonField if model is Person else forms.ModelChoiceField)(
        model._default_manager.none(), label=label, required=required, empty_label=empty, help_text=help_text
    )


class ReasonForm(PlainForm):
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class PersonForm(_Choosing):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Needed for a login."))
    kind = forms.ChoiceField(
        label=_("Belongs to us as"), choices=[(k.value, k.label) for k in Person.Kind if k != Person.Kind.SYSTEM]
    )
    department = _choice(Department, _("Department"), required=False, empty=_("none"))
    site = _choice(Site, _("Site"), required=False, empty=_("none"))
    started = forms.DateField(label=_("First day"), required=False, widget=DateInput())
    chosen_from = {"department": lambda: standing(Department), "site": lambda: standing(Site)}


class ChangePersonForm(PersonForm):
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=1000, help_text=_("Needed for another name or e-mail."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class EndForm(ReasonForm):
    last_day = forms.DateField(
        label=_("Access ends on"), initial=timezone.localdate, widget=DateInput(),
        help_text=_("From this day on nothing of theirs opens a door. What they signed stays valid."),
    )  # fmt: skip
    field_order = ("last_day", "reason")


class GrantForm(_Choosing):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    site = _choice(Site, _("Only at the site"), required=False, empty=_("all sites"))
    product = _choice(Product, _("Only for the product"), required=False, empty=_("all products"))
    confidential = forms.BooleanField(
        label=_("Confidential records too"), required=False, help_text=_("A second person must confirm this.")
    )
    valid_from = forms.DateField(label=_("From"), initial=timezone.localdate, widget=DateInput())
    valid_to = forms.DateField(
        label=_("Until"), required=False, widget=DateInput(), help_text=_("An auditor's access always ends on a day.")
    )
    reason = forms.CharField(
        label=_("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    chosen_from = {"site": lambda: standing(Site), "product": lambda: standing(Product)}

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class JobForm(_Choosing):
    job_role = _choice(JobRole, _("Job"))
    valid_from = forms.DateField(label=_("From"), initial=timezone.localdate, widget=DateInput())
    valid_to = forms.DateField(label=_("Until"), required=False, widget=DateInput())
    chosen_from = {"job_role": lambda: standing(JobRole)}


class EndJobForm(PlainForm):
    valid_to = forms.DateField(label=_("Last day"), initial=timezone.localdate, widget=DateInput())


class AbsenceForm(_Choosing):
    deputy = _choice(
        Person, _("Deputy"), help_text=_("Sees your work and acts in their own name, for you. Never as you.")
    )
    valid_from = forms.DateField(label=_("First day away"), initial=timezone.localdate, widget=DateInput())
    valid_to = forms.DateField(label=_("Last day away"), widget=DateInput())
    confidential = forms.BooleanField(label=_("Also what is confidential"), required=False)
    chosen_from = {"deputy": people_here}


class NamedForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=120)


class EndableForm(NamedForm):
    ended = forms.DateField(label=_("Ended on"), required=False, widget=DateInput())


class SiteForm(EndableForm):
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=60, initial="UTC", help_text=_("Such as Europe/Helsinki. Deadlines follow it.")
    )


class DepartmentForm(EndableForm):
    is_quality = forms.BooleanField(label=_("This is the quality unit"), required=False)
