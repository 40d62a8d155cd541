"""Maps work over files on all cores, so that a file that crashes, hangs or devours memory costs only itself.

The standard pools give up all their work when one worker dies; here the item a dead worker held becomes a `Failure`
and a new worker takes its place.
"""

import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

MAX_SECONDS = 60.0
"""For one item. A document takes milliseconds; even 2,000 PDF pages take some ten seconds."""
MAX_MEMORY = 3 * 1024**3
"""Address space of one worker, in bytes. Mapped libraries count too: some 0.5 GB without a document."""
_AHEAD = 64
"""Results per worker that may wait for an earlier one: bounds memory whatever the order of completion."""
_BATCH = 4
"""Items a worker holds at once, so that it never waits for the next."""
_WORTH_A_POOL = 100_000
"""Bytes of documents from which a second process saves more than its start costs (measured: some 15 ms)."""
_HELPED = 5_000_000
"""Bytes of harmless documents up to which this process works along instead of making one process more: each process
made pays for a copy of the memory it touches."""
_HELPED_ITEM = 100_000
"""Bytes of one item that this process takes on: nothing watches over it."""
_START_SECONDS = 60.0
"""For a worker to start where it cannot be forked, on a busy machine."""
_READY = -1
"""Stands for the number of an item in a worker's first message."""
_KILLED = "The file could not be read: reading it took more than {seconds:.0f} seconds."
_CRASHED = "The file could not be read: its reader crashed."


class Weighted(Protocol):
    """What the pool must know of an item."""

    @property
    def size(self) -> int:
        """In bytes."""

    @property
    def risky(self) -> bool:
        """Whether the work may crash the process it runs in."""


ItemT = TypeVar("ItemT", bound=Weighted)
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Failure:
    """In place of a result. `problem` is a sentence for a person."""

    problem: str


def map_files(
    work: Callable[[ItemT], ResultT],
    items: Sequence[ItemT],
    *,
    processes: int | None = None,
    progress: Callable[[int], None] | None = None,
    max_seconds: float = MAX_SECONDS,
) -> Iterator[ResultT | Failure]:
    """The result for each item, in the order of the items; `Failure` where the work raised, crashed or took too long.

    `work` is a function of a module, and results can be pickled. `processes` None means: as many as help.
    `progress` is called with the number of items done. Few harmless small items are worked on in this process.
    """
    count, helps = _workers(items, processes)
    results = _inside(work, items) if count == 0 else _Pool(work, items, count, max_seconds, helps=helps).results()
    for done, result in enumerate(results, start=1):
        if progress:
            progress(done)
        yield result


def _workers(items: Sequence[ItemT], processes: int | None) -> tuple[int, bool]:
    """How many worker processes, 0 for none, and whether this process works along."""
    risky = any(item.risky for item in items)
    if processes is not None and processes > 1:
        return min(processes, max(len(items), 1)), False
    size = sum(item.size for item in items)
    if size < _WORTH_A_POOL or len(items) < 2 or processes == 1:  # noqa: PLR2004
        return (1 if risky else 0), False
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    helps = not risky and size <= _HELPED
    return min(cores - helps, len(items)), helps


def _inside(work: Callable[[ItemT], ResultT], items: Sequence[ItemT]) -> Iterator[ResultT | Failure]:
    for item in items:
        yield _guarded(work, item)


def _guarded(work: Callable[[ItemT], ResultT], item: ItemT) -> ResultT | Failure:
    try:
        return work(item)
    except MemoryError:
        return Failure("The file could not be read: it needs more memory than one file is given.")
    except Exception as error:
        return Failure(f"The file could not be read: {type(error).__name__}.")


def _context() -> Any:
    """Forking is fast, but safe only where no other thread could hold a lock at that moment."""
    if sys.platform == "linux" and _threads() == 1:
        return multiprocessing.get_context("fork")
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _threads() -> int:
    """Threads of this process, those of native libraries included."""
    try:
        return len(list(Path("/proc/self/task").iterdir()))
    except OSError:
        return threading.active_count() + 1


def _serve(work: Callable[[Any], Any], connection: Connection, inherited: Sequence[Connection]) -> None:
    """The worker's life: receive an item with its number, send back the number and the result."""
    # The parent alone answers to the keyboard; it ends its workers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for other in inherited:
        # A forked copy of another worker's pipe would hide that worker's death, or the parent's.
        other.close()
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        connection.send((_READY, None))
        while (received := connection.recv()) is not None:
            number, item = received
            _answer(connection, number, _guarded(work, item))


