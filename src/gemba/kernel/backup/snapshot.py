"""A copy of the database as it was at one moment, by the database's own means, while others go on writing."""

import json
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, connections

from gemba.kernel.backup.manifest import Ask, contents
from gemba.kernel.backup.problems import BackupError, DamagedError
from gemba.kernel.backup.programs import address, find_program, run_program

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PAGES = 4096
"""Pages of SQLite copied between two signs of progress."""
SEAL_TABLE = "kernel_seal"
BLOBS = "SELECT sha256, size FROM kernel_blob ORDER BY sha256"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy in `path`, what is in it, and the stored files it names, in order."""

    path: Path
    told: dict[str, Any]
    seal: dict[str, Any] | None
    blobs: Sequence[tuple[str, int]]


def take_snapshot(path: Path) -> Snapshot:
    """Copy the database into the new file `path`. Raises `BackupError`."""
    take = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    try:
        return take(path)
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}.") from None


def _of_sqlite(path: Path) -> Snapshot:
    source = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(source, timeout=20)) as theirs, closing(sqlite3.connect(path)) as ours:
        # A reading transaction held from before the first page: later writes by others do not begin the copy anew.
        theirs.execute("BEGIN")
        theirs.execute("SELECT count(*) FROM sqlite_master").fetchone()
        theirs.backup(ours, pages=PAGES)
        ours.execute("PRAGMA journal_mode=DELETE")
    with opened_copy(path) as ask:
        return Snapshot(path, contents(ask), newest_seal(ask), [(s, n) for s, n in ask(BLOBS)])


@contextmanager
def opened_copy(path: Path) -> Iterator[Ask]:
    """A SQLite file for reading only."""
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as database:
        yield database.execute


def check_sqlite(path: Path) -> None:
    """Raises `DamagedError` unless SQLite itself finds the file whole."""
    try:
        with opened_copy(path) as ask:
            found = [str(text) for (text,) in ask("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        found = [str(error)]
    if found != ["ok"]:
        raise DamagedError(f"The database in this backup is damaged: {found[0]}.")


def check_dump(path: Path) -> None:
    """Raises `DamagedError` unless PostgreSQL's program can read the dump's whole table of contents."""
    try:
        run_program([find_program("pg_restore"), "--list", str(path)], address()[1], stdout=subprocess.DEVNULL)
    except BackupError as error:
        raise DamagedError(f"The database in this backup cannot be read. {error}") from None


def _of_postgresql(path: Path) -> Snapshot:
    """One exported snapshot for the dump and for the counts, so that both tell of the same moment."""
    dsn, environment = address()
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [name] = cursor.fetchone()
            run_program([
                find_program("pg_dump"), "--format=custom", "--compress=1", "--no-owner", "--no-privileges",
                f"--snapshot={name}", f"--file={path}", f"--dbname={dsn}",
            ], environment, stdout=subprocess.DEVNULL)  # fmt: skip
        ask = asking(other)
        return Snapshot(path, contents(ask), newest_seal(ask), [(s, n) for s, n in ask(BLOBS)])
    finally:
        other.close()


def asking(of: Any) -> Ask:
    """Statements on a connection of Django's; long answers come in pieces."""

    def ask(statement: str) -> Iterable[Sequence[Any]]:
        with of.chunked_cursor() if of.in_atomic_block or not of.get_autocommit() else of.cursor() as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(2000):
                yield from rows

    return ask


def newest_seal(ask: Ask) -> dict[str, Any] | None:
    """The newest seal of the log: its number, size and root."""
    if SEAL_TABLE not in connection.introspection.table_names():
        return None
    rows = list(ask(f"SELECT number, size, root FROM {SEAL_TABLE} ORDER BY number DESC LIMIT 1"))  # noqa: S608
    if not rows:
        return None
    number, size, root = rows[0]
    found: dict[str, Any] = json.loads(json.dumps({"number": number, "size": size, "root": str(root)}))
    return found
