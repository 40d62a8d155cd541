"""The sealer takes what is new, checks it, and signs; over damage it signs nothing."""

import datetime as dt
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from gemba.kernel import clock
from gemba.kernel.actor import Actor
from gemba.kernel.jobs.worker import run_all_waiting
from gemba.kernel.log import jobs, pending, sealer, standing
from gemba.kernel.log import witness as witnesses
from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.checkpoint import parse, signed_by
from gemba.kernel.log.keys import known_keys
from gemba.kernel.log.models import Leaf, LogState, Seal
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import ChainHead, Event, SecurityEvent
from gemba.kernel.trail.writer import Entry, append
from tests.kernel.log.tampering import execute, tried_out
from tests.kernel.log.writing import sealed, written
from tests.kernel.samples import raised, signed, submitted

pytestmark = pytest.mark.django_db


def test_a_seal_covers_all_that_is_new_and_says_what(quality: Person) -> None:
    """M199: the tree holds every event, the seal's own last; its text names heads, schemas, keys, the seal before."""
    record = raised(quality)
    first = sealed()
    assert first.size == Leaf.objects.count() == Event.objects.count()
    assert Leaf.objects.get(index=first.size - 1).event_id == first.event_id
    body = json.loads(first.body)
    assert [record.subject, 1, Event.objects.get(subject=record.subject).hash] in body["heads"]
    assert body["prev"] is None
    assert json.loads(first.event.body)["state"] == pending.digest_of(first.body)
    assert seal_now() == sealer.Sealed()
    submitted(quality)
    second = sealed()
    body = json.loads(second.body)
    assert body["prev"] == pending.digest_of(first.checkpoint)
    assert (body["number"], body["clk"], second.size) == (2, "free", Event.objects.count())
    assert list(log_problems()) == []
    assert verify_chain(second.event.subject) == []


def test_a_checkpoint_is_a_signed_note_that_others_can_check(quality: Person) -> None:
    """M199: C2SP: origin, size, root, and an Ed25519 signature by the key the trail names."""
    raised(quality)
    seal = sealed()
    said = parse(seal.checkpoint)
    assert (said.size, said.root.hex()) == (seal.size, seal.root)
    public = bytes.fromhex(known_keys()[seal.key_id].public)
    assert signed_by(seal.checkpoint, public)
    assert not signed_by(seal.checkpoint.replace(f"\n{seal.size}\n", f"\n{seal.size + 1}\n"), public)
    assert not signed_by(seal.checkpoint, bytes(32))


def test_nothing_new_is_not_sealed_except_as_a_sign_of_life(db: None) -> None:
    """M199: the heartbeat seals although nothing happened."""
    written(1)
    first = sealed()
    assert seal_now().seal is None
    beat = seal_now(always=True, thorough=True)
    assert beat.seal is not None
    assert beat.seal.size == first.size + 1
    assert list(log_problems()) == []


