"""Finding one document among 10,000 by words, number or clause, beside a bare full-text query of the same database.

    python -m benchmarks.retrieval [--quick] [--only sqlite|postgresql]

Documents have 3 KB to 60 pages, most of them few pages; one in ten has a superseded revision with nearly the same text.
Each round asks, in turn, for our search page, for the same page with the same records known by their ids (its floor),
and for the bare ranked query of ids without anybody's rights. A miss is a document that is not first (words, number), a
superseded text before the one in force, or a text found that does not cite the clause looked for.
Of each question the quickest of five rounds counts, and of those the median: what else the machine does is nobody's.
The aim: page <= 3 x bare query + floor, and no miss.
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
DOCUMENTS, QUESTIONS = 10_000, 40
QUICK_DOCUMENTS, QUICK_QUESTIONS = 1_000, 15
AIM = 3.0
WORKER = "import django; django.setup(); from benchmarks.retrieval_work import main; main()"


def measure(url: str, *, documents: int, questions: int) -> dict[str, Any]:
    """Run one database in a process of its own and read what it measured."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-c", WORKER, str(documents), str(questions)]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, found: dict[str, Any], documents: int) -> bool:
    """Print one database's figures; False where the aim is missed."""
    print(f"\n{name}: {documents:,} documents, {found['revisions']:,} revisions, {found['bytes'] / 1e6:.0f} MB of text")
    good = True
    for question, (page, floor, bare) in found["times"].items():
        misses = found["misses"][question]
        good &= page <= AIM * bare + floor and not misses
        limit = AIM * bare + floor
        print(
            f"  {question:<8}page {page * 1e3:6.1f} ms   floor {floor * 1e3:5.1f} ms   bare {bare * 1e3:5.1f} ms   "
            f"limit {limit * 1e3:6.1f} ms   misses {misses} of {found['asked']}"
        )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer documents and questions; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    documents, questions = (QUICK_DOCUMENTS, QUICK_QUESTIONS) if options.quick else (DOCUMENTS, QUESTIONS)
    good = True
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only in (None, name):
            with place() as url:
                good &= report(name, measure(url, documents=documents, questions=questions), documents)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
