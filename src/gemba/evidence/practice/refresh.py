"""Keep what is derived in step with the records: after each change, and from the ground once a day.

The trail is the feed: every change of a record leaves an event, so nothing that moves a figure can be missed.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection, transaction

from gemba.evidence.practice.doubts import doubt_again
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Holding, Progress
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

OVERLAP = 500
"""Event numbers looked at again where one became visible after a later one, as on PostgreSQL it may."""
FEED = """
SELECT p.event, p.recent, m.last,
    (SELECT count(*) FROM kernel_event WHERE id > p.event - %s AND id <= p.event),
    (SELECT count(*) FROM kernel_event WHERE id > m.last - %s AND id <= m.last)
FROM (SELECT COALESCE(max(id), 0) AS last FROM kernel_event) m LEFT JOIN evidence_progress p ON p.id = 1
"""
MANY = 2_000
"""With more changed records than this, everything is made again."""


def recompute() -> None:
    """Everything, from the records alone. The number of statements does not depend on how many there are."""
    with transaction.atomic():
        _one_at_a_time()
        feed = _feed()
        _with_room()
        doubt_again()
        Holding.objects.all().delete()
        Holding.objects.bulk_create(holdings())
        _reached(feed)


class _Feed(NamedTuple):
    """How far the trail has come, and how far it was taken into account."""

    event: int | None
    """The last event that was taken into account; None where nothing was yet."""
    recent: int | None
    last: int
    recent_then: int
    """How many events there are now in the stretch up to `event`."""
    recent_now: int
    """The same up to `last`: counted before anything is read, so that what becomes visible later is missed by it."""

    @property
    def since(self) -> int | None:
        """Number after which events have to be looked at; None where there is nothing to do."""
        if self.event is None or self.recent_then != self.recent:
            return (self.event or 0) - OVERLAP
        return self.event if self.last > self.event else None


def _feed() -> _Feed:
    with connection.cursor() as cursor:
        cursor.execute(FEED, [OVERLAP, OVERLAP])
        return _Feed(*cursor.fetchone())


def _with_room() -> None:
    """What reads everything may sort in memory, until the transaction ends; PostgreSQL goes to disk after 4 MB."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")


def catch_up() -> bool:
    """Take changes since last time into account. True where anything was done; reading a figure calls this first."""
    feed = _feed()
    since = feed.since
    if since is None:
        return False
    if feed.event is None:
        recompute()
        return True
    changed = Event.objects.filter(id__gt=since, id__lte=feed.last, record__isnull=False)
    ids = set(changed.order_by().values_list("record_id", flat=True)[: MANY + 1])
    if len(ids) > MANY:
        recompute()
        return True
    with transaction.atomic():
        _one_at_a_time()
        _refresh(ids)
        _reached(feed)
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


def _one_at_a_time() -> None:
    """Wait for whoever is at it: neither of two would see, and so replace, what the other is about to add."""
    row = Progress.objects.select_for_update().filter(pk=1)
    if row.first() is None:
        Progress.objects.get_or_create(pk=1)
        row.get()


def _reached(feed: _Feed) -> None:
    Progress.objects.filter(pk=1).update(event=feed.last, recent=feed.recent_now)