def test_many_events_are_sealed_in_portions(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """M199: a backlog leaves several seals and no event out, across the tiles of the tree."""
    monkeypatch.setattr(sealer, "MOST", 90)
    monkeypatch.setattr(pending, "keeps_time", lambda: True)
    written(600)
    sealed()
    assert Seal.objects.count() == 7
    assert Leaf.objects.count() == Event.objects.count() == 609
    written(3)
    sealed()
    assert list(log_problems()) == []


def test_a_seal_needs_the_same_number_of_statements_however_much_is_new(db: None) -> None:
    """M199: the work of a seal depends on what is new, and its statements on nothing."""
    written(300)
    sealed()
    counts = []
    for count in (2, 40):
        written(count)
        with CaptureQueriesContext(connection) as captured:
            sealed()
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 24


ALTERED = {
    "text": ("UPDATE kernel_event SET body = replace(body, 'note.write', 'note.wrote') WHERE id = %s", "event-altered"),
    "one digit of a hash": (
        "UPDATE kernel_event SET hash = '00000000' || substr(hash, 9) WHERE id = %s",
        "event-altered",
    ),
    "mac": ("UPDATE kernel_event SET mac = '00000000' || substr(mac, 9) WHERE id = %s", "event-altered"),
    "act": ("UPDATE kernel_event SET act = 'note.read' WHERE id = %s", "event-altered"),
    "key": ("UPDATE kernel_event SET key_id = '0123456789abcdef' WHERE id = %s", "event-altered"),
    "gone from the middle": ("DELETE FROM kernel_event WHERE id = %s", "event-missing"),
}


@pytest.mark.parametrize("fault", ALTERED)
def test_one_altered_event_stops_the_sealer(quality: Person, manager: Person, fault: str) -> None:
    """M199: damage is never signed over; it is named, told to quality, and nobody signs until it is mended."""
    statement, code = ALTERED[fault]
    record = submitted(quality)
    sealed()
    events = written(3, subject="note/A")
    with tried_out():
        execute(statement, events[1].pk)
        done = seal_now()
        assert done.seal is None
        assert code in {finding.code for finding in done.findings}
        assert {finding.subject for finding in done.findings} == {"note/A"}
        assert Seal.objects.count() == 1
        assert "note/A" in LogState.objects.get().damage
        assert SecurityEvent.objects.filter(what="log.damaged").count() == 1
        assert Notice.objects.filter(person=quality, reason=Notice.Reason.SECURITY).count() == 1
        seal_now()
        assert OutgoingMail.objects.filter(to=quality.email).count() == 1
        with pytest.raises(Refused, match="damage"):
            signed(record, "approve", manager)
    assert sealed().number == 2
    assert standing.signing_refusal() is None


def test_the_end_of_damage_lets_the_sealer_go_on(quality: Person) -> None:
    """M199: when the row says again what was hashed, it is sealed, and signing is possible again."""
    event = written(1)[0]
    execute("UPDATE kernel_event SET act = 'other' WHERE id = %s", event.pk)
    assert seal_now().findings
    assert standing.signing_refusal()
    execute("UPDATE kernel_event SET act = 'note.write' WHERE id = %s", event.pk)
    sealed()
    assert standing.signing_refusal() is None
    assert LogState.objects.get().damage == ""


def test_a_head_that_was_moved_stops_the_sealer(db: None) -> None:
    """M199: events cut off the end show in the head of their chain; a head set back shows in its events."""
    events = written(3, subject="note/A")
    with tried_out():
        execute("DELETE FROM kernel_event WHERE id = %s", events[2].pk)
        assert [finding.code for finding in seal_now().findings] == ["event-missing"]
    with tried_out():
        ChainHead.objects.filter(pk="note/A").update(seq=2, hash=events[1].hash)
        assert [finding.code for finding in seal_now().findings] == ["head-altered"]
    with tried_out():
        ChainHead.objects.filter(pk="note/A").delete()
        assert {finding.code for finding in seal_now().findings} == {"head-missing"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kernel_leaf SET hash = '00000000' || substr(hash, 9)",
        'DELETE FROM kernel_leaf WHERE "index" = 1',
        "UPDATE kernel_seal SET size = 2",
        "UPDATE kernel_seal SET root = '00000000' || substr(root, 9)",
        "UPDATE kernel_seal SET checkpoint = replace(checkpoint, 'gemba', 'other')",
        "UPDATE kernel_seal SET key_id = 'unknown'",
    ],
)
def test_a_tree_that_is_not_the_signed_one_is_not_continued(statement: str, db: None) -> None:
    """M199: the next seal begins with the last one: its root, its signature, its key."""
    written(3)
    sealed()
    written(1)
    with tried_out():
        execute(statement)
        assert [finding.code for finding in seal_now().findings] == ["log-altered"]
        assert list(log_problems())


