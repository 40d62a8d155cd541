"""How orders go out and goods come in: guards, ways, and what speaks against them as evidence (7.4.2, 7.4.3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import VOID, Lifecycle, State, Transition, filled
from gemba.kernel.links.models import Link
from gemba.kernel.roles import Role
from gemba.kernel.types import EvidenceCheck
from gemba.modules.supplier.controls import EXTENT
from gemba.modules.supplier.models import Incoming, Purchase, Supplier
from gemba.modules.supplier.standing import ALLOWS, approved_on_its_day, status_on
from gemba.modules.supplier.states import DROPPED, OPEN, SIGNED
from gemba.modules.supplier.workflow import BUYERS

ORDERED = State("ordered", _("Ordered"), final=True, tone="good")


def approved_that_day(purchase: Purchase) -> str | None:
    """M157: nothing is ordered from somebody who is not approved on the day."""
    if purchase.supplier_id is None:
        raise ValueError("The order names no supplier yet.")
    decision = status_on(purchase.supplier_id, purchase.event_date)
    if decision is not None and decision.ruling in ALLOWS:
        return None
    said = _t("The supplier is not approved on %(day)s. Quality may let the order go as an exception, with the reason.")
    return said % {"day": clock.in_words(purchase.event_date)}


def not_approved(purchase: Purchase) -> bool:
    return purchase.supplier_id is not None and approved_that_day(purchase) is not None


def an_exception(purchase: Purchase) -> str | None:
    if not_approved(purchase):
        return None
    return _t("The supplier is approved, so this order needs no exception.")


def note_exception(purchase: Purchase, doing: Doing) -> None:
    Edit(record=purchase, fixed={"exception": True}, verb="note", **doing.following(_t("Exception"))).execute()


STATEMENT = _("I compared this order with the specification; it says everything the supplier must know.")
purchase_lifecycle = Lifecycle[Purchase](
    Transition("order", _("Order"), OPEN, ORDERED, by=BUYERS, guards=(approved_that_day,), signature=STATEMENT,
               meaning=_("Order checked")),
    Transition(
        "order_exception", _("Order as an exception"), OPEN, ORDERED, by=(Role.QUALITY,), independent_of=("owner",),
        guards=(an_exception,), fits=not_approved, reason=True, meaning=_("Exception"), effects=(note_exception,),
        signature=_("I let this order go though the supplier is not approved; what comes is inspected in full."),
    ),
    Transition("drop", _("Drop"), OPEN, DROPPED, by=BUYERS, reason=True, rejects=True, meaning=_("Dropped"),
               signature=_("I confirm that this is not ordered.")),
)  # fmt: skip


def something_checked(incoming: Incoming) -> str | None:
    return None if incoming.checked else _t("Say what was checked, against which limit, and what was found.")


def decided_by_what_was_found(incoming: Incoming) -> str | None:
    """Faulty goods do not go to stock; what does not go there has a reason."""
    bad = [line["characteristic"] for line in incoming.checked or [] if not line["good"]]
    if incoming.outcome == Incoming.Outcome.STOCK and bad:
        return _t("Not good: %s. Block or return the goods, and report a nonconformity.") % "; ".join(bad)
    if incoming.outcome not in ("", Incoming.Outcome.STOCK) and not incoming.reasons.strip():
        return _t("Say why the goods are blocked or returned.")
    return None


incoming_lifecycle = Lifecycle[Incoming](
    Transition(
        "sign", _("Sign"), OPEN, SIGNED, by=(*BUYERS, Role.EMPLOYEE), meaning=_("Inspection"),
        guards=(filled("outcome"), something_checked, decided_by_what_was_found),
        signature=_("I checked these goods as written and decided about them."),
    ),
    Transition("drop", _("Drop"), OPEN, DROPPED, by=BUYERS, reason=True, rejects=True, meaning=_("Dropped"),
               signature=_("I confirm that this inspection is not made.")),
)  # fmt: skip


def from_nobody_approved(_today: dt.date) -> Q:
    """Placed or received on a day on which the supplier might not supply (practice check of 7.4.1)."""
    return ~Q(approved_on_its_day()) & ~Q(state__in=(VOID, DROPPED.name))


def without_nonconformity(_today: dt.date) -> Q:
    """Blocked or returned, and nobody reported a nonconformity on it (8.3)."""
    reported = Link.objects.standing().filter(target=OuterRef("pk"), role="found_on").exclude(source__state=VOID)
    bad = Q(outcome__in=(Incoming.Outcome.BLOCKED, Incoming.Outcome.RETURNED), state=SIGNED.name)
    return bad & ~Q(Exists(reported))


def _proves_less() -> Q:
    """Spine rows of orders and inspections whose supplier was not approved on their day."""
    found = Q(pk__in=[])
    for model in (Purchase, Incoming):
        rows = model._base_manager.filter(pk=OuterRef("pk"))
        found |= Q(kind=model._meta.model_name) & Q(Exists(rows.filter(~Q(approved_on_its_day()))))
    return found


SUPPLIER_APPROVED = EvidenceCheck(
    name="supplier_approved", sentence=_("The supplier was not approved on that day."), failing=_proves_less
)


def extent_shown(incoming: Incoming, _access: Access) -> Mapping[str, Any]:
    """M89: how much is looked at follows from the class of the supplier."""
    criticality = Supplier._base_manager.values_list("criticality", flat=True).get(pk=incoming.supplier_id)
    return {"extent": EXTENT[criticality]}
