"""Killed at every write, no room at every size, and power that fails between any two. DUR-01, 02, 04, 05, 06."""

import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from gemba.kernel.log.checking import log_problems
from gemba.kernel.log.models import WitnessState
from gemba.kernel.log.sealer import seal_now
from gemba.kernel.log.witness import bring_up_to_date, note_early
from gemba.kernel.people.organisation import organisation
from gemba.web.health_log import log_readings
from tests.kernel.log.writing import written
from tests.kernel.test_durability import ON_POSTGRESQL, environment, inspected, on_sqlite, run
from tests.postgres import cluster

PROGRAMS = Path(__file__).parent / "programs"
KILL_POINTS = 20
FRAME_HEAD, LOG_HEAD = 24, 32
pytestmark = pytest.mark.xdist_group("durability")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a database with tables and two people; SQLite's is durable, PostgreSQL is not killed."""
    if ON_POSTGRESQL:
        with cluster() as url:
            run("prepare.py", url)
            yield url
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('prepared') / 'gemba.sqlite3'}"
        run("prepare.py", url)
        yield url


@pytest.fixture
def database(prepared: str, tmp_path: Path) -> str:
    """One's own: on SQLite a copy of the file, which nobody has open."""
    if ON_POSTGRESQL:
        return prepared
    shutil.copyfile(prepared.removeprefix("sqlite:///"), tmp_path / "gemba.sqlite3")
    return f"sqlite:///{tmp_path / 'gemba.sqlite3'}"


def told(name: str, url: str, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / name), *arguments], env=environment(url), check=True, text=True,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def test_dur_01_dur_02_killed_at_every_write_there_is_all_of_it_or_nothing(database: str, tmp_path: Path) -> None:
    """DUR-01, DUR-02, DUR-06, SIG-16: SIGKILL around each changing statement, each commit, each making durable and
    each naming of a file; it goes on after each, and in the end the whole database is sound."""
    found = told("killed_at.py", database, str(tmp_path / "files"))
    assert {name: each["half"] for name, each in found.items()} == {name: [] for name in found}
    for name, each in found.items():
        assert each["places"] >= 5, name
        assert each["undone"] >= 4, name
        assert each["whole"] >= 1, f"{name}: after the commit it is there, though nobody was told"
    assert found["attach"]["places"] > found["edit"]["places"], "files have places of their own"
    seen = inspected(database)
    assert (seen["integrity"], seen["problems"]) == ("ok", [])
    assert seen["heads"] == seen["last"]


@on_sqlite
def test_dur_05_a_disk_that_is_full_at_any_byte_stores_nothing_by_halves(database: str) -> None:
    """DUR-05: the operating system itself refuses the write, in the middle of pages too; reading goes on all the while,
    and writing as soon as there is room."""
    found = told("no_room.py", database)
    assert found["refused"] > 10
    assert (found["wrong"], found["events"]) == ([], 2)
    assert (found["integrity"], found["problems"]) == ("ok", [])


