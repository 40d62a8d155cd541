"""The worker: runs queued jobs, tries failed ones again, takes back those of a dead worker, keeps the schedule.

One process on SQLite runs it in a thread beside the web server; on PostgreSQL as many processes as wanted.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from gemba.kernel.jobs.models import WorkerBeat
from gemba.kernel.jobs.schedule import BEATS, LAST, tick
from gemba.kernel.ulid import ulid

MOST_ATTEMPTS = 5
FIRST_WAIT = dt.timedelta(seconds=10)
BEAT = 5.0
"""Seconds between signs of life, and between looks at the schedule."""
DEAD_AFTER = dt.timedelta(seconds=30)
log = logging.getLogger("gemba.jobs")


def wait_before(attempt: int) -> dt.timedelta:
    """10 s, 40 s, 160 s, 640 s: long enough for a restart in between, short enough to notice."""
    return FIRST_WAIT * int(4 ** (attempt - 1))


def retry(result: "DBTaskResult[Any, Any]") -> bool:
    """Queue a failed job again unless it has had its attempts. The library notes a worker id per attempt."""
    attempts = len(result.worker_ids)
    if result.status != TaskResultStatus.FAILED or attempts >= MOST_ATTEMPTS:
        return False
    DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.FAILED).update(
        status=TaskResultStatus.READY, run_after=timezone.now() + wait_before(attempts), finished_at=None
    )
    log.warning("job %s failed at attempt %d and is tried again", result.task_path, attempts)
    return True


def reclaim(now: dt.datetime) -> int:
    """Queue again what a worker without sign of life was running. Jobs must bear being run twice."""
    taken = 0
    alive = set(WorkerBeat.objects.filter(at__gte=now - DEAD_AFTER).values_list("worker", flat=True))
    for result in DBTaskResult.objects.running().filter(started_at__lt=now - DEAD_AFTER):
        if result.worker_ids and result.worker_ids[-1] in alive:
            continue
        with transaction.atomic():
            taken += DBTaskResult.objects.filter(
                pk=result.pk, status=TaskResultStatus.RUNNING, started_at=result.started_at
            ).update(status=TaskResultStatus.READY, started_at=None)
    WorkerBeat.objects.filter(at__lt=now - 10 * DEAD_AFTER).delete()
    return taken


def beat(worker_id: str, now: dt.datetime) -> None:
    WorkerBeat.objects.update_or_create(worker=worker_id, defaults={"at": now})


class JobWorker(Worker):
    """The library's worker with retries."""

    def __init__(self, *, interval: float = 1.0, batch: bool = False) -> None:
        super().__init__(
            queue_names=["*"], interval=interval, batch=batch, backend_name="default", startup_delay=False,
            max_tasks=None, worker_id=ulid(), excluded_queue_names=[],
        )  # fmt: skip

    def run_task(self, db_task_result: "DBTaskResult[Any, Any]") -> None:
        super().run_task(db_task_result)
        retry(db_task_result)


class Background:
    """A worker and its pulse as threads of this process; `stop` waits for the job at hand."""

    def __init__(self, *, interval: float = 1.0) -> None:
        self.worker = JobWorker(interval=interval)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._guarded(self.worker.run), name="gemba-jobs", daemon=True),
            threading.Thread(target=self._guarded(self._pulse), name="gemba-pulse", daemon=True),
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 20.0) -> None:
        self.worker.running = False
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout)

    def _pulse(self) -> None:
        while not self._stopping.is_set():
            now = timezone.now()
            try:
                beat(self.worker.worker_id, now)
                reclaim(now)
                tick(now)
                for work in BEATS:
                    work()
            except Exception:
                log.exception("the pulse of the background work missed a beat")
            close_old_connections()
            self._stopping.wait(BEAT)
        self._finish()

    @staticmethod
    def _finish() -> None:
        for work in LAST:
            try:
                work()
            except Exception:
                log.exception("the last work before stopping failed")

    @staticmethod
    def _guarded(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                work()
            finally:
                connection.close()

        return run


def run_all_waiting() -> None:
    """Run what is queued now, in this thread, until nothing is left. For tests and the demonstration."""
    JobWorker(interval=0, batch=True).run()
