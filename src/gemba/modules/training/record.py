"""Declarations: competences, tests, courses, trainings and overrides (ISO 13485 6.2; M93-M98, M182, M27, M41)."""

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.roles import READERS, STAFF, Role
from gemba.kernel.types import (
    After,
    Area,
    Flag,
    LinkRole,
    Panel,
    Permissions,
    RecordType,
    Screen,
    Section,
    Verb,
    Yields,
)
from gemba.modules.training import effects, facts, panels, quizzing, screens, verbs
from gemba.modules.training import states as at
from gemba.modules.training.assigning import BECAUSE_OF, TRAINED_ON
from gemba.modules.training.board import AHEAD, TEACHES
from gemba.modules.training.flags import anybody_missing, no_login
from gemba.modules.training.gate import ALLOWS, may_do
from gemba.modules.training.models import Competence, Course, Override, Quiz, Training
from gemba.modules.training.workflow import (
    KEEPERS,
    TRAINERS,
    competence_lifecycle,
    course_lifecycle,
    override_lifecycle,
    quiz_lifecycle,
    training_lifecycle,
)

RESPONSIBILITY = _("Responsibility")

competence = RecordType(
    model=Competence, prefix="COMP", label=_("competence"), plural=_("competences"),
    area=Area.PEOPLE,
    purpose=_("What a job asks somebody to be able to do, and the work that it opens (6.2)."),
    lifecycle=competence_lifecycle, columns=("job_role", "critical", "within_days"),
    sections=(
        Section(_("Competence"), ("title", "job_role", "work", "critical", "asked", "within_days"), (at.DRAFT,)),
        Section(_("Gate at the point of work"), ("gates",), (at.DRAFT,),
                help=_("Nobody takes these steps without it, unless an override is granted for that record.")),
        Section(RESPONSIBILITY, ("owner", "due", "site", "event_date"), (at.DRAFT, at.IN_FORCE)),
    ),
    yields=(Yields("competence_matrix", (at.IN_FORCE,)), Yields("job_description", (at.IN_FORCE,))),
    flags=(
        Flag("somebody-missing", _("Somebody whose job asks for it does not have it"),
             _("See below who it is, and train them before they do the work."), anybody_missing),
    ),
    permissions=Permissions(create=TRAINERS, change=KEEPERS, void=KEEPERS, company_wide=True),
    panels=(
        Panel(name="who_may", title=_("Who may do this today"), template="training/who_may.html",
              context=panels.who_may_do_it, statements=6),
    ),
    gates=(may_do,),
)  # fmt: skip

quiz = RecordType(
    model=Quiz, prefix="QUIZ", label=_("test"), plural=_("tests"),
    area=Area.PEOPLE, part_of="course",
    purpose=_("Questions that show whether a course was understood. Those who take it cannot look them up (6.2)."),
    lifecycle=quiz_lifecycle, columns=("pass_percent", "owner"),
    sections=(
        Section(_("Test"), ("title", "pass_percent"), (at.DRAFT,)),
        Section(_("Questions"), ("questions",), (at.DRAFT,)),
        Section(RESPONSIBILITY, ("owner", "due"), (at.DRAFT, at.IN_FORCE)),
    ),
    permissions=Permissions(read=(Role.QUALITY, Role.AUDITOR), create=(Role.QUALITY,), void=(Role.QUALITY,)),
)  # fmt: skip

course = RecordType(
    model=Course, prefix="CRS", label=_("course"), plural=_("courses"),
    area=Area.PEOPLE,
    purpose=_("A way to become competent: reading, a course with a test, being watched, or a certificate (6.2)."),
    lifecycle=course_lifecycle, columns=("method", "minutes", "renew_months", "owner"),
    sections=(
        Section(_("Course"), ("title", "method", "minutes", "trainer", "quiz"), (at.DRAFT,)),
        Section(_("What it teaches"), ("teaching",), (at.DRAFT,)),
        Section(_("Afterwards"), ("renew_months", "effect_months", "effect_criterion"), (at.DRAFT,),
                help=_("A look on the job some months later shows whether it helped.")),
        Section(RESPONSIBILITY, ("owner", "due", "event_date"), (at.DRAFT, at.IN_FORCE)),
    ),
    links=(
        LinkRole(TEACHES, _("gives"), to=("competence",), back=_("given by"), offer=_("Add a course that gives it")),
        LinkRole(effects.ABOUT, _("is about"), to=("document", "process"), back=_("taught by")),
    ),
    permissions=Permissions(create=TRAINERS, change=KEEPERS, void=KEEPERS, company_wide=True),
    verbs=(
        Verb(name="assign_to_people", label=_("Give it to people"), run=verbs.assign_to_people, form=verbs.AssignForm,
             by=TRAINERS, states=(at.IN_FORCE,), primary=True,
             help=_("Each person gets a training of their own in their work list.")),
    ),
    after=(
        After("person", "add", effects.somebody_came), After("person", "return", effects.somebody_came),
        After("person", "end", effects.somebody_left), After("job", "add", effects.job_given),
        After("revision", "release", effects.revision_released),
    ),
    screens=(
        Screen(name="board", path="competence-matrix", view=screens.matrix, menu=_("Competence matrix")),
        Screen(name="glance", path="training-at-a-glance", view=screens.glance, menu=_("Training at a glance")),
        Screen(name="mine", path="my-training", view=screens.mine, menu=_("My training")),
        Screen(name="base", path="base-courses", view=screens.base_courses, roles=(Role.QUALITY,)),
    ),
)  # fmt: skip


