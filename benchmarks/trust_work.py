"""What is timed about trust, in a process with Django set up: reading and hashing, verifying, sealing."""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from tests.tamper.histories import joined

from benchmarks.trust_load import fill
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.keys import all_keys, make_key
from gemba.kernel.trail.models import Event
from gemba.kernel.verify.chains import close_look, odd_heads
from gemba.kernel.verify.events import Reading, bounds, parameters
from gemba.kernel.verify.reach import Known, chunks, reader
from gemba.kernel.verify.run import Wish, silent, verify

PREFIX = b"gemba-event-v1\n"
TURNS = 3
SEALS, NEW = 5, 100


def fastest(acts: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of the quickest of a few turns of each, taken in turn: other work on the machine slows all alike."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for _turn in range(TURNS):
        for name, act in acts.items():
            taken[name].append(timed(act))
    return {name: min(found) for name, found in taken.items()}


def read_and_hash() -> int:
    """Read the same bytes of every event and hash its text with SHA-256; nothing else."""
    low, high, _count = bounds()
    seen = 0
    with reader(connection.vendor, parameters()) as read:
        for rows in chunks(read, low, high):
            for row in rows:
                hashlib.sha256(PREFIX + row[7].encode()).digest()
                seen += 1
    return seen


def known() -> Known:
    keys = {name: key.secret for name, key in all_keys().items()}
    return Known(keys, dict(Person.objects.values_list("pk", "uid")))


def events_only(jobs: int) -> None:
    """Chains, hashes, MACs, columns and heads: what verification does about events. Raises over any finding."""
    knows = known()
    part = Reading(knows, jobs, silent).result()
    if found := list(close_look(part.suspects | odd_heads(part.tails), knows.keys, knows.people)):
        raise RuntimeError(found[0].sentence)


def everything(jobs: int) -> None:
    """What `gemba verify` does, all of it."""
    report = verify(Wish(jobs=jobs))
    if not report.clean:
        raise RuntimeError(report.findings[0].sentence)


def verification(who: Person, events: int) -> dict[str, Any]:
    """Seconds for each, on a database with so many events."""
    filled = timed(lambda: fill(who, events))
    acts = {"floor": read_and_hash, "one": lambda: events_only(1), "two": lambda: events_only(2)}
    return {"events": bounds()[2], "filled": filled, **fastest(acts)}


def sealing(who: Person) -> dict[str, Any]:
    """Seconds to seal all there is, then 100 new events on top of it, and to hash those events alone."""
    everything_sealed = timed(seal_now)
    turns, hashed = [], []
    for _turn in range(SEALS):
        fill(who, NEW, each=NEW)
        bodies = [body.encode() for body in Event.objects.order_by("-id").values_list("body", flat=True)[:NEW]]
        hashed.append(timed(lambda: [hashlib.sha256(PREFIX + body).digest() for body in bodies]))  # noqa: B023
        turns.append(timed(sealed))
    full = timed(lambda: everything(2))
    return {"all": everything_sealed, "new": median(turns), "hashed": median(hashed), "full": full}


def sealed() -> None:
    done = seal_now()
    if done.seal is None:
        raise RuntimeError(str(done.findings))


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def prepared() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    for name in ("GEMBA_TRAIL_KEY", "GEMBA_ENTRANCE_KEY", "GEMBA_SEAL_KEY"):
        path = Path(getattr(settings, name))
        if not path.exists():
            make_key(path)


def main() -> None:
    """Fill, measure and print one line of JSON."""
    prepared()
    who = joined("Aino", Role.QUALITY)
    figures = verification(who, int(sys.argv[1]))
    print(json.dumps(figures | {"seal": sealing(who)}))


if __name__ == "__main__":
    main()
