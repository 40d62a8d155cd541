"""Two tracks to a certificate: plan, milestones, visits of both stages, and what their pages show."""

import datetime as dt
from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse

from gemba.evidence.practice.snapshots import keep
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.certification.axis import axis
from gemba.modules.certification.models import CertificationPlan
from gemba.modules.certification.naming import milestones
from gemba.modules.certification.panels import next_visit, plan_shown, visits_of
from gemba.modules.certification.tracks import Tracks, months_with_records, tracks
from tests.contract.values import put_in_state, raised
from tests.kernel.people import access, as_
from tests.kernel.samples import again, figure, signed
from tests.modules.certification.making import (
    DAY,
    MEASURED,
    START,
    claims,
    held,
    plan,
    under_way,
    valid,
    visiting,
    visits,
)

pytestmark = pytest.mark.django_db
CHAPTER = MEASURED.clause.split(".")[0]
DATE = dt.date


def found(record: CertificationPlan, day: DATE | None = None) -> Tracks:
    made = tracks(record, day)
    assert made is not None
    return made


def count(record: CertificationPlan, name: str) -> tuple[int, int]:
    made = found(record)
    each = next(each for each in (*made.paper, *made.practice) if each.name == name)
    return each.done, each.of


def test_paper_and_practice_move_apart(quality: Person, manager: Person) -> None:
    """M92: a claim moves the paper track alone, a record the practice track alone; nobody types a figure."""
    record = plan(quality)
    before = count(record, f"paper.{CHAPTER}"), count(record, f"practice.{CHAPTER}")
    claims(quality, MEASURED.id)
    assert count(record, f"paper.{CHAPTER}")[0] == before[0][0] + 1
    assert count(record, f"practice.{CHAPTER}") == before[1]
    signed(figure(quality, event_date=clock.today()), "confirm", manager)
    assert count(record, f"paper.{CHAPTER}")[0] == before[0][0] + 1
    assert count(record, f"practice.{CHAPTER}")[0] == before[1][0] + 1
    assert not {"done", "of"} & {field.name for field in CertificationPlan._meta.get_fields()}


def test_both_tracks_hold_every_group_of_clauses(quality: Person) -> None:
    """M92: paper and practice of each group side by side, with the milestones of practice before them."""
    made = found(plan(quality))
    assert [each.name for each in made.paper] == ["scope", "decided", *(f"paper.{n}" for n in range(4, 9))]
    assert [each.name for each in made.practice] == [
        "review", "audit", "capa", "months", *(f"practice.{n}" for n in range(4, 9)),
    ]  # fmt: skip
    known = {name for name, _label in milestones()}
    assert {each.name for each in (*made.paper, *made.practice)} <= known


def test_a_milestone_is_late_after_its_day_and_near_before_it(quality: Person, manager: Person) -> None:
    """M92: each has its day and somebody responsible: its stage's and the owner, or those named in the plan."""
    today = clock.today()
    named = [{"milestone": "review", "day": (today - DAY).isoformat(), "person": manager.uid}]
    made = found(plan(quality, stage1_on=today + 5 * DAY, targets=named))
    late = {each.name: each for each in made.late}
    assert list(late) == ["review"]
    assert (late["review"].person, late["review"].target) == (manager.name, today - DAY)
    assert all(each.near(today) and each.person == quality.name for each in made.paper if not each.reached)


@pytest.mark.parametrize("values", [
    {"stage1_on": DATE(2027, 5, 1), "stage2_on": DATE(2027, 4, 1)}, {"targets": [{"milestone": "wish"}]},
    {"targets": [{"milestone": "review"}, {"milestone": "review"}]}, {"months_of_records": 0}, {"framework": "iso9"},
    {"targets": [{"milestone": "review", "day": "soon"}]},
])  # fmt: skip
def test_a_plan_that_cannot_be_is_refused(quality: Person, values: dict[str, Any]) -> None:
    """M92: stage 2 comes after stage 1, and milestones are those that are computed."""
    with pytest.raises(Invalid):
        plan(quality, **values)


