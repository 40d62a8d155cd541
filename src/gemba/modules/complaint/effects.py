"""What follows from a step by itself."""

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import R
from gemba.modules.complaint.guards import decisions_reported
from gemba.modules.complaint.models import Complaint, Feedback, VigilanceReport

SORTED_OUT, FROM_FEEDBACK = "Dated by the decision", "from_feedback"


def dated(record: R, doing: Doing) -> None:
    """Keep the day of the decision. It stands beside what was signed, not in it."""
    Edit(record=record, fixed={"valid_from": clock.today()}, verb="date", **doing.following(SORTED_OUT)).execute()


def becomes_complaint(feedback: Feedback, doing: Doing) -> None:
    """The complaint, linked to the feedback it came as. What was said is copied, since feedback is final now."""
    values = {
        "title": feedback.title, "details": feedback.details, "device_name": feedback.device_name,
        "date_received": feedback.event_date, "event_date": feedback.event_date, "channel": feedback.channel,
        "complainant": feedback.said_by, "complaint_reason": feedback.complaint_reason, "site": feedback.site,
        "product": feedback.product, "confidential": feedback.confidential, "exercise": feedback.exercise,
    }  # fmt: skip
    Raise(model=Complaint, values=values, links=[(FROM_FEEDBACK, feedback)], **doing.own).execute()


def decision_is_reported(report: VigilanceReport, doing: Doing) -> None:
    """The first report ends the clock of its decision; follow-ups find it ended already."""
    for decision in decisions_reported(report).filter(state="reportable"):
        why = f"{report.number} was submitted"
        Advance(record=decision, name="reported", **doing.following(why)).execute()
