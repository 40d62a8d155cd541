"""Read events in ranges of ids, also in a process of its own that knows no Django and so begins at once."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from gemba.kernel.verify.scan import Part, Row, scan

CHUNK = 4000
"""Events read at once."""
COLUMNS = "id, subject, seq, {at}, act, actor_id, record_id, body, hash, mac, key_id"
AT = {"sqlite": "at || ''", "postgresql": "at::text"}
SELECT = "SELECT {columns} FROM kernel_event WHERE id > {mark} AND id <= {mark} ORDER BY id LIMIT {limit}"

Read = Callable[[int, int], list[Row]]
Place = tuple[str, Mapping[str, Any]]
"""The kind of database, and how it is reached."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the quick pass must know, in a form that other processes can be given."""

    keys: Mapping[str, bytes] = field(repr=False)
    people: Mapping[int, str]


def statement(vendor: str, mark: str) -> str:
    return SELECT.format(columns=COLUMNS.format(at=AT[vendor]), mark=mark, limit=CHUNK)


def chunks(read: Read, low: int, high: int) -> Iterator[list[Row]]:
    """Events with `low` < id <= `high`."""
    while rows := read(low, high):
        yield rows
        low = rows[-1][0]


def elsewhere(place: Place, low: int, high: int, known: Known) -> Part:
    """The quick pass over one range, in a process of its own."""
    with reader(*place) as read:
        before = read(low - 1, low)
        newest = before[0][3].replace(" ", "T")[:26] if before else ""
        rows = (row for found in chunks(read, low, high) for row in found)
        return scan(rows, known.keys, known.people, newest)


@contextmanager
def reader(vendor: str, given: Mapping[str, Any]) -> Iterator[Read]:
    """Reading on a connection of its own that cannot write."""
    place: Any
    if vendor == "sqlite":
        place = sqlite3.connect(f"{Path(given['database']).resolve().as_uri()}?mode=ro", uri=True)
        text = statement(vendor, "?")
    else:
        # A plan made for any range would read all events for each few of them.
        place = psycopg.connect(**given, autocommit=True, prepare_threshold=None)
        place.execute("SET TIME ZONE 'UTC'")
        place.execute("SET default_transaction_read_only = on")
        text = statement(vendor, "%s")
    try:
        yield lambda low, high: place.execute(text, (low, high)).fetchall()
    finally:
        place.close()
