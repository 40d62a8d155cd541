"""Check a bundle of records that Gemba gave out, without Gemba and without a network.

    python3 verify.py BUNDLE.zip [--key PUBLIC_KEY]

Nothing but Python's own library is used, and nothing is unpacked or changed. It ends with 0 where everything is as it
was when the bundle was made, and with 1 where anything is not. What is checked, in this order:

  1. The checkpoint: a signature (Ed25519) over the number of events in the company's log and the root of their tree.
     Give --key with a public key that you have from somewhere else: 'gemba keys list' prints it, and it stands with
     whoever keeps the company's witness. Without it you see which key was used and have to judge it yourself.
  2. The bundle itself was an event in that log, which holds the digest of the manifest: scope, totals, records.
  3. Every file that the manifest names is there with its digest, and no other file is.
  4. Every event of every record hashes to what was sealed, follows the one before it, and none is missing.
  5. What the record says (state.json) is what its last event committed to.
"""

import argparse
import base64
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

# Limits, so that a file made to harm cannot use up the machine that checks it.
LARGEST_TEXT = 8 * 1024 * 1024  # bytes of the manifest, of the proof, and of one event
LARGEST_FILE = 2 * 1024**3  # bytes of any other file; they are read in pieces
MOST_FILES = 50_000
PIECE = 1 << 20
DEEPEST = 64  # neighbours on the way from an event to the root
KEY, WITH_ALGORITHM, SIGNATURE, NAMED = 32, 33, 64, 4  # bytes

Point = tuple[int, int, int, int]


class Wrong(Exception):  # noqa: N818  it is what the person reads
    """Something is not as it must be. The message is for the person who checks."""


