"""The lives of reports, nonconformities and CAPAs: two years of them, good and bad, each step by whom it would be."""

import datetime as dt
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.cures import CURES, Act, Cure
from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.demo.company.troubles import (
    CLOSED,
    CONCESSION,
    CONTAINED,
    EVALUATED,
    PROCESS,
    REPORTS,
    REWORK,
    SYSTEM,
    TROUBLES,
    Told,
    Trouble,
)  # fmt: skip
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.records.models import Record
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.nonconformity.models import Concession, Nonconformity, Rework
from gemba.modules.report.models import Report

QUALITY, BOSS, SECOND = "Mikael", "Aino", "Oskari"
DAY = dt.timedelta(days=1)
AUDIT = 6
"""Days ago on which what had been left alone was carried through, just before the auditor came."""
MONTH = 30


def improvement_lives(stage: Stage, days: Calendar) -> list[Life]:
    """Every life of this file, to be played with those of the others."""
    troubles = [_trouble(stage, days, each) for each in TROUBLES]
    cures = [_cure(stage, days, each) for each in CURES]
    return [*troubles, *cures, *(_report(stage, days, each) for each in REPORTS)]


def _raise(stage: Stage, who: str, model: type[Record], values: dict[str, Any], **more: Any) -> Any:
    made: Any = stage.do(who, Raise, model=model, values={"site": stage.sites[HOME], **values}, **more)
    stage.records[made.title] = made
    return made


def _edit(stage: Stage, who: str, title: str, **values: Any) -> None:
    stage.do(who, Edit, record=stage.record(title), values=values)


def _trouble(stage: Stage, days: Calendar, told: Trouble) -> Life:
    """A nonconformity from the day somebody enters it to where it stands."""
    start = told.ago - told.late
    yield days.ago(start, 10, 20)
    _raise(stage, told.by, Nonconformity, {
        "title": told.title, "description": told.found, "unmet": told.unmet, "about": told.about,
        "source": told.source, "found": _found(told), "lots": told.lots, "event_date": days.day(told.ago),
        "due": days.day(start - told.days), "product": stage.product if told.about == "product" else None,
        "owner": stage.person(told.by),
    })  # fmt: skip
    if told.stops == "reported":
        return
    after = start - AUDIT if told.burst else 0
    yield days.ago(start - max(after, 1), 9, 5)
    _contain(stage, told)
    if told.stops == CONTAINED:
        return
    yield days.ago(start - (after or 4), 9, 30)
    _evaluate(stage, told)
    if told.stops == EVALUATED:
        return
    yield days.ago(start - (after or 6), 10)
    _decide(stage, told)
    yield from _carry_out(stage, days, told, start - (after or max(told.days, 10)))


def _found(told: Trouble) -> str:
    if told.about in (PROCESS, SYSTEM) and told.disposition == "correct":
        return "none"
    return "after" if told.after_delivery else "before"


def _contain(stage: Stage, told: Trouble) -> None:
    apart = told.about in ("product", "supplier")
    _edit(
        stage, told.by, told.title, segregated="yes" if apart else "no",
        segregation="Red box in quarantine, rack 2" if apart else "No product is involved",
        contained=[{"what": "Stopped and marked", "by": stage.person(told.by).uid, "on": clock.today().isoformat()}],
    )  # fmt: skip
    stage.do(told.by, Advance, record=stage.record(told.title), name="contain")


def _evaluate(stage: Stage, told: Trouble) -> None:
    _edit(
        stage, QUALITY, told.title, reach=f"Looked at the lots before and after. {told.found}.", severity=told.severity,
        risk_impact="none" if told.severity != "critical" else "update",
        risk_reason="Line 17 is written anew" if told.severity == "critical" else "Covered by the risk file",
        investigate="yes" if told.capa else "no",
        investigate_reason="By the CAPA" if told.capa else "The cause was seen at once and is put right",
        notify="yes" if told.told else "no", notify_reason=told.told or "Nobody outside is responsible for it",
    )  # fmt: skip
    stage.do(QUALITY, Advance, record=stage.record(told.title), name="evaluate")


def _decide(stage: Stage, told: Trouble) -> None:
    _edit(
        stage, QUALITY, told.title, disposition=told.disposition, disposition_reason="As the evaluation says",
        capa_decision="yes" if told.capa else "no", capa_reason=told.capa or "A single case; the cause is put right",
    )  # fmt: skip
    stage.sign(BOSS if told.severity == "critical" else QUALITY, stage.record(told.title), "decide")


