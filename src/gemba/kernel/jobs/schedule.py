"""What runs when. Slots are reckoned in UTC from a fixed origin: neither daylight saving nor a restart matters."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django_tasks.base import Task

from gemba.kernel.jobs.models import Slot

ORIGIN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """`task` without arguments, every `every`, shifted by `at` within the period (06:00 for a daily job)."""

    name: str
    task: "Task[Any, Any]"
    every: dt.timedelta
    at: dt.timedelta = dt.timedelta()

    def slot(self, now: dt.datetime) -> dt.datetime:
        """The latest due time that is not after `now`."""
        start = ORIGIN + self.at
        return start + (now - start) // self.every * self.every


SCHEDULE: dict[str, Scheduled] = {}
BEATS: list[Callable[[], None]] = []
"""What each worker does every few seconds; short, and nothing that must not be missed."""
LAST: list[Callable[[], None]] = []
"""What a worker does before it stops."""


def every(name: str, task: "Task[Any, Any]", period: dt.timedelta, *, at: dt.timedelta = dt.timedelta()) -> None:
    """Declare a scheduled job; names are unique. Called at import of a `jobs` module."""
    if name in SCHEDULE:
        raise ValueError(f"The scheduled job {name!r} is declared twice.")
    SCHEDULE[name] = Scheduled(name, task, period, at)


def tick(now: dt.datetime) -> list[str]:
    """Enqueue every job whose slot has come and that nobody has enqueued yet. Safe on many workers at once.

    After a pause only the latest slot runs: a digest missed three times is one digest.
    """
    started = []
    for job in SCHEDULE.values():
        due = job.slot(now)
        if Slot.objects.filter(name=job.name, due__gte=due).exists():
            continue
        try:
            with transaction.atomic():
                Slot.objects.create(name=job.name, due=due)
                job.task.enqueue()
        except IntegrityError:
            continue
        started.append(job.name)
    Slot.objects.filter(due__lt=now - KEPT).delete()
    return started
