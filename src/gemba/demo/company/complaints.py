"""The lives of feedback, complaints, reports and a field action: two years of them, good and bad.

Among the bad: entered weeks after they were received, two reports after their deadline, three closed in one afternoon
before the audit, feedback that nobody decides on, and a cluster that only the trend shows.
"""

import datetime as dt
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.demo.company.voices import ALIKE, INVESTIGATED, NONE, OPEN, RECIPIENTS, VOICES, WORDS, Voice, Word
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.records.models import Record
from gemba.kernel.rows import load
from gemba.modules.complaint.guards import decisions_on
from gemba.modules.complaint.models import Complaint, ComplaintTrend, Feedback, FieldAction, Reportability

QUALITY, SECOND, BOSS = "Mikael", "Oskari", "Aino"
DEVICE = "Pisara 2 drop monitor"
ZONE = "Europe/Helsinki"
AUDIT, BURST = 9, 3
"""Days ago on which the last few were closed at once, because the auditor was coming."""
EARLIEST_BURST = 200
CAUSE_OF_ACTION, ACTION = "Alarm missed while the bag ran empty", "New lenses for lots 180 to 219"
NOTICE = (
    "<p>Stop wiping the window of the clip with alcohol. Look at it: if it is milky, take the clip out of use and ask "
    "us for a new lens.</p>"
)
DRILL = "Dry run: reach every customer of one batch in a day"
FIRST_DAYS = 12
LOOKED_AT = (470, 375, 284, 190, 96)
"""Days ago on which somebody looked at the trend."""


CONCLUSIONS = {
    "not_evaluable": "Too few, or too short a time, to say anything.",
    "quiet": "No more than chance explains.",
    "signal": "More than before; the field action answers it.",
}


def complaint_lives(stage: Stage, days: Calendar) -> list[Life]:
    """Every life of this file, to be played with those of the others."""
    return [
        *(_complaint(stage, days, voice) for voice in VOICES), *(_feedback(stage, days, word) for word in WORDS),
        _field_action(stage, days), _drill(stage, days), *(_trend(stage, days, ago) for ago in LOOKED_AT),
        _signal(stage, days),
    ]  # fmt: skip


def _raise(stage: Stage, who: str, model: type[Record], values: dict[str, Any], **more: Any) -> Any:
    made: Any = stage.do(who, Raise, model=model, values={"site": stage.sites[HOME], **values}, **more)
    stage.records[made.title] = made
    return made


def _edit(stage: Stage, who: str, record: Record, **values: Any) -> None:
    stage.do(who, Edit, record=_now(record), values=values)


def _now(record: Record) -> Any:
    """The record as it stands at this moment of the story."""
    return load(type(record), record.pk)


def _complaint(stage: Stage, days: Calendar, voice: Voice) -> Life:
    entered = voice.ago - voice.late
    yield days.ago(entered, 11, 10)
    values = {
        "title": voice.title, "details": voice.said, "device_name": DEVICE, "date_received": days.day(voice.ago),
        "event_date": days.day(voice.ago + 1), "problem": voice.problem, "harm": voice.harm,
        "identifiers": f"Lot {voice.lot}" if voice.lot else "", "complainant": "The ward that called; see the calls",
        "no_report_reason": voice.no_report, "complaint_reason": voice.why, "patient_age": voice.patient,
        "product": stage.product, "site": stage.sites[voice.site], "owner": stage.person(_owner(voice)),
        "due": days.day(entered - 45),
    }  # fmt: skip
    made = _raise(stage, voice.by, Complaint, values)
    if voice.markets:
        yield days.ago(entered - 1, 9, 15)
        _start_clocks(stage, days, voice, made)
    if voice.ends == OPEN:
        return
    yield days.ago(entered - 2, 10, 40)
    yield from _decided(stage, days, voice, made)


def _owner(voice: Voice) -> str:
    return SECOND if voice.patient else voice.by


def _start_clocks(stage: Stage, days: Calendar, voice: Voice, made: Record) -> None:
    aware = {"aware_at": days.ago(voice.ago, 11), "zone": ZONE, "aware_by": voice.by, "aware_how": "By telephone"}
    stage.do(QUALITY, Do, record=_now(made), name="clocks", values={"markets": list(voice.markets), **aware})


