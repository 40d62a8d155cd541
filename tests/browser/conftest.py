"""A browser, and a company on a running server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django import Settings

from tests.browser_support import launched
from tests.web.seed import Company, company


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def firm(transactional_db: None, settings: Settings, tmp_path: Path) -> Company:
    settings.GEMBA_FILES = str(tmp_path / "files")
    return company()
