"""Dry runs: what is proposed, how one is held, what it leaves, and what it never counts as."""

from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from gemba.evidence.catalogue.load import SHIPPED, framework
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.refresh import recompute
from gemba.evidence.practice.states import State
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import READERS, Role
from gemba.kernel.types import registry
from gemba.modules.dryrun.planning import planner, unused_duties
from gemba.modules.dryrun.scenarios import ScenarioError, read_scenarios, rehearsing, scenarios
from tests.contract.values import put_in_state, raised
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, figure, signed
from tests.modules.dryrun.making import begun, exercised, planned, walked
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
SIX = ("complaint", "recall", "vigilance", "nonconformity", "supplier", "emergency_change")
COMPLAINT = "complaint"
READINESS = "8.3.3-d"
PRACTISED = (State.WORKING, State.UNWRITTEN_PRACTICE)


@pytest.fixture
def lead() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


def client_of(who: Person) -> Client:
    found = Client()
    found.cookies["sessionid"] = session_of(who)
    return found


def proposed(who: Person) -> set[str]:
    with seeing(access(who)):
        return {each.duty.id for proposal in planner(ISO).proposals for each in proposal.duties}


def test_the_library_has_the_six_scenarios_each_with_roles_and_expected_results() -> None:
    """M120: complaint, recall, vigilance, nonconformity, supplier failure, emergency change."""
    assert tuple(scenarios()) == SIX
    for each in scenarios().values():
        assert len(each.situation) > 100
        assert len(each.steps) >= 5
        assert all(step.role and step.does and step.expects for step in each.steps)
        assert each.kinds
        assert each.evidence


@pytest.mark.parametrize(
    "data",
    [
        None, [], {"scenarios": []}, {"scenarios": ["x"]}, {"scenarios": [{"id": "x"}]},
        {"scenarios": [{"id": "x", "title": "t", "situation": "s", "kinds": [], "evidence": ["no_such"],
                        "steps": [{"role": "r", "does": "d", "expects": "e"}]}]},
        {"scenarios": [{"id": "x", "title": "t", "situation": "s", "kinds": [], "evidence": [], "steps": []}]},
        {"scenarios": [{"id": "x", "title": "t", "situation": "s", "kinds": [], "evidence": [],
                        "steps": [{"role": "r", "does": "d", "expects": "e"}]}] * 2},
    ],
)  # fmt: skip
def test_a_library_that_cannot_be_walked_through_is_refused_with_a_sentence(data: Any) -> None:
    """M120: wrong data stop the start, not the run."""
    with pytest.raises(ScenarioError, match=r".+ .+\."):
        read_scenarios(data)


def test_a_scenario_brings_its_situation_and_steps_and_keeps_ones_own(lead: Person) -> None:
    """M120: taken over where nothing is given; changed as one needs."""
    run = planned(lead)
    assert [line["does"] for line in run.steps] == [step.does for step in scenarios()[COMPLAINT].steps]
    own = [{"role": "All", "does": "Shout", "expects": "Heard", "by": "", "minutes": None, "result": "", "seen": ""}]
    assert planned(lead, steps=own).steps == own
    with pytest.raises(Invalid, match="There is no duty"):
        planned(lead, duties=[{"framework": "iso13485", "duty": "8.2.2-zz"}])


def test_the_planner_lists_exactly_the_duties_without_one_real_record(lead: Person, manager: Person) -> None:
    """M119: one real record of its evidence, valid or not, takes a duty off the list; an exercise does not."""
    before = proposed(lead)
    kpi = {duty.id for duty in ISO.duties if duty.needs_practice and "objective_kpi" in duty.evidence}
    applying = {row.duty.id for row in assess(ISO, {}).rows if row.duty.needs_practice and row.duty.condition is None}
    assert kpi
    assert before == applying
    signed(figure(lead, exercise=True), "confirm", manager)
    assert proposed(lead) == before
    assert {each.duty.id for each in unused_duties(ISO) if each.ground.newest_exercise} == kpi & before
    signed(figure(lead), "confirm", manager)
    assert proposed(lead) == before - kpi


def test_the_planner_lists_exactly_the_processes_without_one_real_record(lead: Person) -> None:
    """M119: by the kinds of record that a process says it leaves; void ones and exercises are none."""
    process = registry.named("process")
    used = raised(process, lead, title="Objectives", governs=[{"kind": "measurement"}], confidential=False)
    unused = raised(process, lead, title="Complaints", governs=[{"kind": "complaint"}], confidential=False)
    unnamed = raised(process, lead, title="Canteen", governs=[], confidential=False)
    for each in (used, unused, unnamed):
        put_in_state(each, "in_force", final=False)
    figure(lead)
    raised(registry.named(COMPLAINT), lead, exercise=True)
    void = raised(registry.named(COMPLAINT), lead)
    Void(record=void, reason="Raised twice", **as_(lead)).execute()
    with seeing(access(lead)):
        found = planner(ISO)
    assert [(each.process.pk, each.real, each.exercised) for each in found.processes] == [(unused.pk, 0, 1)]
    assert [each.pk for each in found.unnamed] == [unnamed.pk]
    shown = client_of(lead).get("/dry-runs/planner?framework=iso13485").content.decode()
    assert "Complaints" in shown
    assert f"from={unused.number}" in shown
    assert client_of(lead).get("/dry-runs/planner?framework=none").status_code == 404


