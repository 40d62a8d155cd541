"""Pages: the planner, the scenario library, and running a process as an exercise from the dry run."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.rights import grant_to_create, may_change
from gemba.kernel.roles import STAFF
from gemba.kernel.types import RecordType, Screen, registry
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.planning import planner
from gemba.modules.dryrun.scenarios import scenarios
from gemba.modules.dryrun.workflow import EXERCISED, RUNNING
from gemba.web.errors import refused, status_of
from gemba.web.forms import RaiseForm
from gemba.web.middleware import SignedInRequest
from gemba.web.raising import raise_form
from gemba.web.views.common import UNPROCESSABLE, acting, done

OWN = "dryrun"


def _framework(request: SignedInRequest) -> Framework:
    name = request.GET.get("framework", "")
    found = known_catalogue().frameworks.get(name) if name else frameworks_in_force(clock.today())[0]
    if found is None:
        raise Http404
    return found


@require_GET
def plan(request: SignedInRequest) -> HttpResponse:
    """What was never used for real, and how it can be rehearsed."""
    found = planner(_framework(request))
    may = grant_to_create(request.access, registry.named(OWN))
    context = {"found": found, "frameworks": frameworks_in_force(clock.today()), "may": may}
    return render(request, "dryrun/planner.html", context)


@require_GET
def library(request: SignedInRequest) -> HttpResponse:
    """Every scenario with its steps."""
    shown = [
        {"scenario": each, "kinds": [registry.named(kind) for kind in each.kinds if kind in registry]}
        for each in scenarios().values()
    ]
    return render(request, "dryrun/scenarios.html", {"scenarios": shown})


def takes_part(request: SignedInRequest, run: DryRun) -> bool:
    named = request.access.person.uid in {line["person"] for line in run.participants}
    return named or may_change(request.access, run)


def offered(request: SignedInRequest, run: DryRun) -> list[RecordType[Any]]:
    """Kinds that this person may raise: those of the scenario first, then all others that prove anything."""
    scenario = scenarios().get(run.scenario)
    first = list(scenario.kinds) if scenario else []
    kinds = [*(k for k in first if k in registry), *(d.kind for d in registry if d.yields and d.kind != OWN)]
    found = [registry.named(kind) for kind in dict.fromkeys(kinds)]
    return [declared for declared in found if grant_to_create(request.access, declared, site_id=run.site_id)]


@require_http_methods(["GET", "POST"])
def exercise(request: SignedInRequest, record: DryRun) -> HttpResponse:
    """Raise a record of the real kind as an exercise, linked to the dry run, by whoever takes part (M121)."""
    if record.state != RUNNING.name or not takes_part(request, record):
        said = _("Exercise records are raised while the dry run is held, by those who take part.")
        return refused(request, Refused(said))
    kinds = offered(request, record)
    chosen = next((each for each in kinds if each.kind == request.GET.get("kind")), None)
    context: dict[str, Any] = {"record": record, "kinds": kinds, "chosen": chosen}
    if chosen is None:
        return render(request, "dryrun/exercise.html", context)
    form = context["form"] = raise_form(
        chosen, request.access, request.POST if request.method == "POST" else None, None
    )
    form.fields["exercise"].disabled, form.fields["exercise"].initial = True, True
    made, status = _raised(request, record, chosen, form)
    if made is not None:
        return done(request, made, _("%s is raised as an exercise.") % made.number)
    return render(request, "dryrun/exercise.html", context, status=status)


def _raised(
    request: SignedInRequest, run: DryRun, declared: RecordType[Any], form: RaiseForm
) -> tuple[Record | None, int]:
    """The record, or None with the status of the page that is shown again."""
    if not form.is_bound:
        return None, 200
    if not form.is_valid():
        return None, UNPROCESSABLE
    try:
        return _raise(request, run, declared, form), 200
    except Invalid as refusal:
        form.refuse(refusal)
        return None, UNPROCESSABLE
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return None, status_of(refusal)


def _raise(request: SignedInRequest, run: DryRun, declared: RecordType[Any], form: RaiseForm) -> Record:
    """The record and its link, both or neither. The link is the system's: who takes part need not own the run."""
    with transaction.atomic():
        values = {**form.values(), "exercise": True}
        made: Record = Raise(model=declared.model, values=values, **acting(request)).execute()
        doing = Doing(actor=request.actor, access=request.access, step="exercise", values={})
        why = _("%s was raised in it.") % made.number
        MakeLink(record=run, role=EXERCISED, to=made, **doing.following(why)).execute()
    return made


SCREENS = (
    Screen(name="planner", path="dry-runs/planner", view=plan, menu=gettext_lazy("Never used yet")),
    Screen(name="scenarios", path="dry-runs/scenarios", view=library, menu=gettext_lazy("Scenarios")),
    Screen(name="exercise", path="exercise", view=exercise, on_record=True, roles=STAFF),
)  # fmt: skip
