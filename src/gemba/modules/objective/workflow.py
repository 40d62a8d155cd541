"""How an objective and a measurement come into force and end."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.objective.models import Measurement, Objective

DRAFT = State("draft", _("Draft"), tone="calm")
REVIEW = State("review", _("In review"))
PURSUED = State("pursued", _("Pursued"), tone="good")
ENDED = State("ended", _("Ended"), final=True, tone="calm")
ENTERED = State("entered", _("Entered"))
CONFIRMED = State("confirmed", _("Confirmed"), final=True, tone="good")

objective_lifecycle = Lifecycle[Objective](
    Transition(
        "submit", _("Send to review"), DRAFT, REVIEW, by=(Role.QUALITY, Role.MANAGEMENT), guards=(filled("due"),)
    ),
    Transition(
        "approve", _("Approve"), REVIEW, PURSUED, by=(Role.MANAGEMENT,), independent_of=("raiser",),
        signature=_("I approve this quality objective and the means to reach it."), meaning=_("Approval"),
    ),
    Transition(
        "reject", _("Send back"), REVIEW, DRAFT, by=(Role.MANAGEMENT,), reason=True, rejects=True,
        signature=_("I send this quality objective back."), meaning=_("Rejection"),
    ),
    Transition(
        "end", _("End"), PURSUED, ENDED, by=(Role.QUALITY, Role.MANAGEMENT), reason=True,
        signature=_("I confirm that this objective is no longer pursued."), meaning=_("End of the objective"),
    ),
)  # fmt: skip
measurement_lifecycle = Lifecycle[Measurement](
    Transition(
        "confirm", _("Confirm"), ENTERED, CONFIRMED, by=(Role.QUALITY, Role.MANAGEMENT), independent_of=("editor",),
        signature=_("I confirm that the figure comes from the source named."), meaning=_("Confirmation"),
    ),
)  # fmt: skip
