"""Who must be able to do what, and who can: read for any number of people with the same few statements."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from gemba.kernel.links.models import Link
from gemba.kernel.people.models import JobAssignment, Person
from gemba.modules.training.models import Competence, Course, Training
from gemba.modules.training.states import ASSIGNED, COMPLETED, HOLDS, IN_FORCE

TEACHES = "teaches"
AHEAD = dt.timedelta(days=45)
"""So long before it runs out a training is renewed."""
TRAINED = (Person.Kind.EMPLOYEE, Person.Kind.CONSULTANT)
"""Who is trained here. Auditors, customers and authorities are not."""
NOT_ASKED, HELD, PENDING, ENDING, UNDER_WAY, LATE, MISSING = (
    "not_asked", "held", "pending", "ending", "under_way", "late", "missing",
)  # fmt: skip
COMPETENT = (HELD, PENDING, ENDING)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to one competence. `training` is what shows it, or what is under way."""

    status: str
    training: Training | None = None

    @property
    def competent(self) -> bool:
        return self.status in COMPETENT

    @property
    def asked(self) -> bool:
        return self.status != NOT_ASKED


def here_on(day: dt.date) -> "QuerySet[Person]":
    """Everybody who works here on that day and is trained here."""
    stays = Q(ended=None) | Q(ended__gt=day)
    return Person.objects.filter(stays, kind__in=TRAINED).order_by("name", "pk")


def valid_on(day: dt.date) -> Q:
    """Trainings that count on a day."""
    return Q(state__in=HOLDS, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


class Board:
    """Competences in force, who they are asked of, and what people hold. Five statements, however many people.

    Reads past the viewer's scope: whether somebody is competent does not depend on who is looking.
    """

    def __init__(
        self, day: dt.date, people: "QuerySet[Person] | Sequence[Person] | None" = None,
        competences: "QuerySet[Competence] | None" = None,
    ) -> None:  # fmt: skip
        self.day = day
        self.people: Sequence[Person] = list(here_on(day) if people is None else people)
        rows = Competence._base_manager.filter(state=IN_FORCE.name) if competences is None else competences
        self.competences: Sequence[Competence] = list(
            rows.select_related("job_role").order_by(F("job_role__name").asc(nulls_first=True), "pk")
        )
        self._courses = _courses_of(competence.pk for competence in self.competences)
        wanted = {person.pk for person in self.people} if people is not None else None
        self._jobs = _jobs_on(day, wanted)
        self._held, self._open = _trainings_on(day, wanted)

    def asked_of(self, person: Person, competence: Competence) -> bool:
        return competence.job_role_id is None or (person.pk, competence.job_role_id) in self._jobs

    def courses(self, competence: Competence) -> Sequence[int]:
        """The courses in force that give it; any one of them does."""
        return self._courses.get(competence.pk, ())

    def standing(self, person: Person, competence: Competence) -> Standing:
        """As asked of this person; somebody of whom it is not asked may hold it all the same."""
        keys = [(person.pk, course) for course in self.courses(competence)]
        held = [self._held[key] for key in keys if key in self._held]
        if held:
            return self._holding(held)
        if not self.asked_of(person, competence):
            return Standing(NOT_ASKED)
        under_way = next((self._open[key] for key in keys if key in self._open), None)
        if under_way is None:
            return Standing(MISSING)
        late = under_way.due is not None and under_way.due < self.day
        return Standing(LATE if late else UNDER_WAY, under_way)

    def _holding(self, held: Sequence[Training]) -> Standing:
        best = max(held, key=lambda training: training.valid_to or dt.date.max)
        if best.valid_to is not None and best.valid_to <= self.day + AHEAD:
            return Standing(ENDING, best)
        settled = next((training for training in held if training.state != COMPLETED.name), None)
        return Standing(HELD, settled) if settled else Standing(PENDING, best)

    def has_open(self, person: Person, courses: Collection[int]) -> bool:
        return any((person.pk, course) in self._open for course in courses)

    def coverage(self) -> tuple[int, int]:
        """People who hold everything that is asked of them, and all people (M96)."""
        complete = sum(
            all(standing.competent for c in self.competences if (standing := self.standing(person, c)).asked)
            for person in self.people
        )
        return complete, len(self.people)


def _courses_of(competences: Iterable[int]) -> dict[int, list[int]]:
    links = Link.objects.standing().filter(role=TEACHES, target__in=list(competences))
    rows = links.filter(source__in=Course._base_manager.filter(state=IN_FORCE.name).values("pk"))
    found: dict[int, list[int]] = {}
    for course, competence in rows.order_by("pk").values_list("source_id", "target_id"):
        found.setdefault(competence, []).append(course)
    return found


def _jobs_on(day: dt.date, people: Collection[int] | None) -> set[tuple[int, int]]:
    rows = JobAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)
    if people is not None:
        rows = rows.filter(person__in=people)
    return set(rows.values_list("person_id", "job_role_id"))


Found = dict[tuple[int, int], Training]


def _trainings_on(day: dt.date, people: Collection[int] | None) -> tuple[Found, Found]:
    """What counts on the day, the longest valid of each course, and what is under way."""
    rows = Training._base_manager.filter(valid_on(day) | Q(state=ASSIGNED.name), exercise=False)
    if people is not None:
        rows = rows.filter(person__in=people)
    held: Found = {}
    under_way: Found = {}
    for training in rows.only("number", "kind", "state", "due", "valid_from", "valid_to", "person", "course"):
        key = (training.person_id, training.course_id)
        if training.state == ASSIGNED.name:
            under_way.setdefault(key, training)
        elif key not in held or _lasts(training) > _lasts(held[key]):
            held[key] = training
    return held, under_way


def _lasts(training: Training) -> tuple[dt.date, bool]:
    return training.valid_to or dt.date.max, training.state != COMPLETED.name
