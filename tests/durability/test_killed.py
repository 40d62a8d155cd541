"""Killed servers and killed upgrades. DUR-03, DUR-11, DUR-13."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tests.kernel.processes import database_environment
from tests.kernel.test_durability import ON_POSTGRESQL, environment, inspected, on_postgresql, run
from tests.postgres import _as_postgres, cluster
from tests.tools import postgres_programs

PROGRAMS = Path(__file__).parent / "programs"
WRITERS = 2
TENTHS = ("0", "7") if ON_POSTGRESQL else ("0", "5", "10")
"""Where an upgrade is killed; each costs two processes."""
pytestmark = pytest.mark.xdist_group("durability")


class Server:
    """A durable cluster that can be killed as a whole and started again with the same settings."""

    def __init__(self, url: str) -> None:
        self.url = url
        with psycopg.connect(url) as connection:
            self.data = Path(connection.execute("SHOW data_directory").fetchone()[0])  # type: ignore[index]
        self.options = shlex.split((self.data / "postmaster.opts").read_text())

    def kill(self) -> None:
        """SIGKILL to the postmaster and every process of its own, at once."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        for pid in (postmaster, *children_of(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def start(self) -> None:
        # Where nobody buries dead processes, the killed postmaster still has its number; the lock would be believed.
        for lock in (self.data / "postmaster.pid", *self.data.parent.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)
        programs = postgres_programs()
        assert programs is not None
        control = [str(programs / "pg_ctl"), "-D", str(self.data), "-w", "-s", "-l", str(self.data.parent / "log")]
        options = shlex.join(self.options[3:])
        command = _as_postgres([*control, "-o", options, "start"])
        log = self.data.parent / "log"
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd=self.data.parent)
        assert done.returncode == 0, log.read_text()[-2000:]


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Survivor:
    """A process that writes on, whatever happens, and what it was told is stored."""

    def __init__(self, url: str) -> None:
        self.lines: list[tuple[str, int]] = []
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAMS / "survivor.py")], env=environment(url), stdout=subprocess.PIPE, text=True
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                what, seq = line.split()
                self.lines.append((what, int(seq)))

    def said(self, what: str) -> int:
        return sum(1 for word, _seq in list(self.lines) if word.startswith(what))

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join(5)


@contextmanager
def survivors(url: str) -> Iterator[list[Survivor]]:
    made = [Survivor(url) for _ in range(WRITERS)]
    try:
        yield made
    finally:
        for one in made:
            one.stop()


def wait_until(what: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


@on_postgresql
def test_dur_03_a_killed_postgresql_loses_nothing_acknowledged_and_the_program_goes_on() -> None:
    """DUR-03, DUR-11: postmaster and backends killed under write, started again after a while: every acknowledged event
    is there, no half record, the indexes are sound, and the same processes write on without a restart."""
    with cluster(durable=True) as url:
        run("prepare.py", url)
        server = Server(url)
        with survivors(url) as writers:
            wait_until(lambda: all(w.said("objective") > 10 for w in writers))
            server.kill()
            wait_until(lambda: all(w.said("away") for w in writers))
            time.sleep(0.5)
            server.start()
            wait_until(lambda: all(w.said("again") for w in writers))
            before = [w.said("objective") for w in writers]
            wait_until(lambda: all(w.said("objective") > n + 4 for w, n in zip(writers, before, strict=True)))
        found = inspected(url)
        acknowledged = [(subject, seq) for w in writers for subject, seq in w.lines if subject.startswith("objective")]
        assert [(s, n) for s, n in acknowledged if found["last"].get(s, 0) < n] == []
        assert (found["problems"], found["guards"], found["weak"]) == ([], [], [])
        assert found["heads"] == found["last"]
        programs = postgres_programs()
        assert programs is not None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        subprocess.run([programs / "pg_amcheck", "--heapallindexed", url], check=True, stdout=subprocess.DEVNULL)


def test_dur_13_an_upgrade_that_is_killed_anywhere_is_gone_on_with(tmp_path: Path) -> None:
    """DUR-13: what was there is backed up first; killed at statements from the first to the last, the same command
    finishes it, with every event and every guard."""
    keys = Path(settings.GEMBA_TRAIL_KEY).parent
    (tmp_path / "keys").mkdir(mode=0o700)
    for key in keys.glob("*.key"):
        (tmp_path / "keys" / key.name).write_bytes(key.read_bytes())
        (tmp_path / "keys" / key.name).chmod(0o600)

    def upgraded(url: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, str(PROGRAMS / "upgrades.py"), *TENTHS], check=True, text=True,
            stdout=subprocess.PIPE, env=database_environment(url, GEMBA_DATA=str(tmp_path)),
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    if ON_POSTGRESQL:
        with cluster() as url:
            found = upgraded(url)
    else:
        found = upgraded(f"sqlite:///{tmp_path / 'gemba.sqlite3'}")
    assert found["statements"] > 20
    assert len({one["place"] for one in found["tries"]}) == len(TENTHS)
    for one in found["tries"]:
        assert (one["killed"], one["done"]) == (signal.SIGKILL, 0), one
        assert (one["problems"], one["older"], one["events"]) == ([], [], found["events"]), one
    assert found["backups"] >= len(found["tries"])
