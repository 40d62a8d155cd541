"""Who was approved on a day, and for what: read from signed decisions, never from what stands on the record today."""

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from gemba.modules.supplier.choices import Ruling
from gemba.modules.supplier.models import Supplier, SupplierDecision
from gemba.modules.supplier.states import DECIDED, SIGNED

ALLOWS = (Ruling.APPROVE, Ruling.CONDITIONS)


def on_day(day: dt.date) -> Q:
    """Decisions in force on that day; a void one never was."""
    begun = Q(state=DECIDED.name, valid_from__lte=day)
    return begun & (Q(valid_to=None) | Q(valid_to__gt=day)) & (Q(until=None) | Q(until__gte=day))


def decisions_on(day: dt.date) -> "QuerySet[SupplierDecision]":
    """One decision for each supplier that had a status on that day, as far as the viewer may see both."""
    seen = Supplier.objects.order_by().values("pk")
    rows: QuerySet[SupplierDecision] = SupplierDecision.objects.filter(on_day(day), exercise=False, supplier__in=seen)
    return rows.select_related("supplier", "supplier__owner").order_by("supplier__number")


def status_on(supplier_id: int, day: dt.date) -> SupplierDecision | None:
    found: SupplierDecision | None = SupplierDecision._base_manager.filter(on_day(day), supplier_id=supplier_id).first()
    return found


def approved_on_its_day(supplier: str = "supplier", day: str = "event_date") -> Exists:
    """For rows that name a supplier and a day: whether it might supply on that day."""
    outer = OuterRef(day)
    rows = SupplierDecision._base_manager.filter(
        Q(valid_to=None) | Q(valid_to__gt=outer), Q(until=None) | Q(until__gte=outer), state=DECIDED.name,
        supplier=OuterRef(supplier), ruling__in=ALLOWS, valid_from__lte=outer,
    )  # fmt: skip
    return Exists(rows)


def beyond_limits(_today: dt.date) -> Q:
    """Periods with more late or faulty deliveries of 100 than the supplier's limits allow."""
    late = Q(late__gt=F("deliveries") * F("supplier__most_late") / 100.0)
    faulty = Q(faulty__gt=F("deliveries") * F("supplier__most_faulty") / 100.0)
    return Q(state=SIGNED.name) & (late | faulty)
