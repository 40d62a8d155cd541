"""Who learnt what at Kuvitelma: three base courses for everybody, the work at the bench, and what was left undone."""

import datetime as dt
from typing import Any

from gemba.demo.company.days import Calendar
from gemba.demo.company.stage import Life, Stage
from gemba.kernel import clock
from gemba.kernel.access.scope import access_of
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.rows import load
from gemba.kernel.types import registry
from gemba.modules.document.models import Document
from gemba.modules.training.assigning import renew_everybody
from gemba.modules.training.guards import can_sign
from gemba.modules.training.models import LETTERS, Competence, Course, Quiz, Training
from gemba.modules.training.quizzing import field_name
from gemba.modules.training.verbs import load_base_courses

DAY = dt.timedelta(days=1)
MIKAEL, JUSSI, AINO = "Mikael", "Jussi", "Aino"
BEGINS = 24
"""Days after the founding."""
NEVER = {"Lauri Peltomaa": "risk", "Yuki Tanabe": "documents", "Owen Pritchard": "risk"}
"""Who has not taken which base course to this day, although asked."""
FAILED_FIRST = ("Elina Voutila", "Emre Kaya")
NOT_HELPED = "Samuel Okoye"
SHEET = b"Read, discussed and understood. Signed on paper; the list hangs in the office."
TESTERS, ASSEMBLERS = ("Noora Lahti", "Phuong Tran"), ("Ville Korpi", "Samuel Okoye")
BENCH = (
    ("Final test of clips", "Tester", "Testing and releasing clips to the store", TESTERS,
     "Finds the two prepared faults among ten clips, three times in a row."),
    ("Gluing and closing the clip", "Assembler", "Assembly of clips", ASSEMBLERS,
     "Closes ten clips by the instruction; none opens in the pull test."),
    ("Packing without mixing labels", "Storekeeper", "Packing and labelling", ("Pekka Ranta",),
     "Clears the bench of the labels of the order before, every time."),
    ("Taking a complaint", "Customer care specialist", "Answering callers", ("Tomi Aalto", "Grace Adeyemi"),
     "Asks for harm first, and writes down the words of the caller."),
)  # fmt: skip
IN_TIME = 2
"""The first so many were watched when they were asked for; the others were entered before the audit."""
CHANGES_COURSE = "Putting a change into effect"


def learning(stage: Stage, days: Calendar) -> list[Life]:
    """Everything about training, from the first weeks to the days before the audit."""
    return [
        base_courses(stage, days), looked_at(stage, days), bench(stage, days), before_the_audit(stage, days),
        yearly(days), gate(stage, days),
    ]  # fmt: skip


def _as(stage: Stage, who: str) -> dict[str, Any]:
    person = stage.person(who)
    return {"actor": Actor(person, Via.UI, auth="password"), "access": access_of(person, registry.readers())}


def base_courses(stage: Stage, days: Calendar) -> Life:
    """Mikael brings the three courses, Aino puts them into force; people take them within three weeks, most of them."""
    start = days.founding + BEGINS * DAY
    yield days.at(start, 9, 30)
    courses = load_base_courses(_as(stage, MIKAEL))
    yield days.at(start + 2 * DAY, 14)
    for quiz in Quiz._base_manager.order_by("pk"):
        stage.sign(MIKAEL, quiz, "approve")
    for competence in Competence._base_manager.order_by("pk"):
        stage.sign(AINO, competence, "approve")
    for course in courses:
        stage.sign(AINO, _again(course), "approve")
    for number, course in enumerate(courses):
        yield days.at(start + (6 + 5 * number) * DAY, 10 + number, 15)
        for training in _open(course):
            _take(stage, training)


def _again(record: Any) -> Any:
    return load(type(record), record.pk)


def _open(course: Course) -> list[Training]:
    rows = Training._base_manager.filter(course=course, state="assigned").select_related("person", "course__quiz")
    return list(rows.order_by("pk"))


def _skipped(training: Training) -> bool:
    return NEVER.get(training.person.name, "nothing") in training.title.lower()


def _take(stage: Stage, training: Training) -> None:
    """At a screen where there is a login, else on paper, confirmed by Mikael."""
    who = training.person.name
    if _skipped(training):
        return
    if not can_sign(training.person_id):
        _on_paper(stage, training)
        return
    if who in FAILED_FIRST:
        stage.do(who, Do, record=training, name="take_test", values={})
    right = _answers(training.course.quiz)
    stage.do(who, Do, record=_again(training), name="take_test", values=right)
    stage.sign(who, _again(training), "sign_test")


def _answers(quiz: Quiz | None) -> dict[str, Any]:
    """What somebody answers who has understood the course."""
    lines = quiz.questions if quiz else ()
    return {field_name(n): [a for a in LETTERS if a in line["right"]] for n, line in enumerate(lines, 1)}


def _on_paper(stage: Stage, training: Training, held: dt.date | None = None) -> None:
    day = held or clock.today()
    stage.do(MIKAEL, Edit, record=training, values={"held_on": day})
    stage.do(MIKAEL, Attach, record=_again(training), name="signed sheet.txt", chunks=[SHEET])
    stage.sign(MIKAEL, _again(training), "sign_outside")


