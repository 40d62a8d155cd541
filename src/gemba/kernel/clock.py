"""The server's time: where every regulated row takes its time stamp from. Nobody who writes can choose it.

Only the demonstration, which makes two years of history in a few seconds, and tests may shift it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

MAY_SHIFT = ("demo", "test")


class ClockError(RuntimeError):
    """Somebody tried to choose the server's time where real records are kept."""


_shift: ContextVar[dt.timedelta | None] = ContextVar("clock_shift", default=None)


def now() -> dt.datetime:
    """The moment, in UTC."""
    shift = _shift.get()
    return timezone.now() if shift is None else timezone.now() + shift


def today() -> dt.date:
    """The day in the time zone in use."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """The day on which something happened, in the time zone in use."""
    return timezone.localdate(moment)


def in_words(day: dt.date) -> str:
    """A day within a sentence, its month as a word, so that nobody takes it for another. A moment's is that of here."""
    return date_format(day_of(day) if isinstance(day, dt.datetime) else day, "j M Y")


@contextmanager
def shifted(moment: dt.datetime) -> Iterator[None]:
    """Within the block it is `moment`, and time goes on from there. Raises `ClockError` outside demo and test mode."""
    if settings.GEMBA_MODE not in MAY_SHIFT:
        raise ClockError("The clock can be shifted in a demonstration only.")
    token = _shift.set(moment - timezone.now())
    try:
        yield
    finally:
        _shift.reset(token)
