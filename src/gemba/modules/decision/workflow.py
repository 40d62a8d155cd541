"""How a decision is taken, how an announcement is published, and how it is acknowledged."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.decision import deciding, telling
from gemba.modules.decision import states as at
from gemba.modules.decision.models import Announcement, Decision, Receipt

KEEPERS = (Role.QUALITY, Role.MANAGEMENT)
SPEAKERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)

decision_lifecycle = Lifecycle[Decision](
    Transition(
        "propose", _("Put up for decision"), at.OPEN, at.PROPOSED, by=STAFF,
        guards=(filled("question", "rationale"), deciding.weighed, deciding.has_deciders),
        effects=(deciding.ask_the_deciders,),
    ),
    Transition(
        "sign", _("Decide so"), at.PROPOSED, at.PROPOSED, by=STAFF, personal=(deciding.one_of_the_deciders,),
        signature=_("I decide for the option marked, for the reasons given."), meaning=_("Decision"),
        effects=(deciding.decide_when_all_have_signed,),
    ),
    Transition("decide", _("Everybody has signed"), at.PROPOSED, at.DECIDED, by=(), automatic=True),
    Transition(
        "send_back", _("Send back"), at.PROPOSED, at.OPEN, by=STAFF, personal=(deciding.one_of_the_deciders,),
        reason=True, rejects=True, signature=_("I do not decide so."), meaning=_("Rejection"),
    ),
    Transition(
        "drop", _("Do not decide"), (at.OPEN, at.PROPOSED), at.DROPPED, by=KEEPERS, reason=True,
        rejects=True, signature=_("I confirm that nothing is decided here."), meaning=_("Dropped"),
    ),
)  # fmt: skip

announcement_lifecycle = Lifecycle[Announcement](
    Transition(
        "publish", _("Publish"), at.DRAFT, at.PUBLISHED, by=SPEAKERS,
        guards=(filled("message"), telling.somebody_to_tell), effects=(telling.tell_everybody,),
    ),
    Transition(
        "close", _("Close"), at.PUBLISHED, at.CLOSED, by=SPEAKERS, effects=(telling.close_receipts,),
        signature=_("I close this announcement; who has not acknowledged it by now stays marked."),
        meaning=_("Closing"),
    ),
)  # fmt: skip

receipt_lifecycle = Lifecycle[Receipt](
    Transition(
        "sign", _("I have read it"), at.ASKED, at.SEEN, by=STAFF, fits=telling.wants_signature,
        guards=(telling.is_signed,), personal=(telling.reader_alone,),
        signature=_("I have read and understood this announcement."), meaning=_("Acknowledgement"),
        effects=(telling.noted_when_signed,),
    ),
    Transition("seen", _("Acknowledged"), at.ASKED, at.SEEN, by=(), automatic=True),
    Transition("lapse", _("Closed without acknowledgement"), at.ASKED, at.UNSEEN, by=(), automatic=True),
)  # fmt: skip
