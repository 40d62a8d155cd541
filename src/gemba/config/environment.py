"""Configuration from the environment: one place that reads it, names the variables and says what is wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SHORTEST_SECRET = 50


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class UnsafeSettingsError(RuntimeError):
    """Settings that must not serve real records; the start is refused with these sentences."""


@dataclass(frozen=True, slots=True)
class Environment:
    """`GEMBA_*` variables, read once.

    GEMBA_MODE          production (default), demo or test
    GEMBA_DATA          folder for database, files, keys and search index; default ./gemba-data
    GEMBA_DATABASE_URL  default: SQLite in GEMBA_DATA; postgresql://… for PostgreSQL
    GEMBA_URL           the address people type, such as https://quality.example.com; mails use it
    GEMBA_MAIL_URL      smtp://user:password@host:587?tls=starttls; without it mail waits in the outbox
    GEMBA_MAIL_FROM     sender of mails
    GEMBA_IDLE_MINUTES  sign-out after this long without use (default 15)
    GEMBA_SESSION_HOURS sign-out after this long in any case (default 12)
    GEMBA_PROXY         1 when a reverse proxy in front sets X-Forwarded-For and -Proto
    """

    mode: Mode
    data: Path
    database_url: str
    url: str
    mail_url: str
    mail_from: str
    idle_minutes: int
    session_hours: int
    proxy: bool

    @classmethod
    def read(cls, given: Mapping[str, str] = os.environ) -> "Environment":
        data = Path(given.get("GEMBA_DATA", "gemba-data")).resolve()
        return cls(
            mode=Mode(given.get("GEMBA_MODE", "production")),
            data=data,
            database_url=given.get("GEMBA_DATABASE_URL") or f"sqlite:///{data / 'gemba.sqlite3'}",
            url=given.get("GEMBA_URL", "http://localhost:8000").rstrip("/"),
            mail_url=given.get("GEMBA_MAIL_URL", ""),
            mail_from=given.get("GEMBA_MAIL_FROM", "gemba@localhost"),
            idle_minutes=int(given.get("GEMBA_IDLE_MINUTES", "15")),
            session_hours=int(given.get("GEMBA_SESSION_HOURS", "12")),
            proxy=given.get("GEMBA_PROXY") == "1",
        )

    @property
    def keys(self) -> Path:
        """The folder of key files, mode 0700, outside the database and its dump."""
        return self.data / "keys"

    def secret(self) -> str:
        """The key for sessions and tokens. Signatures and the trail never depend on it."""
        path = self.keys / "session.key"
        if self.mode is Mode.TEST:
            return "test-" + "x" * SHORTEST_SECRET
        try:
            return path.read_text("ascii")
        except FileNotFoundError:
            raise UnsafeSettingsError(f"There is no Gemba in {self.data} yet. Run 'gemba init' first.") from None

    def problems(self) -> list[str]:
        """Why these settings must not run in production, one sentence each with its mend."""
        if self.mode is not Mode.PRODUCTION:
            return []
        found = []
        local = self.url.startswith(("http://localhost", "http://127.0.0.1"))
        if not self.url.startswith("https://") and not local:
            found.append(f"GEMBA_URL is {self.url}; passwords would travel in the clear. Use an https:// address.")
        if self.database_url.startswith("sqlite") and ":memory:" in self.database_url:
            found.append("GEMBA_DATABASE_URL names a database in memory; everything would be lost at the next stop.")
        return found
