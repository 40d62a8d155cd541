"""Append-only tables, refused by the database itself: triggers on SQLite and PostgreSQL.

Declared by `APPEND_ONLY = True` on a model. Installed after every migration, because SQLite rebuilds a table when a
column changes and silently drops its triggers; checked at every start.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

FUNCTION = """CREATE OR REPLACE FUNCTION gemba_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$"""


class Guard(NamedTuple):
    name: str
    create: str
    drop: str


def guarded_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if getattr(model, "APPEND_ONLY", False)]


def guards_of(vendor: str, table: str) -> list[Guard]:
    if vendor == "sqlite":
        return [
            Guard(
                f"{table}_no_{verb.lower()}",
                f'CREATE TRIGGER "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: {verb} refused'); END",
                f'DROP TRIGGER IF EXISTS "{table}_no_{verb.lower()}"',
            )
            for verb in ("UPDATE", "DELETE")
        ]
    shapes = (("row", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    return [
        Guard(
            f"{table}_no_{name}",
            f'CREATE TRIGGER "{table}_no_{name}" BEFORE {verbs} ON "{table}" '
            f"FOR EACH {level} EXECUTE FUNCTION gemba_append_only()",
            f'DROP TRIGGER IF EXISTS "{table}_no_{name}" ON "{table}"',
        )
        for name, verbs, level in shapes
    ]


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that are installed and enabled."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def install(using: str = "default") -> None:
    """Create what is missing. Safe to repeat."""
    connection = connections[using]
    have, tables = present(connection), set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for model in guarded_models():
            if model._meta.db_table not in tables:
                continue
            for guard in guards_of(connection.vendor, model._meta.db_table):
                if guard.name not in have:
                    cursor.execute(guard.create)


def missing(using: str = "default") -> list[str]:
    """The guards that ought to be there and are not."""
    connection = connections[using]
    have, tables = present(connection), set(connection.introspection.table_names())
    return [
        guard.name
        for model in guarded_models()
        if model._meta.db_table in tables
        for guard in guards_of(connection.vendor, model._meta.db_table)
        if guard.name not in have
    ]


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without guards, for emptying a test database. Never used by the product's own code."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in guarded_models():
            for guard in guards_of(connection.vendor, model._meta.db_table):
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
            f"The append-only guard {name} is missing from the database.",
            hint="Run 'gemba migrate'. If it comes back missing, somebody removed it: verify the trail first.",
            id="gemba.E020",
        )
        for using in databases or []
        for name in missing(using)
    ]
