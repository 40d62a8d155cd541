"""What the passing of days does to suppliers."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actor import Actor, Via
from gemba.kernel.jobs.schedule import every
from gemba.kernel.jobs.turns import take_turn
from gemba.modules.supplier.models import Supplier, SupplierDecision
from gemba.modules.supplier.states import MAY_SUPPLY


@task()
def end_approvals() -> None:
    """Approvals past their last day: the supplier is suspended until somebody decides anew."""
    actor = Actor.system(Via.JOB)
    access = Access(actor.person, everything=True)
    past = SupplierDecision._base_manager.filter(
        standing=True, until__lt=clock.today(), supplier__state__in=MAY_SUPPLY
    ).select_related("supplier__owner")
    for decision in past:
        known = Supplier._base_manager.select_related("owner").get(pk=decision.supplier_id)
        why = _("The approval %(number)s held until %(day)s.") % {
            "number": decision.number, "day": clock.in_words(decision.until) if decision.until else "",
        }  # fmt: skip
        with transaction.atomic():
            take_turn("end approvals of suppliers")
            if not past.filter(pk=decision.pk).exists():
                continue  # another worker was here in the meantime
            Advance(record=known, name="suspend", actor=actor, access=access, reason=why).execute()
            AskFor(record=known, what=why, person=known.owner, actor=actor, access=access, reason=why).execute()


every("end approvals of suppliers", end_approvals, dt.timedelta(days=1), at=dt.timedelta(hours=3, minutes=20))
