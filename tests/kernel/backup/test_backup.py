"""A backup is made beside writing, proved before it is named, and brings everything back. DUR-07, DUR-08, DUR-10."""

import datetime as dt
import errno
import json
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from gemba.kernel.attachments.models import Blob
from gemba.kernel.attachments.reading import attachments_of
from gemba.kernel.attachments.store import open_verified, path_of
from gemba.kernel.backup import make, reading
from gemba.kernel.backup.envelope import PIECE
from gemba.kernel.backup.make import make_backup
from gemba.kernel.backup.noted import last_drill
from gemba.kernel.backup.problems import BackupError, DamagedError, WrongKeyError
from gemba.kernel.backup.restore import drill, restore
from gemba.kernel.backup.secret import InTheClear, KeyFile, Passphrase
from gemba.kernel.entrance.links import make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.people.models import Person
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.guards import missing
from gemba.kernel.trail.keys import make_key
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.kernel.backup.conftest import Elsewhere
from tests.kernel.samples import bodies, raised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("durability")]
WORDS = Passphrase("seven dry stones under the bridge")


def backed_up(tmp_path: Path, name: str = "one.backup", secret: Any = WORDS) -> Path:
    return make_backup(tmp_path / name, secret).path


def left_over(folder: Path) -> list[str]:
    """What a backup that failed could have left behind."""
    return [p.name for p in folder.iterdir() if "backup" in p.name or "partial" in p.name or "restoring" in p.name]


def test_dur_08_everything_comes_back_on_an_empty_host(
    company: Objective, tmp_path: Path, elsewhere: Elsewhere, quality: Person
) -> None:
    """DUR-08: same counts, same hashes, the file, the guards; the restore is an event; old sessions stay ended."""
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=timezone.now() + dt.timedelta(days=1))
    make_link(OneTimeLink.Purpose.RESET, quality)
    hashes = list(Event.objects.order_by("id").values_list("hash", flat=True))
    path = backed_up(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    with elsewhere() as folder:
        done = restore(path, WORDS)
        assert list(Event.objects.order_by("id").values_list("hash", flat=True))[: len(hashes)] == hashes
        told = Event.objects.latest("id")
        facts = {name: value for name, _old, value in json.loads(told.body)["chg"]}
        assert (told.act, facts["events"], facts["made_at"]) == (
            "organisation.restore", len(hashes), done.manifest.made_at,
        )  # fmt: skip
        assert verify_chain(told.subject) == verify_chain(company.subject) == missing() == []
        [attached] = attachments_of(Objective._base_manager.get())
        assert open_verified(attached.blob).read().startswith(b"three figures")
        assert not Session.objects.exists()
        assert not OneTimeLink.objects.filter(withdrawn=False).exists()
        assert left_over(folder) == []
        raised(quality)
    assert done.manifest.counts["files"] == done.manifest.files["count"] == 1


def test_dur_08_records_that_are_there_are_replaced_only_when_asked(
    company: Objective, tmp_path: Path, quality: Person
) -> None:
    """DUR-08: otherwise nothing is touched; and what was replaced is set aside, not lost."""
    if connection.vendor == "postgresql":  # what somebody wrote beside our tables
        with connection.cursor() as cursor:
            cursor.execute("CREATE FUNCTION of_ours(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a + 1'")
    path = backed_up(tmp_path)
    raised(quality, title="Entered after the backup")
    with pytest.raises(BackupError, match="--replace"):
        restore(path, WORDS)
    assert Objective._base_manager.count() == 2
    restore(path, WORDS, replace=True)
    assert [o.title for o in Objective._base_manager.all()] == [company.title]
    assert Event.objects.latest("id").act == "organisation.restore"
    [aside] = (tmp_path / "backups").iterdir()
    assert aside.stat().st_size > 10_000
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(aside)) as database:
            assert database.execute("SELECT count(*) FROM objective_objective").fetchone() == (2,)


