"""Plan a task of a change: who does what by when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.modules.change.models import Change, ChangeTask
from gemba.modules.change.reading import PART_OF
from gemba.web.choosing import PersonField
from gemba.web.forms import DateInput, PlainForm


class TaskForm(PlainForm):
    title = forms.CharField(label=_("What is to be done"), max_length=200)
    detail = forms.CharField(
        label=_("What is to be changed"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = PersonField(label=_("Who does it"))
    due = forms.DateField(label=_("By"), widget=DateInput())

    def __init__(self, data: Any, files: Any, *, record: Record, access: Access) -> None:
        super().__init__(data, files)


def plan_task(change: Change, doing: Doing) -> Record:
    site = doing.values["owner"].site or change.site  # where the one who does it has rights
    place = {"site": site, "product": change.product, "confidential": change.confidential}
    Raise(
        model=ChangeTask, values={**doing.values, **place, "exercise": change.exercise},
        links=[(PART_OF, change)], **doing.own,
    ).execute()  # fmt: skip
    return change
