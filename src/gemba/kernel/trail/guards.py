"""Append-only tables and sealed rows, kept by the database itself: triggers on SQLite and PostgreSQL.

Declared by `APPEND_ONLY = True` on a model, or by `SEALED_BY` (`trail.seals`). Installed after every migration,
because SQLite rebuilds a table when a column changes and silently drops its triggers; checked at every start. A guard
counts only when the database holds exactly its text, enabled: one of the right name that does nothing is no guard.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from gemba.kernel.trail.erasing import FUNCTIONS as ERASING
from gemba.kernel.trail.erasing import erasable_models, keepers_of
from gemba.kernel.trail.seals import ALWAYS, FUNCTIONS, Guard, sealed_tables, seals_of

BODY = """
BEGIN RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END """
FUNCTION_NAME = "function gemba_append_only"
BODIES = {"gemba_append_only": BODY, **FUNCTIONS, **ERASING}
"""What the functions behind the triggers do, by name."""


def guarded_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]


def guards_of(vendor: str, table: str) -> list[Guard]:
    return _on_sqlite(table) if vendor == "sqlite" else _on_postgresql(table)


def _on_sqlite(table: str) -> list[Guard]:
    found = []
    for verb in ("UPDATE", "DELETE"):
        name = f"{table}_no_{verb.lower()}"
        create = (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: {verb} refused'); END"
        )
        found.append(Guard(name, (create,), f'DROP TRIGGER IF EXISTS "{name}"', create))
    return found


def _on_postgresql(table: str) -> list[Guard]:
    shapes = (("row", "DELETE OR UPDATE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    found = []
    for suffix, verbs, level in shapes:
        name = f"{table}_no_{suffix}"
        head, tail = f"TRIGGER {name} BEFORE {verbs} ON", f"FOR EACH {level} EXECUTE FUNCTION gemba_append_only()"
        found.append(
            Guard(
                name,
                (f"CREATE {head} {table} {tail}", f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"),
                f"DROP TRIGGER IF EXISTS {name} ON {table}",
                f"{ALWAYS} CREATE {head} {table} {tail}",
            )
        )
    return found


def present(connection: BaseDatabaseWrapper) -> Mapping[str, str]:
    """The triggers in the database with their text; on PostgreSQL with their state before it, and our function."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return {name: str(sql) for name, sql in cursor.fetchall()}
        cursor.execute(
            "SELECT t.tgname, t.tgenabled, c.relname, pg_get_triggerdef(t.oid, true)"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
        found = {name: f"{_letter(state)} {text}" for name, state, _table, text in cursor.fetchall()}
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)"
            " AND pronamespace = current_schema()::regnamespace",
            [list(BODIES)],
        )
        return found | {f"function {name}": str(source) for name, source in cursor.fetchall()}


def _letter(state: str | bytes) -> str:
    """PostgreSQL's one-byte `"char"` arrives as bytes or text, depending on the driver."""
    return state.decode() if isinstance(state, bytes) else state


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    have = set(connection.introspection.table_names())
    return [model._meta.db_table for model in guarded_models() if model._meta.db_table in have]


def _all(connection: BaseDatabaseWrapper) -> list[Guard]:
    """Every guard of the tables that exist."""
    have = set(connection.introspection.table_names())
    found = [guard for table in _tables(connection) for guard in guards_of(connection.vendor, table)]
    sealed = [each for each in sealed_tables() if each.table in have]
    found += [guard for each in sealed for guard in seals_of(connection.vendor, each)]
    erasable = [model for model in erasable_models() if model._meta.db_table in have]
    return found + [guard for model in erasable for guard in keepers_of(connection.vendor, model)]


def _functions(connection: BaseDatabaseWrapper, have: Mapping[str, str]) -> list[str]:
    """The names of functions that are not as they must be."""
    if connection.vendor != "postgresql" or not _tables(connection):
        return []
    return [name for name, body in BODIES.items() if have.get(f"function {name}") != body]


def install(using: str = "default") -> None:
    """Create what is missing and replace what is not as it must be. Safe to repeat."""
    connection = connections[using]
    have = present(connection)
    with connection.cursor() as cursor:
        for name in _functions(connection, have):
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${BODIES[name]}$$"
            )
        for guard in _all(connection):
            if have.get(guard.name) != guard.text:
                cursor.execute(guard.drop)
                for statement in guard.create:
                    cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """The guards that ought to be there and are not, or that no longer do what they must."""
    connection = connections[using]
    have = present(connection)
    found = [guard.name for guard in _all(connection) if have.get(guard.name) != guard.text]
    return found + [f"function {name}" for name in _functions(connection, have)]


def weak_settings(using: str = "default") -> list[str]:
    """Settings of the connection under which a guard could be walked around or a stored event be lost."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wanted = {"recursive_triggers": {1}, "foreign_keys": {1}, "synchronous": {2, 3}}
            return [name for name, good in wanted.items() if _pragma(cursor, name) not in good]
        cursor.execute(
            "SELECT name FROM pg_settings WHERE (name IN ('fsync', 'full_page_writes') AND setting = 'off')"
            " OR (name = 'synchronous_commit' AND setting IN ('off', 'local'))"
        )
        return [name for (name,) in cursor.fetchall()]


def _pragma(cursor: Any, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")
    return int(cursor.fetchone()[0])


def application_rights(role: str, using: str = "default") -> list[str]:
    """PostgreSQL: what a role that does not own the tables may do. It reads and adds; it changes no event, ever."""
    connection = connections[using]
    name = connection.ops.quote_name(role)
    tables = ", ".join(connection.ops.quote_name(table) for table in _tables(connection))
    kept = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in erasable_models())
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {tables} FROM {name}",
        f"REVOKE DELETE, TRUNCATE ON {kept} FROM {name}",
    ]


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without guards, for emptying a test database. Never used by the product's own code."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for guard in _all(connection):
            cursor.execute(guard.drop)
    try:
        yield
    finally:
        install(using)


@register(Tags.database)
def guards_are_installed(
    *, app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    return [
        Error(
            f"The append-only guard {name} is missing from the database, or does not do what it must.",
            hint="Run 'gemba migrate'. If it comes back missing, somebody removed it: verify the trail first.",
            id="gemba.E020",
        )
        for using in databases or []
        for name in missing(using)
    ]
