"""What trust costs: verifying, sealing, governed saves, and writers at once, beside what does none of it.

    python -m benchmarks.trust [--quick] [--only sqlite|postgresql]

Everything that is compared is measured in the same run. A busy machine makes figures worse, never better: of several
turns the quickest counts on both sides.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import writes
from benchmarks.writes import postgresql, sqlite

ROOT = Path(__file__).resolve().parents[1]
EVENTS, QUICK_EVENTS = 1_000_000, 60_000
ROUNDS, QUICK_ROUNDS, BULK = 200, 40, 1000
WRITERS, SECONDS, QUICK_SECONDS = 8, 5.0, 2.0
VERIFY, SAVE, AT_ONCE = 0.5, 4.0, 0.7
SEAL_SECONDS, SEAL_HASHES = 0.020, 5.0


def environment(url: str) -> dict[str, str]:
    return {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "benchmarks.rivals.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip


def program(url: str, module: str, *arguments: str) -> "subprocess.Popen[str]":
    """A program with Django set up on this database; its last line is JSON."""
    start = f"import django; django.setup(); from {module} import main; main()"
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment(url), stdin=pipe, stdout=pipe, text=True)


def answer(running: "subprocess.Popen[str]") -> dict[str, Any]:
    out, _err = running.communicate()
    if running.returncode:
        raise SystemExit(f"A program of the benchmark failed with {running.returncode}.")
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


def verification(name: str, url: str, events: int) -> bool:
    """Events, then seals, on one database."""
    found = answer(program(url, "benchmarks.trust_work", str(events)))
    count, floor, seal = found["events"], found["floor"], found["seal"]
    print(f"\n{name}: {count:,} events, filled in {found['filled']:.0f} s")
    print(f"  read and hash alone        {count / floor:10,.0f} events/s")
    for jobs in ("one", "two"):
        aim = f"   aim >= {VERIFY:g} x with as many processes as there are cores"
        print(f"  verify, {jobs} process(es){count / found[jobs]:16,.0f} events/s {floor / found[jobs]:6.2f} x{aim}")
    limit = max(SEAL_SECONDS, SEAL_HASHES * seal["hashed"])
    print(f"  sealing all of them        {count / seal['all']:10,.0f} events/s")
    print(f"  a seal over 100 more       {seal['new'] * 1e3:10.1f} ms  (at most {limit * 1e3:.0f})")
    print(f"  gemba verify --jobs 2      {seal['full']:10.1f} s for everything")
    return bool(floor / min(found["one"], found["two"]) >= VERIFY and seal["new"] <= limit)


def saves(name: str, url: str, rounds: int) -> bool:
    """A governed save beside others' ways of keeping history."""
    times = writes.measure(url, rounds=rounds, bulk=BULK)["times"]
    print(f"\n{name}: one save")
    for verb in ("raise", "edit", "advance"):
        plain = times[f"{verb} plain"]
        for who in ("plain", "simple-history", "auditlog", "gemba"):
            taken = times[f"{verb} {who}"]
            aim = f"   aim <= {SAVE:g} x" if who == "gemba" else ""
            print(f"  {verb:<8}{who:<16}{taken * 1e3:8.2f} ms {taken / plain:6.2f} x plain{aim}")
    return all(times[f"{verb} gemba"] <= SAVE * times[f"{verb} plain"] for verb in ("raise", "edit", "advance"))


def begin_together(running: "list[subprocess.Popen[str]]") -> None:
    """Wait until all are ready, and give them one moment to begin at."""
    for each in running:
        if each.stdout is None or each.stdout.readline().strip() != "ready":
            raise SystemExit("A writer did not begin.")
    begin = time.time() + 1
    for each in running:
        if each.stdin is not None:
            each.stdin.write(f"{begin}\n")
            each.stdin.flush()


def at_once(url: str, seconds: float) -> bool:
    """Eight writers: governed edits beside saves with a plain audit row of the same text, which is the aim.

    Before it the trail alone: an event that is chained, hashed and given its MAC, beside the bare insertion of a row.
    """
    answer(program(url, "benchmarks.trust_writers_begin"))
    running = [program(url, "benchmarks.trust_writers", str(n), str(seconds)) for n in range(WRITERS)]
    begin_together(running)
    counts: Counter[str] = Counter()
    for each in running:
        counts.update(answer(each))
    rates = {name: count / seconds for name, count in counts.items()}
    print(f"\npostgresql: {WRITERS} writers at once")
    for ours, theirs, what in (("event", "audit", "events beside plain audit rows"),
                               ("edit", "save", "governed edits beside saves with an audit row")):  # fmt: skip
        aim = f"   aim >= {AT_ONCE:g} x" if ours == "edit" else ""
        print(f"  {what:<46}{rates[ours]:8,.0f}/s {rates[theirs]:8,.0f}/s {rates[ours] / rates[theirs]:6.2f} x{aim}")
    return rates["edit"] >= AT_ONCE * rates["save"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="fewer events and rounds; figures are rougher")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    events = QUICK_EVENTS if options.quick else EVENTS
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    good = True
    os.environ.setdefault("GEMBA_DATA", tempfile.mkdtemp(prefix="gemba-trust-"))  # keys that all programs share
    for name, place in (("sqlite", sqlite), ("postgresql", postgresql)):
        if options.only not in (None, name):
            continue
        with place() as url:
            good &= verification(name, url, events)
        with place() as url:
            good &= saves(name, url, rounds)
            if name == "postgresql":
                good &= at_once(url, QUICK_SECONDS if options.quick else SECONDS)
    print(f"\naims: verify >= {VERIFY:g} x, save <= {SAVE:g} x plain, writers >= {AT_ONCE:g} x, seal <= 20 ms:",
          "held" if good else "missed")  # fmt: skip
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
