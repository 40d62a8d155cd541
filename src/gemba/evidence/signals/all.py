"""Every signal on a day, by name."""

import datetime as dt
from collections.abc import Callable, Mapping

from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.evidence.scope.standing import decisions_on
from gemba.evidence.signals.backfill import backfill
from gemba.evidence.signals.burst import burst
from gemba.evidence.signals.bypass import bypass
from gemba.evidence.signals.copied import copied
from gemba.evidence.signals.decay import decay
from gemba.evidence.signals.ownership import ownership
from gemba.evidence.signals.response import response
from gemba.evidence.signals.sequence import sequence
from gemba.evidence.signals.signal import Signal
from gemba.evidence.signals.silence import silence


def _decay(today: dt.date) -> Signal:
    found = [assess(each, decisions_on(today, each.id), on=today) for each in frameworks_in_force(today)]
    return decay(today, found)


SIGNALS: Mapping[str, Callable[[dt.date], Signal]] = {
    "silence": silence, "backfill": backfill, "burst": burst, "sequence": sequence, "bypass": bypass,
    "ownership": ownership, "response": response, "decay": _decay, "copied": copied,
}  # fmt: skip


def signals(today: dt.date) -> list[Signal]:
    """All of them, those that fired first."""
    return sorted((make(today) for make in SIGNALS.values()), key=lambda signal: not signal.fired)
