"""What must hold before a step, each as the sentence that the reader sees."""

from django.db import models
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.modules.complaint.choices import GRAVE, Stage
from gemba.modules.complaint.models import Complaint, FieldAction, Reportability, VigilanceReport
from gemba.modules.complaint.rules import markets, rules

TITLE = 200
CONCERNS, REPORTS = "concerns", "reports"
"""Link roles: a decision concerns a complaint or a field action, a report reports what a decision found reportable."""


def decisions_on(record: Record) -> "models.QuerySet[Reportability]":
    """The decisions on telling authorities about this case that were not voided."""
    rows: models.QuerySet[Reportability] = models.QuerySet(Reportability).filter(
        links_out__role=CONCERNS, links_out__ended=None, links_out__target=record.pk
    )
    return rows.exclude(state=VOID).order_by("deadline", "pk")


def called_after(market: str, case: Record) -> str:
    """The title of a decision. It says of a confidential case its number alone."""
    return f"{market}: {case.number}" if case.confidential else f"{market}: {case.number} {case.title}"[:TITLE]


def decisions_reported(report: Record) -> "models.QuerySet[Reportability]":
    """The decisions that a report answers to."""
    rows: models.QuerySet[Reportability] = models.QuerySet(Reportability).filter(
        links_in__role=REPORTS, links_in__ended=None, links_in__source=report.pk
    )
    return rows.exclude(state=VOID)


def reporting_considered(complaint: Complaint) -> str | None:
    """Nobody goes on before somebody has asked whether an authority must be told (21 CFR 820.35(a), 803)."""
    if decisions_on(complaint).exists():
        return None
    if complaint.harm in GRAVE:
        return _("With this harm each market needs a decision on telling its authority. Start the clocks first.")
    if not complaint.no_report_reason:
        return _("Say why no authority need be told, or start the clock of each market.")
    return None


def decisions_made(case: Complaint | FieldAction) -> str | None:
    """A case is not closed over an open question of reporting, nor over a report that was not sent."""
    open_ones = sorted(d.number for d in decisions_on(case) if d.open)
    if open_ones:
        return _("These decisions or reports are still open: %s.") % ", ".join(open_ones)
    return None


def answered(complaint: Complaint) -> str | None:
    """21 CFR 820.35(a)(7): the reply, or in its place why there is none."""
    if complaint.replied_on is None and not complaint.reply:
        return _("Enter the reply to the complainant and its day, or why there is none.")
    return None


def returned_device_kept(complaint: Complaint) -> str | None:
    if complaint.returned_on is not None and not complaint.returned_how:
        return _("A device came back: say how it is identified, where it is kept apart and what becomes of it.")
    return None


def received_already(complaint: Complaint) -> str | None:
    if complaint.date_received > clock.today():
        return _("It cannot have been received on a day that is still to come.")
    return None


def aware_already(decision: Reportability) -> str | None:
    rule, market = rules().get(decision.criterion), markets().get(decision.market)
    planned = rule is not None and market is not None and market.starts_with_action(rule)
    if decision.aware_at > clock.now() and not planned:
        return _("Nobody can have become aware at a moment that is still to come.")
    return None


def clock_runs(decision: Reportability) -> str | None:
    if decision.report_by is None:
        return _("Choose what may have to be reported, so that the clock of this market runs.")
    return None


def reports_a_decision(report: VigilanceReport) -> str | None:
    """A report belongs to a decision of the same market that found it reportable."""
    found = list(decisions_reported(report))
    if not found:
        return _("Link the report to the decision that found the event reportable.")
    if other := next((d.number for d in found if d.market != report.market), None):
        return _("%s is about another market.") % other
    if undecided := next((d.number for d in found if d.state not in ("reportable", "reported")), None):
        return _("%s has not been decided as reportable.") % undecided
    return None


def submitted_already(report: VigilanceReport) -> str | None:
    if report.submitted_on is not None and report.submitted_on > clock.today():
        return _("The day of submission is still to come.")
    return None


def information_dated(report: VigilanceReport) -> str | None:
    if report.stage == Stage.FOLLOW_UP and report.informed_on is None:
        return _("A follow-up needs the day on which the new information was received.")
    return None


def begin_considered(action: FieldAction) -> str | None:
    """Whether authorities were asked about, and told before the action where the rule says so (MDR 87(8))."""
    found = list(decisions_on(action))
    if not found and not action.no_report_reason:
        return _("Say why no authority need be told, or start the clock of each market.")
    early = [d.number for d in found if rules()[d.criterion].before_action and d.open]
    if early and not action.urgent_reason:
        return _("To be told before the action begins: %s. If it cannot wait, say why it is urgent.") % ", ".join(early)
    return None


def everybody_answered(action: FieldAction) -> str | None:
    if left := action.unanswered:
        names = ", ".join(str(line.get("name", "")) for line in left[:5])
        return _("No answer, and no word on why, from %(count)d recipients: %(names)s.") % {
            "count": len(left), "names": names,
        }  # fmt: skip
    return None


def notice_complete(action: FieldAction) -> str | None:
    """A notice that was sent has a text and recipients; one that was not has no day."""
    if action.notice_on is not None and not (action.notice and action.recipients):
        return _("The notice was sent: keep its text and its recipients here.")
    return None