def test_tmp_17_an_older_database_is_not_sealed_anew(witness: Path) -> None:
    """TMP-17: a witness that holds more than the database stops the sealer, so that history does not fork."""
    written(2)
    sealed()
    with tried_out():
        written(2)
        sealed()
        witnesses.bring_up_to_date()
    written(1)
    done = seal_now()
    assert [finding.code for finding in done.findings] == ["log-altered"]
    assert str(witness) in done.findings[0].sentence
    found = list(log_problems(witness))
    assert {"seal-missing", "event-missing"} == {finding.code for finding in found}


def test_a_witness_with_another_history_of_the_same_length_stops_the_sealer(witness: Path) -> None:
    """TMP-18: whoever rewrites everything and signs it anew is contradicted by the copy."""
    with tried_out():
        written(2, subject="note/true")
        sealed()
        witnesses.bring_up_to_date()
    written(2, subject="note/false")
    assert seal_now().findings
    assert standing.signing_refusal()


@contextmanager
def kept(monkeypatch: pytest.MonkeyPatch, hours: float = 0) -> Iterator[None]:
    """Times count, as with real records; and it is so many hours later."""
    for module in (pending, sealer, standing):
        monkeypatch.setattr(module, "keeps_time", lambda: True)
    standing.forget_banner()
    with clock.shifted(clock.now() + dt.timedelta(hours=hours)):
        yield
    standing.forget_banner()


