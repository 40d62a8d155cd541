"""What is timed: the same change done by the kernel and by each rival. Runs in a process with Django set up."""

import datetime as dt
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from auditlog.context import set_actor
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from tests.kernel.people import as_, person

from benchmarks.rivals.models import AuditedObjective, BulkPart, BulkSpine, PlainObjective, SimpleObjective
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.roles import Role
from gemba.kernel.trail.keys import make_key
from gemba.modules.objective.models import Objective

VALUES: dict[str, Any] = {
    "title": "Answer complaints quickly", "measure": "Median days from receipt to answer", "direction": "at_most",
    "why": "People who report a fault wait for an answer, and a late one hides a trend from us.",
    "target": Decimal(10), "unit": "days", "due": dt.date(2027, 6, 30), "event_date": dt.date(2026, 11, 1),
}  # fmt: skip
WARM_UP = 5
BULK_TURNS = 3
OWN = ("why", "measure", "direction", "target", "unit")
RIVALS: dict[str, Any] = {
    "plain": PlainObjective, "simple-history": SimpleObjective, "auditlog": AuditedObjective,
}  # fmt: skip


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


class Contest:
    """Everybody's newest record, changed in turn. Loading it first is nobody's cost but the kernel's, which does."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.person = person("Aino", Role.QUALITY)
        self.account = self.person.account
        self.who = as_(self.person)
        self.newest: dict[str, Any] = {}

    def acts(self, turn: int) -> dict[str, Callable[[], object]]:
        """Name and act of everything that is timed in one round, in the order in which it must be done."""
        found: dict[str, Callable[[], object]] = {}
        for verb in ("raise", "edit", "advance"):
            for rival in RIVALS:
                found[f"{verb} {rival}"] = partial(self._rival, rival, verb, turn)
            found[f"{verb} gemba"] = partial(self._gemba, verb, turn)
        return found

    def _gemba(self, verb: str, turn: int) -> None:
        if verb == "raise":
            self.newest["gemba"] = Raise(model=Objective, values=self.values, **self.who).execute()
            return
        record = self.newest["gemba"]
        if verb == "edit":
            values = {"target": Decimal(turn % 9 + 1), "measure": f"Median days, revised {turn}"}
            Edit(record=record, values=values, reason="Revised", **self.who).execute()
        else:
            Advance(record=record, name="submit", **self.who).execute()

    def _rival(self, rival: str, verb: str, turn: int) -> None:
        if rival == "auditlog":
            with set_actor(self.account), transaction.atomic():
                self._write(rival, verb, turn)
        else:
            with transaction.atomic():
                self._write(rival, verb, turn)

    def _write(self, rival: str, verb: str, turn: int) -> None:
        if verb == "raise":
            made = RIVALS[rival](
                kind="objective", number=f"OBJ-2026-{turn:04d}", state="draft", owner=self.person,
                raised_by=self.person, digest="0" * 64, **self.values,
            )  # fmt: skip
            made.save(force_insert=True)
            self.newest[rival] = made
            return
        row = self.newest[rival]
        if verb == "edit":
            row.target, row.measure = Decimal(turn % 9 + 1), f"Median days, revised {turn}"
        else:
            row.state, row.state_since = "review", timezone.now()
        row.version += 1
        row.save()

    def raise_many(self, count: int, name: str) -> None:
        rows = [{**self.values, "title": f"Objective {n}"} for n in range(count)]
        RaiseMany(model=Objective, rows=rows, name=name, **self.who).execute()

    def plain_many(self, count: int, turn: int) -> None:
        with transaction.atomic():
            spines = BulkSpine._base_manager.bulk_create(self._spine(n, turn) for n in range(count))
            own = {name: self.values[name] for name in OWN}
            BulkPart._base_manager.bulk_create(BulkPart(spine=spine, **own) for spine in spines)

    def _spine(self, n: int, turn: int) -> BulkSpine:
        rest = {name: value for name, value in self.values.items() if name not in OWN and name != "title"}
        return BulkSpine(
            kind="objective", number=f"OBJ-{turn}-{n:05d}", state="draft", owner=self.person, raised_by=self.person,
            digest="0" * 64, title=f"Objective {n}", **rest,
        )  # fmt: skip

    def durability(self) -> str:
        """What the database says of its own durability, so that no figure stands without it."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA synchronous")
                return f"WAL, synchronous={cursor.fetchone()[0]}"
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            return "fsync={}, synchronous_commit={}".format(*cursor.fetchone())


def main() -> None:
    """Time as many rounds and as large a bulk as the command line says; print one line of JSON."""
    rounds, bulk = map(int, sys.argv[1:3])
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    key = Path(settings.GEMBA_TRAIL_KEY)
    if not key.exists():
        make_key(key)
    contest = Contest(VALUES)
    times: dict[str, list[float]] = defaultdict(list)
    for turn in range(rounds + WARM_UP):
        for name, act in contest.acts(turn).items():
            taken = timed(act)
            if turn >= WARM_UP:
                times[name].append(taken)
    many: dict[str, list[float]] = defaultdict(list)
    for turn in range(BULK_TURNS):
        many["gemba"].append(bulk / timed(partial(contest.raise_many, bulk, f"run {turn}")))
        many["plain"].append(bulk / timed(partial(contest.plain_many, bulk, turn)))
    figures = {
        "settings": contest.durability(), "times": {name: median(taken) for name, taken in times.items()},
        "bulk": [median(many["gemba"]), median(many["plain"])],
    }  # fmt: skip
    print(json.dumps(figures))
