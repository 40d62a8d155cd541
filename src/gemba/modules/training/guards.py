"""What a course, a test and a training must have before each step, as the sentences people read."""

from collections.abc import Callable

from django.db.models import Exists, Q
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.lifecycle.machine import Guard
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Account, Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF
from gemba.modules.training.board import TEACHES
from gemba.modules.training.models import LETTERS, Competence, Course, Override, Quiz, Training

Method = Course.Method


def taken_by(*methods: str) -> Guard[Training]:
    """The step belongs to courses that are taken in one of these ways."""

    def guard(training: Training) -> str | None:
        if training.course_id is None:
            return _("Name the course.")
        method = Course.Method(training.course.method)
        return None if method in methods else _("This course is taken otherwise: %s.") % method.label

    return guard


def is_taken_by(*methods: str) -> Callable[[Training], bool]:
    """Whether a step concerns the training at all: a course with a test is not signed as read."""
    return lambda training: training.course_id is not None and training.course.method in methods


def can_sign(person: int | None) -> bool:
    """Whether this person has a login and a working role, and so signs for themselves."""
    works = RoleGrant.objects.in_force(clock.today()).filter(person=person, role__in=STAFF)
    return Account.objects.filter(Exists(works), person=person, is_active=True).exists()


def goes_by_evidence(training: Training) -> bool:
    """A course outside, or somebody who cannot sign here."""
    if training.course_id is not None and training.course.method == Method.OUTSIDE:
        return True
    return not can_sign(training.person_id)


def shown_by_evidence(training: Training) -> str | None:
    """Where it goes by evidence, a certificate or a signed sheet is attached."""
    if not goes_by_evidence(training):
        return _("%s can sign here in person.") % training.person
    if not Attachment.objects.filter(record_id=training.pk, removed=None).exists():
        return _("Attach the certificate or the signed sheet first.")
    return None


def test_passed(training: Training) -> str | None:
    return None if training.result == Training.Result.PASSED else _("The test comes first, and it has to be passed.")


def not_ahead(training: Training) -> str | None:
    if training.held_on is not None and training.held_on > clock.today():
        return _("The day it is held lies ahead.")
    return None


def late_enough(training: Training) -> str | None:
    """Whether it helped is seen at work, not in the classroom (M98)."""
    if training.effect_from is not None and clock.today() < training.effect_from:
        return _("Whether it helped can be judged from %s on.") % clock.in_words(training.effect_from)
    return None


def has_trainer(training: Training) -> str | None:
    if training.trainer_id is None and not training.trainer_outside.strip():
        return _("Name who trained.")
    return None


def learner(training: Training, person: Person) -> str | None:
    return None if training.person_id == person.pk else _("Only the person trained can do this.")


def not_learner(training: Training, person: Person) -> str | None:
    return _("Somebody else than the person trained does this.") if training.person_id == person.pk else None


def not_trainer(training: Training, person: Person) -> str | None:
    return _("Somebody else than the trainer judges whether it helped.") if training.trainer_id == person.pk else None


def not_for_oneself(override: Override, person: Person) -> str | None:
    return _("Nobody grants an override for themselves.") if override.person_id == person.pk else None


def names_a_record(override: Override) -> str | None:
    if Link.objects.standing().filter(source_id=override.pk, role="allows").exists():
        return None
    return _("Link the record for which this is asked.")


def not_over(override: Override) -> str | None:
    if override.until is not None and override.until < clock.today():
        return _("The day until which it is asked for is over.")
    return None


def has_questions(quiz: Quiz) -> str | None:
    """Each question has a right answer among those offered, and a wrong one."""
    if not quiz.questions:
        return _("Write at least one question.")
    for number, line in enumerate(quiz.questions, 1):
        offered = {letter for letter in LETTERS if line[letter]}
        right = set(line["right"].lower())
        if not right or not right < offered:
            return _("Question %d: name the right answers by their letters, and leave at least one wrong one.") % number
    return None


def complete(course: Course) -> str | None:
    """A course says what it teaches, has the test its kind needs, and says what is looked at on the job."""
    if course.method == Method.QUIZ and (course.quiz is None or course.quiz.state != "in_force"):
        return _("Choose a test that is in force.")
    if course.method in (Method.READ, Method.QUIZ) and not course.teaching.strip() and not _linked(course, "about"):
        return _("Write what it teaches, or link the document it is about.")
    if course.effect_months and not course.effect_criterion.strip():
        return _("Say what is looked at on the job to see whether it helped.")
    return None


def teaches_something(course: Course) -> str | None:
    return None if _linked(course, TEACHES) else _("Link the competence it gives.")


def _linked(record: Record, role: str) -> bool:
    return Link.objects.standing().filter(source_id=record.pk, role=role).exists()


def can_be_reached(competence: Competence) -> str | None:
    """Nobody is asked for what nothing gives."""
    links = Link.objects.standing().filter(Q(source__open=True), role=TEACHES, target_id=competence.pk)
    return None if links.exists() else _("Link a course that gives it, from the course.")
