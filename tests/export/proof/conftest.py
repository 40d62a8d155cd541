"""People, and a file store of its own for each test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def quality(db: None) -> Person:
    return person("Aino", Role.QUALITY)


@pytest.fixture
def manager(db: None) -> Person:
    return person("Marta", Role.MANAGEMENT)


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path / "files"
