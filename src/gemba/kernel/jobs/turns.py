"""A job that runs twice at the same moment, on two hosts: each piece of its work is done by one, and once (CON-07)."""

import hashlib

from django.db import connection, transaction


def take_turn(name: str) -> None:
    """Wait until nobody else works under this name, and keep it until the transaction ends.

    What the work depends on is read after this. On SQLite every transaction that may write is alone from its beginning.
    """
    if connection.vendor != "postgresql":
        return
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A turn lasts as long as a transaction; there is none.")
    key = int.from_bytes(hashlib.sha256(f"gemba-turn {name}".encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
