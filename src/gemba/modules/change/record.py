"""Declarations: changes and their tasks (ISO 13485 4.1.4, 5.4.2, 7.3.9, 7.4.1, 8.5.1; M99-M102, M109)."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.roles import STAFF
from gemba.kernel.types import Area, Flag, LinkRole, Panel, Permissions, RecordType, Screen, Section, Verb, Yields
from gemba.modules.change import facts
from gemba.modules.change import workflow as way
from gemba.modules.change.models import Change, ChangeTask
from gemba.modules.change.panels import planned_and_changed
from gemba.modules.change.reading import PART_OF, PLANS
from gemba.modules.change.screens import changes_at_a_glance
from gemba.modules.change.verbs import TaskForm, plan_task

THINKING = (way.ASSESSMENT, way.EMERGENCY)
OPEN = (way.ASKED, *THINKING, way.MAKING)
CHANGED = (way.IN_EFFECT, way.CLOSED)


def review_overdue(today: dt.date) -> Q:
    return Q(emergency=True, reviewed_on=None, review_due__lt=today) & ~Q(state=VOID)


def made_differently(_today: dt.date) -> Q:
    """A task was added after the approval, dropped, or done otherwise than planned."""
    tasks = ChangeTask._base_manager.filter(pk=OuterRef("source")).exclude(state=VOID)
    otherwise = tasks.filter(Q(outcome=ChangeTask.Outcome.DIFFERENTLY) | Q(state=way.DROPPED.name))
    parts = Link.objects.standing().filter(role=PART_OF, source__kind="changetask", target=OuterRef("pk"))
    later = parts.filter(source__entered_at__gt=OuterRef("approved_at")).exclude(source__state=VOID)
    return Q(Exists(parts.filter(Exists(otherwise)))) | Q(Exists(later))


change = RecordType(
    facts=facts.OF_CHANGES, model=Change, prefix="CHG", label=_("change"), plural=_("changes"),
    area=Area.IMPROVEMENT,
    purpose=_("Something that will be done differently and stays so: thought through before it is made (4.1.4)."),
    lifecycle=way.change_lifecycle, columns=("type", "planned_for", "due", "owner"),
    sections=(
        Section(_("What changes"), ("title", "type", "what", "why", "aim", "event_date"), (way.ASKED, way.ASSESSMENT)),
        Section(_("What it touches"), ("size", "impact", "outside"), THINKING,
                help=_("“Not affected” is an answer only with a reason.")),
        Section(_("Outside the company"), ("outside_reference", "outside_on"), (*THINKING, way.APPROVAL, way.MAKING)),
        Section(_("Plan"), ("plan", "way_back", "planned_for", "look_on"), THINKING),
        Section(_("What became of it"), ("differences", "result", "seen"), (way.MAKING, way.IN_EFFECT)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), OPEN),
    ),
    links=(
        LinkRole("raised_from", _("asked for by"), back=_("led to the change"), offer=_("Ask for a change")),
        LinkRole(PLANS, _("plans to change"), back=_("to be changed by")),
    ),
    yields=(
        Yields("qms_change", CHANGED, on="valid_from"),
        Yields("design_change", CHANGED, on="valid_from", where=Q(type=Change.Type.DESIGN)),
        Yields("supplier_change", CHANGED, on="valid_from", where=Q(type=Change.Type.SUPPLIER)),
        Yields("doc_change", CHANGED, on="valid_from", where=Q(type=Change.Type.DOCUMENT)),
    ),
    flags=(
        Flag("emergency", _("Made before it was approved"),
             _("The rule was bypassed for a reason; it is counted, and stays counted."),
             lambda _today: Q(emergency=True)),
        Flag("review-overdue", _("Emergency not reviewed in time"),
             _("Answer what it touches, then let somebody review it who did not make it."), review_overdue),
        Flag("made-differently", _("Made differently than planned"),
             _("Say under “What became of it” what differs, and why."), made_differently),
        Flag("look-overdue", _("Nobody has looked whether it worked"),
             _("Look at what the aim named, write down what was seen, and close."),
             lambda today: Q(state=way.IN_EFFECT.name, look_on__lt=today)),
        Flag("late", _("Later than planned"), _("Say when it will be in effect, or withdraw it."),
             lambda today: Q(state=way.MAKING.name, planned_for__lt=today)),
    ),
    permissions=Permissions(change=way.DECIDERS, void=way.DECIDERS),
    verbs=(
        Verb(name="plan_task", label=_("Plan a task"), run=plan_task, form=TaskForm, by=way.DECIDERS, owner=True,
             states=(way.ASSESSMENT, way.EMERGENCY, way.MAKING, way.IN_EFFECT),
             help=_("A task planned after the approval stands out as one that was not foreseen.")),
    ),
    panels=(
        Panel(name="planned_and_changed", title=_("Planned and changed"), template="change/planned_and_changed.html",
              context=planned_and_changed, statements=6),
    ),
    screens=(
        Screen(name="changes", path="changes", view=changes_at_a_glance, menu=_("Changes at a glance"), roles=STAFF),
    ),
)  # fmt: skip

task = RecordType(
    model=ChangeTask, prefix="CHT", label=_("change task"), plural=_("change tasks"),
    area=Area.IMPROVEMENT, part_of="change",
    purpose=_("What one person does for a change by a day, and what was done in fact (4.1.4)."),
    lifecycle=way.task_lifecycle, columns=("outcome", "due", "owner"),
    sections=(
        Section(_("Task"), ("title", "detail", "owner", "due", "event_date"), (way.OPEN,)),
        Section(_("What was done"), ("outcome", "made"), (way.OPEN,)),
        Section(_("Where"), ("site", "product", "confidential"), (way.OPEN,)),
    ),
    links=(LinkRole(PART_OF, _("part of"), to=("change",), back=_("task")),),
    flags=(
        Flag("of-no-change", _("Belongs to no change"), _("Link it to its change, or void it."),
             lambda _today: Q(open=True) & ~Q(Exists(
                 Link.objects.standing().filter(source=OuterRef("pk"), role=PART_OF)))),
    ),
    permissions=Permissions(change=way.DECIDERS, void=way.DECIDERS),
)  # fmt: skip
