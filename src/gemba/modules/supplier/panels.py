"""What the page of a supplier and of its decisions shows besides their columns."""

from collections.abc import Mapping
from typing import Any

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.rows import load
from gemba.modules.supplier.controls import EXTENT, required, standing_of
from gemba.modules.supplier.gathered import gathered
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierEvaluation, outsources

NEWEST = 4
"""Entries of each part on the page; the rest stands in the file."""


def controls_shown(supplier: Supplier, _access: Access) -> Mapping[str, Any]:
    """What its class asks for and whether it is there today (M89, M156)."""
    controls = required(supplier.criticality, outsourced=supplier.outsourced)
    kept = standing_of(supplier, controls, clock.today())
    return {
        "controls": [(control.label, kept[control.name]) for control in controls],
        "extent": EXTENT[supplier.criticality], "class": supplier.get_criticality_display(),
    }  # fmt: skip


def file_shown(supplier: Supplier, _access: Access) -> Mapping[str, Any]:
    """The newest of each part of the file (M40)."""
    found = gathered(supplier, clock.today())
    parts = [(part, list(reversed(entries))[:NEWEST], max(len(entries) - NEWEST, 0)) for part, entries in found.parts()]
    return {"parts": parts}


def differs_shown(decision: SupplierDecision, _access: Access) -> Mapping[str, Any] | None:
    """Before it is decided: what the class asks for, and what would become different."""
    if decision.state != "asked":
        return None
    supplier = load(Supplier, decision.supplier_id)
    controls = required(decision.criticality, outsourced=outsources(decision.supplies))
    kept = standing_of(supplier, controls, clock.today())
    different = [
        str(SupplierDecision._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in ("criticality", "supplies", "address")
        if getattr(supplier, name) != getattr(decision, name)
    ]
    return {
        "controls": [(control.label, kept[control.name]) for control in controls], "different": different,
        "supplier": supplier,
    }  # fmt: skip


def score_shown(evaluation: SupplierEvaluation, _access: Access) -> Mapping[str, Any] | None:
    return None if evaluation.score is None else {"score": evaluation.score, "n": _scored(evaluation)}


def _scored(evaluation: SupplierEvaluation) -> int:
    return sum(bool(line["score"]) for line in evaluation.criteria)
