"""One of several writers at once: events in chains beside plain audit rows, then governed edits beside plain saves.

Each writer has a process and a connection of its own, and begins each part at a moment that all were given.
"""

import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal

from django.db import connection, transaction
from tests.kernel.people import as_

from benchmarks.rivals.models import PlainObjective
from gemba.kernel.actions.write import Edit
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.trail.canonical import digest, encode, plain
from gemba.kernel.trail.writer import Entry, append, body_of
from gemba.modules.objective.models import Objective

ROW = "INSERT INTO plain_audit (subject, at, body) VALUES (%s, now(), %s)"
SLICES, GAP = 8, 0.1
"""Each sort of work is done in so many turns, so that other work on the machine slows all alike."""
STATE = digest({"state": "draft"})


class Writer:
    """Writes to subjects and records of its own, as people do who work beside each other."""

    def __init__(self, place: int) -> None:
        self.place, self.turn = place, 0
        self.person = Person.objects.get(name="Aino")
        self.actor = Actor(self.person, Via.UI, auth="pwd")
        self.who = as_(self.person)
        self.records = list(Objective._base_manager.filter(state="draft").order_by("-pk")[place * 10 : place * 10 + 10])
        self.plain = list(PlainObjective._base_manager.order_by("-pk")[place * 10 : place * 10 + 10])

    def entry(self) -> Entry:
        self.turn += 1
        return Entry(
            subject=f"note/{self.place}-{self.turn % 10}", act="note.write", state=STATE, schema="note@3",
            changes=[("text", f"Version {self.turn}", f"Version {self.turn + 1}"), ("size", self.turn, self.turn + 1)],
            reason="Agreed at the monthly meeting",
        )  # fmt: skip

    def event(self) -> None:
        with transaction.atomic():
            append(self.entry(), self.actor, roles=("quality",))

    def audit(self) -> None:
        entry = self.entry()
        with transaction.atomic():
            self._row(entry.subject, entry)

    def _row(self, subject: str, entry: Entry) -> None:
        body = body_of(entry, self.actor, seq=self.turn, previous="", at="", roles=("quality",))
        with connection.cursor() as cursor:
            cursor.execute(ROW, [subject, encode(plain(body | {"chg": list(entry.changes)}))])

    def edit(self) -> None:
        self.turn += 1
        record = self.records[self.turn % 10]
        Edit(record=record, values={"target": Decimal(self.turn % 97 + 1)}, reason="Revised", **self.who).execute()

    def save(self) -> None:
        entry = self.entry()
        row = self.plain[self.turn % 10]
        with transaction.atomic():
            row.target, row.version = Decimal(self.turn % 97 + 1), row.version + 1
            row.save()
            self._row(row.uid, entry)


def write(act: Callable[[], None], begin: float, end: float) -> int:
    """How many of it were committed between two moments."""
    time.sleep(max(begin - time.time(), 0))
    count = 0
    while time.time() < end:
        act()
        count += 1
    return count


def main() -> None:
    """Number of this writer, seconds for each part; from its input the moment of the beginning. Prints the counts."""
    place, seconds = int(sys.argv[1]), float(sys.argv[2])
    writer = Writer(place)
    for act in (writer.event, writer.audit, writer.edit, writer.save):
        act()
    print("ready", flush=True)
    begin = float(sys.stdin.readline())
    found: dict[str, int] = {}
    for part, name in enumerate(("event", "audit", "edit", "save") * SLICES):
        start = begin + part * (seconds / SLICES + GAP)
        found[name] = found.get(name, 0) + write(getattr(writer, name), start, start + seconds / SLICES)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
