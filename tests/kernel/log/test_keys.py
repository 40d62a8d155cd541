"""Keys are replaced, taken out of use and lost, each told in the trail; what they made is judged by that."""

import datetime as dt
import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.config.main import main
from gemba.kernel.actor import Actor
from gemba.kernel.log import keys
from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.checkpoint import signed_by
from gemba.kernel.log.keys import Purpose, State, known_keys, seal_key
from gemba.kernel.log.models import Seal
from gemba.kernel.log.rotation import replace_key
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.notices.models import OutgoingMail
from gemba.kernel.people.models import Person
from gemba.kernel.trail import startup
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.keys import KeyUnusableError, all_keys, current_key, load_key, make_key
from gemba.kernel.trail.models import Event
from tests.kernel.log.writing import sealed, written

pytestmark = pytest.mark.django_db
Gemba = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Keys of this test alone."""
    for name, setting in (("trail", "GEMBA_TRAIL_KEY"), ("seal", "GEMBA_SEAL_KEY")):
        make_key(tmp_path / f"{name}.key")
        setattr(settings, setting, str(tmp_path / f"{name}.key"))
    return tmp_path


@pytest.fixture
def gemba(monkeypatch: pytest.MonkeyPatch) -> Gemba:
    """The command as it is typed; what starts it is started already."""
    monkeypatch.setattr("gemba.config.main.prepare", lambda _needs, **_more: None)
    monkeypatch.setattr("gemba.cli.keys.refuse_unready", lambda: None)

    def run(*arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = main(["keys", *arguments])
        return code, out.getvalue()

    return run


def test_tmp_24_a_new_seal_key_signs_from_now_on_and_old_seals_stay_good(folder: Path, quality: Person) -> None:
    """TMP-24: old seals verify with retired keys listed in the log."""
    written(2)
    first = sealed()
    old = seal_key()
    made = replace_key(Purpose.SEAL, Actor.system(), reason="Once a year")
    second = sealed()
    assert (first.key_id, second.key_id) == (old.id, made.id)
    assert {key.id: key.state for key in known_keys().values() if key.purpose is Purpose.SEAL} == {
        old.id: State.RETIRED, made.id: State.ACTIVE,
    }  # fmt: skip
    assert signed_by(second.checkpoint, seal_key().public)
    assert not signed_by(second.checkpoint, old.public)
    assert list(log_problems()) == []
    assert [path.stat().st_mode & 0o777 for path in folder.glob("seal*.key")] == [0o600, 0o600]
    assert OutgoingMail.objects.filter(to=quality.email, subject="A key of the trail was replaced").exists()


def test_tmp_24_a_new_trail_key_counts_without_a_restart_and_old_events_verify(db: None) -> None:
    """TMP-24: each event names its key; the retired one is still loaded to check what it made."""
    written(2, subject="note/A")
    sealed()
    old = current_key().id
    made = replace_key(Purpose.TRAIL, Actor.system(), reason="Once a year")
    assert current_key().id == made.id != old
    written(2, subject="note/A")
    assert list(Event.objects.filter(subject="note/A").order_by("seq").values_list("key_id", flat=True)) == [
        old, old, made.id, made.id,
    ]  # fmt: skip
    assert verify_chain("note/A") == []
    assert set(all_keys()) == {old, made.id}
    sealed()
    startup.refuse_without_trail(durable=False)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_tmp_24_a_replacement_stopped_half_way_is_finished_by_doing_it_again(
    purpose: Purpose, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-24: stopped between event and file, nothing is signed with the wrong key, and the second try completes it."""
    written(1)
    sealed()
    with monkeypatch.context() as stopped:

        def stop(*_names: object) -> None:
            raise OSError(5, "stopped")

        stopped.setattr("os.link", stop)
        with pytest.raises(OSError, match="stopped"):
            replace_key(purpose, Actor.system(), reason="New")
    assert [finding.code for finding in seal_now().findings] == ["key-wrong"]
    replace_key(purpose, Actor.system(), reason="New")
    assert len(list(folder.glob(f"{purpose}*.key"))) == 2
    written(1)
    sealed()
    assert list(log_problems()) == []


