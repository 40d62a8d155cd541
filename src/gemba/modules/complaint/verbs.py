"""What people do with a case beside its steps: start clocks, write the report, note an answer."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict
from gemba.kernel.roles import Role
from gemba.kernel.types import Verb
from gemba.modules.complaint.choices import Stage
from gemba.modules.complaint.guards import CONCERNS, REPORTS, TITLE, called_after, decisions_on
from gemba.modules.complaint.models import Complaint, FieldAction, Reportability, VigilanceReport
from gemba.modules.complaint.rules import ACTION, market_choices, markets, zone_choices
from gemba.modules.complaint.workflow import (
    APPROVED,
    CONCLUDING,
    DRAFT,
    INVESTIGATED,
    RECEIVED,
    REPORTABLE,
    REPORTED,
    RUNNING,
)
from gemba.web.forms import DateInput, PlainForm


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock; values travel as ISO moments of the reader's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class ClockForm(PlainForm):
    """Which markets, and the awareness that starts their clocks."""

    markets = forms.MultipleChoiceField(
        label=_("Markets in which this device is sold"), choices=market_choices, widget=forms.CheckboxSelectMultiple
    )
    aware_at = forms.DateTimeField(
        label=_("Became aware"),
        widget=MomentInput(),
        help_text=_("By your own clock: when the first of us, or of those who work for us, received the news."),
    )
    zone = forms.ChoiceField(label=_("Time zone of that place"), choices=zone_choices)
    aware_by = forms.CharField(label=_("Who became aware"), max_length=200)
    aware_how = forms.CharField(
        label=_("How, and what was known then"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, files: Any = None, *, record: Record, access: Access) -> None:
        known = {"aware_at": clock.now(), "aware_by": access.person.name, "zone": zone_of(access.person)}
        super().__init__(data, files, initial=known)
        taken = {decision.market for decision in decisions_on(record) if decision.open}
        field: Any = self.fields["markets"]
        field.choices = [(code, label) for code, label in market_choices() if code not in taken]


def zone_of(person: Person) -> str:
    known = {name for name, _label in zone_choices()}
    return person.site.time_zone if person.site and person.site.time_zone in known else "UTC"


def start_clocks(record: Complaint | FieldAction, doing: Doing) -> Record:
    """A decision for each market, each with the awareness given and the clock that goes with the harm."""
    running = {decision.market for decision in decisions_on(record) if decision.open}
    wanted = [code for code in doing.values["markets"] if code not in running]
    if not wanted:
        raise Conflict(_now("The clocks of these markets run already."))
    harm = record.harm if isinstance(record, Complaint) else ACTION
    for code in wanted:
        market = markets()[code]
        values = {
            "title": called_after(market.label, record), "market": code, "criterion": market.rule_for(harm).key,
            **{name: doing.values[name] for name in ("aware_at", "zone", "aware_by", "aware_how")},
            "site": record.site, "product": record.product, "exercise": record.exercise,
        }  # fmt: skip
        Raise(model=Reportability, values=values, links=[(CONCERNS, record)], **doing.own).execute()
    return record


class ReportForm(PlainForm):
    """A report on what was decided."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices)
    authority = forms.CharField(label=_("Authority"), max_length=200)
    wording = forms.CharField(label=_("What is reported"), widget=forms.Textarea(attrs={"rows": 5}))
    informed_on = forms.DateField(
        label=_("New information received on"), required=False, widget=DateInput(), help_text=_("For a follow-up.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, record: Reportability, access: Access) -> None:
        stage = Stage.FIRST if record.state == REPORTABLE.name else Stage.FOLLOW_UP
        super().__init__(data, files, initial={"stage": stage, "authority": markets()[record.market].authority})


def write_report(record: Reportability, doing: Doing) -> Record:
    """A draft report, linked; a first one is due when the clock of the decision ends."""
    first = doing.values["stage"] == Stage.FIRST
    due = record.report_by if first else None
    values = {
        "title": (_now("Report: %s") % record.title)[:TITLE], "market": record.market, "due": due, "site": record.site,
        "product": record.product, "confidential": record.confidential, "exercise": record.exercise, **doing.values,
    }  # fmt: skip
    return Raise(
        model=VigilanceReport, values=values, fixed={"report_by": due} if first else {}, links=[(REPORTS, record)],
        **doing.own,
    ).execute()  # fmt: skip


class AnswerForm(PlainForm):
    """One recipient's answer to a notice."""

    recipient = forms.ChoiceField(label=_("Recipient"))
    answered = forms.DateField(label=_("Acknowledged on"), widget=DateInput(), required=False)
    outcome = forms.CharField(
        label=_("What was done, or why there is no answer"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, record: FieldAction, access: Access) -> None:
        super().__init__(data, files, initial={"answered": clock.today()})
        field: Any = self.fields["recipient"]
        lines = enumerate(record.recipients)
        field.choices = [(str(n), str(line["name"])) for n, line in lines if not line.get("answered")]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if not found.get("answered") and not found.get("outcome"):
            self.add_error("answered", _now("Give the day of the answer, or say why there is none."))
        return found


def note_answer(record: FieldAction, doing: Doing) -> Record:
    """The line of the recipient gets the day and the outcome; all others stay as they are."""
    at, day = int(doing.values["recipient"]), doing.values.get("answered")
    lines = [dict(line) for line in record.recipients]
    lines[at]["answered"] = day.isoformat() if isinstance(day, dt.date) else None
    lines[at]["outcome"] = doing.values.get("outcome") or lines[at].get("outcome") or ""
    return Edit(record=record, fixed={"recipients": lines}, verb="answer", **doing.own).execute()


def somebody_waits(record: FieldAction, _person: Person) -> str | None:
    if any(not line.get("answered") for line in record.recipients):
        return None
    return _now("Every recipient has answered, or there are none yet.")


CLOCK_HELP = _("A decision for each market, each with its own deadline from the moment somebody became aware.")
complaint_clocks: Verb[Complaint] = Verb(
    name="clocks", label=_("Start reporting clocks"), run=start_clocks, by=(Role.QUALITY, Role.MANAGEMENT), owner=True,
    states=(RECEIVED, INVESTIGATED, CONCLUDING), form=ClockForm, help=CLOCK_HELP, primary=True,
)  # fmt: skip
action_clocks: Verb[FieldAction] = Verb(
    name="clocks", label=_("Start reporting clocks"), run=start_clocks, by=(Role.QUALITY, Role.MANAGEMENT), owner=True,
    states=(DRAFT, APPROVED, RUNNING), form=ClockForm, help=CLOCK_HELP,
)  # fmt: skip
report_verb: Verb[Reportability] = Verb(
    name="report", label=_("Write the report"), run=write_report, by=(Role.QUALITY, Role.MANAGEMENT), owner=True,
    states=(REPORTABLE, REPORTED), form=ReportForm, primary=True,
    help=_("A first report, or a follow-up once something new is known."),
)  # fmt: skip
answer_verb: Verb[FieldAction] = Verb(
    name="answer", label=_("Note an answer"), run=note_answer, by=(Role.QUALITY, Role.OPERATIONS), owner=True,
    states=(RUNNING,), form=AnswerForm, objections=(somebody_waits,), primary=True,
    help=_("A recipient acknowledged the notice, or cannot be reached."),
)  # fmt: skip
