"""Where the key of a backup comes from: a passphrase, a key file, or nothing for a backup in the clear.

Each backup has a key of its own, made from the secret and a random salt, so that no two are enciphered with the same.
"""

import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from gemba.kernel.backup.problems import DamagedError, WrongKeyError
from gemba.kernel.trail.keys import KeyUnusableError, load_key

KEY_BYTES, SALT_BYTES = 32, 16
SHORTEST_PASSPHRASE = 16
LOWEST_COST, COST = 2, 2**17
"""scrypt's N: about half a second and 128 MB per attempt on an ordinary machine."""
HIGHEST_COST = 2**20
BLOCKS = 8
INFO = b"gemba-backup-v1"


class Secret(Protocol):
    """Opens and closes backups. What `begin` answers stands readable at the head of the file."""

    def begin(self) -> tuple[dict[str, Any], bytes | None]:
        """The description of a new key, and the key."""

    def again(self, told: dict[str, Any]) -> bytes | None:
        """The key of a file with this description. Raises `WrongKeyError` with the sentence that helps."""


@dataclass(frozen=True, slots=True)
class InTheClear:
    """No encryption: for a disk that is enciphered itself. Can read no enciphered backup."""

    def begin(self) -> tuple[dict[str, Any], bytes | None]:
        return {"kdf": "none"}, None

    def again(self, told: dict[str, Any]) -> bytes | None:
        if told.get("kdf") == "none":
            return None
        raise WrongKeyError("This backup is enciphered. Give its passphrase or its key file.")


@dataclass(frozen=True, slots=True)
class Passphrase:
    text: str = field(repr=False)

    def begin(self) -> tuple[dict[str, Any], bytes | None]:
        salt = secrets.token_bytes(SALT_BYTES)
        return {"kdf": "scrypt", "salt": salt.hex(), "n": COST}, self._key(salt, COST)

    def again(self, told: dict[str, Any]) -> bytes | None:
        if told.get("kdf") == "none":
            return None
        if told.get("kdf") != "scrypt":
            raise WrongKeyError("This backup was enciphered with a key file. Give that file with --key-file.")
        cost = told.get("n")
        if not isinstance(cost, int) or not LOWEST_COST <= cost <= HIGHEST_COST or cost & (cost - 1):
            raise DamagedError("The head of this backup asks for something no backup of Gemba asks for.")
        return self._key(_salt(told), cost)

    def _key(self, salt: bytes, cost: int) -> bytes:
        return Scrypt(salt=salt, length=KEY_BYTES, n=cost, r=BLOCKS, p=1).derive(self.text.encode())


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of 256 random bits, mode 0600, as `gemba backup --make-key` writes it."""

    path: Path

    def begin(self) -> tuple[dict[str, Any], bytes | None]:
        salt = secrets.token_bytes(SALT_BYTES)
        name, key = self._key(salt)
        return {"kdf": "hkdf", "salt": salt.hex(), "key": name}, key

    def again(self, told: dict[str, Any]) -> bytes | None:
        if told.get("kdf") == "none":
            return None
        if told.get("kdf") != "hkdf":
            raise WrongKeyError("This backup was enciphered with a passphrase, not with a key file.")
        name, key = self._key(_salt(told))
        if name != told.get("key"):
            raise WrongKeyError(f"This backup was enciphered with the key {told.get('key')}; this file holds {name}.")
        return key

    def _key(self, salt: bytes) -> tuple[str, bytes]:
        try:
            found = load_key(self.path)
        except KeyUnusableError as error:
            raise WrongKeyError(str(error)) from None
        return found.id, HKDF(SHA256(), KEY_BYTES, salt, INFO).derive(found.secret)


def _salt(told: dict[str, Any]) -> bytes:
    try:
        return bytes.fromhex(told["salt"])
    except (KeyError, TypeError, ValueError):
        raise DamagedError("The head of this backup cannot be read.") from None
