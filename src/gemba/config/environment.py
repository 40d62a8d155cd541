"""Configuration from the environment: one place that reads it, names the variables and says what is wrong."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

SHORTEST_SECRET = 50
OWNER_ONLY = 0o077
KEY_FILES = ("session.key", "trail.key", "entrance.key", "seal.key")
"""Sessions and form tokens; the seal of every event; one-time links and second factors; the signature of the log."""
T = TypeVar("T", bound=StrEnum)


class Mode(StrEnum):
    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


class Factors(StrEnum):
    """Who must set up a second factor before anything else."""

    NOBODY = "nobody"
    SIGNERS = "signers"
    EVERYBODY = "everybody"


class UnsafeSettingsError(RuntimeError):
    """Settings that must not serve real records; the start is refused with these sentences."""


@dataclass(frozen=True, slots=True)
class Environment:
    """`GEMBA_*` variables, read once; docs/reference/configuration.md explains each.

    GEMBA_MODE          production (default), demo or test
    GEMBA_DATA          folder for database, files, keys and search index; default ./gemba-data
    GEMBA_DATABASE_URL  default: SQLite in GEMBA_DATA; postgresql://… for PostgreSQL
    GEMBA_OWNER_URL     PostgreSQL: the address with the role that owns the tables; only init, migrate, restore use it
    GEMBA_URL           the address people type, such as https://quality.example.com; mails use it
    GEMBA_MAIL_URL      smtp://user:password@host:587?tls=starttls; without it mail waits in the outbox
    GEMBA_MAIL_FROM     sender of mails
    GEMBA_IDLE_MINUTES  sign-out after this long without use (default 15)
    GEMBA_SESSION_HOURS sign-out after this long in any case (default 12)
    GEMBA_ONE_SESSION   1: whoever signs in is signed out everywhere else
    GEMBA_KEEP_SIGNERS_YEARS  who signed or entered something cannot be erased for so long (default 15)
    GEMBA_REQUIRE_MFA   nobody, signers or everybody must set up a second factor; default signers, in a demo nobody
    GEMBA_WITNESS       folders on other machines that get a copy of the log, separated by a colon (; on Windows)
    GEMBA_WITNESS_MAIL  the address of the head of quality: gets the newest seal once a day
    GEMBA_TIMESTAMP_URL a time-stamping authority (RFC 3161) that is asked to stamp a seal once a day
    GEMBA_SEAL_MINUTES  an event that waits longer for its seal is an alarm (default 30)
    GEMBA_SEAL_BLOCK_HOURS  after so long without a seal nobody can sign (default 24)
    GEMBA_PROXY         1 when a reverse proxy in front sets X-Forwarded-For and -Proto
    """

    mode: Mode
    data: Path
    database_url: str
    application_role: str
    """PostgreSQL: who serves, while this program runs as the owner of the tables; else empty."""
    url: str
    mail_url: str
    mail_from: str
    idle_minutes: int
    session_hours: int
    one_session: bool
    keep_signers_years: int
    factors: Factors
    witness: tuple[Path, ...]
    witness_mail: str
    timestamp_url: str
    seal_minutes: int
    seal_block_hours: int
    proxy: bool

    @classmethod
    def read(cls, given: Mapping[str, str] = os.environ) -> "Environment":
        """Raises `UnsafeSettingsError` where a value cannot be understood."""
        data = Path(given.get("GEMBA_DATA", "gemba-data")).resolve()
        mode = _one_of(given, "GEMBA_MODE", Mode, Mode.PRODUCTION)
        return cls(
            mode=mode,
            data=data,
            database_url=given.get("GEMBA_DATABASE_URL") or f"sqlite:///{data / 'gemba.sqlite3'}",
            application_role=given.get("GEMBA_APPLICATION_ROLE", ""),
            url=_address(given.get("GEMBA_URL", "http://localhost:8000")),
            mail_url=given.get("GEMBA_MAIL_URL", ""),
            mail_from=given.get("GEMBA_MAIL_FROM", "gemba@localhost"),
            idle_minutes=_number(given, "GEMBA_IDLE_MINUTES", 15, 1, 24 * 60),
            session_hours=_number(given, "GEMBA_SESSION_HOURS", 12, 1, 24 * 7),
            one_session=_yes_or_no(given, "GEMBA_ONE_SESSION"),
            keep_signers_years=_number(given, "GEMBA_KEEP_SIGNERS_YEARS", 15, 2, 200),
            factors=_one_of(
                given, "GEMBA_REQUIRE_MFA", Factors, Factors.SIGNERS if mode is Mode.PRODUCTION else Factors.NOBODY
            ),
            witness=tuple(Path(part).absolute() for part in given.get("GEMBA_WITNESS", "").split(os.pathsep) if part),
            witness_mail=given.get("GEMBA_WITNESS_MAIL", ""),
            timestamp_url=_web_address(given, "GEMBA_TIMESTAMP_URL"),
            seal_minutes=_number(given, "GEMBA_SEAL_MINUTES", 30, 6, 24 * 60),
            seal_block_hours=_number(given, "GEMBA_SEAL_BLOCK_HOURS", 24, 1, 24 * 30),
            proxy=given.get("GEMBA_PROXY") == "1",
        )

    @property
    def keys(self) -> Path:
        """The folder of key files, mode 0700, outside the database and its dump."""
        return self.data / "keys"

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or "localhost"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the address."""
        return self.host in ("localhost", "127.0.0.1", "::1")

    def secret(self) -> str:
        """The key for sessions and tokens. Signatures and the trail never depend on it."""
        if self.mode is Mode.TEST:
            return "test-" + "x" * SHORTEST_SECRET
        path = self.keys / "session.key"
        try:
            found = path.read_text("ascii").strip()
        except FileNotFoundError:
            raise UnsafeSettingsError(f"There is no Gemba in {self.data} yet. Run 'gemba init' first.") from None
        except (OSError, UnicodeDecodeError):
            raise UnsafeSettingsError(f"The key file {path} cannot be read.") from None
        if len(found) < SHORTEST_SECRET:
            raise UnsafeSettingsError(
                f"The key in {path} is shorter than {SHORTEST_SECRET} characters. Delete it and run 'gemba init': "
                "all sign in again, nothing else changes."
            )
        return found

    def problems(self) -> list[str]:
        """Why these settings must not run in production, one sentence each with its mend."""
        if self.mode is not Mode.PRODUCTION:
            return []
        found = []
        if not self.url.startswith("https://") and not self.is_local:
            found.append(f"GEMBA_URL is {self.url}; passwords would travel in the clear. Use an https:// address.")
        if self.on_sqlite and (":memory:" in self.database_url or "mode=memory" in self.database_url):
            found.append("GEMBA_DATABASE_URL names a database in memory; everything would be lost at the next stop.")
        return found + self.open_keys()

    def open_keys(self) -> list[str]:
        """Key files that other users of this machine can read."""
        if os.name == "nt" or self.mode is Mode.TEST:
            return []
        return [
            f"The key file {path} can be read by others; run: chmod 600 {path}"
            for path in (self.keys / name for name in KEY_FILES)
            if path.exists() and path.stat().st_mode & OWNER_ONLY
        ]

    def refuse_unsafe(self) -> None:
        """Raise with every problem at once; called when the settings are loaded, so that no door leads around it."""
        if problems := self.problems():
            raise UnsafeSettingsError("\n".join(problems))


