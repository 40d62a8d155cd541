"""The key that seals each event (HMAC-SHA-256). It lives in a file outside the database and its dump."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

OWNER_ONLY = 0o600


class KeyUnusableError(RuntimeError):
    """The key file is missing, readable by others or too short. The program must not write without it."""


@dataclass(frozen=True, slots=True)
class TrailKey:
    id: str
    """The first 16 hexadecimal digits of SHA-256 over the key: names the key without revealing it."""
    secret: bytes


def make_key(path: Path) -> None:
    """Write a new random key with mode 0600. Refuses to replace one that exists."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


@lru_cache(maxsize=4)
def load_key(path: Path) -> TrailKey:
    """The key in `path`: one line of 64 hexadecimal digits. Raises `KeyUnusableError` with a sentence."""
    try:
        text = path.read_text("ascii").strip()
        mode = path.stat().st_mode & 0o777
        secret = bytes.fromhex(text)
    except FileNotFoundError:
        raise KeyUnusableError(f"The trail key {path.name} is missing. Run 'gemba init' or restore it.") from None
    except (OSError, ValueError) as error:
        raise KeyUnusableError(f"The trail key {path.name} cannot be read: {error}.") from None
    if os.name != "nt" and mode & 0o077:
        raise KeyUnusableError(f"The trail key {path.name} can be read by others (mode {mode:o}); set it to 600.")
    if len(secret) != 32:  # noqa: PLR2004  256 bits
        raise KeyUnusableError(f"The trail key {path.name} does not hold 256 bits.")
    return TrailKey(hashlib.sha256(secret).hexdigest()[:16], secret)


def current_key() -> TrailKey:
    return load_key(Path(settings.GEMBA_TRAIL_KEY))
