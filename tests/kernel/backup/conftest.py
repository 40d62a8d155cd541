"""A company with records and files in a durable place, and another, empty place to restore to."""

import secrets as random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from gemba.kernel.actions.files import Attach
from gemba.kernel.backup import secret
from gemba.kernel.backup.restore import database_at
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.objective.models import Objective
from tests.kernel.people import as_
from tests.kernel.samples import raised
from tests.tamper.histories import joined

Elsewhere = Callable[[], AbstractContextManager[Path]]


@pytest.fixture(autouse=True)
def _quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "COST", 2**4)


@pytest.fixture
def quality(db: None) -> Person:
    """Somebody of whom the trail tells, so that a drill finds everything in order."""
    return joined("Aino", Role.QUALITY)


@pytest.fixture
def company(quality: Person, store: Path) -> Objective:
    """One objective with a file."""
    record = raised(quality)
    Attach(record=record, name="figures.txt", chunks=[b"three figures\n" * 1000], **as_(quality)).execute()
    return record


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The name of a database with nothing in it."""
    if connection.vendor == "sqlite":
        yield str(tmp_path / "elsewhere.sqlite3")
        return
    name = f"empty_{random.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def elsewhere(empty_database: str, tmp_path: Path, settings: Settings) -> Elsewhere:
    """Another host, to be entered after the backup was made: an empty database and a data folder with the keys only."""

    @contextmanager
    def entered() -> Iterator[Path]:
        before, settings.GEMBA_FILES = settings.GEMBA_FILES, str(tmp_path / "elsewhere" / "files")
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        try:
            with database_at(empty_database):
                yield tmp_path / "elsewhere"
        finally:
            settings.GEMBA_FILES = before

    return entered
