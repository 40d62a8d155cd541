"""Raising many records at once: as sound as one by one, all or nothing at first, and going on after a stop."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.db import DatabaseError, connection

from gemba.kernel.actions.bulk import MOST_SENTENCES, RaiseMany
from gemba.kernel.actions.write import Raise
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.people.models import Person, Site
from gemba.kernel.records.models import Record, content_digest, state_digest
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.kernel.people import as_, person
from tests.kernel.processes import database_environment, program
from tests.kernel.samples import VALUES, again, bodies, raised

pytestmark = pytest.mark.django_db


def many(who: Person, rows: list[dict[str, Any]], name: str = "import", **given: Any) -> BulkRun:
    return RaiseMany(model=Objective, rows=rows, name=name, **given, **as_(who)).execute()


def titled(count: int) -> list[dict[str, Any]]:
    return [{**VALUES, "title": f"Objective {n}"} for n in range(count)]


def test_each_record_raised_in_bulk_is_like_one_raised_alone(quality: Person) -> None:
    """AUD-01, M48: own number, own event with every column, own chain, search entry and digests."""
    alone = raised(quality, title="Objective 1")
    told: list[tuple[int, int]] = []
    progress = lambda done, total: told.append((done, total))  # noqa: E731
    run = many(quality, titled(7), batch=3, progress=progress, reason="From paper")
    assert told == [(3, 7), (6, 7), (7, 7)]
    assert (run.done, run.total, run.finished_at is not None) == (7, 7, True)
    records = list(Objective._base_manager.exclude(pk=alone.pk).order_by("id"))
    assert [r.title for r in records] == [f"Objective {n}" for n in range(7)]
    numbers = [int(r.number.rpartition("-")[2]) for r in [alone, *records]]
    assert numbers == list(range(1, 9))
    for record in records:
        [body] = bodies(record)
        assert (body["act"], body["reason"]) == ("objective.raise", "From paper")
        assert body["state"] == state_digest(record.snapshot())
        assert record.digest == content_digest(record, [])
        assert verify_chain(record.subject) == []
    given = {key: value for key, value in bodies(alone)[0].items() if key in ("v", "schema", "actor", "act")}
    assert given.items() <= bodies(records[1])[0].items()
    assert [c[0] for c in bodies(alone)[0]["chg"]] == [c[0] for c in bodies(records[1])[0]["chg"]]
    assert SearchEntry.objects.filter(title__contains="objective").count() == 8


def test_one_faulty_row_refuses_the_whole_with_its_number(quality: Person) -> None:
    """FIL-15: all rows are looked at before the first is written; the sentence says which row and why."""
    rows = titled(40)
    rows[1] = {**rows[1], "target": "many"}
    rows[2] = {**rows[2], "state": "ended"}
    rows[3] = {**rows[3], "title": ""}
    rows[4] = {**rows[4], "title": "half \ud800"}
    rows[5] = {**rows[5], "owner": "Aino"}
    rows[6] = {**rows[6], "site": Site(pk=987_654)}
    with pytest.raises(Invalid) as refusal:
        many(quality, rows)
    told = refusal.value.fields
    assert list(told) == [f"Row {n}" for n in range(2, 8)]
    assert "target" in told["Row 2"][0]
    assert "cannot be given when raising" in told["Row 3"][0]
    assert (Record._base_manager.count(), BulkRun.objects.count()) == (0, 0)
    with pytest.raises(Invalid, match=r"20 more rows"):
        many(quality, [{**row, "target": "x"} for row in rows])
    assert MOST_SENTENCES == 20


def test_somebody_without_the_right_raises_none(quality: Person) -> None:
    """ACL-05: the right is asked for every row, with its site; the attempt is on record."""
    site = Site.objects.create(name="Oulu")
    local = person("Veli", Role.QUALITY, site=site)
    with pytest.raises(NotAllowed):
        many(local, [{**VALUES, "site": site}, VALUES])
    assert not Record._base_manager.exists()
    assert many(local, [{**VALUES, "site": site}]).done == 1


class Stopped(Exception):  # noqa: N818
    """Stands for whatever ends a run."""


def test_a_stopped_run_goes_on_where_it_stopped_and_a_finished_one_does_nothing(quality: Person) -> None:
    """DUR-01, M48: batches and their progress commit together; the same name with other rows is refused."""

    def stop(done: int, _total: int) -> None:
        if done == 6:
            raise Stopped

    with pytest.raises(Stopped):
        many(quality, titled(10), batch=3, progress=stop)
    assert (Record._base_manager.count(), BulkRun.objects.get().done) == (6, 6)
    with pytest.raises(Conflict, match="other rows"):
        many(quality, titled(11), batch=3)
    assert many(quality, titled(10), batch=4).done == 10
    assert many(quality, titled(10)).done == 10
    assert list(Objective._base_manager.order_by("id").values_list("title", flat=True)) == [
        f"Objective {n}" for n in range(10)
    ]
    assert Event.objects.count() == 10


def test_a_batch_that_fails_leaves_nothing_of_itself(quality: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIG-16, DUR-12: record, event, number and progress of a batch are written together or not at all."""
    calls = []

    def second_fails(records: list[Record]) -> None:
        calls.append(len(records))
        if len(calls) == 2:
            raise DatabaseError("disk full")

    monkeypatch.setattr("gemba.kernel.actions.bulk.index_many", second_fails)
    with pytest.raises(DatabaseError):
        many(quality, titled(6), batch=3)
    assert (Record._base_manager.count(), Event.objects.count(), BulkRun.objects.get().done) == (3, 3, 3)
    monkeypatch.undo()
    assert many(quality, titled(6)).done == 6
    assert Raise(model=Objective, values=VALUES, **as_(quality)).execute().number.endswith("-0007")


def test_the_same_run_in_two_places_is_noticed(quality: Person) -> None:
    """CON-07: a batch is written by one of them only."""
    started = RaiseMany(model=Objective, rows=titled(6), name="import", batch=3, **as_(quality))
    taken: list[int] = []

    def elsewhere(done: int, _total: int) -> None:
        if not taken:
            taken.append(done)
            many(quality, titled(6), batch=3)

    started.progress = elsewhere
    with pytest.raises(Conflict, match="going on somewhere else"):
        started.execute()
    assert Event.objects.count() == 6


@pytest.mark.django_db(transaction=True)
def test_dur_01_a_killed_run_is_resumed_by_another_process(quality: Person) -> None:
    """DUR-01: kill -9 in the middle of 600 rows; a second run of the same name makes exactly the rest."""
    command = [sys.executable, str(program("bulk_process.py")), str(quality.pk), "600", "40"]
    environment = database_environment(connection.settings_dict)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        reached = [json.loads(running.stdout.readline()) for _ in range(3)]
        os.kill(running.pid, signal.SIGKILL)
    assert running.returncode == -signal.SIGKILL
    run = BulkRun.objects.get()
    assert reached[-1] <= run.done < 600
    assert Record._base_manager.count() == run.done == Event.objects.count()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    titles = list(Objective._base_manager.order_by("id").values_list("title", flat=True))
    assert titles == [f"Objective {n}" for n in range(600)]
    numbers = Objective._base_manager.order_by("id").values_list("number", flat=True)
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, 601))
    assert all(verify_chain(again(record).subject) == [] for record in Objective._base_manager.order_by("?")[:20])
