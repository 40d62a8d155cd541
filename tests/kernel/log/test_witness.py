"""Copies outside the database: what they take, what they miss and make good, and what they prove."""

import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from gemba.kernel.log import timestamp
from gemba.kernel.log import witness as witnesses
from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.models import Leaf, Seal, TimeStamp, WitnessState
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.witness_files import WitnessFolder
from gemba.kernel.people.organisation import organisation
from gemba.kernel.trail.models import ChainHead
from tests.kernel.log.tampering import execute, tried_out
from tests.kernel.log.writing import sealed, written

pytestmark = pytest.mark.django_db


def copy(folder: Path) -> WitnessFolder:
    return WitnessFolder(folder, organisation().uid)


def codes(witness: Path) -> set[tuple[str, str]]:
    return {(finding.code, finding.subject) for finding in log_problems(witness)}


def test_a_folder_takes_every_event_and_every_seal_and_is_only_appended_to(witness: Path) -> None:
    """TMP-09: leaves with chain and number, signed checkpoints; what stands there is never written again."""
    written(3)
    sealed()
    witnesses.bring_up_to_date()
    before = copy(witness).path("leaves").read_bytes()
    written(2)
    sealed()
    witnesses.bring_up_to_date()
    witnesses.bring_up_to_date()
    assert copy(witness).path("leaves").read_bytes().startswith(before)
    assert [leaf.index for leaf in copy(witness).leaves()] == list(range(Leaf.objects.count()))
    assert [seal.note for seal in copy(witness).seals()] == list(Seal.objects.values_list("checkpoint", flat=True))
    assert WitnessState.objects.get().size == Leaf.objects.count()
    assert codes(witness) == set()


def test_a_witness_that_is_away_stops_nothing_and_gets_what_it_missed(witness: Path, tmp_path: Path) -> None:
    """TMP-23: an unmounted share is noted for the health page, is not made anew, and is filled when it is back."""
    written(2)
    away = tmp_path / "away"
    witness.rename(away)
    sealed()
    witnesses.note_early()
    witnesses.bring_up_to_date()
    assert not witness.exists()
    assert "No such file" in WitnessState.objects.get().problem
    assert codes(witness) == {("witness-empty", "witness")}
    away.rename(witness)
    witnesses.bring_up_to_date()
    assert WitnessState.objects.get().problem == ""
    assert codes(witness) == set()


