"""Raise, edit and advance a record beside others' ways of keeping history, on both databases, with full durability.

    python -m benchmarks.writes [--quick]

Each round does one of everything, in turn, so that a busy machine slows all alike. Printed are medians per operation
and the ratio to a plain Django save of the same columns in the same two tables, then bulk raising beside `bulk_create`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.postgres import cluster

ROOT = Path(__file__).resolve().parents[1]
ROUNDS, BULK = 400, 10_000
QUICK_ROUNDS, QUICK_BULK = 60, 2_000
AIM_PLAIN, AIM_BULK = 3.0, 0.2
WORKER = "import django; django.setup(); from benchmarks.contest import main; main()"


@contextmanager
def sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="gemba-writes-") as folder:
        yield f"sqlite:///{Path(folder) / 'writes.sqlite3'}"


@contextmanager
def postgresql() -> Iterator[str]:
    with cluster(durable=True) as url:
        yield url


def measure(url: str, *, rounds: int, bulk: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.rivals.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, str(rounds), str(bulk)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, found: dict[str, Any]) -> bool:
    """Print one database's figures; False where an aim is missed."""
    print(f"\n{name} ({found['settings']})")
    good = True
    times = found["times"]
    for verb in ("raise", "edit", "advance"):
        plain, auditlog = times[f"{verb} plain"], times[f"{verb} auditlog"]
        for who in ("plain", "simple-history", "auditlog", "gemba"):
            taken = times[f"{verb} {who}"]
            print(f"  {verb:<8}{who:<16}{taken * 1e3:8.2f} ms {taken / plain:6.2f} x plain")
        ours = times[f"{verb} gemba"]
        good &= ours <= AIM_PLAIN * plain and ours <= auditlog
    ours, plain = found["bulk"]
    print(f"  bulk raise {ours:8.0f}/s   bulk_create {plain:8.0f}/s   ratio {ours / plain:.2f}")
    return good and ours >= AIM_BULK * plain


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    rounds, bulk = (QUICK_ROUNDS, QUICK_BULK) if options.quick else (ROUNDS, BULK)
    good = True
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                good &= report(name, measure(url, rounds=rounds, bulk=bulk))
    print(f"\naims: <= {AIM_PLAIN:g} x plain, not slower than auditlog, bulk >= {AIM_BULK:g} x bulk_create:",
          "held" if good else "missed")  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
