"""Suppliers in every state, made as people make them."""

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.modules.supplier.choices import CRITERIA
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierEvaluation, SupplierPerformance
from tests.kernel.people import as_
from tests.kernel.samples import again, figure, signed

PART = {"what": "Lens 4711", "sort": "part", "effect": "The drop is seen through it"}
PROCESS = {"what": "Sterilisation", "sort": "process", "effect": "Sterility"}
NEW: dict[str, Any] = {
    "title": "Lasi-Esimerkki Oy", "supplies": [PART], "address": "Hiomontie 1, Oulu", "criticality": "important",
    "criticality_reason": "Would be found at inspection",
}  # fmt: skip


def later(**by: int) -> dt.datetime:
    return timezone.now() + relativedelta(**by)  # type: ignore[arg-type]


def proposed(who: Person, **values: Any) -> Supplier:
    return Raise(model=Supplier, values={**NEW, **values}, **as_(who)).execute()


def scored(*but: str, score: str = "3") -> list[dict[str, str]]:
    """A line for each criterion except those named."""
    return [
        {"by": name, "criterion": str(label), "score": score, "seen": "Seen"}
        for name, label in CRITERIA
        if name not in but
    ]


def begun(supplier: Supplier, who: Person, look: str = "qualification", **values: Any) -> SupplierEvaluation:
    given = {"look": look, "means": "Visit and samples"}
    made: Any = Do(record=again(supplier), name="evaluate", values=given, **as_(who)).execute()
    given_values = {"criteria": scored(), "result": "suitable", **values}
    edited: SupplierEvaluation = Edit(record=made, values=given_values, **as_(who)).execute()
    return edited


def evaluated(supplier: Supplier, who: Person, look: str = "qualification", **values: Any) -> SupplierEvaluation:
    made: SupplierEvaluation = signed(begun(supplier, who, look, **values), "sign", who)
    return made


def certificate(until: dt.date) -> dict[str, Any]:
    return {
        "standard": "ISO 13485", "certificate": "Q-77", "issuer": "Notified Example", "expires": until,
        "covers": "Oulu, lenses",
    }  # fmt: skip


def put_forward(supplier: Supplier, who: Person, ruling: str = "approve", **values: Any) -> SupplierDecision:
    now = again(supplier)
    given = {
        "ruling": ruling, "grounds": "Evaluation", "conditions": "", "until": None,
        "criticality": now.criticality, "criticality_reason": now.criticality_reason, **values,
    }  # fmt: skip
    made: Any = Do(record=now, name="propose", values=given, **as_(who)).execute()
    decision: SupplierDecision = made
    return decision


def decided(
    supplier: Supplier, who: Person, decider: Person, ruling: str = "approve", **values: Any
) -> SupplierDecision:
    made: SupplierDecision = signed(put_forward(supplier, who, ruling, **values), "decide", decider)
    return made


def approved(buyer: Person, decider: Person, **values: Any) -> Supplier:
    supplier = proposed(buyer, **values)
    evaluated(supplier, buyer)
    decided(supplier, buyer, decider)
    found: Supplier = again(supplier)
    return found


def agreed(supplier: Supplier, who: Person) -> None:
    """A quality agreement in force, with a record that stands for its text."""
    Edit(record=again(supplier), values={"agreement_from": clock.today()}, **as_(who)).execute()
    MakeLink(record=again(supplier), role="agreed_in", to=figure(who), **as_(who)).execute()


def counted(
    supplier: Supplier, who: Person, *, late: int = 0, faulty: int = 0, deliveries: int = 50, acted: str = "",
    ended: int = 1,
) -> SupplierPerformance:  # fmt: skip
    """The quarter that ended so many days ago, signed."""
    ends = clock.today() - dt.timedelta(days=ended)
    given = {
        "begins": ends - dt.timedelta(days=90), "ends": ends, "deliveries": deliveries, "late": late,
        "faulty": faulty, "source": "Goods in",
    }  # fmt: skip
    made: Any = Do(record=again(supplier), name="count", values=given, **as_(who)).execute()
    if acted:
        made = Edit(record=made, values={"acted": acted}, **as_(who)).execute()
    period: SupplierPerformance = signed(made, "sign", who)
    return period
