"""Background work: retried, taken back from the dead, and each slot once."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection, connections
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from gemba.kernel.jobs import worker
from gemba.kernel.jobs.models import Slot, WorkerBeat
from gemba.kernel.jobs.schedule import SCHEDULE, Scheduled, tick
from gemba.kernel.jobs.worker import Background, beat, reclaim, run_all_waiting

RAN: list[str] = []
FAILING: list[str] = []


@task()
def remember(word: str) -> None:
    RAN.append(word)


@task()
def fail_first(word: str) -> None:
    FAILING.append(word)
    if len(FAILING) < 3:
        raise RuntimeError("not yet")


@pytest.fixture(autouse=True)
def forget() -> None:
    RAN.clear()
    FAILING.clear()


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_is_tried_again_later_until_it_works() -> None:
    start = timezone.now()
    fail_first.enqueue("x")
    for attempt in range(4):
        with time_machine.travel(start + dt.timedelta(minutes=20 * attempt)):
            run_all_waiting()
    assert FAILING == ["x", "x", "x"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


@pytest.mark.django_db(transaction=True)
def test_a_hopeless_job_stops_after_its_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "MOST_ATTEMPTS", 2)
    start = timezone.now()
    fail_first.enqueue("x")
    for attempt in range(4):
        with time_machine.travel(start + dt.timedelta(minutes=20 * attempt)):
            run_all_waiting()
    assert FAILING == ["x", "x"]
    assert DBTaskResult.objects.get().status == "FAILED"


@pytest.mark.django_db(transaction=True)
def test_the_job_of_a_killed_worker_is_done_by_another() -> None:
    """DUR-01: a killed worker loses no job; a living one keeps its own."""
    remember.enqueue("dead")
    remember.enqueue("alive")
    for result, name in zip(DBTaskResult.objects.order_by("enqueued_at"), ("gone", "here"), strict=True):
        result.claim(name)
    later = timezone.now() + dt.timedelta(minutes=5)
    beat("here", later)
    assert reclaim(later) == 1
    run_all_waiting()
    assert RAN == ["dead"]
    assert WorkerBeat.objects.filter(worker="here").exists()


@pytest.mark.django_db(transaction=True)
def test_each_slot_is_enqueued_once_whatever_the_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """CON-07: the same moment on four workers at once is one job."""
    monkeypatch.setitem(SCHEDULE, "test", Scheduled("test", remember, dt.timedelta(hours=1)))
    now = dt.datetime(2026, 11, 22, 10, 30, tzinfo=dt.UTC)
    barrier = threading.Barrier(4)

    def one() -> None:
        barrier.wait()
        try:
            tick(now)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Slot.objects.filter(name="test").count() == 1
    assert DBTaskResult.objects.filter(task_path__endswith="remember").count() == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-03-29T00:30:00", "2026-03-28T05:00:00"),
        ("2026-03-29T05:00:00", "2026-03-29T05:00:00"),
        ("2026-10-25T04:59:59", "2026-10-24T05:00:00"),
        ("2028-02-29T12:00:00", "2028-02-29T05:00:00"),
        ("2038-01-19T05:30:00", "2038-01-19T05:00:00"),
    ],
)
def test_slots_know_no_daylight_saving(now: str, due: str) -> None:
    """CLK-06: no job skipped or doubled around clock changes, leap days and 2038."""
    daily = Scheduled("d", remember, dt.timedelta(days=1), dt.timedelta(hours=5))
    assert daily.slot(dt.datetime.fromisoformat(f"{now}+00:00")) == dt.datetime.fromisoformat(f"{due}+00:00")


@pytest.mark.django_db(transaction=True)
def test_one_process_serves_and_works() -> None:
    """A worker beside the web server runs what is queued and stops when asked."""
    background = Background(interval=0.05)
    background.start()
    remember.enqueue("now")
    deadline = timezone.now() + dt.timedelta(seconds=20)
    done = threading.Event()
    while not RAN and timezone.now() < deadline:
        done.wait(0.05)
    background.stop()
    assert RAN == ["now"]
    assert connection.vendor in {"sqlite", "postgresql"}
