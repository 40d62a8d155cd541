"""What somebody can do who owns the database: at three levels, past every guard, and without leaving guards missing.

Level 1: rows are edited. Level 2: hashes, links and heads are made anew, so that each chain looks sound to whoever has
no key. Level 3: the keys are in hand too: MACs are made anew and the whole log is sealed again.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.test import override_settings

from gemba.kernel.log.models import Leaf, LogState, Seal, TreeNode
from gemba.kernel.log.naming import log_subject
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, content_digest, state_digest
from gemba.kernel.trail import guards
from gemba.kernel.trail.canonical import ENCODER
from gemba.kernel.trail.keys import current_key
from gemba.kernel.trail.models import GENESIS, Event
from gemba.kernel.trail.writer import PREFIX

ROWS, HASHES, KEYS = 1, 2, 3
Bodies = list[dict[str, Any]]


class _Undone(Exception):  # noqa: N818  a way out that rolls back
    """Ends an attack."""


@contextmanager
def attacked() -> Iterator[None]:
    """All that is done within, to the database, is undone at the end."""
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


@contextmanager
def unguarded() -> Iterator[None]:
    """Without the guards that stand in the way of these attacks; the others would take much longer to come back."""
    away = [guard for guard in guards._all(connection) if guard.name.startswith(IN_THE_WAY)]
    with connection.cursor() as cursor:
        for guard in away:
            cursor.execute(guard.drop)
        yield
        for guard in away:
            for statement in guard.create:
                cursor.execute(statement)


IN_THE_WAY = tuple(
    f"kernel_{name}_no_" for name in ("event", "leaf", "treenode", "seal", "signature", "comment", "personalvalue")
)


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor that no trigger and no foreign key stops. Within another one it is that one, which is much quicker."""
    if _FREE:
        yield _FREE[-1]
        return
    with unguarded(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        _FREE.append(cursor)
        try:
            yield cursor
        finally:
            _FREE.pop()
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


_FREE: list[Any] = []
"""The cursor of whoever is past the guards just now."""


def sql(statement: str, *values: Any) -> None:
    with as_owner() as cursor:
        cursor.execute(statement, values)


@dataclass
class Attack:
    """One attacker at one level."""

    level: int

    def rewrite(self, subject: str, change: Callable[[Bodies], Bodies]) -> None:
        """Change the events of a chain. `change` is given their bodies, in order, and gives back what is to stand."""
        rows = list(Event.objects.filter(subject=subject).order_by("seq"))
        bodies = [{**json.loads(row.body), "_id": row.pk} for row in rows]
        wanted = change([dict(body) for body in bodies])
        with as_owner() as cursor:
            kept = {body["_id"] for body in wanted if "_id" in body}
            for row in rows:
                if row.pk not in kept:
                    cursor.execute("DELETE FROM kernel_event WHERE id = %s", [row.pk])
            if self.level == ROWS:
                self._raw(cursor, rows, wanted)
            else:
                self._sound(cursor, subject, rows, wanted)

    def _raw(self, cursor: Any, rows: list[Event], wanted: Bodies) -> None:
        """Texts and columns as they are wanted, with the hashes that stood there."""
        by_id = {row.pk: row for row in rows}
        for body in wanted:
            row = by_id.get(body.get("_id", 0))
            if row is None:
                self._insert(cursor, rows[0], body, GENESIS, hashlib.sha256(str(body["at"]).encode()).hexdigest())
            elif _text(body) != row.body:
                self._columns(cursor, row, body)

    def _sound(self, cursor: Any, subject: str, rows: list[Event], wanted: Bodies) -> None:
        previous, by_id = GENESIS, {row.pk: row for row in rows}
        for seq in range(len(wanted), 0, -1):  # out of the way of each other first
            if "_id" in wanted[seq - 1]:
                cursor.execute("UPDATE kernel_event SET seq = %s WHERE id = %s", [seq + 10_000, wanted[seq - 1]["_id"]])
        for seq, body in enumerate(wanted, 1):
            body |= {"seq": seq, "prev": previous}
            row = by_id.get(body.get("_id", 0))
            raw = hashlib.sha256(PREFIX + _text(body).encode()).digest()
            previous = raw.hex()
            mac = row.mac if row else GENESIS
            if self.level == KEYS:
                mac = hmac.new(current_key().secret, raw, hashlib.sha256).hexdigest()
            if row is None:
                self._insert(cursor, rows[0], body, mac, previous)
            else:
                self._columns(cursor, row, body)
                cursor.execute(
                    "UPDATE kernel_event SET hash = %s, mac = %s, seq = %s WHERE id = %s", [previous, mac, seq, row.pk]
                )
                cursor.execute("UPDATE kernel_leaf SET hash = %s WHERE event_id = %s", [previous, row.pk])
        if wanted:
            cursor.execute(
                "UPDATE kernel_chainhead SET seq = %s, hash = %s WHERE subject = %s", [len(wanted), previous, subject]
            )
        else:
            cursor.execute("DELETE FROM kernel_chainhead WHERE subject = %s", [subject])

    @staticmethod
    def _columns(cursor: Any, row: Event, body: dict[str, Any]) -> None:
        actor = Person.objects.get(uid=body["actor"]["id"]).pk
        at = body["at"].replace("T", " ").rstrip("Z")
        cursor.execute(
            "UPDATE kernel_event SET body = %s, at = %s, act = %s, actor_id = %s WHERE id = %s",
            [_text(body), at, body["act"], actor, row.pk],
        )

    @staticmethod
    def _insert(cursor: Any, like: Event, body: dict[str, Any], mac: str, digest: str) -> None:
        actor = Person.objects.get(uid=body["actor"]["id"]).pk
        cursor.execute(
            "INSERT INTO kernel_event (subject, seq, at, act, actor_id, record_id, body, hash, mac, key_id)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                like.subject, body["seq"], body["at"].replace("T", " ").rstrip("Z"), body["act"], actor,
                like.record_id, _text(body), digest, mac, like.key_id,
            ],
        )  # fmt: skip

    def restate(self, record: Record, *, columns: dict[str, tuple[Any, Any]] | None = None) -> None:
        """From level 2 on: let the last event commit to what the record's row says now."""
        if self.level == ROWS:
            return
        fresh = type(record)._base_manager.get(pk=record.pk)

        def change(bodies: Bodies) -> Bodies:
            bodies[-1]["state"] = state_digest(fresh.snapshot())
            for body in bodies:
                body["chg"] = [
                    [name, old, columns[name][1] if columns and name in columns and new == columns[name][0] else new]
                    for name, old, new in body["chg"]
                ]
            return bodies

        self.rewrite(record.subject, change)
        sql("UPDATE kernel_record SET digest = %s WHERE id = %s", content_digest(fresh, _files(fresh)), record.pk)

    def seal_again(self) -> None:
        """At level 3: throw the log away and make another one over what is there now, signed with the real key."""
        if self.level != KEYS:
            return
        with as_owner() as cursor:
            for table in (Leaf, TreeNode, Seal, LogState):
                cursor.execute(f"DELETE FROM {table._meta.db_table}")
            cursor.execute("DELETE FROM kernel_event WHERE subject = %s", [log_subject()])
            cursor.execute("DELETE FROM kernel_chainhead WHERE subject = %s", [log_subject()])
        with override_settings(GEMBA_WITNESS=[]):
            sealed = seal_now()
        assert sealed.seal is not None, sealed.findings

    def cut_log(self, seals: int) -> None:
        """Take the last seals out of the log, with their leaves and their events, so that no trace is left of them."""
        kept = Seal.objects.order_by("-number")[seals]
        gone = [seal.event_id for seal in Seal.objects.filter(number__gt=kept.number)]
        with as_owner() as cursor:
            cursor.execute("DELETE FROM kernel_seal WHERE number > %s", [kept.number])
            cursor.execute('DELETE FROM kernel_leaf WHERE "index" >= %s', [kept.size])
            if self.level == ROWS:
                return
            for event in gone:
                cursor.execute("DELETE FROM kernel_event WHERE id = %s", [event])
            last = Event.objects.filter(subject=log_subject()).latest("seq")
            cursor.execute(
                "UPDATE kernel_chainhead SET seq = %s, hash = %s WHERE subject = %s",
                [last.seq, last.hash, log_subject()],
            )
            cursor.execute("UPDATE kernel_logstate SET settled = %s", [kept.event_id])


def _text(body: dict[str, Any]) -> str:
    return ENCODER.encode({name: value for name, value in body.items() if name != "_id"})


def _files(record: Record) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.name, a.blob_id, b.size FROM kernel_attachment a JOIN kernel_blob b ON b.sha256 = a.blob_id"
            " WHERE a.record_id = %s AND a.removed IS NULL",
            [record.pk],
        )
        return [(name, digest, size) for name, digest, size in cursor.fetchall()]


def remove_record(record: Record, model: Any) -> None:
    """The rows of a record and of everything beside it, but not its events."""
    with as_owner() as cursor:
        for table, column in BESIDE:
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [record.pk])
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE record_ptr_id = %s", [record.pk])
        cursor.execute("DELETE FROM kernel_record WHERE id = %s", [record.pk])


BESIDE = (
    ("kernel_attachment", "record_id"), ("kernel_signature", "record_id"), ("kernel_comment", "record_id"),
    ("kernel_task", "record_id"), ("kernel_link", "target_id"), ("kernel_link", "source_id"),
    ("kernel_watch", "record_id"), ("kernel_notice", "record_id"), ("kernel_searchentry", "record_id"),
)  # fmt: skip
