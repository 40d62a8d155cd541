"""What is done under a change waits for it: a revision, a specification, a supplier's new status.

A record names the change it belongs to by a link in the role `under_change`. The change lets go of it on the day it is
put into effect, which is its `valid_from`. Modules declare the role and use `awaits_change` as a guard; nothing here
knows what a change is.
"""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record

UNDER_CHANGE = "under_change"


def changes_holding(record: Record) -> list[Record]:
    """The changes this record belongs to that are not in effect; a refused or void one holds until the link is ended.

    Read past the viewer's scope: a change that one may not see holds all the same.
    """
    return [link.target for link in HOLDING(record.pk)]


def _holding(record: int) -> Any:
    links = Link.objects.standing().filter(source_id=record, role=UNDER_CHANGE, target__valid_from=None)
    return links.select_related("target").order_by("id")


HOLDING: Prepared[Link] = Prepared(_holding, int)


def awaits_change(record: Record) -> str | None:
    """A guard: the sentence while a change holds the record."""
    held = [change.number for change in changes_holding(record)]
    if not held:
        return None
    return _("This waits until %(changes)s is put into effect.") % {"changes": ", ".join(held)}


def held_by_change() -> Q:
    """A condition on records: those that wait for a change."""
    held = Link.objects.standing().filter(source=OuterRef("pk"), role=UNDER_CHANGE, target__valid_from=None)
    return Q(Exists(held))


def records_under(change: Record) -> list[Record]:
    """What is done under this change, void records left out."""
    links = Link.objects.standing().filter(target_id=change.pk, role=UNDER_CHANGE).exclude(source__state=VOID)
    return [link.source for link in links.select_related("source", "source__owner").order_by("id")]
