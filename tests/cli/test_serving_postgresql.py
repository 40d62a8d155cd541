"""A company on PostgreSQL from nothing, with the programs a person runs. AUT-16, OPS-01."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.postgres import cluster, free_port
from tests.tools import postgres_programs

SOURCE = Path(__file__).resolve().parents[2] / "src"
SECONDS = 60
pytestmark = [
    pytest.mark.xdist_group("durability"),
    pytest.mark.skipif(postgres_programs() is None, reason="PostgreSQL's server programs are not installed"),
]


def environment(data: Path, database: str, port: int) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GEMBA_", "DJANGO_"))}
    return {
        **clean, "PYTHONPATH": str(SOURCE), "GEMBA_MODE": "production", "GEMBA_DATA": str(data),
        "GEMBA_DATABASE_URL": database, "GEMBA_URL": f"http://localhost:{port}",
    }  # fmt: skip


def gemba(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gemba.config.main", *arguments]


@contextmanager
def serving(given: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        command = gemba("serve", "--processes", "2")
        process = subprocess.Popen(command, env=given, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def status(address: str) -> int | None:
    """What the address is answered with; None while nobody listens."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310  our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def first_status(address: str, process: subprocess.Popen[bytes]) -> int | None:
    end = time.monotonic() + SECONDS
    while (found := status(address)) is None and process.poll() is None and time.monotonic() < end:
        time.sleep(0.2)
    return found


def test_a_company_on_postgresql_begins_serves_and_stops(tmp_path: Path) -> None:
    """OPS-01, AUT-16: init twice makes one installation; serve answers with the sign-in page and ends when told to."""
    port, log = free_port(), tmp_path / "log"
    with cluster(durable=True) as database:
        given = environment(tmp_path / "data", database, port)
        made = subprocess.run(
            gemba("init", "--organisation", "Kuvitelma"), env=given, capture_output=True, text=True, check=False
        )
        assert made.returncode == 0, made.stderr
        link = re.search(r"http://localhost:\d+(/welcome/\S+)", made.stdout)
        assert link
        with serving(given, log) as process:
            base = f"http://localhost:{port}"
            assert first_status(f"{base}/accounts/login/", process) == 200, log.read_text()
            assert status(base + link[1]) == 200
            assert status(f"{base}/welcome/x/y/") == 404
            os.kill(process.pid, signal.SIGTERM)
            assert process.wait(SECONDS) == 0, log.read_text()
            assert status(f"{base}/accounts/login/") is None
    assert "Traceback" not in log.read_text()
