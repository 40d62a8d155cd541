"""How documents and revisions come into force, are replaced and end; how readings and reviews are signed."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.links.holding import awaits_change
from gemba.kernel.roles import STAFF, Role
from gemba.modules.document import effects, guards
from gemba.modules.document.asked import FitCheck, PeriodicReview, Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.states import (
    ANSWERED,
    APPROVAL,
    APPROVED,
    ASKED,
    DRAFT,
    EFFECTIVE,
    IN_FORCE,
    LAPSED,
    LOOKING,
    OBSOLETE,
    PREPARATION,
    QUESTION,
    READ,
    RETIRED,
    REVIEW,
    REVIEWED,
    SUPERSEDED,
    UNANSWERED,
)

document_lifecycle = Lifecycle[Document](
    Transition("put_in_force", _("Put in force"), PREPARATION, IN_FORCE, by=(), automatic=True),
    Transition(
        "register", _("Register"), PREPARATION, IN_FORCE, by=STAFF, effects=(effects.register,),
        guards=(guards.is_outside, guards.registered_in_full),
        signature=_("I confirm that this document exists and is kept as this entry says."), meaning=_("Registration"),
    ),
    Transition(
        "retire", _("Retire"), IN_FORCE, RETIRED, by=(Role.QUALITY, Role.MANAGEMENT), reason=True,
        guards=(guards.nothing_under_way,), effects=(effects.retire,),
        signature=_("I confirm that nobody works to this document any more."), meaning=_("Withdrawal from use"),
    ),
)  # fmt: skip

revision_lifecycle = Lifecycle[Revision](
    Transition(
        "submit", _("Send to review"), DRAFT, REVIEW, by=STAFF, effects=(effects.send,),
        guards=(guards.says_something, guards.says_why, guards.document_complete, guards.day_named),
    ),
    Transition(
        "review", _("Sign the review"), REVIEW, REVIEW, by=STAFF, independent_of=("owner", "raiser"),
        personal=(guards.may_review,), effects=(effects.after_review,),
        signature=_("I have reviewed this text; it is adequate and can be approved."), meaning=_("Review"),
    ),
    Transition(
        "pass_on", _("Pass on to approval"), REVIEW, APPROVAL, by=(), automatic=True, effects=(effects.ask_approvers,)
    ),
    Transition(
        "approve", _("Approve"), APPROVAL, APPROVAL, by=STAFF, independent_of=("owner", "editor"),
        guards=(guards.comments_resolved, guards.fit_checked), personal=(guards.may_approve,),
        effects=(effects.after_approval,),
        signature=_("I approve this text for use."), meaning=_("Approval"),
    ),
    Transition("accept", _("Accept"), APPROVAL, APPROVED, by=(), automatic=True, effects=(effects.seal,)),
    Transition(
        "reject", _("Send back"), (REVIEW, APPROVAL), DRAFT, by=STAFF, reason=True, rejects=True,
        personal=(guards.may_reject,),
        signature=_("I send this text back to its author."), meaning=_("Rejection"),
    ),
    Transition(
        "recall", _("Take back"), (REVIEW, APPROVAL), DRAFT, by=STAFF, reason=True, personal=(guards.is_owner,),
    ),
    Transition(
        "release", _("Put into effect"), APPROVED, EFFECTIVE, by=(), automatic=True, guards=(awaits_change,),
        effects=(effects.take_effect,),
    ),
    Transition("supersede", _("Replace"), EFFECTIVE, SUPERSEDED, by=(), automatic=True, effects=(effects.close,)),
    Transition("withdraw", _("Take out of use"), EFFECTIVE, OBSOLETE, by=(), automatic=True, effects=(effects.close,)),
)  # fmt: skip

reading_lifecycle = Lifecycle[Reading](
    Transition(
        "read", _("Read and understood"), ASKED, READ, by=STAFF, personal=(guards.is_owner,),
        guards=(guards.still_effective,), effects=(effects.after_reading,),
        signature=_("I have read this revision and understood what it asks of me."), meaning=_("Read and understood"),
    ),
    Transition("lapse", _("Let go"), ASKED, LAPSED, by=(), automatic=True),
)  # fmt: skip

fit_check_lifecycle = Lifecycle[FitCheck](
    Transition(
        "answered", _("Keep the answer"), QUESTION, ANSWERED, by=(), automatic=True,
        guards=(filled("who_does_it", "how_often", "which_tool", "fits"),),
    ),
    Transition("let_go", _("Let go"), QUESTION, UNANSWERED, by=(), automatic=True),
)  # fmt: skip

review_lifecycle = Lifecycle[PeriodicReview](
    Transition(
        "confirm", _("Sign the review"), LOOKING, REVIEWED, by=STAFF, guards=(filled("considered"),),
        personal=(guards.keeps_document,), effects=(effects.after_periodic_review,),
        signature=_("I have looked this document over with the outcome stated."), meaning=_("Periodic review"),
    ),
)  # fmt: skip
