"""Signed checkpoints as text: c2sp.org/tlog-checkpoint inside c2sp.org/signed-note, with Ed25519.

Three lines (origin, size, root in base64), an empty line, and a signature line that names the key.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
DASH = "\N{EM DASH} "
DIGEST, SIGNATURE, NAMED = 32, 64, 4
LONGEST = 10_000
NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


class CheckpointError(ValueError):
    """A text that is no checkpoint; the message ends a sentence."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def key_hash(origin: str, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:NAMED]


def sign(checkpoint: Checkpoint, seed: bytes) -> str:
    """The signed note. `seed` is the private key of Ed25519, 32 bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    text = checkpoint.text()
    named = key_hash(checkpoint.origin, key.public_key().public_bytes_raw())
    signature = base64.b64encode(named + key.sign(text.encode())).decode()
    return f"{text}\n{DASH}{checkpoint.origin} {signature}\n"


def parse(note: str) -> Checkpoint:
    """What a note says, whoever signed it. Raises `CheckpointError`."""
    text, _signatures = _halves(note)
    try:
        origin, size, encoded, _end = text.split("\n")
    except ValueError:
        raise CheckpointError("it does not have the three lines of a checkpoint") from None
    if not NUMBER.fullmatch(size) or not origin:
        raise CheckpointError("its size is no number")
    root = _decoded(encoded)
    if len(root) != DIGEST:
        raise CheckpointError("its root is not 32 bytes")
    return Checkpoint(origin, int(size), root)


def signed_by(note: str, public: bytes) -> bool:
    """Whether the key with these 32 bytes signed the note."""
    text, lines = _halves(note)
    origin = text.split("\n", 1)[0]
    named = key_hash(origin, public)
    for line in lines:
        name, _, encoded = line.removeprefix(DASH).rpartition(" ")
        signature = _decoded(encoded)
        if name != origin or signature[:NAMED] != named or len(signature) != NAMED + SIGNATURE:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature[NAMED:], text.encode())
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def _halves(note: str) -> tuple[str, list[str]]:
    text, between, rest = note.partition("\n\n")
    if not between or len(note) > LONGEST or not rest.endswith("\n"):
        raise CheckpointError("it is not a signed note")
    lines = rest[:-1].split("\n")
    if not all(line.startswith(DASH) for line in lines):
        raise CheckpointError("it has a line that is no signature")
    return f"{text}\n", lines


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CheckpointError("it holds something that is not base64") from None
