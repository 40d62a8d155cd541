"""A management review from its plan to its signature: inputs, figures, attendance, decisions, the next one."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gemba.evidence.catalogue.load import framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import assess
from gemba.export.document import record_data
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.managementreview.gathering import Period, gather, rows_of
from gemba.modules.managementreview.inputs import BY_NAME, INPUTS
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview
from gemba.modules.managementreview.shown import pack
from gemba.modules.nonconformity.models import Nonconformity
from tests.contract.values import put_in_state, raised
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, signed
from tests.modules.managementreview.making import (
    closed,
    decided,
    filled,
    held,
    invited,
    of,
    planned,
    visiting,
)  # fmt: skip

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MOST_STATEMENTS = 27


@pytest.fixture
def quality() -> Person:
    return of(person("Aino Laine", Role.QUALITY), "Quality")


@pytest.fixture
def leader() -> Person:
    return of(person("Marta Kovač", Role.MANAGEMENT), "Management")


@pytest.fixture
def buyer() -> Person:
    return of(person("Tomás Ribeiro", Role.OPERATIONS), "Purchasing")


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


def test_figures_come_from_rows_and_open_them(quality: Person, leader: Person) -> None:
    """M142, M147: nobody types a figure; each opens the rows it counts."""
    late = raised(registry.named("nonconformity"), quality, due=clock.today() - 3 * DAY, event_date=clock.today())
    raised(registry.named("nonconformity"), quality, due=None, event_date=clock.today() - 900 * DAY)
    period = Period(clock.today() - 30 * DAY, clock.today())
    values = {each.name: each for each in gather(period)["product"]}
    counts = {name: values[f"nonconformity:{name}"].value for name in ("new", "open", "overdue")}
    assert counts == {"new": "1", "open": "2", "overdue": "1"}
    assert values["nonconformity:overdue"].amiss
    with seeing(access(quality)):
        assert [row.pk for row in rows_of("nonconformity:overdue", period)] == [late.pk]
        flagged = [name for name in values if ":flag." in name]
        assert [rows_of(name, period).count() for name in flagged] == [int(values[name].value) for name in flagged]
        assert rows_of("nonconformity:everything", period) is None
        assert rows_of("no-such-kind:new", period) is None


def test_the_figures_of_the_meeting_stay_whatever_happens_to_the_rows(quality: Person, leader: Person) -> None:
    """M147: the kept figures equal the numbers on that date, also after the rows have changed."""
    made = raised(registry.named("nonconformity"), quality, event_date=clock.today())
    before = {each.name: each.value for each in gather(Period(clock.today() - 200 * DAY, clock.today()))["product"]}
    record = held(quality, leader, since=clock.today() - 200 * DAY)
    put_in_state(made, "closed", final=True)
    raised(registry.named("nonconformity"), quality, event_date=clock.today())
    found = pack(again(record))
    assert found.kept
    kept = next(each for each in found.looked if each.input.name == "product")
    assert {each.name: each.value for each in kept.figures} == before
    assert before["nonconformity:open"] == "1"


def test_a_figure_that_only_its_own_type_knows_is_told_by_it(quality: Person, leader: Person) -> None:
    """M24, M140: an objective's last confirmed value stands beside its target."""
    objective = put_in_state(raised(registry.named("objective"), quality, title="Fast"), "pursued", final=False)
    signed(_measured(quality, objective), "confirm", leader)
    told = [each for each in gather(Period(clock.today() - DAY, clock.today()))["objectives"] if "Fast" in each.label]
    assert [(each.value.split()[0], each.name) for each in told] == [("9.5", f"record:{objective.pk}")]


def _measured(who: Person, objective: Any) -> Any:
    model = registry.named("measurement").model
    values = {"title": "Third quarter", "value": "9.5", "source": "List", "event_date": clock.today()}
    made = Raise(model=model, values=values, links=[("measures", objective)], **as_(who)).execute()
    return again(made)


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


def test_inputs_are_filled_in_on_one_page_beside_their_figures(quality: Person, leader: Person) -> None:
    """M140, M147: a page with every input, kept as a whole; a reader without the right sees it and changes nothing."""
    record = held(quality, leader)
    address = reverse("managementreview.pack", args=[record.number])
    client: Client = visiting(quality)
    page = client.get(address).content.decode()
    assert all(str(each.label).capitalize() in page for each in INPUTS)
    given = {f"says_{each.name}": f"About {each.name}" for each in INPUTS}
    assert client.post(address, given).status_code == 302
    assert {line["says"] for line in again(record).inputs} == {f"About {name}" for name in BY_NAME}
    reader: Client = visiting(person("Rhea Only", Role.AUDITOR))
    assert "Save the inputs" not in reader.get(address).content.decode()
    reader.post(address, {f"says_{each.name}": "Mine" for each in INPUTS})
    assert again(record).inputs[0]["says"] == "About earlier"


def test_figures_lie_folded_on_the_page_and_open_before_signing(quality: Person, leader: Person) -> None:
    """M141, SIG-04: the page stays short; whoever signs sees every line."""
    record = filled(held(quality, leader), quality)
    address = f"/records/managementreview/{record.number}"
    folded = "<details><summary>Show</summary>"
    page = visiting(leader).get(address).content.decode()
    assert page.count(folded) == 1
    assert page.index(folded) < page.index("Figures taken on")
    signing = visiting(leader).get(f"{address}/step/close").content.decode()
    assert "Figures taken on" in signing
    assert folded not in signing


