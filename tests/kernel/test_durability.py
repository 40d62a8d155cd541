"""What was acknowledged is there after kill -9, and a restored copy says the same, with full durability."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.kernel.processes import database_environment, program
from tests.postgres import cluster
from tests.tools import postgres_programs

ON_POSTGRESQL = os.environ.get("GEMBA_TEST_DATABASE") == "postgresql"
WRITERS, SECONDS = 3, 2.0

pytestmark = pytest.mark.xdist_group("durability")
on_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="concerns SQLite; this run is on PostgreSQL")
on_postgresql = pytest.mark.skipif(not ON_POSTGRESQL, reason="concerns PostgreSQL; this run is on SQLite")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of a new, durable database with tables and two people."""
    if ON_POSTGRESQL:
        with cluster(durable=True) as url:
            run("prepare.py", url)
            yield url
    else:
        url = f"sqlite:///{tmp_path / 'gemba.sqlite3'}"
        run("prepare.py", url)
        yield url


def environment(url: str) -> dict[str, str]:
    """The data folder holds the key that sealed the events; the database lies elsewhere, as it does when restored."""
    return database_environment(url, GEMBA_DATA=str(Path(settings.GEMBA_TRAIL_KEY).parents[1]))


def run(name: str, url: str) -> str:
    done = subprocess.run(
        [sys.executable, str(program(name))], env=environment(url), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def inspected(url: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("inspector.py", url).splitlines()[-1])
    return found


def acknowledged_until_killed(url: str, meanwhile: Callable[[], object] = lambda: None) -> dict[str, int]:
    """Let several processes write, kill them all at once; the last acknowledged event of each chain."""
    command = [sys.executable, str(program("writer.py"))]
    writers = [
        subprocess.Popen(command, env=environment(url), stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)
    ]
    first = [writer.stdout.readline() for writer in writers if writer.stdout]
    time.sleep(SECONDS / 2)
    meanwhile()
    time.sleep(SECONDS / 2)
    for writer in writers:
        os.kill(writer.pid, signal.SIGKILL)
    lines = [*first, *(line for writer in writers for line in writer.communicate()[0].splitlines(keepends=True))]
    assert [writer.returncode for writer in writers] == [-signal.SIGKILL] * WRITERS
    found: dict[str, int] = {}
    for line in lines:
        if line.endswith("\n"):
            subject, seq = line.split()
            found[subject] = max(found.get(subject, 0), int(seq))
    return found


def assert_nothing_lost_or_half_done(url: str) -> None:
    acknowledged = acknowledged_until_killed(url)
    assert len(acknowledged) > 2 * WRITERS, "the writers hardly wrote; the test shows nothing"
    found = inspected(url)
    assert found["weak"] == [], "the database of this test must be durable"
    lost = {subject: seq for subject, seq in acknowledged.items() if found["last"].get(subject, 0) < seq}
    assert lost == {}
    assert (found["integrity"], found["problems"], found["guards"]) == ("ok", [], [])
    assert found["heads"] == found["last"]
    assert found["records"] == len(found["last"])
    again = inspected(url)
    assert again["hash"] == found["hash"]
    run("writes_on.py", url)
    assert inspected(url)["problems"] == []


@on_sqlite
def test_dur_01_killed_writers_on_sqlite_lose_nothing_acknowledged(database: str) -> None:
    """DUR-01: no acknowledged event lost, no half record, the file whole, every chain sound; and it goes on."""
    assert_nothing_lost_or_half_done(database)


@on_postgresql
def test_dur_02_killed_writers_on_postgresql_lose_nothing_acknowledged(database: str) -> None:
    """DUR-02: the same on a durable cluster."""
    assert_nothing_lost_or_half_done(database)


@on_sqlite
def test_dur_08_a_restored_sqlite_copy_is_the_same(database: str, tmp_path: Path) -> None:
    """DUR-08: the database's own online copy, taken while processes write, restored as a file: sound and whole."""
    source = Path(database.removeprefix("sqlite:///"))
    early, late = tmp_path / "early.sqlite3", tmp_path / "late.sqlite3"
    acknowledged_until_killed(database, lambda: backed_up(source, early))
    backed_up(source, late)
    assert_restored(database, f"sqlite:///{early}", f"sqlite:///{late}")


def backed_up(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(target)) as ours:
        theirs.backup(ours)


def assert_restored(original_url: str, early_url: str, late_url: str) -> None:
    """The copy made among writers is sound and holds a beginning of each chain; the later one is the same."""
    original, early, late = inspected(original_url), inspected(early_url), inspected(late_url)
    assert late == original
    assert 0 < early["records"] <= original["records"]
    assert all(seq <= original["last"][subject] for subject, seq in early["last"].items())
    for copy in (early, late):
        assert (copy["integrity"], copy["problems"], copy["guards"]) == ("ok", [], [])
        assert copy["heads"] == copy["last"]


@on_sqlite
def test_dur_08_the_main_file_alone_is_not_a_backup(database: str, tmp_path: Path) -> None:
    """DUR-08: what is still in the write-ahead log is missing from a copy of the main file, or the copy is torn."""
    acknowledged_until_killed(database)
    path = Path(database.removeprefix("sqlite:///"))
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0, "after a kill the log is still there"
    torn = tmp_path / "torn.sqlite3"
    shutil.copyfile(path, torn)
    whole = inspected(database)
    assert whole["problems"] == []
    try:
        partly = inspected(f"sqlite:///{torn}")
    except subprocess.CalledProcessError:
        return
    assert partly["last"] != whole["last"] or partly["problems"]


@on_postgresql
def test_dur_08_a_restored_postgresql_dump_is_the_same(database: str, tmp_path: Path) -> None:
    """DUR-08: pg_dump and restore into a new database: same counts, same hashes, guards in place and enabled."""
    early, late = tmp_path / "early.sql", tmp_path / "late.sql"
    acknowledged_until_killed(database, lambda: postgres("pg_dump", "--no-owner", "-f", early, database))
    postgres("pg_dump", "--no-owner", "-f", late, database)
    urls = [restored(database, dump) for dump in (early, late)]
    assert_restored(database, *urls)


def postgres(name: str, *arguments: str | Path) -> None:
    programs = postgres_programs()
    assert programs is not None
    subprocess.run([programs / name, *arguments], check=True, stdout=subprocess.DEVNULL)


def restored(url: str, dump: Path) -> str:
    """The address of a new database beside `url` with the dump played back into it."""
    postgres("psql", "-qd", url, "-c", f"CREATE DATABASE {dump.stem}")
    address = f"{url.rpartition('/')[0]}/{dump.stem}"
    postgres("psql", "-qd", address, "-v", "ON_ERROR_STOP=1", "-f", dump)
    return address
