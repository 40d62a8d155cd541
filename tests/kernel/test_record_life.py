"""Raising, editing, advancing and voiding a record, seen from the trail."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from gemba.kernel.access.viewer import UnscopedAccessError, seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.actor import Via
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, SilentWriteError
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, NotProven, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.signing.proof import Proof
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta", Role.MANAGEMENT)


@pytest.fixture
def objective(quality: Person) -> Objective:
    return Raise(model=Objective, values=VALUES, **as_(quality)).execute()


VALUES = {
    "title": "Answer complaints quickly", "why": "People wait", "measure": "Median days", "direction": "at_most",
    "target": Decimal(10), "unit": "days", "due": dt.date(2027, 6, 30),
}  # fmt: skip


def proof(who: Person) -> Proof:
    return Proof(who, "pwd", timezone.now())


def test_every_change_leaves_exactly_one_event(objective: Objective, quality: Person) -> None:
    """AUD-01, AUD-05: who, what, old, new, when and why, in order."""
    Edit(record=objective, values={"target": Decimal(8)}, reason="Tighter", **as_(quality)).execute()
    Edit(record=objective, values={"target": Decimal(8)}, **as_(quality)).execute()
    bodies = [json.loads(event.body) for event in Event.objects.filter(record=objective).order_by("seq")]
    assert [body["act"] for body in bodies] == ["objective.raise", "objective.edit"]
    assert bodies[1]["chg"] == [["target", "10.000", "8.000"]]
    assert (bodies[1]["reason"], bodies[1]["actor"]["name"]) == ("Tighter", "Aino")
    assert bodies[1]["prev"] == Event.objects.get(record=objective, seq=1).hash


def test_an_objective_is_approved_by_somebody_else_with_a_signature(
    objective: Objective, quality: Person, manager: Person
) -> None:
    """SIG-01, SIG-03: a person at a screen signs exactly what was shown."""
    Advance(record=objective, name="submit", **as_(quality)).execute()
    with pytest.raises(NotProven):
        Advance(record=objective, name="approve", **as_(manager)).execute()
    objective = Objective._base_manager.get()
    with pytest.raises(Conflict):
        Advance(record=objective, name="approve", proof=proof(manager), seen="0" * 64, **as_(manager)).execute()
    with pytest.raises(NotProven):
        Advance(
            record=objective, name="approve", proof=proof(manager), seen=objective.digest, **as_(manager, Via.API)
        ).execute()  # fmt: skip
    signed = Advance(
        record=objective, name="approve", proof=proof(manager), seen=objective.digest, **as_(manager)
    ).execute()
    assert signed.state == "pursued"
    assert [(s.name, s.meaning, s.valid) for s in Signature.objects.all()] == [("Marta", "Approval", True)]


def test_the_administrator_neither_raises_nor_reads(objective: Objective) -> None:
    """ACL-11: the administrator of the system is not quality."""
    admin = person("Root", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        Raise(model=Objective, values=VALUES, **as_(admin)).execute()
    assert SecurityEvent.objects.filter(what="refused", person=admin).count() == 1
    with seeing(access(admin)):
        assert not Record.objects.exists()
        assert not Objective.objects.exists()


def test_reading_with_nobody_looking_raises(objective: Objective) -> None:
    """ACL-01: no screen can forget its scope."""
    with pytest.raises(UnscopedAccessError):
        Record.objects.count()


def test_silent_writes_are_refused(objective: Objective, quality: Person) -> None:
    """AUD-01, AUD-02: no other way to write."""
    with seeing(access(quality)):
        writes: tuple[Callable[[], object], ...] = (
            objective.save,
            objective.delete,
            lambda: Objective.objects.update(title="x"),
            lambda: Objective.objects.all().delete(),
            lambda: Record.objects.bulk_create([]),
        )
        for write in writes:
            with pytest.raises(SilentWriteError):
                write()


def test_a_stale_edit_is_a_conflict_with_both_versions(objective: Objective, quality: Person) -> None:
    """CON-03: the second person gets both versions, nothing is silently lost."""
    Edit(record=objective, values={"unit": "hours"}, version=1, **as_(quality)).execute()
    with pytest.raises(Conflict) as refusal:
        Edit(record=objective, values={"unit": "weeks"}, version=1, **as_(quality)).execute()
    assert isinstance(refusal.value.current, Objective)
    assert refusal.value.current.unit == "hours"


def test_a_void_record_keeps_its_number_and_needs_a_reason(objective: Objective, manager: Person) -> None:
    """AUD-07, M48: never deleted, visible as void."""
    with pytest.raises(Invalid):
        Void(record=objective, **as_(manager)).execute()
    void = Void(record=objective, reason="Raised twice", **as_(manager)).execute()
    assert (void.state, void.open, void.number[:4]) == ("void", False, "OBJ-")


def test_a_due_date_moves_with_a_reason_and_a_count(objective: Objective, quality: Person) -> None:
    """GXP-06, M151: the first date and the count stay."""
    with pytest.raises(Refused):
        ExtendDue(record=objective, due=dt.date(2027, 9, 30), **as_(quality)).execute()
    moved = ExtendDue(record=objective, due=dt.date(2027, 9, 30), reason="Audit first", **as_(quality)).execute()
    assert (moved.extensions, moved.first_due) == (1, dt.date(2027, 6, 30))
