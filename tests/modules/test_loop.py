"""The improvement loop as one: from a complaint to an effect that records show, each record tied to the one before."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.refresh import recompute
from gemba.evidence.practice.states import State
from gemba.kernel import clock
from gemba.kernel.actions.write import Raise
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import offers_for
from gemba.modules.capa.models import Capa, CapaAction
from gemba.modules.change.models import Change
from gemba.modules.complaint.models import Complaint, Reportability
from gemba.modules.document.models import Document, Revision
from gemba.modules.nonconformity.models import Nonconformity
from gemba.modules.training.models import Training
from tests.kernel.people import as_, person
from tests.modules.capa import life as capas
from tests.modules.capa.life import edit, link, now, step
from tests.modules.change import making as changes
from tests.modules.complaint import support as complaints
from tests.modules.document import life as documents
from tests.modules.nonconformity.test_life import DECIDED, EVALUATED, FOUND
from tests.modules.training import making as trainings

pytestmark = pytest.mark.django_db
ISO = "iso13485"
BY_CAPA_ALONE = frozenset("8.5.2-" + letter for letter in "abcefhj")
"""Duties of the clause that nothing but a corrective action proves."""
BY_ITS_EFFECT = "8.5.2-i"
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class People:
    care: Person
    quality: Person
    engineer: Person
    manager: Person


def four() -> People:
    return People(
        person("Tomi Care", Role.EMPLOYEE), person("Aino Quality", Role.QUALITY),
        person("Olli Engineer", Role.ENGINEER), person("Marta Boss", Role.MANAGEMENT),
    )  # fmt: skip


def welding(people: People) -> Document:
    """A procedure in effect, taught by a course that Tomi took on its first revision."""
    made = documents.released(people.engineer, people.quality, title="Welding of housings")
    skill = trainings.competence(people.quality, trainings.job())
    course = trainings.course(people.quality, skill, about=made.document, title="Welding")
    trainings.gives(person("Root", Role.ADMINISTRATOR), people.care, trainings.job())
    step(trainings.the_one(people.care, course=course), "sign_read", people.care)
    return Document._base_manager.get(pk=made.document_id)


@pytest.fixture
def people() -> People:
    return four()


@pytest.fixture
def procedure(people: People) -> Document:
    return welding(people)


@pytest.fixture
def paper(people: People) -> Document:
    """The procedure that says how causes are removed: it covers the clause, and proves nothing."""
    made = documents.released(people.engineer, people.quality, title="Corrective action")
    duties = [(ISO, duty) for duty in sorted(BY_CAPA_ALONE | {BY_ITS_EFFECT})]
    ClaimDuties(record=made.document, duties=duties, **as_(people.quality)).execute()
    return Document._base_manager.get(pk=made.document_id)


def practice() -> dict[str, State]:
    """The state of each duty of 8.5.2 today."""
    rows = assess(catalogue().frameworks[ISO], {}).by_clause["8.5.2"]
    return {row.duty.id: row.state for row in rows}


def raised_from(model: type[Any], role: str, far: Record, who: Person, **values: Any) -> Any:
    """As the button on the page of the far record does it, which must be there."""
    kind = str(model._meta.model_name)
    assert (kind, role) in {(declared.kind, offer.name) for declared, offer in offers_for(far.kind)}
    return Raise(model=model, values=values, links=[(role, now(far))], **as_(who)).execute()


def far_ends(record: Record, role: str) -> set[str]:
    found = Link.objects.standing().filter(source_id=record.pk, role=role)
    return set(found.values_list("target__number", flat=True))


def complained(people: People) -> tuple[Complaint, Reportability]:
    """Received by customer care, decided by quality for one market, in investigation."""
    made = complaints.complaint(people.care, owner=people.quality)
    [decision] = complaints.clocks(made, people.quality, "EU", aware_at=clock.now() - DAY)
    edit(decision, people.quality, rationale="The pump had stopped; nobody was or could have been harmed.")
    step(decision, "not_reportable", people.quality)
    step(made, "investigate", people.quality)
    return now(made), now(decision)


def found_nonconforming(complaint: Complaint, people: People) -> Nonconformity:
    values = {**FOUND, "source": "complaint", "found": "after",
              "contained": [{"what": "Lot 0309 held", "on": clock.today().isoformat()}]}  # fmt: skip
    made = raised_from(Nonconformity, "found_on", complaint, people.engineer, **values)
    step(made, "contain", people.engineer)
    edit(made, people.engineer, **EVALUATED)
    step(made, "evaluate", people.engineer)
    edit(made, people.engineer, **{**DECIDED, "capa_decision": "yes", "capa_reason": "Third lot this year"})
    found: Nonconformity = step(made, "decide", people.manager)
    return found


def corrective(nonconformity: Nonconformity, people: People) -> tuple[Capa, CapaAction]:
    """Investigated, planned and approved; its action belongs to Tomi."""
    team = capas.Team(people.engineer, people.quality, people.manager, people.care)
    made = raised_from(
        Capa, "raised_from", nonconformity, people.engineer, **capas.OPENED, before="17.5", source="nonconformity"
    )
    step(made, "accept", people.quality)
    edit(made, people.engineer, **capas.investigation(team))
    action = raised_from(
        CapaAction, "action_of", made, people.engineer, title="Measure the jaw gap every week", what="With a gauge",
        type="process", owner=people.care, due=clock.today() + 20 * DAY,
    )  # fmt: skip
    step(made, "submit", people.engineer)
    return step(made, "approve", people.quality), now(action)


def change_approved(capa: Capa, procedure: Document, people: People) -> Change:
    made = raised_from(Change, "raised_from", capa, people.engineer, **changes.ASKED)
    step(made, "assess", people.engineer)
    edit(made, people.engineer, **changes.thought_through(impact=changes.impact(documents="The weekly gap")))
    link(made, "plans_to_change", procedure, people.engineer)
    step(made, "propose", people.engineer)
    approved: Change = step(made, "approve", people.manager)
    return approved


def revised_under(change: Change, procedure: Document, people: People) -> Revision:
    """Approved, and not in effect as long as the change is not."""
    made: Revision = documents.do(procedure, "revise", people.engineer, change_reason="The jaw gap is measured")
    edit(made, people.engineer, body="<p>Measure the jaw gap every week.</p>")
    link(made, "under_change", change, people.engineer)
    step(made, "submit", people.engineer)
    approved: Revision = step(made, "approve", people.quality)
    return approved


def carried_out(action: CapaAction, revision: Revision, people: People) -> None:
    edit(action, people.care, done_on=clock.today(), outcome="Gauge G-77 hangs at station 2")
    link(action, "shown_by", revision, people.care)
    step(action, "finish", people.care)
    step(action, "verify", people.engineer)


def closed(people: People, complaint: Complaint, nonconformity: Nonconformity, change: Change) -> None:
    """What the loop began with is finished too, each by somebody who did not conclude it."""
    edit(change, people.engineer, result="reached", seen="No open seam in 600")
    step(change, "close", people.quality)
    edit(nonconformity, people.engineer, outcome="Lot 0309 scrapped")
    step(nonconformity, "close", people.quality)
    edit(complaint, people.quality, **complaints.INVESTIGATED)
    step(complaint, "conclude", people.engineer)
    edit(complaint, people.quality, **complaints.ANSWERED)
    step(complaint, "close", people.quality)


def test_a_complaint_leads_to_an_effect_that_records_show(people: People, procedure: Document, paper: Document) -> None:
    """M108, M149, M99, M101, M41, 8.2.2, 8.5.2: each record is tied to the one before, nothing takes effect early."""
    complaint, decision = complained(people)
    nonconformity = found_nonconforming(complaint, people)
    capa, action = corrective(nonconformity, people)
    change = change_approved(capa, procedure, people)
    revision = revised_under(change, procedure, people)
    former = Revision._base_manager.get(document=procedure, in_force=True)
    assert (revision.state, former.sequence, trainings.of(people.care, state="assigned")) == ("approved", 1, [])

    change = step(change, "put_into_effect", people.engineer)
    revision = now(revision)
    assert (revision.state, now(former).state) == ("effective", "superseded")
    training = trainings.the_one(people.care, state="assigned")
    step(training, "sign_read", people.care)

    carried_out(action, revision, people)
    assert {practice()[duty] for duty in BY_CAPA_ALONE} == {State.PAPER_ONLY}
    edit(capa, people.engineer, corrected_on=clock.today())
    link(capa, "changes", change, people.engineer)
    link(capa, "revises", revision, people.engineer)
    link(capa, "understood", training, people.engineer)
    capa = step(capa, "implement", people.engineer)
    states = practice()
    assert {states[duty] for duty in BY_CAPA_ALONE} == {State.WORKING}
    assert states[BY_ITS_EFFECT] is State.PAPER_ONLY

    with clock.shifted(clock.now() + 111 * DAY):
        team = capas.Team(people.engineer, people.quality, people.manager, people.care)
        capas.seen(capa, team, clock.today() - 50 * DAY)
        edit(capa, people.engineer, after="1.5", result="Three lots, one leak")
        capa = step(capa, "effective", people.quality)
        closed(people, complaint, nonconformity, change)
        assert practice()[BY_ITS_EFFECT] is State.WORKING
        _without_its_signature(capa)
        assert {practice()[duty] for duty in BY_CAPA_ALONE | {BY_ITS_EFFECT}} == {State.PAPER_ONLY}

    ties: list[tuple[Record, str, Record]] = [
        (decision, "concerns", complaint), (nonconformity, "found_on", complaint),
        (capa, "raised_from", nonconformity), (action, "action_of", capa), (change, "raised_from", capa),
        (change, "plans_to_change", procedure), (revision, "under_change", change),
        (training, "because_of", revision), (training, "trained_on", revision), (capa, "understood", training),
    ]  # fmt: skip
    assert [(near.number, role) for near, role, far in ties if far.number not in far_ends(near, role)] == []
    ended = [now(record) for record in (complaint, decision, nonconformity, capa, action, change, training)]
    assert [record.number for record in ended if record.open] == []


def _without_its_signature(capa: Capa) -> None:
    """As if somebody had changed the words behind the application's back: no signature stands for them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_record SET digest = %s WHERE id = %s", ["0" * 64, capa.pk])
    recompute()


def test_the_procedure_waits_for_its_change_and_the_change_for_its_procedure(
    people: People, procedure: Document
) -> None:
    """M99, M101: neither an unapproved text nor an untrained person is taken into effect by a change."""
    capa, _action = corrective(found_nonconforming(complained(people)[0], people), people)
    change = change_approved(capa, procedure, people)
    made = documents.do(procedure, "revise", people.engineer, change_reason="The jaw gap is measured")
    link(made, "under_change", change, people.engineer)
    with pytest.raises(Refused, match=f"Not approved yet: {made.number}"):
        step(change, "put_into_effect", people.engineer)
    step(made, "submit", people.engineer)
    step(made, "approve", people.quality)
    course = trainings.the_one(people.care).course
    asked = raised_from(
        Training, "because_of", change, people.engineer, title="Welding anew", person=people.care, course=course,
        cause="change", owner=people.care,
    )  # fmt: skip
    with pytest.raises(Refused, match=f"Training not completed: {asked.number}"):
        step(change, "put_into_effect", people.engineer)
    assert now(made).state == "approved"
