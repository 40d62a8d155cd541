"""Declaration: reviews of the trail, of rights and of backups (21 CFR 11.10; ISO 13485 4.2.5; AUD-08, AUT-15)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.access.scope import Access
from gemba.kernel.roles import Role
from gemba.kernel.types import Area, Flag, LinkRole, Panel, Permissions, RecordType, Screen, Section, Verb, Yields
from gemba.modules.systemreview import screens
from gemba.modules.systemreview.gathering import gather
from gemba.modules.systemreview.late import late_entries
from gemba.modules.systemreview.models import SystemReview
from gemba.modules.systemreview.states import DONE, OPEN
from gemba.modules.systemreview.workflow import REVIEWERS, systemreview_lifecycle

READING = (Role.QUALITY, Role.MANAGEMENT, Role.AUDITOR)


def overdue(today: dt.date) -> Q:
    return Q(state=OPEN.name, due__lt=today)


def what_was_shown(review: SystemReview, _access: Access) -> dict[str, object] | None:
    return {"review": review, "lines": review.shown, "look": sum(1 for line in review.shown if line["look"])}


systemreview = RecordType(
    model=SystemReview, prefix="SRV", label=_("review of the system"), plural=_("reviews of the system"),
    area=Area.SYSTEM,
    purpose=_("Somebody looks at the trail, at who may do what, and whether a backup brings everything back (4.2.5)."),
    lifecycle=systemreview_lifecycle, columns=("about", "event_date", "due", "owner"),
    sections=(
        Section(_("Review"), ("title", "about", "event_date"), (OPEN,),
                help=_("The day is the last one that is looked at; the period begins after the last review.")),
        Section(_("Conclusion"), ("conclusion", "action"), (OPEN,)),
        Section(_("Responsibility"), ("owner", "due"), (OPEN,)),
    ),
    links=(LinkRole("led_to", _("led to"), back=_("came from the review")),),
    yields=(
        Yields("audit_trail", (DONE,), where=Q(about=SystemReview.About.TRAIL)),
        Yields("access_review", (DONE,), where=Q(about=SystemReview.About.ACCESS)),
        Yields("backup_test", (DONE,), where=Q(about=SystemReview.About.RESTORE)),
    ),
    flags=(Flag("overdue", _("Review overdue"), _("Look, write down what it shows, and sign."), overdue),),
    permissions=Permissions(read=READING, create=REVIEWERS, change=REVIEWERS, void=(Role.QUALITY,)),
    verbs=(
        Verb(name="gather", label=_("Look now"), run=gather, by=REVIEWERS, owner=True, states=(OPEN,), primary=True,
             help=_("Lists what there is to look at as it stands now, and keeps the list with the review.")),
    ),
    panels=(
        Panel(name="shown", title=_("What was looked at"), template="systemreview/shown.html",
              context=what_was_shown, statements=0),
    ),
    screens=(
        Screen(name="trail", path="audit-trail", view=screens.trail, menu=_("Audit trail"), roles=READING),
        Screen(name="late", path="late-entries", view=late_entries, menu=_("Late entries"), roles=READING),
        Screen(name="kept", path="kept-of-me", view=screens.kept_of_me, menu=_("What is kept of me")),
        Screen(name="clock", path="server-clock", view=screens.clock_steps, roles=(Role.QUALITY,)),
    ),
)  # fmt: skip
