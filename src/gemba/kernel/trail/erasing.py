"""Rows that are added, and of which the database lets nothing be changed but that their content is erased, once.

Declared by `ERASABLE` on a model: the columns that erasing changes. `salt` must be empty after it and `erased` set.
"""

from django.apps import apps
from django.db import models

from gemba.kernel.trail.seals import ALWAYS, Guard

BODY = """
DECLARE before jsonb; after jsonb;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    before := to_jsonb(OLD) - TG_ARGV; after := to_jsonb(NEW) - TG_ARGV;
    IF before = after AND NEW.erased AND NOT OLD.erased AND NEW.salt = '' THEN RETURN NEW; END IF;
  END IF;
  RAISE EXCEPTION 'kept table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END """
FUNCTIONS = {"gemba_kept": BODY}


def erasable_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if getattr(model, "ERASABLE", ())]


def keepers_of(vendor: str, model: type[models.Model]) -> list[Guard]:
    """The guards of one table."""
    free: tuple[str, ...] = getattr(model, "ERASABLE", ())
    table = model._meta.db_table
    kept = [str(column.column) for column in model._meta.local_concrete_fields if column.name not in free]
    return _on_sqlite(table, kept) if vendor == "sqlite" else _on_postgresql(table, free)


def _on_sqlite(table: str, kept: list[str]) -> list[Guard]:
    same = " AND ".join(f'NEW."{column}" IS OLD."{column}"' for column in kept)
    erasing = f'NEW."erased" AND NOT OLD."erased" AND NEW."salt" = \'\' AND {same}'
    found = []
    for verb, when in (("UPDATE", f" WHEN NOT ({erasing})"), ("DELETE", "")):
        name = f"{table}_no_{verb.lower()}"
        create = (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}"{when} '
            f"BEGIN SELECT RAISE(ABORT, 'kept table {table}: {verb} refused'); END"
        )
        found.append(Guard(name, (create,), f'DROP TRIGGER IF EXISTS "{name}"', create))
    return found


def _on_postgresql(table: str, free: tuple[str, ...]) -> list[Guard]:
    listed = ", ".join(f"'{column}'" for column in free)
    shapes = (
        ("row", "DELETE OR UPDATE", f"FOR EACH ROW EXECUTE FUNCTION gemba_kept({listed})"),
        ("truncate", "TRUNCATE", "FOR EACH STATEMENT EXECUTE FUNCTION gemba_append_only()"),
    )
    found = []
    for suffix, verbs, rest in shapes:
        name = f"{table}_no_{suffix}"
        head = f"CREATE TRIGGER {name} BEFORE {verbs} ON {table} {rest}"
        found.append(
            Guard(
                name,
                (head, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"),
                f"DROP TRIGGER IF EXISTS {name} ON {table}",
                f"{ALWAYS} {head}",
            )
        )
    return found