def test_rows_behind_a_figure_are_only_those_the_reader_may_see(quality: Person, leader: Person, buyer: Person) -> None:
    """M147: the count is the same for everybody; the rows are not."""
    raised(registry.named("nonconformity"), quality, title="Open one", confidential=False)
    hidden: Nonconformity = raised(registry.named("nonconformity"), quality, title="Secret one")
    Edit(record=hidden, values={"confidential": True}, **as_(quality)).execute()
    record = held(quality, leader, since=clock.today() - 9000 * DAY)
    address = reverse("managementreview.behind", args=[record.number])
    page = visiting(buyer).get(address, {"figure": "nonconformity:open"}).content.decode()
    assert "Open one" in page
    assert "Nonconformities: open" in page
    assert "Secret one" not in page
    for name in ("nonconformity:bad", "", "x:y:z", "record:" + "9" * 40, "\0:new", "evidence:nothing"):
        answer = visiting(quality).get(address, {"figure": name})
        assert answer.status_code in (200, 404), name


def test_all_reviews_stand_side_by_side_with_who_took_part(quality: Person, leader: Person, buyer: Person) -> None:
    """M103, M146: cadence, participation by department and what became of decisions, on one page."""
    held(quality, leader, quality, due=clock.today() - 20 * DAY)
    held(quality, leader, quality, buyer)
    page = visiting(quality).get(reverse("managementreview.over_time")).content.decode()
    assert "20 days late" in page
    assert page.count("missing</span>") == 1
    assert "Marta Kovač" in page


def test_an_exercise_plans_nothing_and_a_voided_review_proves_nothing(quality: Person, leader: Person) -> None:
    """M140: a rehearsed review is no review."""
    record = held(quality, leader, exercise=True)
    closed(record, quality, leader)
    assert not ManagementReview._base_manager.filter(state="planned").exists()
    real = planned(quality, leader)
    Void(record=real, reason="Entered twice", **as_(leader)).execute()
    assert again(real).state == "void"


def test_closure_is_a_share_of_what_ended_only_where_enough_ended(quality: Person, leader: Person) -> None:
    """M142, M145: CAPAs and trainings closed by their first due date, with the share from five on."""
    period = Period(clock.today() - 30 * DAY, clock.today() + DAY)
    found: list[dict[str, str]] = []
    for n in range(5):
        due = clock.today() + (DAY if n else -3 * DAY)
        made = raised(registry.named("capa"), quality, event_date=clock.today(), due=due)
        put_in_state(made, "declined", final=True)
        found.append({each.name: each.value for each in gather(period)["corrective"]})
    few, many = found[-2:]
    assert (few["capa:ended"], few["capa:in-time"]) == ("4", "3")
    assert (many["capa:ended"], many["capa:in-time"]) == ("5", "4 (80 %)")
    late = raised(registry.named("training"), quality, due=clock.today() - DAY, event_date=clock.today())
    training = {each.name: each.value for each in gather(period)["training"]}
    assert (training["training:open"], training["training:overdue"]) == ("1", "1")
    assert late.open


def test_what_lies_with_top_management_is_counted_by_role_and_never_by_name(quality: Person, leader: Person) -> None:
    """M148: overdue tasks and records of those who lead, in the review itself."""
    raised(registry.named("nonconformity"), quality, owner=leader, due=clock.today() - DAY)
    record = held(quality, leader)
    lines = [line for line in record.figures if line["input"] == "leaders"]
    assert [line["value"] for line in lines] == ["0", "1"]
    assert not any(leader.name in line["figure"] for line in lines)


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


def test_the_page_of_inputs_costs_the_same_with_few_and_many_records(quality: Person, leader: Person) -> None:
    """M147: a fixed number of statements, whatever the rows."""
    for name in ("nonconformity", "capa"):
        raised(registry.named(name), quality, event_date=clock.today())
    with CaptureQueriesContext(connection) as few:
        gather(Period(clock.today() - DAY, clock.today()))
    for name in ("nonconformity", "capa") * 3:
        raised(registry.named(name), quality, event_date=clock.today())
    with CaptureQueriesContext(connection) as many:
        gather(Period(clock.today() - DAY, clock.today()))
    assert len(few) == len(many) <= MOST_STATEMENTS


def test_a_review_is_printed_with_its_figures_and_who_was_missing(quality: Person, leader: Person) -> None:
    """M147: what was signed is what is printed."""
    of(person("Tomás Ribeiro", Role.OPERATIONS), "Purchasing")
    record = closed(held(quality, leader, quality), quality, leader)
    with seeing(access(quality)):
        found = json.dumps(record_data(again(record), by="Aino", at=clock.now()), default=str)
    assert "Purchasing" in found
    assert "complaints: open" in found
    assert "It works; the policy stays." in found


def test_a_process_tells_its_last_figure_beside_its_target(quality: Person, leader: Person) -> None:
    """M140, M21: monitoring of processes with values, and what misses its target stands out."""
    values: dict[str, Any] = {"metric": "Late answers", "target": Decimal(2), "direction": "at_most", "unit": "cases"}
    process = raised(registry.named("process"), quality, title="Answer", **values)
    process = put_in_state(process, "in_force", final=False)
    given = {"title": "May", "value": Decimal(5), "source": "List", "event_date": clock.today()}
    model = registry.named("processmeasurement").model
    made = Raise(model=model, values=given, links=[("figure_of", process)], **as_(quality)).execute()
    put_in_state(made, "confirmed", final=True)
    found = gather(Period(clock.today() - DAY, clock.today()))["processes"]
    [told] = [each for each in found if each.name == f"record:{process.pk}"]
    assert (told.label, told.value, told.amiss) == ("Answer: Late answers (at most 2)", "5 cases", True)
