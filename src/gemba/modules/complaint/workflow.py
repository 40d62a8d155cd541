"""How feedback, complaints, decisions, reports, field actions and trends go their way."""

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Lifecycle, State, Transition, filled
from gemba.kernel.roles import Role
from gemba.modules.complaint import guards
from gemba.modules.complaint.effects import becomes_complaint, dated, decision_is_reported
from gemba.modules.complaint.models import DRAFT as DRAFT_NAME
from gemba.modules.complaint.models import (
    NOT_COMPLAINT,
    OPEN,
    Complaint,
    ComplaintImport,
    ComplaintTrend,
    Feedback,
    FieldAction,
    Reportability,
    VigilanceReport,
)  # fmt: skip

DECIDERS = (Role.QUALITY,)
HEADS = (Role.QUALITY, Role.MANAGEMENT)
INVESTIGATORS = (Role.QUALITY, Role.ENGINEER, Role.OPERATIONS)

SAID = State("received", _("Received"))
IS_COMPLAINT = State("complaint", _("Became a complaint"), final=True, tone="calm")
KEPT = State("kept", _("No complaint"), final=True, tone="good")
feedback_lifecycle = Lifecycle[Feedback](
    Transition(
        "is_complaint", _("It is a complaint"), SAID, IS_COMPLAINT, by=DECIDERS,
        guards=(filled("complaint_reason", "device_name"),), effects=(dated, becomes_complaint),
        signature=_("I have decided that this feedback is a complaint."), meaning=_("Complaint decision"),
    ),
    Transition(
        "is_none", _("It is no complaint"), SAID, KEPT, by=DECIDERS,
        guards=(filled("complaint_reason", "use_made"),), effects=(dated,),
        signature=_("I have decided that this feedback is no complaint."), meaning=_("Complaint decision"),
    ),
)  # fmt: skip

RECEIVED = State("received", _("Received"), tone="calm")
"""Not `busy`: of its signed steps none is the expected one. Its owner has it in the work list, and flags age it."""
INVESTIGATED = State("investigated", _("In investigation"))
CONCLUDING = State("concluding", _("Being concluded"))
CLOSED = State("closed", _("Closed"), final=True, tone="good")
NO_COMPLAINT = State(NOT_COMPLAINT, _("No complaint"), final=True, tone="calm")
IS_ONE = (filled("complaint_reason", "complainant", "problem"), guards.received_already, guards.reporting_considered)
complaint_lifecycle = Lifecycle[Complaint](
    Transition("investigate", _("Investigate"), RECEIVED, INVESTIGATED, by=DECIDERS, guards=IS_ONE, effects=(dated,)),
    Transition(
        "no_investigation", _("Do not investigate"), RECEIVED, CONCLUDING, by=DECIDERS,
        guards=(*IS_ONE, filled("no_investigation_reason")), effects=(dated,), meaning=_("No investigation"),
        signature=_("I have decided, for the reason given, that this complaint is not investigated."),
    ),
    Transition(
        "conclude", _("Conclude the investigation"), INVESTIGATED, CONCLUDING, by=INVESTIGATORS,
        guards=(filled("findings", "cause", "risk_impact", "risk_reason"), guards.returned_device_kept),
        signature=_("I have investigated this complaint; these are the findings and the cause."),
        meaning=_("Investigation"),
    ),
    Transition(
        "back", _("Investigate further"), CONCLUDING, INVESTIGATED, by=DECIDERS, reason=True, rejects=True,
        signature=_("I send this complaint back to investigation."), meaning=_("Rejection"),
    ),
    Transition(
        "close", _("Close"), CONCLUDING, CLOSED, by=DECIDERS, independent_of=("conclude", "no_investigation"),
        guards=(filled("action", "capa_reason", "risk_impact", "risk_reason"), guards.answered,
                guards.returned_device_kept, guards.decisions_made),
        signature=_("I have reviewed this complaint: it is evaluated and answered, and due reports are sent."),
        meaning=_("Closure"),
    ),
    Transition(
        "reopen", _("Open again"), CLOSED, INVESTIGATED, by=DECIDERS, reason=True,
        signature=_("I open this complaint again because something new became known."), meaning=_("Opened again"),
    ),
    Transition(
        "no_complaint", _("It is no complaint"), RECEIVED, NO_COMPLAINT, by=DECIDERS,
        guards=(filled("complaint_reason"), guards.decisions_made), effects=(dated,), meaning=_("Complaint decision"),
        signature=_("I have decided, for the reason given, that this is no complaint."),
    ),
)  # fmt: skip

