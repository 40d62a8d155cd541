"""The data folder and its key files, made before anything else can start."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from gemba.config.environment import KEY_FILES, Environment, UnsafeSettingsError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


def prepare_folder(environment: Environment) -> Sequence[Path]:
    """Make what is missing of the data folder and the keys, and return the new files. Nothing is ever replaced.

    A database beside which the keys are missing is not given new ones: its trail could never be verified again.
    """
    missing = [environment.keys / name for name in KEY_FILES if not (environment.keys / name).exists()]
    database = environment.data / "gemba.sqlite3"
    lost = [path.name for path in missing if path.name != "session.key"]
    if lost and environment.on_sqlite and database.exists() and database.stat().st_size:
        raise UnsafeSettingsError(
            f"{database} exists, but its key files are missing: {', '.join(lost)}. Restore them from your backup; "
            "without them its trail cannot be verified and its second factors cannot be read."
        )
    try:
        for folder in (environment.data, environment.keys):
            folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        for path in missing:
            _write_key(path)
    except OSError as error:
        raise UnsafeSettingsError(f"{environment.data} cannot be written: {error.strerror}.") from None
    return missing


def _write_key(path: Path) -> None:
    """256 bits as 64 hexadecimal digits, on the disk before this returns, readable by this user alone."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
