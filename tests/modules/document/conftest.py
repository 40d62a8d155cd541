"""The people around a document: who writes, who reviews, who approves, who reads."""

from pathlib import Path

import pytest
from pytest_django import Settings

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.kernel.people import person


@pytest.fixture
def author(db: None) -> Person:
    return person("Aino", Role.ENGINEER)


@pytest.fixture
def reviewer(db: None) -> Person:
    return person("Rita", Role.OPERATIONS)


@pytest.fixture
def approver(db: None) -> Person:
    return person("Quentin", Role.QUALITY)


@pytest.fixture
def reader(db: None) -> Person:
    return person("Lea", Role.EMPLOYEE)


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path / "files"