def test_one_piece_of_evidence_reaches_its_milestone_for_a_year(quality: Person, manager: Person) -> None:
    """M92: a review held lately counts; an exercise and one of fourteen months ago do not."""
    record = plan(quality)
    assert count(record, "review") == (0, 1)
    old = put_in_state(raised(registry.named("managementreview"), quality), "closed", final=True)
    dated(old, clock.today() - 430 * DAY)
    assert count(record, "review") == (0, 1)
    dated(old, clock.today() - 30 * DAY)
    assert count(record, "review") == (1, 1)


def dated(record: Any, day: DATE) -> None:
    QuerySet(type(record)).filter(pk=record.pk).update(held_on=day, event_date=day)
    Edit(record=again(record), fixed={"title": f"Review of {day}"}, **as_(record.owner)).execute()


def test_months_of_records_are_whole_months_that_have_some(quality: Person, manager: Person) -> None:
    """M92: three months of records are three months with a record in each, exercises left out."""
    day = DATE(2026, 5, 20)
    for on, exercise in ((DATE(2026, 4, 2), False), (DATE(2026, 3, 31), True), (DATE(2026, 2, 1), False)):
        figure(quality, event_date=on, exercise=exercise)
    figure(quality, event_date=day)
    assert months_with_records(day, 3) == 2
    assert months_with_records(day, 1) == 1
    assert months_with_records(DATE(2026, 4, 1), 1) == 0


def test_a_plan_that_begins_expects_both_stages(quality: Person) -> None:
    """M92, M190: stage 1 and stage 2 are visits of their own on their days."""
    record = under_way(quality)
    assert [(each.stage, each.due) for each in visits(record)] == [
        ("stage1", record.stage1_on), ("stage2", record.stage2_on),
    ]  # fmt: skip


def test_a_visit_keeps_how_paper_and_practice_stood_on_its_day(quality: Person, manager: Person) -> None:
    """M171, M173: the result of each gate is kept, and later records do not change it."""
    claims(quality, MEASURED.id)
    first, second = visits(under_way(quality))
    gate = held(first, quality)
    assert (gate.claimed, gate.working) == (1, 0)
    signed(figure(quality, event_date=clock.today()), "confirm", manager)
    assert (again(gate).claimed, again(gate).working) == (1, 0)
    last = held(second, quality)
    assert (last.claimed, last.working) == (1, 1)
    assert again(last).open is False
    page = visiting(quality).get(reverse("record", args=["certificationvisit", last.number])).content.decode()
    assert "1 were on paper and 1 in practice" in page


@pytest.mark.parametrize(("majors", "passed"), [(0, True), (1, False)])
def test_stage_2_is_passed_at_the_first_go_without_a_major(quality: Person, majors: int, *, passed: bool) -> None:
    """M166: computed from the grades, and never for another visit."""
    first, second = visits(under_way(quality))
    assert held(first, quality, majors=majors).first_pass is None
    assert held(second, quality, majors=majors).first_pass is passed


def test_a_visit_without_results_was_not_held(quality: Person) -> None:
    """M166: every grade has a number; none is an answer, nothing is not."""
    visit = visits(under_way(quality))[0]
    with pytest.raises(Refused, match="Fill in first"):
        signed(visit, "held", quality)
    Edit(record=visit, values={"held_on": clock.today(), "conclusion": "Good"}, **as_(quality)).execute()
    with pytest.raises(Refused, match="0 is an answer"):
        signed(again(visit), "held", quality)
    with pytest.raises(Refused, match="lies ahead"):
        held(again(visit), quality, held_on=clock.today() + DAY)


def test_the_pages_say_that_a_certificate_changes_nothing_about_what_is_due(quality: Person, manager: Person) -> None:
    """M104, M191: on both pages, with what is due and what lapses until the next visit."""
    claims(quality, MEASURED.id)
    signed(figure(quality, event_date=clock.today() - 400 * DAY), "confirm", manager)
    record = under_way(quality)
    made = valid(quality, manager, plan=record, issued=clock.today() - 30 * DAY)
    said = "The certificate changes nothing about what is due."
    client = visiting(quality)
    for each in (record, made):
        page = client.get(reverse("record", args=[each.kind, each.number])).content.decode()
        assert said in page
        assert "stops working by" in page
    assert said not in client.get(reverse("record", args=["certificationplan", plan(quality).number])).content.decode()


