"""What follows: a person comes or gets a job, a revision takes effect, a training is completed or did not help."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import EndLink, MakeLink
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import JobAssignment, Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.rows import load
from gemba.modules.training.assigning import TRAINED_ON, Cause, Wanted, assign, assign_needed, end_of_who_left, lock
from gemba.modules.training.board import TEACHES, TRAINED, Board, here_on, valid_on
from gemba.modules.training.models import Competence, Course, Training
from gemba.modules.training.states import ASSIGNED, IN_FORCE

ABOUT = "about"
DAY = dt.timedelta(days=1)
REPEAT_DAYS, RETRAIN_DAYS = 30, 14
LOOK_DAYS = 60
"""So long one may take to look on the job, from the day it can be judged."""


def somebody_came(person: Person, doing: Doing) -> None:
    """M97: whoever begins here, or comes back, gets at once what is asked and not held any more."""
    if person.kind in TRAINED and person.active:
        assign_needed([person], doing.following(_("%s begins here.") % person))


def somebody_left(person: Person, doing: Doing) -> None:
    """M96: nobody waits for a training that nobody is here to take. A last day that is to come is the daily round's."""
    end_of_who_left(doing.following(_("%s left.") % person), person)


def job_given(job: JobAssignment, doing: Doing) -> None:
    """A job that begins later is found by the daily round."""
    if job.valid_from <= clock.today() and job.person.active:
        assign_needed([job.person], doing.following(_("%s has a new job.") % job.person))


def competence_asked(_competence: Competence, doing: Doing) -> None:
    assign_needed(None, doing.following(_("A competence is asked for from now on.")))


def course_in_force(course: Course, doing: Doing) -> None:
    """A new edition, and those who need what it gives."""
    fixed = {"course_edition": course.course_edition + 1}
    Edit(record=course, fixed=fixed, verb="edition", **doing.following(_("A new edition"))).execute()
    assign_needed(None, doing.following(_("The course is in force.")))


def completed(training: Training, doing: Doing) -> None:
    """From when to when it counts, on which edition and revision; and the look on the job, where one is asked for."""
    course = training.course
    day = training.held_on or clock.today()
    effect_from = day + relativedelta(months=course.effect_months) if course.effect_months else None
    fixed: dict[str, Any] = {
        "valid_from": day, "method": course.method, "edition": course.course_edition, "effect_from": effect_from,
        "valid_to": day + relativedelta(months=course.renew_months) - DAY if course.renew_months else None,
    }  # fmt: skip
    if effect_from is not None:
        fixed["due"] = effect_from + LOOK_DAYS * DAY
    following = doing.following(_("The training is completed."))
    Edit(record=training, fixed=fixed, verb="complete", **following).execute()
    for revision in _revisions_taught(training):
        MakeLink(record=training, role=TRAINED_ON, to=revision, **following).execute()
    if effect_from is None:
        Advance(record=training, name="finish", **following).execute()
    else:
        _ask_to_look(training, effect_from, following)


def _ask_to_look(training: Training, day: dt.date, following: dict[str, Any]) -> None:
    judge = training.course.trainer
    whom: dict[str, Any] = {"role": Role.QUALITY}
    if judge is not None and judge.active and judge.pk not in (training.person_id, training.trainer_id):
        whom = {"person": judge}
    what = _("Look on the job whether the training of %s helped") % training.person
    AskFor(
        record=training, what=what[:200], due=day + LOOK_DAYS * DAY, transition="worked", **whom, **following
    ).execute()


def _revisions_taught(training: Training) -> list[Record]:
    """The effective revision of each document the course is about, unless a revision was named before (M41)."""
    linked = Link.objects.standing().filter(source_id=training.pk, role=TRAINED_ON)
    if linked.exists():
        return []
    documents = Link.objects.standing().filter(source_id=training.course_id, role=ABOUT, target__kind="document")
    found: list[Record] = []
    for link in documents.select_related("target").order_by("pk"):
        rows = Record._base_manager.filter(
            kind="revision", state="effective", number__startswith=f"{link.target.number}-R"
        )
        found += rows.order_by("-pk")[:1]
    return found


def did_not_help(training: Training, doing: Doing) -> None:
    """It counts no longer, and another one is assigned: the manager chooses another way or the same again."""
    following = doing.following(_("The training did not help on the job."))
    _end([training], clock.today() - DAY, following)
    lock([training.person_id])
    due = clock.today() + REPEAT_DAYS * DAY
    assign(training.person, training.course, Wanted(cause=Cause.REPEATED, due=due, because=training), following)


def revision_released(revision: Record, doing: Doing) -> None:
    """Who was trained on the revision before is trained anew; who was trained on this one already stays competent."""
    document = getattr(revision, "document_id", None)
    if document is None or not getattr(revision, "training_needed", True):
        return
    about = Link.objects.standing().filter(role=ABOUT, source=OuterRef("pk"), target=document)
    following = doing.following(_("%s took effect.") % revision.number)
    for course in Course._base_manager.filter(Exists(about), state=IN_FORCE.name).select_related("trainer"):
        _retrain(course, revision, following)


def _retrain(course: Course, revision: Record, following: dict[str, Any]) -> None:
    today = clock.today()
    on_this = Link.objects.standing().filter(role=TRAINED_ON, source=OuterRef("pk"), target=revision.pk)
    outdated = list(
        Training._base_manager.filter(valid_on(today), ~Exists(on_this), course=course, exercise=False)
        .select_related("person")
        .order_by("pk")
    )
    people = {training.person_id: training.person for training in outdated}
    people |= {person.pk: person for person in _in_need(course, today)}
    still = Training._base_manager.filter(valid_on(today), Exists(on_this), course=course, exercise=False)
    for known in still.values_list("person", flat=True):
        people.pop(known, None)
    lock(people)
    _end(outdated, today - DAY, following)
    due = today + RETRAIN_DAYS * DAY
    for _pk, person in sorted(people.items()):
        _name_revision(person, course, revision, following)
        wanted = Wanted(cause=Cause.REVISION, due=due, because=revision, revision=revision)
        assign(person, course, wanted, following)


def _name_revision(person: Person, course: Course, revision: Record, following: dict[str, Any]) -> None:
    """A training that is under way is from now on one on this revision."""
    under_way = Training._base_manager.filter(person=person, course=course, state=ASSIGNED.name, exercise=False)
    for training in under_way:
        for link in Link.objects.standing().filter(source_id=training.pk, role=TRAINED_ON):
            EndLink(record=training, link=link, **following).execute()
        MakeLink(record=training, role=TRAINED_ON, to=revision, **following).execute()


def _in_need(course: Course, today: dt.date) -> list[Person]:
    taught = Link.objects.standing().filter(source_id=course.pk, role=TEACHES).values("target")
    competences = Competence._base_manager.filter(pk__in=taught, state=IN_FORCE.name)
    board = Board(today, here_on(today), competences)
    return [p for p in board.people if any(board.asked_of(p, competence) for competence in board.competences)]


def _end(trainings: Iterable[Training], day: dt.date, following: dict[str, Any]) -> None:
    """They count until that day, and on their first day in any case."""
    for training in trainings:
        fresh = load(Training, training.pk)
        last = max(day, fresh.valid_from or day)
        Edit(record=fresh, fixed={"valid_to": last}, verb="lapse", **following).execute()
