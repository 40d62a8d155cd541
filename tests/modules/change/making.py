"""Changes in every state, made as people make them."""

import datetime as dt
from typing import Any

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.modules.change.models import DIMENSIONS, Change, ChangeTask
from tests.kernel.people import as_
from tests.kernel.samples import again, signed

ASKED: dict[str, Any] = {
    "title": "Weld the hinge instead of gluing it", "type": "process", "what": "Glue becomes a weld",
    "why": "Glue takes a day to harden", "aim": "No open hinge in a hundred clips",
}  # fmt: skip


def impact(**affected: str) -> list[dict[str, str]]:
    """Every dimension answered; those named are affected."""
    return [
        {"dimension": name, "affected": "yes" if name in affected else "no", "why": affected.get(name, "Looked at it")}
        for name, _label in DIMENSIONS
    ]


def thought_through(**given: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "size": "small", "impact": impact(), "plan": "Trial, then all", "way_back": "Keep the glue for a year",
        "planned_for": today + dt.timedelta(days=30), "look_on": today + dt.timedelta(days=60), **given,
    }  # fmt: skip


def asked(who: Person, **values: Any) -> Change:
    return Raise(model=Change, values={**ASKED, **values}, **as_(who)).execute()


def plan_task(change: Change, who: Person, owner: Person, title: str = "Build the fixture") -> ChangeTask:
    values = {"title": title, "detail": "One for each side", "owner": owner, "due": clock.today()}
    Do(record=change, name="plan_task", values=values, **as_(who)).execute()
    link = Link.objects.filter(target_id=change.pk, role="part_of").latest("pk")
    return ChangeTask._base_manager.get(pk=link.source_id)


def proposed(who: Person, **given: Any) -> tuple[Change, ChangeTask]:
    """Put up for decision, with one task of the same person."""
    change = asked(who)
    Advance(record=change, name="assess", **as_(who)).execute()
    task = plan_task(again(change), who, who)
    Edit(record=again(change), values=thought_through(**given), **as_(who)).execute()
    return Advance(record=again(change), name="propose", **as_(who)).execute(), task


def approved(who: Person, decider: Person, **given: Any) -> tuple[Change, ChangeTask]:
    change, task = proposed(who, **given)
    return signed(again(change), "approve", decider), task


def finish(task: ChangeTask, who: Person, outcome: str = "as_planned") -> ChangeTask:
    done = Edit(record=again(task), values={"outcome": outcome, "made": "Two fixtures"}, **as_(who)).execute()
    finished: ChangeTask = signed(done, "finish", who)
    return finished


def in_effect(who: Person, decider: Person) -> tuple[Change, ChangeTask]:
    change, task = approved(who, decider)
    finish(task, who)
    return signed(again(change), "put_into_effect", who), task
