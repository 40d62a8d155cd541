"""What follows from the steps of evaluations and decisions."""

from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.rows import load
from gemba.kernel.trail.writer import lock_head
from gemba.modules.supplier.choices import Ruling
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierEvaluation

STEPS = {
    Ruling.APPROVE: "approve", Ruling.CONDITIONS: "approve_with_conditions", Ruling.SUSPEND: "suspend",
    Ruling.DISQUALIFY: "disqualify",
}  # fmt: skip
"""The step of the supplier that follows from each ruling."""


def note_signing(evaluation: SupplierEvaluation, doing: Doing) -> None:
    """The day; and who decides, where the supplier was found not suitable."""
    fixed = {"signed_on": clock.today()}
    Edit(record=evaluation, fixed=fixed, verb="note", **doing.following(_("Evaluation signed"))).execute()
    if evaluation.result == "not_suitable":
        supplier = Supplier._base_manager.select_related("owner").get(pk=evaluation.supplier_id)
        what = _("%s was found not suitable. Decide what becomes of the supplier.") % evaluation.number
        AskFor(record=supplier, what=what, person=supplier.owner, **doing.following(what)).execute()


def come_into_force(decision: SupplierDecision, doing: Doing) -> None:
    """The decision before it ends on the day this one begins; the supplier takes over what it says."""
    today = clock.today()
    following = doing.following(_("%s was decided.") % decision.number)
    lock_head(load(Supplier, decision.supplier_id).subject)
    _end(decision.supplier_id, following)
    Edit(record=decision, fixed={"standing": True, "valid_from": today}, verb="begin", **following).execute()
    supplier = load(Supplier, decision.supplier_id)
    taken = {name: getattr(decision, name) for name in ("criticality", "criticality_reason", "supplies", "address")}
    Edit(record=supplier, fixed={**taken, "valid_from": today}, verb="decide", **following).execute()
    supplier = load(Supplier, decision.supplier_id)
    Advance(record=supplier, name=STEPS[Ruling(decision.ruling)], **following).execute()


def end_standing(supplier: Supplier, doing: Doing) -> None:
    """The decision in force ends with the supplier."""
    _end(supplier.pk, doing.following(_("%s is no longer used.") % supplier.number))


def _end(supplier_id: int, following: dict[str, Any]) -> None:
    for former in SupplierDecision._base_manager.filter(supplier_id=supplier_id, standing=True):
        ended = {"standing": False, "valid_to": clock.today()}
        Edit(record=former, fixed=ended, verb="end", **following).execute()
