"""People, and a file store of its own for each test."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from gemba.cli.keys import verifier
from gemba.kernel.log.keys import known_keys, seal_key
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.export.proof.bundles import bundle, grown
from tests.kernel.log.tampering import tried_out
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


@pytest.fixture(scope="session")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """One bundle of a thread, and the public key; made once, its rows taken back."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, tried_out():
        patch.setattr("django.conf.settings.GEMBA_FILES", str(tmp_path_factory.mktemp("files")))
        quality, manager = person("Aino", Role.QUALITY), person("Marta", Role.MANAGEMENT)
        record = grown(quality, manager)
        made = bundle(quality, "thread", record)
        key = verifier(known_keys()[seal_key().id])
    return made, key