def test_the_plan_s_page_opens_the_rows_behind_each_figure(quality: Person) -> None:
    """M92: every milestone's address is a page that answers, and both tracks stand on one page with an axis."""
    record = under_way(quality)
    client = visiting(quality)
    page = client.get(reverse("record", args=["certificationplan", record.number])).content.decode()
    assert page.index("On paper") < page.index("In practice")
    assert "<svg" in page
    made = found(record)
    for each in (*made.paper, *made.practice):
        assert each.address.replace("&", "&amp;") in page
        assert client.get(each.address).status_code == 200, each.address


def test_the_axis_holds_every_day_of_the_plan_within_its_width(quality: Person, manager: Person) -> None:
    """M92: milestones that are due on one day stand together, visits below them."""
    record = under_way(quality)
    valid(quality, manager, plan=record, issued=clock.today() - 10 * DAY)
    with seeing(access(quality)):
        shown = visits_of(record)
        made = axis(found(record), shown)
    assert made is not None
    assert len(shown) == 5
    assert len(made.marks) == 2 + 5
    assert all(0 <= mark.x <= 100 for mark in made.marks)
    assert 0 < made.today < 100
    with seeing(access(quality)):
        following = next_visit(shown)
    assert following is not None
    assert following.stage == "stage1"
    assert axis(found(plan(quality, stage1_on=None, stage2_on=None)), []) is None


def test_a_day_out_of_reach_leaves_the_axis_as_it_is(quality: Person) -> None:
    """M92, WEB-11: a slip of the hand neither breaks the page nor presses all other days into one point."""
    slipped = found(plan(quality, stage1_on=DATE(2024, 3, 1), stage2_on=DATE.max))
    made = axis(slipped, [], [DATE.min])
    assert made is not None
    assert {mark.day for mark in made.marks} == {DATE(2024, 3, 1)}


def test_a_plan_that_ended_shows_the_day_on_which_it_ended(moving: Any, quality: Person, manager: Person) -> None:
    """M92: later records do not make an old plan look better."""
    record = under_way(quality)
    claims(quality, MEASURED.id)
    moving.move_to(START + dt.timedelta(days=20))
    signed(again(record), "end", manager, reason="Another body")
    moving.move_to(START + dt.timedelta(days=60))
    signed(figure(quality, event_date=clock.today()), "confirm", manager)
    with seeing(access(quality)):
        shown = plan_shown(again(record), access(quality))
    assert shown is not None
    assert shown["today"] == (START + dt.timedelta(days=20)).date()
    practice = next(each for each in shown["tracks"].practice if each.name == f"practice.{CHAPTER}")
    assert practice.done == 0
    assert count(plan(quality), f"practice.{CHAPTER}")[0] == 1
    with pytest.raises(Refused):
        Advance(record=again(record), name="begin", **as_(quality)).execute()


def test_what_was_signed_stays_validly_signed(quality: Person, manager: Person) -> None:
    """M173: what a step keeps beside the signature does not undo it."""
    made = valid(quality, manager, issued=clock.today() - 30 * DAY)
    visit = held(visits(made)[0], quality, held_on=clock.today() - 3 * DAY)
    assert visit.event_date == clock.today() - 3 * DAY
    for record in (made, visit):
        assert [each.valid for each in Signature.objects.filter(record=record.pk)] == [True]


def test_the_certificate_s_page_sets_today_beside_the_day_of_issue(quality: Person, manager: Person) -> None:
    """M191: the trend of practice, not a badge."""
    claims(quality, MEASURED.id)
    made = valid(quality, manager, issued=clock.today() - 40 * DAY)
    keep(clock.today() - 20 * DAY)
    signed(figure(quality, event_date=clock.today()), "confirm", manager)
    page = visiting(quality).get(reverse("record", args=["certificate", made.number])).content.decode()
    assert page.count("% in practice.") == 2
    assert "When it was issued" in page
