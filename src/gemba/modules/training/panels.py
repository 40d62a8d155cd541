"""What the pages show: who may do a work today, what a course teaches, and the training that a record asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record
from gemba.modules.training.assigning import BECAUSE_OF
from gemba.modules.training.board import Board, Standing
from gemba.modules.training.models import Competence, Course, Training
from gemba.modules.training.states import ASSIGNED, EXCUSED, HOLDS, IN_FORCE, INEFFECTIVE
from gemba.web.inside import rich

MOST_NAMED = 60
ASKED_FOR_BY = Prepared(
    lambda record: (
        Link.objects.standing()
        .filter(target_id=record, role=BECAUSE_OF, source__kind="training")
        .exclude(source__state__in=(VOID, EXCUSED.name))
        .select_related("source", "source__owner")
    ),
    int,
)
"""Stands on every record's page, so its statement is made once."""


@dataclass(frozen=True, slots=True)
class Somebody:
    person: Person
    standing: Standing
    asked: bool
    """Whether the job asks for it; others may hold it all the same."""


def who_may_do_it(competence: Competence, _access: Access) -> Mapping[str, Any] | None:
    """Everybody who may do the work today, and who of those whose job it is may not yet (M95)."""
    if competence.state != IN_FORCE.name:
        return None
    rows: QuerySet[Competence] = Competence._base_manager.filter(pk=competence.pk)
    board = Board(clock.today(), competences=rows)
    shown = board.competences[0]
    found = [Somebody(p, board.standing(p, shown), board.asked_of(p, shown)) for p in board.people]
    may = [each for each in found if each.standing.competent]
    not_yet = [each for each in found if each.asked and not each.standing.competent]
    return {"may": may, "not_yet": not_yet, "asked": sum(each.asked for each in found)}


def what_it_teaches(training: Training, access: Access) -> Mapping[str, Any] | None:
    """The course, for the person who takes it and those who may see it; the right answers stay where they are."""
    if training.state != ASSIGNED.name:
        return None
    course = Course._base_manager.select_related("trainer").get(pk=training.course_id)
    if access.person.pk != training.person_id and not access.sees(course):
        return None
    return {"course": course, "content": rich(course.teaching) if course.teaching else ""}


def trained_because(record: Record, _access: Access) -> Mapping[str, Any] | None:
    """On the page of whatever asked for training: how many of those who must understand it do (M182)."""
    trainings = [link.source for link in ASKED_FOR_BY(record.pk)]
    if not trainings:
        return None
    understood = [training for training in trainings if training.state in HOLDS]
    waiting = [training for training in trainings if training.state == ASSIGNED.name]
    failed = [training for training in trainings if training.state == INEFFECTIVE.name]
    return {
        "asked": len(trainings), "understood": len(understood), "waiting": waiting[:MOST_NAMED],
        "more": max(len(waiting) - MOST_NAMED, 0), "failed": failed,
        "percent": 100 * len(understood) // len(trainings),
    }  # fmt: skip
