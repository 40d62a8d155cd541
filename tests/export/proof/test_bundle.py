"""A bundle is checked by its own verifier, with nothing but Python, and every change to it is seen."""

import base64
import io
import json
import os
import random
import resource
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gemba.cli.keys import verifier
from gemba.config.main import main as gemba
from gemba.export.proof import verify
from gemba.export.proof.choose import MOST_RECORDS, chosen, clause, one_record, period, thread
from gemba.export.proof.make import make_bundle
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.talk import Say
from gemba.kernel.actions.write import Edit
from gemba.kernel.attachments.store import path_of
from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.checkpoint import Checkpoint, sign
from gemba.kernel.log.keys import known_keys, seal_key
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from tests.kernel.log.tampering import execute, tried_out
from tests.kernel.people import as_, person
from tests.kernel.samples import again, figure, raised, signed, submitted

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """One bundle of a thread, and the public key; made once, its rows taken back."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, tried_out():
        patch.setattr("django.conf.settings.GEMBA_FILES", str(tmp_path_factory.mktemp("files")))
        quality, manager = person("Aino", Role.QUALITY), person("Marta", Role.MANAGEMENT)
        record = grown(quality, manager)
        made = bundle(quality, "thread", record)
        key = verifier(known_keys()[seal_key().id])
    return made, key


def grown(quality: Person, manager: Person) -> Record:
    """A record with edits, a file, a comment, signatures, and another one linked to it."""
    record = raised(quality)
    Edit(record=record, values={"unit": "hours"}, **as_(quality)).execute()
    Attach(record=again(record), name="protocol ä.txt", chunks=[b"measured: 9.5"], **as_(quality)).execute()
    Say(record=again(record), text="Looks right", **as_(quality)).execute()
    measured = figure(quality)
    MakeLink(record=measured, role="measures", to=again(record), **as_(quality)).execute()
    other = submitted(quality, title="Another one")
    signed(other, "approve", manager)
    found: Record = again(record)
    return found


def bundle(who: Person, kind: str, record: Record) -> bytes:
    file = io.BytesIO()
    given = as_(who)
    with seeing(given["access"]):
        selection = thread(record) if kind == "thread" else one_record(record)
        make_bundle(selection, given["actor"], given["access"], file)
    return file.getvalue()


def opened(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def closed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, data in parts.items():
            target.writestr(name, data)
    return file.getvalue()


def verdict(data: bytes, key: str = "") -> tuple[int, str]:
    out = io.StringIO()
    path = io.BytesIO(data)
    with redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setattr("zipfile.ZipFile", lambda _name, kind=zipfile.ZipFile: kind(path))
        code = verify.main(["bundle.zip", *(["--key", key] if key else [])])
    return code, out.getvalue()


def test_tmp_20_a_bundle_as_it_was_made_is_in_order(made: tuple[bytes, str]) -> None:
    """TMP-20: records, events, files, scope, log and key are told."""
    data, key = made
    code, text = verdict(data, key)
    assert (code, text.splitlines()[0][:14]) == (0, "OK. 2 records ")
    assert "every record connected to it" in text
    assert "Key: the one you gave." in text
    code, text = verdict(data)
    assert code == 0
    assert "Compare it with one from elsewhere" in text
    alone = base64.b64encode(b"\x01" + base64.b64decode(key.split("+", 2)[2])[1:]).decode()
    assert verdict(data, alone)[0] == 0
    assert verdict(data, base64.b64encode(bytes(32)).decode())[0] == 1
    names = set(opened(data))
    assert {"README.txt", "index.html", "verify.py", "manifest.json", "proof.json"} < names
    assert sum(name.endswith("001-protocol ä.txt") for name in names) == 1
    assert sum(name.endswith(".pdf") for name in names) == 2


def test_tmp_20_the_verifier_runs_alone_without_gemba_and_quickly(made: tuple[bytes, str], tmp_path: Path) -> None:
    """TMP-20: the file out of the bundle, Python isolated from everything installed, under 5 s and 300 MB."""
    data, key = made
    (tmp_path / "bundle.zip").write_bytes(data)
    (tmp_path / "verify.py").write_bytes(opened(data)["verify.py"])
    begin = time.monotonic()
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(tmp_path / "bundle.zip"), "--key", key]
    limit = 300 * 1024 * 1024
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=tmp_path, env={"PATH": os.environ["PATH"]},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK. ")
    assert time.monotonic() - begin < 5
    assert len(opened(data)["verify.py"].splitlines()) < 300


def _manifest(parts: dict[str, bytes]) -> Any:
    return json.loads(parts["manifest.json"])


def _first(parts: dict[str, bytes]) -> str:
    return str(_manifest(parts)["records"][0]["events"])


def _lines(parts: dict[str, bytes], name: str) -> list[Any]:
    return [json.loads(line) for line in parts[name].splitlines()]


def _put(parts: dict[str, bytes], name: str, lines: list[Any]) -> None:
    parts[name] = "".join(f"{json.dumps(line)}\n" for line in lines).encode()


def edit_an_event(parts: dict[str, bytes]) -> None:
    parts[_first(parts)] = parts[_first(parts)].replace(b"hours", b"years")


def drop_an_event(parts: dict[str, bytes]) -> None:
    lines = _lines(parts, _first(parts))
    _put(parts, _first(parts), [lines[0], *lines[2:]])


def cut_the_tail(parts: dict[str, bytes]) -> None:
    lines, manifest = _lines(parts, _first(parts))[:-1], _manifest(parts)
    _put(parts, _first(parts), lines)
    record = manifest["records"][0]
    record["count"], record["head"] = len(lines), verify.event_hash(lines[-1][0]).hex()
    manifest["scope"]["events"] -= 1
    parts["manifest.json"] = json.dumps(manifest).encode()


def drop_a_record(parts: dict[str, bytes]) -> None:
    manifest = _manifest(parts)
    gone = manifest["records"].pop()
    folder = gone["events"].rpartition("/")[0]
    manifest["scope"]["records"] -= 1
    manifest["scope"]["events"] -= gone["count"]
    manifest["files"] = [entry for entry in manifest["files"] if not entry[0].startswith(folder)]
    for name in [name for name in parts if name.startswith(folder)]:
        del parts[name]
    parts["manifest.json"] = json.dumps(manifest).encode()


def change_a_file(parts: dict[str, bytes]) -> None:
    name = next(name for name in parts if name.endswith(".txt") and "files/" in name)
    parts[name] = b"measured: 8.5"


def change_what_the_record_says(parts: dict[str, bytes]) -> None:
    name, manifest = _manifest(parts)["records"][0]["state"], _manifest(parts)
    parts[name] = parts[name].replace(b"hours", b"years")
    digest = sha256(parts[name]).hexdigest()
    manifest["files"] = [[name, digest, len(parts[name])] if each[0] == name else each for each in manifest["files"]]
    parts["manifest.json"] = json.dumps(manifest).encode()


def change_a_page(parts: dict[str, bytes]) -> None:
    name = _manifest(parts)["records"][0]["page"]
    parts[name] = parts[name].replace(b"hours", b"years")


def widen_the_scope(parts: dict[str, bytes]) -> None:
    parts["manifest.json"] = parts["manifest.json"].replace(b"connected to it by links", b"of this company")


def sign_anew(parts: dict[str, bytes]) -> None:
    """A whole log of somebody's own, with a key of their own."""
    proof = json.loads(parts["proof.json"])
    origin, size, root = proof["checkpoint"].split("\n")[:3]
    seed = b"\x07" * 32
    proof["checkpoint"] = sign(Checkpoint(origin, int(size), base64.b64decode(root)), seed)
    proof["public_key"] = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
    parts["proof.json"] = json.dumps(proof).encode()


