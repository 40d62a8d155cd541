"""How a CAPA and its actions go on, who may say so, and what must be known first (ISO 13485 8.5.2, 8.5.3)."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.capa import effects, guards
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.capa.states import (
    AGREED,
    APPROVAL,
    CLOSED,
    DECLINED,
    DONE,
    IMPLEMENTATION,
    INVESTIGATION,
    OPENED,
    PLANNED,
    VERIFIED,
    WATCHED,
)  # fmt: skip

WORKERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)
DECIDERS = (Role.QUALITY, Role.MANAGEMENT)
INVESTIGATED = filled("extent", "risk_level", "risk_reason", "method", "examined", "root_cause", "cause", "cause_known")
PLAN = filled("corrected", "justification", "side_effects", "criterion", "target", "check_from", "check_due")

capa_lifecycle = Lifecycle[Capa](
    Transition("accept", _("Start the investigation"), OPENED, INVESTIGATION, by=DECIDERS, guards=(filled("before"),)),
    Transition(
        "submit", _("Send the plan to approval"), INVESTIGATION, APPROVAL, by=WORKERS,
        guards=(INVESTIGATED, PLAN, guards.method_was_used, guards.team_named, guards.action_planned,
                guards.check_after_actions),
    ),
    Transition(
        "approve", _("Approve the plan"), APPROVAL, IMPLEMENTATION, by=DECIDERS, independent_of=("owner", "editor"),
        signature=_("I approve cause, actions and the criterion by which their effect will be judged."),
        meaning=_("Approval of the plan"), effects=(effects.plan_stands, effects.actions_begin),
    ),
    Transition(
        "return", _("Send back"), APPROVAL, INVESTIGATION, by=DECIDERS, reason=True, rejects=True,
        signature=_("I send this plan back."), meaning=_("Rejection"),
    ),
    Transition(
        "implement", _("Implemented"), IMPLEMENTATION, WATCHED, by=WORKERS,
        guards=(filled("corrected_on"), guards.actions_verified, guards.documents_followed, guards.people_told,
                guards.observed_after_today),
        signature=_("I confirm that all actions are done and verified. The effect is observed from the day named."),
        meaning=_("Implementation"), effects=(effects.implemented, effects.ask_for_the_check),
    ),
    Transition(
        "effective", _("It worked"), WATCHED, CLOSED, by=DECIDERS, independent_of=("owner",),
        guards=(filled("after", "result"), guards.time_has_passed, guards.enough_records, guards.target_reached),
        signature=_("I looked at the records. By the criterion set before, the action was effective."),
        meaning=_("Effectiveness verdict"), effects=(effects.judged,),
    ),
    Transition(
        "ineffective", _("It did not work"), WATCHED, INVESTIGATION, by=DECIDERS, independent_of=("owner",),
        reason=True, rejects=True, guards=(filled("result"),),
        signature=_("I looked at the records. The action was not effective; the cause is investigated again."),
        meaning=_("Effectiveness verdict"), effects=(effects.taken_up_again,),
    ),
    Transition(
        "reopen", _("Reopen"), CLOSED, INVESTIGATION, by=DECIDERS, reason=True, rejects=True,
        signature=_("I reopen this CAPA, for the reason given."), meaning=_("Reopening"),
        effects=(effects.taken_up_again,),
    ),
    Transition(
        "decline", _("Not taken further"), OPENED, DECLINED, by=DECIDERS, independent_of=("raiser",), reason=True,
        signature=_("I decide that no corrective or preventive action is needed, for the reason given."),
        meaning=_("Decision against a CAPA"),
    ),
)  # fmt: skip

action_lifecycle = Lifecycle[CapaAction](
    Transition("start", _("Begins with the plan"), PLANNED, AGREED, by=(), automatic=True),
    Transition(
        "agree", _("Approve as a further action"), PLANNED, AGREED, by=DECIDERS, independent_of=("raiser",),
        guards=(guards.plan_is_approved,), signature=_("I approve this further action of the CAPA."),
        meaning=_("Approval"),
    ),
    Transition(
        "finish", _("Done"), AGREED, DONE, by=STAFF, personal=(guards.only_its_owner,),
        guards=(filled("done_on", "outcome"), guards.can_be_seen),
        signature=_("I did this, and it can be seen as described."), meaning=_("Execution"),
    ),
    Transition(
        "verify", _("Verified"), DONE, VERIFIED, by=WORKERS, independent_of=("owner", "finish"),
        signature=_("I saw for myself that this was done."), meaning=_("Verification"),
    ),
    Transition(
        "return", _("Not done yet"), DONE, AGREED, by=WORKERS, independent_of=("owner", "finish"), reason=True,
        rejects=True, signature=_("I looked, and it is not done as described."), meaning=_("Rejection"),
    ),
)  # fmt: skip
