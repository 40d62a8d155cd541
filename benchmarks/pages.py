"""The pages people look at all day beside plain signed-in Django views over as many rows, on both databases.

    python -m benchmarks.pages [--quick] [--only sqlite|postgresql]

100,000 records with 1,000,000 events (quick: 5,000 and 50,000). Each round asks for every page and its plain
counterpart in turn, so that a busy machine slows both alike. Printed are medians and their ratio.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.writes import postgresql, sqlite

ROOT = Path(__file__).resolve().parents[1]
RECORDS, ROUNDS = 100_000, 40
QUICK_RECORDS, QUICK_ROUNDS = 5_000, 15
AIM = {"full, bare detail": 8.0}
"""`record page` is a usual record with ten events beside a view of one bare row. `full record` has three files, links,
comments and tasks, a signature and a dozen events, beside a plain view that shows the same parts; then beside one row.
"""
USUAL_AIM = 3.0
WORKER = "import django; django.setup(); from benchmarks.plain.look import main; main()"


def measure(url: str, *, records: int, rounds: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.plain.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, str(records), str(rounds)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, found: dict[str, Any], records: int) -> bool:
    """Print one database's figures; False where an aim is missed."""
    print(f"\n{name}: {records:,} records, {found['events']:,} events")
    good = True
    for page, (ours, plain) in found["times"].items():
        aim = AIM.get(page, USUAL_AIM)
        good &= ours <= aim * plain
        figures = f"{ours * 1e3:7.1f} ms   plain {plain * 1e3:6.1f} ms   {ours / plain:5.2f} x   aim {aim:.0f} x"
        print(f"  {page:<18}{figures}")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer rows and rounds; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    records, rounds = (QUICK_RECORDS, QUICK_ROUNDS) if options.quick else (RECORDS, ROUNDS)
    good = True
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                good &= report(name, measure(url, records=records, rounds=rounds), records)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