def slip_a_file_in(parts: dict[str, bytes]) -> None:
    parts["records/approval.pdf"] = b"%PDF-1.7 approved"


def exchange_two_records_events(parts: dict[str, bytes]) -> None:
    one, two = (record["events"] for record in _manifest(parts)["records"])
    parts[one], parts[two] = parts[two], parts[one]


def shorten_a_path(parts: dict[str, bytes]) -> None:
    lines = _lines(parts, _first(parts))
    lines[0][2].pop()
    _put(parts, _first(parts), lines)


TAMPERINGS: dict[Change, str] = {
    edit_an_event: "not what was sealed", drop_an_event: "another one is in its place",
    cut_the_tail: "not the one that was given out", drop_a_record: "not the one that was given out",
    change_a_file: "was changed", change_what_the_record_says: "not the one that was given out",
    change_a_page: "was changed", widen_the_scope: "not the one that was given out", sign_anew: "another key",
    slip_a_file_in: "was added", exchange_two_records_events: "is in its place", shorten_a_path: "too short",
}  # fmt: skip


@pytest.mark.parametrize("change", TAMPERINGS, ids=lambda change: change.__name__)
def test_tmp_20_gxp_12_every_kind_of_tampering_is_named(made: tuple[bytes, str], change: Change) -> None:
    """TMP-20, GXP-12: twelve kinds, each refused for its own reason."""
    data, key = made
    parts = opened(data)
    change(parts)
    code, text = verdict(closed(parts), key)
    assert (code, text[:5]) == (1, "FAIL.")
    assert TAMPERINGS[change] in text


