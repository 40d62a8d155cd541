"""A throw-away PostgreSQL cluster from the system's own programs: own folder, own port, gone afterwards.

PostgreSQL refuses to run as root; then the cluster runs as the system's `postgres` user in a folder it owns.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import postgres_programs

SETTINGS = {
    "listen_addresses": "127.0.0.1", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "max_connections": "200", "shared_buffers": "256MB", "timezone": "UTC",
}  # fmt: skip
"""Durability is off for speed; tests of durability start a cluster with `durable=True`."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_postgres(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Start a cluster and yield its URL (superuser `gemba`, database `postgres`); stop and remove it at the end."""
    programs = postgres_programs()
    if programs is None:
        raise RuntimeError("PostgreSQL's server programs are not installed.")
    base = Path(tempfile.mkdtemp(prefix="gemba-pg-"))
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(base, owner.pw_uid, owner.pw_gid)
    port, data = free_port(), base / "data"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": base}
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "gemba", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(_as_postgres([*initdb, "--no-sync"]), check=True, **quiet)  # type: ignore[call-overload]
    chosen = {**SETTINGS, **({"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"} if durable else {})}
    options = " ".join(f"-c {name}={value}" for name, value in chosen.items())
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-s", "-l", str(base / "log")]
    start = [*control, "-o", f"-p {port} -k {base} {options}", "start"]
    subprocess.run(_as_postgres(start), check=True, **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql://gemba@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(_as_postgres([*control, "-m", "immediate", "stop"]), check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(base, ignore_errors=True)
