"""The outside of a backup: a readable head, then the content in enciphered pieces that cannot be altered or left out.

AES-256-GCM over pieces of 1 MiB. Each piece's nonce is its number and whether it is the last one, and the head is bound
to every piece; so a changed, swapped, missing or added piece, and a file that was cut off, are all refused. Memory
stays at a few pieces whatever the size.
"""

import hashlib
import io
import json
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gemba.kernel.backup.problems import DamagedError, WrongKeyError
from gemba.kernel.backup.secret import Secret

MAGIC = b"gemba-backup-v1\n"
PIECE = 1024 * 1024
TAG = 16
LONGEST_HEAD = 4096
SQLITE = b"SQLite format 3\x00"
CUT_OFF = "This backup is cut off or was altered. Use another one."


class Sealing(io.RawIOBase):
    """Takes the content and writes the file. Only `finish` makes it whole."""

    def __init__(self, file: BinaryIO, secret: Secret, told: dict[str, Any]) -> None:
        super().__init__()
        self._file, self._waiting, self._number = file, bytearray(), 0
        lock, key = secret.begin()
        head = json.dumps({**told, "lock": lock}, sort_keys=True).encode()
        self._bound = hashlib.sha256(head).digest()
        self._cipher = AESGCM(key) if key is not None else None
        file.write(MAGIC + len(head).to_bytes(4, "big") + head)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if self._cipher is None:
            self._file.write(data)
            return len(data)
        self._waiting += data
        while len(self._waiting) > PIECE:  # one piece is held back: it may be the last
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        if self._cipher is not None:
            self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        assert self._cipher is not None  # noqa: S101  asked by both callers
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._bound))
        self._number += 1


class Opening(io.RawIOBase):
    """Gives the content back, each piece only after it was proved. Raises `DamagedError` or `WrongKeyError`."""

    def __init__(self, file: BinaryIO, secret: Secret) -> None:
        super().__init__()
        self._file, self._number, self._ready, self._over = file, 0, b"", False
        self.head, raw = read_head(file)
        self._bound = hashlib.sha256(raw).digest()
        lock = self.head.get("lock")
        key = secret.again(lock if isinstance(lock, dict) else {})
        self._cipher = AESGCM(key) if key is not None else None
        self._next = file.read(PIECE + TAG) if self._cipher else b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._cipher is None:
            found = self._file.read(len(buffer))
            buffer[: len(found)] = found
            return len(found)
        if not self._ready and not self._over:
            self._ready = self._piece()
        found, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(found)] = found
        return len(found)

    def _piece(self) -> bytes:
        assert self._cipher is not None  # noqa: S101  asked by the caller
        this, self._next = self._next, self._file.read(PIECE + TAG)
        self._over = not self._next
        try:
            found = self._cipher.decrypt(_nonce(self._number, last=self._over), this, self._bound)
        except InvalidTag:
            if self._number == 0:
                raise WrongKeyError("Wrong passphrase or key, or the backup was altered at its beginning.") from None
            raise DamagedError(CUT_OFF) from None
        self._number += 1
        return found


def read_head(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The readable head of a backup, and its bytes."""
    start = file.read(len(MAGIC))
    if start.startswith(SQLITE[: len(start)]) and start:
        raise DamagedError(
            "This is a database file, not a backup. What stood in the file beside it whose name ends in -wal is "
            "missing here. Use a file that 'gemba backup' made."
        )
    size = int.from_bytes(file.read(4), "big")
    raw = file.read(size) if 0 < size <= LONGEST_HEAD else b""
    try:
        head = json.loads(raw) if start == MAGIC and len(raw) == size else None
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict):
        raise DamagedError("This is no backup of Gemba, or its beginning is damaged.")
    return head, raw


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
