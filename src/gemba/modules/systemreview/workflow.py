"""How a review is done: look, write down what it shows, sign."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.systemreview.gathering import gathered
from gemba.modules.systemreview.models import SystemReview
from gemba.modules.systemreview.states import DONE, OPEN

REVIEWERS = (Role.QUALITY, Role.MANAGEMENT)

systemreview_lifecycle = Lifecycle[SystemReview](
    Transition(
        "confirm", _("Confirm the review"), OPEN, DONE, by=REVIEWERS, guards=(gathered, filled("conclusion")),
        signature=_("I looked at what is listed here and confirm the conclusion."), meaning=_("Review"),
    ),
)  # fmt: skip
