"""Upgrade a database that lacks one module, killed at one statement after another, and gone on with: one line of JSON.

`upgrades.py TENTH ...`: kill at that many tenths of the statements. Each try is a process and a copy of its own.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gemba.cli.migrate import up_to_date  # noqa: E402
from gemba.cli.starting import older_database, refuse_unready  # noqa: E402
from gemba.kernel.backup.restore import database_at  # noqa: E402
from gemba.kernel.roles import Role  # noqa: E402
from gemba.kernel.trail.chain import verify_chain  # noqa: E402
from gemba.kernel.trail.models import ChainHead, Event  # noqa: E402
from tests.kernel.people import person  # noqa: E402
from tests.kernel.samples import raised  # noqa: E402

LATER = "training"
"""The module that the version before did not have."""


def before_upgrade() -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", LATER, "zero", verbosity=0)
    raised(person("Aino", Role.QUALITY))


def copy_of(name: str) -> str:
    """A copy of the database as it was before the upgrade."""
    original = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(original).with_name(f"{name}.sqlite3")
        path.write_bytes(Path(original).read_bytes())
        return str(path)
    connection.close()
    with database_at("template1"), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {original}")
    return name


def in_child(work: Callable[[], object]) -> int:
    """Run it in a process of its own; the signal that ended it, or 0."""
    connection.close()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def upgrade(die_at: int) -> None:
    count = 0

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA")):
            count += 1
            if count == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        up_to_date()
    if not counted.exists():  # the first one that ran to its end
        counted.write_text(str(count))


def looked_at() -> dict[str, Any]:
    refuse_unready()
    problems = [
        text for subject in ChainHead.objects.values_list("subject", flat=True) for text in verify_chain(subject)
    ]
    return {"problems": problems, "events": Event.objects.count(), "older": older_database()}


# A killed process loses nothing that the system has taken over; power loss is another test.
if "init_command" in (options := settings.DATABASES["default"].get("OPTIONS", {})):
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
before_upgrade()
events = Event.objects.count()
counted = Path(os.environ["GEMBA_DATA"], "count")
found: list[dict[str, Any]] = []
for tenth in map(int, sys.argv[1:]):
    place = max(1, int(counted.read_text()) * tenth // 10) if counted.exists() else 1
    name = copy_of(f"killed_{place}")
    with database_at(name):
        killed = in_child(partial(upgrade, place))
    with database_at(name):
        done = in_child(partial(upgrade, 0))
    with database_at(name):
        found.append({"place": place, "killed": killed, "done": done, **looked_at()})
backups = len(list(Path(os.environ["GEMBA_DATA"], "backups").glob("before-upgrade-*.backup")))
print(json.dumps({"statements": int(counted.read_text()), "events": events, "tries": found, "backups": backups}))
