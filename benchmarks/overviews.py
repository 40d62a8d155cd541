"""Overviews of all documents stay as quick at 10,000 documents as at 200: the control matrix and the consistency page.

    python -m benchmarks.overviews [--quick] [--only sqlite|postgresql]

The same database is asked when it holds 200 documents and again when it holds 10,000 (quick: 2,000), first page and
last. Of each page the quickest of nine rounds counts. The aim: no page takes more than twice as long as among few, and
none asks more statements. The consistency page, whose texts are read once per process, takes no more than five times as
long as the matrix.
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
FEW, MANY, QUICK_MANY = 200, 10_000, 2_000
AIM, RULES = 2.0, 5.0
WORKER = "import django; django.setup(); from benchmarks.overviews_work import main; main()"


def measure(url: str, *, few: int, many: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, str(few), str(many)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, found: dict[str, Any], few: int, many: int) -> bool:
    """Print one database's figures; False where the aim is missed."""
    print(f"\n{name}: {few:,} and {many:,} documents")
    good = True
    for page, (before, after) in found.items():
        (early, asked), (late, asks) = before, after
        held = late <= AIM * early and asks <= asked
        good &= held
        print(
            f"  {page:<26}{early * 1e3:7.1f} ms, {asked:2} statements   {late * 1e3:7.1f} ms, {asks:2} statements   "
            f"{late / early:5.2f} x{'' if held else '   NOT HELD'}"
        )
    rules, matrix = found["consistency, first page"][1][0], found["matrix, first page"][1][0]
    print(f"  the rules over 50 texts that were read before: {rules / matrix:.1f} times the matrix, aim {RULES:.0f}")
    return good and rules <= RULES * matrix


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer documents; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    many = QUICK_MANY if options.quick else MANY
    good = True
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                good &= report(name, measure(url, few=FEW, many=many), FEW, many)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