def test_a_proposal_names_the_scenario_that_rehearses_it() -> None:
    """M119, M120: by the evidence it would leave."""
    found = rehearsing(["vigilance_report"])
    assert found is not None
    assert found.id == "vigilance"
    assert rehearsing(["sterilisation_validation"]) is None


def test_the_duties_that_a_scenario_rehearses_are_named_by_a_button(lead: Person) -> None:
    """M119, M124: those never used of which a run would leave evidence; again there is nothing more to name."""
    run = Do(record=planned(lead, scenario="vigilance"), name="name_duties", **as_(lead)).execute()
    named = {line["duty"] for line in again(run).duties if line["framework"] == "iso13485"}
    rehearsed = set(scenarios()["vigilance"].evidence)
    assert named
    assert all(set(duty.evidence) & rehearsed for duty in ISO.duties if duty.id in named)
    with pytest.raises(Refused, match="used for real, or stands here"):
        Do(record=again(run), name="name_duties", **as_(lead)).execute()
    with pytest.raises(Refused, match="Choose a scenario first"):
        Do(record=planned(lead, scenario=""), name="name_duties", **as_(lead)).execute()


def test_a_dry_run_leads_to_exercise_records_in_the_real_module(lead: Person) -> None:
    """M121: the real form and series apart, linked to the run; whoever takes part may, whatever else was sent."""
    helper, stranger = person("Tomás Ribeiro", Role.OPERATIONS), person("Eino", Role.OPERATIONS)
    run = begun(lead, helper)
    url = f"/records/dryrun/{run.number}/exercise"
    assert "Complaint" in client_of(helper).get(url).content.decode()
    kind = registry.named("nonconformity")
    sent = {
        "title": "Housing too narrow", "description": "0.3 mm", "unmet": "Drawing 12", "about": "product",
        "source": "production", "found": "before", "event_date": "2026-01-05", "owner": helper.pk, "exercise": "",
        "segregated": "yes",
    }  # fmt: skip
    answer = client_of(helper).post(f"{url}?kind=nonconformity", sent)
    assert answer.status_code == 302, answer.content.decode()
    made = kind.model._base_manager.get()
    assert (made.exercise, made.number[:6]) == (True, "EX-NC-")
    assert [link.target_id for link in Link.objects.filter(source=run, role="exercised")] == [made.pk]
    assert client_of(stranger).get(url).status_code in (403, 409)
    assert client_of(helper).post(f"{url}?kind=nonconformity", {"title": ""}).status_code == 422
    assert kind.model._base_manager.count() == 1


def test_a_run_is_held_by_people_and_each_step_has_time_and_result(lead: Person, manager: Person) -> None:
    """M122: participants, minutes for each step, deviations with what was seen."""
    with pytest.raises(Refused, match="who takes part"):
        begun(lead, participants=[])
    with pytest.raises(Refused, match="at least two people"):
        begun(lead, method="tabletop")
    run = begun(lead, manager, method="tabletop")
    Edit(record=run, values={"verdict": "works", "learned": "Much"}, **as_(lead)).execute()
    with pytest.raises(Refused, match="6 steps have no result"):
        Advance(record=again(run), name="report", **as_(lead)).execute()
    done = walked(again(run), lead, "deviation", "not_done")
    assert (done.minutes, len(done.deviations)) == (60, 2)
    assert Advance(record=done, name="report", **as_(lead)).execute().state == "reported"
    shown = client_of(lead).get(f"/records/dryrun/{run.number}").content.decode()
    for said in ("1 h 0 min", "otherwise than expected", "could not be done", "No list", "Aino Laine"):
        assert said in shown


def test_a_simulated_case_without_a_record_was_not_simulated(lead: Person) -> None:
    """M121: only what left an exercise in the real module was run there; a real record does not do."""
    run = walked(begun(lead), lead)
    with pytest.raises(Refused, match="at least one exercise record"):
        Advance(record=again(run), name="report", **as_(lead)).execute()
    exercised(run, lead, registry.named(COMPLAINT))
    assert Advance(record=again(run), name="report", **as_(lead)).execute().state == "reported"


