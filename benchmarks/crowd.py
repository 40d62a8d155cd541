"""Fifty people raising, advancing and signing at once over HTTP, on PostgreSQL with full durability.

    python -m benchmarks.crowd [--quick] [--pause SECONDS]

Each person raises a record, edits a record that all share, sends theirs to review and signs somebody else's, with a
pause for reading before each act. Before that two people do the same in turn, never both at once and without a pause:
that is the unloaded page. Afterwards the rows are counted: no number twice and none missing, every edit that was
answered with "saved" in exactly one event, every signature once, every chain sound. Printed are p95 with the crowd, the
unloaded p95 and median, and the ratio of the two p95. The server runs as `gemba serve` runs it and has been in use
for a moment, passwords are checked as in real use.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.postgres import free_port

from benchmarks.writes import ROOT, postgresql

PEOPLE, SECONDS, QUICK_PEOPLE, QUICK_SECONDS = 50, 60, 10, 10
PAUSE = 10.0
"""Seconds somebody looks at a page before the next act, on average: each does all five acts about once in a minute.

A signature costs a third of a second of a processor, since a password is checked that must be slow to guess. Two
processors that do other things too can therefore give about three a second, whatever else is quick.
"""
AIM = 5.0
STARTING = 60.0
PREPARE = "import django; django.setup(); from benchmarks.crowd_people import prepare; prepare()"
WALK = "import django; django.setup(); from benchmarks.crowd_people import main; main()"
SERVE = (
    "import os, sys; from granian import Granian; from granian.constants import Interfaces;"
    "from granian.log import LogLevels;"
    "Granian('gemba.config.wsgi:application', port=int(sys.argv[1]), interface=Interfaces.WSGI,"
    " workers=os.cpu_count() or 1, blocking_threads=8, websockets=False, log_access=False,"
    " log_level=LogLevels.error).serve()"
)
"""As many processes and threads as `gemba serve` has, on settings that name the throw-away database."""


def environment(url: str, folder: str) -> dict[str, str]:
    return {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.crowd_settings",
        "GEMBA_DATA": folder, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip


@contextmanager
def server(settings: Mapping[str, str]) -> Iterator[int]:
    """The port of a server that answers; ended afterwards."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], cwd=ROOT, env=settings)
    try:
        until = time.monotonic() + STARTING
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The server did not start.")
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def measure(people: int, seconds: int, pause: float) -> dict[str, Any]:
    """Everything in processes of its own, on a cluster and a data folder that are thrown away."""
    with postgresql() as url, tempfile.TemporaryDirectory(prefix="gemba-crowd-") as folder:
        settings = environment(url, folder)
        subprocess.run([sys.executable, "-c", PREPARE, str(people)], cwd=ROOT, env=settings, check=True)
        with server(settings) as port:
            command = [sys.executable, "-c", WALK, str(port), str(seconds), str(pause)]
            done = subprocess.run(command, cwd=ROOT, env=settings, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(found: dict[str, Any]) -> bool:
    """Print what was measured and what went wrong; False where an aim is missed."""
    good = True
    for act, (alone, crowd) in found["times"].items():
        ratio = crowd["p95"] / alone["p95"]
        good &= ratio <= AIM
        print(
            f"  {act:<10}{crowd['count']:6d} times   p95 {crowd['p95'] * 1e3:7.0f} ms   unloaded p95 "
            f"{alone['p95'] * 1e3:6.0f} ms, median {alone['median'] * 1e3:6.0f} ms   {ratio:5.2f} x   aim {AIM:.0f} x"
        )
    print("  " + ", ".join(f"{count} {what}" for what, count in found["counted"].items()))
    for what in found["wrong"]:
        print(f"  WRONG: {what}")
    return good and not found["wrong"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="ten people, ten seconds")
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds between two acts of one person")
    options = parser.parse_args()
    people, seconds = (QUICK_PEOPLE, QUICK_SECONDS) if options.quick else (PEOPLE, SECONDS)
    before = os.getloadavg()[0]
    found = measure(people, seconds, options.pause)
    print(f"\npostgresql: {people} people for {seconds} s, pause {options.pause:g} s, {os.cpu_count()} processors, "
          f"load of others before {before:.1f}")  # fmt: skip
    good = report(found)
    print("\naims: nothing lost, nothing doubled, p95 with the crowd within "
          f"{AIM:g} x of the unloaded page:", "held" if good else "missed")  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
