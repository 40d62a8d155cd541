"""The forms behind the verbs of documents and revisions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person
from gemba.modules.document.asked import FitCheck, PeriodicReview
from gemba.modules.document.family import Revision
from gemba.modules.document.guards import open_comments, writers
from gemba.web.choosing import RowsField, people
from gemba.web.forms import PlainForm


class VerbForm(PlainForm):
    """A form about one record; `about` narrows its choices to it."""

    def __init__(self, data: Any = None, files: Any = None, *, record: Any, access: Access, **options: Any) -> None:
        super().__init__(data, files, **options)
        self.about(record)

    def about(self, record: Any) -> None:
        """Nothing to narrow."""


class ReviseForm(VerbForm):
    """Why it changes; of the first revision, where its text comes from."""

    change_reason = forms.CharField(
        label=_("Why it changes"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("What made the change necessary. It stands in the history of the document."),
    )  # fmt: skip
    provenance = forms.ChoiceField(
        label=_("Where the text comes from"), choices=Revision.Provenance.choices, required=False
    )

    def about(self, record: Any) -> None:
        first = not Revision._base_manager.filter(document_id=record.pk, sequence__gte=1).exists()
        del self.fields["change_reason" if first else "provenance"]
        for field in self.fields.values():
            field.required = True


class LookOverForm(VerbForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=PeriodicReview.Outcome.choices)
    considered = forms.CharField(
        label=_("What was looked at"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Changes of law and standards, complaints, findings, how the work is done today."),
    )  # fmt: skip
    newer_edition = forms.CharField(label=_("Newer edition that exists"), max_length=100, required=False)

    def about(self, record: Any) -> None:
        if not record.outside:
            del self.fields["newer_edition"]


class PeopleForm(VerbForm):
    people = RowsField(Person.objects.none(), label=_("Whom to ask"), widget=forms.CheckboxSelectMultiple)

    def about(self, record: Any) -> None:
        choice: Any = self.fields["people"]
        choice.queryset = people()


class FitPeopleForm(PeopleForm):
    """Everybody but those who wrote it: they cannot say whether it fits."""

    def about(self, record: Any) -> None:
        choice: Any = self.fields["people"]
        choice.queryset = people().exclude(pk__in=writers(record))


class DestructionForm(VerbForm):
    how = forms.CharField(label=_("How it was destroyed"), max_length=300)


class ResolveForm(VerbForm):
    comments = RowsField(
        Comment.objects.none(), label=_("Comments that are settled"), widget=forms.CheckboxSelectMultiple
    )
    answer = forms.CharField(
        label=_("What was done about them"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def about(self, record: Any) -> None:
        choice: Any = self.fields["comments"]
        choice.queryset = open_comments(record).select_related("person")
        choice.label_from_instance = lambda comment: f"{comment.person}: {comment.text[:200]}"


class AnswerForm(VerbForm):
    fits = forms.ChoiceField(
        label=_("How the text fits your work"), choices=FitCheck.Fits.choices, widget=forms.RadioSelect
    )
    who_does_it = forms.CharField(label=_("Who really does it"), max_length=300)
    how_often = forms.CharField(label=_("How often"), max_length=120)
    which_tool = forms.CharField(label=_("With which tool"), max_length=300)
    what_differs = forms.CharField(
        label=_("What differs"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
