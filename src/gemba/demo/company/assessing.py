"""The lives of gap assessments and dry runs: asked before the certificate and once more since; two things tried out.

Between the two assessments some gaps were closed, one stayed, and one is new: the certificate changed what people say
more than what records show.
"""

from dataclasses import dataclass
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.papers import PRODUCTION, QUALITY_SYSTEM
from gemba.demo.company.stage import Life, Stage
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.claims.models import Claim
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.rows import load
from gemba.modules.document.family import Document
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.workflow import EXERCISED
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.nonconformity.models import Nonconformity

QUALITY, BOSS, SECOND = "Mikael", "Aino", "Oskari"
CLAUSES = "8.2.1, 8.2.2, 8.5.2"
BEFORE, SINCE = "Before the certificate", "Half a year after the certificate"
STARTED, LATER = 520, 75
"""Days ago on which people were asked."""


@dataclass(frozen=True, slots=True)
class Short:
    """Where one duty falls short."""

    discrepancy: str
    evidence: str
    severity: str
    type: str
    action: str
    effort: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A dry run of something that never happened, and the form that it left."""

    title: str
    ago: int
    duty: str
    form: str
    proves: str
    learned: str


TRIALS = (
    Trial(
        "A gauge that was wrong for three weeks", 58, "7.6-j",
        "Invented: torque gauge 4 out of tolerance, what it measured", "oot_assessment",
        "The two lots were found within the hour. The form asks for things in the order of the work.",
    ),
    Trial(
        "A hospital's pump falls off our bench", 33, "7.5.10-a",
        "Invented: pump of a hospital damaged while it was with us", "customer_property",
        "Nobody knew whom to call at the hospital; the number now stands on the label of the box.",
    ),
)  # fmt: skip
FIRST = {
    "8.2.1-b": Short("Only what arrives by mail is looked at; service calls are not.", "Service log, spring", "major",
                     "records", "Enter what service hears as feedback", 3),
    "8.2.2-c": Short("Nobody writes down on which day we first heard of it.", "Eleven mails in the shared box", "major",
                     "documentation", "Ask for the day in the form", 2),
    "8.2.2-e": Short("The decision about reporting is made in talk.", "No note for four cases of last year",
                     "critical", "records", "One decision for each market, signed", 8),
    "8.5.2-i": Short("Actions are closed when the document is changed.", "Actions 3, 5 and 8 of the old list", "major",
                     "records", "Set the figure before the work begins", 12),
    "8.5.2-c": Short("Causes stop at “human error”.", "Six of nine causes in the old list", "minor", "training",
                     "Two afternoons with real cases", 4),
}  # fmt: skip
SECOND_TIME = {
    "8.5.2-i": Short("Two effectiveness checks were judged without records.", "Register of CAPAs, this spring",
                     "major", "records", "Ask for the records needed when the plan is approved", 5),
    "8.2.1-b": Short("Feedback of production is not compared with that of customers.", "Last two data reviews",
                     "minor", "traceability", "One table for both", 6),
    "8.2.2-h": Short("Reasons against an investigation are one word long.", "Three complaints of May", "minor",
                     "documentation", "Name the like complaint", 1),
}  # fmt: skip
CHECKED = ("yes", "yes", "partly", "no", "partly", "partly", "no")


def assessing(stage: Stage, days: Calendar) -> list[Life]:
    return [
        _first(stage, days), _second(stage, days), _table_top(stage, days), *(_tried(stage, days, t) for t in TRIALS),
        _assessor(stage, days), _restored(stage, days),
    ]  # fmt: skip


def _first(stage: Stage, days: Calendar) -> Life:
    """Everybody was asked for the first time, and everybody answered."""
    yield days.ago(STARTED, 9, 5)
    _begin(stage, days, BEFORE, STARTED, {"audit_on": days.day(STARTED - 190), "edition": "1"})
    yield days.ago(STARTED - 9, 14, 5)
    _answer(stage, BEFORE, FIRST, low=1)
    yield days.ago(STARTED - 16, 10, 5)
    _sum_up(stage, BEFORE, "Complaints and CAPAs are handled by habit. What is missing first of all is records.")
    yield days.ago(STARTED - 18, 15, 5)
    stage.sign(BOSS, stage.record(BEFORE), "approve")


def _second(stage: Stage, days: Calendar) -> Life:
    """The same questions again; some are still open today."""
    yield days.ago(LATER, 9, 5)
    values = {"audit_on": days.day(-160), "edition": "2", "baseline": stage.record(BEFORE)}
    _begin(stage, days, SINCE, LATER, values)
    yield days.ago(LATER - 12, 14, 5)
    _answer(stage, SINCE, SECOND_TIME, low=3, besides=4)


def _begin(stage: Stage, days: Calendar, title: str, ago: int, more: dict[str, Any]) -> None:
    values = {
        "title": title, "framework": "iso13485", "clauses": CLAUSES, "site": stage.sites[HOME],
        "covers": "Tampere: complaints, feedback and corrective action. Leeds was not there yet or is asked next year.",
        "due": days.day(ago - 14), "assessors": [{"person": stage.person(SECOND).uid, "part": "Talks with production"}],
        **more,
    }  # fmt: skip
    stage.records[title] = stage.do(QUALITY, Raise, model=GapAssessment, values=values)
    stage.do(QUALITY, Advance, record=stage.record(title), name="begin")


def _answer(stage: Stage, title: str, shortfalls: dict[str, Short], *, low: int, besides: int = 0) -> None:
    """Those who own the documents answer, all but the last few."""
    campaign = stage.record(title)
    asked = list(GapAnswer._base_manager.filter(campaign=campaign).select_related("owner").order_by("pk"))
    for place, answer in enumerate(asked[: len(asked) - besides]):
        values = _said(answer.duty, place, shortfalls, low)
        stage.do(answer.owner.name, Edit, record=answer, values=values)
        stage.do(answer.owner.name, Advance, record=load(GapAnswer, answer.pk), name="answer")
    for review in GapReview._base_manager.filter(campaign=campaign).select_related("owner").order_by("pk"):
        checks = [{**line, "answer": said} for line, said in zip(review.checks, CHECKED, strict=False)]
        stage.do(review.owner.name, Edit, record=review, values={"checks": checks, "score": low})
        stage.do(review.owner.name, Advance, record=load(GapReview, review.pk), name="answer")


def _said(duty: str, place: int, shortfalls: dict[str, Short], low: int) -> dict[str, Any]:
    short = shortfalls.get(duty)
    if short is None:
        return {
            "practice": "As the procedure says; the register shows the last cases.",
            "score": min(low + place % 2, 4),
        }
    return {
        "practice": "Done, but not each time and not by everybody.", "score": max(low - 1, 0),
        "discrepancy": short.discrepancy, "evidence": short.evidence, "severity": short.severity,
        "gap_type": short.type, "action": short.action, "effort": short.effort,
    }  # fmt: skip


def _sum_up(stage: Stage, title: str, conclusion: str) -> None:
    stage.do(QUALITY, Edit, record=stage.record(title), values={"conclusion": conclusion})
    stage.do(QUALITY, Advance, record=stage.record(title), name="sum_up")


def _people(stage: Stage, *names: str) -> list[dict[str, str]]:
    return [{"person": stage.person(name).uid, "part": "takes part"} for name in names]


def _walk(stage: Stage, title: str, seen: dict[int, str], minutes: tuple[int, ...], **result: str) -> None:
    """Every step with its time; those in `seen` went otherwise."""
    run = stage.record(title)
    who = [line["person"] for line in run.participants]
    steps = [
        {**line, "by": who[n % len(who)], "minutes": minutes[n % len(minutes)],
         "result": "deviation" if n in seen else "as_expected", "seen": seen.get(n, "")}
        for n, line in enumerate(run.steps)
    ]  # fmt: skip
    values = {"steps": steps, "held_on": clock.today(), **result}
    stage.do(SECOND, Edit, record=run, values=values)
    stage.do(SECOND, Advance, record=stage.record(title), name="report")


def _table_top(stage: Stage, days: Calendar) -> Life:
    """A supplier falls away, in words: one deviation, one nonconformity."""
    title = "If the pouch maker burnt down"
    yield days.ago(140, 9, 35)
    values = {
        "title": title, "method": "tabletop", "scenario": "supplier", "due": days.day(126), "site": stage.sites[HOME],
        "participants": _people(stage, SECOND, "Sanna", "Priya"),
    }  # fmt: skip
    stage.records[title] = stage.do(SECOND, Raise, model=DryRun, values=values)
    yield days.ago(126, 13, 35)
    stage.do(SECOND, Advance, record=stage.record(title), name="begin")
    _walk(
        stage,
        title,
        {2: "Nobody knew how long sealing must be validated again."},
        (15, 25, 40, 20, 10),
        verdict="with_gaps",
        learned="Stock was known within ten minutes. The days of a new validation are written nowhere.",
    )
    yield days.ago(125, 10, 35)
    found = {
        "title": "No plan for validating a second pouch", "about": "system", "source": "other", "found": "none",
        "description": "In the dry run nobody could say how long sealing takes to validate again.",
        "unmet": "Plan for process validation, 7.5.6", "site": stage.sites[HOME],
    }  # fmt: skip
    links = [("found_on", stage.record(title))]
    stage.do(SECOND, Raise, model=Nonconformity, values=found, links=links)
    yield days.ago(123, 16, 5)
    stage.sign(QUALITY, stage.record(title), "close")


def _tried(stage: Stage, days: Calendar, trial: Trial) -> Life:
    """Something that never happened is run once, on the form that is for it."""
    title = trial.title
    yield days.ago(trial.ago, 9, 35)
    values = {
        "title": title, "method": "simulated", "scenario": "nonconformity", "due": days.day(trial.ago - 8),
        "site": stage.sites[HOME], "duties": [{"framework": "iso13485", "duty": trial.duty}],
        "participants": _people(stage, SECOND, "Sanna"),
    }  # fmt: skip
    stage.records[title] = stage.do(SECOND, Raise, model=DryRun, values=values)
    yield days.ago(trial.ago - 8, 9, 35)
    stage.do(SECOND, Advance, record=stage.record(title), name="begin")
    drill = _exercise(stage, trial)
    _walk(stage, title, {}, (20, 45, 30, 25, 15, 40, 10), verdict="works", learned=trial.learned)
    yield days.ago(trial.ago - 9, 10, 35)
    stage.sign(QUALITY, drill, "register")
    yield days.ago(trial.ago - 10, 15, 35)
    stage.sign(QUALITY, stage.record(title), "close")


def _assessor(stage: Stage, days: Calendar) -> Life:
    """The last assessment found a duty that a procedure covers and nobody had said so. Its first record is not due."""
    yield days.ago(LATER - 15, 11, 5)
    stage.do(
        SECOND, ClaimDuties, record=stage.record("SOP-008"), duties=[("iso13485", "7.5.6-h")],
        source=Claim.Source.ASSESSOR, note="Chapter 6 names the criteria for validating again.",
    )  # fmt: skip


def _restored(stage: Stage, days: Calendar) -> Life:
    """A backup was restored on paper, as twice a year; the next time is near, and nobody has named a day yet."""
    yield days.ago(155, 13, 40)
    values = {
        "title": "Backup of the file server restored on a spare machine", "type": "paper", "area": QUALITY_SYSTEM,
        "site": stage.sites[HOME], "proves": "backup_test", "place": "Folder IT, quality office",
        "custodian": stage.person(SECOND), "retention": "record", "retention_years": 5,
    }  # fmt: skip
    made = stage.do(SECOND, Raise, model=Document, values=values)
    yield days.ago(154, 10, 40)
    stage.sign(QUALITY, made, "register")


def _exercise(stage: Stage, trial: Trial) -> Any:
    """What the run leaves: the filled form, registered as an exercise and numbered apart."""
    values = {
        "title": trial.form, "type": "paper",
        "area": PRODUCTION, "site": stage.sites[HOME], "exercise": True, "proves": trial.proves,
        "place": "Folder of exercises, quality office", "custodian": stage.person(SECOND),
        "retention": "record", "retention_years": 5,
    }  # fmt: skip
    made = stage.do(SECOND, Raise, model=Document, values=values)
    stage.do(SECOND, MakeLink, record=stage.record(trial.title), role=EXERCISED, to=made)
    return made
