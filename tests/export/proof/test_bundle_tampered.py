"""Every change to a bundle is seen, and nothing that is called a bundle breaks its verifier."""

import base64
import json
import random
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gemba.export.proof import verify
from gemba.kernel.log.checkpoint import Checkpoint, sign
from tests.export.proof.bundles import closed, first_of, lines_of, manifest_of, opened, put, verdict

Change = Callable[[dict[str, bytes]], None]


def edit_an_event(parts: dict[str, bytes]) -> None:
    parts[first_of(parts)] = parts[first_of(parts)].replace(b"hours", b"years")


def drop_an_event(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, first_of(parts))
    put(parts, first_of(parts), [lines[0], *lines[2:]])


def cut_the_tail(parts: dict[str, bytes]) -> None:
    lines, manifest = lines_of(parts, first_of(parts))[:-1], manifest_of(parts)
    put(parts, first_of(parts), lines)
    record = manifest["records"][0]
    record["count"], record["head"] = len(lines), verify.event_hash(lines[-1][0]).hex()
    manifest["scope"]["events"] -= 1
    parts["manifest.json"] = json.dumps(manifest).encode()


def drop_a_record(parts: dict[str, bytes]) -> None:
    manifest = manifest_of(parts)
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
    name, manifest = manifest_of(parts)["records"][0]["state"], manifest_of(parts)
    parts[name] = parts[name].replace(b"hours", b"years")
    digest = sha256(parts[name]).hexdigest()
    manifest["files"] = [[name, digest, len(parts[name])] if each[0] == name else each for each in manifest["files"]]
    parts["manifest.json"] = json.dumps(manifest).encode()


def change_a_page(parts: dict[str, bytes]) -> None:
    name = manifest_of(parts)["records"][0]["page"]
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
    one, two = (record["events"] for record in manifest_of(parts)["records"])
    parts[one], parts[two] = parts[two], parts[one]


def shorten_a_path(parts: dict[str, bytes]) -> None:
    lines = lines_of(parts, first_of(parts))
    lines[0][2].pop()
    put(parts, first_of(parts), lines)


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
    manifest = manifest_of(opened(data))
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
        name = chance.choice(["manifest.json", "proof.json", first_of(parts), chance.choice(list(parts))])
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
    events = {name: [line[:2] for line in lines_of(parts, name)] for name in parts if name.endswith(".jsonl")}
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
