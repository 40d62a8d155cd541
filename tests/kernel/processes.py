"""Other processes on the same database, for what one process cannot show: being killed, and being two."""

import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def program(name: str) -> Path:
    return Path(__file__).parent / "programs" / name


def url_of(database: dict[str, Any]) -> str:
    """The address of a database from Django's settings for it."""
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    return f"postgresql://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


def database_environment(database: dict[str, Any] | str, **more: str) -> dict[str, str]:
    """The environment of a process that works on this database (settings or address) with this one's key and files."""
    url = database if isinstance(database, str) else url_of(database)
    return {
        **os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "GEMBA_TEST_DATABASE_URL": url,
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))), **more,
    }  # fmt: skip
