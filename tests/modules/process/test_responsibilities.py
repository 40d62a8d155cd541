"""Responsibilities are asked of people, accepted with a signature, and asked again when they change (M111, 5.5.1)."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import JobAssignment, JobRole, Person
from gemba.kernel.refusals import NotAllowed, NotProven, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.mine import my_tasks
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.modules.process.jobs import ask_everybody
from gemba.modules.process.mine import mine, not_asked
from gemba.modules.process.models import Acknowledgement
from gemba.modules.process.parts import split_names
from tests.kernel.people import access, as_, person
from tests.modules.process.firm import (
    RACI,
    Firm,
    accept,
    asked,
    changed,
    described,
    firm,
    fresh,
    holds,
    in_force,
    line,
    signed,
)
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Firm:
    return firm()


def standing() -> dict[str, str]:
    """Who was asked or has accepted, over all processes."""
    rows = Acknowledgement._base_manager.exclude(state="outdated").select_related("person")
    return {each.person.name: each.state for each in rows}


def client(who: Person) -> Client:
    found = Client()
    found.cookies["sessionid"] = session_of(who)
    return found


def test_whoever_carries_a_part_is_asked_once_it_is_approved(made: Firm) -> None:
    """M111: owner, accountable and responsible, through job role or by name; who is only informed is not asked."""
    process = described(made)
    assert standing() == {}
    in_force(made)
    assert standing() == {"Bo Buyer": "asked", "Sam Store": "asked"}
    assert Acknowledgement._base_manager.filter(of_process=process).count() == 0
    lines = Acknowledgement._base_manager.get(person=made.buyer).lines
    assert [(each["part"], each["activity"], each["through"]) for each in lines] == [
        ("owner", "", ""), ("accountable", "Choose suppliers", "Purchaser"),
        ("responsible", "Choose suppliers", "Purchaser"), ("accountable", "Check what arrives", "Purchaser"),
    ]  # fmt: skip


def test_the_person_asked_finds_it_in_the_work_list_and_nobody_else_does(made: Firm) -> None:
    """M111, M60: a task and a notice with a day."""
    in_force(made)
    with seeing(access(made.storekeeper)):
        [task] = my_tasks()
    assert (task.transition, task.due) == ("accept", clock.today() + dt.timedelta(days=14))
    assert Notice.objects.filter(person=made.storekeeper, reason=Notice.Reason.TASK).count() == 1
    with seeing(access(made.clerk)):
        assert list(my_tasks()) == []


def test_only_the_person_accepts_and_signs_what_it_says(made: Firm) -> None:
    """M111, SIG-01: nobody accepts for somebody else; the task is done, the signature covers the lines."""
    process = in_force(made)
    given = asked(process, made.storekeeper)
    for other in (made.quality, made.manager, made.buyer):
        with pytest.raises((NotAllowed, Refused), match="Only Sam Store"):
            signed(given, other, "accept")
    given = signed(given, made.storekeeper, "accept")
    assert (given.state, given.valid_from, given.open) == ("accepted", clock.today(), False)
    assert Signature.objects.get(record=given).valid
    assert not Task.objects.filter(record=given, done_at=None).exists()
    assert verify_chain(given.subject) == []


def test_without_a_signature_nothing_is_accepted(made: Firm) -> None:
    """SIG-01: taking the step alone is refused."""
    given = asked(in_force(made), made.storekeeper)
    with pytest.raises(NotProven):
        Advance(record=given, name="accept", seen=given.digest, **as_(made.storekeeper)).execute()
    assert fresh(given).state == "asked"


def test_a_signature_on_paper_is_witnessed_by_quality(made: Firm) -> None:
    """M111: somebody without a way in signs on paper; quality says where the paper is kept."""
    given = asked(in_force(made), made.storekeeper)
    with pytest.raises(NotAllowed):
        signed(given, made.buyer, "witness", "Folder 3")
    with pytest.raises(Refused):
        signed(given, made.quality, "witness")
    given = signed(given, made.quality, "witness", "Folder 3, shelf B")
    assert (given.state, Signature.objects.get(record=given).meaning) == ("accepted", "Acceptance on paper")


def test_a_change_makes_only_those_acceptances_stale_that_it_touches(made: Firm) -> None:
    """M111: the storekeeper's lines changed, the buyer's did not; the old acceptance keeps its days and signature."""
    process = in_force(made)
    accept(process, made.buyer, made.storekeeper)
    changed(process, made, raci=[RACI[0], line("Count what arrives", "Storekeeper", "Storekeeper"), RACI[1]])
    assert standing() == {"Bo Buyer": "accepted", "Sam Store": "asked"}
    old = Acknowledgement._base_manager.get(person=made.storekeeper, state="outdated")
    assert (old.valid_from, old.valid_to) == (clock.today(), clock.today())
    assert Signature.objects.get(record=old).valid
    assert asked(process, made.storekeeper).edition == 2


def test_a_change_of_something_else_asks_nobody_again(made: Firm) -> None:
    """M111: the measure is not a responsibility, and neither is the order of the lines."""
    process = in_force(made)
    accept(process, made.buyer, made.storekeeper)
    before = Acknowledgement._base_manager.count()
    changed(process, made, metric="Another", raci=list(reversed(RACI)))
    assert (Acknowledgement._base_manager.count(), set(standing().values())) == (before, {"accepted"})


def test_who_no_longer_carries_anything_is_asked_for_nothing(made: Firm) -> None:
    """M111: an unanswered question disappears with the responsibility, from the work list too."""
    process = in_force(made)
    changed(process, made, raci=[RACI[0]])
    assert standing() == {"Bo Buyer": "asked"}
    with seeing(access(made.storekeeper)):
        assert list(my_tasks()) == []


def test_a_retired_process_asks_nobody(made: Firm) -> None:
    """M111: acceptances end with it."""
    process = in_force(made)
    accept(process, made.buyer)
    signed(fresh(process), made.manager, "retire", "Given to a partner")
    assert standing() == {}


def test_the_night_asks_newcomers_and_lets_leavers_go(made: Firm) -> None:
    """M111: people come, go and take other jobs without anybody touching the process; twice is once."""
    process = in_force(made)
    accept(process, made.buyer, made.storekeeper)
    newcomer = person("Nia New", Role.OPERATIONS)
    holds(newcomer, "Storekeeper")
    JobAssignment.objects.filter(person=made.storekeeper).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    for _ in range(2):
        ask_everybody.call()
    assert standing() == {"Bo Buyer": "accepted", "Nia New": "asked"}
    assert Acknowledgement._base_manager.filter(person=newcomer).count() == 1
    events = Event.objects.filter(act="acknowledgement.raise", actor__kind=Person.Kind.SYSTEM)
    assert events.filter(record__owner=newcomer).count() == 1


def test_a_process_under_change_keeps_what_was_accepted(made: Firm) -> None:
    """M111: a draft asks nobody and takes nothing away, in the night neither."""
    process = in_force(made)
    accept(process, made.buyer, made.storekeeper)
    Advance(record=process, name="revise", reason="Later", **as_(made.quality)).execute()
    Edit(record=process, values={"raci": [RACI[0]]}, **as_(made.quality)).execute()
    ask_everybody.call()
    assert set(standing().values()) == {"accepted"}
    with seeing(access(made.storekeeper)) as mine_only:
        [held] = mine(mine_only).accepted
    assert [each["activity"] for each in held.lines] == ["Check what arrives"]


def test_somebody_who_left_is_not_asked(made: Firm) -> None:
    """M111: a job held by nobody any more, and an owner who has gone."""
    made.storekeeper.ended = timezone.localdate()
    made.storekeeper.save()
    in_force(made)
    assert standing() == {"Bo Buyer": "asked"}


def test_quality_asks_by_hand_and_others_do_not(made: Firm) -> None:
    """M111: the verb of the process; a stranger is refused and noted."""
    process = in_force(made)
    holds(made.clerk, "Storekeeper")
    with pytest.raises(NotAllowed):
        Do(record=process, name="ask", **as_(made.storekeeper)).execute()
    Do(record=process, name="ask", **as_(made.buyer)).execute()
    assert standing()["Kim Clerk"] == "asked"


def test_one_raised_by_hand_says_what_the_process_says(made: Firm) -> None:
    """M111: nobody types what somebody else accepts; where nothing is asked nothing can be accepted."""
    process = in_force(made)
    values = {"title": "Again", "of_process": process, "person": made.buyer}
    raised = Raise(model=Acknowledgement, values=values, **as_(made.quality)).execute()
    assert (raised.owner, len(raised.lines)) == (made.buyer, 4)
    empty = Raise(model=Acknowledgement, values={**values, "person": made.clerk}, **as_(made.quality)).execute()
    with pytest.raises(Refused, match="no responsibility"):
        signed(empty, made.clerk, "accept")
    with pytest.raises(NotAllowed):
        Raise(model=Acknowledgement, values=values, **as_(made.buyer)).execute()


def test_my_responsibilities_sorts_what_waits_from_what_is_accepted(made: Firm) -> None:
    """M111: to accept, accepted, and what one is only told."""
    process = in_force(made)
    accept(process, made.storekeeper)
    for who, found in ((made.buyer, (1, 0, 0, 0)), (made.storekeeper, (0, 0, 1, 0)), (made.clerk, (0, 0, 0, 1))):
        with seeing(access(who)) as reader:
            all_mine = mine(reader)
        parts = (all_mine.waiting, all_mine.new, all_mine.accepted, all_mine.told)
        assert tuple(map(len, parts)) == found, who
    with seeing(access(made.quality)) as reader:
        assert mine(reader).empty


def test_who_took_the_job_today_accepts_today(made: Firm) -> None:
    """M111: the screen asks at once, without waiting for the night."""
    in_force(made)
    holds(made.clerk, "Storekeeper")
    with seeing(access(made.clerk)) as reader:
        assert len(not_asked(reader)) == 1
    browser = client(made.clerk)
    assert "have not been asked yet" in browser.get("/my-responsibilities").content.decode()
    assert browser.post("/my-responsibilities").status_code == 302
    assert standing()["Kim Clerk"] == "asked"
    given = Acknowledgement._base_manager.get(person=made.clerk)
    assert (
        f"/records/acknowledgement/{given.number}/step/accept" in browser.get("/my-responsibilities").content.decode()
    )


def test_two_clicks_from_the_list_to_an_accepted_responsibility(made: Firm) -> None:
    """M111: "Accept" leads to the page that is signed, "Sign" is the second."""
    given = asked(in_force(made), made.storekeeper)
    browser = client(made.storekeeper)
    listed = browser.get("/my-responsibilities").content.decode()
    address = f"/records/acknowledgement/{given.number}/step/accept"
    assert f'href="{address}"' in listed
    page = browser.get(address)
    assert page.status_code == 200
    assert "Check what arrives" in page.content.decode()


def test_the_administrator_and_the_auditor_carry_nothing(made: Firm) -> None:
    """ACL-11: the screen is for those who work here."""
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert client(person(f"Only {role}", role)).get("/my-responsibilities").status_code == 404


def test_names_in_a_cell_are_split_at_commas_and_semicolons() -> None:
    """M111: as people write them."""
    assert split_names(" Purchaser; the auditor ,, Clerk,") == ["Purchaser", "the auditor", "Clerk"]


def test_a_renamed_job_role_is_told_of(made: Firm) -> None:
    """M111: a line whose name means nobody any more is shown on the process, not silently dropped."""
    process = in_force(made)
    JobRole.objects.filter(name="Storekeeper").update(name="Warehouse")
    page = client(made.quality).get(f"/records/process/{process.number}").content.decode()
    assert "“Storekeeper” means nobody here today." in page