def _carry_out(stage: Stage, days: Calendar, told: Trouble, ago: int) -> Life:
    """Concession or rework beside it, who was told outside, and the end by somebody who does not own it."""
    yield days.ago(ago, 11)
    record = stage.record(told.title)
    if told.disposition == CONCESSION:
        _concede(stage, told, record)
    if told.disposition == REWORK:
        _rework(stage, told, record)
    notices = [{"party": told.told, "on": clock.today().isoformat(), "how": "By mail, with pictures"}]
    _edit(stage, told.by, told.title, outcome="Carried out as decided.", notices=notices if told.told else [])
    yield days.ago(max(ago - 20, 1) if told.capa else ago, 15)
    if told.stops == CLOSED:
        stage.sign(QUALITY if told.by != QUALITY else SECOND, stage.record(told.title), "close")


def _concede(stage: Stage, told: Trouble, record: Record) -> None:
    title = f"Use all the same: {told.title}"
    _raise(stage, told.by, Concession, {
        "title": title, "deviation": told.found, "justification": "Measured again; within its limits",
        "items": told.lots or "those named in the nonconformity", "quantity": 85,
        "regulatory": "General safety and performance requirements looked at; they are met", "risk_effect": "None",
    }, links=[("concerns", record)])  # fmt: skip
    stage.sign(QUALITY, stage.record(title), "grant")


def _rework(stage: Stage, told: Trouble, record: Record) -> None:
    title = f"Rework: {told.title}"
    _raise(stage, told.by, Rework, {
        "title": title, "items": told.lots or "those named in the nonconformity", "quantity": 40,
        "instruction": "As at assembly, from step 6 on", "harm_weighed": "Opened once more: no harm in ten samples",
        "to_verify": "Light test, label, seal",
    }, links=[("concerns", record)])  # fmt: skip
    stage.sign(QUALITY, stage.record(title), "approve")
    _edit(stage, told.by, title, done_on=clock.today(), done="All of them")
    stage.sign(told.by, stage.record(title), "finish")
    _edit(stage, QUALITY, title, verified="All passed, bench 1", result="pass")
    stage.sign(QUALITY, stage.record(title), "verify")


def _cure(stage: Stage, days: Calendar, told: Cure) -> Life:
    """A CAPA from its opening to where it stands."""
    yield days.ago(told.ago, 13, 40)
    _open(stage, days, told)
    if told.stops == "opened":
        return
    yield days.ago(told.ago - 3, 9, 15)
    if told.stops == "declined":
        stage.sign(QUALITY, stage.record(told.title), "decline", told.reason)
        return
    stage.do(QUALITY, Advance, record=stage.record(told.title), name="accept")
    yield days.ago(told.ago - 12, 14)
    _investigate(stage, told)
    if told.stops == "investigation":
        return
    yield days.ago(told.ago - 20, 10)
    _plan(stage, days, told)
    yield days.ago(told.ago - 24, 16)
    stage.sign(BOSS if told.owner == QUALITY else QUALITY, stage.record(told.title), "approve")
    yield from _implement(stage, days, told)


def _open(stage: Stage, days: Calendar, told: Cure) -> None:
    links = [("raised_from", stage.record(told.trouble))] if told.trouble else []
    if told.recurs:
        links.append(("recurrence_of", stage.record(told.recurs)))
    owner = told.owner if told.owner != QUALITY else SECOND
    _raise(stage, owner, Capa, {
        "title": told.title, "symptom": told.symptom, "unmet": told.unmet, "measure": told.measure, "unit": told.unit,
        "before": told.before, "source": told.source, "nature": "preventive" if told.preventive else "corrective",
        "event_date": days.day(told.ago), "due": days.day(told.ago - 200), "product": stage.product,
        "owner": stage.person(told.owner), "period": "the last twelve months",
    }, links=links)  # fmt: skip


def _investigate(stage: Stage, told: Cure) -> None:
    people = [{"who": stage.person(name).uid, "part": "knows the work"} for name in told.team]
    _edit(
        stage, told.owner, told.title, extent="Looked at all lots of the last year", risk_level=told.risk,
        risk_reason="Risk file, lines 12 to 17", team=people, corrected="The case itself was put right",
        method="several" if told.whys and told.bones else "whys" if told.whys else "fishbone",
        examined="At the place where it happens, with those who do the work",
        whys=[{"why": why, "known": ""} for why in told.whys],
        fishbone=[{"branch": branch, "cause": cause, "ruled_out": out} for branch, cause, out in told.bones],
        root_cause=told.cause, cause=told.kind, cause_known=told.known,
    )  # fmt: skip


