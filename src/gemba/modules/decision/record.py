"""Declarations: decisions, announcements and receipts (ISO 13485 5.5.3, 6.1; M103, M105, M118)."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.roles import STAFF
from gemba.kernel.types import Area, Flag, LinkRole, Panel, Permissions, RecordType, Screen, Section, Verb, Yields
from gemba.modules.decision import panels, screens, telling
from gemba.modules.decision import states as at
from gemba.modules.decision.models import Announcement, Decision, Receipt
from gemba.modules.decision.workflow import (
    KEEPERS,
    SPEAKERS,
    announcement_lifecycle,
    decision_lifecycle,
    receipt_lifecycle,
)

BURST = 5
"""So many decisions entered on one day were hardly taken on that day."""


def burst(_today: dt.date) -> Q:
    days = (
        Decision._base_manager.exclude(state=VOID).filter(exercise=False).annotate(day=TruncDate("entered_at"))
        .order_by().values("day").annotate(n=Count("pk")).filter(n__gte=BURST).values("day")
    )  # fmt: skip
    return Q(entered_at__date__in=days, exercise=False)


def look_again(today: dt.date) -> Q:
    replaced = Link.objects.standing().filter(role="replaces", target=OuterRef("pk")).exclude(source__state=VOID)
    return Q(state=at.DECIDED.name, look_again_on__lte=today) & ~Q(Exists(replaced))


decision = RecordType(
    model=Decision, prefix="DEC", label=_("decision"), plural=_("decisions"),
    area=Area.SYSTEM,
    purpose=_("What was decided, between which options, by whom and why, so that it can be understood later (5.5.3)."),
    lifecycle=decision_lifecycle, columns=("about", "decided_on", "look_again_on", "owner"),
    sections=(
        Section(_("Question"), ("title", "about", "question", "event_date"), (at.OPEN,)),
        Section(_("Options"), ("options", "rationale"), (at.OPEN,),
                help=_("At least two; one of them is marked as the one proposed.")),
        Section(_("Who"), ("deciders", "heard"), (at.OPEN,)),
        Section(_("Responsibility"), ("owner", "due", "look_again_on", "site", "product", "confidential"), (at.OPEN,)),
    ),
    links=(
        LinkRole("concerns", _("concerns"), back=_("decided in"), offer=_("Record a decision")),
        LinkRole("replaces", _("replaces"), to=("decision",), back=_("replaced by"), offer=_("Decide anew")),
    ),
    yields=(
        Yields("resource_decision", (at.DECIDED,), on="decided_on", where=Q(about=Decision.About.RESOURCES)),
    ),
    flags=(
        Flag("burst", _("Entered together with many others"),
             _("Decisions taken over time are entered over time; say when each was really taken."), burst),
        Flag("look-again", _("To be looked at again"),
             _("Decide anew, or record a decision that replaces this one and leaves it as it is."), look_again),
    ),
    permissions=Permissions(change=KEEPERS, void=KEEPERS),
    panels=(
        Panel(name="deciders", title=_("Who decides"), template="decision/deciders.html",
              context=panels.who_decides, place="beside", statements=3),
    ),
    screens=(
        Screen(name="log", path="decisions-over-time", view=screens.over_time, menu=_("Decisions over time")),
    ),
    gates=(telling.only_the_reader,),
)  # fmt: skip

announcement = RecordType(
    model=Announcement, prefix="ANN", label=_("announcement"), plural=_("announcements"),
    area=Area.PEOPLE,
    purpose=_("What people here are told about quality, how, and whom it reached (5.5.3)."),
    lifecycle=announcement_lifecycle, columns=("form", "event_date", "due", "owner"),
    sections=(
        Section(_("Message"), ("title", "form", "event_date", "message"), (at.DRAFT,)),
        Section(_("For whom"), ("people", "department", "job_role", "site", "signed"), (at.DRAFT,),
                help=_("Without a choice it is for everybody who works here. A site narrows every choice.")),
        Section(_("Responsibility"), ("owner", "due", "product"), (at.DRAFT, at.PUBLISHED)),
    ),
    links=(LinkRole("explains", _("explains"), back=_("explained by"), offer=_("Tell people about it")),),
    yields=(Yields("comms", (at.PUBLISHED, at.CLOSED)),),
    permissions=Permissions(create=SPEAKERS, change=KEEPERS, void=KEEPERS, company_wide=True),
    verbs=(
        Verb(name="note_attendance", label=_("Note who was there"), run=telling.note_attendance,
             form=telling.AttendanceForm, by=KEEPERS, owner=True, states=(at.PUBLISHED,)),
    ),
    panels=(
        Panel(name="reached", title=_("Whom it reached"), template="decision/reached.html",
              context=panels.whom_it_reached, statements=1),
    ),
    screens=(
        Screen(name="told", path="quality-communication", view=screens.communication,
               menu=_("Quality communication"), roles=STAFF),
    ),
)  # fmt: skip

receipt = RecordType(
    model=Receipt, prefix="RCP", label=_("receipt"), plural=_("receipts"),
    area=Area.PEOPLE, part_of="announcement",
    purpose=_("One person has read an announcement or was there when it was told (5.5.3)."),
    lifecycle=receipt_lifecycle, columns=("how", "noted_on", "due", "owner"),
    sections=(
        Section(_("Announcement"), ("title", "announcement", "event_date"), (at.ASKED,)),
        Section(_("Responsibility"), ("owner", "due", "site"), (at.ASKED,)),
    ),
    yields=(Yields("comms", (at.SEEN,), on="noted_on"),),
    flags=(
        Flag("overdue", _("Not acknowledged in time"), _("Read it and acknowledge it."),
             lambda today: Q(state=at.ASKED.name, due__lt=today)),
    ),
    permissions=Permissions(create=KEEPERS, change=KEEPERS, void=KEEPERS),
    verbs=(
        Verb(name="acknowledge", label=_("I have read it"), run=telling.acknowledge, by=STAFF, owner=True,
             states=(at.ASKED,), objections=(telling.reader_alone, telling.is_simple), primary=True),
    ),
    panels=(
        Panel(name="message", title=_("Message"), template="decision/message.html", context=panels.the_message,
              place="top", statements=1),
    ),
)  # fmt: skip