def power_failed(url: str) -> list[tuple[str, int, int]]:
    """Acknowledged events with the length of the log when each was; the writer was killed long after the last."""
    writer = subprocess.Popen(
        [sys.executable, str(PROGRAMS / "until_power_fails.py")],
        env=environment(url),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    lines = [writer.stdout.readline().split() for _ in range(3 * KILL_POINTS)]
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    return [(subject, int(seq), int(size)) for subject, seq, size in lines]


def tails(rest: bytes, chance: random.Random) -> Iterator[bytes]:
    """What may stand in the log behind what was synchronised, when the power failed while more was being written."""
    cut = chance.randrange(1, len(rest))
    yield b""
    yield rest[:cut]
    yield bytes(cut)
    yield rest[:cut] + chance.randbytes(4096)
    torn = bytearray(rest)
    for _ in range(5):
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
    yield bytes(torn)
    yield bytes(len(rest) // 2) + rest[len(rest) // 2 :]


def half_written_back(path: Path, log: bytes, chance: random.Random) -> None:
    """The main file as a write-back leaves it that the power cut: pages that also stand in the log are anything."""
    size = struct.unpack(">I", log[8:12])[0]
    pages = {
        struct.unpack(">I", log[at : at + 4])[0] for at in range(LOG_HEAD, len(log) - size, FRAME_HEAD + size)
    }  # fmt: skip
    with path.open("r+b") as file:
        for page in chance.sample(sorted(pages), len(pages) // 2):
            file.seek((page - 1) * size)
            file.write(chance.randbytes(chance.choice([size, 512])))


@on_sqlite
def test_dur_04_power_that_fails_anywhere_loses_nothing_acknowledged(database: str, tmp_path: Path) -> None:
    """DUR-04: twenty moments; behind what was synchronised stands nothing, a part, zeros, garbage, flipped bits, the
    end without its beginning; the main file is half written back. No event lost, none by halves, nothing corrupt."""
    acknowledged = power_failed(database)
    source, chance = Path(database.removeprefix("sqlite:///")), random.Random(20261122)  # noqa: S311  the same each time
    log = source.with_name(f"{source.name}-wal").read_bytes()
    moments = [len(acknowledged) * n // KILL_POINTS for n in range(KILL_POINTS)]
    seen = 0
    for moment in moments:
        size = acknowledged[moment][2]
        for place, tail in enumerate(tails(log[size : size + 60_000], chance)):
            copy = tmp_path / f"{moment}-{place}.sqlite3"
            shutil.copyfile(source, copy)
            if place % 2:
                half_written_back(copy, log[:size], chance)
            copy.with_name(f"{copy.name}-wal").write_bytes(log[:size] + tail)
            assert_whole(copy, acknowledged[: moment + 1])
            seen += 1
    assert seen >= 6 * KILL_POINTS
    short = tmp_path / "short.sqlite3"
    shutil.copyfile(source, short)
    short.with_name(f"{short.name}-wal").write_bytes(log[: acknowledged[-2][2]])
    with pytest.raises(AssertionError):
        assert_whole(short, acknowledged)


def assert_whole(copy: Path, acknowledged: list[tuple[str, int, int]]) -> None:
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        there = dict(opened.execute("SELECT subject, max(seq) FROM kernel_event GROUP BY subject").fetchall())
        heads = dict(opened.execute("SELECT subject, seq FROM kernel_chainhead").fetchall())
        records = opened.execute("SELECT count(*) FROM kernel_record").fetchone()[0]
        own = opened.execute("SELECT count(*) FROM objective_objective").fetchone()[0]
    lost = [(subject, seq) for subject, seq, _size in acknowledged if there.get(subject, 0) < seq]
    assert (lost, heads, records) == ([], there, own)
    assert records == len([subject for subject in there if subject.startswith("objective/")])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device here that is always full")
@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["early", "leaves", "checkpoints"])
def test_dur_06_a_full_witness_stops_nothing_and_gets_what_it_missed(
    kind: str, tmp_path: Path, settings: Settings
) -> None:
    """DUR-06, TMP-23: the volume of a witness is really full: sealing goes on, the health page says it, and once there
    is room the copy is whole."""
    settings.GEMBA_WITNESS = [str(tmp_path)]
    copy = tmp_path / f"{organisation().uid}.{kind}"
    copy.symlink_to("/dev/full")
    written(3)
    note_early()
    assert seal_now(always=True).findings == ()
    bring_up_to_date()
    state = WitnessState.objects.get()
    if kind == "early":
        assert state.problem == "", "what is sealed reaches the witness all the same"
    else:
        assert "No space left" in state.problem
        assert any("No space left" in reading.sentence for reading in log_readings())
    copy.unlink()
    written(2)
    note_early()
    assert seal_now(always=True).findings == ()
    bring_up_to_date()
    assert WitnessState.objects.get().problem == ""
    assert list(log_problems(tmp_path)) == []
