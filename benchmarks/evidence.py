"""Paper and practice of a large company beside the least a database can do, on both databases.

    python -m benchmarks.evidence [--quick] [--only sqlite|postgresql]

1,000,000 records over five years, of eight kinds and of every evidence type (quick: 50,000), and six frameworks with
all their duties. Measured are: everything computed anew, beside one sequential scan of the record table that reads
every row; one changed record; and the clause map beside a plain list of fifty. Each is timed in turn with its floor,
so that a busy machine slows both alike. Printed are medians and ratios. The ledger stands beside everything computed
anew, which happens in the same night. At last two procedures with 4,000 readings come to govern half of all records,
and nothing of that is analysed: the check whether people had read must not depend on what a database guesses.
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
RECORDS, QUICK_RECORDS = 1_000_000, 50_000
ROUNDS, PAGE_ROUNDS = 5, 25
AIMS = {"recompute": 10.0, "clause map": 3.0, "ledger, first time": 6.0, "ledger, next day": 3.0}
STATEMENTS = {"recompute": 60, "one changed record": 20}
"""However many records there are."""
WORKER = "import django; django.setup(); from benchmarks.evidence_work import main; main()"


def measure(url: str, *, records: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.plain.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, str(records), str(ROUNDS), str(PAGE_ROUNDS)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, found: dict[str, Any]) -> bool:
    """Print one database's figures; False where an aim is missed."""
    print(f"\n{name}: {found['records']:,} records, {found['duties']} duties, {found['types']} evidence types proved")
    good = True
    for what, (ours, floor) in found["times"].items():
        aim = AIMS.get(what)
        good &= aim is None or ours <= aim * floor
        wanted = f"aim {aim:g} x" if aim else ""
        print(f"  {what:<24}{ours * 1e3:9.1f} ms   floor {floor * 1e3:8.1f} ms   {ours / floor:6.2f} x   {wanted}")
    for what, count in found["statements"].items():
        good &= count <= STATEMENTS[what]
        print(f"  {what:<24}{count:6d} statements   (at most {STATEMENTS[what]})")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer records; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    good = True
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                good &= report(name, measure(url, records=QUICK_RECORDS if options.quick else RECORDS))
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
