"""Name the duties that a dry run would rehearse: those never used that its scenario leaves evidence of."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.kernel import clock
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.types import Verb
from gemba.modules.dryrun.models import DryRun
from gemba.modules.dryrun.planning import unused_duties
from gemba.modules.dryrun.scenarios import scenarios
from gemba.modules.dryrun.workflow import PLANNED

MOST = 200


def name_duties(run: DryRun, doing: Doing) -> Record:
    """Added to what stands there already; what was named stays."""
    scenario = scenarios().get(run.scenario)
    if scenario is None:
        raise Refused(_now("Choose a scenario first; it says what a run would leave evidence of."))
    named = {(line["framework"], line["duty"]) for line in run.duties}
    found = [
        {"framework": framework.id, "duty": each.duty.id}
        for framework in frameworks_in_force(clock.today())
        for each in unused_duties(framework)
        if set(each.duty.proving) & set(scenario.evidence) and (framework.id, each.duty.id) not in named
    ]
    if not found:
        raise Refused(_now("Everything that this scenario would rehearse has been used for real, or stands here."))
    made: DryRun = Edit(record=run, values={"duties": [*run.duties, *found][:MOST]}, **doing.own).execute()
    return made


VERBS = (
    Verb(
        name="name_duties", label=_("Name the duties never used"), run=name_duties, by=(Role.QUALITY, Role.MANAGEMENT),
        owner=True, states=(PLANNED,),
    ),
)  # fmt: skip
