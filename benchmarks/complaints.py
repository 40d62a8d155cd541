"""Import a table of complaints beside a plain `bulk_create` of the same columns, on both databases, fully durable.

    python -m benchmarks.complaints [--quick] [--only sqlite]

The table is read, kept as a file, and every report becomes a complaint with number, event, digest and search entry; two
of five are deaths or injuries and get a linked reporting decision. The floor writes the same columns into two plain
tables and nothing else. Printed are reports per second and the ratio, with and without the decisions.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.writes import ROOT, postgresql, sqlite

ROWS, QUICK_ROWS, TURNS = 1_000, 300, 5
WORKER = "import django; django.setup(); from benchmarks.complaints_worker import main; main()"


def measure(url: str, rows: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    with tempfile.TemporaryDirectory(prefix="gemba-complaints-") as files:
        environment = {
            **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.rivals.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "GEMBA_BENCHMARK_FILES": files,
        }  # fmt: skip
        command = [sys.executable, "-c", WORKER, str(rows), str(TURNS)]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def report(name: str, rows: int, times: dict[str, list[float]]) -> None:
    """Print one database's figures."""
    rates = {what: rows / median(taken) for what, taken in times.items()}
    print(f"\n{name}: {rows} reports, median of {TURNS}")
    for what, rate in rates.items():
        print(f"  {what:<28}{rate:9.0f}/s   {rate / rates['plain bulk_create']:6.3f} of the floor")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer reports; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    rows = QUICK_ROWS if options.quick else ROWS
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                report(name, rows, measure(url, rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