def test_clk_05_times_may_differ_a_little_between_records_and_no_more(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    """CLK-05: not before the preceding seal, not more than 60 s behind what was written before."""
    with kept(monkeypatch):
        written(1)
        with kept(monkeypatch, -50 / 3600):
            written(1)
        sealed()
        with kept(monkeypatch, -55 / 3600):
            written(1)
        sealed()
        with tried_out():
            with kept(monkeypatch, -1):
                written(1, subject="note/backdated")
            done = seal_now()
            assert [(f.code, f.subject) for f in done.findings] == [("event-time", "note/backdated")]
        with tried_out():
            with kept(monkeypatch, 1):
                written(1)
            written(1, subject="note/behind")
            assert [(f.code, f.subject) for f in seal_now().findings] == [("event-time", "note/behind")]
        with kept(monkeypatch, 1):
            written(1)
        append(Entry(subject="clock/1", act="clock.step", state=digest(1), schema="clock@1"), Actor.system())
        written(1)
        sealed()


def test_clk_01_a_clock_behind_the_last_seal_stops_signing(monkeypatch: pytest.MonkeyPatch, quality: Person) -> None:
    """CLK-01: now before the last seal: no signature, no seal, and the banner says why."""
    written(1)
    sealed()
    with kept(monkeypatch, -24 * 30):
        assert "clock" in (standing.signing_refusal() or "")
        assert "clock" in standing.banner()
        assert [finding.code for finding in seal_now(always=True).findings] == ["clock"]
    with kept(monkeypatch):
        sealed_again = seal_now(always=True)
        assert sealed_again.findings == ()
        assert standing.signing_refusal() is None


def test_clk_07_a_seal_says_that_the_clock_is_not_synchronised(settings: Any, db: None) -> None:
    """CLK-07: the flag stands in the seal, as in every event."""
    written(1)
    assert json.loads(sealed().body)["clk"] == "free"
    settings.GEMBA_CLOCK = "ntp"
    written(1)
    assert json.loads(sealed().body)["clk"] == "ntp"


def test_tmp_23_when_sealing_stops_everybody_hears_and_after_a_day_nobody_signs(
    monkeypatch: pytest.MonkeyPatch, quality: Person
) -> None:
    """TMP-23: banner and mail when the oldest unsealed event is older than the limit; no signature after 24 h."""
    written(1)
    with kept(monkeypatch):
        assert (standing.banner(), standing.warn_if_behind(), standing.signing_refusal()) == ("", False, None)
    with kept(monkeypatch, 0.6):
        assert "36 minutes" in standing.banner()
        assert standing.warn_if_behind()
        assert not standing.warn_if_behind()
        assert OutgoingMail.objects.get(to=quality.email).subject == "The trail is not being sealed"
        assert standing.signing_refusal() is None
    with kept(monkeypatch, 25):
        assert standing.warn_if_behind()
        assert "24 hours" in (standing.signing_refusal() or "")
        written(1)
        sealed()
        assert (standing.banner(), standing.signing_refusal()) == ("", None)
        assert not standing.warn_if_behind()


def test_tmp_23_without_its_keys_the_sealer_says_so_and_signs_nothing(
    settings: Any, tmp_path: Path, quality: Person
) -> None:
    """TMP-23: a missing key file is damage like any other."""
    written(1)
    sealed()
    settings.GEMBA_SEAL_KEY = str(tmp_path / "seal.key")
    written(1)
    done = seal_now()
    assert [(finding.code, finding.subject) for finding in done.findings] == [("key-wrong", "keys")]
    assert "seal.key" in done.findings[0].sentence
    assert standing.signing_refusal()


def test_what_is_mended_is_sealed_although_nothing_is_new(settings: Any, tmp_path: Path, db: None) -> None:
    """TMP-23: nobody has to write something before signing is possible again."""
    written(1)
    sealed()
    path, settings.GEMBA_SEAL_KEY = settings.GEMBA_SEAL_KEY, str(tmp_path / "seal.key")
    assert seal_now(always=True).findings
    settings.GEMBA_SEAL_KEY = path
    assert seal_now().seal is not None
    assert standing.signing_refusal() is None
    assert seal_now().seal is None


@pytest.mark.django_db(transaction=True)
def test_a_signature_is_sealed_soon_after_and_only_once(quality: Person, manager: Person) -> None:
    """M199: the sealer is called when the signature is committed, once for all of one transaction."""
    record = submitted(quality)
    signed(record, "approve", manager)
    run_all_waiting()
    assert Leaf.objects.filter(event__subject=record.subject).count() == record.events.count()
    assert Seal.objects.count() == 1
    assert list(log_problems()) == []


def test_once_a_day_the_head_of_quality_gets_the_newest_seal_by_mail(settings: Any, db: None) -> None:
    """M199: a checkpoint that the administrator of the database cannot take back."""
    settings.GEMBA_WITNESS_MAIL = "head@example.com"
    jobs.heartbeat.func()
    found = OutgoingMail.objects.get()
    assert (found.to, mail.outbox) == ("head@example.com", [])
    assert Seal.objects.get().checkpoint in found.body


def settled_up_to(event: int) -> bool:
    """Whether the mark passes an event once nothing is under way any more, in other databases of the server either."""
    for _turn in range(120):
        with transaction.atomic():
            written(1)
        sealed()
        if LogState.objects.get().settled >= event:
            return True
        time.sleep(0.5)
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="On SQLite one transaction writes at a time.")
def test_an_event_that_commits_after_a_seal_with_a_smaller_id_is_sealed_by_the_next(db: None) -> None:
    """CLK-05: parallel writers: the mark below which nothing waits does not pass a transaction under way."""
    written_at, may_commit = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            written(1, subject="note/slow")
            written_at.set()
            may_commit.wait(10)
        connection.close()

    with transaction.atomic():
        written(1)
    sealed()
    thread = threading.Thread(target=slow_writer)
    thread.start()
    written_at.wait(10)
    with transaction.atomic():
        written(2)
    first = sealed()
    closed = dt.datetime.fromisoformat(json.loads(first.body)["until"])
    may_commit.set()
    thread.join()
    late = Event.objects.get(subject="note/slow")
    assert late.pk < first.event_id
    assert LogState.objects.get().settled < late.pk
    assert closed <= late.at < first.at
    second = sealed()
    assert Leaf.objects.get(event=late).index == first.size
    assert settled_up_to(second.event_id - 1)
    assert list(log_problems()) == []