def looked_at(stage: Stage, days: Calendar) -> Life:
    """Four months later Mikael asks at the place of work, for the first course; the other two nobody has looked at."""
    yield days.at(days.founding + (BEGINS + 130) * DAY, 13, 40)
    first = Course._base_manager.order_by("pk")[0]
    rows = Training._base_manager.filter(course=first, state="completed").select_related("person").order_by("pk")
    for training in rows:
        if training.person.name == stage.person(MIKAEL).name:
            continue
        helped = training.person.name != NOT_HELPED
        seen = "Showed me the revision in force." if helped else "Worked from a printed copy, undated."
        stage.do(MIKAEL, Edit, record=training, values={"seen": seen})
        stage.sign(MIKAEL, _again(training), "worked" if helped else "did_not_work")


def bench(stage: Stage, days: Calendar) -> Life:
    """The work at the bench: a competence for each job, a course that is watched, valid for a year."""
    yield days.at(days.founding + 60 * DAY, 9)
    for title, job, work, _people, criterion in BENCH:
        _bench_course(stage, title, job, work, criterion)
    yield days.at(days.founding + 75 * DAY, 15)
    for title, _job, _work, people, criterion in BENCH[:IN_TIME]:
        for who in people:
            _watch(stage, title, who, criterion)


def _bench_course(stage: Stage, title: str, job: str, work: str, criterion: str) -> None:
    competence = stage.do(
        JUSSI, Raise, model=Competence, values={
            "title": title, "job_role": stage.jobs[job], "work": work, "critical": True, "within_days": 20,
            "asked": "Normal or corrected sight, steady hands, shown at the bench.",
        },
    )  # fmt: skip
    course = stage.do(
        JUSSI, Raise, model=Course, values={
            "title": title, "method": Course.Method.OBSERVED, "trainer": stage.person(JUSSI), "renew_months": 12,
            "minutes": 120, "teaching": f"<p>{criterion}</p>",
        }, links=[("teaches", competence)],
    )  # fmt: skip
    instruction = Document._base_manager.filter(type="instruction").order_by("pk").first()
    if instruction is not None:
        stage.do(JUSSI, MakeLink, record=_again(course), role="about", to=instruction)
    stage.sign(MIKAEL, _again(competence), "approve")
    stage.sign(MIKAEL, _again(course), "approve")


def _watch(stage: Stage, title: str, who: str, remark: str, held: dt.date | None = None) -> None:
    person: Person = stage.person(who)
    training = Training._base_manager.filter(person=person, course__title=title, state="assigned").first()
    if training is None:
        return
    values = {"held_on": held or clock.today(), "remark": remark}
    stage.do(JUSSI, Edit, record=training, values=values)
    stage.sign(JUSSI, _again(training), "sign_watched")


def yearly(days: Calendar) -> Life:
    """What the night does about what runs out, once a month for the story."""
    for ago in range(600, 0, -30):
        yield days.ago(ago, 5)
        renew_everybody()


def before_the_audit(stage: Stage, days: Calendar) -> Life:
    """Jussi renews the bench in time the first year; before the audit he enters five weeks in one afternoon."""
    yield days.at(days.founding + (75 + 350) * DAY, 14, 30)
    for title, _job, _work, people, criterion in BENCH[:IN_TIME]:
        for who in people[:1]:
            _watch(stage, title, who, criterion)
    yield days.ago(9, 16, 5)
    for title, _job, _work, people, criterion in BENCH:
        for number, who in enumerate(people):
            _watch(stage, title, who, criterion, held=days.day(44 - 9 * number - 3 * len(title) % 14))


def gate(stage: Stage, days: Calendar) -> Life:
    """Putting a change into effect needs to have been shown how; the head of development has leave for one."""
    yield days.ago(420, 9)
    competence = stage.do(
        MIKAEL, Raise, model=Competence, values={
            "title": CHANGES_COURSE, "job_role": stage.jobs["Production manager"], "within_days": 20,
            "work": "Giving the word for a change", "asked": "Knows what a change must have before it starts.",
            "gates": [{"kind": "change", "step": "put_into_effect"}],
        },
    )  # fmt: skip
    course = stage.do(
        MIKAEL, Raise, model=Course, values={
            "title": CHANGES_COURSE, "method": Course.Method.SESSION, "trainer": stage.person(MIKAEL),
            "teaching": "<p>Tasks, training, documents, answers from outside; then the word.</p>",
        }, links=[("teaches", competence)],
    )  # fmt: skip
    stage.sign(AINO, _again(competence), "approve")
    stage.sign(AINO, _again(course), "approve")
    yield days.ago(412, 10)
    for training in _open(_again(course)):
        values = {"held_on": clock.today(), "remark": "Went through one change together"}
        stage.do(MIKAEL, Edit, record=training, values=values)
        stage.sign(MIKAEL, _again(training), "sign_watched")
