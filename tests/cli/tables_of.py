"""Make the tables of an empty database in one of two ways and print everything the database says of them."""

import importlib
import sys
from collections.abc import Iterator

import django
from django.core.management import call_command
from django.core.management.commands.migrate import Command as OneStepAfterAnother
from django.db import connection

POSTGRESQL = (
    """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace""",
)


SQLITE = ("SELECT type, name, tbl_name FROM sqlite_master",)
OF_TABLE = (
    'SELECT \'{table}\', "table", "from", "to" FROM pragma_foreign_key_list(\'{table}\')',
    "SELECT '{table}', name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')",
    "SELECT '{table}', name, \"unique\", partial FROM pragma_index_list('{table}') WHERE name NOT LIKE 'sqlite_auto%'",
)


def told() -> Iterator[str]:
    """Tables, columns, indexes, keys, constraints, and which migrations count as done; a line each."""
    asked = list(POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
    if connection.vendor == "sqlite":
        asked += [each.format(table=table) for table in connection.introspection.table_names() for each in OF_TABLE]
    for question in [*asked, "SELECT app, name FROM django_migrations"]:
        with connection.cursor() as rows:
            rows.execute(question)
            yield from map(repr, rows.fetchall())


def main() -> None:
    django.setup()
    if sys.argv[1] == "at-once":
        make_first_tables = importlib.import_module("gemba.cli.first_tables").make_first_tables
        assert make_first_tables()
        assert not make_first_tables()
    call_command(OneStepAfterAnother(), verbosity=0)
    print("\n".join(sorted(told())))


if __name__ == "__main__":
    main()
