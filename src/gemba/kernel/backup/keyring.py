"""The key files, in a backup of their own: whoever holds data and keys together could forge both."""

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from gemba.kernel.backup.envelope import CUT_OFF, Opening, Sealing
from gemba.kernel.backup.make import sync_folder, told_plainly
from gemba.kernel.backup.problems import BackupError, DamagedError
from gemba.kernel.backup.secret import InTheClear, Secret

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
LARGEST = 64 * 1024
OWNER_ONLY = 0o600


def keys_folder() -> Path:
    return Path(settings.GEMBA_TRAIL_KEY).parent


def backup_keys(to: Path, secret: Secret) -> list[str]:
    """Write all key files, enciphered, to the new file `to`; their names. Raises `BackupError`."""
    if isinstance(secret, InTheClear):
        raise BackupError("Keys are never written in the clear. Give a passphrase or a key file.")
    files = {path.name: path.read_bytes() for path in sorted(keys_folder().iterdir()) if _is_key(path)}
    with told_plainly(to.parent):
        descriptor = _new(to)
        try:
            with os.fdopen(descriptor, "wb") as file:
                sealing = Sealing(file, secret, {"kind": "keys"})
                sealing.write(json.dumps({name: raw.hex() for name, raw in files.items()}).encode())
                sealing.finish()
                file.flush()
                os.fsync(file.fileno())
            if read_keys(to, secret) != files:
                raise BackupError("What was read back is not what was written. Try another disk.")
        except BaseException:
            to.unlink(missing_ok=True)
            raise
        sync_folder(to.parent)
    return list(files)


def _is_key(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and NAME.fullmatch(path.name) is not None


def _new(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except FileExistsError:
        raise BackupError(f"{path} exists already and is not replaced.") from None


def read_keys(path: Path, secret: Secret) -> dict[str, bytes]:
    """The key files in a backup of keys, by name. Raises `BackupError`."""
    with path.open("rb") as file, Opening(file, secret) as opening:
        if opening.head.get("kind") != "keys":
            raise BackupError(f"{path.name} is no backup of keys.")
        raw = b"".join(iter(lambda: opening.read(LARGEST), b""))
    try:
        told: dict[str, Any] = json.loads(raw)
        return {name: bytes.fromhex(told[name]) for name in told if NAME.fullmatch(name) and len(told[name]) < LARGEST}
    except (ValueError, TypeError, AttributeError):
        raise DamagedError(CUT_OFF) from None


def place_keys(files: dict[str, bytes], now: datetime) -> None:
    """Put these key files in place. Others of the same name are set aside, never lost."""
    folder = keys_folder()
    aside = folder / f"replaced-{now:%Y%m%dT%H%M%S}"
    for name, raw in files.items():
        path = folder / name
        if path.exists() and path.read_bytes() == raw:
            continue
        if path.exists():
            aside.mkdir(mode=0o700, exist_ok=True)
            path.rename(aside / name)
        descriptor = _new(path)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    sync_folder(folder)
