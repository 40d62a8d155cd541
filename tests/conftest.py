"""What all tests share: the database they run on, and keys for the trail."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from gemba.kernel.trail.keys import make_key
from tests.postgres import cluster
from tests.tools import postgres_programs

STACK = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """With GEMBA_TEST_DATABASE=postgresql, start a throw-away cluster once, before any worker."""
    worker = hasattr(config, "workerinput")
    if os.environ.get("GEMBA_TEST_DATABASE") == "postgresql" and not worker:
        if postgres_programs() is None:
            if os.environ.get("CI") == "true":
                raise pytest.UsageError("PostgreSQL's server programs are missing.")
            pytest.exit("skipped: PostgreSQL's server programs are not installed", returncode=0)
        os.environ["GEMBA_TEST_DATABASE_URL"] = STACK.enter_context(cluster())


def pytest_unconfigure() -> None:
    STACK.close()


@pytest.fixture(scope="session", autouse=True)
def trail_key() -> Path:
    """A key of its own for every test process."""
    path = Path(settings.GEMBA_TRAIL_KEY)
    if not path.exists():
        make_key(path)
    return path
