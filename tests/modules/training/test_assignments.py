"""Trainings fall out of what happens: somebody comes, gets a job, a revision takes effect, a record asks for it."""

import datetime as dt
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from django.utils import timezone

from gemba.evidence.starter.load import starter_set
from gemba.evidence.starter.model import DocumentType
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.grants import Return
from gemba.kernel.actions.people import AddPerson, AssignJob, EndPerson
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Department, Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.training.assigning import renew_everybody
from gemba.modules.training.board import Board
from gemba.modules.training.models import Competence, Course, Quiz, Training
from gemba.modules.training.verbs import AssignForm, load_base_courses
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, raised, signed
from tests.modules.training.making import approver, assigned, competence, course, gives, job, of, read, the_one

pytestmark = pytest.mark.django_db


def added(root: Person, name: str, **values: Any) -> Person:
    return AddPerson(values={"name": name, **values}, **as_(root)).execute()


def in_force(mikael: Person) -> list[Course]:
    """The base courses as quality would put them into force."""
    made = load_base_courses(as_(mikael))
    for test in Quiz._base_manager.all():
        signed(test, "approve", mikael)
    for wanted in Competence._base_manager.all():
        signed(wanted, "approve", approver())
    return [signed(again(each), "approve", approver()) for each in made]


def test_whoever_begins_gets_the_three_base_courses_at_once(mikael: Person, root: Person) -> None:
    """M97: quality system, document control and risk management, by the second week, without anybody thinking of it."""
    titles = sorted(each.title for each in in_force(mikael))
    newcomer = added(root, "Grace Adeyemi")
    trainings = of(newcomer)
    assert sorted(training.title for training in trainings) == titles
    assert [t.due for t in trainings] == [clock.today() + dt.timedelta(days=14)] * 3
    assert {(t.owner, t.cause, t.method) for t in trainings} == {(newcomer, "job", "")}
    assert bodies(trainings[0])[0]["actor"]["name"] == "Gemba"
    assert added(root, "Beatrix Maas", kind="external") not in [t.person for t in Training._base_manager.all()]


def test_the_base_courses_come_from_the_starter_set_with_their_tests(mikael: Person) -> None:
    """M97: three courses, each with aims, slides and questions whose right answers are those of the set."""
    made = load_base_courses(as_(mikael))
    documents = {d.title: d for d in starter_set().of_type(DocumentType.COURSE)}
    assert {each.title for each in made} == set(documents)
    for each in made:
        taught = documents[each.title].course
        assert taught is not None
        assert each.quiz is not None
        right = [frozenset("abcd".index(letter) for letter in line["right"]) for line in each.quiz.questions]
        assert right == [question.right for question in taught.questions]
        assert (each.quiz.pass_percent, each.minutes) == (taught.pass_percent, taught.minutes)
        assert all(slide.title in each.teaching.replace("&amp;", "&") for slide in taught.slides)
    assert load_base_courses(as_(mikael)) == []


def test_the_right_answers_stand_at_different_places(mikael: Person) -> None:
    """M98: who always ticks the second answer fails."""
    load_base_courses(as_(mikael))
    for each in Quiz._base_manager.all():
        assert len({line["right"] for line in each.questions}) > 1


def test_a_job_brings_its_own_trainings(mikael: Person, root: Person, noora: Person) -> None:
    """M95, M96: what the role asks for is assigned with the role, to nobody else, and only once."""
    tester = job()
    course(mikael, competence(mikael, tester, within_days=20))
    assert of(noora) == []
    gives(root, noora, tester)
    assert the_one(noora).due == clock.today() + dt.timedelta(days=20)
    gives(root, noora, job("Storekeeper"))
    assert len(of(noora)) == 1


def test_a_job_that_begins_later_is_found_on_its_day(mikael: Person, root: Person, noora: Person) -> None:
    """M96: the daily round finds jobs that begin, and assigns nothing twice."""
    tester, begins = job(), clock.today() + dt.timedelta(days=12)
    course(mikael, competence(mikael, tester))
    gives(root, noora, tester, valid_from=begins)
    renew_everybody()
    assert of(noora) == []
    with clock.shifted(timezone.now() + dt.timedelta(days=12)):
        assert renew_everybody() == 1
        assert renew_everybody() == 0
    assert len(of(noora)) == 1


def test_what_runs_out_is_renewed_before_it_does(mikael: Person, root: Person, noora: Person) -> None:
    """M93: assigned weeks ahead, so that nobody's competence ends unnoticed."""
    tester = job()
    course(mikael, competence(mikael, tester), renew_months=12)
    gives(root, noora, tester)
    first = read(the_one(noora), noora)
    with clock.shifted(timezone.now() + relativedelta(months=10)):
        assert renew_everybody() == 0
    with clock.shifted(timezone.now() + relativedelta(months=11)):
        assert renew_everybody() == 1
        renewal = the_one(noora, state="assigned")
        assert renewal.cause == "renewal"
        second = read(renewal, noora)
        assert (second.valid_to or dt.date.min) > (first.valid_to or dt.date.max)
        assert renew_everybody() == 0