def test_a_share_that_hangs_is_not_waited_for(witness: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TMP-23: a dead server behind a folder costs seconds of the background work, not the work."""
    release = threading.Event()
    monkeypatch.setattr(witnesses, "PATIENCE", 0.05)
    monkeypatch.setattr(WitnessFolder, "last_seal", lambda _folder: release.wait(5))
    written(1)
    try:
        sealed()
        before = threading.active_count()
        for _beat in range(5):
            witnesses.bring_up_to_date()
        assert threading.active_count() <= before + 1
    finally:
        release.set()
    assert "does not answer" in WitnessState.objects.get().problem


def test_a_line_that_a_crash_cut_off_is_written_again(witness: Path) -> None:
    """TMP-09: nothing is overwritten; the torn line stays and counts for nothing."""
    written(3)
    sealed()
    witnesses.bring_up_to_date()
    for kind in ("leaves", "checkpoints"):
        path = copy(witness).path(kind)
        path.write_bytes(path.read_bytes()[:-20])
    witnesses.bring_up_to_date()
    written(1)
    sealed()
    witnesses.bring_up_to_date()
    assert len(list(copy(witness).leaves())) == Leaf.objects.count()
    assert len(list(copy(witness).seals())) == 2
    assert codes(witness) == set()


def test_tmp_07_tmp_08_what_was_written_moments_ago_cannot_vanish_unseen(witness: Path) -> None:
    """TMP-07, TMP-08: events are noted before they are sealed, so that a cut tail is named with chain and number."""
    written(1)
    sealed()
    witnesses.bring_up_to_date()
    gone = written(2, subject="note/gone")
    kept = written(2, subject="note/cut")
    witnesses.note_early()
    witnesses.note_early()
    assert len(list(copy(witness).early())) == 4
    assert codes(witness) == set()
    with tried_out():
        execute("DELETE FROM kernel_event WHERE id IN (%s, %s, %s)", *(event.pk for event in (*gone, kept[1])))
        ChainHead.objects.filter(pk="note/gone").delete()
        ChainHead.objects.filter(pk="note/cut").update(seq=1, hash=kept[0].hash)
        assert set(log_problems()) == set()
        found = {(finding.subject, finding.seq) for finding in log_problems(witness)}
        assert found == {("note/gone", 1), ("note/gone", 2), ("note/cut", 2)}


def test_a_copy_that_goes_on_differently_is_not_added_to(witness: Path) -> None:
    """TMP-18: it is the proof of what happened, and stays as it is."""
    with tried_out():
        written(2)
        sealed()
        witnesses.bring_up_to_date()
    before = copy(witness).path("leaves").read_bytes()
    written(2)
    assert seal_now().findings
    witnesses.bring_up_to_date()
    assert copy(witness).path("leaves").read_bytes() == before
    assert "it holds event" in WitnessState.objects.get().problem


def test_tmp_16_a_seal_that_was_dropped_is_missed(witness: Path) -> None:
    """TMP-16: its event tells of it; where that is gone too, the witness does."""
    written(1)
    sealed()
    written(1)
    last = sealed()
    witnesses.bring_up_to_date()
    with tried_out():
        execute("DELETE FROM kernel_seal WHERE number = 2")
        found = {finding.code for finding in log_problems()}
        assert {"seal-missing", "log-altered"} <= found
    with tried_out():
        execute("DELETE FROM kernel_seal WHERE number = 2")
        execute('DELETE FROM kernel_leaf WHERE "index" >= %s', Seal.objects.get(number=1).size)
        execute("DELETE FROM kernel_event WHERE id = %s", last.event_id)
        assert "seal-missing" not in {finding.code for finding in log_problems()}
        assert ("seal-missing", last.event.subject) in codes(witness)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE kernel_event SET hash = '00000000' || substr(hash, 9) WHERE subject = 'note/A' AND seq = 2",
            "event-altered",
        ),
        ("DELETE FROM kernel_event WHERE subject = 'note/A' AND seq = 2", "event-missing"),
    ],
)
def test_a_sealed_event_that_is_not_there_as_it_was_is_named(statement: str, code: str, witness: Path) -> None:
    """TMP-01, TMP-04: by its place in the tree, without any witness."""
    written(1)
    sealed()
    written(2, subject="note/A")
    sealed()
    with tried_out():
        execute(statement)
        assert code in {finding.code for finding in log_problems()}
        assert ("note/A", 2) in {(finding.subject, finding.seq) for finding in log_problems()}


def test_tmp_06_of_a_sealed_record_that_was_removed_with_its_leaves_the_seal_still_knows(db: None) -> None:
    """TMP-06: how far each chain had come stands in the seal that covered it."""
    written(2)
    sealed()
    written(2, subject="note/gone")
    sealed()
    written(2)
    sealed()
    with tried_out():
        execute("DELETE FROM kernel_leaf WHERE event_id IN (SELECT id FROM kernel_event WHERE subject = 'note/gone')")
        execute("DELETE FROM kernel_event WHERE subject = 'note/gone'")
        ChainHead.objects.filter(pk="note/gone").delete()
        found = {(finding.code, finding.subject, finding.seq) for finding in log_problems()}
        assert ("event-missing", "note/gone", 2) in found


def test_an_event_slipped_in_among_old_ones_is_seen(db: None) -> None:
    """TMP-11: what lies before a seal was sealed by it; an event without a leaf there came from elsewhere."""
    spare = written(1)[0]
    for _seal in range(3):
        written(2)
        sealed()
    with tried_out():
        execute("DELETE FROM kernel_leaf WHERE event_id = %s", spare.pk)
        found = [finding for finding in log_problems() if finding.code == "event-unsealed"]
        assert [finding.subject for finding in found] == [spare.subject]


class Authority(BaseHTTPRequestHandler):
    """Stands in for a time-stamping authority: wraps what it was asked to stamp."""

    mood = "good"
    asked: bytes = b""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).asked = body
        der = timestamp._der
        imprint = body[5 : 5 + 2 + body[6]]
        number = body[5 + 2 + body[6] : -3]
        if self.mood == "other":
            imprint = imprint[:-1] + bytes([imprint[-1] ^ 1])
        if self.mood == "replayed":
            number = der(2, b"\x05")
        status = der(0x30, der(2, b"\x02" if self.mood == "refused" else b"\x00"))
        token = b"" if self.mood == "refused" else der(0x30, imprint + number + bytes(300))
        answer = b"\x30\x82\xff" if self.mood == "garbage" else der(0x30, status + token)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: Any) -> None:
        """Quiet."""


@pytest.fixture
def authority(settings: Settings) -> Iterator[type[Authority]]:
    server = HTTPServer(("127.0.0.1", 0), Authority)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    settings.GEMBA_TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/tsr"
    yield Authority
    Authority.mood = "good"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_time_stamp_is_kept_when_it_is_over_the_seal(authority: type[Authority]) -> None:
    """M199: RFC 3161: asked for the digest of the checkpoint, with a number used once; the answer is kept."""
    written(1)
    seal = sealed()
    made = timestamp.stamp(seal)
    assert made is not None
    assert TimeStamp.objects.get().seal == seal
    assert sha256(seal.checkpoint.encode()).digest() in bytes(made.token)
    assert authority.asked[:2] == b"\x30\x44"
    assert WitnessState.objects.get().problem == ""


@pytest.mark.parametrize(
    ("mood", "word"),
    [("refused", "refused"), ("other", "something else"), ("replayed", "another question"), ("garbage", "read")],
)
def test_an_answer_that_is_no_stamp_is_not_kept(authority: type[Authority], mood: str, word: str) -> None:
    """M199: a refusal, another digest, an old answer or nonsense stands on the health page and stops nothing."""
    authority.mood = mood
    written(1)
    assert timestamp.stamp(sealed()) is None
    assert word in WitnessState.objects.get().problem


def test_an_authority_out_of_reach_stops_nothing(settings: Settings, db: None) -> None:
    """M199: no stamp, a sentence for the health page."""
    settings.GEMBA_TIMESTAMP_URL = "http://127.0.0.1:9/tsr"
    written(1)
    assert timestamp.stamp(sealed()) is None
    assert "cannot be reached" in WitnessState.objects.get().problem


def test_a_request_is_the_one_that_openssl_makes() -> None:
    """M199: TimeStampReq in DER, octet by octet."""
    made = timestamp.request_for(bytes(range(32)), bytes.fromhex("0102030405060708"))
    assert made.hex() == (
        "30430201013031300d060960864801650304020105000420" + bytes(range(32)).hex() + "02080102030405060708" + "0101ff"
    )
