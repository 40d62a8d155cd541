"""Rows that the database itself refuses to change once they are sealed: an approved revision says the same for ever.

Declared on a record type by `SEALED_BY`, the name of a yes/no column, and `CHANGES_WHEN_SEALED`, the columns that only
tell where the row stands. What is sealed: the row's other columns, what the spine says of it, its files, and the row
itself. The seal is one of the columns, so it cannot be taken off.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

SPINE, FILES = "kernel_record", "kernel_attachment"
ON_SPINE = ("uid", "kind", "number", "title", "event_date", "site_id", "product_id", "exercise")
"""What the spine says of a record, besides its life."""
OF_FILE = ("record_id", "blob_id", "name", "version", "removed")
ALWAYS = "A"
"""PostgreSQL fires the trigger in every session, also in one that poses as a replica."""

ROW_BODY = """
BEGIN RAISE EXCEPTION 'sealed row of %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation'; END """
BESIDE_BODY = """
DECLARE whose bigint; held boolean;
BEGIN
  IF TG_TABLE_NAME = 'kernel_record' THEN whose := OLD.id;
  ELSIF TG_OP = 'INSERT' THEN whose := NEW.record_id;
  ELSE whose := OLD.record_id; END IF;
  EXECUTE format('SELECT %I FROM %I WHERE record_ptr_id = $1', TG_ARGV[1], TG_ARGV[0]) INTO held USING whose;
  IF NOT coalesce(held, false) AND TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'kernel_attachment' THEN
    EXECUTE format('SELECT %I FROM %I WHERE record_ptr_id = $1', TG_ARGV[1], TG_ARGV[0]) INTO held USING NEW.record_id;
  END IF;
  IF held THEN
    RAISE EXCEPTION 'sealed row of %: % of % refused', TG_ARGV[0], TG_OP, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END """
FUNCTIONS = {"gemba_sealed": ROW_BODY, "gemba_sealed_beside": BESIDE_BODY}


class Guard(NamedTuple):
    name: str
    create: tuple[str, ...]
    drop: str
    text: str
    """What the database must say about it."""


class Sealed(NamedTuple):
    """A table with sealed rows, in the words of the database."""

    table: str
    kind: str
    flag: str
    columns: tuple[str, ...]


def sealed_tables() -> list[Sealed]:
    return [_sealed(model) for model in apps.get_models() if getattr(model, "SEALED_BY", "")]


def _sealed(model: type[models.Model]) -> Sealed:
    of_model: Any = model
    free = of_model.CHANGES_WHEN_SEALED
    columns = tuple(str(f.column) for f in model._meta.local_concrete_fields if f.name not in free)
    return Sealed(model._meta.db_table, str(model._meta.model_name), of_model.SEALED_BY, columns)


def seals_of(vendor: str, sealed: Sealed) -> list[Guard]:
    return _on_sqlite(sealed) if vendor == "sqlite" else _on_postgresql(sealed)


def _on_sqlite(sealed: Sealed) -> list[Guard]:
    table, flag = sealed.table, sealed.flag

    def held(whose: str) -> str:
        found = f'SELECT 1 FROM "{table}" WHERE "record_ptr_id" IN ({whose}) AND "{flag}"'  # noqa: S608  our own names
        return f"EXISTS ({found})"

    of_kind = f"OLD.\"kind\" = '{sealed.kind}' AND {held('OLD.id')}"
    shapes = (
        ("update", f"UPDATE OF {_listed(sealed.columns)}", table, f'OLD."{flag}"'),
        ("delete", "DELETE", table, f'OLD."{flag}"'),
        ("spine", f"UPDATE OF {_listed(ON_SPINE)}", SPINE, of_kind),
        ("file_added", "INSERT", FILES, held("NEW.record_id")),
        ("file_changed", f"UPDATE OF {_listed(OF_FILE)}", FILES, held("OLD.record_id, NEW.record_id")),
        ("file_gone", "DELETE", FILES, held("OLD.record_id")),
    )
    found = []
    for suffix, verb, on, when in shapes:
        name = f"{table}_sealed_{suffix}"
        create = (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{on}" WHEN {when} '
            f"BEGIN SELECT RAISE(ABORT, 'sealed row of {table}: refused'); END"
        )
        found.append(Guard(name, (create,), f'DROP TRIGGER IF EXISTS "{name}"', create))
    return found


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _on_postgresql(sealed: Sealed) -> list[Guard]:
    table, flag = sealed.table, sealed.flag
    beside = f"EXECUTE FUNCTION gemba_sealed_beside('{table}', '{flag}')"
    row = f"FOR EACH ROW WHEN (old.{flag}) EXECUTE FUNCTION gemba_sealed()"
    of_kind = f"FOR EACH ROW WHEN (old.kind::text = '{sealed.kind}'::text) {beside}"
    shapes = (
        ("update", f"UPDATE OF {', '.join(sealed.columns)}", table, row),
        ("delete", "DELETE", table, row),
        ("truncate", "TRUNCATE", table, "FOR EACH STATEMENT EXECUTE FUNCTION gemba_append_only()"),
        ("spine", f"UPDATE OF {', '.join(ON_SPINE)}", SPINE, of_kind),
        ("file_added", "INSERT", FILES, f"FOR EACH ROW {beside}"),
        ("file_changed", f"UPDATE OF {', '.join(OF_FILE)}", FILES, f"FOR EACH ROW {beside}"),
        ("file_gone", "DELETE", FILES, f"FOR EACH ROW {beside}"),
    )
    found = []
    for suffix, verb, on, rest in shapes:
        name = f"{table}_sealed_{suffix}"
        create = f"CREATE TRIGGER {name} BEFORE {verb} ON {on} {rest}"
        found.append(
            Guard(
                name,
                (create, f"ALTER TABLE {on} ENABLE ALWAYS TRIGGER {name}"),
                f"DROP TRIGGER IF EXISTS {name} ON {on}",
                f"{ALWAYS} {create}",
            )
        )
    return found
