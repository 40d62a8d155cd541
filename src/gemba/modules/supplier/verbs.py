"""Evaluate a supplier, count a period, propose a decision: each raises its record from the page of the supplier."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.modules.supplier.choices import CRITERIA, Criticality, Look, Ruling
from gemba.modules.supplier.guards import ASKED_OF
from gemba.modules.supplier.models import Incoming, Supplier, SupplierDecision, SupplierEvaluation, SupplierPerformance
from gemba.modules.supplier.states import SIGNED
from gemba.web.forms import DateInput, PlainForm

LONG = forms.Textarea(attrs={"rows": 3})
TITLE = 200


class OwnForm(PlainForm):
    """What every form of a verb is given besides the data."""

    def __init__(self, data: Any, files: Any, *, record: Record, access: Access, **more: Any) -> None:
        super().__init__(data, files, **more)


def last_quarter(today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the calendar quarter that ended before today."""
    this = dt.date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    return this - relativedelta(months=3), this - dt.timedelta(days=1)


def came(supplier: Supplier, begins: dt.date, ends: dt.date) -> tuple[int, int]:
    """Signed inspections of those days, and how many of them did not go to stock: what is proposed to be counted."""
    rows = Incoming._base_manager.filter(
        supplier=supplier, state=SIGNED.name, event_date__range=(begins, ends), exercise=supplier.exercise
    )
    found = rows.aggregate(n=Count("pk"), bad=Count("pk", filter=~Q(outcome=Incoming.Outcome.STOCK)))
    return found["n"], found["bad"]


class EvaluateForm(OwnForm):
    look = forms.ChoiceField(label=gettext_lazy("What this is"), choices=Look.choices)
    means = forms.CharField(
        label=gettext_lazy("How we look: visit, questionnaire, samples, figures"), max_length=4000, widget=LONG
    )


class CountForm(OwnForm):
    begins = forms.DateField(label=gettext_lazy("From"), widget=DateInput())
    ends = forms.DateField(label=gettext_lazy("To"), widget=DateInput())
    deliveries = forms.IntegerField(label=gettext_lazy("Deliveries"), min_value=0, max_value=10**9)
    late = forms.IntegerField(label=gettext_lazy("Late"), min_value=0, max_value=10**9, initial=0)
    faulty = forms.IntegerField(label=gettext_lazy("Faulty"), min_value=0, max_value=10**9, initial=0)
    source = forms.CharField(label=gettext_lazy("Counted from"), max_length=200)

    def __init__(self, data: Any, files: Any, *, record: Supplier, access: Access) -> None:
        begins, ends = last_quarter(clock.today())
        deliveries, faulty = came(record, begins, ends)
        known = {"begins": begins, "ends": ends, "deliveries": deliveries, "faulty": faulty}
        super().__init__(data, files, record=record, access=access, initial=known)


class DecisionForm(OwnForm):
    ruling = forms.ChoiceField(label=gettext_lazy("Decision"), choices=Ruling.choices)
    grounds = forms.CharField(label=gettext_lazy("Grounds"), max_length=4000, widget=LONG)
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    until = forms.DateField(label=gettext_lazy("Holds until"), required=False, widget=DateInput())
    criticality = forms.ChoiceField(label=gettext_lazy("Class"), choices=Criticality.choices)
    criticality_reason = forms.CharField(
        label=gettext_lazy("Why this class"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, files: Any, *, record: Supplier, access: Access) -> None:
        known = {"criticality": record.criticality, "criticality_reason": record.criticality_reason}
        super().__init__(data, files, record=record, access=access, initial=known)


def evaluate(supplier: Supplier, doing: Doing) -> Record:
    """A line for each criterion the kind of evaluation asks for, still to be scored."""
    look = Look(doing.values["look"])
    lines = [
        {"by": name, "criterion": str(label), "score": "", "seen": ""}
        for name, label in CRITERIA
        if name in ASKED_OF.get(look, ())
    ]
    title = f"{supplier.title}: {look.label}"
    return _raise(SupplierEvaluation, supplier, title, {**doing.values, "criteria": lines}, doing)


def count(supplier: Supplier, doing: Doing) -> Record:
    begins, ends = doing.values["begins"], doing.values["ends"]
    period = {"begins": clock.in_words(begins), "ends": clock.in_words(ends)}
    title = _("%(supplier)s, %(begins)s to %(ends)s") % {"supplier": supplier.title, **period}
    return _raise(SupplierPerformance, supplier, title, doing.values, doing)


def propose(supplier: Supplier, doing: Doing) -> Record:
    """For the goods and the place as they stand; both can be changed on the page of the decision."""
    title = f"{supplier.title}: {Ruling(doing.values['ruling']).label}"
    taken = {"supplies": supplier.supplies, "address": supplier.address}
    return _raise(SupplierDecision, supplier, title, {**taken, **doing.values}, doing)


def _raise(model: Any, supplier: Supplier, title: str, values: Mapping[str, Any], doing: Doing) -> Record:
    place = {
        "site": supplier.site, "product": supplier.product, "confidential": supplier.confidential,
        "exercise": supplier.exercise,
    }  # fmt: skip
    given = {"title": title[:TITLE], "supplier": supplier, **place, **values}
    made: Record = Raise(model=model, values=given, **doing.own).execute()
    return made
