"""What the machine below is short of, told from an error: the database is away, or there is no room left."""

from collections.abc import Iterator
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

FULL_CODES = ("53100",)
AWAY_CODES = ("08", "57P", "53300")
"""Beginnings of PostgreSQL's codes: connection lost, shutting down or starting up, too many connections."""
AWAY_WORDS = ("unable to open database", "database is locked", "connection", "closed", "could not translate host")
DEEPEST = 8
RETRY = 10
"""Seconds after which a browser asks again by itself."""


@dataclass(frozen=True, slots=True)
class Trouble:
    status: int
    """503 away for a while, 507 no room (RFC 4918)."""
    title: str
    sentences: tuple[str, ...]


def trouble_of(error: BaseException | None) -> Trouble | None:
    """None for an error of any other kind."""
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in (ENOSPC, EDQUOT):
            return no_room()
        if isinstance(each, OperationalError | InterfaceError):
            return _of_database(each)
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those it was raised over, the outermost first."""
    for _step in range(DEEPEST):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _of_database(error: Exception) -> Trouble | None:
    code = str(getattr(error.__cause__, "sqlstate", None) or "")
    words = str(error).lower()
    if code.startswith(FULL_CODES) or "disk is full" in words or "no space left" in words:
        return no_room()
    if code.startswith(AWAY_CODES) or (not code and any(word in words for word in AWAY_WORDS)):
        return away()
    return None


def away() -> Trouble:
    return Trouble(503, _("Gemba cannot reach its records for the moment"), (
        _("What was acknowledged is stored. What you sent just now is not."),
        _("Go back and send it again in a minute; what you typed is kept in this tab."),
    ))  # fmt: skip


def no_room() -> Trouble:
    return Trouble(507, _("There is no room left on the server"), (
        _("Nothing was stored of what you sent just now. Everything stored before is there and can be read."),
        _("Tell the person who runs Gemba. When there is room again, send it again; nothing needs a restart."),
    ))  # fmt: skip