def overdue(today: dt.date) -> Q:
    return Q(state=at.ASSIGNED.name, due__lt=today)


def completed_late(_today: dt.date) -> Q:
    return Q(state__in=(*at.HOLDS, at.INEFFECTIVE.name), valid_from__gt=F("first_due"))


def look_overdue(today: dt.date) -> Q:
    return Q(state=at.COMPLETED.name, due__lt=today)


training = RecordType(
    facts=facts.OF_TRAININGS, model=Training, prefix="TR", label=_("training"), plural=_("trainings"),
    area=Area.PEOPLE,
    purpose=_("One person, one course, one result, on the exact revision; and whether it helped on the job (6.2)."),
    lifecycle=training_lifecycle, columns=("course", "cause", "due", "owner"),
    sections=(
        Section(_("Training"), ("title", "person", "course", "cause"), (at.ASSIGNED,)),
        Section(_("How it went"), ("held_on", "trainer", "trainer_outside", "remark"), (at.ASSIGNED,),
                help=_("For what is shown, watched or taken outside.")),
        Section(_("On the job"), ("seen",), (at.COMPLETED,)),
        Section(RESPONSIBILITY, ("owner", "site", "event_date", "confidential"), (at.ASSIGNED, at.COMPLETED)),
    ),
    links=(
        LinkRole(BECAUSE_OF, _("because of"), back=_("led to the training"), offer=_("Train somebody")),
        LinkRole(TRAINED_ON, _("trained on"), to=("revision",), back=_("trained by")),
    ),
    yields=(
        Yields("training_record", (at.COMPLETED, at.DONE, at.EFFECTIVE, at.INEFFECTIVE), on="valid_from"),
        Yields("training_effectiveness", (at.EFFECTIVE, at.INEFFECTIVE), on="effect_from"),
    ),
    flags=(
        Flag("overdue", _("Not completed in time"), _("Take the course, or say why it is not needed."), overdue),
        Flag("completed-late", _("Completed after its day"), _("The day of the training is kept; plan earlier."),
             completed_late),
        Flag("effect-overdue", _("Nobody has looked whether it helped"),
             _("Look at the work, write down what was seen, and sign."), look_overdue),
        Flag("failed-test", _("Test not passed"), _("Talk about it, then take it again."),
             lambda _today: Q(state=at.ASSIGNED.name, result=Training.Result.FAILED)),
        Flag("ending", _("Runs out soon"), _("Renew it before its last day."),
             lambda today: Q(state__in=at.HOLDS, valid_to__gte=today, valid_to__lte=today + AHEAD)),
        Flag("no-login", _("Cannot sign here in person"),
             _("Let the person sign on paper, and attach the sheet."), no_login),
    ),
    permissions=Permissions(create=TRAINERS, change=TRAINERS, void=KEEPERS),
    verbs=(
        Verb(name="take_test", label=_("Take the test"), run=quizzing.take_test, form=quizzing.QuizForm, by=STAFF,
             owner=True, states=(at.ASSIGNED,), objections=(quizzing.learner, quizzing.has_test), primary=True),
    ),
    panels=(
        Panel(name="content", title=_("What it teaches"), template="training/content.html",
              context=panels.what_it_teaches, place="top", statements=1),
    ),
    elsewhere=(
        Panel(name="trained", title=_("Training for this"), template="training/because.html",
              context=panels.trained_because, statements=1),
    ),
)  # fmt: skip

override = RecordType(
    facts=facts.OF_OVERRIDES, model=Override, prefix="OVR",
    label=_("competence override"), plural=_("competence overrides"),
    area=Area.PEOPLE, part_of="training",
    purpose=_("Leave to do one piece of work without the competence it needs: reasoned, safeguarded, counted (6.2)."),
    lifecycle=override_lifecycle, columns=("person", "until", "owner"),
    sections=(
        Section(_("What is asked"), ("title", "person", "step", "why", "until", "event_date"), (at.ASKED,)),
        Section(_("Safeguard"), ("safeguard", "supervisor"), (at.ASKED,)),
        Section(RESPONSIBILITY, ("owner", "due", "site", "product"), (at.ASKED,)),
    ),
    links=(
        LinkRole(ALLOWS, _("for the work on"), back=_("done without the competence by leave of"),
                 offer=_("Ask to work without the competence")),
    ),
    flags=(
        Flag("bypass", _("The gate was bypassed"), _("Train the person; this is counted."),
             lambda _today: Q(state=at.GRANTED.name) & ~Q(state=VOID)),
    ),
    permissions=Permissions(read=READERS, change=KEEPERS, void=KEEPERS),
)  # fmt: skip
