"""Declaration: dry runs (M119-M124)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import Area, Flag, LinkRole, Permissions, RecordType, Section, Yields
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.panels import PANELS
from gemba.modules.dryrun.screens import SCREENS
from gemba.modules.dryrun.verbs import VERBS
from gemba.modules.dryrun.workflow import CLOSED, EXERCISED, PLANNED, REPORTED, RUNNING, lifecycle

LEADERS = (Role.QUALITY, Role.MANAGEMENT)
READY = Q(scenario="recall") & ~Q(method=DryRun.Method.TABLETOP) & ~Q(verdict=DryRun.Verdict.FAILS)
"""A recall that was run and not only talked through, and whose result is not that it fails: what readiness asks for."""


def late(today: object) -> Q:
    """Planned, and its day has passed."""
    return Q(state=PLANNED.name, due__lt=today)


dry_run = RecordType(
    model=DryRun, prefix="DRY", label=_("dry run"), plural=_("dry runs"),
    area=Area.SYSTEM,
    purpose=_("A process that was never needed is run with an invented case, to see whether it works before it must."),
    lifecycle=lifecycle, columns=("method", "scenario", "held_on", "verdict", "due", "owner"),
    sections=(
        Section(_("What is rehearsed"), ("title", "method", "scenario", "situation", "duties"), (PLANNED,)),
        Section(_("People"), ("participants", "owner", "due", "site", "product"), (PLANNED, RUNNING)),
        Section(_("Steps, times and results"), ("held_on", "steps"), (PLANNED, RUNNING),
                help=_("For each step: who did it, how many minutes it took, and how it went.")),
        Section(_("Result"), ("verdict", "learned"), (RUNNING,)),
        Section(_("Deviations without a finding"), ("no_finding",), (RUNNING, REPORTED)),
        Section(_("Place"), ("event_date", "confidential"), (PLANNED,)),
    ),
    links=(
        LinkRole("rehearses", _("rehearses the process"), to=("process",), back=_("rehearsed in"),
                 offer=_("Plan a dry run")),
        LinkRole("follows", _("follows the procedure"), to=("document", "revision"), back=_("tried out in")),
        LinkRole(EXERCISED, _("was run in"), back=_("raised in the dry run"), to_exercise=True),
    ),
    yields=(
        Yields("dry_run", (CLOSED,), on="held_on", where=READY),
    ),
    flags=(Flag("late", _("Planned day has passed"), _("Hold it, or name another day."), late),),
    panels=PANELS, verbs=VERBS, screens=SCREENS, permissions=Permissions(create=STAFF, change=LEADERS, void=LEADERS),
)  # fmt: skip
