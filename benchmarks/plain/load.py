"""A large company: records by the kernel's own bulk action, then their later events copied inside the database."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from django.db import connection
from tests.kernel.people import as_, person

from benchmarks.plain.models import PlainRecord
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from gemba.modules.objective.models import Objective

PEOPLE, BATCH = 300, 2_000
STEMS = (
    "seal", "pouch", "pump", "label", "steril", "plaint", "gaug", "suppl", "train", "audit", "valv", "sens", "drift",
    "batch", "cess", "weld", "mould", "torqu", "leak", "filt",
)  # fmt: skip
ENDS = (
    "",
    "s",
    "er",
    "ing",
    "ed",
    "ion",
    "able",
    "ity",
    "al",
    "or",
    "ant",
    "ment",
    "ure",
    "ic",
    "ate",
    "ive",
    "ness",
    "ful",
)
WORDS = tuple(first + second + end for first in STEMS for second in ("", *STEMS) for end in ENDS)
"""Some 7,500 words, so that a search for two of them has about as much to rank as in real texts."""
FIRST_DUE = dt.date(2026, 6, 1)
EVENTS = {
    "sqlite": "printf('%%064d', e.id * 1000 + n.n)", "postgresql": "lpad((e.id * 1000 + n.n)::text, 64, '0')",
}  # fmt: skip


def values(people: list[Person], sites: list[Site], count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(7)  # noqa: S311  rows, not secrets
    for index in range(count):
        words = dice.choices(WORDS, k=6)
        yield {
            "title": f"{' '.join(words)} {index}", "why": " ".join(dice.choices(WORDS, k=40)), "unit": "days",
            "measure": f"Median days of {words[0]}", "target": Decimal(index % 90 + 1), "direction": "at_most",
            "due": FIRST_DUE + dt.timedelta(days=index % 700), "owner": people[index % len(people)],
            "site": sites[index % 2],
        }  # fmt: skip


def fill(records: int, events_each: int) -> Person:
    """The person through whose eyes pages are measured; owns as many records as everybody else."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(PlainRecord)
    sites = [Site.objects.create(name=name) for name in ("Tampere", "Porto")]
    me = person("Aino Laine", Role.QUALITY, Role.MANAGEMENT)
    others = [Person(name=f"Colleague {index:03}") for index in range(PEOPLE - 1)]
    people = [me, *Person.objects.bulk_create(others)]
    with seeing_everything():
        RaiseMany(model=Objective, rows=values(people, sites, records), name="load", batch=BATCH, **as_(me)).execute()
    _grown_old()
    _more_events(events_each)
    _plain_rows()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL kernel_record")  # every row was rewritten at once, which no company does
        cursor.execute("ANALYZE")
    return me


def _grown_old() -> None:
    """As after some years: three in a hundred are open, and everybody raised some."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE kernel_record SET raised_by_id = owner_id, open = (id %% 100 < 3), state = CASE id %% 100 "
            "WHEN 0 THEN 'draft' WHEN 1 THEN 'review' WHEN 2 THEN 'pursued' ELSE 'ended' END",
            [],
        )


def _more_events(each: int) -> None:
    """Copies of each first event further up its chain: enough for pages, which read and do not verify."""
    made = EVENTS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < %s) "  # noqa: S608
            "INSERT INTO kernel_event (subject, seq, at, act, actor_id, record_id, body, hash, mac, key_id) "
            f"SELECT e.subject, n.n, e.at, e.act, e.actor_id, e.record_id, e.body, {made}, e.mac, e.key_id "
            "FROM kernel_event e CROSS JOIN n WHERE e.record_id IS NOT NULL AND e.seq = 1",
            [each],
        )


def _plain_rows() -> None:
    columns = ("number", "title", "state", "owner_id", "due", "why", "measure", "target", "unit")
    rows = Objective._base_manager.values_list(*columns).iterator(chunk_size=BATCH)
    batch = []
    for row in rows:
        batch.append(PlainRecord(**dict(zip(columns, row, strict=True))))
        if len(batch) == BATCH:
            PlainRecord.objects.bulk_create(batch)
            batch = []
    PlainRecord.objects.bulk_create(batch)
