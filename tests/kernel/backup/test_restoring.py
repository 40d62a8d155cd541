"""Restores and keys that are cut short, the commands, and what a database that became older shows. DUR-08, TMP-24."""

import argparse
import errno
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from gemba.cli import backup as backup_command
from gemba.cli import restore as restore_command
from gemba.cli.starting import half_restored
from gemba.kernel.backup import mark, postgresql
from gemba.kernel.backup import restore as restoring
from gemba.kernel.backup.keyring import backup_keys, place_keys, read_keys
from gemba.kernel.backup.mark import keep_mark, mark_path, notice_older, older_than_noted, set_mark
from gemba.kernel.backup.noted import last_backup
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.restore import restore
from gemba.kernel.backup.secret import InTheClear
from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.witness import bring_up_to_date, note_early
from gemba.kernel.log.witness_files import WitnessFolder
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.keys import make_key
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.kernel.trail.startup import TrailUnusableError
from gemba.modules.objective.models import Objective
from gemba.web.health_kept import kept_readings
from tests.kernel.backup.test_backup import WORDS, backed_up
from tests.kernel.samples import raised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("durability")]


def test_dur_08_a_restore_that_stops_anywhere_leaves_what_was_there(
    company: Objective, tmp_path: Path, quality: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-08, DUR-13: killed while preparing, the old database is served as before."""
    path = backed_up(tmp_path)
    raised(quality, title="Entered after the backup")

    class Killed(BaseException):
        """Stands for a kill: nothing catches it."""

    def dies(*_given: object) -> None:
        raise Killed

    for place in ("refuse_unfit", "keep_files", "_take_sqlite", "_take_postgresql", "prepare"):
        if place == "prepare" and connection.vendor == "postgresql":
            continue  # from here on the restore is gone on with, see below
        if place == f"_take_{'postgresql' if connection.vendor == 'sqlite' else 'sqlite'}":
            continue
        with monkeypatch.context() as patched:
            patched.setattr(restoring, place, dies)
            with pytest.raises(Killed):
                restore(path, WORDS, replace=True)
        assert Objective._base_manager.count() == 2
    assert verify_chain(company.subject) == []


def test_the_keys_have_a_backup_of_their_own(tmp_path: Path, settings: Settings) -> None:
    """TMP-24: never in the clear; brought back under the same names; what they replace is set aside."""
    folder = tmp_path / "keys"
    for name in ("trail.key", "entrance.key"):
        make_key(folder / name)
    settings.GEMBA_TRAIL_KEY = str(folder / "trail.key")
    with pytest.raises(BackupError, match="never written in the clear"):
        backup_keys(tmp_path / "keys.backup", InTheClear())
    assert backup_keys(tmp_path / "keys.backup", WORDS) == ["entrance.key", "trail.key"]
    with pytest.raises(BackupError, match="exists already"):
        backup_keys(tmp_path / "keys.backup", WORDS)
    files = read_keys(tmp_path / "keys.backup", WORDS)
    (folder / "trail.key").unlink()
    make_key(folder / "trail.key")
    place_keys(files, timezone.now())
    assert (folder / "trail.key").read_bytes() == files["trail.key"]
    assert (folder / "trail.key").stat().st_mode & 0o777 == 0o600
    [aside] = [path for path in folder.iterdir() if path.is_dir()]
    assert [path.name for path in aside.iterdir()] == ["trail.key"]


def test_dur_08_a_restore_on_postgresql_that_stops_before_its_event_is_not_served(
    company: Objective, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-08: the rows are back, the event is not: nothing starts until the restore was run again. SQLite has no such
    moment, because its file is finished before it takes its place."""
    path = backed_up(tmp_path)
    if connection.vendor == "sqlite":
        assert half_restored() == []
        return

    def dies(_facts: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, "prepare", dies)
    with pytest.raises(KeyboardInterrupt):
        restore(path, WORDS, replace=True)
    monkeypatch.undo()
    assert "gemba restore FILE --replace" in half_restored()[0]
    restore(path, WORDS, replace=True)
    assert half_restored() == []
    assert Event.objects.latest("id").act == "organisation.restore"


def test_dur_08_a_dump_that_cannot_be_played_back_changes_nothing(
    company: Objective, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-08: an error in the middle takes all of it back. On SQLite the finished file is checked before it counts."""
    path = backed_up(tmp_path)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(restoring, "refuse_without_trail", _raise)
        with pytest.raises(TrailUnusableError):
            restore(path, WORDS, replace=True)
    else:
        monkeypatch.setattr(postgresql, "_schema", lambda: "no_such_schema")
        with pytest.raises(BackupError, match="no_such_schema"):
            restore(path, WORDS, replace=True)
    monkeypatch.undo()
    assert Objective._base_manager.get() == company
    assert verify_chain(company.subject) == []


def _raise(**_given: object) -> None:
    raise TrailUnusableError("not here")


def test_dur_08_what_only_the_witness_knows_is_listed(
    company: Objective, tmp_path: Path, quality: Person, settings: Settings
) -> None:
    """DUR-08: entries made after the backup are gone; the witness's journal says which ones they were."""
    (tmp_path / "witness").mkdir()
    settings.GEMBA_WITNESS = [str(tmp_path / "witness")]
    path = backed_up(tmp_path)
    later = raised(quality)
    note_early()
    done = restore(path, WORDS, replace=True)
    assert done.lost == (f"{later.subject}#1",)
    assert ["lost", None, 1] in json.loads(Event.objects.latest("id").body)["chg"]


@pytest.fixture
def witness(tmp_path: Path, settings: Settings) -> Path:
    folder = tmp_path / "witness"
    folder.mkdir()
    settings.GEMBA_WITNESS = [str(folder)]
    return folder


def held(folder: Path) -> dict[str, bytes]:
    """The witness's own three files by the last part of their names."""
    ours = {"leaves", "early", "checkpoints"}
    return {path.suffix[1:]: path.read_bytes() for path in folder.iterdir() if path.suffix[1:] in ours}


def sealed_at_witness() -> None:
    assert seal_now(always=True).findings == ()
    bring_up_to_date()


def test_dur_08_an_older_backup_is_brought_back_over_a_witness_only_with_a_reason(
    company: Objective, tmp_path: Path, quality: Person, witness: Path
) -> None:
    """DUR-08, TMP-17: refused with what to do; then event, note and alert, and the old copies stay as they were."""
    sealed_at_witness()
    path = backed_up(tmp_path)
    later = raised(quality, title="Entered after the backup")
    note_early()
    sealed_at_witness()
    before = held(witness)
    with pytest.raises(BackupError, match="--accept-older") as refused:
        restore(path, WORDS, replace=True)
    assert "sealed events up to" in str(refused.value.args[0])
    assert Objective._base_manager.count() == 2
    assert held(witness) == before
    done = restore(path, WORDS, replace=True, accept_older="The disk of the server failed")
    assert Objective._base_manager.get().pk == company.pk
    assert f"{later.subject}#1" in done.lost
    assert (len(done.accepted.files), done.accepted.by_hand) == (3, ())
    assert {each.read_bytes() for each in done.accepted.files} == set(before.values())
    event = Event.objects.latest("pk")
    facts = {name: value for name, _old, value in json.loads(event.body)["chg"]}
    assert (event.act, facts["why"]) == ("organisation.older-accepted", "The disk of the server failed")
    assert (facts["witnesses"][0]["witness"], facts["witnesses"][0]["lost"]) == (str(witness), len(done.lost))
    [note] = [json.loads(line) for each in witness.glob("*.set-aside") for line in each.read_text("utf-8").splitlines()]
    assert (note["event"], note["reason"]) == (event.hash, "The disk of the server failed")
    assert "disk of the server" in Notice.objects.filter(person=quality).latest("pk").text
    sealed_at_witness()
    assert list(log_problems(witness)) == []


def test_dur_08_a_witness_that_was_away_is_settled_afterwards_by_the_command(
    company: Objective, tmp_path: Path, quality: Person, witness: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """DUR-08, TMP-17: the sealer stops and names the command; the command asks for a reason and is needed once."""

    def gemba(*words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        restore_command.arguments(parser)
        status = restore_command.run(parser.parse_args(words))
        said = capsys.readouterr()
        return status, said.out, said.err

    sealed_at_witness()
    path = backed_up(tmp_path)
    raised(quality)
    sealed_at_witness()
    witness.rename(tmp_path / "away")
    restore(path, WORDS, replace=True)
    (tmp_path / "away").rename(witness)
    [found] = seal_now(always=True).findings
    assert "gemba restore --accept-older" in found.sentence
    before = held(witness)
    for words, said in (
        ((), "Name the backup"), (("--accept-older", " "), "why an older state is right"),
        (("--accept-older", "x" * 1001), "1000 characters"), (("--accept-older", "x", "--drill"), "Name the backup"),
    ):  # fmt: skip
        status, _out, err = gemba(*words)
        assert (status, said in err) == (1, True)
    assert held(witness) == before
    status, out, err = gemba("--accept-older", "The backup of Sunday is the newest")
    assert (status, "It stands in the trail" in out, err) == (0, True, "")
    assert out.count("Set aside as it was") == len(before)
    sealed_at_witness()
    assert list(log_problems(witness)) == []
    assert "nothing to accept" in gemba("--accept-older", "Again")[2]


def test_dur_08_a_witness_that_lets_nobody_rename_is_settled_by_hand(
    company: Objective, tmp_path: Path, quality: Person, witness: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-08: a share that only appends keeps its note; the sentence names the files and their new names."""
    sealed_at_witness()
    path = backed_up(tmp_path)
    raised(quality)
    sealed_at_witness()

    def refuses(*_given: object) -> list[Path]:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(WitnessFolder, "set_aside", refuses)
    done = restore(path, WORDS, replace=True, accept_older="The disk failed")
    [sentence] = done.accepted.by_hand
    ending = sentence.partition("followed by ")[2].partition(":")[0]
    assert seal_now(always=True).findings
    for each in list(witness.iterdir()):
        if each.suffix != ".set-aside":
            each.rename(f"{each}{ending}")
    sealed_at_witness()
    assert list(log_problems(witness)) == []


def test_the_commands_do_it_and_say_it(
    company: Objective, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-07, DUR-10: backup, drill, restore and their refusals as a person at the terminal reads them."""

    def gemba(command: Any, *words: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        status = command.run(parser.parse_args(words))
        said = capsys.readouterr()
        return status, said.out, said.err

    key, file = str(tmp_path / "backup.key"), str(tmp_path / "one.backup")
    assert gemba(backup_command, "--make-key", key)[0] == 0
    assert "never replaced" in gemba(backup_command, "--make-key", key)[2]
    assert "no terminal" in gemba(backup_command, file)[2]
    monkeypatch.setenv("GEMBA_BACKUP_KEY", key)
    status, out, err = gemba(backup_command, file)
    assert (status, "Read back and proved" in out, err) == (0, True, "")
    assert last_backup() is not None
    assert "brings everything back" in gemba(restore_command, file, "--drill")[1].replace("would bring", "brings")
    assert "--replace" in gemba(restore_command, file)[2]
    status, out, _err = gemba(restore_command, file, "--replace")
    assert (status, "Restored in" in out) == (0, True)
    assert "cannot be read" in gemba(restore_command, str(tmp_path / "none.backup"))[2]
    assert "key files" in gemba(backup_command, "--keys", str(tmp_path / "keys.backup"))[1]
    monkeypatch.delenv("GEMBA_BACKUP_KEY")
    assert "enciphered with a key file" in gemba(restore_command, file, "--drill")[2]
    words = {reading.name: reading for reading in kept_readings()}
    assert words["Backup"].tone == "bad", "the restored database does not know of the backup made from it"


def test_dur_08_a_database_that_became_older_is_noticed_at_the_start(
    company: Objective, quality: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-08, TMP-16: whoever puts an old copy in its place by hand is found out, once, and shown until mended."""
    monkeypatch.setattr(mark, "EVERY", 0.0)
    set_mark()
    assert notice_older() is None
    raised(quality)
    keep_mark()
    assert older_than_noted() is None
    newest = Event.objects.latest("pk")
    mark_path().write_text(json.dumps({"id": newest.pk, "hash": newest.hash, "at": "2026-01-01T00:00:00"}))
    assert older_than_noted() is None
    mark_path().write_text(json.dumps({"id": newest.pk + 1, "hash": "0" * 64, "at": "2026-01-01T00:00:00"}))
    for _start in range(2):
        assert "-wal" in str(notice_older())
    assert SecurityEvent.objects.filter(what="trail.older").count() == 1
    keep_mark()
    assert older_than_noted() is not None
    assert any(reading.tone == "bad" and "older" in reading.sentence for reading in kept_readings())
    for broken in ("", "[]", "{}", '{"id": "1", "hash": 2}', "\x00"):
        mark_path().write_text(broken)
        assert older_than_noted() is None
