"""What must be there before each step, as the sentences people read."""

import datetime as dt
from collections.abc import Mapping, Sequence

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.links.holding import UNDER_CHANGE
from gemba.kernel.links.models import Link
from gemba.kernel.rows import load
from gemba.modules.supplier.choices import (
    ABILITY,
    AGAIN_MONTHS,
    CRITERIA,
    EFFECT,
    PERFORMANCE,
    RISK,
    Criticality,
    Look,
    Ruling,
)
from gemba.modules.supplier.controls import missing
from gemba.modules.supplier.models import (
    Supplier,
    SupplierDecision,
    SupplierEvaluation,
    SupplierPerformance,
    outsources,
)
from gemba.modules.supplier.states import MAY_SUPPLY

ASKED_OF: Mapping[str, Sequence[str]] = {
    Look.QUALIFICATION: (ABILITY, EFFECT, RISK),
    Look.AGAIN: (ABILITY, PERFORMANCE, EFFECT, RISK),
}
"""By what a supplier must be judged in each kind of evaluation (7.4.1 a to d)."""


def supplier_of(record: SupplierEvaluation | SupplierDecision | SupplierPerformance) -> Supplier:
    """The supplier as it stands now. `ValueError` while the record names none."""
    if record.supplier_id is None:
        raise ValueError("The record names no supplier yet.")
    return load(Supplier, record.supplier_id)


def judged_by_every_criterion(evaluation: SupplierEvaluation) -> str | None:
    scored = {line["by"] for line in evaluation.criteria if line["score"]}
    owed = set(ASKED_OF.get(evaluation.look, ())) - scored
    lacking = [str(label) for name, label in CRITERIA if name in owed]
    return _("Score at least one criterion for each: %s.") % "; ".join(lacking) if lacking else None


def performance_was_used(evaluation: SupplierEvaluation) -> str | None:
    """7.4.1: what monitoring found goes into the re-evaluation."""
    if evaluation.look != Look.AGAIN:
        return None
    supplier = supplier_of(evaluation)
    counted = SupplierPerformance._base_manager.filter(supplier=supplier, state="signed").exists()
    if counted or supplier.criticality == Criticality.ORDINARY:
        return None
    return _("No deliveries of this supplier were counted yet. Count a period first; the evaluation rests on it.")


def certificate_named(evaluation: SupplierEvaluation) -> str | None:
    if evaluation.look == Look.CERTIFICATE and evaluation.expires is None:
        return _("Say until when the certificate is valid.")
    return None


def reasoned(evaluation: SupplierEvaluation) -> str | None:
    if evaluation.result and evaluation.result != "suitable" and not evaluation.reasons.strip():
        return _("Say why, or under which conditions.")
    return None


def not_too_far(evaluation: SupplierEvaluation) -> str | None:
    """The next look is not later than the class allows."""
    supplier = supplier_of(evaluation)
    months = AGAIN_MONTHS.get(supplier.criticality)
    if months is None or evaluation.next_due is None:
        return None
    last = clock.today() + relativedelta(months=months)
    if evaluation.next_due <= last:
        return None
    return _("A supplier of this class is looked at again by %s at the latest.") % clock.in_words(last)


def controls_in_place(decision: SupplierDecision) -> str | None:
    """M89, M156: an approval needs what the class asks for; one with conditions needs the qualification at least."""
    if decision.ruling not in (Ruling.APPROVE, Ruling.CONDITIONS):
        return None
    supplier = supplier_of(decision)
    lacking = missing(
        supplier, decision.criticality, clock.today(), outsourced=outsources(decision.supplies)
    )  # fmt: skip
    if decision.ruling == Ruling.CONDITIONS:
        lacking = [control for control in lacking if control.name == "qualified"]
    if not lacking:
        return None
    return _("This class asks for: %s.") % "; ".join(str(control.label) for control in lacking)


def holds_for_something(decision: SupplierDecision) -> str | None:
    if decision.ruling in (Ruling.APPROVE, Ruling.CONDITIONS) and not decision.supplies:
        return _("Say for which parts or services it is approved.")
    return None


def not_over(decision: SupplierDecision) -> str | None:
    if decision.until is not None and decision.until < clock.today():
        return _("“Holds until” is in the past.")
    return None


def alters_what_is_approved(decision: SupplierDecision) -> bool:
    """Whether scope, site or class of a supplier that supplies become different."""
    supplier = supplier_of(decision)
    if supplier.state not in MAY_SUPPLY or decision.ruling not in (Ruling.APPROVE, Ruling.CONDITIONS):
        return False
    names = ("criticality", "supplies", "address")
    return any(getattr(supplier, name) != getattr(decision, name) for name in names)


def change_named(decision: SupplierDecision) -> str | None:
    """M102: what matters for the product changes under a change, whose effect on device and process is thought over."""
    ordinary = {decision.criticality, supplier_of(decision).criticality}
    if ordinary == {Criticality.ORDINARY} or not alters_what_is_approved(decision):
        return None
    named = Link.objects.standing().filter(source_id=decision.pk, role=UNDER_CHANGE)
    if named.exists():
        return None
    return _("Class, goods or place of an approved supplier change under a change. Link it as “under the change”.")


def not_decided_yet(decision: SupplierDecision) -> str | None:
    """A supplier that was withdrawn or voided gets no status."""
    supplier = supplier_of(decision)
    return None if supplier.open else _("%s is no longer kept.") % supplier.number


def acted_upon(period: SupplierPerformance) -> str | None:
    """7.4.1: what was not met is taken up with the supplier."""
    supplier = supplier_of(period)
    late, faulty = period.per_cent("late") or 0, period.per_cent("faulty") or 0
    if (late > supplier.most_late or faulty > supplier.most_faulty) and not period.acted.strip():
        return _("Beyond the limit of %(late)d %% late or %(faulty)d %% faulty: say what we did about it.") % {
            "late": supplier.most_late, "faulty": supplier.most_faulty,
        }  # fmt: skip
    return None


def is_over(period: SupplierPerformance) -> str | None:
    ends: dt.date | None = period.ends
    if ends is not None and ends > clock.today():
        return _("The period is not over yet.")
    return None
