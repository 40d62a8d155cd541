"""From a complaint to the look whether the action worked: Practice of 8.5.2 moves when valid records are there only."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.models import Doubt
from gemba.evidence.practice.proof import proofs
from gemba.evidence.practice.states import State
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.roles import Role
from gemba.modules.capa.models import Capa
from gemba.modules.complaint.models import Complaint
from gemba.modules.document.models import Document, Reading, Revision
from tests.kernel.people import as_, person
from tests.modules.capa import life
from tests.modules.capa.life import Team
from tests.modules.document.life import document, released, revised
from tests.modules.document.life import step as document_step

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
START = dt.datetime(2026, 2, 2, 9, tzinfo=dt.UTC)
ACTION, EFFECT = "8.5.2-a", "8.5.2-i"


@pytest.fixture
def moving() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def team(db: None) -> Team:
    return life.team()


@pytest.fixture
def procedure(moving: Any, team: Team) -> Document:
    """Says how CAPAs are made, and claims 8.5.2."""
    author = person("Jo Writer", Role.ENGINEER)
    family = document(author, title="Corrective action", governs=[{"kind": "capa"}])
    released(author, team.quality, of=family)
    ClaimDuties(
        record=family, duties=[("iso13485", duty.id) for duty in ISO.duties_by_clause["8.5.2"]], **as_(team.quality)
    ).execute()
    return family


def assessed() -> Assessment:
    return assess(ISO, {})


def state(duty: str) -> State:
    row = assessed().row(duty)
    assert row is not None
    return row.state


def practice() -> int:
    return assessed().under("8.5.2").working


def watched_capa(team: Team, moving: Any) -> Capa:
    """A CAPA out of a complaint, with its actions in place."""
    values = {"title": "It leaks", "details": "The housing leaks at the seam", "device_name": "Pump"}
    complaint = Raise(model=Complaint, values=values, **as_(team.quality)).execute()
    moving.shift(dt.timedelta(days=30))
    capa = life.watched(team)
    life.link(capa, "raised_from", complaint, team.owner)
    return capa


def closed(capa: Capa, team: Team, moving: Any) -> Capa:
    moving.shift(dt.timedelta(days=60))
    life.seen(capa, team, clock.today())
    life.edit(capa, team.owner, after="1.2", result="Two weeks without a leak")
    done: Capa = life.step(capa, "effective", team.quality)
    return done


def doubts(capa: Capa) -> list[str]:
    return list(Doubt.objects.filter(record=capa.pk).order_by("why").values_list("why", flat=True))


def test_practice_moves_with_each_valid_record_and_not_before(procedure: Document, team: Team, moving: Any) -> None:
    """M65, M71, M108: a complaint alone moves nothing; the action in place does; the look whether it worked ends it."""
    assert state(ACTION) is State.PAPER_ONLY
    written = practice()
    capa = watched_capa(team, moving)
    assert state(ACTION) is State.WORKING
    assert state(EFFECT) is State.PAPER_ONLY
    before = practice()
    assert before > written
    closed(capa, team, moving)
    assert state(EFFECT) is State.WORKING
    assert practice() > before


def test_work_under_a_procedure_that_is_out_of_force_is_no_valid_evidence(
    procedure: Document, team: Team, moving: Any
) -> None:
    """M71: the procedure was retired before the work was finished; the duty's page says which check failed."""
    moving.shift(dt.timedelta(days=10))
    document_step(procedure, "retire", team.quality, "It is written anew elsewhere")
    capa = watched_capa(team, moving)
    row = assessed().row(ACTION)
    assert row is not None
    assert (row.ground.newest_valid, row.ground.ever_invalid) == (None, 1)
    assert doubts(capa) == ["procedure"]
    with seeing_everything():
        said = [sentence for proof in proofs(["capa"]) for sentence in proof.doubts]
    assert said == ["No revision of the procedure that governs it was in force on that day."]


def test_work_of_somebody_who_has_not_read_the_procedure_is_no_valid_evidence(
    procedure: Document, team: Team, moving: Any
) -> None:
    """M71: asked to read it, due, and not read: no claim that counts either. Read by then, the same work counts."""
    revision = Revision._base_manager.get(document=procedure)
    values = {"title": "Read it", "revision": revision, "due": clock.today() + dt.timedelta(days=7)}
    reading = Raise(model=Reading, values={**values, "owner": team.owner}, **as_(team.quality)).execute()
    capa = watched_capa(team, moving)
    assert (state(ACTION), doubts(capa)) == (State.MISSING, ["training"])
    moving.shift(dt.timedelta(days=1))
    document_step(reading, "read", team.owner)
    assert state(ACTION) is State.PAPER_ONLY
    later = watched_capa(team, moving)
    assert (state(ACTION), doubts(later)) == (State.WORKING, [])


def unread(team: Team, revision: Revision) -> None:
    values = {"title": "Read it", "revision": revision, "due": clock.today() + dt.timedelta(days=7)}
    Raise(model=Reading, values={**values, "owner": team.owner}, **as_(team.quality)).execute()


@pytest.mark.parametrize("wrong", ["", "untrained", "superseded", "retired"])
def test_the_look_whether_it_worked_counts_only_where_all_was_in_order(
    procedure: Document, team: Team, moving: Any, wrong: str
) -> None:
    """M65, M71, M108: 8.5.2-i is claimed by the manual throughout; what is wrong with the work alone decides."""
    author = person("Mia Manual", Role.ENGINEER)
    manual = document(author, title="Quality manual")
    released(author, team.quality, of=manual)
    ClaimDuties(record=manual, duties=[("iso13485", EFFECT)], **as_(team.quality)).execute()
    capa = watched_capa(team, moving)
    before = practice()
    if wrong == "untrained":
        unread(team, Revision._base_manager.get(document=procedure))
    elif wrong == "superseded":  # he goes on by the old text: nobody showed him the new one in time
        unread(team, revised(procedure, author, team.quality, body="<p>The figure is set before the work begins.</p>"))
    elif wrong == "retired":
        document_step(procedure, "retire", team.quality, "It is written anew elsewhere")
    assert state(EFFECT) is State.PAPER_ONLY
    closed(capa, team, moving)
    row = assessed().row(EFFECT)
    assert row is not None
    expected = {"": [], "untrained": ["training"], "superseded": ["training"], "retired": ["procedure"]}
    assert doubts(capa) == expected[wrong]
    assert row.state is (State.PAPER_ONLY if wrong else State.WORKING)
    assert (row.ground.ever_invalid > 0) is bool(wrong)
    assert (practice() > before) is (not wrong)
