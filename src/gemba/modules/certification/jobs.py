"""A visit that comes near stands in somebody's work list, once; the certificate does not keep it there by itself."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.actor import Actor
from gemba.kernel.jobs.schedule import every
from gemba.kernel.jobs.turns import take_turn
from gemba.modules.certification.models import CertificationVisit
from gemba.modules.certification.states import EXPECTED


def ask_to_prepare(today: dt.date) -> int:
    """How many were asked. May run as often as one likes, also in several places: each visit is asked for once."""
    waiting = CertificationVisit._base_manager.filter(
        state=EXPECTED.name, asked_on=None, prepare_from__lte=today, exercise=False
    ).select_related("owner")
    return sum(_asked(waiting.filter(pk=key), today) for key in waiting.order_by("pk").values_list("pk", flat=True))


def _asked(waiting: QuerySet[CertificationVisit], today: dt.date) -> bool:
    with transaction.atomic():
        take_turn("visits that come near")
        visit = waiting.first()
        if visit is None or not visit.owner.active:
            return False
        with seeing_everything() as access:
            given: dict[str, Any] = {"actor": Actor.system(), "access": access, "reason": _("The visit comes near.")}
            what = _("Prepare the visit: what lapses until then, and what was promised last time")
            AskFor(record=visit, person=visit.owner, what=what, due=visit.due, **given).execute()
            Edit(record=visit, fixed={"asked_on": today}, verb="ask", **given).execute()
    return True


@task()
def near_visits() -> None:
    ask_to_prepare(clock.today())


every("certification visits that come near", near_visits, dt.timedelta(days=1), at=dt.timedelta(hours=5, minutes=10))
