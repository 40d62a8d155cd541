"""Editing the database past its guards, and back again, as its administrator could."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from gemba.kernel.trail import guards


class _Undone(Exception):  # noqa: N818  a way out that rolls back
    """Ends what is tried out."""


@contextmanager
def tried_out() -> Iterator[None]:
    """What is done within is undone at the end, so that nothing broken is left for the end of the test to find."""
    with _swallowed(), transaction.atomic():
        yield
        raise _Undone


@contextmanager
def _swallowed() -> Iterator[None]:
    try:
        yield
    except _Undone:
        return


def execute(statement: str, *values: Any) -> None:
    """One statement as the owner of the tables, with the guards out of the way."""
    with guards.lifted(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
