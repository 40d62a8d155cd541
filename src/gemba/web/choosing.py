"""Choosing people: a list to open where they are few, a field that finds them by their names where they are many."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gemba.kernel.people.models import Person
from gemba.kernel.search.words import folded, words

FEW = 30
"""People that a list still shows at a glance."""
LONGEST_NAME = 400
CANDIDATES = 10


def people(keep: Any = None) -> "QuerySet[Person]":
    """Everybody who can be given something to do, and the one who already has it."""
    here = Q(ended=None) | Q(ended__gt=timezone.localdate())
    return Person.objects.filter((here & ~Q(kind=Person.Kind.SYSTEM)) | Q(pk=keep)).order_by("name")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as a list offers them: two of one name are told apart by their address."""

    key: str
    label: str
    name: str


class Directory:
    """Some people, loaded once, to be shown and found by what they are called. `keys` are `uid` or `pk`."""

    def __init__(self, rows: Iterable[tuple[Any, str, str]]) -> None:
        given = list(rows)
        times = Counter(folded(name) for _key, name, _email in given)
        self.entries = [
            Entry(str(key), f"{name} <{email}>" if times[folded(name)] > 1 and email else name, name)
            for key, name, email in given
        ]
        self._labels = {entry.key: entry.label for entry in self.entries}

    @property
    def few(self) -> bool:
        return len(self.entries) <= FEW

    def label(self, key: Any) -> str:
        return self._labels.get(str(key), "")

    def key(self, typed: str) -> str:
        """The person who is called so and nobody else, or empty."""
        wanted = folded(typed.strip())
        found = {e.key for e in self.entries if wanted in (folded(e.label), folded(e.name))}
        exact = {e.key for e in self.entries if wanted == folded(e.label)}
        fitting = exact if len(exact) == 1 else found
        return fitting.pop() if len(fitting) == 1 else ""

    def beginning(self, typed: str) -> list[Entry]:
        """Those of whose names every word typed begins a word."""
        wanted = words(typed)
        fits = (
            entry for entry in self.entries
            if all(any(part.startswith(word) for part in words(entry.label)) for word in wanted)
        )  # fmt: skip
        return [entry for _number, entry in zip(range(CANDIDATES), fits, strict=False)]


def directory_of(rows: "QuerySet[Person]", key: str = "uid") -> Directory:
    return Directory(rows.values_list(key, "name", "email"))


def options(entries: Sequence[Entry]) -> SafeString:
    """For a list beside a field."""
    return format_html_join("", '<option value="{}"></option>', ((entry.label,) for entry in entries))


class PersonWidget(forms.Select):
    """A list of the few, or a field that offers names as they are typed; both work without JavaScript."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        found = list(self.choices)
        self.choices = found
        rows: list[Any] = [key for key, _label in found if key]
        known = Directory((key, key.instance.name, key.instance.email) for key in rows)
        if known.few:
            return super().render(name, value, attrs, renderer)
        return typed_person(name, known.label(value) or str(value or ""), {**self.attrs, **(attrs or {})})


def typed_person(name: str, label: str, attrs: dict[str, Any]) -> SafeString:
    """A field for a name, with a list that the page fills as one types."""
    here = attrs.get("id", name)
    box = forms.TextInput(attrs={**attrs, "list": f"{here}_list", "autocomplete": "off", "maxlength": LONGEST_NAME})
    return format_html(
        '{box}<datalist id="{here}_list" hx-get="{url}?of={name}" hx-include="#{here}" hx-target="this" '
        'hx-trigger="input changed delay:150ms from:#{here}, load" hx-swap="innerHTML" hx-sync="this:replace">'
        "</datalist>",
        box=box.render(name, label), here=here, name=name, url=reverse("people_candidates"),
    )  # fmt: skip


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # none at run time
    """One of some rows. A key that no database can hold is as wrong as one that is not offered (WEB-11)."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except OverflowError:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # none at run time
    """Several of some rows, likewise."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            wrong = _("One of these choices is not offered here.")
            raise forms.ValidationError(wrong, code="invalid_choice") from None


class PersonField(RowField):
    """Somebody of `people()`. Takes the key that a list sends, or the name as it was typed."""

    widget = PersonWidget

    def __init__(self, queryset: "QuerySet[Person] | None" = None, **options: Any) -> None:
        self._of_today = queryset is None
        super().__init__(people() if queryset is None else queryset, **options)

    def __deepcopy__(self, memo: Any) -> "PersonField":
        """For one form: who is here is asked anew, since a form outlives the day on which it was declared."""
        found: PersonField = super().__deepcopy__(memo)
        if self._of_today:
            found.queryset = people()
        return found

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str) or value in self.empty_values or (value.isascii() and value.isdigit()):
            return super().to_python(value)
        queryset: Any = self.queryset
        key = directory_of(queryset, "pk").key(value[:LONGEST_NAME])
        if not key:
            raise forms.ValidationError(
                _("Nobody to choose here is called “%s”, or more than one. Take a name from the list.") % value[:60],
                code="invalid_choice",
            )  # fmt: skip
        return super().to_python(key)
