"""What a line of a process may name: a job role or a person, and another process."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.access.viewer import UnscopedAccessError, current_access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.people.models import JobAssignment, JobRole, Person
from gemba.kernel.records.models import Record

Choices = list[tuple[str, str]]
Named = Mapping[str, Sequence[Person]]
"""By the name in a line, everybody it means today. A job role that nobody holds means nobody."""


def _here() -> "QuerySet[Person]":
    still = Q(ended=None) | Q(ended__gt=clock.today())
    return Person.objects.filter(still).exclude(kind=Person.Kind.SYSTEM).order_by("name", "pk")


def _labels(people: Sequence[Person]) -> dict[str, Person]:
    """A name that means one person only: with the address where two are called the same."""
    times: dict[str, int] = {}
    for person in people:
        times[person.name] = times.get(person.name, 0) + 1
    return {p.name if times[p.name] == 1 else f"{p.name} ({p.email or p.uid})": p for p in people}


def people_by_name() -> Named:
    """Everybody a line can mean today, in three statements. A job role goes before a person of the same name."""
    found: dict[str, list[Person]] = {label: [person] for label, person in _labels(list(_here())).items()}
    found |= {name: [] for name in _job_roles()}
    today = clock.today()
    held = JobAssignment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today, job_role__ended=None
    )
    for assignment in held.select_related("job_role", "person").order_by("person__name", "person_id"):
        people = found[assignment.job_role.name]
        if assignment.person.active and assignment.person not in people:
            people.append(assignment.person)
    return found


def _job_roles() -> list[str]:
    return list(JobRole.objects.filter(ended=None).order_by("name").values_list("name", flat=True))


@dataclass(frozen=True)
class _Held:
    """Lists made for one reader a moment ago: a page with forty cells asks for the same list forty times."""

    reader: Access
    until: float
    lists: dict[str, Choices] = field(default_factory=dict)


MOMENT = 2.0
"""Seconds."""
_held: ContextVar[_Held | None] = ContextVar("offered", default=None)


def _once(name: str, make: Callable[[], Choices]) -> Choices:
    try:
        reader = current_access()
    except UnscopedAccessError:
        return make()
    held = _held.get()
    if held is None or held.reader is not reader or time.monotonic() > held.until:
        held = _Held(reader, time.monotonic() + MOMENT)
        _held.set(held)
    if name not in held.lists:
        held.lists[name] = make()
    return held.lists[name]


def roles_and_people() -> Choices:
    """Job roles first: they outlast the people who hold them."""
    return _once("people", _roles_and_people)


def _roles_and_people() -> Choices:
    return [(name, name) for name in dict.fromkeys([*_job_roles(), *_labels(list(_here()))])]


def processes() -> Choices:
    """Every process by number, as far as the reader may see it."""
    return _once("processes", _processes)


def _processes() -> Choices:
    rows = seen_processes().exclude(state=VOID).order_by("number").values_list("number", "title")
    return [(number, f"{number} {title}") for number, title in rows]


def seen_processes() -> "QuerySet[Record]":
    """Spine rows of processes: those the viewer sees, or all where the system works with nobody looking."""
    try:
        condition = current_access().visible()
    except UnscopedAccessError:
        condition = Q()
    found: QuerySet[Record] = Record._base_manager.filter(condition, kind="process")
    return found
