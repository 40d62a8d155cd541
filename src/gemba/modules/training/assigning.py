"""Trainings fall out of what is needed and not held; asking twice assigns nothing twice."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Raise
from gemba.kernel.actor import Actor
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.modules.training.board import ENDING, MISSING, Board
from gemba.modules.training.models import Competence, Course, Training
from gemba.modules.training.states import ASSIGNED

Cause = Training.Cause
BECAUSE_OF, TRAINED_ON = "because_of", "trained_on"
As = Mapping[str, Any]
"""`actor`, `access` and `reason` of an action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Why somebody takes a course, by when, because of which record, and on which revision."""

    cause: str
    due: dt.date | None
    because: Record | None = None
    revision: Record | None = None

    def links(self) -> list[tuple[str, Record]]:
        given = ((BECAUSE_OF, self.because), (TRAINED_ON, self.revision))
        return [(role, record) for role, record in given if record is not None]


def by_the_system(reason: str) -> As:
    actor = Actor.system()
    return {"actor": actor, "access": Access(actor.person, everything=True), "reason": reason}


def lock(people: Collection[int]) -> None:
    """Two that assign to the same people at once wait for each other, so that nobody gets a training twice."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


def assign(person: Person, course: Course, wanted: Wanted, by: As) -> Training | None:
    """A training of this course, or None where one is under way. The caller holds the lock on the person."""
    under_way = Training._base_manager.filter(person=person, course=course, state=ASSIGNED.name, exercise=False)
    if not person.active or under_way.exists():
        return None
    values = {
        "title": course.title, "person": person, "course": course, "owner": person, "cause": wanted.cause,
        "due": wanted.due, "site": person.site, "trainer": course.trainer,
    }  # fmt: skip
    return Raise(model=Training, values=values, links=wanted.links(), **by).execute()


def assign_needed(people: Sequence[Person] | None, by: As, day: dt.date | None = None) -> list[Training]:
    """What is asked of these people (of everybody) and neither held nor under way, and what runs out soon."""
    today = day or clock.today()
    board = Board(today, people)
    gaps = [
        (person, competence, standing.status)
        for competence in board.competences
        if board.courses(competence)
        for person in board.people
        if board.asked_of(person, competence)
        and (standing := board.standing(person, competence)).status in (MISSING, ENDING)
        and not board.has_open(person, board.courses(competence))
    ]
    if not gaps:
        return []
    lock({person.pk for person, _competence, _status in gaps})
    wanted = {board.courses(competence)[0] for _person, competence, _status in gaps}
    courses = Course._base_manager.select_related("trainer").in_bulk(wanted)
    made = [
        assign(person, courses[board.courses(competence)[0]], _by_when(competence, status, today), by)
        for person, competence, status in gaps
    ]
    return [training for training in made if training is not None]


def _by_when(competence: Competence, status: str, today: dt.date) -> Wanted:
    cause = Cause.RENEWAL if status == ENDING else Cause.JOB
    return Wanted(cause=cause, due=today + dt.timedelta(days=competence.within_days))


def end_of_who_left(by: As, person: Person | None = None) -> int:
    """Close what is under way of people who are not here any more, of this one or of all; how many there were.

    What they completed stays as it is: it is evidence of the work they did.
    """
    gone = Q(person__ended__lte=clock.today())
    rows = Training._base_manager.filter(gone, state=ASSIGNED.name, **({"person": person} if person else {}))
    ended = 0
    for training in rows.order_by("pk"):
        lock([training.person_id])
        current = Training._base_manager.get(pk=training.pk)
        if current.state == ASSIGNED.name:
            Advance(record=current, name="left", **by).execute()
            ended += 1
    return ended


def renew_everybody() -> int:
    """The daily round: people whose last day has come, jobs that began, trainings that run out. The number assigned."""
    end_of_who_left(by_the_system(_("The last day here has passed.")))
    return len(assign_needed(None, by_the_system(_("Asked of the job, and not held."))))
