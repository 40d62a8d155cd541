"""Records of the sample module, made through actions."""

from typing import Any

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from tests.kernel.people import as_
from tests.sample.models import Trial


def steps(who: Person) -> list[dict[str, Any]]:
    """Two lines with a value of every kind."""
    return [
        {
            "what": "Cut", "how": "Along the line\nwith <b>care</b>", "grade": "high", "times": 2, "who": who.uid,
            "record": "objective", "day": "2026-03-04", "done": True,
        },
        {"what": "Fold", "how": "", "grade": "low", "times": None, "who": "", "record": "", "day": None, "done": False},
    ]  # fmt: skip


def trial(who: Person, **values: Any) -> Trial:
    given = {"title": "Fold a box", "body": "<p>Fold <strong>twice</strong>.</p>", "steps": steps(who), **values}
    with seeing_everything():
        return Raise(model=Trial, values=given, **as_(who)).execute()


def address(record: Record, rest: str = "") -> str:
    return f"/records/{record.kind}/{record.number}{rest}"


def fresh(record: Trial) -> Trial:
    found: Trial = Trial._base_manager.get(pk=record.pk)
    return found


def typed(name: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """Lines as a form sends them."""
    return {
        f"{name}-{number}-{column}": value
        for number, line in enumerate(lines)
        for column, value in line.items()
        if value is not False
    }
