"""What all tests share: the database they run on, and keys for the trail."""

import gc
import math
import os
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings

from gemba.kernel.log import standing
from gemba.kernel.trail.keys import make_key
from tests.tools import postgres_programs


def pytest_configure(config: pytest.Config) -> None:
    """With GEMBA_TEST_DATABASE=postgresql the tests run there, or not at all."""
    if os.environ.get("GEMBA_TEST_DATABASE") != "postgresql":
        return
    if postgres_programs() is None:
        if os.environ.get("CI") == "true":
            raise pytest.UsageError("PostgreSQL's server programs are missing.")
        pytest.exit("skipped: PostgreSQL's server programs are not installed", returncode=0)
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        raise pytest.UsageError("GEMBA_TEST_DATABASE asks for PostgreSQL, but the settings name another database.")


FIRST = ("tests/demo/", "tests/cli/")
"""Where tests take longest. Begun last, one of them would keep one process busy while the others have nothing left."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """One browser at a time: a second one beside it would only make both wait."""
    if item.get_closest_marker("browser") and not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests begin first; otherwise the order stays as random as it was."""
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))


def pytest_collection_finish() -> None:
    """What was imported by now stays to the end: Python need not look through millions of objects again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def no_banner(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages need the same number of statements in every test: none looks how sealing stands unless it asks to."""
    monkeypatch.setattr(standing, "REMEMBERED", math.inf)
    monkeypatch.setattr(standing.Memory, "text", "")
    monkeypatch.setattr(standing.Memory, "until", math.inf)


@pytest.fixture(scope="session", autouse=True)
def trail_key() -> Path:
    """A key that all test processes share; the first one to be whole is it, however many begin at once."""
    path = Path(settings.GEMBA_TRAIL_KEY)
    for key in (path, Path(settings.GEMBA_ENTRANCE_KEY), Path(settings.GEMBA_SEAL_KEY)):
        if not key.exists():
            mine = key.with_suffix(f".{os.getpid()}")
            make_key(mine)
            with suppress(FileExistsError):
                os.link(mine, key)
            mine.unlink()
    return path
