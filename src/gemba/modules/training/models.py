"""A job asks for competences; courses give them; a training is one person's way through one course."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from gemba.kernel.people.models import JobRole, Person
from gemba.kernel.records.fields import LineColumn, LinesField, RichTextField
from gemba.kernel.records.models import Record

LETTERS = ("a", "b", "c", "d")
YEARS_10 = 120
A_YEAR = 365


def _between(least: int, most: int) -> Sequence[MinValueValidator | MaxValueValidator]:
    return (MinValueValidator(least), MaxValueValidator(most))


class Competence(Record):
    """What somebody must be able to do, in one job role or in every one, and the work that it opens."""

    job_role = models.ForeignKey(
        JobRole, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked of (empty: everybody)")
    )
    work = models.TextField(_("work it is needed for"))
    critical = models.BooleanField(_("a mistake could reach a patient unnoticed"), default=False)
    asked = models.TextField(_("education, training, skills and experience asked for"))
    within_days = models.PositiveSmallIntegerField(_("days to reach it in"), default=10, validators=_between(1, A_YEAR))
    gates = LinesField(
        _("steps that need it"),
        columns=(
            LineColumn(name="kind", label=_("Kind of record"), kind="kind"),
            LineColumn(name="step", label=_("Step (empty: every one)"), required=False),
        ),
    )  # fmt: skip


class Quiz(Record):
    """Questions with their right answers. Only quality and auditors may read them."""

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_quiz"
    )

    pass_percent = models.PositiveSmallIntegerField(
        _("passed with, in per cent"), default=80, validators=_between(1, 100)
    )
    questions = LinesField(
        _("questions"),
        columns=(
            LineColumn(name="text", label=_("Question"), kind="long"),
            *(LineColumn(name=letter, label=letter.upper(), required=letter in "ab") for letter in LETTERS),
            LineColumn(name="right", label=_("Right, as “b” or “ac”")),
            LineColumn(name="why", label=_("Why"), kind="long", required=False),
        ),
    )  # fmt: skip


class Course(Record):
    """A way to become competent. What it says is fixed while it is in force; each new edition is approved anew."""

    record_ptr = models.OneToOneField(
        Record, models.CASCADE, parent_link=True, primary_key=True, related_name="as_course"
    )

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"course_edition"})

    class Method(models.TextChoices):
        READ = "read", _("read and sign")
        QUIZ = "quiz", _("course with a test")
        OBSERVED = "observed", _("shown, done, watched and signed")
        SESSION = "session", _("held by a trainer")
        OUTSIDE = "outside", _("outside, with a certificate")

    method = models.CharField(_("how"), max_length=10, choices=Method)
    teaching = RichTextField(_("what it teaches"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    trainer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trainer")
    )
    quiz = models.ForeignKey(Quiz, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("test"))
    renew_months = models.PositiveSmallIntegerField(
        _("valid for, in months (empty: for good)"), null=True, blank=True, validators=_between(1, YEARS_10)
    )
    effect_months = models.PositiveSmallIntegerField(
        _("look on the job after, in months (empty: not)"), null=True, blank=True, validators=_between(1, 24)
    )
    effect_criterion = models.TextField(_("what is looked at on the job"), blank=True)
    course_edition = models.PositiveSmallIntegerField(_("edition"), default=0, editable=False)


class Training(Record):
    """One person takes one course, for a reason, by a day; whether it helped is seen on the job."""

    WORKFLOW_COLUMNS: ClassVar[frozenset[str]] = frozenset({"method", "edition", "effect_from"})

    class Cause(models.TextChoices):
        JOB = "job", _("needed for the job")
        REVISION = "revision", _("a document was revised")
        CHANGE = "change", _("a change")
        CAPA = "capa", _("a corrective or preventive action")
        RENEWAL = "renewal", _("the earlier one runs out")
        REPEATED = "repeated", _("the earlier one did not help")
        OTHER = "other", _("other")

    class Result(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    course = models.ForeignKey(Course, models.PROTECT, related_name="trainings", verbose_name=_("course"))
    cause = models.CharField(_("because"), max_length=10, choices=Cause, default=Cause.JOB)
    trainer = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("trainer")
    )
    trainer_outside = models.CharField(_("trainer from outside"), max_length=200, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    remark = models.TextField(_("what was practised or watched"), blank=True)
    result = models.CharField(_("test"), max_length=8, choices=Result, blank=True, editable=False)
    score = models.PositiveSmallIntegerField(_("right answers, in per cent"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    answers = LinesField(
        _("answers given"), editable=False,
        columns=(
            LineColumn(name="question", label=_("Question"), kind="long"),
            LineColumn(name="answer", label=_("Answer"), kind="long", required=False),
            LineColumn(name="right", label=_("Right"), kind="yes"),
        ),
    )  # fmt: skip
    seen = models.TextField(_("what was seen on the job"), blank=True)
    method = models.CharField(_("how"), max_length=10, choices=Course.Method, blank=True, editable=False)
    edition = models.PositiveSmallIntegerField(_("edition of the course"), null=True, blank=True, editable=False)
    effect_from = models.DateField(_("to be judged on the job from"), null=True, blank=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["person", "course"], name="training_person_course"),)

    def clean(self) -> None:
        """A training is of one person and one course for ever; the person owns it and may edit the rest."""
        rows = type(self)._base_manager.filter(pk=self.pk).values("person_id", "course_id")
        stored: Any = rows.first() or {}
        changed = [name for name, value in stored.items() if getattr(self, name) != value]
        if changed:
            sentence = translated("This stays as it was assigned. Excuse this training and assign another one.")
            raise ValidationError({name.removesuffix("_id"): sentence for name in changed})


class Override(Record):
    """Leave for one person to do one piece of work without the competence it needs: reasoned, granted, counted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who"))
    step = models.CharField(_("step (empty: every one)"), max_length=60, blank=True)
    why = models.TextField(_("why it cannot wait for the training"))
    safeguard = models.TextField(_("how the quality of the work is made sure"))
    supervisor = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supervised by")
    )
    until = models.DateField(_("until"), null=True, blank=True)
