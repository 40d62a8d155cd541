"""The ways of a supplier, an evaluation, a decision and a counted period."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.links.holding import awaits_change
from gemba.kernel.roles import Role
from gemba.modules.supplier import effects, guards
from gemba.modules.supplier import states as at
from gemba.modules.supplier.choices import Ruling
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierEvaluation, SupplierPerformance

BUYERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)
DECIDERS = (Role.QUALITY, Role.MANAGEMENT)
ANYWHERE = (at.PROPOSED, at.APPROVED, at.CONDITIONAL, at.SUSPENDED, at.DISQUALIFIED)

supplier_lifecycle = Lifecycle[Supplier](
    Transition("approve", _("Approve"), ANYWHERE, at.APPROVED, by=(), automatic=True),
    Transition("approve_with_conditions", _("Approve with conditions"), ANYWHERE, at.CONDITIONAL, by=(),
               automatic=True),
    Transition("suspend", _("Suspend"), ANYWHERE, at.SUSPENDED, by=(), automatic=True),
    Transition("disqualify", _("Disqualify"), ANYWHERE, at.DISQUALIFIED, by=(), automatic=True),
    Transition(
        "leave", _("No longer used"), ANYWHERE, at.LEFT, by=DECIDERS, reason=True, meaning=_("End"),
        signature=_("I confirm that we no longer buy from this supplier."), effects=(effects.end_standing,),
    ),
)  # fmt: skip
"""Every status follows from a signed decision, or from its last day; nobody sets one by hand (M102)."""

evaluation_lifecycle = Lifecycle[SupplierEvaluation](
    Transition(
        "sign", _("Sign"), at.OPEN, at.SIGNED, by=BUYERS, meaning=_("Evaluation"),
        guards=(
            filled("result"), guards.judged_by_every_criterion, guards.certificate_named, guards.performance_was_used,
            guards.reasoned,
            guards.not_too_far,
        ),
        signature=_("I looked at this supplier as described and found what is written here."),
        effects=(effects.note_signing,),
    ),
    Transition(
        "drop", _("Drop"), at.OPEN, at.DROPPED, by=BUYERS, reason=True, rejects=True, meaning=_("Dropped"),
        signature=_("I confirm that this evaluation is not made."),
    ),
)  # fmt: skip


def suspends(decision: SupplierDecision) -> bool:
    return decision.ruling == Ruling.SUSPEND


def only_a_suspension(decision: SupplierDecision) -> str | None:
    return None if suspends(decision) else str(_("Only a suspension is decided by one person at once."))


ALWAYS = (guards.not_decided_yet, guards.not_over)
decision_lifecycle = Lifecycle[SupplierDecision](
    Transition(
        "decide", _("Decide"), at.ASKED, at.DECIDED, by=DECIDERS, independent_of=("raiser", "owner"),
        guards=(*ALWAYS, guards.holds_for_something, guards.controls_in_place, guards.change_named, awaits_change),
        signature=_("I decide about this supplier as written here, for the goods and the place named."),
        meaning=_("Decision"), effects=(effects.come_into_force,),
    ),
    Transition(
        "suspend_at_once", _("Suspend at once"), at.ASKED, at.DECIDED, by=DECIDERS, reason=True, fits=suspends,
        guards=(*ALWAYS, only_a_suspension), signature=_("I suspend this supplier at once. Nothing is ordered there."),
        meaning=_("Suspension"), effects=(effects.come_into_force,),
    ),
    Transition(
        "refuse", _("Refuse"), at.ASKED, at.REFUSED, by=DECIDERS, reason=True, rejects=True, meaning=_("Refusal"),
        signature=_("I do not decide so; the status of the supplier stays as it is."),
    ),
)  # fmt: skip

performance_lifecycle = Lifecycle[SupplierPerformance](
    Transition(
        "sign", _("Sign"), at.OPEN, at.SIGNED, by=BUYERS, guards=(guards.is_over, guards.acted_upon),
        signature=_("I counted these deliveries from the source named."), meaning=_("Figures"),
    ),
    Transition(
        "drop", _("Drop"), at.OPEN, at.DROPPED, by=BUYERS, reason=True, rejects=True, meaning=_("Dropped"),
        signature=_("I confirm that these figures are not used."),
    ),
)  # fmt: skip
