"""Keep what is derived in step with the records: after each change, and from the ground once a day.

The trail is the feed: every change of a record leaves an event, so nothing that moves a figure can be missed.
"""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Max

from gemba.evidence.practice.doubts import doubt_again
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Holding, Progress
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

OVERLAP = 500
"""Event numbers looked at again: on PostgreSQL one may become visible after a later one."""
MANY = 2_000
"""With more changed records than this, everything is made again."""


def recompute() -> None:
    """Everything, from the records alone. The number of statements does not depend on how many there are."""
    with transaction.atomic():
        last = _last_event()
        doubt_again()
        Holding.objects.all().delete()
        Holding.objects.bulk_create(holdings())
        _reached(last)


def catch_up() -> bool:
    """Take changes since last time into account. True where anything was done; reading a figure calls this first."""
    progress = Progress.objects.first()
    last = _last_event()
    if progress is not None and progress.event == last:
        return False
    if progress is None:
        recompute()
        return True
    changed = Event.objects.filter(id__gt=progress.event - OVERLAP, id__lte=last, record__isnull=False)
    ids = set(changed.order_by().values_list("record_id", flat=True)[: MANY + 1])
    if len(ids) > MANY:
        recompute()
        return True
    with transaction.atomic():
        _refresh(ids)
        _reached(last)
    return True


def _refresh(ids: Collection[int]) -> None:
    """The records that changed, and the sums of their kinds: a fixed number of statements."""
    yielding = [declared.kind for declared in registry if declared.yields]
    rows = dict(Record._base_manager.filter(pk__in=ids, kind__in=yielding).values_list("pk", "kind"))
    if not rows:
        return
    kinds = set(rows.values())
    doubt_again(list(rows))
    Holding.objects.filter(kind__in=kinds).delete()
    Holding.objects.bulk_create(holdings(kinds=kinds))


def _last_event() -> int:
    found: int | None = Event.objects.aggregate(last=Max("id"))["last"]
    return found or 0


def _reached(event: int) -> None:
    Progress.objects.update_or_create(pk=1, defaults={"event": event})
