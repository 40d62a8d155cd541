"""Quality objectives with a measurement per period (ISO 13485 5.4.1; M24)."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.modules.objective.models import Measurement, Objective
from gemba.modules.objective.record import not_measured
from tests.kernel.people import as_, person

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).resolve().parents[2] / "src" / "gemba" / "modules" / "objective"
VALUES = {"title": "Answer fast", "why": "People wait", "measure": "Days", "target": Decimal(10), "unit": "days"}


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta", Role.MANAGEMENT)


def pursued(quality: Person, manager: Person, period: int = 3) -> Objective:
    values: dict[str, Any] = {**VALUES, "period": period, "due": dt.date(2030, 1, 1)}
    made = Raise(model=Objective, values=values, **as_(quality)).execute()
    Advance(record=made, name="submit", **as_(quality)).execute()
    proof = Proof(manager, "pwd", timezone.now())
    return Advance(record=made, name="approve", proof=proof, seen=made.digest, **as_(manager)).execute()


def measured(objective: Objective, by: Person, on: dt.date) -> Measurement:
    values = {"title": "Quarter", "value": Decimal(9), "source": "Register", "event_date": on}
    made = Raise(model=Measurement, values=values, **as_(by)).execute()
    MakeLink(record=made, role="measures", to=objective, **as_(by)).execute()
    return made


def flagged() -> list[str]:
    with seeing_everything():
        rows = Objective.objects.filter(not_measured(timezone.localdate()))
        return [objective.title for objective in rows]


@pytest.mark.parametrize("period", [1, 3, 6, 12])
def test_an_objective_without_a_measurement_in_its_period_is_flagged(
    quality: Person, manager: Person, period: int
) -> None:
    """M24: flagged until a measurement of the period is linked, and again when the period has passed."""
    objective = pursued(quality, manager, period)
    today = timezone.localdate()
    assert flagged() == ["Answer fast"]
    measured(objective, quality, today - relativedelta(months=period) - dt.timedelta(days=1))
    assert flagged() == ["Answer fast"]
    measured(objective, quality, today - relativedelta(months=period))
    assert flagged() == []


@pytest.mark.parametrize("day", ["2026-12-30", "2026-12-31"])
def test_a_quarter_holds_until_its_last_day(quality: Person, manager: Person, day: str) -> None:
    """M24: measured on 30 September, quarterly: nothing is missing before the next quarter is over."""
    measured(pursued(quality, manager, 3), quality, dt.date(2026, 9, 30))
    assert not Objective._base_manager.filter(not_measured(dt.date.fromisoformat(day))).exists()
    assert Objective._base_manager.filter(not_measured(dt.date(2027, 1, 1))).exists()


def test_a_draft_is_not_flagged(quality: Person) -> None:
    Raise(model=Objective, values=VALUES, **as_(quality)).execute()
    assert flagged() == []


def test_only_top_management_approves_and_not_what_it_raised_itself(quality: Person, manager: Person) -> None:
    """M24, ACL-16: commitment is a second person's signature."""
    made = Raise(model=Objective, values={**VALUES, "due": dt.date(2030, 1, 1)}, **as_(manager)).execute()
    Advance(record=made, name="submit", **as_(quality)).execute()
    for who in (quality, manager):
        proof = Proof(who, "pwd", timezone.now())
        with pytest.raises(NotAllowed):
            Advance(record=made, name="approve", proof=proof, seen=made.digest, **as_(who)).execute()


def test_an_objective_needs_a_date_before_it_is_reviewed(quality: Person) -> None:
    made = Raise(model=Objective, values=VALUES, **as_(quality)).execute()
    with pytest.raises(Refused, match="due"):
        Advance(record=made, name="submit", **as_(quality)).execute()


def test_the_whole_module_stays_under_150_lines() -> None:
    """A record type is a declaration: whatever makes one longer belongs into the kernel."""
    lines = sum(len(path.read_text().splitlines()) for path in FOLDER.glob("*.py"))
    assert lines < 150
