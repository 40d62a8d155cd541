"""Who carries a process changes when people come, go and take other jobs: once a day everybody concerned is asked."""

import datetime as dt

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actor import Actor, Via
from gemba.kernel.jobs.schedule import every
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.kernel.types import Verb
from gemba.modules.process.effects import settle, unsettled
from gemba.modules.process.models import Process
from gemba.modules.process.offered import people_by_name
from gemba.modules.process.states import IN_FORCE
from gemba.modules.process.workflow import DECIDERS


def _ask(process: Process, doing: Doing) -> Record:
    settle(process, doing)
    return process


ASK: Verb[Process] = Verb(
    name="ask", label=_("Ask everybody to accept"), run=_ask, by=DECIDERS, owner=True, states=(IN_FORCE,),
    help=_("Whoever carries a part of it now and has not accepted it as it stands is asked. Nobody is asked twice."),
)  # fmt: skip


def ask_for(process: Process) -> None:
    """Bring the acceptances of one process up to date, as the system."""
    actor = Actor.system(Via.JOB)
    Do(
        record=process, name="ask", actor=actor, access=Access(actor.person, everything=True),
        reason=_now("People came, went or took other jobs."),
    ).execute()  # fmt: skip


@task()
def ask_everybody() -> None:
    """May run twice: whoever is asked already is not asked again."""
    named = people_by_name()
    for process in Process._base_manager.filter(state=IN_FORCE.name).select_related("accountable").order_by("pk"):
        if unsettled(process, named):
            ask_for(process)


every("responsibilities", ask_everybody, dt.timedelta(days=1), at=dt.timedelta(hours=3))
