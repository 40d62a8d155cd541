"""Bring a backup back: everything is read, proved and prepared beside what is there before anything is touched."""

import datetime as dt
import os
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from gemba.kernel import clock
from gemba.kernel.actor import Via
from gemba.kernel.attachments.store import path_of, root
from gemba.kernel.backup import noted, postgresql
from gemba.kernel.backup.gap import lost_events
from gemba.kernel.backup.make import ONLY_OURS, Progress, nothing, sync_folder, told_plainly
from gemba.kernel.backup.manifest import Manifest, contents, differences
from gemba.kernel.backup.older import Accepted, refuse_older
from gemba.kernel.backup.older import accept_older as accept
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.reading import Proved, prove
from gemba.kernel.backup.secret import Secret
from gemba.kernel.backup.snapshot import asking
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.people.models import Account
from gemba.kernel.people.organisation import forget
from gemba.kernel.privacy.register import repeat_erasures
from gemba.kernel.trail.keys import KeyUnusableError, all_keys
from gemba.kernel.trail.models import Event
from gemba.kernel.trail.owning import grant_application_rights
from gemba.kernel.trail.startup import refuse_without_trail
from gemba.kernel.verify.run import Wish, verify

READ_ONLY = 0o400


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    seconds: float
    """How long it took from the first byte read to a database that can be served: the recovery time."""
    lost: tuple[str, ...]
    """Events that a witness knows and that are not in the backup, as `chain#number`."""
    accepted: Accepted
    """What was done with the copies of witnesses that know more."""


def data_folder() -> Path:
    return Path(settings.GEMBA_FILES).parent


def restore(
    backup: Path, secret: Secret, *, replace: bool = False, accept_older: str = "", progress: Progress = nothing
) -> Restored:
    """Raises `BackupError` with everything as it was, unless all of it could be brought back.

    `accept_older` is the reason why it is right that a witness knows more than the backup.
    """
    began = time.monotonic()
    refuse_full_target(replace=replace)
    with told_plainly(data_folder()), TemporaryDirectory(prefix=".restoring-", dir=data_folder()) as scratch:
        folder = Path(scratch)
        (folder / "files").mkdir()
        proved = prove(backup, secret, folder, progress, keep=folder / "files")
        refuse_unfit(proved.manifest)
        if not accept_older:
            refuse_older(proved.manifest)
        facts = _facts(backup, proved.manifest)
        keep_files(folder / "files")
        take = _take_sqlite if connection.vendor == "sqlite" else _take_postgresql
        lost = take(proved, facts)
    accepted = accept(accept_older, asked=False) if accept_older else Accepted((), ())
    return Restored(proved.manifest, time.monotonic() - began, tuple(lost), accepted)


def _facts(backup: Path, said: Manifest) -> dict[str, object]:
    return {
        "backup": backup.name, "made_at": said.made_at, "events": said.counts["events"],
        "events_sha256": said.events, "newest": said.newest,
    }  # fmt: skip


def refuse_full_target(*, replace: bool) -> None:
    """An installation that holds anything is replaced only when that was asked for."""
    if replace or not holds_anything():
        return
    raise BackupError(
        "There are records here already. To replace all of them with the backup, use --replace; "
        "what is there now is set aside first."
    )


def holds_anything() -> bool:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    have = set(connection.introspection.table_names())
    if {Event._meta.db_table, Account._meta.db_table} <= have:
        return Event.objects.exists() or Account.objects.exists()
    return bool(have)


def holds_records() -> bool:
    """Whether there is anything that an upgrade could lose. A first start that was stopped half-way has nothing yet."""
    have = set(connection.introspection.table_names())
    return {Event._meta.db_table, Account._meta.db_table} <= have and holds_anything()


def refuse_unfit(said: Manifest) -> None:
    """Before anything is touched: does this backup belong into this installation of this version?"""
    wrong = []
    if said.vendor != connection.vendor:
        wrong.append(f"This backup is of {said.vendor}, and GEMBA_DATABASE_URL names {connection.vendor}.")
    if said.mode != settings.GEMBA_MODE:
        wrong.append(f"This backup is of a {said.mode} installation, and GEMBA_MODE is {settings.GEMBA_MODE}.")
    known = MigrationLoader(None).disk_migrations or {}
    ours = {app for app, _name in known}
    if newer := [f"{app}.{name}" for app, name in said.migrations if app in ours and (app, name) not in known]:
        wrong.append(f"This backup was made by a newer Gemba ({said.build}: {newer[0]}). Use that version.")
    try:
        held = all_keys()
    except KeyUnusableError as error:
        wrong.append(str(error))
    else:
        if said.counts["events"] and said.trail_key not in held:
            wrong.append(
                f"This backup was made with the trail key {said.trail_key}, and it is not here. "
                "Bring the key files back as well: --keys FILE."
            )
    if wrong:
        raise BackupError(*wrong)


def keep_files(folder: Path) -> None:
    """Give the stored files their places. What is there already under the same digest stays, unless it is damaged."""
    for each in folder.iterdir():
        final = path_of(each.name)
        if final.exists() and final.stat().st_size == each.stat().st_size:
            continue
        final.parent.mkdir(mode=ONLY_OURS, parents=True, exist_ok=True)
        with each.open("rb") as file:
            os.fsync(file.fileno())
        each.chmod(READ_ONLY)
        each.replace(final)
        sync_folder(final.parent)
    if root().is_dir():
        sync_folder(root())