def test_deviations_lead_to_a_finding_or_to_a_reason(lead: Person, manager: Person) -> None:
    """M124: a finding of a dry run opens a real nonconformity or CAPA, linked to it."""
    run = walked(begun(lead, manager, method="tabletop"), lead, "deviation")
    reported = Advance(record=again(run), name="report", **as_(lead)).execute()
    with pytest.raises(NotAllowed):
        signed(again(reported), "close", lead)
    with pytest.raises(Refused, match="Raise a nonconformity"):
        signed(again(reported), "close", manager)
    page = client_of(lead).get(f"/records/dryrun/{run.number}").content.decode()
    assert "Report a nonconformity" in page
    assert "Open a CAPA" in page
    kind = registry.named("nonconformity")
    values = {"title": "No list of customers", "description": "It took an hour", "unmet": "SOP-19", "exercise": False}
    finding = Raise(model=kind.model, values=values, links=[("found_on", run)], **as_(lead)).execute()
    assert not finding.exercise
    assert signed(again(reported), "close", manager).state == "closed"
    other = walked(begun(lead, manager, method="tabletop"), lead, "deviation")
    Edit(record=again(other), values={"no_finding": "The list was printed the same day."}, **as_(lead)).execute()
    assert signed(Advance(record=again(other), name="report", **as_(lead)).execute(), "close", manager)


def test_a_finding_raised_from_the_page_is_real(lead: Person) -> None:
    """M124: the run is real though its records are exercises; only what is raised from those is an exercise too."""
    run = begun(lead)
    drill = exercised(run, lead, registry.named(COMPLAINT))
    for far, exercise in ((run, False), (drill, True)):
        form = client_of(lead).get(f"/records/nonconformity/new?role=found_on&from={far.number}").content.decode()
        assert ('name="exercise" disabled' in form or "disabled" in form.split('name="exercise"')[1][:120]) is exercise


def test_a_rehearsed_duty_is_superseded_by_a_real_record(lead: Person, manager: Person) -> None:
    """M123: an exercise counts as rehearsed and never as working; a real record takes its place."""
    duty = next(d for d in ISO.duties if d.needs_practice and "objective_kpi" in d.evidence and not d.condition)

    def state() -> str:
        row = assess(ISO, {}).row(duty.id)
        assert row is not None
        return str(row.state)

    assert state() == "missing"
    signed(figure(lead, exercise=True), "confirm", manager)
    assert state() == "rehearsed_unwritten"
    signed(figure(lead), "confirm", manager)
    assert state() == "unwritten_practice"


@pytest.mark.parametrize(
    ("method", "verdict", "ready"),
    [("simulated", "works", True), ("mock", "with_gaps", True), ("simulated", "fails", False),
     ("tabletop", "works", False)],
)  # fmt: skip
def test_a_recall_drill_shows_readiness_unless_nothing_was_run_or_it_failed(
    lead: Person, manager: Person, method: str, verdict: str, ready: bool
) -> None:
    """M123: the one duty that asks for readiness is shown by the drill itself; no other duty is more than rehearsed."""
    before = {row.duty.id for row in assess(ISO, {}).rows if row.ground.newest_valid}
    run = begun(lead, manager, scenario="recall", method=method)
    if method != "tabletop":
        drill = exercised(run, lead, registry.named("fieldaction"))
        QuerySet(type(drill)).filter(pk=drill.pk).update(
            state="running", started_on=clock.today(), notice_on=clock.today()
        )
    done = Edit(record=walked(run, lead), values={"verdict": verdict}, **as_(lead)).execute()
    signed(Advance(record=done, name="report", **as_(lead)).execute(), "close", manager)
    recompute()
    found = assess(ISO, {})
    proved = {row.duty.id for row in found.rows if row.ground.newest_valid} - before
    assert proved == ({READINESS} if ready else set()), "a notice that was drilled is no notice"
    rehearsed = {row.duty.id for row in found.rows if row.ground.newest_exercise}
    assert bool(rehearsed) is (method != "tabletop")
    assert not [row for row in found.rows if row.duty.id in rehearsed - {READINESS} and row.state in PRACTISED]


def test_only_a_duty_that_asks_for_readiness_names_a_dry_run_as_its_evidence() -> None:
    """M123: everywhere else an exercise cannot be evidence; a duty that is added here needs the same reason."""
    named = {(name, duty.id) for name in SHIPPED for duty in framework(name).duties if "dry_run" in duty.evidence}
    assert named == {("iso13485", READINESS)}
    own = {d.kind for d in registry if any(y.evidence == "dry_run" and not y.by for y in d.yields)}
    assert own == {"dryrun"}


def test_every_role_that_reads_finds_the_scenarios(lead: Person) -> None:
    """M120: the library is for everybody who works here, and for an auditor."""
    for role in READERS:
        shown = client_of(person(f"Some {role}", role)).get("/dry-runs/scenarios")
        assert shown.status_code == 200
        for each in scenarios().values():
            assert each.title in shown.content.decode()
