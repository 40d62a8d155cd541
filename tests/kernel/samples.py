"""Quality objectives in every state, for tests that look at the kernel and not at objectives."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.utils import timezone

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.signing.proof import Proof
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Measurement, Objective
from tests.kernel.people import as_

VALUES: dict[str, Any] = {
    "title": "Answer complaints quickly", "why": "People wait", "measure": "Median days", "direction": "at_most",
    "target": Decimal(10), "unit": "days", "due": dt.date(2027, 6, 30),
}  # fmt: skip
FIGURE: dict[str, Any] = {"title": "Third quarter", "value": Decimal("9.5"), "source": "Complaint list"}


def proof(who: Person) -> Proof:
    return Proof(who, "pwd", timezone.now())


def raised(who: Person, *, reason: str = "", **values: Any) -> Objective:
    return Raise(model=Objective, values={**VALUES, **values}, reason=reason, **as_(who)).execute()


def figure(who: Person, **values: Any) -> Measurement:
    return Raise(model=Measurement, values={**FIGURE, **values}, **as_(who)).execute()


def submitted(who: Person, **values: Any) -> Objective:
    return Advance(record=raised(who, **values), name="submit", **as_(who)).execute()


def signed(record: Any, step: str, who: Person, reason: str = "", **given: Any) -> Any:
    """Take a signed step as this person, over what the record says now."""
    wanted = {"proof": proof(who), "seen": record.digest, **given}
    return Advance(record=record, name=step, reason=reason, **wanted, **as_(who)).execute()


def again(record: Any) -> Any:
    """The record as the database has it."""
    return type(record)._base_manager.get(pk=record.pk)


def bodies(record: Record) -> list[dict[str, Any]]:
    """The events of a record as written, oldest first."""
    return [json.loads(event.body) for event in Event.objects.filter(record=record).order_by("seq")]