def _answer(connection: Connection, number: int, result: object) -> None:
    try:
        connection.send((number, result))
    except OSError:
        raise
    except Exception as error:
        # Nothing has been sent yet: a result is pickled whole before its first byte leaves.
        connection.send((number, Failure(f"The file could not be read: {type(error).__name__}.")))


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    held: deque[int] = field(default_factory=deque)
    ready: bool = False
    since: float = 0.0
    """When the item now worked on was begun; a worker not yet ready has its own time to start."""


class _Pool(Generic[ItemT, ResultT]):
    def __init__(
        self,
        work: Callable[[ItemT], ResultT],
        items: Sequence[ItemT],
        count: int,
        max_seconds: float,
        *,
        helps: bool = False,
    ) -> None:
        self._helps = helps
        self._work = work
        self._items = items
        self._count = count
        self._max_seconds = max_seconds
        self._context = _context()
        self._workers: list[_Worker] = []
        self._waiting: deque[int] = deque(range(len(items)))
        self._done: dict[int, ResultT | Failure] = {}
        self._next = 0

    def results(self) -> Iterator[ResultT | Failure]:
        try:
            for _ in range(self._count):
                self._start()
            while self._next < len(self._items):
                self._feed()
                self._collect(wait_for_it=not self._help())
                while self._next in self._done:
                    result = self._done.pop(self._next)
                    self._next += 1
                    yield result
        finally:
            self._stop()

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        inherited = [ours, *(worker.connection for worker in self._workers)]
        forked = self._context.get_start_method() == "fork"
        arguments = (self._work, theirs, inherited if forked else [])
        process = self._context.Process(target=_serve, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours, since=time.monotonic() + _START_SECONDS))

    def _feed(self) -> None:
        """Give each worker its next items, as long as they are near the one whose result is due."""
        for worker in list(self._workers):
            while self._waiting and len(worker.held) < _BATCH and self._waiting[0] < self._horizon():
                if worker.ready and not worker.held:
                    worker.since = time.monotonic()
                number = self._waiting.popleft()
                worker.held.append(number)
                try:
                    worker.connection.send((number, self._items[number]))
                except OSError:
                    self._bury(worker, _CRASHED)
                    break

    def _horizon(self) -> int:
        return self._next + _AHEAD * self._count

    def _help(self) -> bool:
        """Do the next item here, if this process works along and nothing speaks against it."""
        if not (self._helps and self._waiting and self._items[self._waiting[0]].size <= _HELPED_ITEM):
            return False
        number = self._waiting.popleft()
        self._done[number] = _guarded(self._work, self._items[number])
        return True

    def _collect(self, *, wait_for_it: bool) -> None:
        busy = [worker for worker in self._workers if worker.held]
        deadline = min((worker.since for worker in busy), default=0.0) + self._max_seconds
        patience = max(deadline - time.monotonic(), 0.0) if wait_for_it else 0.0
        ready = wait([worker.connection for worker in busy], patience)
        for worker in busy:
            if worker.connection in ready:
                self._receive(worker)
            elif time.monotonic() - worker.since > self._max_seconds:
                self._bury(worker, _KILLED.format(seconds=self._max_seconds))

    def _receive(self, worker: _Worker) -> None:
        try:
            self._take(worker)
        except (EOFError, OSError):
            self._bury(worker, _CRASHED)

    def _take(self, worker: _Worker) -> None:
        number, result = worker.connection.recv()
        worker.since = time.monotonic()
        if number == _READY:
            worker.ready = True
            return
        self._done[number] = result
        worker.held.remove(number)

    def _bury(self, worker: _Worker, problem: str) -> None:
        """The item worked on fails; those that only waited in the pipe go to others."""
        worker.process.kill()
        worker.process.join()
        with suppress(EOFError, OSError):
            # What it had finished may still lie in the pipe; else the wrong item would be blamed.
            while worker.held and worker.connection.poll():
                self._take(worker)
        worker.connection.close()
        self._workers.remove(worker)
        if worker.held:
            self._done[worker.held.popleft()] = Failure(problem)
        self._waiting.extendleft(reversed(worker.held))
        if self._waiting:
            self._start()

    def _stop(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.connection.close()
