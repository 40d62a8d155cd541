"""Bringing a dump back into PostgreSQL: in one transaction, so that a stop in between leaves what was there."""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import DatabaseError, connection

from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.programs import address, complaint, find_program, run_program

UNFINISHED = "gemba_restore_unfinished"
"""A table that stands from the moment the old rows are gone until the restore is an event."""


def unfinished() -> bool:
    """Whether a restore was stopped after the rows were there and before it was an event."""
    return connection.vendor == "postgresql" and UNFINISHED in connection.introspection.table_names()


def finished() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {UNFINISHED}")


def refuse_company() -> None:
    """Raises while another program is connected to the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        [others] = cursor.fetchone()
    if others:
        raise BackupError("Another program is connected to the database. Stop 'gemba serve' and 'gemba worker' first.")


def dump(path: Path) -> None:
    """What is there now, set aside before it is replaced."""
    dsn, environment = address()
    command = [find_program("pg_dump"), "--format=custom", "--compress=1", "--no-owner", "--no-privileges"]
    run_program([*command, f"--file={path}", f"--dbname={dsn}"], environment)


def replace_all(database: Path) -> None:
    """Everything that is there out, the dump in, and the mark that it is unfinished: one transaction."""
    _play(database, address()[0], before=_drops(), after=[f"CREATE TABLE {_schema()}.{UNFINISHED} ()"])


ROUTINES = """SELECT each.oid::regprocedure::text FROM pg_proc each
WHERE each.pronamespace = current_schema()::regnamespace AND NOT EXISTS (
  SELECT FROM pg_depend held
  WHERE held.classid = 'pg_proc'::regclass AND held.objid = each.oid AND held.deptype = 'e')"""
"""Every function that stands beside our tables and belongs to no extension: a backup holds them all."""


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        [name] = cursor.fetchone()
    return str(name)


def _drops() -> list[str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [quote(name) for (name,) in cursor.fetchall()]
    drops = [f"DROP TABLE {', '.join(tables)} CASCADE"] if tables else []
    with connection.cursor() as cursor:
        cursor.execute(ROUTINES)
        return drops + [f"DROP ROUTINE IF EXISTS {name} CASCADE" for (name,) in cursor.fetchall()]


def _play(database: Path, dsn: str, before: list[str], after: list[str]) -> None:
    """`pg_restore` writes the dump as statements; `psql` runs them and ours in one transaction.

    The transaction is ended by our last word, not by psql: were this program killed, psql would take the end of its
    input for the end of the work.
    """
    environment = address()[1]
    psql = [find_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    source = [find_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(database)]
    with subprocess.Popen(  # noqa: S603  PostgreSQL's programs with our own arguments
        [*psql, f"--dbname={dsn}"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as into:  # fmt: skip
        assert into.stdin is not None  # noqa: S101  asked for above
        try:
            _say(into.stdin, ["BEGIN", "SET client_min_messages = warning", *before])
            run_program(source, environment, stdout=into.stdin)
            _say(into.stdin, [*after, "COMMIT"])
        except (BackupError, BrokenPipeError) as error:
            into.kill()
            stopped = complaint(into.communicate()[1] or str(error).encode())
            raise BackupError(f"The database could not be brought back: {stopped}") from None
        _out, errors = into.communicate()
    if into.returncode:
        raise BackupError(f"The database could not be brought back: {complaint(errors)}")


def _say(to: IO[bytes], statements: list[str]) -> None:
    to.write("".join(f"{statement};\n" for statement in statements).encode())
    to.flush()


@contextmanager
def scratch_database(database: Path) -> Iterator[str]:
    """A new database with the dump in it, gone afterwards."""
    name = f"gemba_drill_{secrets.token_hex(4)}"
    quoted = connection.ops.quote_name(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {quoted}")
    except DatabaseError as error:
        raise BackupError(
            f"No scratch database can be made here ({str(error).splitlines()[0]}). Run the drill with the owner's "
            "address in GEMBA_OWNER_URL, or on another host."
        ) from None
    try:
        _play(database, f"{address()[0]} dbname={name}", before=[], after=[])
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
