"""Many values handed to the database in one statement, which reads them like the rows of a table."""

import json
from collections.abc import Iterable, Sequence

from django.db import connection

AT_ONCE = 5_000
"""Rows handed over in one statement."""


AFFINITY = {"bigint": "INTEGER", "text": "TEXT", "date": "TEXT"}
"""SQLite looks up by an index of its own making only what it knows the type of; else it reads all rows for each one."""


class Rows:
    """Rows as text of one parameter. Columns have a name and a type of PostgreSQL's each."""

    def __init__(self, **columns: str) -> None:
        self._columns = columns

    def sql(self) -> str:
        """A query with these columns; its one parameter is `given`."""
        if connection.vendor == "postgresql":
            columns = [f"(value ->> {n})::{kind} AS {name}" for n, (name, kind) in enumerate(self._columns.items())]
            return f"SELECT {', '.join(columns)} FROM jsonb_array_elements(%s::jsonb)"  # noqa: S608
        columns = [
            f"CAST(json_extract(value, '$[{n}]') AS {AFFINITY[kind]}) AS {name}"
            for n, (name, kind) in enumerate(self._columns.items())
        ]
        return f"SELECT {', '.join(columns)} FROM json_each(%s)"  # noqa: S608

    @staticmethod
    def given(rows: Iterable[Sequence[object]]) -> str:
        """The parameter: dates as text, nothing as null."""
        return json.dumps([list(row) for row in rows], default=str)
