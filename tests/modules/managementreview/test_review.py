"""A management review from its plan to its signature: inputs, attendance, decisions, the next one."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from gemba.evidence.catalogue.load import framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import assess
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.managementreview.inputs import INPUTS
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview
from tests.kernel.people import as_, person
from tests.kernel.samples import again, signed
from tests.modules.managementreview.making import closed, decided, filled, held, invited, planned, visiting  # fmt: skip

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_every_input_that_the_clause_names_stands_in_a_review(quality: Person) -> None:
    """M140: all inputs of 5.6.2 are listed from the beginning, each with the duty it comes from."""
    asked = {duty.id for duty in framework("iso13485").duties if duty.clause == "5.6.2"}
    assert {each.duty for each in INPUTS if each.duty} == asked
    assert len(asked) == 12
    record = planned(quality)
    assert [line["input"] for line in record.inputs] == [each.name for each in INPUTS]
    assert all(kind in registry for each in INPUTS for kind in each.kinds)


def test_the_kinds_of_decision_are_those_that_the_clause_names() -> None:
    """M140: 5.6.3 asks for four kinds of decision beside the record of the outcome itself."""
    asked = [duty for duty in framework("iso13485").duties if duty.clause == "5.6.3" and duty.id != "5.6.3-a"]
    assert len(asked) == len(About.values)


def test_it_cannot_be_closed_while_an_input_is_neither_filled_nor_reasoned_away(
    quality: Person, leader: Person
) -> None:
    """M140: a missing input is named; a reason for leaving it out is enough, and is kept."""
    record = filled(held(quality, leader), quality)
    lines = [{**line, "says": ""} if line["input"] == "complaints" else line for line in record.inputs]
    Edit(record=record, values={"inputs": lines}, **as_(quality)).execute()
    with pytest.raises(Refused, match="Open: complaints"):
        signed(again(record), "close", leader)
    lines = [{**line, "left_out": "Nothing is sold yet."} if not line["says"] else line for line in lines]
    Edit(record=again(record), values={"inputs": lines}, **as_(quality)).execute()
    assert signed(again(record), "close", leader).state == "closed"


def test_it_cannot_be_closed_while_a_kind_of_decision_is_open(quality: Person, leader: Person, buyer: Person) -> None:
    """M140: decisions have owners and days, or a reason why there was nothing to decide."""
    record = filled(held(quality, leader), quality, nothing=[])
    with pytest.raises(Refused, match="people, money, equipment"):
        signed(record, "close", leader)
    decided(record, quality, buyer)
    rest = [{"about": value, "why": "Nothing needed."} for value in About.values if value != "resources"]
    Edit(record=again(record), values={"nothing": rest}, **as_(quality)).execute()
    signed(again(record), "close", leader)
    [action] = ManagementAction._base_manager.filter(review=record)
    assert (action.state, action.owner, action.open) == ("agreed", buyer, True)


def test_a_department_that_nobody_came_from_is_shown(quality: Person, leader: Person, buyer: Person) -> None:
    """M103: participation by department; whoever was excused is missing all the same."""
    record = held(quality, leader, quality)
    assert [line["department"] for line in record.missing] == ["Purchasing"]
    assert record.departments_missing == 1
    excused = [{"department": "Purchasing", "why": "The fair in Düsseldorf"}]
    other = held(quality, leader, quality, excused=excused)
    assert other.missing == [{"department": "Purchasing", "why": "The fair in Düsseldorf"}]
    assert held(quality, leader, quality, buyer).missing == []
    page = visiting(quality).get(reverse("record", args=["managementreview", record.number])).content.decode()
    assert "1 department was missing" in page
    assert "without a reason" in page


def test_without_top_management_it_is_no_management_review(quality: Person, leader: Person, buyer: Person) -> None:
    """M146: top management takes part, and whoever signs the minutes was there."""
    alone = planned(quality, quality, buyer, held_on=clock.today())
    with pytest.raises(Refused, match="Nobody of top management"):
        Advance(record=alone, name="hold", **as_(quality)).execute()
    other = person("Nils Berg", Role.MANAGEMENT)
    record = filled(held(quality, leader), quality)
    with pytest.raises(Refused, match="was there"):
        signed(record, "close", other)
    assert [line["top"] for line in record.attendance] == [True]


@pytest.mark.parametrize(("values", "said"), [
    ({"held_on": None}, "Fill in first"), ({"held_on": dt.date(2999, 1, 1)}, "lies ahead"),
    ({"participants": []}, "Tick who was there"),
])  # fmt: skip
def test_what_was_not_held_cannot_be_said_to_have_been(
    quality: Person, leader: Person, values: dict[str, Any], said: str
) -> None:
    """M140: the day and the people come first."""
    record = planned(quality, **{"held_on": clock.today(), "participants": invited(leader), **values})
    with pytest.raises(Refused, match=said):
        Advance(record=record, name="hold", **as_(quality)).execute()


def test_the_earlier_reviews_decisions_are_followed_up(quality: Person, leader: Person, buyer: Person) -> None:
    """M140: what an earlier review decided and nobody has done stands in the next one."""
    first = held(quality, leader, on=clock.today() - 100 * DAY)
    decided(first, quality, buyer, due=clock.today() - 40 * DAY)
    closed(first, quality, leader)
    following = held(quality, leader, on=clock.today())
    kept = {line["name"]: line["value"] for line in following.figures if line["input"] == "earlier"}
    assert (kept["managementaction:open"], kept["managementaction:overdue"]) == ("1", "1")
    page = visiting(quality).get(reverse("record", args=["managementreview", following.number])).content.decode()
    assert "Still open from earlier reviews" in page
    assert "Buy a second tester" in page


def test_whoever_took_it_on_says_that_it_is_done(quality: Person, leader: Person, buyer: Person) -> None:
    """M140: a decision has owner, day and closure, and proves something only when it was done."""
    record = held(quality, leader)
    decided(record, quality, buyer)
    closed(record, quality, leader)
    [action] = ManagementAction._base_manager.filter(review=record)
    with pytest.raises(Refused, match="Fill in first"):
        signed(action, "done", buyer)
    Edit(record=action, values={"result": "It stands in hall 2, see its file."}, **as_(buyer)).execute()
    with pytest.raises(Refused, match="taken it on"):
        signed(again(action), "done", quality)
    done = signed(again(action), "done", buyer)
    assert (again(done).state, again(done).done_on) == ("done", clock.today())
    with pytest.raises(Invalid, match="next review"):
        decided_directly(record, quality)


def decided_directly(record: ManagementReview, who: Person) -> None:
    values = {"title": "More", "review": again(record), "about": "system"}
    Raise(model=ManagementAction, values=values, **as_(who)).execute()


def test_closing_one_plans_the_next_at_its_interval(quality: Person, leader: Person) -> None:
    """M141: the cadence is a setting; the next review stands in the register with its day, once."""
    record = held(quality, leader, on=clock.today() - 5 * DAY, months=3)
    closed(record, quality, leader)
    [following] = ManagementReview._base_manager.filter(state="planned")
    assert following.due is not None
    assert 80 <= (following.due - clock.today()).days <= 90
    assert [line["present"] for line in following.participants] == [False]
    second = held(quality, leader)
    closed(second, quality, leader)
    assert ManagementReview._base_manager.filter(state="planned").count() == 1


def test_an_overdue_review_is_flagged_and_a_late_one_stays_so(quality: Person, leader: Person) -> None:
    """M141: overdue while it is not held, late for ever when it was."""
    declared = registry.named("managementreview")
    flags = {flag.name: flag.rows(clock.today()) for flag in declared.flags}
    waiting = planned(quality, leader, due=clock.today() - DAY)
    late = held(quality, leader, due=clock.today() - 40 * DAY)
    rows = ManagementReview._base_manager
    assert [each.pk for each in rows.filter(flags["overdue"])] == [waiting.pk]
    assert [each.pk for each in rows.filter(flags["held-late"])] == [late.pk]


def test_a_closed_review_proves_that_it_was_held_on_its_own_day(quality: Person, leader: Person) -> None:
    """M140, M71: practice moves with the signed minutes, not with the plan."""
    planned(quality, leader)
    found = {row.duty.id: row.ground.newest_valid for row in assess(framework("iso13485"), {}).rows}
    assert found["5.6.1-b"] is None
    day = clock.today() - 9 * DAY
    closed(held(quality, leader, on=day), quality, leader)
    found = {row.duty.id: row.ground.newest_valid for row in assess(framework("iso13485"), {}).rows}
    assert found["5.6.1-b"] == day
    assert not Expectation.objects.exists()


@pytest.mark.parametrize("lines", [
    [{"input": "complaints", "says": "a"}, {"input": "complaints", "says": "b"}], [{"input": "gossip", "says": "a"}],
    "no list",
])  # fmt: skip
def test_inputs_that_are_no_inputs_are_refused(quality: Person, lines: Any) -> None:
    """M140: each input once, and no others."""
    with pytest.raises(Invalid) as refusal:
        planned(quality, inputs=lines)
    assert "inputs" in refusal.value.fields


def test_an_exercise_plans_nothing_and_a_voided_review_proves_nothing(quality: Person, leader: Person) -> None:
    """M140: a rehearsed review is no review."""
    record = held(quality, leader, exercise=True)
    closed(record, quality, leader)
    assert not ManagementReview._base_manager.filter(state="planned").exists()
    real = planned(quality, leader)
    Void(record=real, reason="Entered twice", **as_(leader)).execute()
    assert again(real).state == "void"


def test_what_was_signed_stays_validly_signed(quality: Person, leader: Person, buyer: Person) -> None:
    """M140: minutes and completed decisions are what was signed."""
    record = held(quality, leader)
    decided(record, quality, buyer)
    closed(record, quality, leader)
    [action] = ManagementAction._base_manager.filter(review=record)
    Edit(record=action, values={"result": "Done."}, **as_(buyer)).execute()
    signed(again(action), "done", buyer)
    for each in (record, action):
        assert [found.valid for found in Signature.objects.filter(record=each.pk)] == [True]
