"""Make a database and its two roles on a PostgreSQL server: one owns the tables, the other serves and owns nothing."""

import re
import secrets
from typing import Any
from urllib.parse import quote, urlsplit

import dj_database_url
from django.db import DatabaseError
from django.db.utils import ConnectionHandler

from gemba.kernel.backup.problems import BackupError

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
OWNER, SERVING = "_owner", "_app"


def make_roles(administrator: str, name: str) -> tuple[str, str]:
    """Make the database `name` and the roles `name_owner` and `name_app`; the addresses for serving and for owning.

    `administrator` is the address of a role that may make both. Raises `BackupError`; roles that are there already are
    left as they are, and then nothing is made.
    """
    if not NAME.fullmatch(name):
        raise BackupError(
            "The name of the database needs small letters, digits and underscores, beginning by a letter."
        )
    try:
        told: dict[str, Any] = dict(dj_database_url.parse(administrator))
        server: Any = ConnectionHandler({"default": told})["default"]
        try:
            return _make(server, administrator, name)
        finally:
            server.close()
    except (DatabaseError, ValueError) as error:
        raise BackupError(f"PostgreSQL: {str(error).strip().splitlines()[0]}") from None


def _make(server: Any, administrator: str, name: str) -> tuple[str, str]:
    owner, serving = name + OWNER, name + SERVING
    words = {owner: secrets.token_urlsafe(24), serving: secrets.token_urlsafe(24)}
    with server.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname IN (%s, %s)", [owner, serving])
        if there := cursor.fetchall():
            raise BackupError(f"The role {there[0][0]} is there already. Nothing was changed.")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            raise BackupError(f"The database {name} is there already. Nothing was changed.")
        for role in (owner, serving):
            rights = "CREATEDB" if role == owner else "NOCREATEDB"
            cursor.execute(
                f"CREATE ROLE {role} LOGIN NOSUPERUSER {rights} NOCREATEROLE NOREPLICATION PASSWORD %s", [words[role]]
            )
        try:
            cursor.execute(f"GRANT {owner} TO CURRENT_USER")  # who is no superuser could not give it the database
            cursor.execute(f"CREATE DATABASE {name} OWNER {owner} ENCODING 'UTF8' TEMPLATE template0")
            cursor.execute(f"REVOKE {owner} FROM CURRENT_USER")
        except DatabaseError:
            cursor.execute(f"DROP ROLE {owner}, {serving}")
            raise
        cursor.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT ON DATABASE {name} TO {serving}")
    return _address(administrator, serving, words[serving], name), _address(administrator, owner, words[owner], name)


def _address(like: str, role: str, password: str, database: str) -> str:
    parts = urlsplit(like)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{quote(password)}@{place}", path=f"/{database}").geturl()