def _decided(stage: Stage, days: Calendar, voice: Voice, made: Record) -> Life:
    """Complaint or not, told or not, investigated or not; then on to its end."""
    for decision in decisions_on(made):
        yield from _answered(stage, days, voice, decision)
    if voice.ends == NONE:
        stage.sign(QUALITY, _now(made), "no_complaint")
        return
    if voice.ends == ALIKE:
        first = stage.record(voice.alike)
        stage.do(QUALITY, MakeLink, record=_now(made), role="like", to=first)
        _edit(stage, QUALITY, made, no_investigation_reason=f"Same lot and same fault as {first.number}, investigated.")
        stage.sign(SECOND if voice.patient else QUALITY, _now(made), "no_investigation")
        yield from _closed(stage, days, voice, made)
        return
    stage.do(QUALITY, Advance, record=_now(made), name="investigate")
    if voice.ends == INVESTIGATED:
        return
    yield days.ago(max(voice.ago - voice.took + 4, BURST + 1), 13, 50)
    _edit(
        stage, QUALITY, made, findings=voice.found, cause=voice.cause, risk_impact="covered",
        risk_reason="The risk file has this line; how often it happens is counted in the trend.",
    )  # fmt: skip
    stage.sign(SECOND, _now(made), "conclude")
    yield from _closed(stage, days, voice, made)


def _closed(stage: Stage, days: Calendar, voice: Voice, made: Record) -> Life:
    """Answered and closed; the last ones all on one afternoon."""
    ago = voice.ago - voice.took
    yield days.ago(BURST if voice.ago < EARLIEST_BURST and ago < AUDIT + 20 else ago, 15, 20)
    values = {
        "action": voice.action, "capa_reason": "Watched in the trend; no CAPA for this one alone.",
        "reply": "Told what we found and what we did.", "replied_on": clock.today(),
        "risk_impact": "covered", "risk_reason": "The risk file has this line.",
    }  # fmt: skip
    _edit(stage, QUALITY, made, **values)
    stage.sign(SECOND if voice.ends == ALIKE and not voice.patient else QUALITY, _now(made), "close")


def _answered(stage: Stage, days: Calendar, voice: Voice, decision: Reportability) -> Life:
    """The decision of one market and, where it has to be, the report."""
    reason = "It could cause serious harm if it happened again." if voice.reportable else "Seen at once every time."
    _edit(stage, QUALITY, decision, rationale=reason, seen_reportable_on=None)
    stage.sign(QUALITY, _now(decision), "reportable" if voice.reportable else "not_reportable")
    if not voice.reportable or not voice.reported:
        return
    told = voice.ago - voice.reported
    yield days.ago(told, 14, 5)
    given = {"stage": "first", "authority": "Authority of the market", "wording": voice.said, "informed_on": None}
    report = stage.do(QUALITY, Do, record=_now(decision), name="report", values=given)
    _edit(stage, QUALITY, report, submitted_on=clock.today(), channel="Portal of the authority")
    stage.sign(QUALITY, _now(report), "submit")
    if told > FIRST_DAYS:
        yield days.ago(told - 6, 9, 45)
        _edit(stage, QUALITY, report, acknowledged_on=clock.today(), reference=f"INC-{report.number[-4:]}")
        stage.sign(QUALITY, _now(report), "acknowledge")


def _feedback(stage: Stage, days: Calendar, word: Word) -> Life:
    yield days.ago(word.ago, 12, 30)
    made = _raise(stage, word.by, Feedback, {
        "title": word.title, "details": word.said, "sort": word.sort, "channel": word.channel, "said_by": word.who,
        "event_date": days.day(word.ago), "device_name": DEVICE, "product": stage.product,
    })  # fmt: skip
    if not word.use:
        return
    yield days.ago(word.ago - 3, 16)
    _edit(
        stage,
        QUALITY,
        made,
        complaint_reason="Nothing is said to be wrong with a device that is out.",
        use_made=word.use,
    )
    stage.sign(QUALITY, _now(made), "is_none")


