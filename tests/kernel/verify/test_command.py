"""`gemba verify` as people and programs run it: its words, its exit status, and its other processes."""

import argparse
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gemba.cli import verify
from gemba.kernel.trail.keys import load_key
from gemba.kernel.verify.reach import Known, elsewhere
from gemba.kernel.verify.scan import Part, merge
from tests.cli.test_starting import gemba


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a name, on SQLite."""
    made = tmp_path_factory.mktemp("installed") / "data"
    done = gemba(made, "init", "--organisation", "Acme")
    assert done.returncode == 0, done.stderr
    return made


def database(folder: Path) -> Path:
    return next(path for path in folder.rglob("*.sqlite3"))


def test_a_sound_installation_is_clean_and_a_changed_one_is_not(folder: Path) -> None:
    """M199, TMP-13: 0 and 1; the finding names row, field and last good value; what was not checked is said."""
    clean = gemba(folder, "verify", "--jobs", "2")
    assert clean.returncode == 0, clean.stdout + clean.stderr
    assert "Everything is as the trail says." in clean.stdout
    assert "Not checked against a witness" in clean.stdout
    with closing(sqlite3.connect(database(folder))) as place, place:
        place.execute("UPDATE kernel_organisation SET name = 'Others'")
    try:
        found = gemba(folder, "verify", "--json")
        told = json.loads(found.stdout)
    finally:
        with closing(sqlite3.connect(database(folder))) as place, place:
            place.execute("UPDATE kernel_organisation SET name = 'Acme'")
    assert found.returncode == 1
    [finding] = told["findings"]
    assert (finding["code"], finding["field"], finding["was"], finding["now"]) == (
        "row-altered", "name", "Acme", "Others",
    )  # fmt: skip
    assert "“Acme”" in finding["sentence"]


@pytest.mark.parametrize("wrong", [["--jobs", "0"], ["--jobs", "many"], ["--jobs", "-1"], ["--what"]])
def test_wrong_usage_is_two(wrong: list[str]) -> None:
    """A mistake in the command is no finding."""
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    with pytest.raises(SystemExit) as end:
        parser.parse_args(wrong)
    assert end.value.code == 2


def test_a_witness_that_is_not_there_is_no_finding_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Said on the error stream, with 2."""
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    assert verify.run(parser.parse_args(["--witness", str(tmp_path / "none")])) == 2
    assert "There is no folder" in capsys.readouterr().err


def test_other_processes_read_ranges_of_events_for_themselves(folder: Path) -> None:
    """M199: each on a connection of its own that cannot write; together they find what one finds."""
    with closing(sqlite3.connect(database(folder))) as place:
        people = dict(place.execute("SELECT id, uid FROM kernel_person").fetchall())
        [last] = place.execute("SELECT max(id) FROM kernel_event").fetchone()
    key = load_key(folder / "keys" / "trail.key")
    where = ("sqlite", {"database": str(database(folder))})
    known = Known({key.id: key.secret}, people)
    whole = Part()
    for low in range(last):
        merge(whole, elsewhere(where, low, low + 1, known))
    assert (whole.events, whole.suspects, whole.late) == (last, set(), [])
    assert elsewhere(where, 0, last, known).tails == whole.tails
    assert elsewhere(where, 0, last, Known({}, people)).suspects == set(whole.tails)
    assert key.secret.hex() not in repr(known)
