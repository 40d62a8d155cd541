"""How a review is held and closed, and how its decisions are carried out."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.managementreview.guards import decided, has_been, led, looked_at, own, was_there
from gemba.modules.managementreview.holding import close, done, hold
from gemba.modules.managementreview.models import ManagementAction, ManagementReview
from gemba.modules.managementreview.states import AGREED, CLOSED, DONE, DROPPED, HELD, PLANNED, PROPOSED

KEEPERS = (Role.QUALITY, Role.MANAGEMENT)

managementreview_lifecycle = Lifecycle[ManagementReview](
    Transition(
        "hold", _("It was held"), PLANNED, HELD, by=KEEPERS, guards=(filled("held_on"), has_been, led),
        effects=(hold,),
    ),
    Transition(
        "close", _("Sign the minutes"), HELD, CLOSED, by=(Role.MANAGEMENT,), personal=(was_there,),
        guards=(looked_at, decided, filled("suitable", "adequate", "effective", "conclusion")), effects=(close,),
        signature=_("I was there. These minutes say what was looked at and what was decided."),
        meaning=_("Top management"),
    ),
)  # fmt: skip
managementaction_lifecycle = Lifecycle[ManagementAction](
    Transition("agree", _("Agreed with the minutes"), PROPOSED, AGREED, by=(), automatic=True),
    Transition(
        "done", _("It is done"), AGREED, DONE, by=STAFF, personal=(own,), guards=(filled("result"),), effects=(done,),
        signature=_("I confirm that this was done as written here."), meaning=_("Completion"),
    ),
    Transition(
        "drop", _("Drop it"), AGREED, DROPPED, by=(Role.MANAGEMENT,), reason=True,
        signature=_("I take this decision back."), meaning=_("Withdrawal"),
    ),
)  # fmt: skip
