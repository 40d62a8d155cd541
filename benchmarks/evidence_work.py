"""What is timed, and the company it is timed on: one record of each kind, copied inside the database."""

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.kernel.people import as_, person

from benchmarks.evidence_readers import procedures
from benchmarks.plain.load import _plain_rows
from benchmarks.plain.look import clients, taken
from benchmarks.plain.models import PlainRecord
from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.evidence.expectations.settle import settle
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.refresh import catch_up, recompute
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.records.models import Record, store_many
from gemba.kernel.roles import Role
from gemba.kernel.signing.models import Signature
from gemba.kernel.trail.keys import make_key
from gemba.kernel.types import registry
from gemba.modules.objective.models import Measurement, Objective

YEARS = 5
CLAIMING = 100
"""Documents among which the claims are spread."""
DAYS = YEARS * 365
SHARES = (
    ("measurement", "confirmed", 36), ("feedback", "kept", 18), ("complaint", "closed", 18),
    ("nonconformity", "closed", 12), ("document", "in_force", 6), ("capa", "closed", 5), ("change", "closed", 3),
    ("reportability", "not_reportable", 2),
)  # fmt: skip
"""Kinds, the state that yields, and their share of a hundred. Documents are paper records of every evidence type."""
SIGNED = ("measurement", "nonconformity", "capa")
SERIES = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %s)",
    "postgresql": "WITH n(n) AS (SELECT generate_series(1, %s))",
}
DAY_BACK = {
    "sqlite": "date('{day}', '-' || ({n} %% {days}) || ' days')", "postgresql": "date '{day}' - ({n} %% {days})::int"
}  # fmt: skip


def columns_of(model: Any) -> list[str]:
    return [column.column for column in model._meta.local_concrete_fields]


def template(kind: str, state: str, me: Person) -> Record:
    """One row of the kind with nothing in it but defaults and its dates."""
    declared, today = registry.named(kind), clock.today()
    dates: dict[str, Any] = {
        each.name: today for each in declared.model._meta.local_concrete_fields
        if each.get_internal_type() == "DateField" and each.null
    }  # fmt: skip
    if kind == "document":
        dates |= {"type": "paper", "proves": "capa"}
    record: Record = declared.model(
        kind=kind, number=f"{declared.prefix}-T", title=f"A {kind} as there are many", state=state, open=False,
        owner=me, raised_by=me, valid_from=today, digest="0" * 64, **needed(declared.model), **dates,
    )  # fmt: skip
    store_many(declared.model, [record])
    return record


def needed(model: Any) -> dict[str, Any]:
    """Numbers that have no default."""
    return {
        column.name: 1 for column in model._meta.local_concrete_fields
        if column.get_internal_type() == "DecimalField" and not column.null and not column.has_default()
    }  # fmt: skip


def copy(record: Record, count: int, sites: list[Site], products: list[Product]) -> None:
    """So many rows like it, over five years, two sites and three products."""
    vendor, first = connection.vendor, Record._base_manager.order_by("-pk").values_list("pk", flat=True)[0]
    day = DAY_BACK[vendor].format(day=clock.today().isoformat(), n="n.n * 7", days=DAYS)
    chosen = {
        "id": f"{first} + n.n", "uid": f"'U{record.kind[:3]}' || ({first} + n.n)",
        "number": "r.number || '-' || n.n", "event_date": day, "valid_from": day,
        "site_id": _one_of([each.pk for each in sites]), "product_id": _one_of([None, *(each.pk for each in products)]),
        "digest": "r.digest",
    }  # fmt: skip
    series = SERIES[vendor]
    spine = columns_of(Record)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{series} INSERT INTO kernel_record ({', '.join(spine)}) "  # noqa: S608
            f"SELECT {', '.join(chosen.get(name, f'r.{name}') for name in spine)} "
            f"FROM kernel_record r CROSS JOIN n WHERE r.id = {record.pk}"
            if vendor == "postgresql" else
            f"INSERT INTO kernel_record ({', '.join(spine)}) {series} "  # noqa: S608
            f"SELECT {', '.join(chosen.get(name, f'r.{name}') for name in spine)} "
            f"FROM kernel_record r CROSS JOIN n WHERE r.id = {record.pk}",
            [count],
        )  # fmt: skip
        _copy_own(cursor, record, count, first, day)
        _go_on_counting(cursor, "kernel_record")


def _go_on_counting(cursor: Any, table: str) -> None:
    """Rows that brought their keys along have used up numbers."""
    if connection.vendor == "postgresql":
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608


def _copy_own(cursor: Any, record: Record, count: int, first: int, day: str) -> None:
    model, vendor = type(record), connection.vendor
    own, table = columns_of(model), model._meta.db_table
    pointer = own[0]
    chosen = {pointer: f"{first} + n.n"}
    chosen |= {
        str(each.column): day for each in model._meta.local_concrete_fields if each.get_internal_type() == "DateField"
    }  # fmt: skip
    if record.kind == "document":
        types = sorted(registry.named("document").yields, key=lambda each: each.evidence)
        names = sorted({each.evidence for each in types})
        cases = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(names))
        chosen["proves"] = f"CASE n.n %% {len(names)} {cases} END"
    quoted = ", ".join(f'"{name}"' for name in own)
    wanted = ", ".join(chosen.get(name, f'r."{name}"') for name in own)
    series = SERIES[vendor]
    head = f"{series} INSERT INTO {table} ({quoted})" if vendor == "postgresql" else (
        f"INSERT INTO {table} ({quoted}) {series}")  # fmt: skip
    cursor.execute(f"{head} SELECT {wanted} FROM {table} r CROSS JOIN n WHERE r.{pointer} = {record.pk}", [count])  # noqa: S608


