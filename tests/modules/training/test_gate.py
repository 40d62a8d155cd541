"""The gate at the point of work: no step without the competence it needs, unless an override was granted (M27)."""

import datetime as dt
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.people import SetAbsence
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.modules.objective.models import Objective
from gemba.modules.training.models import Competence, Override
from tests.kernel.people import as_, person
from tests.kernel.samples import again, signed, submitted
from tests.modules.training.making import assigned, competence, course, job, read

pytestmark = pytest.mark.django_db
GATE = [{"kind": "objective", "step": "approve"}]


@pytest.fixture
def aino(db: None) -> Person:
    return person("Aino", Role.MANAGEMENT)


def gated(mikael: Person, gates: list[dict[str, str]] | None = None, **course_values: Any) -> Competence:
    """A competence that the approval of objectives needs, with a course that gives it."""
    wanted = competence(mikael, job("Director"), title="Setting objectives", gates=GATE if gates is None else gates)
    course(mikael, wanted, **course_values)
    return wanted


def trained(mikael: Person, who: Person) -> None:
    from_course = registry.named("course").model._base_manager.get()
    read(assigned(from_course, mikael, who)[0], who)


def override(asker: Person, who: Person, record: Record, **values: Any) -> Override:
    given = {
        "title": "Approve before the course", "person": who, "why": "The year begins", "step": "approve",
        "safeguard": "Mikael reads it too", "until": clock.today() + dt.timedelta(days=2), **values,
    }  # fmt: skip
    return Raise(model=Override, values=given, links=[("allows", record)], **as_(asker)).execute()


def test_who_is_not_competent_cannot_take_the_step_and_is_told_what_is_missing(mikael: Person, aino: Person) -> None:
    """M27: the unqualified user cannot sign; nothing is written."""
    wanted = gated(mikael)
    record = submitted(mikael)
    events = Event.objects.filter(record=record).count()
    with pytest.raises(Refused) as refusal:
        signed(record, "approve", aino)
    assert wanted.number in str(refusal.value)
    assert "override" in str(refusal.value)
    assert (again(record).state, Event.objects.filter(record=record).count()) == ("review", events)
    trained(mikael, aino)
    assert signed(record, "approve", aino).state == "pursued"


def test_only_the_steps_named_are_gated(mikael: Person, aino: Person) -> None:
    """M27: other steps and other kinds go on as before; an empty step means every step of the kind."""
    gated(mikael)
    record = submitted(mikael)
    assert signed(record, "reject", aino, "Say how it is counted").state == "draft"
    gates = [{"kind": "objective", "step": ""}]
    course(mikael, competence(mikael, job("Clerk"), title="Setting objectives again", gates=gates))
    with pytest.raises(Refused, match="Setting objectives again"):
        Advance(record=again(record), name="submit", **as_(mikael)).execute()


def test_a_draft_or_ended_competence_gates_nothing(mikael: Person, aino: Person) -> None:
    """M27: what is asked counts from the day it is put into force to the day it ends."""
    wanted = gated(mikael)
    signed(again(wanted), "end", mikael, "No longer needed")
    assert signed(submitted(mikael), "approve", aino).state == "pursued"


def test_a_competence_that_has_run_out_is_none(mikael: Person, aino: Person) -> None:
    """M27, M93: competent on that day, not once upon a time."""
    gated(mikael, renew_months=12)
    trained(mikael, aino)
    record = submitted(mikael)
    with clock.shifted(timezone.now() + relativedelta(months=13)), pytest.raises(Refused, match="competent"):
        signed(record, "approve", aino)
    assert signed(record, "approve", aino).state == "pursued"


def test_a_deputy_must_be_competent_in_their_own_right(mikael: Person, aino: Person, jussi: Person) -> None:
    """M27, GXP-16: the absent manager's course does not make the deputy able to do the work."""
    gated(mikael)
    trained(mikael, aino)
    record = submitted(mikael)
    today = clock.today()
    SetAbsence(person=aino, deputy=jussi, valid_from=today, valid_to=today, **as_(aino)).execute()
    with pytest.raises(Refused, match="Jussi is not shown to be competent"):
        signed(record, "approve", jussi)
    trained(mikael, jussi)
    assert signed(record, "approve", jussi).state == "pursued"


