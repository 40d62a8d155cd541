"""What follows from the steps of a CAPA."""

from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor, FinishTask
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.modules.capa.actions_of import actions_of
from gemba.modules.capa.models import Capa
from gemba.modules.capa.states import PLANNED


def _set(capa: Capa, doing: Doing, **columns: Any) -> None:
    Edit(record=capa, fixed=columns, verb="date", **doing.following(_("The day of the step."))).execute()


def plan_stands(capa: Capa, doing: Doing) -> None:
    """From this day on the criterion is older than what is done for it."""
    _set(capa, doing, planned_on=clock.today())


def actions_begin(capa: Capa, doing: Doing) -> None:
    why = _("The plan of %s was approved.") % capa.number
    for action in actions_of(capa).filter(state=PLANNED.name):
        Advance(record=action, name="start", **doing.following(why)).execute()


def implemented(capa: Capa, doing: Doing) -> None:
    _set(capa, doing, implemented_on=clock.today())


def ask_for_the_check(capa: Capa, doing: Doing) -> None:
    """The verdict stands in the work list of quality from now on, with its day."""
    what = _("Judge from records whether it worked: %s") % capa.criterion
    AskFor(
        record=capa, what=what[:200], role=Role.QUALITY, due=capa.check_due, transition="effective",
        **doing.following(_("All actions are verified.")),
    ).execute()  # fmt: skip


def judged(capa: Capa, doing: Doing) -> None:
    _set(capa, doing, checked_on=clock.today())


def taken_up_again(capa: Capa, doing: Doing) -> None:
    """The round before stays in the history; what proved it is asked for anew."""
    for task in Task.objects.filter(record=capa, transition="effective", done_at=None, withdrawn=False):
        FinishTask(task=task, withdraw=True, **doing.following(_("It is taken up again."))).execute()
    emptied = dict.fromkeys(("planned_on", "implemented_on", "checked_on", "after"))
    _set(capa, doing, rounds=capa.rounds + 1, result="", **emptied)
