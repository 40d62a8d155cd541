"""Many values handed to the database in one parameter: as they were, and looked up like rows of a table."""

import datetime as dt

import pytest
from django.db import connection

from gemba.evidence.given import Rows

ROWS = Rows(key="bigint", name="text", day="date")
JOINED = "WITH l AS MATERIALIZED ({rows}) SELECT p.id FROM kernel_person p CROSS JOIN l WHERE l.key = p.id"


@pytest.mark.django_db
def test_values_come_back_as_they_were_given() -> None:
    """M67: whatever stands in them is text, and nothing is nothing."""
    given = [(2**53 + 1, "O'Neill % “x” \\ \n", dt.date(2026, 2, 28)), (-1, "", None)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, name, CAST(day AS text) FROM ({ROWS.sql()}) c ORDER BY key DESC", [ROWS.given(given)]
        )
        assert cursor.fetchall() == [(key, name, day.isoformat() if day else None) for key, name, day in given]
        cursor.execute(ROWS.sql(), [ROWS.given([])])
        assert cursor.fetchall() == []


@pytest.mark.django_db
def test_no_row_is_compared_with_every_other() -> None:
    """M67: SQLite makes itself an index of what it knows the type of; PostgreSQL has ways of its own."""
    explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    with connection.cursor() as cursor:
        cursor.execute(explain + JOINED.format(rows=ROWS.sql()), [ROWS.given([(1, "", None)])])
        plan = " ".join(str(row) for row in cursor.fetchall())
    if connection.vendor == "sqlite":
        assert "AUTOMATIC COVERING INDEX (key=?)" in plan
    else:
        assert any(way in plan for way in ("Hash Join", "Merge Join", "Index"))