def _plan(stage: Stage, days: Calendar, told: Cure) -> None:
    done_by = told.ago - 24 - told.work
    for act in told.acts:
        _raise(stage, told.owner, CapaAction, {
            "title": act.title, "what": act.title, "purpose": act.purpose, "type": act.type,
            "owner": stage.person(act.owner), "due": days.day(done_by + 2),
        }, links=[("action_of", stage.record(told.title))])  # fmt: skip
    _edit(
        stage, told.owner, told.title, justification="They act on the cause and not on the case",
        side_effects="Safety, performance and legal duties looked at: no harm",
        criterion=f"{told.measure}: {told.target} at most", target=told.target, records_needed=1,
        check_from=days.day(done_by - 1), check_due=days.day(done_by - told.watch),
    )  # fmt: skip
    stage.do(told.owner, Advance, record=stage.record(told.title), name="submit")


def _implement(stage: Stage, days: Calendar, told: Cure) -> Life:
    end = told.ago - 24 - told.work
    for moved in told.moved:
        yield days.ago(told.ago - moved, 15, 30)
        record = stage.record(told.title)
        stage.put_off(told.owner, record, record.due + MONTH * DAY, "Two suppliers do not answer")
    yield days.ago(end + 3, 11)
    for act in told.acts[: len(told.acts) - (told.stops == "implementation")]:
        _act(stage, told, act)
    if told.stops == "implementation":
        return
    yield days.ago(end, 12)
    # A weekend may have brought the implementation forward; the observation begins after the day it really was.
    _edit(
        stage, told.owner, told.title, corrected_on=days.day(told.ago - 9), check_from=clock.today() + DAY,
        no_document="" if _documents(told) else "Nothing that is written had to change",
        no_training="Those who do it were part of it",
    )  # fmt: skip
    if _documents(told):
        act = next(act for act in told.acts if act.type == "documentation")
        stage.do(told.owner, MakeLink, record=stage.record(told.title), role="revises", to=stage.record(act.title))
    stage.sign(told.owner, stage.record(told.title), "implement")
    if told.stops != "watched":
        yield from _judge(stage, days, told, end)


def _documents(told: Cure) -> bool:
    return any(act.type == "documentation" for act in told.acts)


def _act(stage: Stage, told: Cure, act: Act) -> None:
    _edit(stage, act.owner, act.title, done_on=clock.today(), outcome=act.seen)
    rows = f"what;{act.title}\nseen;{act.seen}\n".encode()
    stage.do(act.owner, Attach, record=stage.record(act.title), name="done.csv", chunks=[rows])
    stage.sign(act.owner, stage.record(act.title), "finish")
    stage.sign(SECOND if act.owner == QUALITY else QUALITY, stage.record(act.title), "verify")


def _judge(stage: Stage, days: Calendar, told: Cure, end: int) -> Life:
    """The verdict from records, by somebody who does not own the CAPA."""
    yield days.ago(max(end - told.watch + 4, 2), 10, 45)
    title = f"Look after the action: {told.title}"
    seen = _raise(stage, SECOND, Report, {
        "title": title[:80], "about": "wrong", "description": told.result, "event_date": clock.today(),
        "product": stage.product,
    })  # fmt: skip
    stage.do(QUALITY, MakeLink, record=stage.record(told.title), role="seen_in", to=seen)
    _edit(stage, QUALITY, seen.title, answer="Counted; the CAPA is judged by it")
    stage.sign(QUALITY, stage.record(seen.title), "answer")
    _edit(stage, told.owner, told.title, after=told.after, result=told.result)
    step = "ineffective" if told.stops == "again" else "effective"
    stage.sign(QUALITY if told.owner != QUALITY else BOSS, stage.record(told.title), step, told.reason)


def _report(stage: Stage, days: Calendar, told: Told) -> Life:
    title = told.words.splitlines()[0]
    yield days.ago(told.ago, 8, 50)
    _raise(
        stage,
        told.who,
        Report,
        {"title": title, "about": told.about, "description": told.words, "event_date": days.day(told.ago)},
    )
    if not told.became:
        return
    yield days.ago(told.ago - 2, 9, 40)
    if told.became == "answer":
        _edit(stage, QUALITY, title, answer=told.answer)
        stage.sign(QUALITY, stage.record(title), "answer")
        return
    values = {"title": title, "description": told.words, "source": "people", "event_date": days.day(told.ago),
              "owner": stage.person(told.who), "site": stage.sites[HOME]}  # fmt: skip
    stage.do(QUALITY, Do, record=stage.record(title), name=f"to_{told.became}", values=values)