def test_an_override_opens_the_gate_for_one_person_one_record_and_a_time(
    mikael: Person, aino: Person, jussi: Person
) -> None:
    """M27: a justified override, granted by somebody else, with how the work is made safe, and counted for ever."""
    gated(mikael)
    record, other = submitted(mikael), submitted(mikael)
    asked = override(jussi, aino, record)
    with pytest.raises(Refused, match="competent"):
        signed(record, "approve", aino)
    with pytest.raises(Refused, match="for themselves"):
        signed(asked, "grant", aino)
    granted = signed(asked, "grant", mikael)
    assert (granted.state, granted.open) == ("granted", False)
    with pytest.raises(Refused, match="competent"):
        signed(other, "approve", aino)
    with clock.shifted(timezone.now() + dt.timedelta(days=3)), pytest.raises(Refused, match="competent"):
        signed(record, "approve", aino)
    assert signed(record, "approve", aino).state == "pursued"
    with seeing_everything():
        flag = registry.named("override").flags[0]
        assert Override.objects.filter(flag.rows(clock.today())).count() == 1


def test_an_override_for_another_step_or_person_opens_nothing(mikael: Person, aino: Person, jussi: Person) -> None:
    """M27: leave to reject is no leave to approve."""
    gated(mikael)
    record = submitted(mikael)
    signed(override(jussi, aino, record, step="reject"), "grant", mikael)
    signed(override(jussi, mikael, record), "refuse", aino, "No")
    signed(override(mikael, jussi, record), "grant", aino)
    with pytest.raises(Refused, match="competent"):
        signed(record, "approve", aino)


@pytest.mark.parametrize(("values", "sentence"), [({"until": dt.date(2020, 1, 1)}, "over"), ({}, "Link the record")])
def test_an_override_names_its_record_and_is_not_over(
    mikael: Person, aino: Person, values: dict[str, Any], sentence: str
) -> None:
    """M27: no blanket leave."""
    asked = Raise(
        model=Override, values={
            "title": "Anything", "person": aino, "why": "Busy", "safeguard": "None", "until": clock.today(), **values,
        }, links=[("allows", submitted(mikael))] if values else [], **as_(mikael),
    ).execute()  # fmt: skip
    with pytest.raises(Refused, match=sentence):
        signed(asked, "grant", person("Vera", Role.MANAGEMENT))


def test_what_the_system_does_passes_no_gate(mikael: Person, aino: Person) -> None:
    """M27: automatic steps follow from what competent people did."""
    gated(mikael, [{"kind": "training", "step": ""}])
    course_of = registry.named("course").model._base_manager.get()
    training = assigned(course_of, mikael, aino)[0]
    with pytest.raises(Refused, match="competent"):
        read(training, aino)
    step = Advance(record=training, name="finish", **as_(aino))
    assert step.gate() is not None


def test_a_gate_that_nobody_can_pass_can_still_be_ended(mikael: Person, aino: Person) -> None:
    """M27: competences and overrides are never gated, so that nobody is locked out."""
    every = [{"kind": kind, "step": ""} for kind in ("objective", "competence", "override")]
    wanted = gated(mikael, every)
    assert signed(again(wanted), "end", mikael, "It locks everybody out").state == "ended"


def test_an_ungated_step_asks_the_database_once(mikael: Person, aino: Person, django_assert_num_queries: Any) -> None:
    """M27: the gate costs one look where no competence gates the step."""
    record: Objective = submitted(mikael)
    action: Advance[Any] = Advance(record=record, name="approve", **as_(aino))
    with django_assert_num_queries(1):
        assert action.gate() is None


def test_a_link_of_an_override_cannot_be_given_to_a_void_record(mikael: Person, aino: Person) -> None:
    """M27: nor to one that does not exist for the person asking."""
    record = submitted(mikael)
    asked = override(mikael, aino, record)
    with pytest.raises(Refused):
        MakeLink(record=asked, role="allows", to=record, **as_(mikael)).execute()
