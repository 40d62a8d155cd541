"""Give a course to many people at once, and start with the base courses that come with Gemba."""

import datetime as dt
from html import escape
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.starter.load import starter_set
from gemba.evidence.starter.model import DocumentType, StarterDocument
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.links.reading import find_far_end
from gemba.kernel.people.models import Department, JobRole, Person
from gemba.kernel.records.fields import LineColumn
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.richtext.reading import plain
from gemba.modules.training.assigning import As, Wanted, assign, lock
from gemba.modules.training.board import TEACHES, here_on
from gemba.modules.training.models import LETTERS, Competence, Course, Quiz, Training
from gemba.web.forms import DateInput, PlainForm
from gemba.web.lines import LinesFormField

BASE_DAYS = 14
"""Ten working days, in calendar days."""
LOOK_MONTHS = 3


class AssignForm(PlainForm):
    """Whom: named people, a department, whoever holds a job, or everybody."""

    people = LinesFormField(
        columns=(LineColumn(name="person", label=gettext_lazy("Person"), kind="person"),),
        label=gettext_lazy("People"), required=False,
    )  # fmt: skip
    department = forms.ModelChoiceField(
        Department.objects.none(), label=gettext_lazy("Everybody in"), required=False, empty_label=gettext_lazy("none")
    )
    job_role = forms.ModelChoiceField(
        JobRole.objects.none(), label=gettext_lazy("Everybody who works as"), required=False,
        empty_label=gettext_lazy("none"),
    )  # fmt: skip
    everybody = forms.BooleanField(label=gettext_lazy("Everybody who works here"), required=False)
    due = forms.DateField(label=gettext_lazy("By"), widget=DateInput())
    cause = forms.ChoiceField(label=gettext_lazy("Because"), choices=Training.Cause.choices)
    because = forms.CharField(
        label=gettext_lazy("Number of the change, CAPA or other record that asks for it"), required=False, max_length=40
    )

    def __init__(self, data: Any, files: Any, *, record: Record, access: Access) -> None:
        super().__init__(data, files)
        fields: Any = self.fields
        fields["department"].queryset = Department.objects.filter(ended=None)
        fields["job_role"].queryset = JobRole.objects.filter(ended=None)
        self._access = access

    def clean_because(self) -> Record | None:
        given = self.cleaned_data["because"].strip()
        found = find_far_end(self._access, given) if given else None
        if given and found is None:
            raise forms.ValidationError(_("There is no such record that you may see."))
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not any(given.get(name) for name in ("people", "department", "job_role", "everybody")):
            raise forms.ValidationError(_("Say who takes the course."))
        return given


def chosen_people(values: Any, day: dt.date) -> list[Person]:
    here = here_on(day)
    uids = [line["person"] for line in values.get("people") or ()]
    found = {person.pk: person for person in here.filter(uid__in=uids)}
    if values.get("everybody"):
        found |= {person.pk: person for person in here}
    if values.get("department"):
        found |= {person.pk: person for person in here.filter(department=values["department"])}
    if values.get("job_role"):
        holders = values["job_role"].assignments.exclude(valid_to__lt=day).filter(valid_from__lte=day)
        found |= {person.pk: person for person in here.filter(pk__in=holders.values("person"))}
    return [found[pk] for pk in sorted(found)]


def assign_to_people(course: Course, doing: Doing) -> Course:
    """A training for each; who has one under way gets no second one."""
    values = doing.values
    people = chosen_people(values, clock.today())
    if not people:
        raise Invalid({"": [_("Nobody fits this choice.")]})
    lock([person.pk for person in people])
    wanted = Wanted(cause=values["cause"], due=values["due"], because=values.get("because"))
    made = [assign(person, course, wanted, doing.own) for person in people]
    if not any(made):
        raise Refused(_("Each of them takes this course already."))
    return course


def load_base_courses(by: As) -> list[Course]:
    """The three courses everybody takes, from the starter set, as drafts: a competence, a test and a course each (M97).

    What is there already, by its title, is left alone.
    """
    documents = starter_set().of_type(DocumentType.COURSE)
    known = set(Course._base_manager.filter(title__in=[d.title for d in documents]).values_list("title", flat=True))
    return [_load(document, by) for document in documents if document.title not in known]


def _load(document: StarterDocument, by: As) -> Course:
    taught = document.course
    if taught is None:
        raise Refused(_("%s holds no course.") % document.number)
    quiz = Raise(
        model=Quiz, values={"title": document.title, "pass_percent": taught.pass_percent, "questions": [
            _question(question.text, question.answers, question.right, question.why) for question in taught.questions
        ]}, **by,
    ).execute()  # fmt: skip
    competence = Raise(
        model=Competence, values={
            "title": document.title.removeprefix("Base course: ").capitalize(), "work": _("All work here."),
            "asked": plain(document.purpose), "within_days": BASE_DAYS,
        }, **by,
    ).execute()  # fmt: skip
    return Raise(
        model=Course, values={
            "title": document.title, "method": Course.Method.QUIZ, "teaching": _content(document), "quiz": quiz,
            "minutes": taught.minutes, "effect_months": LOOK_MONTHS,
            "effect_criterion": _("Ask at the place of work about three of the course's aims: %s")
            % " ".join(taught.objectives),
        }, links=[(TEACHES, competence)], **by,
    ).execute()  # fmt: skip


def _question(text: str, answers: tuple[str, ...], right: frozenset[int], why: str) -> dict[str, str]:
    given = dict(zip(LETTERS, answers, strict=False))
    letters = "".join(LETTERS[index] for index in sorted(right))
    return {"text": text, **{letter: given.get(letter, "") for letter in LETTERS}, "right": letters, "why": why}


def _content(document: StarterDocument) -> str:
    """Aims and slides as one text."""
    taught = document.course
    if taught is None:
        return ""
    aims = "".join(f"<li>{escape(aim)}</li>" for aim in taught.objectives)
    slides = "".join(f"<h2>{escape(slide.title)}</h2>{slide.text}" for slide in taught.slides)
    return f"<h2>{_('Afterwards you can')}</h2><ul>{aims}</ul>{slides}"