def _field_action(stage: Stage, days: Calendar) -> Life:
    """Lenses are sent to everybody who has a clip of the lots; the answers come in one by one."""
    yield days.ago(528, 9, 30)
    action = _raise(stage, QUALITY, FieldAction, {
        "title": ACTION, "why": "Lenses of these lots go cloudy when wiped with alcohol; drops are missed.",
        "affected": "Lots P2-0180 to P2-0219", "units": sum(each[2] for each in RECIPIENTS), "sort": "correction",
        "hazard": "A missed alarm lets air or a clot into the line.", "product": stage.product, "notice": NOTICE,
        "plan": "New lenses and a notice by post; two calls to whoever does not answer in two weeks.",
        "event_date": days.day(528), "recipients": _recipients(days.day(518)),
    })  # fmt: skip
    stage.do(QUALITY, MakeLink, record=action, role="because_of", to=stage.record(CAUSE_OF_ACTION))
    aware = {"aware_at": days.ago(519, 9), "zone": ZONE, "aware_by": QUALITY, "aware_how": "Decided in the meeting"}
    stage.do(QUALITY, Do, record=_now(action), name="clocks", values={"markets": ["EU", "US"], **aware})
    yield days.ago(524, 10)
    stage.sign(BOSS, _now(action), "approve")
    for decision in decisions_on(action):
        _edit(stage, QUALITY, decision, rationale="A correction that lowers a risk to health.")
        stage.sign(QUALITY, _now(decision), "reportable")
        given = {
            "stage": "first",
            "authority": "Authority",
            "wording": "New lenses for lots 180 to 219.",
            "informed_on": None,
        }
        report = stage.do(QUALITY, Do, record=_now(decision), name="report", values=given)
        _edit(stage, QUALITY, report, submitted_on=clock.today(), channel="Portal of the authority")
        stage.sign(QUALITY, _now(report), "submit")
    yield days.ago(518, 9)
    _edit(stage, QUALITY, action, started_on=clock.today(), notice_on=clock.today())
    stage.sign(QUALITY, _now(action), "begin")
    for at, (_name, _country, _units, after) in sorted(enumerate(RECIPIENTS), key=lambda each: each[1][3] or 60):
        yield days.ago(518 - (after or 60), 11, 30)
        answered = clock.today() if after else None
        values = {
            "recipient": str(at),
            "answered": answered,
            "outcome": "" if after else "Closed down; nobody answers.",
        }
        stage.do(QUALITY, Do, record=_now(action), name="answer", values=values)
    yield days.ago(440, 14)
    _edit(stage, QUALITY, action, effectiveness="342 of 354 lenses were exchanged and came back to be counted.")
    stage.sign(BOSS, _now(action), "close")


def _recipients(sent: dt.date) -> list[dict[str, Any]]:
    return [
        {"name": name, "country": country, "units": units, "sent": sent.isoformat()}
        for name, country, units, _days in RECIPIENTS
    ]


def _drill(stage: Stage, days: Calendar) -> Life:
    """The same once more as an exercise, so that it can be seen to run on any day."""
    yield days.ago(110, 9)
    action = _raise(stage, SECOND, FieldAction, {
        "title": DRILL, "why": "An invented fault of one batch.", "affected": "Lot EX-1", "sort": "notice",
        "hazard": "None: an exercise.", "plan": "Call every customer of the batch.", "exercise": True,
        "no_report_reason": "An exercise.", "notice": "<p>This is an exercise. Please only say that you read it.</p>",
        "recipients": _recipients(days.day(109)),
    })  # fmt: skip
    yield days.ago(109, 9)
    stage.sign(QUALITY, _now(action), "approve")
    _edit(stage, SECOND, action, started_on=clock.today(), notice_on=clock.today())
    stage.sign(SECOND, _now(action), "begin")
    for at in range(len(RECIPIENTS) - 1):
        yield days.ago(109, 10 + at)
        values = {"recipient": str(at), "answered": clock.today(), "outcome": ""}
        stage.do(SECOND, Do, record=_now(action), name="answer", values=values)


def _trend(stage: Stage, days: Calendar, ago: int) -> Life:
    """Once a quarter somebody looks; in the first year there is too little to judge."""
    yield days.ago(ago, 10, 15)
    until = days.day(ago + 5)
    title = f"Complaints, quarter to {clock.in_words(until)}"
    trend = _raise(stage, SECOND, ComplaintTrend, {"title": title, "event_date": until})
    yield days.ago(ago - 2, 10, 15)
    _edit(stage, SECOND, trend, conclusion=CONCLUSIONS[_now(trend).verdict])
    stage.sign(QUALITY, _now(trend), "conclude")


def _signal(stage: Stage, days: Calendar) -> Life:
    """The battery spring: raised, and not concluded on yet."""
    yield days.ago(2, 16, 45)
    _raise(stage, SECOND, ComplaintTrend, {"title": "Power and battery, last three months", "problem": "electrical",
                                           "event_date": days.day(2)})  # fmt: skip
