"""What the sample module does of its own: verbs, panels, screens."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.web.forms import PlainForm, people
from gemba.web.lines import LinesFormField
from tests.sample.models import CAUSES, Offshoot, Trial


class TryForm(PlainForm):
    """Everything a verb's form may hold."""

    times = forms.IntegerField(min_value=0, label="times", required=False)
    checker = forms.ModelChoiceField(Person.objects.none(), label="checked by", required=False)
    kept = forms.BooleanField(label="kept", required=False)
    causes = LinesFormField(columns=CAUSES, label="causes", required=False)
    picture = forms.FileField(label="picture", required=False)

    def __init__(self, *args: Any, record: Trial, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        checker: Any = self.fields["checker"]
        checker.queryset = people(record.checker_id)


def try_again(record: Trial, doing: Doing) -> Record:
    """Count a try; more than nine at once are refused at the field."""
    given = doing.values
    if (given.get("times") or 0) > 9:
        raise Invalid({"times": ["Nine tries at once are the most."]})
    fixed = {"tries": record.tries + (given.get("times") or 1)}
    if given.get("checker"):
        fixed["checker"] = given["checker"]
    if given.get("causes"):
        fixed["causes"] = given["causes"]
    if picture := given.get("picture"):
        Attach(record=record, name=picture.name, chunks=picture.chunks(), **doing.own).execute()
    return Edit(record=record, fixed=fixed, verb="try", **doing.own).execute()


def branch(record: Trial, doing: Doing) -> Record:
    """Raise an offshoot; the person goes on there."""
    return Raise(
        model=Offshoot, values={"title": f"After {record.title}"}, links=[("from_trial", record)], **doing.own
    ).execute()


def not_tried(record: Trial, person: Person) -> str | None:
    return None if record.tries else f"Try it first, {person.name}."


def tally(record: Trial, access: Access) -> dict[str, Any] | None:
    """How often it was tried, with one statement; nothing where it never was."""
    return {"tries": record.tries, "people": Person.objects.count()} if record.tries else None


def beside_everything(record: Record, access: Access) -> dict[str, Any]:
    return {"tries": record.number, "people": access.person.name}


def board(request: HttpRequest) -> HttpResponse:
    return render(request, "sample/board.html", {"trials": Trial.objects.order_by("-pk")[:20]})


def sheet(request: HttpRequest, record: Trial) -> HttpResponse:
    return render(request, "sample/board.html", {"trials": [record], "record": record})