def test_nobody_who_left_is_trained(mikael: Person, root: Person, noora: Person) -> None:
    """M96: coverage counts people who are here."""
    tester = job()
    gives(root, noora, tester)
    EndPerson(person=noora, reason="Left", **as_(root)).execute()
    course(mikael, competence(mikael, tester))
    assert of(noora) == []
    assert noora not in Board(clock.today()).people


def test_a_course_is_given_to_a_department_because_of_a_record(mikael: Person, root: Person, noora: Person) -> None:
    """M182: a CAPA or a change asks for training; each person gets one, linked to what asked for it."""
    care = Department.objects.create(name="Customer care")
    for name in ("Tomi", "Grace"):
        added(root, name, department=care)
    made = course(mikael, competence(mikael, job()))
    reason = raised(mikael)
    form = AssignForm(
        {"department": care.pk, "due": "2030-01-01", "cause": "capa", "because": reason.number.lower()}, None,
        record=made, access=access(mikael),
    )  # fmt: skip
    assert form.is_valid(), form.errors
    Do(record=made, name="assign_to_people", values=form.cleaned_data, **as_(mikael)).execute()
    found = list(Training._base_manager.order_by("person__name"))
    assert [(t.person.name, t.cause, t.due) for t in found] == [
        ("Grace", "capa", dt.date(2030, 1, 1)), ("Tomi", "capa", dt.date(2030, 1, 1)),
    ]  # fmt: skip
    links = Link.objects.filter(role="because_of", target_id=reason.pk)
    assert {link.source_id for link in links} == {t.pk for t in found}
    with pytest.raises(Refused, match="already"):
        Do(record=again(made), name="assign_to_people", values=form.cleaned_data, **as_(mikael)).execute()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Say who takes the course"),
        ({"department": "999999"}, "not one of the available choices"),
        ({"everybody": "on", "because": "NOPE-1"}, "no such record"),
        ({"everybody": "on", "because": "'; DROP TABLE--"}, "no such record"),
        ({"everybody": "on", "due": "yesterday"}, "valid date"),
    ],
)
def test_a_wrong_choice_is_told(mikael: Person, given: dict[str, Any], sentence: str) -> None:
    """M96: nobody is assigned by a mistake in a form."""
    made = course(mikael, competence(mikael, job()))
    data = {"due": "2030-01-01", "cause": "other", **given}
    form = AssignForm(data, None, record=made, access=access(mikael))
    assert not form.is_valid()
    assert sentence in str(form.errors)


def test_an_employee_assigns_nothing(mikael: Person, noora: Person) -> None:
    """ACL-15: giving courses to people is for those who lead or train them."""
    made = course(mikael, competence(mikael, job()))
    with pytest.raises(NotAllowed):
        assigned(made, noora, noora)
    with pytest.raises((Invalid, Refused)):
        assigned(again(made), mikael)


def test_coverage_counts_everybody_who_is_here(mikael: Person, noora: Person, jussi: Person) -> None:
    """M96: trained / all active people, from engineers to quality."""
    course(mikael, competence(mikael))
    assert Board(clock.today()).coverage() == (0, 3)
    read(the_one(noora), noora)
    assert Board(clock.today()).coverage() == (1, 3)
    read(the_one(jussi), jussi)
    read(the_one(mikael), mikael)
    assert Board(clock.today()).coverage() == (3, 3)


def test_a_record_shows_how_many_understood_what_it_asked_for(mikael: Person, noora: Person, jussi: Person) -> None:
    """M182: does the team understand what has changed and why? Coverage on the page of the record that asked."""
    made = course(mikael, competence(mikael, job()))
    reason = raised(mikael)
    hers, _his = assigned(made, mikael, noora, jussi, cause="capa", because=reason)
    panel = registry.named("training").elsewhere[0]
    before = panel.context(reason, access(mikael))
    assert before is not None
    assert (before["asked"], before["understood"], before["percent"]) == (2, 0, 0)
    read(hers, noora)
    after = panel.context(reason, access(mikael))
    assert after is not None
    assert (after["understood"], after["percent"], [t.owner for t in after["waiting"]]) == (1, 50, [jussi])
    assert panel.context(raised(mikael), access(mikael)) is None


