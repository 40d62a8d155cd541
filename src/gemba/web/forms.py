"""Forms made from a declaration: the columns of its sections, with the right control for each."""

import json
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from django import forms
from django.db import models
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.lateness import EXPLAINED
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.types import RecordType, Section
from gemba.web.choosing import PersonField, RowField, people
from gemba.web.lines import DateInput, LinesFormField, LinesWidget
from gemba.web.richtext import RichTextWidget

__all__ = ["DateInput", "PersonField", "people"]
ROWS = 4
NOT_CHOSEN = _("not chosen yet")


class PlainForm(forms.Form):
    """A form whose mistakes stand beside the field and in a summary, and whose text may hold anything but NUL."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", "use_required_attribute": False, **kwargs})

    @property
    def rearranged(self) -> bool:
        """Sent only to get more rows or rows in another order: shown again as typed, without a word of reproach."""
        widgets = ((self.add_prefix(name), each.widget) for name, each in self.fields.items())
        return self.is_bound and any(
            isinstance(widget, LinesWidget) and widget.rearranges(self.data, name) for name, widget in widgets
        )

    @property
    def wide(self) -> bool:
        """Holds a table or a text that needs a page, not a dialog."""
        return any(getattr(each.widget, "wide", False) for each in self.fields.values())

    def full_clean(self) -> None:
        if self.rearranged:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        return super().is_valid() and not self.rearranged

    def refuse(self, refusal: Invalid) -> None:
        """Put the sentences of an action beside the fields they are about."""
        for name, sentences in refusal.fields.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


F = TypeVar("F", bound="RecordForm")


class RecordForm(PlainForm):
    """Some columns of a record type. `groups` keeps the sections they belong to."""

    declared: RecordType[Any]
    sections: list[Section]

    def groups(self) -> list[tuple[Section, list[forms.BoundField]]]:
        found = [(s, [self[name] for name in s.fields if name in self.fields]) for s in self.sections]
        return [(section, fields) for section, fields in found if fields]

    def values(self) -> dict[str, Any]:
        """What an action takes: cleaned values of the columns, without anything of the form's own."""
        return {name: self.cleaned_data[name] for section in self.sections for name in section.fields}


class RaiseForm(RecordForm):
    """The first page of a record; an exercise is marked as one from its first moment."""

    exercise = forms.BooleanField(
        label=_("This is an exercise"), required=False,
        help_text=_("A drill or a training case: numbered apart and marked everywhere."),
    )  # fmt: skip

    late_reason = forms.CharField(
        label=_("Why it is entered only now"), required=False, max_length=400,
        help_text=_("It stands in the history beside the day it happened and the day it was entered."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What happened long ago is welcome, with a word on why it comes late (CLK-08). An exercise needs none."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        happened, told = given.get("event_date"), (given.get("late_reason") or "").strip()
        long_ago = happened is not None and (clock.today() - happened).days >= EXPLAINED
        if long_ago and not told and not given.get("exercise"):
            words = _("It happened %d days or more ago: say why it is entered only now.")
            self.add_error("late_reason", words % EXPLAINED)
        return given

    @property
    def explains(self) -> bool:
        """Whether to ask why it comes late: nobody is asked before there is a reason to."""
        return bool(self["late_reason"].errors or self["late_reason"].value())

    def values(self) -> dict[str, Any]:
        own = {name: self.cleaned_data[name] for name in ("owner", "exercise")}
        return {**super().values(), **own}

    @property
    def owner_apart(self) -> bool:
        """No section asks who owns it."""
        return all("owner" not in section.fields for section in self.sections)


def record_form(
    declared: RecordType[Any], sections: Collection[Section], *, access: Access,
    record: Record | None = None, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None,
    base: type[F],
) -> F:  # fmt: skip
    """The form of some sections, filled from a record, from what was typed, or from initial values."""
    names = [name for section in sections for name in section.fields]
    given = {name: _initial(record, declared.field(name)) for name in names} if record else {}
    form = base(data, initial={**given, **(initial or {})})
    form.declared, form.sections = declared, list(sections)
    for name in names:
        form.fields[name] = control(declared.field(name), access=access, keep=given.get(name))
    return form


def _initial(record: Record, column: "models.Field[Any, Any]") -> Any:
    return getattr(record, column.attname)


def control(column: "models.Field[Any, Any]", *, access: Access, keep: Any = None) -> forms.Field:
    """The form field of a column. A choice of people or places holds those that stand, and the one already chosen."""
    if isinstance(column, models.ForeignKey):
        return _choice_of_rows(column, access, keep)
    if isinstance(column, models.DateField) and not isinstance(column, models.DateTimeField):
        return _made(column, widget=DateInput())
    if isinstance(column, LinesField):
        return _lines(column)
    if isinstance(column, models.TextField):
        box = RichTextWidget() if isinstance(column, RichTextField) else forms.Textarea(attrs={"rows": ROWS})
        return _made(column, widget=box)
    if isinstance(column, models.DecimalField):
        return _made(column, localize=False)
    return _made(column)


def _made(column: "models.Field[Any, Any]", **options: Any) -> forms.Field:
    found: Any = column.formfield(**options)
    if found is None:
        raise TypeError(f"The column {column.name} has no control.")
    found.label = str(found.label)
    if isinstance(found, forms.TypedChoiceField):
        choices: Any = found.choices
        found.choices = [(key, label if key != "" else NOT_CHOSEN) for key, label in choices]
    made: forms.Field = found
    return made


def _lines(column: LinesField) -> forms.Field:
    label, help_text = str(column.verbose_name), str(column.help_text)
    return LinesFormField(columns=column.columns, label=label, help_text=help_text, required=not column.blank)


def _choice_of_rows(column: "models.ForeignKey[Any, Any]", access: Access, keep: Any) -> forms.Field:
    target: Any = column.remote_field.model
    if target is Person:
        return _made(
            column, queryset=people(keep), form_class=PersonField, **({"empty_label": _("none")} if column.null else {})
        )
    if target in (Site, Product):
        rows = target.objects.filter(Q(ended=None) | Q(pk=keep)).order_by("name")
    else:
        rows = target.objects.all()
    return _made(column, queryset=rows, form_class=RowField, empty_label=_("none") if column.null else NOT_CHOSEN)


class ReasonForm(PlainForm):
    """Why something is done; kept in the history for ever."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class ExtendForm(ReasonForm):
    due = forms.DateField(label=_("New due date"), widget=DateInput())
    field_order = ("due", "reason")


class AssignForm(ReasonForm):
    owner = PersonField(label=_("New owner"))
    field_order = ("owner", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=False, **kwargs)


class SignForm(ReasonForm):
    """What proves the person, as far as it is needed now, and the digest of what stood on the page."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    seq = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    passkey = forms.CharField(max_length=20_000, required=False, widget=forms.HiddenInput)
    password = forms.CharField(
        label=_("Password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code from your authenticator"), required=False, max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip

    def __init__(self, *args: Any, needs: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password", "code"):
            if name not in needs:
                del self.fields[name]

    def clean_passkey(self) -> dict[str, Any] | None:
        """The answer of the browser, or None where none was given or it is no answer at all."""
        given = self.cleaned_data["passkey"]
        try:
            answer = json.loads(given) if given else None
        except (ValueError, RecursionError):
            answer = {}
        return answer if isinstance(answer, dict) or answer is None else {}