def test_tmp_24_a_seal_by_a_revoked_key_after_its_date_is_not_believed(db: None) -> None:
    """TMP-24: seals from before the date stand; those after it fail."""
    written(1)
    first = sealed()
    old = known_keys()[first.key_id]
    written(1)
    second = sealed()
    replace_key(Purpose.SEAL, Actor.system(), reason="The machine was stolen")
    between = moment(first.at + (second.at - first.at) / 2)
    keys.end(old, State.REVOKED, Actor.system(), reason="Stolen", since=between)
    sealed()
    found = list(log_problems())
    assert [(finding.code, finding.seq) for finding in found] == [("seal-altered", 2)]
    assert "revoked" in found[0].sentence


def test_tmp_24_an_event_by_a_revoked_trail_key_after_its_date_stops_the_sealer(folder: Path) -> None:
    """TMP-24: whoever stole the key cannot go on with it."""
    written(1)
    sealed()
    old = current_key()
    replace_key(Purpose.TRAIL, Actor.system(), reason="Stolen")
    keys.end(known_keys()[old.id], State.REVOKED, Actor.system(), reason="Stolen")
    sealed()
    (folder / "trail.key").unlink()
    (folder / f"trail-{old.id}.key").rename(folder / "trail.key")
    written(1, subject="note/forged")
    found = seal_now().findings
    assert ("key-wrong", "keys") in {(finding.code, finding.subject) for finding in found}
    (folder / "trail-spare.key").write_text((folder / "trail.key").read_text())


def test_tmp_24_a_key_that_nobody_told_of_is_not_used(folder: Path) -> None:
    """TMP-24: another file in the key's place stops the sealer until the trail knows it."""
    written(1)
    sealed()
    (folder / "seal.key").unlink()
    make_key(folder / "seal.key")
    written(1)
    assert [finding.code for finding in seal_now().findings] == ["key-wrong"]
    replace_key(Purpose.SEAL, Actor.system(), reason="The disk was replaced")
    assert sealed().key_id == seal_key().id
    assert list(log_problems()) == []


def test_tmp_24_a_lost_key_is_told_and_replaced(folder: Path) -> None:
    """TMP-24: the file is gone: the old seals stay good, the loss is an event, the new key signs."""
    written(1)
    old = sealed().key_id
    (folder / "seal.key").unlink()
    replace_key(Purpose.SEAL, Actor.system(), reason="The disk is broken")
    assert known_keys()[old].state is State.LOST
    written(1)
    sealed()
    assert list(log_problems()) == []


def test_tmp_24_the_command_lists_adds_retires_and_revokes(gemba: Gemba, db: None) -> None:
    """TMP-24: what an operator types, and what they are told."""
    assert gemba("list") == (0, "The trail knows no keys yet; the first seal tells it of those in use.\n")
    written(1)
    old = sealed().key_id
    code, text = gemba("retire", old, "--reason", "Old")
    assert (code, "is in use" in text) == (1, True)
    code, text = gemba("add", "seal", "--reason", "Yearly")
    assert (code, "in use" in text) == (0, True)
    new = seal_key().id
    code, text = gemba("list")
    assert code == 0
    assert old in text
    assert "gemba-log/" in text
    assert "retired" in text
    assert new in text
    code, text = gemba("revoke", old, "--reason", "Seen elsewhere", "--since", "tomorrow")
    assert (code, "is no time" in text) == (1, True)
    later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=1)).isoformat()
    code, text = gemba("revoke", old, "--reason", "Seen elsewhere", "--since", later)
    assert (code, "yet to come" in text) == (1, True)
    assert gemba("revoke", old, "--reason", "Seen elsewhere")[0] == 0
    assert known_keys()[old].state is State.REVOKED
    assert gemba("lost", old, "--reason", "x")[0] == 1
    assert gemba("lost", "nothing", "--reason", "x")[0] == 1
    assert list(log_problems()) == []
    assert Seal.objects.count() == 3


def test_a_key_file_that_others_can_read_is_refused_at_the_next_look(folder: Path) -> None:
    """TMP-24: a changed mode is seen without a restart."""
    load_key(folder / "seal.key")
    (folder / "seal.key").chmod(0o644)
    with pytest.raises(KeyUnusableError, match="can be read by others"):
        seal_key()
