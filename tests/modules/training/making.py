"""Competences, courses and trainings, made as people make them."""

import datetime as dt
from typing import Any

from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.people import AssignJob
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import JobRole, Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.modules.training.models import Competence, Course, Quiz, Training
from tests.kernel.people import as_, person
from tests.kernel.samples import again, signed

QUESTIONS = [
    {"text": "What do you do with a sheet without a mark?", "a": "Use it", "b": "Throw it away", "c": "Copy it",
     "d": "", "right": "b", "why": "It may be old."},
    {"text": "Which two are records?", "a": "A filled form", "b": "A procedure", "c": "A signed test sheet",
     "d": "", "right": "ac", "why": ""},
]  # fmt: skip
RIGHT = {"question_1": "b", "question_2": ["a", "c"]}
WRONG = {"question_1": "a", "question_2": ["a"]}


def approver() -> Person:
    """Somebody else, who puts into force what others wrote; from outside, so that nothing is asked of them here."""
    found = Person.objects.filter(name="Approver").first()
    if found is None:
        found = person("Approver", Role.MANAGEMENT)
        Person.objects.filter(pk=found.pk).update(kind=Person.Kind.EXTERNAL)
        found.refresh_from_db()
    return found


def job(name: str = "Tester") -> JobRole:
    return JobRole.objects.get_or_create(name=name)[0]


def gives(who: Person, person: Person, role: JobRole, **given: Any) -> None:
    """`who` says that `person` works as `role` from today."""
    AssignJob(person=person, job_role=role, **given, **as_(who)).execute()


def competence(who: Person, role: JobRole | None = None, **values: Any) -> Competence:
    given = {"title": "Final test", "work": "Testing clips", "asked": "Steady hands", "job_role": role, **values}
    return Raise(model=Competence, values=given, **as_(who)).execute()


def quiz(who: Person, **values: Any) -> Quiz:
    made = Raise(
        model=Quiz, values={"title": "Marks", "pass_percent": 80, "questions": QUESTIONS, **values}, **as_(who)
    ).execute()
    approved: Quiz = signed(made, "approve", who)
    return approved


def course(who: Person, *teaches: Competence, about: Record | None = None, **values: Any) -> Course:
    """In force, with the competences it gives in force too."""
    given = {"title": "The final test", "method": "read", "teaching": "<p>Look twice.</p>", **values}
    if given["method"] == "quiz":
        given.setdefault("quiz", quiz(who))
    made = Raise(model=Course, values=given, **as_(who)).execute()
    for each in teaches:
        MakeLink(record=again(made), role="teaches", to=each, **as_(who)).execute()
    if about is not None:
        MakeLink(record=again(made), role="about", to=about, **as_(who)).execute()
    for each in teaches:
        if each.state == "draft":
            signed(again(each), "approve", approver())
    approved: Course = signed(again(made), "approve", approver())
    return approved


def of(person: Person, **narrowed: Any) -> list[Training]:
    return list(Training._base_manager.filter(person=person, **narrowed).order_by("pk"))


def the_one(person: Person, **narrowed: Any) -> Training:
    [training] = of(person, **narrowed)
    return training


def assigned(course: Course, who: Person, *people: Person, **values: Any) -> list[Training]:
    given = {
        "people": [{"person": each.uid} for each in people],
        "due": clock.today() + dt.timedelta(days=10),
        "cause": "other",
        **values,
    }
    Do(record=course, name="assign_to_people", values=given, **as_(who)).execute()
    return [the_one(person, course=course, state="assigned") for person in people]


def take_test(training: Training, who: Person, answers: dict[str, Any] | None = None) -> Training:
    Do(record=training, name="take_test", values=RIGHT if answers is None else answers, **as_(who)).execute()
    found: Training = again(training)
    return found


def read(training: Training, who: Person) -> Training:
    found: Training = signed(again(training), "sign_read", who)
    return found


def watched(training: Training, trainer: Person, **values: Any) -> Training:
    given = {"held_on": clock.today(), "remark": "Tested ten clips, found both faults", "trainer": trainer, **values}
    Edit(record=training, values=given, **as_(trainer)).execute()
    found: Training = signed(again(training), "sign_watched", trainer)
    return found
