"""PostgreSQL with two roles: who serves owns nothing, and PostgreSQL itself says no. AUD-03, OPS-04."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url
import pytest
from django.db import DatabaseError
from django.db.utils import ConnectionHandler

from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.roles import make_roles
from tests.postgres import cluster

SOURCE = Path(__file__).resolve().parents[2] / "src"
ATTACKS = (
    "UPDATE kernel_event SET act = 'x'", "DELETE FROM kernel_event", "TRUNCATE kernel_event CASCADE",
    "DELETE FROM kernel_securityevent", "UPDATE kernel_signature SET name = 'x'", "TRUNCATE kernel_record CASCADE",
    "DROP TRIGGER kernel_event_no_row ON kernel_event", "ALTER TABLE kernel_event DISABLE TRIGGER ALL",
    "DROP TABLE kernel_event CASCADE", "ALTER TABLE kernel_event ALTER COLUMN act DROP NOT NULL",
    "CREATE OR REPLACE FUNCTION gemba_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "SET session_replication_role = replica",
    "CREATE TABLE mine (x int)", "ALTER TABLE kernel_event OWNER TO gemba_app", "SET ROLE gemba_owner",
)  # fmt: skip
pytestmark = [
    pytest.mark.xdist_group("durability"),
    pytest.mark.skipif(os.environ.get("GEMBA_TEST_DATABASE") != "postgresql", reason="concerns PostgreSQL"),
]


@dataclass(frozen=True)
class Installed:
    administrator: str
    data: Path
    addresses: dict[str, str]

    def gemba(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("GEMBA_", "DJANGO_"))}
        given = {"PYTHONPATH": str(SOURCE), "GEMBA_MODE": "production", "GEMBA_DATA": str(self.data), **more}
        return subprocess.run(
            [sys.executable, "-m", "gemba.config.main", *arguments], env=clean | given, capture_output=True, text=True,
            check=False, timeout=90,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    """Database and roles as `gemba init` makes them, tables made by the owner."""
    data = tmp_path_factory.mktemp("roles") / "data"
    with cluster(durable=True) as administrator:
        bare = Installed(administrator, data, {})
        made = bare.gemba("init", "--postgres", administrator)
        assert made.returncode == 0, made.stderr
        lines = (data / "keys" / "database.env").read_text().split()
        found = Installed(administrator, data, dict(line.split("=", 1) for line in lines))
        done = found.gemba("init", "--organisation", "Kuvitelma", **found.addresses)
        assert done.returncode == 0, done.stderr
        yield found


@pytest.fixture(autouse=True)
def _own_databases(django_db_blocker: Any) -> Iterator[None]:
    """These tests have a server of their own and leave the shared one alone."""
    with django_db_blocker.unblock():
        yield


def connected(address: str) -> Any:
    told: dict[str, Any] = dict(dj_database_url.parse(address))
    return ConnectionHandler({"default": told})["default"]


def test_aud_03_the_role_that_serves_is_denied_by_postgresql_itself(installed: Installed) -> None:
    """AUD-03, OPS-04: no event altered, no guard dropped or gone around, no table of its own."""
    with closing(connected(installed.addresses["GEMBA_DATABASE_URL"])) as serving:
        for attack in ATTACKS:
            with (
                pytest.raises(DatabaseError, match=r"permission denied|must be owner|must be able"),
                serving.cursor() as c,
            ):
                c.execute(attack)
        with serving.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kernel_event")
            assert cursor.fetchone()[0] >= 1
            cursor.execute(
                "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE relname = 'kernel_event'"
            )
            assert cursor.fetchone() == (False,)


def test_aud_03_serving_and_backing_up_need_no_more_than_that_role(installed: Installed, tmp_path: Path) -> None:
    """OPS-04: the start passes its checks, a backup is made and noted; so again after the owner restored."""
    serving = {"GEMBA_DATABASE_URL": installed.addresses["GEMBA_DATABASE_URL"]}
    made = installed.gemba("backup", str(tmp_path / "one.backup"), "--no-encrypt", **serving)
    assert made.returncode == 0, made.stderr
    assert "Read back and proved" in made.stdout
    restored = installed.gemba("restore", str(tmp_path / "one.backup"), "--replace", **installed.addresses)
    assert restored.returncode == 0, restored.stderr
    again = installed.gemba("backup", str(tmp_path / "two.backup"), "--no-encrypt", **serving)
    assert again.returncode == 0, again.stderr


def test_ops_04_roles_that_are_there_are_left_alone(installed: Installed) -> None:
    """OPS-04: nothing is made twice, nothing is taken over; the addresses are for this user alone."""
    with pytest.raises(BackupError, match="there already"):
        make_roles(installed.administrator, "gemba")
    with pytest.raises(BackupError, match="small letters"):
        make_roles(installed.administrator, 'x"; DROP DATABASE gemba')
    with pytest.raises(BackupError, match="PostgreSQL"):
        make_roles("postgresql://nobody@127.0.0.1:1/postgres", "gemba")
    assert (installed.data / "keys" / "database.env").stat().st_mode & 0o777 == 0o600