def test_gxp_11_a_cherry_picked_bundle_is_incomplete(made: tuple[bytes, str]) -> None:
    """GXP-11: the manifest states filters and totals and is bound to the log, so leaving something out shows."""
    data, key = made
    manifest = _manifest(opened(data))
    assert manifest["scope"]["filters"]["kind"] == "thread"
    assert manifest["scope"]["records"] == len(manifest["records"]) == 2
    assert manifest["scope"]["events"] == sum(record["count"] for record in manifest["records"])
    for name in opened(data):
        parts = opened(data)
        del parts[name]
        code, text = verdict(closed(parts), key)
        assert code == 1, name
        assert "missing" in text, name


def test_tmp_20_ten_thousand_mutated_bundles_end_without_a_traceback(
    made: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-20: bytes flipped, cut, doubled, numbers and words replaced, in the archive and in what is in it."""
    data, key = made
    monkeypatch.setattr(verify, "signed", lru_cache(verify.signed))
    chance = random.Random(20261122)  # noqa: S311  the same mutations each time
    whole = opened(data)
    plain, passed = closed(whole), 0
    assert verdict(plain, key)[0] == 0
    for turn in range(10_000):
        parts = dict(whole)
        name = chance.choice(["manifest.json", "proof.json", _first(parts), chance.choice(list(parts))])
        parts[name] = mutated(parts[name], chance)
        changed = closed(parts) if turn % 4 else mutated(plain, chance)
        code, text = verdict(changed, key if turn % 2 else "")
        assert text.startswith(("OK. ", "FAIL. "))
        if code == 0:
            passed += 1
            assert meaning(opened(changed)) == meaning(whole), text
    assert passed < 500


def meaning(parts: dict[str, bytes]) -> dict[str, Any]:
    """What a reader gets out of it. In a proof a letter may be large or small, and a blank says nothing."""
    told = {name: data for name, data in parts.items() if not name.endswith((".jsonl", "proof.json"))}
    events = {name: [line[:2] for line in _lines(parts, name)] for name in parts if name.endswith(".jsonl")}
    return told | events


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with one wound of some kind."""
    place, kind = chance.randrange(len(data)), chance.randrange(6)
    if kind == 0:
        return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]
    if kind == 1:
        return data[:place]
    if kind == 2:
        return data[:place] + data[place : place + chance.randrange(1, 200)] * 2 + data[place + 1 :]
    if kind == 3:
        return data[:place] + chance.randbytes(chance.randrange(1, 9)) + data[place:]
    wounds = [b"null", b"-1", b"[[[[", b"1e999", b'"\\ud800"', b"{}", b"9" * 5000, b"[]", b"true", b"", b"[" * 3000]
    if kind == 4:
        return data[:place] + chance.choice(wounds) + data[place + chance.randrange(1, 80) :]
    return chance.choice(wounds)


def test_the_verifiers_signature_check_is_that_of_everybody_else() -> None:
    """TMP-20: Ed25519 on plain integers against `cryptography`, and no altered signature, message or key passes."""
    for number in range(12):
        key = Ed25519PrivateKey.from_private_bytes(sha256(bytes([number])).digest())
        public, message = key.public_key().public_bytes_raw(), b"x" * number
        signature = key.sign(message)
        assert verify.signed(public, message, signature)
        assert not verify.signed(public, message + b"y", signature)
        assert not verify.signed(public, message, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:])
        assert not verify.signed(sha256(public).digest(), message, signature)
        higher = int.from_bytes(signature[32:], "little") + verify.ORDER
        assert not verify.signed(public, message, signature[:32] + higher.to_bytes(32, "little"))
    assert not verify.signed(b"", b"", b"")


@pytest.mark.django_db
def test_one_record_goes_alone_and_the_bundle_is_an_event(quality: Person, manager: Person, store: Path) -> None:
    """TMP-20: who took out what stands in the trail, sealed."""
    record = grown(quality, manager)
    data = bundle(quality, "record", record)
    assert verdict(data)[0] == 0
    assert len(_manifest(opened(data))["records"]) == 1
    event = Event.objects.get(act="bundle.make")
    told = {name: new for name, _old, new in json.loads(event.body)["chg"]}
    assert told["manifest"] == sha256(opened(data)["manifest.json"]).hexdigest()
    assert told["records"] == 1
    assert list(log_problems()) == []