def test_a_job_given_to_somebody_who_left_assigns_nothing(mikael: Person, root: Person, noora: Person) -> None:
    """M96: no training without anybody to take it."""
    tester = job()
    course(mikael, competence(mikael, tester))
    Person.objects.filter(pk=noora.pk).update(ended=clock.today() - dt.timedelta(days=1))
    AssignJob(person=Person.objects.get(pk=noora.pk), job_role=tester, **as_(root)).execute()
    assert of(noora) == []


def test_a_rolled_back_newcomer_leaves_no_training(mikael: Person, root: Person) -> None:
    """AUD-01: what follows stands or falls with what it follows from."""
    in_force(mikael)
    with pytest.raises(Invalid):
        added(root, "Mikael Again", email=mikael.email)
    assert not Training._base_manager.filter(person__name="Mikael Again").exists()


def test_a_competence_nobody_can_reach_is_not_asked_for(mikael: Person) -> None:
    """M95: a requirement without a way to meet it stops at its approval."""
    with pytest.raises(Refused, match="Link a course"):
        signed(competence(mikael), "approve", approver())


def test_only_keepers_put_competences_into_force(mikael: Person) -> None:
    """M94, ACL-15: an engineer may propose a competence, not decide it."""
    engineer = person("Sanna", Role.ENGINEER)
    proposed = competence(engineer)
    with pytest.raises(NotAllowed):
        signed(proposed, "approve", engineer)


def test_competences_missing_somebody_are_flagged(mikael: Person, noora: Person, root: Person) -> None:
    """M93: any person in a role without the competence it asks for is flagged."""
    tester = job()
    wanted = competence(mikael, tester, critical=True)
    course(mikael, wanted)
    flag = registry.named("competence").flags[0]

    def flagged() -> list[int]:
        with seeing_everything():
            return list(Competence.objects.filter(flag.rows(clock.today())).values_list("pk", flat=True))

    assert flagged() == []
    gives(root, noora, tester)
    assert flagged() == [wanted.pk]
    read(the_one(noora), noora)
    assert flagged() == []


def test_whoever_leaves_leaves_no_open_training_and_gets_it_anew_on_coming_back(
    mikael: Person, root: Person, noora: Person, jussi: Person
) -> None:
    """M96, ACL-09: closed by the system with its reason; what was completed stays; nobody is late who is not here."""
    tester = job()
    course(mikael, competence(mikael, tester))
    held = course(mikael, competence(mikael, tester, title="Labels"), title="Labels")
    for who in (noora, jussi):
        gives(root, who, tester)
    read(the_one(noora, course=held), noora)
    EndPerson(person=noora, reason="Moved away", **as_(root)).execute()
    assert [(t.course.title, t.state, t.open) for t in of(noora)] == [
        ("The final test", "left", False), ("Labels", "done", False),
    ]  # fmt: skip
    told = bodies(of(noora)[0])[-1]
    assert (told["act"], told["actor"]["name"], told["reason"]) == ("training.left", "Gemba", "Noora left.")
    assert {t.state for t in of(jussi)} == {"assigned"}, "nobody else's"
    Return(person=Person.objects.get(pk=noora.pk), reason="Came back", **as_(root)).execute()
    assert [t.course.title for t in of(noora, state="assigned")] == ["The final test"], "what is held is held"


def test_a_last_day_that_is_to_come_ends_trainings_on_that_day(mikael: Person, root: Person, noora: Person) -> None:
    """M96: until then there is work to be done and learnt for; the daily round sees the day, and sees it once."""
    tester = job()
    course(mikael, competence(mikael, tester))
    gives(root, noora, tester)
    EndPerson(person=noora, last_day=clock.today() + dt.timedelta(days=9), reason="Leaves", **as_(root)).execute()
    renew_everybody()
    assert the_one(noora).state == "assigned"
    with clock.shifted(clock.now() + dt.timedelta(days=9)):
        for _night in range(2):
            renew_everybody()
    assert the_one(noora).state == "left"
    assert [body["act"] for body in bodies(the_one(noora))].count("training.left") == 1


def test_nobody_puts_into_force_what_they_wrote_or_answer_for(mikael: Person) -> None:
    """ACL-16, M94: a course or competence takes a second person, as a document does; so does every new edition."""
    wanted, other = competence(mikael), person("Sanna", Role.QUALITY)
    made = course(mikael, wanted)
    for record in (wanted, made):
        Advance(record=again(record), name="revise", reason="Clearer", **as_(other)).execute()
        with pytest.raises(NotAllowed, match="second person"):
            signed(again(record), "approve", mikael)
        Edit(record=again(record), values={"title": "Reworded"}, **as_(other)).execute()
        with pytest.raises(NotAllowed, match="somebody who wrote part of it"):
            signed(again(record), "approve", other)
        assert signed(again(record), "approve", approver()).state == "in_force"
