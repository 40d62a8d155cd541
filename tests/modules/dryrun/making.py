"""Dry runs in every state, made as people make them."""

from typing import Any

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.workflow import EXERCISED
from tests.contract.values import raised
from tests.kernel.people import as_
from tests.kernel.samples import again


def planned(who: Person, *others: Person, **values: Any) -> DryRun:
    """A simulated complaint, unless something else is said."""
    people = [{"person": each.uid, "part": "takes part"} for each in (who, *others)]
    given = {"title": "A complaint", "method": "simulated", "scenario": "complaint", "participants": people}
    return Raise(model=DryRun, values={**given, **values}, **as_(who)).execute()


def begun(who: Person, *others: Person, **values: Any) -> DryRun:
    return Advance(record=planned(who, *others, **values), name="begin", **as_(who)).execute()


def walked(run: DryRun, who: Person, *results: str) -> DryRun:
    """Every step with ten minutes; the first ones with these results, the rest as expected."""
    steps = [
        {**line, "minutes": 10, "by": who.uid, "result": result, "seen": "" if result == "as_expected" else "No list"}
        for line, result in zip(run.steps, (*results, *["as_expected"] * len(run.steps)), strict=False)
    ]
    values = {"steps": steps, "verdict": "with_gaps", "learned": "Lists first.", "held_on": clock.today()}
    found: DryRun = Edit(record=again(run), values=values, **as_(who)).execute()
    return found


def exercised(run: DryRun, who: Person, kind: Any, **values: Any) -> Record:
    made: Record = raised(kind, who, exercise=True, **values)
    MakeLink(record=again(run), role=EXERCISED, to=made, **as_(who)).execute()
    return made
