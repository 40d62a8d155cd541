"""How a database would answer a statement about records: whether it walks along the index that is there for it."""

from django.db import connection

from gemba.kernel.records.models import Record


def plan_of(statement: str, index: str) -> str:
    """The plan, as text. Of forty rows PostgreSQL takes one index as gladly as another, or none: it is asked whether
    this one alone would do. Inside a test's transaction, which puts the other indexes back.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for other in Record._meta.indexes:
                if other.name != index:
                    cursor.execute(f"DROP INDEX IF EXISTS {other.name}")
            for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + statement)
        return " ".join(str(row) for row in cursor.fetchall())
