"""Which controls a supplier must be under by its class, and which of them are missing on a day (M89, M156).

Each control is one condition of the database, so that the flag of a list, the panel of a page and the guard of a
decision can never differ.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gemba.kernel.links.models import Link
from gemba.modules.supplier.choices import AGAIN_MONTHS, Criticality, Look, Ruling, Verdict
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierEvaluation, SupplierPerformance
from gemba.modules.supplier.states import DECIDED, MAY_SUPPLY, SIGNED

AGREED_IN = "agreed_in"
AUDIT_MONTHS = 36
"""So long an audit of ours stands in for a certificate."""
WATCH_MONTHS = 5
"""A quarter is counted, and the figures of the next one have come, within this."""
AHEAD_DAYS = 90
"""So early a certificate that runs out is told."""
FIT = (Verdict.SUITABLE, Verdict.CONDITIONS)


@dataclass(frozen=True, slots=True)
class Control:
    """`kept` is the condition, on a day, on suppliers that are under it; `months` is its interval where it has one."""

    name: str
    label: str | Promise
    kept: Callable[[dt.date], Q]
    months: int | None = None


def signed(**of: object) -> "QuerySet[SupplierEvaluation]":
    rows: QuerySet[SupplierEvaluation] = SupplierEvaluation._base_manager.filter(
        supplier=OuterRef("pk"), state=SIGNED.name, exercise=False, **of
    )
    return rows


def qualified(_today: dt.date) -> Q:
    return Q(Exists(signed(look__in=(Look.QUALIFICATION, Look.AGAIN), result__in=FIT)))


def certified(today: dt.date) -> Q:
    """A certificate somebody looked at that still holds, or an audit of our own."""
    audited = signed(look=Look.AUDIT, result__in=FIT, signed_on__gt=today - relativedelta(months=AUDIT_MONTHS))
    return Q(Exists(signed(expires__gte=today, result__in=FIT))) | Q(Exists(audited))


def agreed(today: dt.date) -> Q:
    """In force that day, and the text itself is linked."""
    text = Link.objects.standing().filter(source=OuterRef("pk"), role=AGREED_IN)
    holds = Q(agreement_until=None) | Q(agreement_until__gte=today)
    return Q(agreement_from__lte=today) & holds & Q(Exists(text))


def looked_again(months: int) -> Callable[[dt.date], Q]:
    """The last evaluation is no older than the class allows, and the day it named has not passed."""

    def kept(today: dt.date) -> Q:
        since = today - relativedelta(months=months)
        looks = (Look.QUALIFICATION, Look.AGAIN)
        return Q(Exists(signed(look__in=looks, signed_on__gt=since, next_due__gte=today)))

    return kept


def watched(today: dt.date) -> Q:
    """Deliveries were counted lately, unless it may supply only since lately."""
    since = today - relativedelta(months=WATCH_MONTHS)
    counted = SupplierPerformance._base_manager.filter(
        supplier=OuterRef("pk"), state=SIGNED.name, ends__gte=since, exercise=False
    )
    long_since = SupplierDecision._base_manager.filter(
        supplier=OuterRef("pk"), state=DECIDED.name, ruling__in=(Ruling.APPROVE, Ruling.CONDITIONS),
        valid_from__lte=since,
    )  # fmt: skip
    return Q(Exists(counted)) | ~Q(Exists(long_since))


QUALIFIED = Control("qualified", _("a first qualification, signed, with a fitting result"), qualified)
CERTIFIED = Control("certified", _("a valid certificate, or an audit of our own within three years"), certified)
AGREED = Control("agreed", _("a quality agreement in force, with its text linked"), agreed)
WATCHED = Control("watched", _("deliveries counted every quarter"), watched, months=WATCH_MONTHS)
YEARLY = Control("looked_again", _("evaluated within the last 12 months"), looked_again(12), months=12)
TWO_YEARLY = Control("looked_again", _("evaluated within the last 24 months"), looked_again(24), months=24)
REQUIRED: Mapping[str, Sequence[Control]] = {
    Criticality.CRITICAL: (QUALIFIED, CERTIFIED, AGREED, YEARLY, WATCHED),
    Criticality.IMPORTANT: (QUALIFIED, TWO_YEARLY, WATCHED),
    Criticality.ORDINARY: (QUALIFIED,),
}
EXTENT: Mapping[str, str | Promise] = {
    Criticality.CRITICAL: _("every delivery, every characteristic that the plan marks"),
    Criticality.IMPORTANT: _("every delivery by sample; less after ten good ones, as the plan says"),
    Criticality.ORDINARY: _("identity, quantity and damage"),
}
"""How much of a delivery is looked at (7.4.3: by evaluation and risk)."""


def required(criticality: str, *, outsourced: bool) -> Sequence[Control]:
    """What a supplier of this class must be under; a process of ours always needs an agreement (4.1.5)."""
    controls = REQUIRED[criticality]
    return (*controls, AGREED) if outsourced and AGREED not in controls else controls


def standing_of(supplier: Supplier, controls: Sequence[Control], today: dt.date) -> Mapping[str, bool]:
    """Each control by name, and whether it is kept that day: one statement."""
    asked = {c.name: ExpressionWrapper(c.kept(today), output_field=BooleanField()) for c in controls}
    row: Mapping[str, Any] = Supplier._base_manager.filter(pk=supplier.pk).values(**asked).get()
    return {name: bool(kept) for name, kept in row.items()}


def missing(supplier: Supplier, criticality: str, today: dt.date, *, outsourced: bool) -> list[Control]:
    controls = required(criticality, outsourced=outsourced)
    kept = standing_of(supplier, controls, today)
    return [control for control in controls if not kept[control.name]]


def may_supply() -> Q:
    return Q(state__in=MAY_SUPPLY)


def control_missing(today: dt.date) -> Q:
    """Approved suppliers that lack something their class asks for."""
    found = Q(outsourced=True) & ~AGREED.kept(today)
    for criticality, controls in REQUIRED.items():
        lacking = Q(pk__in=[])
        for control in controls:
            lacking |= ~control.kept(today)
        found |= Q(criticality=criticality) & lacking
    return may_supply() & found


def overdue(today: dt.date) -> Q:
    """Approved suppliers that nobody has looked at again in time (practice check of 7.4.1)."""
    late = Q(pk__in=[])
    for criticality, months in AGAIN_MONTHS.items():
        late |= Q(criticality=criticality) & ~looked_again(months)(today)
    named = Exists(signed(next_due__lt=today)) & ~Exists(signed(next_due__gte=today))
    return may_supply() & (late | Q(criticality=Criticality.ORDINARY) & Q(named))


def expiring(today: dt.date) -> Q:
    """Approved suppliers of which no certificate reaches beyond the next three months, and one does run out."""
    soon = today + dt.timedelta(days=AHEAD_DAYS)
    return may_supply() & Q(Exists(signed(expires__lte=soon))) & ~Q(Exists(signed(expires__gt=soon)))
