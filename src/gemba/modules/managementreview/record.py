"""Declarations: management reviews and the decisions taken in them (ISO 13485 5.6; M103, M140, M141, M146, M147)."""

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.managementreview import panels, screens, verbs, workflow
from gemba.modules.managementreview.models import About, ManagementAction, ManagementReview
from gemba.modules.managementreview.states import AGREED, CLOSED, DONE, HELD, PLANNED, PROPOSED

WRITING = (PLANNED, HELD)
MAY = Permissions(create=workflow.KEEPERS, change=workflow.KEEPERS, void=(Role.MANAGEMENT,))


def overdue(today: dt.date) -> Q:
    return Q(state=PLANNED.name, due__lt=today)


def held_late(_today: dt.date) -> Q:
    return Q(held_on__gt=F("due"))


def somebody_missing(_today: dt.date) -> Q:
    return Q(departments_missing__gt=0)


managementreview = RecordType(
    model=ManagementReview, prefix="MRV", label=_("management review"), plural=_("management reviews"),
    area=Area.SYSTEM,
    purpose=_("Top management looks at the whole system, at planned intervals, and decides what follows (5.6)."),
    lifecycle=workflow.managementreview_lifecycle, columns=("due", "held_on", "departments_missing", "owner"),
    sections=(
        Section(_("Meeting"), ("title", "months", "due", "held_on", "since"), (PLANNED,)),
        Section(_("Participants"), ("participants", "excused"), (PLANNED,),
                help=_("Somebody of every department. Which ones were missing is worked out when it was held.")),
        Section(_("Inputs"), ("inputs",), WRITING, help=_("With the figures beside them under “Inputs and figures”.")),
        Section(_("Outcome"), ("nothing", "suitable", "adequate", "effective", "conclusion"), WRITING,
                help=_("Decisions are records of their own; here stands what needed none, and what follows from all.")),
        Section(_("Responsibility"), ("owner", "site", "confidential"), WRITING),
        Section(_("Attendance"), ("attendance", "missing"), (), help=_("Kept when it was held.")),
        Section(_("Figures"), ("figures_on", "figures"), (), folded=True,
                help=_("As they were on that day; they change no more.")),
    ),
    links=(LinkRole("looked_at", _("looked at"), back=_("looked at in")),),
    yields=(Yields("mgmt_review", (CLOSED,), on="held_on"),),
    flags=(
        Flag("overdue", _("Review overdue"), _("Hold it, and enter when it was held and who was there."), overdue),
        Flag("held-late", _("Held after the day planned"), _("The interval is longer than it was meant to be."),
             held_late),
        Flag("missing", _("A department was missing"), _("Tell it what was decided, and ask it to come next time."),
             somebody_missing),
    ),
    permissions=MAY, verbs=verbs.VERBS, panels=panels.PANELS, screens=screens.SCREENS,
)  # fmt: skip


managementaction = RecordType(
    model=ManagementAction, prefix="MRA", label=_("decision of a management review"),
    plural=_("decisions of management reviews"), area=Area.SYSTEM, part_of="managementreview",
    purpose=_("What a management review decided: what, by whom, until when (5.6.3)."),
    lifecycle=workflow.managementaction_lifecycle, columns=("review", "about", "due", "done_on", "owner"),
    sections=(
        Section(_("Decision"), ("title", "review", "about", "details"), (PROPOSED,)),
        Section(_("Result"), ("result",), (AGREED,)),
        Section(_("Responsibility"), ("owner", "due", "site", "product", "confidential"), (PROPOSED,)),
        Section(_("Done"), ("done_on",), ()),
    ),
    links=(LinkRole("carried_out_by", _("is carried out by"), back=_("carries out the decision")),),
    yields=(
        Yields("mgmt_review_action", (DONE,), on="done_on"),
        Yields("resource_decision", (AGREED, DONE), where=Q(about=About.RESOURCES)),
    ),
    permissions=Permissions(create=workflow.KEEPERS, change=workflow.KEEPERS, void=(Role.MANAGEMENT,)),
)  # fmt: skip
