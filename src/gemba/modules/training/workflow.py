"""How competences, tests and courses come into force, how a training goes, and how an override is granted."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import Effect, Guard, Lifecycle, Transition, filled
from gemba.kernel.roles import STAFF, Role
from gemba.modules.training import effects, guards
from gemba.modules.training import states as at
from gemba.modules.training.models import Competence, Course, Override, Quiz, Training

Method = Course.Method
KEEPERS = (Role.QUALITY, Role.MANAGEMENT)
SECOND_PERSON = ("owner", "editor")
"""Nobody puts into force what they wrote or answer for, as with documents."""
TRAINERS = (Role.OPERATIONS, Role.ENGINEER, Role.QUALITY, Role.MANAGEMENT)


def in_force(
    what: Any, checks: tuple[Guard[Any], ...], then: tuple[Effect[Any], ...] = (), *, apart: Collection[str]
) -> tuple[Transition[Any], Transition[Any], Transition[Any]]:
    """Draft, in force, ended; and back to draft for a new edition. `apart`: who may not put it into force."""
    return (
        Transition(
            "approve", _("Put into force"), at.DRAFT, at.IN_FORCE, by=KEEPERS, guards=checks, effects=then,
            signature=what, meaning=_("Approval"), independent_of=apart,
        ),
        Transition("revise", _("Revise"), at.IN_FORCE, at.DRAFT, by=KEEPERS, reason=True),
        Transition(
            "end", _("End"), (at.DRAFT, at.IN_FORCE), at.ENDED, by=KEEPERS, reason=True,
            signature=_("I confirm that this is no longer used."), meaning=_("End"),
        ),
    )  # fmt: skip


competence_lifecycle = Lifecycle[Competence](
    *in_force(
        _("I confirm that this is what the work needs."), (guards.can_be_reached,), (effects.competence_asked,),
        apart=SECOND_PERSON,
    )
)  # fmt: skip
quiz_lifecycle = Lifecycle[Quiz](
    # Only quality reads a test, and in a small company that is one person; the course it belongs to asks for a second.
    *in_force(_("I confirm the questions and their right answers."), (guards.has_questions,), apart=())
)
course_lifecycle = Lifecycle[Course](
    *in_force(
        _("I confirm that this course gives what it is to give."),
        (guards.complete, guards.teaches_something),
        (effects.course_in_force,),
        apart=SECOND_PERSON,
    )
)


def _completes(name: str, label: Any, statement: Any, **given: Any) -> Transition[Training]:
    return Transition(
        name, label, at.ASSIGNED, at.COMPLETED, signature=statement, effects=(effects.completed,), **given
    )


training_lifecycle = Lifecycle[Training](
    _completes(
        "sign_read", _("I have read and understood it"),
        _("I have read and understood what I was asked to read."), by=STAFF, meaning=_("Read and understood"),
        guards=(guards.taken_by(Method.READ),), fits=guards.is_taken_by(Method.READ), personal=(guards.learner,),
    ),
    _completes(
        "sign_test", _("Complete the course"), _("I took this course and answered the test myself."), by=STAFF,
        meaning=_("Course and test"), guards=(guards.taken_by(Method.QUIZ), guards.test_passed),
        fits=guards.is_taken_by(Method.QUIZ), personal=(guards.learner,),
    ),
    _completes(
        "sign_watched", _("Watched, and can do it"),
        _("I trained or watched this person, who can do the work."), by=TRAINERS, meaning=_("Observed sign-off"),
        guards=(
            guards.taken_by(Method.OBSERVED, Method.SESSION), filled("held_on", "remark"), guards.has_trainer,
            guards.not_ahead,
        ),
        fits=guards.is_taken_by(Method.OBSERVED, Method.SESSION),
        personal=(guards.not_learner,),
    ),
    _completes(
        "sign_outside", _("Confirm from the evidence attached"),
        _("I have seen the certificate or signed sheet that is attached."), by=TRAINERS,
        meaning=_("Evidence seen"), fits=guards.goes_by_evidence,
        guards=(filled("held_on"), guards.shown_by_evidence, guards.not_ahead),
        personal=(guards.not_learner,),
    ),
    Transition("finish", _("No look on the job is asked for"), at.COMPLETED, at.DONE, by=(), automatic=True),
    Transition(
        "worked", _("It helped on the job"), at.COMPLETED, at.EFFECTIVE, by=TRAINERS,
        guards=(guards.late_enough, filled("seen")), personal=(guards.not_learner, guards.not_trainer),
        signature=_("I looked at the work: the training helped."), meaning=_("Effectiveness verified"),
    ),
    Transition(
        "did_not_work", _("It did not help"), at.COMPLETED, at.INEFFECTIVE, by=TRAINERS,
        guards=(guards.late_enough, filled("seen")), personal=(guards.not_learner,),
        signature=_("I looked at the work: the training did not help."), meaning=_("Not effective"),
        effects=(effects.did_not_help,),
    ),
    Transition(
        "not_passed", _("Not passed"), at.ASSIGNED, at.NOT_PASSED, by=TRAINERS, reason=True,
        personal=(guards.not_learner,), signature=_("I confirm that this training was not passed."),
        meaning=_("Not passed"),
    ),
    Transition(
        "left", _("Ended, because the person left"), at.ASSIGNED, at.LEFT, by=(), automatic=True,
    ),
    Transition(
        "excuse", _("Excuse"), at.ASSIGNED, at.EXCUSED, by=KEEPERS, reason=True, personal=(guards.not_learner,),
        signature=_("I confirm that this training is not needed, for the reason given."), meaning=_("Excused"),
    ),
)  # fmt: skip

override_lifecycle = Lifecycle[Override](
    Transition(
        "grant", _("Grant"), at.ASKED, at.GRANTED, by=KEEPERS,
        guards=(filled("safeguard", "until"), guards.names_a_record, guards.not_over),
        personal=(guards.not_for_oneself,),
        signature=_("I let this person do this work once without the competence it needs, safeguarded as stated."),
        meaning=_("Override of the competence gate"),
    ),
    Transition(
        "refuse", _("Refuse"), at.ASKED, at.REFUSED, by=KEEPERS, reason=True, personal=(guards.not_for_oneself,),
        signature=_("I refuse this."), meaning=_("Refusal"),
    ),
)  # fmt: skip
