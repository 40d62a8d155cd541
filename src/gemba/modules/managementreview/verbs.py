"""Take a decision in a review: what, by whom, until when (5.6.3)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.kernel.types import Verb
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview
from gemba.modules.managementreview.states import HELD, PLANNED
from gemba.modules.managementreview.workflow import KEEPERS
from gemba.web.choosing import PersonField
from gemba.web.forms import PlainForm


class DecideForm(PlainForm):
    title = forms.CharField(label=_("What is done"), max_length=200)
    about = forms.ChoiceField(label=_("About"), choices=About.choices)
    owner = PersonField(label=_("Who does it"))
    due = forms.DateField(label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}))
    details = forms.CharField(label=_("What exactly"), required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, files: Any, *, record: Record, access: Access) -> None:
        super().__init__(data, files)


def decide(review: ManagementReview, doing: Doing) -> Record:
    """A decision is a record of its own, in the work list of whoever does it."""
    values = {
        **doing.values, "review": review, "site": review.site, "product": review.product,
        "confidential": review.confidential, "exercise": review.exercise,
    }  # fmt: skip
    Raise(model=ManagementAction, values=values, **doing.own).execute()
    return review


VERBS = (
    Verb(name="decide", label=_("Take a decision"), run=decide, by=KEEPERS, owner=True, states=(PLANNED, HELD),
         form=DecideForm, help=_("It is agreed when top management signs the minutes.")),
)  # fmt: skip
