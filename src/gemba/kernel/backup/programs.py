"""PostgreSQL's own programs: `pg_dump`, `pg_restore` and `psql`. The password never stands in an argument."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from gemba.kernel.backup.problems import BackupError

FOLDERS = Path("/usr/lib/postgresql")
CONNECTION = (
    "host", "hostaddr", "port", "user", "dbname", "service", "sslmode", "sslrootcert", "sslcert", "sslkey",
    "target_session_attrs",
)  # fmt: skip
"""What the programs need to know; older ones refuse names that the driver's own library already knows."""


def find_program(name: str) -> str:
    """Its path. Raises `BackupError` with how to get it."""
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(FOLDERS.glob(f"*/bin/{name}"), key=lambda path: path.parent.parent.name, reverse=True)
    if versions:
        return str(versions[0])
    raise BackupError(f"The program {name} is needed and is not installed. On Debian: apt install postgresql-client.")


def address() -> tuple[str, dict[str, str]]:
    """How the database is reached: connection text without the password, and the environment that carries it."""
    told: dict[str, Any] = connection.get_connection_params()
    text = " ".join(f"{name}={_quoted(told[name])}" for name in CONNECTION if told.get(name))
    return text, {**os.environ, "PGPASSWORD": str(told.get("password") or ""), "PGCONNECT_TIMEOUT": "20"}


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def run_program(arguments: Sequence[str], environment: dict[str, str], **streams: Any) -> None:
    """Raises `BackupError` with the first thing the program complained of."""
    done = subprocess.run(  # noqa: S603  PostgreSQL's programs with our own arguments
        arguments, env=environment, check=False, stderr=subprocess.PIPE, **streams
    )
    if done.returncode:
        raise BackupError(f"{Path(arguments[0]).name}: {complaint(done.stderr)}")


def complaint(raw: bytes) -> str:
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    return (telling[0] if telling else "it failed without a word")[:300]
