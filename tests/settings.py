"""The product's own settings in test mode, on SQLite or on the throw-away PostgreSQL that the tests start."""

import os
import tempfile
from pathlib import Path

DATA = Path(os.environ.setdefault("GEMBA_DATA", tempfile.mkdtemp(prefix="gemba-tests-")))
(DATA / "static").mkdir(parents=True, exist_ok=True)
os.environ["GEMBA_MODE"] = "test"
os.environ.setdefault("GEMBA_URL", "http://localhost:8000")
if url := os.environ.get("GEMBA_TEST_DATABASE_URL"):
    os.environ["GEMBA_DATABASE_URL"] = url

from gemba.config.settings import *  # noqa: E402, F403