# --- Ed25519 (RFC 8032, section 5.1): only the part that verifies, on plain integers

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def recovered(encoded: bytes) -> Point | None:
    """A point of the curve from its 32 bytes, in extended coordinates; None where there is none."""
    number = int.from_bytes(encoded, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (v * x * x - u) % P or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = P - x
    return x, y, 1, x * y % P


def added(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            found = added(found, point)
        point, scalar = added(point, point), scalar >> 1
    return found


BASE = recovered((4 * pow(5, P - 2, P) % P).to_bytes(KEY, "little")) or (0, 1, 1, 0)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the public key signed the message."""
    if len(public) != KEY or len(signature) != SIGNATURE:
        return False
    key, r, s = recovered(public), recovered(signature[:KEY]), int.from_bytes(signature[KEY:], "little")
    if key is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:KEY] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), added(r, times(h, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- The tree (RFC 6962, section 2.1)


def event_hash(body: str) -> bytes:
    return hashlib.sha256(b"gemba-event-v1\n" + body.encode()).digest()


def root_from(index: int, size: int, hashed: bytes, path: Sequence[bytes]) -> bytes:
    """The root that a path leads to from one event; the path names the neighbours, the deepest first."""
    found, last = hashlib.sha256(b"\x00" + hashed).digest(), size - 1
    need(0 <= index < size, "A place in the tree is impossible.")
    for sibling in path:
        need(last > 0, "A path through the tree is too long.")
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + sibling + found).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + sibling).digest()
        index, last = index >> 1, last >> 1
    need(last == 0, "A path through the tree is too short.")
    return found


# --- Reading the bundle


def need(condition: object, message: str) -> None:
    if not condition:
        raise Wrong(message)


def text_of(bundle: zipfile.ZipFile, name: str) -> bytes:
    """A small file as a whole."""
    need(name in bundle.NameToInfo, f"{name} is missing.")
    need(bundle.getinfo(name).file_size <= LARGEST_TEXT, f"{name} is larger than any real one.")
    with bundle.open(name) as file:
        data = file.read(LARGEST_TEXT + 1)
    need(len(data) <= LARGEST_TEXT, f"{name} is larger than it says.")
    return data


def lines_of(bundle: zipfile.ZipFile, name: str) -> Iterator[Any]:
    """The objects of a file with one on each line, one at a time."""
    need(name in bundle.NameToInfo, f"{name} is missing.")
    with bundle.open(name) as file:
        while line := file.readline(LARGEST_TEXT):
            need(line.endswith(b"\n"), f"{name} has a line that does not end.")
            yield json.loads(line)


def digest_of(bundle: zipfile.ZipFile, name: str, size: int) -> str:
    """The digest of a file, read in pieces."""
    found, read = hashlib.sha256(), 0
    with bundle.open(name) as file:
        while piece := file.read(PIECE):
            read += len(piece)
            need(read <= min(size, LARGEST_FILE), f"{name} is larger than the manifest says.")
            found.update(piece)
    need(read == size, f"{name} is smaller than the manifest says.")
    return found.hexdigest()


# --- The checks


def checked_checkpoint(proof: Any, given: str) -> tuple[str, int, bytes]:
    """Origin, size and root of the log, after the signature was checked."""
    text, between, line = proof["checkpoint"].partition("\n\n")
    need(between, "The checkpoint is not signed.")
    origin, size, root = text.split("\n")
    _dash, name, encoded = line.rstrip("\n").split(" ")
    public = bytes.fromhex(proof["public_key"])
    if given:
        # NAME+HASH+KEY, as 'gemba keys list' prints it, or the last part alone; base64 itself may hold a plus.
        last = given.split("+", 2)[2] if given.startswith("gemba-log/") else given
        chosen = base64.b64decode(last)
        chosen = chosen[1:] if len(chosen) == WITH_ALGORITHM else chosen  # the first byte names the algorithm
        need(chosen == public, "The checkpoint was signed with another key than the one you gave.")
    signature = base64.b64decode(encoded, validate=True)
    named = hashlib.sha256(origin.encode() + b"\n\x01" + public).digest()[:NAMED]
    need(name == origin and signature[:NAMED] == named, "The signature line names another key.")
    need(signed(public, (text + "\n").encode(), signature[NAMED:]), "The signature of the checkpoint is false.")
    return origin, int(size), base64.b64decode(root, validate=True)


def checked_event(told: Any, size: int, root: bytes, what: str) -> Any:
    """One sealed event: its text, after it was found in the tree. `told` is [text, place, path]."""
    body, index, path = told
    need(isinstance(index, int) and len(path) <= DEEPEST, f"{what}: its proof is none.")
    found = root_from(index, size, event_hash(body), [bytes.fromhex(sibling) for sibling in path])
    need(found == root, f"{what}: it is not what was sealed.")
    return json.loads(body)


def check_bound(proof: Any, manifest: bytes, size: int, root: bytes) -> Any:
    """The manifest is the one that the log tells of."""
    event = checked_event(proof["bundle"], size, root, "The event that tells of this bundle")
    need(event["act"] == "bundle.make", "The event that should tell of this bundle tells of something else.")
    told = {name: new for name, _old, new in event["chg"]}
    need(told["manifest"] == hashlib.sha256(manifest).hexdigest(), "The manifest is not the one that was given out.")
    return event


def check_files(bundle: zipfile.ZipFile, manifest: Any) -> None:
    names = [entry.filename for entry in bundle.infolist()]
    need(len(names) <= MOST_FILES and len(set(names)) == len(names), "There are too many files, or one of them twice.")
    listed = {name for name, _sha256, _size in manifest["files"]}
    # The proof, the manifest and the events are bound to the log themselves.
    bound = {"manifest.json", "proof.json", *(record["events"] for record in manifest["records"])}
    if extra := sorted(set(names) - listed - bound):
        raise Wrong(f"{extra[0]} was added.")
    for name, sha256, size in manifest["files"]:
        need(name in bundle.NameToInfo, f"{name} is missing.")
        need(digest_of(bundle, name, size) == sha256, f"{name} was changed.")


def check_record(bundle: zipfile.ZipFile, record: Any, size: int, root: bytes) -> int:
    """One record: every event from the first to the last, its state, and the files it names."""
    number, subject = record["number"], record["subject"]
    before, place, named, promised = "0" * 64, 0, set[str](), set[str]()
    event: Any = None
    for place, told in enumerate(lines_of(bundle, record["events"]), start=1):
        event = checked_event(told, size, root, f"{number}, event {place}")
        need(
            event["rec"] == subject and event["seq"] == place, f"{number}, event {place}: another one is in its place."
        )
        need(event["prev"] == before, f"{number}, event {place}: it does not follow the one before it.")
        before = event_hash(told[0]).hex()
        named |= {sha256 for _name, sha256, _length in event["files"]}
        promised |= {value["commitment"] for _name, *pair in event["chg"] for value in pair if isinstance(value, dict)}
    need(event and place == record["count"], f"{number}: {place} of {record['count']} events are here.")
    need(before == record["head"], f"{number}: the last event is not the one the manifest names.")
    state = digest_of(bundle, record["state"], bundle.getinfo(record["state"]).file_size)
    need(state == event["state"], f"{number}: what it says is not what its last event committed to.")
    for name, sha256 in record["attached"]:
        need(sha256 in named, f"{number}: the file {name} is named by no event.")
    if record.get("personal"):
        check_personal(json.loads(text_of(bundle, record["personal"])), promised, number)
    return place


def check_personal(kept: Any, promised: set[str], number: str) -> None:
    """People's data: events hold SHA-256(salt + value), so that a value can be erased; an erased one has no salt."""
    for name, commitment, salt, value in kept:
        need(commitment in promised, f"{number}: no event speaks of the {name} that is here.")
        found = hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()
        need(not salt or found == commitment, f"{number}: {name} is not what the events say.")
    need(promised <= {commitment for _name, commitment, _salt, _value in kept}, f"{number}: personal data is missing.")


def check(bundle: zipfile.ZipFile, key: str) -> list[str]:
    proof, manifest_text = json.loads(text_of(bundle, "proof.json")), text_of(bundle, "manifest.json")
    origin, size, root = checked_checkpoint(proof, key)
    event = check_bound(proof, manifest_text, size, root)
    manifest = json.loads(manifest_text)
    check_files(bundle, manifest)
    records = manifest["records"]
    need(len(records) == manifest["scope"]["records"], "Not every record of the declared scope is here.")
    count = sum(check_record(bundle, record, size, root) for record in records)
    need(count == manifest["scope"]["events"], "Not every event of the declared scope is here.")
    return [
        f"OK. {len(records)} records with {count} events and {len(manifest['files'])} files, none of them changed.",
        f"Scope: {manifest['scope']['words']}",
        f"Made {event['at']} for {event['actor']['name']}: what that person may read.",
        f"Log: {origin}, {size} events, root {root.hex()[:16]}.",
        "Key: the one you gave." if key else f"Key: {proof['public_key']}. Compare it with one from elsewhere (--key).",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a bundle of records that Gemba gave out.")
    parser.add_argument("bundle")
    parser.add_argument("--key", default="", help="the public key, as 'gemba keys list' prints it")
    given = parser.parse_args(arguments)
    try:
        with zipfile.ZipFile(given.bundle) as bundle:
            lines = check(bundle, given.key)
    except Wrong as wrong:
        print(f"FAIL. {wrong}")
        return 1
    except Exception as error:  # whatever a file made to harm may cause, it is not in order
        print(f"FAIL. The bundle cannot be read ({type(error).__name__}: {str(error)[:200]!r}).")
        return 1
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
