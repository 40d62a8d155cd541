"""The product's own settings in test mode, on SQLite or on the throw-away PostgreSQL that the tests start."""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.postgres import cluster
from tests.tools import postgres_programs


def data_folder() -> Path:
    """One for the whole run: workers and other programs inherit it, and the process that made it takes it away."""
    if "GEMBA_DATA" not in os.environ:
        os.environ["GEMBA_DATA"] = tempfile.mkdtemp(prefix="gemba-tests-")
        atexit.register(_take_away, os.environ["GEMBA_DATA"], os.getpid())
    return Path(os.environ["GEMBA_DATA"])


def _take_away(folder: str, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


DATA = data_folder()
(DATA / "static").mkdir(parents=True, exist_ok=True)
os.environ["GEMBA_MODE"] = "test"
os.environ.setdefault("GEMBA_URL", "http://localhost:8000")
WANTED = os.environ.get("GEMBA_TEST_DATABASE") == "postgresql" and "GEMBA_TEST_DATABASE_URL" not in os.environ
if WANTED and postgres_programs() is not None:
    # Here and not in a fixture: settings are read before any fixture; workers and other programs inherit it.
    CLUSTER = ExitStack()
    os.environ["GEMBA_TEST_DATABASE_URL"] = CLUSTER.enter_context(cluster())
    atexit.register(CLUSTER.close)
if url := os.environ.get("GEMBA_TEST_DATABASE_URL"):
    os.environ["GEMBA_DATABASE_URL"] = url

from gemba.config.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.sample"]  # noqa: F405