def _one_of(values: list[Any]) -> str:
    cases = " ".join(f"WHEN {place} THEN {'NULL' if value is None else value}" for place, value in enumerate(values))
    return f"CASE n.n %% {len(values)} {cases} END"


def sign(kind: str, me: Person) -> None:
    """A signature on every record of the kind, over what it says."""
    first = Record._base_manager.filter(kind=kind).order_by("pk").first()
    assert first is not None
    made = Signature(
        record=first, person=me, name=me.name, roles="quality", transition="confirm", meaning="Confirmation",
        statement="I confirm", content=first.digest, at=clock.now(), time_zone="UTC", factors="pwd", ceremony="C",
        seq=1,
    )  # fmt: skip
    made.save()
    names = [name for name in columns_of(Signature) if name != "id"]
    chosen = ", ".join("r.id" if name == "record_id" else f"s.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO kernel_signature ({', '.join(names)}) SELECT {chosen} FROM kernel_signature s "  # noqa: S608
            "CROSS JOIN kernel_record r WHERE s.id = %s AND r.kind = %s AND r.id <> s.record_id",
            [made.pk, kind],
        )


def fill(records: int) -> Person:
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(PlainRecord)
    me = person("Aino Laine", Role.QUALITY, Role.MANAGEMENT)
    sites = [Site.objects.create(name=name) for name in ("Tampere", "Porto")]
    products = [Product.objects.create(name=name) for name in ("Pump", "Pouch", "Set")]
    with seeing_everything():
        _objectives(me)
        for kind, state, share in SHARES:
            copy(template(kind, state, me), records * share // 100 - 1, sites, products)
        for kind in SIGNED:
            sign(kind, me)
        _claimed(me)
        _plain_rows()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        cursor.execute("ANALYZE")
    return me


def _objectives(me: Person) -> None:
    for number in range(60):
        values = {"title": f"Objective {number}", "why": "Why", "measure": "Days", "target": 10, "unit": "days"}
        Raise(model=Objective, values=values, **as_(me)).execute()


def _claimed(me: Person) -> None:
    """A hundred documents, in force for three years, claim half of all duties."""
    began = clock.now() - dt.timedelta(days=3 * 365)
    chosen = list(Record._base_manager.filter(kind=CLAIMANT).order_by("pk").values_list("pk", flat=True)[:CLAIMING])
    duties = [(each.id, duty.id) for each in catalogue().frameworks.values() for duty in each.duties[::2]]
    Claim.objects.bulk_create(
        Claim(record_id=chosen[place % len(chosen)], framework=framework, duty=duty, made_by=me, made_at=began)
        for place, (framework, duty) in enumerate(duties)
    )  # fmt: skip
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(chosen))
        text = f"UPDATE kernel_record SET valid_from = %s WHERE id IN ({marks})"  # noqa: S608  marks alone
        cursor.execute(text, [began.date(), *chosen])


def scan() -> None:
    """One sequential scan that reads every row of the record table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(length(title)), max(event_date), min(digest) FROM kernel_record")
        cursor.fetchall()


def timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def in_turn(ours: Callable[[], object], floor: Callable[[], object], rounds: int) -> tuple[float, float]:
    pairs = [(timed(ours), timed(floor)) for _turn in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def one_more(me: Person) -> None:
    """One more record, by which the figures must follow; making it is not timed."""
    values = {"title": "One more", "value": 3, "source": "List"}
    with seeing_everything():
        Raise(model=Measurement, values=values, **as_(me)).execute()


def main() -> None:
    records, rounds, pages = (int(each) for each in sys.argv[1:4])
    if not Path(settings.GEMBA_TRAIL_KEY).exists():
        make_key(Path(settings.GEMBA_TRAIL_KEY))
    me = fill(records)
    scan()
    recompute()
    times: dict[str, tuple[float, float]] = {"recompute": in_turn(recompute, scan, rounds)}
    counts = {"recompute": statements(recompute)}
    after_one: list[tuple[float, float]] = []
    for _turn in range(rounds):
        one_more(me)
        after_one.append((timed(catch_up), timed(scan)))
    times["one changed record"] = (median(a for a, _ in after_one), median(b for _, b in after_one))
    one_more(me)
    counts["one changed record"] = statements(catch_up)
    ours, plain = clients(me)
    taken(ours, "/practice/iso13485/"), taken(plain, "/plain/")
    times["clause map"] = in_turn(
        lambda: taken(ours, "/practice/iso13485/"), lambda: taken(plain, "/plain/"), pages
    )  # fmt: skip
    times["duty page"] = in_turn(
        lambda: taken(ours, "/practice/iso13485/duty/8.5.2-a"), lambda: taken(plain, "/plain/"), 5
    )  # fmt: skip
    times["ledger, first time"] = in_turn(lambda: settle(clock.today()), recompute, 1)
    times["ledger, next day"] = in_turn(lambda: settle(clock.today()), recompute, 1)
    procedures(me)
    times["recompute, governed"] = in_turn(recompute, scan, 1)
    print(json.dumps({
        "times": times, "statements": counts, "records": Record._base_manager.count(), "vendor": connection.vendor,
        "duties": sum(len(each.duties) for each in catalogue().frameworks.values()),
        "types": Holding.objects.values("type").distinct().count(),
    }))  # fmt: skip
