"""The key that seals each event (HMAC-SHA-256). It lives in a file outside the database and its dump.

It is random, never derived from the session key, and named in every event it seals, so that events outlive a change of
key: keys that were in use before stand beside the current one as `trail-<id>.key` and verify what they sealed. Whoever
holds it can seal a forged event: the file belongs to the program's own user alone.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

OWNER_ONLY = 0o600
BYTES = 32


class KeyUnusableError(RuntimeError):
    """The key file is missing, readable by others or too short. The program must not write without it."""


@dataclass(frozen=True, slots=True)
class TrailKey:
    id: str
    """The first 16 hexadecimal digits of SHA-256 over the key: names the key without revealing it."""
    secret: bytes = field(repr=False)


def make_key(path: Path) -> None:
    """Write a new random key with mode 0600, on the disk before this returns. Refuses to replace one that exists."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def load_key(path: Path) -> TrailKey:
    """The key in `path`: one line of 64 hexadecimal digits. Raises `KeyUnusableError` with a sentence.

    It is read again when the file was replaced or its mode changed, so that a new key counts without a restart.
    """
    try:
        found = path.stat()
    except OSError:
        return _read_key(path, 0, 0)
    return _read_key(path, found.st_ino, found.st_ctime_ns)


@lru_cache(maxsize=64)
def _read_key(path: Path, _place: int, _changed: int) -> TrailKey:
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            secret = bytes.fromhex(file.read(1024).strip())
    except FileNotFoundError:
        raise KeyUnusableError(f"The key file {path.name} is missing. Run 'gemba init' or restore it.") from None
    except OSError as error:
        raise KeyUnusableError(f"The key file {path.name} cannot be read: {error.strerror}.") from None
    except ValueError:  # said without the file's content, which may be a damaged key
        raise KeyUnusableError(f"The key file {path.name} is not a line of hexadecimal digits.") from None
    if os.name != "nt" and mode & 0o077:
        raise KeyUnusableError(f"The key file {path.name} can be read by others (mode {mode:o}); set it to 600.")
    if len(secret) != BYTES:
        raise KeyUnusableError(f"The key file {path.name} does not hold {BYTES * 8} bits.")
    return TrailKey(hashlib.sha256(secret).hexdigest()[:16], secret)


def current_key() -> TrailKey:
    return load_key(_place(settings.GEMBA_TRAIL_KEY))


@lru_cache(maxsize=8)
def _place(setting: str | Path) -> Path:
    return Path(setting)


def all_keys() -> dict[str, TrailKey]:
    """The current key and those before it that are still here, by id. Raises `KeyUnusableError`."""
    current = Path(settings.GEMBA_TRAIL_KEY)
    earlier = sorted(current.parent.glob(f"{current.stem}-*{current.suffix}"))
    return {key.id: key for key in map(load_key, [*earlier, current])}