def test_dur_08_a_database_in_use_is_not_replaced(company: Objective, tmp_path: Path) -> None:
    """DUR-08, OPS-07: a running program would go on writing into what is no longer there."""
    path = backed_up(tmp_path)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kernel_event")
            cursor.fetchall()
        with pytest.raises(BackupError, match="Another program"):
            restore(path, WORDS, replace=True)
    finally:
        other.close()
    assert Event.objects.filter(act="organisation.restore").count() == 0


def test_dur_07_what_was_there_when_it_began_is_in_it(
    company: Objective, tmp_path: Path, quality: Person, elsewhere: Elsewhere
) -> None:
    """DUR-07: a backup among writers holds every event that was there before it, and whole chains only."""
    stop, failures = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                raised(quality)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(0.1)
        before = Event.objects.count()
        path = backed_up(tmp_path)
    finally:
        stop.set()
        writer.join()
    assert failures == []
    with elsewhere():
        said = restore(path, WORDS).manifest
        assert before <= said.counts["events"]
        assert said.counts["events"] == Event.objects.count() - 1
        assert [p for o in Objective._base_manager.all() for p in verify_chain(o.subject)] == []


def test_a_backup_that_was_altered_is_refused_before_anything_is_touched(
    company: Objective, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    """DUR-08: one changed bit anywhere, head or content, is found."""
    whole = backed_up(tmp_path).read_bytes()
    altered = tmp_path / "altered.backup"
    with elsewhere() as folder:
        for place in (0, 10, 30, 400, len(whole) // 3, len(whole) * 2 // 3, len(whole) - 1, len(whole) - 17):
            raw = bytearray(whole)
            raw[place] ^= 1
            altered.write_bytes(raw)
            with pytest.raises(BackupError):
                restore(altered, WORDS)
        assert list(folder.iterdir()) == []


def test_a_backup_that_was_cut_off_is_refused(company: Objective, tmp_path: Path, elsewhere: Elsewhere) -> None:
    """DUR-08: at any length, with and without encryption, also exactly between two pieces."""
    cut = tmp_path / "cut.backup"
    for secret in (WORDS, InTheClear()):
        whole = backed_up(tmp_path, f"{type(secret).__name__}.backup", secret).read_bytes()
        lengths = (0, 5, 19, 40, 300, len(whole) // 2, len(whole) - 12_000, len(whole) - PIECE)
        for length in (each for each in lengths if 0 <= each < len(whole)):
            cut.write_bytes(whole[:length])
            with elsewhere(), pytest.raises(BackupError):
                restore(cut, secret)


def test_only_its_own_secret_opens_a_backup(company: Objective, tmp_path: Path) -> None:
    """DUR-08: and the sentence says which kind it needs; nothing readable stands in the file."""
    make_key(tmp_path / "a.key")
    make_key(tmp_path / "b.key")
    mine = KeyFile(tmp_path / "a.key")
    by_words, by_file = backed_up(tmp_path), backed_up(tmp_path, "two.backup", mine)
    for path, secret, sentence in (
        (by_words, Passphrase("another passphrase"), "Wrong passphrase"),
        (by_words, mine, "with a passphrase"),
        (by_words, InTheClear(), "is enciphered"),
        (by_file, WORDS, "with a key file"),
        (by_file, KeyFile(tmp_path / "b.key"), "this file holds"),
        (by_file, KeyFile(tmp_path / "c.key"), "missing"),
    ):
        with pytest.raises(WrongKeyError, match=sentence):
            reading.prove(path, secret, tmp_path, make.nothing)
    for path in (by_words, by_file):
        assert b"Aino" not in path.read_bytes()
        assert b"three figures" not in path.read_bytes()


def test_dur_08_a_bare_database_file_is_recognised(tmp_path: Path) -> None:
    """DUR-08: copying the main file alone loses what stands in the write-ahead log; the sentence says so."""
    with closing(sqlite3.connect(tmp_path / "copied.sqlite3")) as database:
        database.execute("CREATE TABLE x (y)")
    with pytest.raises(DamagedError, match="-wal"):
        reading.prove(tmp_path / "copied.sqlite3", InTheClear(), tmp_path, make.nothing)
    (tmp_path / "noise").write_bytes(os.urandom(100))
    with pytest.raises(DamagedError, match="no backup of Gemba"):
        reading.prove(tmp_path / "noise", InTheClear(), tmp_path, make.nothing)


def test_a_backup_of_a_newer_version_or_of_another_use_is_refused(
    company: Objective, tmp_path: Path, settings: Settings, elsewhere: Elsewhere
) -> None:
    """DUR-14, AUT-16: also one whose events these keys could never verify."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '0999_next', '2030-01-01')"
        )
    newer = backed_up(tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0999_next'")
    usual = backed_up(tmp_path, "two.backup")
    make_key(tmp_path / "other" / "trail.key")
    with elsewhere() as folder:
        with pytest.raises(BackupError, match="newer Gemba"):
            restore(newer, WORDS)
        settings.GEMBA_MODE = "production"
        settings.GEMBA_TRAIL_KEY = str(tmp_path / "other" / "trail.key")
        with pytest.raises(BackupError) as refusal:
            restore(usual, WORDS)
        assert "GEMBA_MODE" in refusal.value.args[0]
        assert "--keys" in refusal.value.args[1]
        assert list(folder.iterdir()) == []


def test_dur_05_no_room_for_a_backup_is_a_sentence_and_leaves_nothing(
    company: Objective, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-05, DUR-06: whichever write fails, first, last or the one that makes it durable."""
    folder = tmp_path / "out"
    folder.mkdir()
    for error, at in ((errno.ENOSPC, 1), (errno.EIO, 1), (errno.ENOSPC, 2)):
        count = iter(range(1, 100))

        def failing(descriptor: int, count: Any = count, at: int = at, error: int = error) -> None:
            if next(count) == at:
                raise OSError(error, os.strerror(error))

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(BackupError, match=r"[Nn]othing was left behind"):
            make_backup(folder / "one.backup", WORDS)
        monkeypatch.undo()
        monkeypatch.setattr("gemba.kernel.backup.secret.COST", 2**4)
        if at == 1:
            assert list(folder.iterdir()) == []


def test_a_backup_never_replaces_a_file(company: Objective, tmp_path: Path) -> None:
    """DUR-07: nor does anything half-written ever carry the final name."""
    backed_up(tmp_path)
    before = (tmp_path / "one.backup").read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        backed_up(tmp_path)
    assert (tmp_path / "one.backup").read_bytes() == before


def test_dur_07_a_file_that_is_missing_or_damaged_is_named_and_stops_nothing(
    company: Objective, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    """DUR-07, TMP-19: what is there is saved; what is not stands in the list of contents."""
    [blob] = Blob.objects.all()
    path = path_of(blob.sha256)
    path.chmod(0o600)
    path.write_bytes(b"something else")
    made = make_backup(tmp_path / "one.backup", WORDS)
    assert made.manifest.absent == (blob.sha256,)
    with elsewhere():
        assert restore(made.path, WORDS).manifest.absent == (blob.sha256,)


def test_dur_10_a_drill_proves_the_backup_and_is_an_event_good_or_bad(company: Objective, tmp_path: Path) -> None:
    """DUR-10: time, size, what would be lost, how long it takes, and the outcome; nothing else is touched."""
    path = backed_up(tmp_path)
    before = sorted(tmp_path.iterdir())
    shown = drill(path, WORDS)
    assert shown.problems == ()
    assert (shown.recovery > 0, shown.loss is not None) == (True, True)
    assert sorted(tmp_path.iterdir()) == before
    path.write_bytes(path.read_bytes()[:-100])
    assert drill(path, WORDS).problems != ()
    [good, bad] = Event.objects.filter(act="organisation.drill").order_by("id")
    told = [{name: value for name, _old, value in json.loads(e.body)["chg"]} for e in (good, bad)]
    assert told[0]["result"] == "sound"
    assert told[1]["result"] != "sound"
    assert told[0]["backup"] == "one.backup"
    assert last_drill() == bad
    assert len(bodies(company)) == 2
