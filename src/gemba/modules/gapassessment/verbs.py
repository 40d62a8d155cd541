"""Give the questions of some clauses to whoever can answer them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.clauses import subclauses
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Assign
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import Verb
from gemba.modules.gapassessment.asking import unknown_clauses
from gemba.modules.gapassessment.computed import chosen_clauses
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.states import ASKED, LEADERS, RUNNING
from gemba.web.choosing import PersonField
from gemba.web.forms import PlainForm


class HandOutForm(PlainForm):
    clauses = forms.CharField(
        label=_("Clauses"), max_length=300, help_text=_("Separated by commas, with all below them, such as 7.4, 8.3.")
    )
    person = PersonField(label=_("Who answers"))

    def __init__(self, data: Any, files: Any, *, record: Record, access: Access) -> None:
        super().__init__(data, files)


def hand_out(campaign: GapAssessment, doing: Doing) -> Record:
    """The open questions below these clauses get another owner, who is told once."""
    framework = campaign.catalogued
    clauses, unknown = chosen_clauses(framework, doing.values["clauses"]) if framework else ([], [])
    if framework is None or unknown or not clauses:
        raise Invalid({"clauses": [unknown_clauses(framework, unknown) if framework else _now("Name a clause.")]})
    wanted = {number for clause in clauses for number in subclauses(framework, clause)}
    person: Person = doing.values["person"]
    rows = GapAnswer._base_manager.filter(campaign=campaign, state=ASKED.name, clause__in=wanted).exclude(owner=person)
    given = [Assign(record=row, owner=person, **doing.own).execute() for row in rows]
    if not given:
        raise Invalid({"clauses": [_now("No open question below these clauses belongs to anybody else.")]})
    if not Task.objects.filter(record=campaign, person=person, done_at=None, withdrawn=False).exists():
        AskFor(
            record=campaign, person=person, due=campaign.due,
            what=_now("Answer your questions of the gap assessment (My questions)"), **doing.own,
        ).execute()  # fmt: skip
    return campaign


VERBS = (
    Verb(
        name="hand_out", label=_("Give questions to somebody"), run=hand_out, by=LEADERS, states=(RUNNING,),
        form=HandOutForm, help=_("Those who do the work answer best. Answered questions stay with who answered them."),
    ),
)  # fmt: skip
