"""How a dry run is planned, held and closed."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID, Lifecycle, State, Transition, filled
from gemba.kernel.links.models import Link
from gemba.kernel.roles import STAFF, Role
from gemba.modules.dryrun.models import DryRun

PLANNED = State("planned", _("Planned"), tone="calm")
RUNNING = State("running", _("Being held"))
REPORTED = State("reported", _("Waits for its report to be signed"))
CLOSED = State("closed", _("Closed"), final=True, tone="good")
EXERCISED = "exercised"
FINDINGS = ("nonconformity", "capa", "change", "improvement", "report")
"""Kinds of record that a deviation may lead to, by whatever link they name the dry run."""
TWO = 2


def has_people(run: DryRun) -> str | None:
    if not run.participants:
        return _now("Name who takes part.")
    if run.method == DryRun.Method.TABLETOP and len({line["person"] for line in run.participants}) < TWO:
        return _now("A table-top needs at least two people; one alone reads a procedure.")
    return None


def has_steps(run: DryRun) -> str | None:
    return None if run.steps else _now("Choose a scenario, or write down the steps with what is expected of each.")


def has_results(run: DryRun) -> str | None:
    """Each step says how it went and how long it took, each deviation what was seen."""
    open_steps = sum(not line["result"] or line["minutes"] is None for line in run.steps)
    if open_steps:
        return _now("%d steps have no result or no minutes yet.") % open_steps
    silent = sum(not line["seen"] for line in run.deviations)
    return _now("Say what was seen at %d steps that went otherwise.") % silent if silent else None


def held(run: DryRun) -> str | None:
    if run.held_on is not None and run.held_on > clock.today():
        return _now("It cannot have been held on a day that has not come yet.")
    return None


def exercised(run: DryRun) -> str | None:
    """A simulated case and a mock run leave records in the real module; a table-top leaves none."""
    if run.method == DryRun.Method.TABLETOP or not run.pk:
        return None
    links = Link.objects.standing().filter(source=run, role=EXERCISED, target__exercise=True)
    if links.exclude(target__state=VOID).exists():
        return None
    return _now("Link at least one exercise record in which the process was run, or make it a table-top.")


def answered(run: DryRun) -> str | None:
    """Deviations lead to something, or somebody says why not (M124)."""
    if not run.deviations or run.no_finding.strip() or not run.pk:
        return None
    links = Link.objects.standing().filter(target=run, source__kind__in=FINDINGS)
    if links.exclude(source__state=VOID).exists():
        return None
    return _now("Raise a nonconformity, CAPA, change or improvement from here, or say why deviations lead to nothing.")


def begun(run: DryRun, doing: Doing) -> None:
    if run.held_on is None:
        Edit(record=run, fixed={"held_on": clock.today()}, verb="date", **doing.following(_now("It began."))).execute()


def closed(run: DryRun, doing: Doing) -> None:
    fixed = {"closed_on": clock.today()}
    Edit(record=run, fixed=fixed, verb="date", **doing.following(_now("It was closed."))).execute()


lifecycle = Lifecycle[DryRun](
    Transition("begin", _("Begin"), PLANNED, RUNNING, by=STAFF, guards=(has_people, has_steps), effects=(begun,)),
    Transition(
        "report", _("Hand in the report"), RUNNING, REPORTED, by=STAFF,
        guards=(filled("held_on", "verdict", "learned"), held, has_results, exercised),
    ),
    Transition(
        "close", _("Close"), REPORTED, CLOSED, by=(Role.QUALITY, Role.MANAGEMENT), independent_of=("owner",),
        guards=(has_results, exercised, answered), effects=(closed,), meaning=_("Closure"),
        signature=_("I have read this report; the deviations are answered, and the run counts as an exercise only."),
    ),
    Transition(
        "reject", _("Send back"), REPORTED, RUNNING, by=(Role.QUALITY, Role.MANAGEMENT), reason=True, rejects=True,
        signature=_("I send this report back."), meaning=_("Rejection"),
    ),
)  # fmt: skip
