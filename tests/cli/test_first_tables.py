"""A new database gets its tables at once; what stands in it is what all migrations together make."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import cluster
from tests.tools import postgres_programs

ROOT = Path(__file__).resolve().parents[2]
UNUSED_KEY = "('auth_group_permissions', 'id', "
"""On PostgreSQL Django makes the key of its own table of groups' permissions wider now than its first migration did.
Nothing here has groups; roles are Gemba's own.
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of two new databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'one.sqlite3'}", f"sqlite:///{tmp_path / 'two.sqlite3'}"
        return
    if postgres_programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed")
    with cluster() as url:
        yield url, url.replace("/postgres", "/template1")


def made(way: str, url: str) -> list[str]:
    """What the database says of itself after its tables were made that way."""
    environment = {
        **os.environ, "GEMBA_TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.cli.tables_of", way]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_made_at_once_or_step_by_step_the_tables_are_the_same(empty_databases: tuple[str, str]) -> None:
    """DUR-13: columns, keys, indexes and constraints, and which migrations count as done; a second try does nothing."""
    at_once, by_steps = made("at-once", empty_databases[0]), made("step-by-step", empty_databases[1])
    assert len(at_once) > 500
    assert sorted(line for line in set(at_once) ^ set(by_steps) if not line.startswith(UNUSED_KEY)) == []