UNDECIDED = State(OPEN, _("To be decided"))
REPORTABLE = State("reportable", _("Reportable"), tone="bad")
REPORTED = State("reported", _("Reported"), final=True, tone="good")
NOT_REPORTABLE = State("not_reportable", _("Not reportable"), final=True, tone="calm")
REASONED = (filled("rationale"), guards.clock_runs, guards.aware_already)
reportability_lifecycle = Lifecycle[Reportability](
    Transition(
        "reportable", _("It is reportable"), UNDECIDED, REPORTABLE, by=HEADS, guards=REASONED, effects=(dated,),
        signature=_("I have decided that the authority of this market must be told."), meaning=_("Reporting decision"),
    ),
    Transition(
        "not_reportable", _("It is not reportable"), UNDECIDED, NOT_REPORTABLE, by=HEADS, guards=REASONED,
        effects=(dated,),
        signature=_("I have decided, for the reason given, that the authority of this market need not be told."),
        meaning=_("Reporting decision"),
    ),
    Transition("reported", _("Reported"), REPORTABLE, REPORTED, by=(), automatic=True),
    Transition(
        "take_back", _("Decide anew"), REPORTABLE, UNDECIDED, by=HEADS, reason=True, rejects=True,
        signature=_("I take the decision back, for the reason given."), meaning=_("Decision taken back"),
    ),
)  # fmt: skip

DRAFT = State(DRAFT_NAME, _("Draft"), tone="calm")
SUBMITTED = State("submitted", _("Submitted"))
ACKNOWLEDGED = State("acknowledged", _("Acknowledged"), final=True, tone="good")
report_lifecycle = Lifecycle[VigilanceReport](
    Transition(
        "submit", _("Record the submission"), DRAFT, SUBMITTED, by=HEADS,
        guards=(filled("submitted_on", "channel"), guards.submitted_already, guards.information_dated,
                guards.reports_a_decision),
        effects=(dated, decision_is_reported), meaning=_("Submission"),
        signature=_("I confirm that this report went to the authority on the day given."),
    ),
    Transition(
        "acknowledge", _("Record the acknowledgement"), SUBMITTED, ACKNOWLEDGED, by=HEADS,
        guards=(filled("acknowledged_on", "reference"),), meaning=_("Acknowledgement"),
        signature=_("I confirm that the authority acknowledged this report."),
    ),
)  # fmt: skip

APPROVED = State("approved", _("Approved"))
RUNNING = State("running", _("Running"))
DONE = State("done", _("Done"), final=True, tone="good")
field_action_lifecycle = Lifecycle[FieldAction](
    Transition(
        "approve", _("Approve"), DRAFT, APPROVED, by=HEADS, independent_of=("raiser",),
        guards=(filled("hazard", "plan"),), effects=(dated,), meaning=_("Approval"),
        signature=_("I approve this field action and, where there is one, the text of its notice."),
    ),
    Transition(
        "revise", _("Send back"), APPROVED, DRAFT, by=HEADS, reason=True, rejects=True,
        signature=_("I send this field action back."), meaning=_("Rejection"),
    ),
    Transition(
        "begin", _("Record the beginning"), APPROVED, RUNNING, by=DECIDERS,
        guards=(filled("started_on"), guards.begin_considered, guards.notice_complete),
        signature=_("I confirm that this field action began on the day given."), meaning=_("Beginning"),
    ),
    Transition(
        "close", _("Close"), RUNNING, DONE, by=HEADS, independent_of=("begin",),
        guards=(filled("effectiveness"), guards.notice_complete, guards.everybody_answered, guards.decisions_made),
        signature=_("I confirm that this field action reached everybody and that it worked."), meaning=_("Closure"),
    ),
)  # fmt: skip

CONCLUDED = State("concluded", _("Concluded"), final=True, tone="good")
trend_lifecycle = Lifecycle[ComplaintTrend](
    Transition(
        "conclude", _("Conclude"), DRAFT, CONCLUDED, by=HEADS, guards=(filled("conclusion"),), effects=(dated,),
        signature=_("I have looked at these figures and concluded what follows."), meaning=_("Trend analysis"),
    ),
)  # fmt: skip

READY = State("ready", _("Being imported"))
IMPORTED = State("imported", _("Imported"), final=True, tone="good")
import_lifecycle = Lifecycle[ComplaintImport](
    Transition("finish", _("Imported"), READY, IMPORTED, by=(), automatic=True, effects=(dated,))
)
