"""The lives of the objectives: raised, sent to review, sometimes sent back, approved, measured every quarter."""

import datetime as dt
from collections.abc import Iterator

from gemba.demo.company.days import QUARTERS, Calendar
from gemba.demo.company.goals import HALF_YEAR, Goal
from gemba.demo.company.stage import Life, Stage
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import LookAgain, MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.links.models import Link
from gemba.modules.objective.models import Measurement, Objective

DAY = dt.timedelta(days=1)


def pursue(stage: Stage, days: Calendar, goal: Goal, order: int) -> Life:
    """The plan of one objective, up to where it stands today."""
    start = days.founding + (4 + order) * DAY if goal.raised is None else days.day(goal.raised)
    yield days.at(start, 9, 10)
    raise_goal(stage, days, goal)
    if goal.stops == "draft" and not goal.sent_back:
        return
    yield days.at(start + 4 * DAY, 10)
    stage.do(goal.raiser, Advance, record=stage.record(goal.title), name="submit")
    day = start + 11 * DAY
    if goal.sent_back:
        yield days.at(day, 16, 20)
        stage.sign(goal.approver, stage.record(goal.title), "reject", goal.sent_back)
        yield days.at(day + 9 * DAY, 9, 40)
        if goal.stops == "draft":
            return
        values = {"why": stage.record(goal.title).why, **goal.mended}
        stage.do(goal.raiser, Edit, record=stage.record(goal.title), values=values, reason="As asked when sent back")
        stage.do(goal.raiser, Advance, record=stage.record(goal.title), name="submit")
        day += 13 * DAY
    if goal.stops == "review":
        return
    yield days.at(day, 15, 30)
    stage.sign(goal.approver, stage.record(goal.title), "approve")
    for number, figure in _figures(goal):
        if figure and days.quarters[number] > day:
            yield from measure(stage, days, goal, number, figure)


def raise_goal(stage: Stage, days: Calendar, goal: Goal) -> None:
    values = {
        "title": goal.title, "why": goal.why, "measure": goal.measure, "direction": goal.direction,
        "target": goal.target, "unit": goal.unit, "period": goal.period, "owner": stage.person(goal.owner),
        "due": days.day(goal.due), "site": stage.sites[goal.site],
        "product": stage.product if goal.product else None, "confidential": goal.confidential,
        "exercise": goal.exercise,
    }  # fmt: skip
    stage.records[goal.title] = stage.do(goal.raiser, Raise, model=Objective, values=values)


def _figures(goal: Goal) -> Iterator[tuple[int, str]]:
    """The figures with the number of their quarter; the last figure belongs to the last quarter."""
    return enumerate(goal.figures, start=QUARTERS - len(goal.figures))


def _period_name(goal: Goal, end: dt.date) -> str:
    quarter = f"Q{(end.month + 2) // 3} {end.year}"
    return f"half-year to {quarter}" if goal.period == HALF_YEAR else quarter


def measure(stage: Stage, days: Calendar, goal: Goal, number: int, figure: str) -> Life:
    """One period: the figure, linked to its objective, and confirmed by somebody who did not enter it."""
    end = days.quarters[number]
    by, last = goal.measured_by or goal.owner, number == QUARTERS - 1
    day = days.after_quarter(number, 5 + len(goal.title) % 7)
    yield days.at(day, 13, 15)
    values = {
        "title": f"{goal.short}, {_period_name(goal, end)}", "value": figure, "source": goal.source, "event_date": end,
        "site": stage.sites[goal.site], "confidential": goal.confidential, "exercise": goal.exercise,
    }  # fmt: skip
    made = stage.do(by, Raise, model=Measurement, values=values)
    stage.do(by, MakeLink, record=made, role="measures", to=stage.record(goal.title))
    stage.records[made.title] = made
    if goal.product:
        rows = f"unit;{goal.unit}\nperiod ended;{end}\nvalue;{figure}\n".encode()
        stage.do(by, Attach, record=made, name="figure.csv", chunks=[rows])
    if last and goal.unconfirmed:
        return
    yield days.at(day + DAY, 9, 5)
    stage.sign("Aino" if by == "Mikael" else "Mikael", stage.record(made.title), "confirm")


def baselines(stage: Stage, days: Calendar, goal: Goal, figure: str, *, looked_again: bool) -> Life:
    """A figure taken while the objective was a draft. The objective changes afterwards, so the link turns suspect."""
    day = days.day((goal.raised or 0) - 6)
    yield days.at(day, 14, 45)
    by = goal.measured_by or goal.owner
    values = {
        "title": f"{goal.short}, before we began", "value": figure, "source": goal.source, "event_date": day,
        "site": stage.sites[goal.site],
    }  # fmt: skip
    made = stage.do(by, Raise, model=Measurement, values=values)
    stage.records[made.title] = made
    link = stage.do(by, MakeLink, record=made, role="measures", to=stage.record(goal.title))
    yield days.at(day + 24 * DAY, 10, 25)
    if looked_again:
        stage.do(by, LookAgain, record=stage.record(made.title), link=Link.objects.get(pk=link.pk))
        stage.sign("Mikael", stage.record(made.title), "confirm")
