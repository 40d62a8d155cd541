"""The lives of the processes: described together, approved, accepted by those who carry them, measured, changed."""

import datetime as dt
from decimal import Decimal
from typing import Any

from gemba.demo.company.colleagues import HOME
from gemba.demo.company.days import QUARTERS, Calendar
from gemba.demo.company.papers import MIKAEL, Paper
from gemba.demo.company.stage import Life, Stage
from gemba.demo.company.workings import QUARTER, WORKINGS, Carried, Danger, Working
from gemba.demo.company.writing import belong
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import LookAgain
from gemba.kernel.actions.write import Assign, Edit, Raise
from gemba.kernel.links.models import Link
from gemba.kernel.rows import load
from gemba.kernel.types import registry, specific
from gemba.modules.process.jobs import ask_everybody
from gemba.modules.process.models import Acknowledgement, Process, ProcessMeasurement, ProcessRisk

DAY = dt.timedelta(days=1)
AINO = "Aino"
BEGIN = 34
"""Days after the founding: once most procedures stand."""
APPROVED = {workings.title: BEGIN + 12 + n // 3 for n, workings in enumerate(WORKINGS)}
UNCONFIRMED = ("Jussi", "Priya")
"""Whose last figure still waits for somebody to confirm it."""
LONG_AGO = 100
"""Days after which somebody has looked again at everything that a changed process touches."""
WITNESSED = ("Ilse de Vries", "Pekka Ranta", "Bence Horváth")
"""People without a computer who signed on paper; the assemblers have not been asked for theirs yet."""


def described(stage: Stage, days: Calendar, papers: tuple[Paper, ...]) -> Life:
    """The processes drawn on the kitchen wall come into Gemba in one week, with their documents."""
    day = days.founding + BEGIN * DAY
    yield days.at(day, 9)
    first = [working for working in WORKINGS if working.raised is None]
    for working in first:
        stage.records[working.title] = stage.do(MIKAEL, Raise, model=Process, values=values_of(stage, working))
    yield days.at(day + 4 * DAY, 10)
    for working in first:
        stage.do(MIKAEL, Edit, record=stage.record(working.title), values=handed(stage, working))
        stage.do(MIKAEL, Advance, record=stage.record(working.title), name="submit")
        belong(stage, papers, working.title)


def values_of(stage: Stage, working: Working) -> dict[str, Any]:
    return {
        "title": working.title, "purpose": working.purpose, "area": working.area, "site": stage.sites[HOME],
        "accountable": stage.person(working.owner) if working.owner else None, "raci": lines(working.carried),
        "governs": [{"kind": kind} for kind in working.leaves if kind in registry], "metric": working.metric,
        "direction": working.direction, "target": Decimal(working.target) if working.target else None,
        "unit": working.unit, "metric_source": working.source, "monitored": working.interval,
        "outsourced": [dict(zip(("what", "who", "control"), row, strict=True)) for row in working.outside],
        "position": 10 * (1 + WORKINGS.index(working)),
    }  # fmt: skip


def lines(carried: tuple[Carried, ...]) -> list[dict[str, str]]:
    names = ("activity", "responsible", "accountable", "consulted", "informed")
    return [{name: getattr(line, name) for name in names} for line in carried]


def handed(stage: Stage, working: Working) -> dict[str, Any]:
    return {
        "inputs": [_hand(stage, *pair) for pair in working.gets],
        "outputs": [_hand(stage, *pair) for pair in working.gives],
    }  # fmt: skip


def _hand(stage: Stage, what: str, other: str) -> dict[str, str]:
    """To or from another process that there is already, or somebody outside."""
    inside = stage.record(other).number if other in stage.records else ""
    return {"what": what, "process": inside, "outside": "" if inside else other.removeprefix(">")}


def run(stage: Stage, days: Calendar, working: Working) -> Life:
    """One process from its approval on."""
    day = days.founding + APPROVED[working.title] * DAY
    yield days.at(day, 15)
    stage.sign(AINO, stage.record(working.title), "approve")
    yield days.at(day + 5 * DAY, 11)
    accept(stage, working)
    for danger in working.dangers:
        yield days.at(day + 9 * DAY, 13)
        raise_danger(stage, days, working, danger)
    for number, figure in enumerate(working.figures, start=QUARTERS - len(working.figures)):
        if figure:
            yield days.at(days.after_quarter(number, 9), 14)
            measure(stage, days, working, number, figure)
    if working.changed:
        yield from change(stage, days, working)


def accept(stage: Stage, working: Working, besides: tuple[str, ...] = ()) -> None:
    """Who can sign in accepts; some of the others have signed on paper."""
    asked = Acknowledgement._base_manager.filter(of_process=stage.record(working.title), state="asked")
    rows = asked.select_related("person").order_by("person__name")
    able = rows.filter(person__account__is_active=True)
    for given in able:
        if given.person.name.split()[0] not in besides:
            stage.sign(given.person.name, given, "accept")
    for given in rows.filter(person__name__in=WITNESSED):
        stage.sign(MIKAEL, given, "witness", "Folder of signatures, office")


def raise_danger(stage: Stage, days: Calendar, working: Working, danger: Danger) -> None:
    """Assessed by the quality manager together with the owner, confirmed by the managing director."""
    severity, likelihood = danger.after or (None, None)
    values = {
        "title": danger.title, "cause": danger.cause, "effect": danger.effect, "affects": danger.affects,
        "severity": danger.severity, "likelihood": danger.likelihood, "due": days.day(danger.due),
        "treatment": "reduce" if danger.measures else "accept", "measures": danger.measures,
        "severity_after": severity, "likelihood_after": likelihood, "site": stage.sites[HOME],
        "owner": stage.person(working.owner),
    }  # fmt: skip
    links = [("risk_of", stage.record(working.title))]
    stage.records[danger.title] = stage.do(MIKAEL, Raise, model=ProcessRisk, values=values, links=links)
    stage.do(MIKAEL, Advance, record=stage.record(danger.title), name="submit")
    if not danger.stops:
        stage.sign(AINO, stage.record(danger.title), "rate")


def measure(stage: Stage, days: Calendar, working: Working, number: int, figure: str) -> None:
    end = days.quarters[number]
    quarter = f"Q{(end.month + 2) // QUARTER} {end.year}"
    values = {
        "title": f"{working.metric}, {quarter}"[:200], "value": Decimal(figure), "source": working.source,
        "event_date": end, "site": stage.sites[HOME],
    }  # fmt: skip
    links = [("figure_of", stage.record(working.title))]
    made = stage.do(working.owner, Raise, model=ProcessMeasurement, values=values, links=links)
    confirmer = AINO if working.owner == MIKAEL else MIKAEL
    if number < QUARTERS - 1 or working.owner not in UNCONFIRMED:
        stage.sign(confirmer, load(ProcessMeasurement, made.pk), "confirm")


def change(stage: Stage, days: Calendar, working: Working) -> Life:
    """A new edition; only those whose part has changed are asked again."""
    ago, why, carried = working.changed or (0, "", ())
    yield days.ago(ago, 9)
    process = stage.record(working.title)
    stage.do(MIKAEL, Advance, record=process, name="revise", reason=why)
    stage.do(MIKAEL, Edit, record=process, values={"raci": lines(carried)})
    stage.do(MIKAEL, Advance, record=process, name="submit")
    yield days.ago(ago - 2, 16)
    stage.sign(AINO, stage.record(working.title), "approve")
    yield days.ago(ago - 6, 12)
    accept(stage, working, working.refuses)
    if ago > LONG_AGO:
        for link in Link.objects.suspect().filter(target=process).select_related("source"):
            stage.do(MIKAEL, LookAgain, record=specific(link.source), link=link)


def unfinished(stage: Stage, days: Calendar, working: Working, papers: tuple[Paper, ...]) -> Life:
    """Described, without an owner and without a measure, for months."""
    yield days.ago(working.raised or 0, 10)
    made = stage.do(MIKAEL, Raise, model=Process, values=values_of(stage, working))
    stage.records[working.title] = made
    stage.do(MIKAEL, Edit, record=made, values=handed(stage, working))
    belong(stage, papers, working.title)


def comings_and_goings(stage: Stage, days: Calendar) -> Life:
    """What the night does: Henrik's part ends with him, and nobody takes it up; Grace is asked for hers."""
    yield days.ago(299, 8)
    for title in ("Report to authorities", "SOP-011"):
        stage.do(
            MIKAEL, Assign, record=stage.record(title), owner=stage.person(MIKAEL), reason="Until somebody is found"
        )
    yield days.ago(298, 5)
    ask_everybody.call()
    yield days.ago(236, 5)
    ask_everybody.call()
    for given in Acknowledgement._base_manager.filter(person__name="Grace Adeyemi", state="asked"):
        stage.sign("Grace", given, "accept")
