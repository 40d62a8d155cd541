"""The server's time: one source for everything regulated, and nobody chooses it where real records are kept."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.test import override_settings

import gemba.kernel
from gemba.kernel import clock

KERNEL = Path(gemba.kernel.__file__).parent
NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
OWN_TIME = ("entrance/", "jobs/", "tokens/", "migrations/", "clock.py", "signing/proof.py", "attachments/store.py",
            "notices/jobs.py", "actions/tokens.py")  # fmt: skip
"""Links that run out, brakes, sessions, tokens and background work: they live by the real time, whatever is shown."""
OTHER_SOURCE = re.compile(r"timezone\.(now|localdate)\b|datetime\.(now|utcnow)\b|date\.today\b|\btime\.time\b")


def test_every_regulated_row_takes_its_time_from_the_clock() -> None:
    """CLK-04: no second source of time stamps creeps in."""
    found = [
        f"{path.relative_to(KERNEL)}: {match[0]}"
        for path in sorted(KERNEL.rglob("*.py"))
        if not str(path.relative_to(KERNEL).as_posix()).startswith(OWN_TIME)
        for match in OTHER_SOURCE.finditer(path.read_text("utf-8"))
    ]
    assert found == []


@override_settings(GEMBA_MODE="production")
def test_nobody_shifts_the_clock_where_real_records_are_kept() -> None:
    """CLK-04: the server's time cannot be chosen."""
    with pytest.raises(clock.ClockError), clock.shifted(NOW):
        pass


def test_a_shifted_clock_goes_on_and_ends_with_its_block() -> None:
    """CLK-04: inside, time passes; outside, it is now."""
    with clock.shifted(NOW):
        first = clock.now()
        assert NOW <= first <= clock.now() < NOW + dt.timedelta(minutes=5)
        assert clock.today() == NOW.date()
    assert abs(clock.now() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
