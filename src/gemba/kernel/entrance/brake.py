"""Guessing gets slower with every failure, and never stops the rightful owner for good (AUT-01 to AUT-03).

Counters per account, per address and for everybody. They live in the database, so that all workers share them, and
are raised before the password is looked at, so that many guesses at once count as many.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from gemba.kernel.entrance.models import Brake


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` failures cost nothing; each further one doubles the wait, from `first` up to `longest`."""

    free: int
    first: dt.timedelta
    longest: dt.timedelta

    def wait(self, failures: int) -> dt.timedelta:
        over = failures - self.free
        if over < 0:
            return dt.timedelta()
        return min(self.first * int(2 ** min(over, 16)), self.longest)


ACCOUNT = Limit(5, dt.timedelta(seconds=30), dt.timedelta(minutes=15))
ADDRESS = Limit(20, dt.timedelta(seconds=30), dt.timedelta(minutes=15))
EVERYBODY = Limit(200, dt.timedelta(seconds=5), dt.timedelta(minutes=1))
DEVICE = Limit(10, dt.timedelta(seconds=30), dt.timedelta(minutes=15))
"""A browser that signed in to this account before has a counter of its own: strangers cannot lock it out."""
FORGOTTEN = dt.timedelta(hours=1)
"""After this long without a failure a counter starts again."""


@dataclass(frozen=True, slots=True)
class Held:
    """The attempt must wait, whatever the password."""

    key: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made. It counts as failed until `forgive` is called."""

    keys: tuple[str, ...]
    alerts: tuple[str, ...] = ()
    """The counters that reach their limit with this attempt, should it fail."""


def account_key(email: str) -> str:
    """What was typed may be anything, even a password in the wrong field: only a digest of it is kept."""
    return f"account:{hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:40]}"


def attempt(*counters: tuple[str, Limit]) -> Attempt | Held:
    """Count an attempt against each counter, or say which of them makes it wait."""
    now = timezone.now()
    with transaction.atomic():
        rows = [(_locked(key, now), limit) for key, limit in counters]
        for row, _limit in rows:
            if row.until is not None and row.until > now:
                return Held(row.key, row.until)
        alerts = []
        for row, limit in rows:
            row.failures += 1
            row.last = now
            wait = limit.wait(row.failures)
            row.until = now + wait if wait else None
            if row.failures == limit.free:
                alerts.append(row.key)
            row.save(update_fields=["failures", "last", "until"])
    return Attempt(tuple(row.key for row, _ in rows), tuple(alerts))


def _locked(key: str, now: dt.datetime) -> Brake:
    Brake.objects.get_or_create(key=key)
    row = Brake.objects.select_for_update().get(key=key)
    if row.last < now - FORGOTTEN:
        row.failures, row.until = 0, None
    return row


def forgive(made: Attempt, *clear: str) -> None:
    """The attempt succeeded: it does not count, and the counters named in `clear` start again."""
    with transaction.atomic():
        for row in Brake.objects.select_for_update().filter(key__in=made.keys):
            row.failures = 0 if row.key in clear else max(row.failures - 1, 0)
            row.until = None  # it was not waiting, or there had been no attempt
            row.save(update_fields=["failures", "until"])


def release(*keys: str) -> int:
    """Start the counters again, for an administrator's unlock. Returns how many there were."""
    return Brake.objects.filter(key__in=keys, failures__gt=0).update(failures=0, until=None)


def waiting(key: str) -> dt.datetime | None:
    """Until when attempts against this counter wait, or None."""
    row = Brake.objects.filter(key=key, until__gt=timezone.now()).first()
    return row.until if row else None
