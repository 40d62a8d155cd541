"""Changes from wish to proof, the short way of an emergency, and what waits for a change."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.change.effects import working_days_after
from gemba.modules.change.models import DIMENSIONS, Change, unanswered
from tests.kernel.people import as_, person
from tests.kernel.samples import again, bodies, raised, signed
from tests.modules.change.making import (
    approved,
    asked,
    finish,
    impact,
    in_effect,
    plan_task,
    proposed,
    thought_through,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def jussi() -> Person:
    return person("Jussi", Role.OPERATIONS)


@pytest.fixture
def mikael() -> Person:
    return person("Mikael", Role.QUALITY)


@pytest.fixture
def aino() -> Person:
    return person("Aino", Role.MANAGEMENT)


def flagged(name: str, today: dt.date | None = None) -> list[str]:
    flag = next(flag for flag in registry.named("change").flags if flag.name == name)
    with seeing_everything():
        return [change.title for change in Change.objects.filter(flag.rows(today or clock.today()))]


def later(days: int) -> dt.datetime:
    return timezone.now() + dt.timedelta(days=days)


def test_a_change_goes_from_wish_to_proof(jussi: Person, mikael: Person) -> None:
    """M99: asked, thought through, approved, made, in effect, looked at, closed; each decision signed."""
    change, _task = in_effect(jussi, mikael)
    assert (change.state, change.valid_from, change.emergency) == ("in_effect", clock.today(), False)
    Edit(record=change, values={"result": "reached", "seen": "No open hinge in 140"}, **as_(jussi)).execute()
    with clock.shifted(later(61)):
        closed = signed(again(change), "close", mikael)
    assert (closed.state, closed.open) == ("closed", False)
    signatures = [body["sig"]["meaning"] for body in bodies(closed) if body["sig"]]
    assert signatures == ["Approval", "Putting into effect", "Verification and closing"]


def test_nothing_is_put_into_effect_or_closed_with_open_tasks(jussi: Person, mikael: Person) -> None:
    """M99: a change cannot close with open actions."""
    change, task = approved(jussi, mikael)
    with pytest.raises(Refused, match=task.number):
        signed(again(change), "put_into_effect", jussi)
    finish(task, jussi)
    change = signed(again(change), "put_into_effect", jussi)
    more = plan_task(again(change), mikael, jussi, "Throw the glue away")
    Edit(record=again(change), values={"result": "reached", "seen": "Good"}, **as_(jussi)).execute()
    with clock.shifted(later(61)), pytest.raises(Refused, match=more.number):
        signed(again(change), "close", mikael)


@pytest.mark.parametrize("dimension", [name for name, _label in DIMENSIONS])
def test_every_dimension_is_answered_with_a_reason(jussi: Person, dimension: str) -> None:
    """M109: one left out, or a bare yes or no, and the change is not put up for decision."""
    change = asked(jussi)
    Advance(record=change, name="assess", **as_(jussi)).execute()
    plan_task(again(change), jussi, jussi)
    label = str(dict(DIMENSIONS)[dimension])
    left_out = [line for line in impact() if line["dimension"] != dimension]
    bare = [line if line["dimension"] != dimension else {**line, "why": " "} for line in impact()]
    for answers in (left_out, bare, unanswered()):
        Edit(record=again(change), values=thought_through(impact=answers), **as_(jussi)).execute()
        with pytest.raises(Refused) as refusal:
            Advance(record=again(change), name="propose", **as_(jussi)).execute()
        assert label in str(refusal.value)
    Edit(record=again(change), values=thought_through(), **as_(jussi)).execute()
    assert Advance(record=again(change), name="propose", **as_(jussi)).execute().state == "approval"


def test_a_dimension_answered_twice_is_refused(jussi: Person) -> None:
    """M109: two answers to one question are none."""
    change = asked(jussi)
    Advance(record=change, name="assess", **as_(jussi)).execute()
    plan_task(again(change), jussi, jussi)
    Edit(record=again(change), values=thought_through(impact=[*impact(), impact()[0]]), **as_(jussi)).execute()
    with pytest.raises(Refused, match="only once"):
        Advance(record=again(change), name="propose", **as_(jussi)).execute()


def test_where_the_law_is_touched_the_answer_from_outside_comes_first(jussi: Person, mikael: Person) -> None:
    """M109: what authorities were told is considered before approval, and their approval comes before the effect."""
    with pytest.raises(Refused, match="outside"):
        proposed(jussi, impact=impact(regulatory="Intended use widens"))
    change, task = approved(
        jussi, mikael, impact=impact(regulatory="Intended use widens"), outside="approval"
    )  # fmt: skip
    finish(task, jussi)
    with pytest.raises(Refused, match="outside"):
        signed(again(change), "put_into_effect", jussi)
    answered = {"outside_reference": "NB 0000, letter 12", "outside_on": clock.today()}
    Edit(record=again(change), values=answered, **as_(jussi)).execute()
    assert signed(again(change), "put_into_effect", jussi).state == "in_effect"


def test_nobody_approves_their_own_change_and_a_large_one_is_for_management(
    jussi: Person, mikael: Person, aino: Person
) -> None:
    """M99, ACL-16: a second person decides, top management about what is large."""
    own, _task = proposed(mikael)
    with pytest.raises(NotAllowed, match="second person"):
        signed(own, "approve", mikael)
    large, _task = proposed(jussi, size="large")
    with pytest.raises(Refused, match="top management"):
        signed(large, "approve", mikael)
    assert signed(again(large), "approve", aino).state == "making"


def test_what_was_made_differently_is_explained_before_closing(jussi: Person, mikael: Person) -> None:
    """M99: planned against actually changed: a task added later or done differently stands out."""
    change, task = approved(jussi, mikael)
    added = plan_task(again(change), mikael, jussi, "Extract the fumes")
    finish(task, jussi, "differently")
    finish(added, jussi)
    assert flagged("made-differently") == [change.title]
    change = signed(again(change), "put_into_effect", jussi)
    Edit(record=change, values={"result": "reached", "seen": "Good"}, **as_(jussi)).execute()
    with clock.shifted(later(61)):
        with pytest.raises(Refused) as refusal:
            signed(again(change), "close", mikael)
        assert task.number in str(refusal.value)
        assert added.number in str(refusal.value)
        why = {"differences": "The fumes were not foreseen"}
        Edit(record=again(change), values=why, **as_(jussi)).execute()
        assert signed(again(change), "close", mikael).state == "closed"


def test_a_change_made_as_planned_is_not_flagged(jussi: Person, mikael: Person) -> None:
    in_effect(jussi, mikael)
    assert flagged("made-differently") == []


def test_whether_it_worked_is_looked_at_later_and_a_missed_aim_keeps_it_open(jussi: Person, mikael: Person) -> None:
    """M99: verified in use, by somebody else than the owner, and not on the day it was made."""
    change, _task = in_effect(jussi, mikael)
    Edit(record=change, values={"result": "missed", "seen": "Four open hinges"}, **as_(jussi)).execute()
    with pytest.raises(Refused, match="or later"):
        signed(again(change), "close", mikael)
    with clock.shifted(later(61)):
        assert flagged("look-overdue") == [change.title]
        with pytest.raises(Refused, match="missed"):
            signed(again(change), "close", mikael)
        Edit(record=again(change), values={"result": "partly"}, **as_(jussi)).execute()
        with pytest.raises(NotAllowed):
            signed(again(change), "close", person("Pekka", Role.OPERATIONS))
        assert signed(again(change), "close", mikael).state == "closed"


def test_an_emergency_is_reviewed_afterwards_by_somebody_else_and_counts_as_a_bypass(
    jussi: Person, mikael: Person
) -> None:
    """M99, M64: made first, in effect at once, reviewed within three working days, marked for ever."""
    change = asked(jussi)
    with pytest.raises(Refused):
        signed(change, "act_first", jussi)
    made = signed(again(change), "act_first", jussi, "The oven smokes")
    assert (made.state, made.emergency, made.valid_from) == ("emergency", True, clock.today())
    assert made.review_due == working_days_after(clock.today(), 3)
    assert Task.objects.get(record=made).due == made.review_due
    assert flagged("emergency") == [made.title]
    with pytest.raises(Refused):
        signed(again(made), "review_afterwards", mikael)
    assert flagged("review-overdue") == []
    assert flagged("review-overdue", made.review_due + dt.timedelta(days=1)) == [made.title]
    Edit(record=again(made), values=thought_through(), **as_(jussi)).execute()
    reviewed = signed(again(made), "review_afterwards", mikael)
    assert (reviewed.state, reviewed.reviewed_on, reviewed.emergency) == ("making", clock.today(), True)
    assert not Task.objects.get(record=made).is_open
    assert flagged("review-overdue", made.review_due + dt.timedelta(days=1)) == []
    assert flagged("emergency") == [made.title]


def test_who_acted_first_does_not_review_it(jussi: Person, mikael: Person) -> None:
    """M99: also somebody of quality, who is not the owner, cannot review what they made themselves."""
    made = signed(asked(jussi), "act_first", mikael, "The oven smokes")
    Edit(record=again(made), values=thought_through(), **as_(jussi)).execute()
    with pytest.raises(NotAllowed, match="second person"):
        signed(again(made), "review_afterwards", mikael)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2027-03-01", "2027-03-04"), ("2027-03-03", "2027-03-08"), ("2027-03-05", "2027-03-10"),
        ("2027-03-06", "2027-03-10"), ("2027-03-07", "2027-03-10"), ("2028-02-28", "2028-03-02"),
    ],
)  # fmt: skip
def test_working_days_leave_out_weekends(day: str, due: str) -> None:
    """M99: Monday to Friday count, over month ends and leap days."""
    assert working_days_after(dt.date.fromisoformat(day), 3) == dt.date.fromisoformat(due)


def test_a_refused_change_keeps_its_reason_and_its_tasks_are_void(jussi: Person, mikael: Person) -> None:
    """M99: nobody goes on working for a change that is not made."""
    change, task = proposed(jussi)
    refused = signed(change, "refuse", mikael, "The weld cannot be inspected")
    assert (refused.state, refused.open) == ("refused", False)
    assert again(task).state == "void"
    assert [b["reason"] for b in bodies(refused) if b["act"] == "change.refuse"] == ["The weld cannot be inspected"]
    assert asked_to_decide(refused) == []


def asked_to_decide(change: Change) -> list[str]:
    open_ones = Task.objects.filter(record_id=change.pk, transition="approve", done_at=None, withdrawn=False)
    return list(open_ones.values_list("role", flat=True))


def test_whoever_may_approve_a_change_finds_it_in_the_work_list(jussi: Person, mikael: Person) -> None:
    """M99: quality is asked, management where it is large or nobody else is quality; sent back, nobody is."""
    change, _task = proposed(jussi)
    assert asked_to_decide(change) == ["quality"]
    sent_back = signed(change, "send_back", mikael, "Say what it costs")
    assert asked_to_decide(sent_back) == []
    Edit(record=again(change), values={"size": "large"}, **as_(jussi)).execute()
    assert asked_to_decide(Advance(record=again(change), name="propose", **as_(jussi)).execute()) == ["management"]
    own, _task = proposed(mikael)
    assert asked_to_decide(own) == ["management"]
    boss = person("Aino Boss", Role.MANAGEMENT)
    signed(again(own), "approve", boss)
    assert asked_to_decide(own) == []


def test_a_task_without_a_change_is_flagged(jussi: Person, mikael: Person) -> None:
    """M99: a task that nobody can find from its change is not forgotten."""
    _change, task = proposed(jussi)
    declared = registry.named("changetask")
    with seeing_everything():
        rows = declared.model.objects.filter(declared.flags[0].rows(clock.today()))
        assert not rows.exists()
        Link.objects.filter(source_id=task.pk).update(ended=clock.now())
        assert [row.pk for row in rows.all()] == [task.pk]


def test_the_panel_shows_planned_beside_changed(jussi: Person, mikael: Person) -> None:
    """M99: each task and record with its plan and with what became of it; unseen ones are only counted."""
    change, task = approved(jussi, mikael)
    finish(task, jussi, "differently")
    target = raised(mikael)
    MakeLink(record=again(change), role="plans_to_change", to=target, **as_(jussi)).execute()
    panel = registry.named("change").panels[0]
    access = as_(jussi)["access"]
    context = panel.context(again(change), access)
    assert context is not None
    assert [(line.record.number, line.differs) for line in context["lines"]] == [
        (task.number, True), (target.number, False),
    ]  # fmt: skip
    assert (context["hidden"], context["differing"]) == (0, 1)
    assert panel.context(asked(jussi), access) is None


def test_the_day_it_happened_is_the_day_of_the_change_in_its_evidence(jussi: Person, mikael: Person) -> None:
    """M102: a supplier change is evidence of one from the day it is in effect; a document change is not."""
    declared = registry.named("change")
    supplier = next(each for each in declared.yields if each.evidence == "supplier_change")
    assert (supplier.on, [state.name for state in supplier.states]) == ("valid_from", ["in_effect", "closed"])
    in_effect(jussi, mikael)
    assert not Change._base_manager.filter(supplier.where).exists()
    asked(jussi, type="supplier")
    assert Change._base_manager.filter(supplier.where).count() == 1


def test_review_days_are_those_of_the_company(jussi: Person) -> None:
    """M99: an emergency late on a Friday in Helsinki is reviewed by Wednesday."""
    with clock.shifted(dt.datetime(2027, 3, 5, 16, tzinfo=ZoneInfo("Europe/Helsinki"))):
        made = signed(asked(jussi), "act_first", jussi, "The oven smokes")
    assert made.review_due == dt.date(2027, 3, 10)