@contextmanager
def database_at(name: str) -> Iterator[None]:
    """Django's connection leads to another database in the block."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    forget()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        forget()


def prepare(facts: dict[str, object]) -> list[str]:
    """In the restored database: tables of this version, guards, nobody signed in, and the event that says so.

    Answers which later events a witness knows.
    """
    call_command("migrate", verbosity=0, interactive=False)
    grant_application_rights()
    close_ways_in()
    lost = lost_events()
    repeated = repeat_erasures(Via.CLI)
    noted.note(noted.RESTORED, facts | {"lost": len(lost), "erased_again": len(repeated)})
    refuse_without_trail(durable=False)
    return lost


def close_ways_in() -> None:
    """Sessions that were ended and links that were used since the backup must not come back to life (AUT-06)."""
    with connection.cursor() as cursor:
        for table in ("django_session", "usersessions_usersession", "gemba_cache"):
            if table in connection.introspection.table_names():
                cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608  our own names
    OneTimeLink.objects.filter(used_at=None).update(withdrawn=True)


def _take_sqlite(proved: Proved, facts: dict[str, object]) -> list[str]:
    """The file is finished beside the old one and takes its place in one step."""
    with database_at(str(proved.database)):
        lost = prepare(facts)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    if target.exists():
        _alone(target)
        os.link(target, _aside("replaced.sqlite3"))
    proved.database.chmod(0o600)
    with proved.database.open("rb") as file:
        os.fsync(file.fileno())
    proved.database.replace(target)
    sync_folder(target.parent)
    return lost


def _alone(target: Path) -> None:
    """Raises unless no other program has the database open: only then SQLite leaves its write-ahead log."""
    try:
        with closing(sqlite3.connect(target, timeout=1)) as database:
            [mode] = database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:  # what is to be replaced is damaged: nobody can work on it
        mode = "delete"
    if mode != "delete":
        raise BackupError("Another program is using the database here. Stop 'gemba serve' first.")


def _aside(name: str) -> Path:
    folder = data_folder() / "backups"
    folder.mkdir(mode=ONLY_OURS, exist_ok=True)
    return folder / f"{clock.now():%Y-%m-%dT%H%M%SZ}-{secrets.token_hex(2)}-{name}"


def _take_postgresql(proved: Proved, facts: dict[str, object]) -> list[str]:
    """The rows change in one transaction; a mark stands until the rest is done, and nothing is served while it does."""
    postgresql.refuse_company()
    if connection.introspection.table_names():
        postgresql.dump(_aside("before-restore.dump"))
    postgresql.replace_all(proved.database)
    connection.close()
    forget()
    lost = prepare(facts)
    postgresql.finished()
    return lost


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a drill showed. `problems` empty: the backup would bring everything back."""

    manifest: Manifest | None
    problems: tuple[str, ...]
    recovery: float
    """Seconds the restore took (RTO)."""
    loss: dt.timedelta | None
    """What would have been lost had the disk failed now: the time since the backup (RPO)."""


def drill(backup: Path, secret: Secret, progress: Progress = nothing) -> Drilled:
    """Restore into a scratch place, prove it, take it away again; the outcome is an event, good or bad."""
    began = time.monotonic()
    manifest: Manifest | None = None
    problems: tuple[str, ...] = ()
    try:
        with told_plainly(data_folder()), TemporaryDirectory(prefix=".drill-", dir=data_folder()) as scratch:
            folder = Path(scratch)
            (folder / "files").mkdir()
            proved = prove(backup, secret, folder, progress, keep=folder / "files")
            manifest = proved.manifest
            refuse_unfit(manifest)
            with store_at(folder / "store"):
                keep_files(folder / "files")
                problems = tuple(_tried(proved))
    except BackupError as error:
        problems = tuple(str(text) for text in error.args)
    seconds = time.monotonic() - began
    loss = clock.now() - dt.datetime.fromisoformat(manifest.made_at) if manifest else None
    noted.note(noted.DRILLED, {
        "backup": backup.name, "bytes": backup.stat().st_size if backup.exists() else 0,
        "made_at": manifest.made_at if manifest else None, "events": manifest.counts["events"] if manifest else None,
        "recovery_seconds": f"{seconds:.1f}", "loss_seconds": int(loss.total_seconds()) if loss else None,
        "result": "; ".join(problems)[:1000] or "sound",
    })  # fmt: skip
    return Drilled(manifest, problems, seconds, loss)


def _tried(proved: Proved) -> list[str]:
    """Bring the scratch database up as if it were to be served, and compare it with the list of contents."""
    if connection.vendor == "sqlite":
        with database_at(str(proved.database)):
            return _looked_at(proved.manifest)
    with postgresql.scratch_database(proved.database) as name, database_at(name):
        return _looked_at(proved.manifest)


def _looked_at(said: Manifest) -> list[str]:
    """The whole verification, of rows, chains, signatures, files and seals, on what was brought back."""
    found = differences(said, contents(asking(connection)))
    call_command("migrate", verbosity=0, interactive=False)
    refuse_without_trail(durable=False)
    absent = set(said.absent)
    problems = verify(Wish(full=True)).findings
    return found + [each.sentence for each in problems if not absent & {each.was, each.now, each.field}]


@contextmanager
def store_at(folder: Path) -> Iterator[None]:
    """The store of files is elsewhere in the block."""
    before, settings.GEMBA_FILES = settings.GEMBA_FILES, str(folder)
    try:
        yield
    finally:
        settings.GEMBA_FILES = before
