"""The quick pass over every event there is, here or in several processes at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from django.db import connection

from gemba.kernel.verify.reach import Known, chunks, elsewhere, statement
from gemba.kernel.verify.scan import Part, Row, merge, scan

FEWEST = 200_000
"""Fewer events than this are not worth a second process."""
PARTS_EACH = 4
FOREIGN = ("cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool")

Progress = Callable[[str, int, int], None]
"""What is looked at, how much of it is done, and how much there is."""


def through_django(low: int, high: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement(connection.vendor, "%s"), [low, high])
        found: list[Row] = cursor.fetchall()
    return found


def bounds() -> tuple[int, int, int]:
    """One before the first id, the last id, and the number of events."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MIN(id), 1) - 1, COALESCE(MAX(id), 0), COUNT(*) FROM kernel_event")
        low, high, count = cursor.fetchone()
    return int(low), int(high), int(count)


class Reading:
    """The quick pass over all events there are when it is made. `result` waits for it."""

    def __init__(self, known: Known, jobs: int, progress: Progress) -> None:
        self._known, self._progress = known, progress
        self._low, self._high, self._count = bounds()
        self._pool: ProcessPoolExecutor | None = None
        self._parts: list[Future[Part]] = []
        if jobs > 1 and self._count >= FEWEST and not connection.in_atomic_block:
            self._begin(jobs)

    def _begin(self, jobs: int) -> None:
        self._pool = ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))
        place = (connection.vendor, parameters())
        step = max((self._high - self._low) // (jobs * PARTS_EACH), 1)
        starts = list(range(self._low, self._high, step))
        for low, high in zip(starts, [*starts[1:], self._high], strict=True):
            self._parts.append(self._pool.submit(elsewhere, place, low, high, self._known))

    def result(self) -> Part:
        if self._pool is None:
            return self._here()
        whole = Part()
        with self._pool:
            for part in self._parts:
                merge(whole, part.result())
                self._progress("events", whole.events, self._count)
        return whole

    def _here(self) -> Part:
        known = self._known
        rows = self._told(chunks(through_django, self._low, self._high))
        return scan(rows, known.keys, known.people)

    def _told(self, found: Iterator[list[Row]]) -> Iterator[Row]:
        done = 0
        for rows in found:
            yield from rows
            done += len(rows)
            self._progress("events", done, self._count)


def parameters() -> dict[str, Any]:
    """How another process reaches the same database."""
    if connection.vendor == "sqlite":
        return {"database": str(connection.settings_dict["NAME"])}
    given = connection.get_connection_params()
    return {name: value for name, value in given.items() if name not in FOREIGN}
