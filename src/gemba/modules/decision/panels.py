"""Who has decided, whom an announcement reached, and the message on the page of the one who is to read it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.people.models import Person
from gemba.modules.decision.deciding import named, signers
from gemba.modules.decision.models import Announcement, Decision, Receipt
from gemba.modules.decision.states import ASKED, OPEN, SEEN
from gemba.web.inside import rich

MOST_NAMED = 60


def who_decides(decision: Decision, _access: Access) -> Mapping[str, Any] | None:
    if decision.state == OPEN.name or not decision.deciders:
        return None
    done = signers(decision)
    people = {person.uid: person for person in Person.objects.filter(uid__in=named(decision.deciders))}
    found = [(people[uid], uid in done) for uid in named(decision.deciders) if uid in people]
    return {"deciders": found, "signed": sum(signed for _person, signed in found)}


def whom_it_reached(announcement: Announcement, _access: Access) -> Mapping[str, Any] | None:
    """How many of those it is for, and by department: a department that nobody heard from stands out (M103, M105)."""
    rows = Receipt._base_manager.filter(announcement=announcement).exclude(state="void")
    receipts = list(rows.select_related("owner__department").order_by("owner__name", "pk"))
    if not receipts:
        return None
    by_department: dict[str, list[int]] = {}
    for receipt in receipts:
        department = receipt.owner.department
        counted = by_department.setdefault(department.name if department else str(_("no department")), [0, 0])
        counted[0] += receipt.state == SEEN.name
        counted[1] += 1
    seen = [receipt for receipt in receipts if receipt.state == SEEN.name]
    waiting = [receipt for receipt in receipts if receipt.state == ASKED.name]
    return {
        "asked": len(receipts), "seen": len(seen), "percent": 100 * len(seen) // len(receipts),
        "there": sum(receipt.how == Receipt.How.ATTENDED for receipt in seen),
        "departments": [(name, done, of) for name, (done, of) in sorted(by_department.items())],
        "missing": sorted(name for name, (done, _of) in by_department.items() if not done),
        "waiting": waiting[:MOST_NAMED], "more": max(len(waiting) - MOST_NAMED, 0),
    }  # fmt: skip


def the_message(receipt: Receipt, access: Access) -> Mapping[str, Any] | None:
    """For whom it was meant, and for those who may see the announcement itself."""
    announcement = Announcement._base_manager.select_related("owner").get(pk=receipt.announcement_id)
    if access.person.pk != receipt.owner_id and not access.sees(announcement):
        return None
    return {"announcement": announcement, "message": rich(announcement.message)}
