"""One database's part of `benchmarks.complaints`: the floor and the import, in turn, under the same load."""

import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, models, transaction
from tests.kernel.people import as_, person
from tests.modules.complaint.tables import row, table

from benchmarks.complaints import timed
from benchmarks.rivals.models import BulkSpine
from gemba.importers.reports import read_reports
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.trail.keys import make_key
from gemba.modules.complaint.arrivals import bring_in, receive
from gemba.modules.complaint.models import Complaint

LEFT_OUT = ("record_ptr", "imported_with")


def plain_part() -> type[models.Model]:
    """A plain table with the columns, the index and the unique key of a complaint."""
    columns = {f.name: f.clone() for f in Complaint._meta.local_concrete_fields if f.name not in LEFT_OUT}
    meta = type("Meta", (), {
        "app_label": "rivals",
        "indexes": (models.Index(fields=["date_received", "problem"], name="plain_trend"),),
        "constraints": (models.UniqueConstraint(
            fields=["source_key"], condition=~models.Q(source_key=""), name="plain_source_once"),),
    })  # fmt: skip
    spine = models.ForeignKey(BulkSpine, models.PROTECT, related_name="+")
    given = {**columns, "spine": spine, "__module__": "benchmarks.complaints_worker", "Meta": meta}
    made = type("PlainComplaint", (models.Model,), given)
    with connection.schema_editor() as editor:
        editor.create_model(made)
    return made


class Work:
    """The tables of each turn hold other reports, since nothing comes in twice."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.person: Person = person("Bench", Role.QUALITY)
        self.part = plain_part()

    def data(self, turn: int) -> bytes:
        first = turn * self.count
        text = "The ward waited for the alarm. " * 20
        return table(row(first + n, FOI_TEXT=f"{text}{first + n}") for n in range(self.count))

    def plain(self, turn: int) -> None:
        """As somebody would write it who wants nothing but the rows."""
        spine_names = [f.name for f in BulkSpine._meta.concrete_fields if f.name != "id"]
        part_names = [f.name for f in self.part._meta.concrete_fields if f.name not in ("id", "spine")]
        some = Complaint._base_manager.filter(source_key__startswith="maude:").order_by("-pk")[: self.count]
        rows: list[Any] = list(some.select_related("owner", "raised_by"))
        unique = [{"uid": f"{turn:06d}{n:020d}", "number": f"P-{turn}-{n}"} for n in range(len(rows))]
        spines = [
            BulkSpine(**{**{name: getattr(each, name) for name in spine_names}, **own})
            for each, own in zip(rows, unique, strict=True)
        ]
        parts = [{name: getattr(each, name) for name in part_names} for each in rows]
        for part, own in zip(parts, unique, strict=True):
            part["source_key"] = own["number"]
        self.taken = timed(lambda: self._write(spines, parts))

    def _write(self, spines: list[BulkSpine], parts: list[dict[str, Any]]) -> None:
        with transaction.atomic():
            made = BulkSpine._base_manager.bulk_create(spines)
            self.part._base_manager.bulk_create(
                self.part(spine=spine, **part) for spine, part in zip(made, parts, strict=True)
            )


class Laps:
    """When the complaints were all in, and the decisions began."""

    def __init__(self) -> None:
        self.half = 0.0

    def measured(self, work: Work, turn: int) -> tuple[float, float]:
        who, data = as_(work.person), work.data(turn)
        record = receive(data, f"turn-{turn}.txt", **who)
        start = time.perf_counter()

        def tell(_what: str, done: int, of: int) -> None:
            if not self.half and done == of == work.count:
                self.half = time.perf_counter() - start

        bring_in(record, progress=tell, **who)
        return self.half, time.perf_counter() - start


def main() -> None:
    """Print one line of JSON: seconds by what was measured, one for each turn."""
    count, turns = map(int, sys.argv[1:3])
    settings.GEMBA_FILES = os.environ["GEMBA_BENCHMARK_FILES"]
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)
    if not (key := Path(settings.GEMBA_TRAIL_KEY)).exists():
        make_key(key)
    work, times = Work(count), defaultdict(list)
    for turn in range(turns):
        alone, whole = Laps().measured(work, turn)
        work.plain(turn)
        times["plain bulk_create"].append(work.taken)
        times["reading the table"].append(timed(lambda at=turn: read_reports(work.data(at))))  # type: ignore[misc]
        times["complaints alone"].append(alone)
        times["with reporting decisions"].append(whole)
    if Record._base_manager.count() < turns * count:
        raise RuntimeError("Fewer records than reports: the figures would mean nothing.")
    print(json.dumps(times))
