"""How a scope comes into force and is replaced, and how a registration lives."""

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.scope.effects import come_into_force
from gemba.modules.scope.models import Registration, Scope
from gemba.modules.scope.reading import waiting

DRAFT = State("draft", _("Draft"), tone="calm")
REVIEW = State("review", _("In review"))
IN_FORCE = State("in_force", _("In force"), tone="good")
REPLACED = State("replaced", _("Replaced"), final=True, tone="calm")
KEPT = State("kept", _("Kept"), tone="good")
ENDED = State("ended", _("Ended"), final=True, tone="calm")
BY = (Role.QUALITY, Role.MANAGEMENT)


def named(scope: Scope) -> str | None:
    """A scope says for what, where and with which devices."""
    if not scope.markets:
        return _t("Name at least one market.")
    if scope.purpose != Scope.Purpose.ROLE and not scope.devices:
        return _t("Name at least one device, or say that the system supports a role without products.")
    return None


def decided(scope: Scope) -> str | None:
    """Every duty of the frameworks it switches on is decided before anybody signs."""
    open_duties = waiting(scope)
    if not open_duties:
        return None
    first = ", ".join(dict.fromkeys(each.duty.clause for each in open_duties[:6]))
    return _t("Still undecided: %(n)d duties, among them %(first)s.") % {"n": len(open_duties), "first": first}


scope_lifecycle = Lifecycle[Scope](
    Transition("submit", _("Send to review"), DRAFT, REVIEW, by=BY, guards=(named, decided)),
    Transition(
        "approve", _("Approve"), REVIEW, IN_FORCE, by=(Role.MANAGEMENT,), independent_of=("raiser",),
        guards=(named, decided), effects=(come_into_force,), meaning=_("Approval"),
        signature=_("I approve this scope, its exclusions and their justifications."),
    ),
    Transition(
        "reject", _("Send back"), REVIEW, DRAFT, by=(Role.MANAGEMENT,), reason=True, rejects=True,
        signature=_("I send this scope back."), meaning=_("Rejection"),
    ),
    Transition("replace", _("Replaced by another scope"), IN_FORCE, REPLACED, by=(), automatic=True),
)  # fmt: skip
registration_lifecycle = Lifecycle[Registration](
    Transition("confirm", _("Confirm"), DRAFT, KEPT, by=BY, guards=(filled("product"),)),
    Transition(
        "end", _("End"), KEPT, ENDED, by=BY, reason=True, meaning=_("End of the registration"),
        signature=_("I confirm that the product is no longer registered there."),
    ),
)  # fmt: skip
