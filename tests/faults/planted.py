"""Twelve faults that a programmer could make, each planted by replacing one thing of the product while a test runs.

The product has no switch for any of them; only here can they be had.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from gemba.kernel import clock
from gemba.kernel.actions import base, write
from gemba.kernel.attachments import store
from gemba.kernel.log import sealer
from gemba.kernel.records import models as records
from gemba.kernel.records.models import ScopedManager
from gemba.kernel.rows_at_once import write as put
from gemba.kernel.signing import proof
from gemba.kernel.trail import writer
from gemba.web.middleware import ScopeMiddleware

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Fault:
    """What is wrong, how it is planted, and the test that must fail over it; `given` are its parameters."""

    name: str
    plant: Plant
    caught_by: str
    given: tuple[tuple[str, Any], ...] = ()
    commits: bool = False
    """The test needs transactions of its own."""


def signature_without_password(patch: pytest.MonkeyPatch) -> None:
    """Whatever was typed proves the signer."""
    patch.setattr(proof, "_factors", lambda *_given: "pwd")


def unscoped_reading(patch: pytest.MonkeyPatch) -> None:
    """Records are read whoever looks."""
    patch.setattr(ScopedManager, "get_queryset", lambda self: super(ScopedManager, self).get_queryset())


def trigger_dropped(_patch: pytest.MonkeyPatch) -> None:
    """The guard that keeps events from being deleted is gone. The test's transaction brings it back."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER kernel_event_no_delete")
        else:
            cursor.execute("DROP TRIGGER kernel_event_no_row ON kernel_event")


def head_unlocked(patch: pytest.MonkeyPatch) -> None:
    """Two can append to one chain at once."""
    held = writer._held

    def unlocked(subject: str) -> Any:
        patched = pytest.MonkeyPatch()
        patched.setattr(type(connection.features), "has_select_for_update", False)
        try:
            return held(subject)
        finally:
            patched.undo()

    patch.setattr(writer, "_held", unlocked)
    # SQLite keeps writers apart by the transaction itself, which holds the database from its beginning.
    patch.setattr(DatabaseWrapper, "_start_transaction_under_autocommit", lambda self: self.cursor().execute("BEGIN"))


def seal_over_damage(patch: pytest.MonkeyPatch) -> None:
    """The sealer signs whatever it finds."""
    patch.setattr(sealer, "judged", lambda *_events, **_more: [])


def event_outside_the_transaction(patch: pytest.MonkeyPatch) -> None:
    """An action's writes do not belong together: what came before a failure stays."""
    patch.setattr(base, "transaction", SimpleNamespace(atomic=nullcontext))


def mac_skipped(patch: pytest.MonkeyPatch) -> None:
    """Events are hashed and not sealed with the key."""
    seal = writer.seal

    def without(body: str) -> tuple[str, str, str]:
        digest, _mac, key = seal(body)
        return digest, digest, key

    patch.setattr(writer, "seal", without)


def row_without_event(patch: pytest.MonkeyPatch) -> None:
    """A change is stored and nobody tells of it."""
    stored = base.RecordWork.save

    def save(self: Any, act: str, **given: Any) -> Any:
        if act != "edit":
            return stored(self, act, **given)
        self.record.version += 1
        put(records.columns_to_store(self.record, frozenset(self.record.snapshot()) | {"version"}))
        return None

    patch.setattr(base.RecordWork, "save", save)


def version_not_compared(patch: pytest.MonkeyPatch) -> None:
    """Whoever saves last wins."""
    prepare = base.RecordWork.prepare

    def careless(self: Any) -> None:
        self.version = None
        prepare(self)

    patch.setattr(base.RecordWork, "prepare", careless)


def file_not_hashed(patch: pytest.MonkeyPatch) -> None:
    """A file is given out as it lies on the disk."""
    patch.setattr(store, "open_verified", lambda blob: store.path_of(blob.sha256).open("rb"))


def anybody_edits(patch: pytest.MonkeyPatch) -> None:
    """One verb asks nobody for permission."""
    patch.setattr(write, "may_change", lambda *_who: True)


def time_from_the_client(patch: pytest.MonkeyPatch) -> None:
    """Events happened when the browser says they did."""
    answer, sent = ScopeMiddleware.__call__, ContextVar[str]("sent", default="")

    def listening(self: Any, request: Any) -> Any:
        sent.set(request.headers.get("Date", ""))
        return answer(self, request)

    def believed() -> dt.datetime:
        return parsedate_to_datetime(sent.get()) if sent.get() else clock.now()

    patch.setattr(ScopeMiddleware, "__call__", listening)
    patch.setattr(writer, "clock", SimpleNamespace(now=believed))


KERNEL = "tests.kernel"
FAULTS = (
    Fault(
        "a signature without password", signature_without_password,
        f"{KERNEL}.test_signatures:test_sig_01_without_credentials_nothing_is_signed_and_the_third_failure_locks",
    ),
    Fault(
        "an unscoped view", unscoped_reading,
        f"{KERNEL}.test_access:test_acl_02_confidential_records_need_a_role_that_says_so",
    ),
    Fault(
        "a trigger dropped", trigger_dropped, f"{KERNEL}.test_trail:test_aud_03_the_trail_cannot_be_cleared",
        (("table", "kernel_event"),),
    ),
    Fault(
        "a chain head unlocked", head_unlocked,
        f"{KERNEL}.test_concurrency:test_con_01_of_two_approvers_at_once_one_wins", commits=True,
    ),
    Fault(
        "a seal over damage", seal_over_damage, f"{KERNEL}.log.test_sealer:test_one_altered_event_stops_the_sealer",
        (("fault", "mac"),),
    ),
    Fault(
        "an event outside the transaction", event_outside_the_transaction,
        f"{KERNEL}.test_signatures:test_sig_16_a_crash_leaves_both_signature_and_state_or_neither",
    ),
    Fault("a MAC skipped", mac_skipped, f"{KERNEL}.test_trail:test_aud_01_every_write_path_leaves_exactly_one_event"),
    Fault(
        "a row changed without an event", row_without_event,
        f"{KERNEL}.test_trail:test_aud_01_every_write_path_leaves_exactly_one_event",
    ),
    Fault(
        "an old version not noticed", version_not_compared,
        f"{KERNEL}.test_record_life:test_a_stale_edit_is_a_conflict_with_both_versions",
    ),
    Fault(
        "a file not hashed when it is given out", file_not_hashed,
        f"{KERNEL}.test_files:test_tmp_19_changed_or_missing_bytes_are_not_given_out",
    ),
    Fault(
        "a verb that asks nobody", anybody_edits,
        f"{KERNEL}.test_trail:test_aud_06_a_denied_action_leaves_a_security_event_without_secrets",
    ),
    Fault(
        "a time taken from the client", time_from_the_client,
        f"{KERNEL}.test_timekeeping:test_clk_04_times_that_a_client_sends_are_ignored",
    ),
)  # fmt: skip
