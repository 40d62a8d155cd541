"""The way of a change, the short way of an emergency, and the way of a task."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.change import effects, guards
from gemba.modules.change.models import Change, ChangeTask

ASKED = State("asked", _("Asked for"), tone="calm")
ASSESSMENT = State("assessment", _("Being thought through"))
APPROVAL = State("approval", _("To be decided"), tone="calm")
"""Not `busy`: who may approve depends on the size, so a task asks for it and not every signed step does."""
EMERGENCY = State("emergency", _("Emergency, to be reviewed"), tone="bad")
MAKING = State("making", _("Being made"))
IN_EFFECT = State("in_effect", _("In effect"), tone="good")
CLOSED = State("closed", _("Closed"), final=True, tone="good")
REFUSED = State("refused", _("Refused"), final=True, tone="calm")
WITHDRAWN = State("withdrawn", _("Withdrawn"), final=True, tone="calm")

DECIDERS = (Role.QUALITY, Role.MANAGEMENT)
DOERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)

change_lifecycle = Lifecycle[Change](
    Transition("assess", _("Think it through"), ASKED, ASSESSMENT, by=STAFF, effects=(effects.lay_out_questions,)),
    Transition(
        "propose", _("Put up for decision"), ASSESSMENT, APPROVAL, by=STAFF,
        guards=(
            filled("size", "plan", "way_back", "planned_for", "look_on"), guards.impact_answered,
            guards.outside_considered, guards.has_a_plan,
        ),
        effects=(effects.ask_for_decision,),
    ),
    Transition(
        "approve", _("Approve"), APPROVAL, MAKING, by=DECIDERS, independent_of=("owner",),
        personal=(guards.by_management_if_large,), effects=(effects.note_approval,),
        signature=_("I approve that this change is made as planned."), meaning=_("Approval"),
    ),
    Transition(
        "put_into_effect", _("Put into effect"), MAKING, IN_EFFECT, by=DOERS,
        guards=(guards.tasks_done, guards.trained, guards.documents_ready, guards.outside_answered),
        effects=(effects.take_effect,),
        signature=_("I confirm that everything is done that this change needs, and put it into effect."),
        meaning=_("Putting into effect"),
    ),
    Transition(
        "close", _("Close"), IN_EFFECT, CLOSED, by=DECIDERS, independent_of=("owner",),
        guards=(
            filled("result", "seen"), guards.tasks_done, guards.trained, guards.documents_released,
            guards.differences_explained, guards.looked_late_enough, guards.aim_not_missed,
        ),
        signature=_("I looked at what was changed and confirm that the aim was reached as stated."),
        meaning=_("Verification and closing"),
    ),
    Transition(
        "send_back", _("Send back"), APPROVAL, ASSESSMENT, by=DECIDERS, reason=True, rejects=True,
        signature=_("I send this change back."), meaning=_("Rejection"),
    ),
    Transition(
        "refuse", _("Refuse"), APPROVAL, REFUSED, by=DECIDERS, reason=True, rejects=True,
        signature=_("I refuse this change."), meaning=_("Refusal"),
        effects=(effects.void_tasks,),
    ),
    Transition(
        "act_first", _("Make it now, in an emergency"), (ASKED, ASSESSMENT), EMERGENCY, by=DOERS, reason=True,
        signature=_("I make this change before it is approved, because waiting would do harm."),
        meaning=_("Emergency"), effects=(effects.begin_emergency,),
    ),
    Transition(
        "review_afterwards", _("Review afterwards"), EMERGENCY, MAKING, by=DECIDERS,
        independent_of=("owner", "act_first"), personal=(guards.by_management_if_large,),
        guards=(
            filled("size", "plan", "way_back", "look_on"), guards.impact_answered, guards.outside_considered,
        ),
        signature=_("I reviewed this change after it was made and accept it."), meaning=_("Review after the fact"),
        effects=(effects.note_review,),
    ),
    Transition(
        "withdraw", _("Withdraw"), (ASKED, ASSESSMENT, APPROVAL, MAKING, EMERGENCY), WITHDRAWN, by=DOERS, reason=True,
        rejects=True, effects=(effects.void_tasks,), meaning=_("Withdrawal"),
        signature=_("I confirm that this change is not made, or was taken back."),
    ),
)  # fmt: skip

OPEN = State("open", _("Open"))
DONE = State("done", _("Done"), final=True, tone="good")
DROPPED = State("dropped", _("Dropped"), final=True, tone="calm")

task_lifecycle = Lifecycle[ChangeTask](
    Transition(
        "finish", _("Done"), OPEN, DONE, by=STAFF, guards=(filled("outcome", "made"),),
        signature=_("I did this as described."), meaning=_("Done"),
    ),
    Transition(
        "drop", _("Drop"), OPEN, DROPPED, by=DOERS, reason=True, rejects=True,
        signature=_("I confirm that this task is not needed."), meaning=_("Dropped"),
    ),
)  # fmt: skip