def _one_of(given: Mapping[str, str], name: str, kind: type[T], default: T) -> T:
    text = given.get(name)
    if not text:
        return default
    try:
        return kind(text)
    except ValueError:
        words = ", ".join(kind)
        raise UnsafeSettingsError(f"{name} is {text!r}; it can be {words}.") from None


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise UnsafeSettingsError(f"{name} is {text!r}; it must be a whole number from {least} to {most}.")
    return int(text)


def _yes_or_no(given: Mapping[str, str], name: str) -> bool:
    text = given.get(name, "")
    if text not in ("", "0", "1"):
        raise UnsafeSettingsError(f"{name} is {text!r}; it can be 0 or 1.")
    return text == "1"


def _address(text: str) -> str:
    try:
        parts = urlsplit(text.rstrip("/"))
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and not parts.path
    except ValueError:
        sound = False
    if not sound:
        raise UnsafeSettingsError(
            f"GEMBA_URL is {text!r}; it must be the address alone, such as https://quality.example.com"
        )
    return text.rstrip("/")


def _web_address(given: Mapping[str, str], name: str) -> str:
    text = given.get(name, "")
    if text and urlsplit(text).scheme not in ("http", "https"):
        raise UnsafeSettingsError(f"{name} is {text!r}; it must be an address such as https://stamp.example.com/tsr")
    return text
