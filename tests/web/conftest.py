"""A company to look at, and a browser's session for each of its people."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from gemba.kernel.people.models import Person
from tests.web.seed import Company, company, session_of

SignIn = Callable[[Person], Client]


@pytest.fixture
def files(settings: Settings, tmp_path: Path) -> Path:
    """A store of files of the test's own."""
    settings.GEMBA_FILES = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def firm(db: None, files: Path) -> Company:
    return company()


@pytest.fixture
def sign_in() -> SignIn:
    """A client that is signed in as somebody."""

    def signed_in(who: Person) -> Client:
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
        return client

    return signed_in
