"""Work over many files: in order, on several cores, whatever one file does to its process."""

import os
import signal
import time
from dataclasses import dataclass

import pytest

from gemba.assess.pool import Failure, map_files

CRASHED = Failure("The file could not be read: its reader crashed.")


@dataclass(frozen=True)
class Item:
    number: int
    deed: str = "double"
    size: int = 10
    risky: bool = False


def work(item: Item) -> tuple[int, int]:
    """Twice the number, and the process that worked it out."""
    if item.deed == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif item.deed == "exit":
        os._exit(0)
    elif item.deed == "hang":
        time.sleep(60)
    elif item.deed == "raise":
        raise ValueError("secret /path")
    elif item.deed == "devour":
        bytearray(1 << 40)
    elif item.deed == "unpicklable":
        return (lambda: 1), 0  # type: ignore[return-value]
    elif item.deed == "late":
        time.sleep(0.2)
    return item.number * 2, os.getpid()


def numbers(items: list[Item], **options: object) -> list[object]:
    results = list(map_files(work, items, **options))  # type: ignore[arg-type]
    return [result if isinstance(result, Failure) else result[0] for result in results]


def test_results_come_in_the_order_of_the_items() -> None:
    """M47: the same report with one core or two."""
    items = [Item(n, "late" if n == 0 else "double") for n in range(300)]
    expected = [2 * n for n in range(300)]
    assert numbers(items, processes=2) == expected
    assert numbers(items, processes=1) == expected


def test_a_few_small_texts_are_worked_on_in_place_and_risky_ones_apart() -> None:
    """M47: starting a process costs more than reading a page, but a crash costs the run."""
    here = os.getpid()
    assert list(map_files(work, [Item(1), Item(2)])) == [(2, here), (4, here)]
    apart = list(map_files(work, [Item(1), Item(2, risky=True)]))
    assert [not isinstance(result, Failure) and result[1] != here for result in apart] == [True, True]


@pytest.mark.parametrize("deed", ["crash", "exit"])
def test_a_worker_that_dies_costs_only_the_file_it_held(deed: str) -> None:
    """M47: the rest is still assessed."""
    items = [Item(n, deed if n in (0, 5, 6, 39) else "double", risky=True) for n in range(40)]
    expected = [CRASHED if n in (0, 5, 6, 39) else 2 * n for n in range(40)]
    assert numbers(items, processes=2) == expected
    assert numbers(items) == expected


def test_a_file_that_hangs_is_given_up_and_the_rest_read() -> None:
    """M47: no file can hold up the run."""
    items = [Item(n, "hang" if n == 3 else "double", risky=True) for n in range(10)]
    expected = [2 * n for n in range(10)]
    given_up = Failure("The file could not be read: reading it took more than 1 seconds.")
    assert numbers(items, max_seconds=1.0) == [*expected[:3], given_up, *expected[4:]]


def test_a_file_that_devours_memory_fails_alone() -> None:
    """M47: memory is bounded per worker."""
    failed = Failure("The file could not be read: it needs more memory than one file is given.")
    assert numbers([Item(1, "devour", risky=True), Item(2)]) == [failed, 4]


def test_an_error_of_the_work_is_named_by_its_kind_only() -> None:
    """M47: no path of this machine gets into a report."""
    assert numbers([Item(1, "raise"), Item(2)]) == [Failure("The file could not be read: ValueError."), 4]


def test_a_result_that_cannot_travel_fails_alone() -> None:
    """M47: the run does not end for it."""
    failure, other = numbers([Item(1, "unpicklable", risky=True), Item(2)])
    assert isinstance(failure, Failure)
    assert other == 4


def test_progress_counts_every_item_once() -> None:
    """M47: the bar ends at the end."""
    for processes in (None, 2):
        seen: list[int] = []
        list(map_files(work, [Item(n) for n in range(9)], processes=processes, progress=seen.append))
        assert seen == list(range(1, 10))


def test_stopping_early_leaves_no_process_behind() -> None:
    """M47: an interrupted run ends at once."""
    results = map_files(work, [Item(n, "late", risky=True) for n in range(50)], processes=2)
    next(results)
    started = time.monotonic()
    results.close()  # type: ignore[attr-defined]
    assert time.monotonic() - started < 5


def test_nothing_to_do_is_done() -> None:
    """M47: a folder without documents is no error here."""
    assert numbers([]) == []
    assert numbers([], processes=2) == []


def test_harmless_documents_are_worked_on_here_and_in_one_process_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: two cores are busy, and only one process pays for a copy of the memory."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    items = [Item(n, "late", size=5_000) for n in range(40)]
    results = [result for result in map_files(work, items) if not isinstance(result, Failure)]
    assert [number for number, _ in results] == [2 * n for n in range(40)]
    processes = {process for _, process in results}
    assert len(processes) == 2
    assert os.getpid() in processes


def test_a_large_document_is_left_to_a_process_that_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: what might hold up the run is never read in the process that must end it."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    items = [Item(n, size=200_000) for n in range(6)]
    results = [result for result in map_files(work, items) if not isinstance(result, Failure)]
    assert [number for number, _ in results] == [2 * n for n in range(6)]
    assert os.getpid() not in {process for _, process in results}


def test_a_worker_that_dies_beside_the_helping_process_costs_only_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """M47: helping changes nothing about who is watched."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    items = [Item(n, "crash" if n == 0 else "late", size=150_000 if n == 0 else 5_000) for n in range(30)]
    assert numbers(items) == [CRASHED, *(2 * n for n in range(1, 30))]
