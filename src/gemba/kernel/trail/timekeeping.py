"""Whether the server's clock can be believed: is it kept by others, does it run on, is it behind what was written.

No event is written while the clock is behind the newest one: times in the trail never run backwards unseen. A step of
the clock while the program runs, or between two runs, is a security event, and nobody signs until quality has looked
at it (`clock.step` in the trail).
"""

import ctypes
import datetime as dt
import sys
import threading
import time

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.refusals import Refused
from gemba.kernel.trail.models import Event, SecurityEvent

TOLERANCE = dt.timedelta(seconds=60)
"""So far clocks and parallel writers may differ."""
LONG = dt.timedelta(days=30)
"""No running installation is silent for so long: it seals once a day."""
STEP = "clock.step"
SYNCHRONISED_FOR = 60.0
"""Seconds for which the answer of the operating system holds."""
TIME_ERROR = 5
"""What Linux answers while nobody keeps its clock (adjtimex, `TIME_ERROR`)."""
TIMEX_BYTES = 1024
"""Room for the kernel's answer, whose layout differs between machines; only the result counts."""


class ClockSetBack(Refused):
    """The server's clock is behind the trail. Nothing is written until it is right, or quality accepts it."""


class Watch:
    """The times of this process. It does nothing until `begin`: demonstrations and tests make their own time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.newest: dt.datetime | None = None
        self._last: tuple[dt.datetime, float] | None = None

    def begin(self, newest: dt.datetime | None, now: dt.datetime) -> None:
        self.newest = newest
        self._last = (now, since_boot())

    def end(self) -> None:
        self.newest = self._last = None

    def check(self, now: dt.datetime, act: str) -> None:
        """Before an event is written. Raises `ClockSetBack`; costs no statement unless it would."""
        if self._last is None:
            return
        if self.newest is not None and now < self.newest - TOLERANCE and act != STEP:
            self.newest = newest_event()  # quality may have accepted the clock meanwhile, in another process
            if self.newest is not None and now < self.newest - TOLERANCE:
                raise ClockSetBack(_(
                    "The server's clock is behind the records: it says %(now)s, and the newest entry was made at "
                    "%(newest)s. Nothing is stored until the clock is right. Tell the person who runs Gemba."
                ) % {"now": _told(now), "newest": _told(self.newest)})  # fmt: skip
        self.newest = now if act == STEP or self.newest is None else max(now, self.newest)

    def step(self, now: dt.datetime) -> dt.timedelta | None:
        """How far the clock was moved since the last look, where that was more than clocks differ; else None."""
        with self._lock:
            if self._last is None:
                return None
            then, boot = self._last
            self._last = (now, since_boot())
        moved = (now - then) - dt.timedelta(seconds=self._last[1] - boot)
        return moved if abs(moved) > TOLERANCE else None


watch = Watch()


def since_boot() -> float:
    """Seconds that nobody can set, and that go on while the machine sleeps."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


def newest_event() -> dt.datetime | None:
    return Event.objects.order_by("-id").values_list("at", flat=True).first()


def keeps_time() -> bool:
    return settings.GEMBA_MODE not in clock.MAY_SHIFT


def begin_watch() -> str | None:
    """At the start of every program that writes. The sentence of a step since the last run, which is then on record."""
    if not keeps_time():
        return None
    now, newest = clock.now(), newest_event()
    watch.begin(newest, now)
    if newest is None or newest - TOLERANCE <= now <= newest + LONG:
        return None
    return note_step(newest, now)


def note_step(before: dt.datetime, now: dt.datetime) -> str | None:
    """Put a step on record, once: every process of a server sees it. The sentence, or None where it is known."""
    since = before.strftime("%Y-%m-%d %H:%M")
    if SecurityEvent.objects.filter(what=STEP, pk__gt=accepted_up_to(), target=since).exists():
        return None
    SecurityEvent.objects.create(what=STEP, target=since, detail=f"{_told(before)} to {_told(now)}")
    forget_step()
    return _("The server's clock was moved from %(before)s to %(now)s.") % {"before": _told(before), "now": _told(now)}


def accepted_up_to() -> int:
    """The last step that quality has accepted, as the key of its security event."""
    last = Event.objects.filter(act=STEP).order_by("-id").values_list("subject", flat=True).first()
    return int(last.partition("/")[2]) if last else 0


def waiting_step() -> SecurityEvent | None:
    """The newest step of the clock that quality has not accepted yet."""
    return SecurityEvent.objects.filter(what=STEP, pk__gt=accepted_up_to()).order_by("-pk").first()


class _Memory(threading.local):
    until: float = 0.0
    text: str | None = None


_memory = _Memory()
REMEMBERED = 5.0


def forget_step() -> None:
    _memory.until = 0.0


def step_refusal() -> str | None:
    """Why nobody may sign after a step of the clock; None where there was none. Remembered for some seconds."""
    if not keeps_time():
        return None
    if time.monotonic() >= _memory.until:
        step = waiting_step()
        _memory.until = time.monotonic() + REMEMBERED
        sentence = _("Nothing can be signed: the server's clock was moved (%s). Quality has to look at it first.")
        _memory.text = sentence % step.detail if step else None
    return _memory.text


def _told(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


class _Kept:
    until: float = 0.0
    answer: bool | None = None


def synchronised() -> bool | None:
    """Whether another clock keeps this one, as the operating system says; None where it does not say."""
    if time.monotonic() >= _Kept.until:
        _Kept.answer, _Kept.until = _asked(), time.monotonic() + SYNCHRONISED_FOR
    return _Kept.answer


def _asked() -> bool | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL(None, use_errno=True)
        answer = library.adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))  # all zero: only asks, sets nothing
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else answer != TIME_ERROR


def clock_state() -> str:
    """`ntp` where the clock is kept by another one, else `free`; stands in every event."""
    chosen: str = settings.GEMBA_CLOCK
    return chosen if chosen != "auto" else ("ntp" if synchronised() else "free")
