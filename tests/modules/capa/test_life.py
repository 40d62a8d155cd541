"""The life of a CAPA: what each step asks for, who may take it, and what follows."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.write import Assign, Raise
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.capa.flags import extended
from gemba.modules.capa.models import Capa, CapaAction
from tests.kernel.people import access, as_, person
from tests.modules.capa.life import (
    DAY,
    Team,
    approved,
    carried_out,
    edit,
    investigation,
    link,
    now,
    opened,
    planned,
    seen,
    step,
    submitted,
    team,
    watched,
)  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


@pytest.fixture
def people() -> Team:
    return team()


def later(days: int) -> dt.datetime:
    return clock.now() + dt.timedelta(days=days)


def test_a_capa_goes_from_problem_to_proven_effect(people: Team) -> None:
    """M149, M152, M155: problem, cause, actions of others, implementation, observation, verdict by somebody else."""
    capa = watched(people)
    with clock.shifted(later(60)):
        seen(capa, people, clock.today())
        edit(capa, people.owner, after="0.8", result="Ten weeks, 12 lots, 3 leaks in 3,600")
        closed = step(capa, "effective", people.quality)
        assert (closed.state, closed.open, closed.checked_on) == ("closed", False, clock.today())
    assert closed.planned_on <= closed.implemented_on < closed.check_from
    assert verify_chain(closed.subject) == []


def test_a_figure_that_shows_the_problem_is_chosen_when_the_capa_is_opened(people: Team) -> None:
    """M153: without a measure nothing is raised; without its value before, nothing is begun."""
    with pytest.raises(Invalid) as refusal:
        opened(people, measure="")
    assert "measure" in refusal.value.fields
    capa = opened(people, before=None)
    with pytest.raises(Refused, match="figure before"):
        step(capa, "accept", people.quality)


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"root_cause": ""}, "root cause"), ({"cause_known": ""}, "how we know"), ({"examined": ""}, "investigated"),
        ({"justification": ""}, "why these actions"), ({"criterion": ""}, "it worked, if"),
        ({"target": None}, "target"),
        ({"side_effects": ""}, "no harm"), ({"whys": []}, "table is empty"), ({"team": []}, "who takes part"),
        ({"method": "several"}, "at most one"), ({"corrected": ""}, "correction"), ({"check_from": None}, "observed"),
    ],
)  # fmt: skip
def test_a_plan_without_its_reasons_is_not_sent_to_approval(
    people: Team, missing: dict[str, object], sentence: str
) -> None:
    """M108, M152: investigation, cause, justification and criterion are asked for before anything is implemented."""
    capa = opened(people)
    step(capa, "accept", people.quality)
    edit(capa, people.owner, **investigation(people, **missing))
    planned(capa, people)
    with pytest.raises(Refused, match=sentence):
        step(capa, "submit", people.owner)


def test_a_plan_has_at_least_one_action_with_a_day_before_the_observation(people: Team) -> None:
    """M152: the effect is observed after the last action is due, and judged after some time."""
    capa = opened(people)
    step(capa, "accept", people.quality)
    edit(capa, people.owner, **investigation(people))
    with pytest.raises(Refused, match="Plan at least one action"):
        step(capa, "submit", people.owner)
    action = planned(capa, people, due=None)
    with pytest.raises(Refused, match="needs a day"):
        step(capa, "submit", people.owner)
    edit(action, people.quality, due=clock.today() + 50 * DAY)
    with pytest.raises(Refused, match="The last action is due"):
        step(capa, "submit", people.owner)
    edit(action, people.quality, due=clock.today() + DAY)
    edit(capa, people.owner, check_due=clock.today() + 40 * DAY)
    with pytest.raises(Refused, match="for some time"):
        step(capa, "submit", people.owner)


def test_the_criterion_cannot_be_changed_once_the_plan_is_approved(people: Team) -> None:
    """M152: it is set before the implementation and stays; only the days of the observation may move."""
    capa, _action = approved(people)
    assert capa.planned_on == clock.today()
    for name, value in (("criterion", "Anything"), ("target", "99"), ("root_cause", "Something else")):
        with pytest.raises(Invalid, match="cannot be changed while"):
            edit(capa, people.quality, **{name: value})
    assert edit(capa, people.owner, check_from=clock.today() + 45 * DAY).check_from == clock.today() + 45 * DAY


def test_the_owner_and_who_wrote_the_plan_do_not_approve_it(people: Team) -> None:
    """M149, M108: a second person looks at cause and actions."""
    other = person("Quinn Quality", Role.QUALITY)
    capa, _action = submitted(people)
    step(capa, "return", people.quality, "Say how far it reaches")
    edit(capa, other, extent="All of station 2, and station 3 too")
    step(capa, "submit", people.owner)
    with pytest.raises(NotAllowed, match="wrote part of it"):
        step(capa, "approve", other)
    assert step(capa, "approve", people.manager).state == "implementation"


def test_approving_the_plan_starts_its_actions(people: Team) -> None:
    """M151, M154: the action is in the hands of its own owner, in the same moment, by the system."""
    _capa, action = approved(people)
    assert (action.state, action.owner) == ("agreed", people.worker)


def test_only_its_owner_says_that_an_action_is_done_and_another_verifies(people: Team) -> None:
    """M151: done where it can be seen, verified by somebody who did not do it."""
    _capa, action = approved(people)
    edit(action, people.worker, done_on=clock.today(), outcome="Gauge hangs at the station")
    with pytest.raises(Refused, match="Only Ville Worker"):
        step(action, "finish", people.quality)
    with pytest.raises(Refused, match="Attach a file or link"):
        step(action, "finish", people.worker)
    carried_out(action, people)
    assert now(action).state == "verified"


def test_an_action_added_later_needs_its_own_approval(people: Team) -> None:
    """M149: nothing slips past the plan that was approved."""
    capa, _first = approved(people)
    further = planned(capa, people, title="Second gauge")
    assert further.state == "planned"
    with pytest.raises(NotAllowed):
        step(further, "agree", people.owner)
    assert step(further, "agree", people.quality).state == "agreed"
    with pytest.raises(Refused, match="follows by itself"):
        step(planned(capa, people, title="Third"), "start", people.quality)


def test_an_action_of_a_plan_in_work_cannot_begin(people: Team) -> None:
    """M149: what is not approved yet is not begun."""
    capa = opened(people)
    action = planned(capa, people)
    with pytest.raises(Refused, match="when the plan"):
        step(action, "agree", people.quality)


def test_implementation_waits_for_every_action_and_for_documents_and_people(people: Team) -> None:
    """M150, M155: procedures and training are linked, or reasoned away."""
    capa, action = approved(people)
    with pytest.raises(Refused) as refusal:
        step(capa, "implement", people.owner)
    said = " ".join(refusal.value.sentences)
    for words in ("Not done and verified yet", "Link the procedure", "Link the training", "corrected on"):
        assert words in said
    carried_out(action, people)
    edit(capa, people.owner, corrected_on=clock.today(), no_training="Nobody else works there")
    link(capa, "revises", action, people.owner)
    assert step(capa, "implement", people.owner).implemented_on == clock.today()


def test_an_observation_cannot_have_begun_before_the_implementation(people: Team) -> None:
    """M152: late implementation moves the observation, in the open."""
    capa, action = approved(people)
    with clock.shifted(later(45)):
        carried_out(action, people)
        edit(capa, people.owner, corrected_on=clock.today(), no_document="None", no_training="None")
        with pytest.raises(Refused, match="after the implementation"):
            step(capa, "implement", people.owner)
        edit(capa, people.owner, check_from=clock.today() + DAY, check_due=clock.today() + 90 * DAY)
        assert step(capa, "implement", people.owner).state == "watched"


def test_the_verdict_is_in_somebodys_work_list_with_its_day(people: Team) -> None:
    """M151, M154: nobody has to remember it, and it ends with the verdict."""
    capa = watched(people)
    [task] = Task.objects.filter(record=capa)
    assert (task.role, task.due, task.transition) == (Role.QUALITY, capa.check_due, "effective")
    step_back = edit(capa, people.owner, result="Leaks went on")
    step(step_back, "ineffective", people.quality, "The gauge does not show the wear")
    assert Task.objects.get(pk=task.pk).withdrawn


def test_a_capa_is_not_closed_without_a_check_from_records(people: Team) -> None:
    """M152, GXP-05: not early, not without records, not without a figure, not against its own criterion."""
    capa = watched(people)
    with pytest.raises(Refused) as refusal:
        step(capa, "effective", people.quality)
    said = " ".join(refusal.value.sentences)
    assert "cannot be judged before" in said
    assert "The plan asks for 2 records" in said
    assert "figure after" in said
    with clock.shifted(later(60)):
        seen(capa, people, clock.today() - 30 * DAY)
        edit(capa, people.owner, after="5", result="Still leaks")
        with pytest.raises(Refused) as refusal:
            step(capa, "effective", people.quality)
        said = " ".join(refusal.value.sentences)
        assert "linked are 0" in said
        assert "misses the target" in said


def test_the_owner_does_not_judge_the_effect(people: Team) -> None:
    """M152: the verdict is another person's, whatever the owner's roles."""
    capa = watched(people)
    from_quality = Assign(record=now(capa), owner=people.quality, **as_(people.quality)).execute()
    with clock.shifted(later(60)):
        seen(from_quality, people_of(people), clock.today())
        edit(capa, people.quality, after="0.5", result="Good")
        with pytest.raises(NotAllowed, match="you are its owner"):
            step(capa, "effective", people.quality)
        assert step(capa, "effective", people.manager).state == "closed"


def people_of(found: Team) -> Team:
    """The same team with quality as the one who links."""
    return replace(found, owner=found.quality)


def test_what_did_not_work_is_taken_up_again_and_counted(people: Team) -> None:
    """M152: the rounds are counted, the proof of the first one is asked for anew, and a new action is needed."""
    capa = watched(people)
    edit(capa, people.owner, result="Leaks went on", after="9")
    again = step(capa, "ineffective", people.quality, "Wear is not the cause")
    assert (again.state, again.rounds, again.implemented_on, again.after, again.result) == (
        "investigation", 1, None, None, "",
    )  # fmt: skip
    with pytest.raises(Refused, match="Plan at least one action"):
        step(capa, "submit", people.owner)


def test_a_closed_capa_is_reopened_with_a_reason(people: Team) -> None:
    """M152: reopening is signed, counted, and asks for a check of its own."""
    capa = watched(people)
    with clock.shifted(later(60)):
        seen(capa, people, clock.today())
        edit(capa, people.owner, after="0.8", result="Good")
        step(capa, "effective", people.quality)
        with pytest.raises(Refused):
            step(capa, "reopen", people.quality)
        again = step(capa, "reopen", people.quality, "Four leaks in one week")
        assert (again.open, again.rounds, again.checked_on) == (True, 1, None)


def test_declining_a_capa_takes_a_second_person_and_a_reason(people: Team) -> None:
    """M150: a decision against a CAPA is documented and signed."""
    capa = opened(people)
    with pytest.raises(NotAllowed):
        step(capa, "decline", people.owner, "No")
    with pytest.raises(Refused):
        step(capa, "decline", people.quality)
    assert step(capa, "decline", people.quality, "One case in ten years").state == "declined"


def test_extensions_are_counted_and_stay_visible(people: Team) -> None:
    """M151, GXP-06: the owner asks, quality moves; first date, number of extensions, a flag from the second on."""
    capa = opened(people, due=clock.today() + 10 * DAY)
    for days in (20, 30):
        due = clock.today() + days * DAY
        before = now(capa).due
        for who, expected in ((people.owner, before), (people.quality, due)):
            ExtendDue(record=now(capa), due=due, **{**as_(who), "reason": "Parts are late"}).execute()
            assert now(capa).due == expected
    assert (now(capa).extensions, now(capa).first_due) == (2, clock.today() + 10 * DAY)
    with seeing(access(people.owner)):
        assert Capa.objects.filter(extended(clock.today())).get() == capa


def test_an_action_belongs_to_a_capa_and_says_so(people: Team) -> None:
    """M155: raised without one, it stands out; with one, the CAPA knows it."""
    loose = Raise(
        model=CapaAction, values={"title": "Loose", "what": "Something", "type": "other"}, **as_(people.owner)
    ).execute()  # fmt: skip
    with pytest.raises(Refused, match="when the plan"):
        step(loose, "agree", people.quality)


def test_two_people_take_a_step_and_one_is_told(people: Team) -> None:
    """CON-03: the second of two approvals finds the plan approved already."""
    capa, _action = submitted(people)
    step(capa, "approve", people.quality)
    with pytest.raises(Conflict):
        step(capa, "approve", people.manager)