@pytest.mark.django_db
def test_what_cannot_be_proved_is_not_given_out(quality: Person, manager: Person, store: Path) -> None:
    """TMP-20: an edited row, a changed file, a damaged trail, nothing at all, too much: a sentence each."""
    record = grown(quality, manager)
    with tried_out():
        execute("UPDATE kernel_record SET title = 'Other' WHERE id = %s", record.pk)
        with pytest.raises(Refused, match="last event"):
            bundle(quality, "record", record)
    with tried_out():
        execute("UPDATE kernel_event SET mac = hash WHERE subject = %s AND seq = 1", record.subject)
        with pytest.raises(Refused, match="damage"):
            bundle(quality, "record", record)
    digest = sha256(b"measured: 9.5").hexdigest()
    path_of(digest).chmod(0o600)
    path_of(digest).write_bytes(b"measured: 8.5")
    with pytest.raises(Refused, match="was changed"):
        bundle(quality, "record", record)
    with seeing(as_(quality)["access"]):
        with pytest.raises(Refused, match="no record"):
            make_bundle(chosen("Nothing", {}, []), as_(quality)["actor"], as_(quality)["access"], io.BytesIO())
        with pytest.raises(Refused, match=str(MOST_RECORDS)):
            chosen("Much", {}, [record] * (MOST_RECORDS + 1))


@pytest.mark.django_db
def test_a_period_holds_what_happened_in_it_and_only_what_may_be_read(quality: Person, store: Path) -> None:
    """GXP-11: the filter is stated, and the scope of the reader bounds it."""
    record = raised(quality)
    today = clock.now().date()
    with seeing(as_(quality)["access"]):
        assert [each.pk for each in period(today, today).records] == [record.pk]
        assert period(today, today, "capa").records == []
        assert period(today.replace(year=2020), today.replace(year=2021)).records == []
    nobody = person("Nobody")
    with seeing(as_(nobody)["access"]):
        assert period(today, today).records == []


@pytest.mark.django_db
def test_a_clause_brings_what_it_rests_on(quality: Person, manager: Person, store: Path) -> None:
    """GXP-11: the records that prove its duties, in the days asked about; an unknown clause is a sentence."""
    record = signed(submitted(quality), "approve", manager)
    today = clock.now().date()
    with seeing(as_(quality)["access"]):
        found = clause("iso13485", "5.4.1", today, today)
        assert [each.pk for each in found.records] == [record.pk]
        assert found.filters["clause"] == "5.4.1"
        assert clause("iso13485", "5.4.1", today.replace(year=2020), today.replace(year=2021)).records == []
        for framework, number in (("iso13485", "99.9"), ("nothing", "5.4.1")):
            with pytest.raises(Refused, match="There is no clause"):
                clause(framework, number, today, today)


@pytest.mark.django_db
def test_the_command_writes_a_bundle_or_says_why_not(
    quality: Person, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TMP-20: what an operator types."""
    monkeypatch.setattr("gemba.config.main.prepare", lambda _needs, **_more: None)
    monkeypatch.setattr("gemba.config.bundling.refuse_unready", lambda: None)
    record, file = raised(quality), tmp_path / "out.zip"

    def run(*arguments: str) -> tuple[int, str]:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            code = gemba(["bundle", str(file), "--as", quality.email, *arguments])
        return code, out.getvalue()

    today = clock.now().date().isoformat()
    assert run("--record", "NONE-1") == (2, "gemba: There is no record NONE-1 that this person may read.\n")
    assert run("--period", "yesterday", today)[0] == 2
    assert run("--period", today, today, "--type", "none")[0] == 2
    assert run("--period", "2020-01-01", "2020-01-02") == (1, "gemba: There is no record in this selection.\n")
    assert list(tmp_path.iterdir()) == [store] or not file.exists()
    assert run("--record", record.number)[0] == 0
    assert verdict(file.read_bytes())[0] == 0
    assert run("--thread", record.number) == (2, f"gemba: {file} exists already.\n")
    assert not file.with_name("out.zip.part").exists()


def test_the_verifier_is_the_one_that_is_shipped() -> None:
    """TMP-20: what was tested here is what lies in every bundle."""
    assert files("gemba.export.proof").joinpath("verify.py").read_bytes() == Path(str(verify.__file__)).read_bytes()
