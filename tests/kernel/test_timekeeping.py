"""The server's clock and the trail: no time runs backwards unseen. CLK-01 to CLK-08."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.clockwork import AcceptClock, look_at_clock
from gemba.kernel.jobs.schedule import SCHEDULE, Scheduled
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person, Site
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail import timekeeping
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.kernel.trail.timekeeping import ClockSetBack, begin_watch, clock_state, step_refusal, watch
from tests.kernel.people import as_, person
from tests.kernel.samples import bodies, raised, signed, submitted
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _watching(settings: Settings) -> Iterator[None]:
    """The guards as in production; everywhere else tests and the demonstration make their own time."""
    settings.GEMBA_MODE = "production"
    settings.GEMBA_SEAL_BLOCK_HOURS = 10**6
    timekeeping.forget_step()
    yield
    watch.end()
    timekeeping.forget_step()


def test_clk_01_nothing_is_written_while_the_clock_is_behind_the_trail(quality: Person) -> None:
    """CLK-01, CLK-05: set back by 30 days: a sentence, nothing stored; when right within a minute, it goes."""
    begin_watch()
    record = raised(quality)
    with time_machine.travel(NOW - 30 * DAY, tick=True):
        with pytest.raises(ClockSetBack, match="behind the records"):
            raised(quality)
        begin_watch()
        assert SecurityEvent.objects.get(what="clock.step").detail.count("UTC") == 2
    assert len(bodies(record)) == Event.objects.count() == 1
    raised(quality)
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=50), tick=True):
        raised(quality)


def test_clk_01_a_clock_that_is_far_ahead_at_the_start_stops_signing(quality: Person, manager: Person) -> None:
    """CLK-01: 400 days ahead: on record with both times, once; nobody signs before quality accepted it."""
    record = submitted(quality)
    with time_machine.travel(NOW + 400 * DAY, tick=True):
        assert begin_watch() is not None
        assert begin_watch() is None
        with pytest.raises(Refused, match="clock was moved"):
            signed(record, "approve", manager)
        AcceptClock(reason="The battery of the server was empty", **as_(quality)).execute()
        assert signed(record, "approve", manager).state == "pursued"
    told = json.loads(Event.objects.get(act="clock.step").body)
    assert told["chg"][0][2] == SecurityEvent.objects.get(what="clock.step").detail


def test_clk_01_when_the_clock_was_ahead_and_is_right_again_quality_lets_writing_go_on(quality: Person) -> None:
    """CLK-01: entries of next year are there already; with the reason in the trail, those of today follow them."""
    begin_watch()
    with time_machine.travel(NOW + 400 * DAY, tick=True):
        raised(quality)
    with pytest.raises(ClockSetBack):
        raised(quality)
    begin_watch()
    AcceptClock(reason="The clock was a year ahead by mistake", **as_(quality)).execute()
    assert raised(quality).pk
    watch.begin(NOW + 400 * DAY, timezone.now())  # another process, which remembers the later time
    assert raised(quality).pk


def test_clk_02_a_step_while_running_is_noticed_told_and_stops_signing(quality: Person, manager: Person) -> None:
    """CLK-02: the clock is compared with one that nobody can set; what quality has not accepted, nobody signs over."""
    record = submitted(quality)
    begin_watch()
    look_at_clock()
    assert not SecurityEvent.objects.filter(what="clock.step").exists()
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=True):
        look_at_clock()
        look_at_clock()
        assert SecurityEvent.objects.filter(what="clock.step").count() == 1
        assert Notice.objects.filter(person=quality, reason=Notice.Reason.SECURITY).exists()
        with pytest.raises(Refused, match="clock was moved"):
            signed(record, "approve", manager)
        AcceptClock(reason="Summer time set by hand", **as_(quality)).execute()
        assert step_refusal() is None
        assert signed(record, "approve", manager).state == "pursued"


def test_clk_02_only_quality_accepts_a_step_and_says_why(quality: Person, manager: Person) -> None:
    """CLK-02: not management, not without a reason, and not where nothing was moved."""
    with pytest.raises(Conflict):
        AcceptClock(reason="why not", **as_(quality)).execute()
    timekeeping.note_step(NOW - DAY, NOW)
    with pytest.raises(NotAllowed):
        AcceptClock(reason="why not", **as_(manager)).execute()
    with pytest.raises(Invalid):
        AcceptClock(reason=" ", **as_(quality)).execute()


def test_clk_04_times_that_a_client_sends_are_ignored(quality: Person) -> None:
    """CLK-03, CLK-04: headers and fields with times of the client's own change neither event nor row."""
    client = Client()
    client.cookies["sessionid"] = session_of(quality)
    typed = {
        "title": "A", "why": "b", "measure": "c", "direction": "at_most", "target": "1", "unit": "d", "period": "3",
        "event_date": "2026-03-01", "owner": quality.pk, "at": "1999-01-01T00:00:00Z", "entered_at": "1999-01-01",
        "created": "1999-01-01", "timestamp": "1", "late_reason": "Kept on paper until now",
    }  # fmt: skip
    before = timezone.now()
    sent = client.post("/records/objective/new", typed, headers={"Date": "Fri, 01 Jan 1999 00:00:00 GMT"})
    assert sent.status_code == 302
    event = Event.objects.latest("id")
    assert before <= event.at <= timezone.now()
    assert "1999" not in event.body


def test_clk_05_events_of_one_chain_never_run_backwards_by_more_than_a_minute(quality: Person) -> None:
    """CLK-05: order is that of the chain; times may differ by what clocks differ, and no more."""
    begin_watch()
    record = raised(quality)
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=61), tick=True), pytest.raises(ClockSetBack):
        Advance(record=record, name="submit", **as_(quality)).execute()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Helsinki", "America/St_Johns"])
def test_clk_06_a_day_is_the_day_of_the_place_and_moments_are_utc(zone: str, quality: Person) -> None:
    """CLK-06: +14 and -12 hours, 29 February, the hour that is missing and the one that comes twice, 2038."""
    for moment in (
        dt.datetime(2028, 2, 29, 11, 30, tzinfo=dt.UTC), dt.datetime(2026, 3, 29, 1, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 10, 25, 0, 59, 59, tzinfo=dt.UTC), dt.datetime(2038, 1, 19, 3, 14, 8, tzinfo=dt.UTC),
    ):  # fmt: skip
        with time_machine.travel(moment, tick=False), timezone.override(zone):
            record = raised(quality)
            assert bodies(record)[0]["at"] == moment.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            assert clock.today() == moment.astimezone(timezone.get_current_timezone()).date()
    assert Site(name="x", time_zone=zone).time_zone == zone


def test_clk_06_no_job_is_skipped_or_doubled_when_the_clocks_change() -> None:
    """CLK-06: slots are reckoned in UTC: through both changes of a year each day has exactly one."""
    daily: Scheduled = next(job for job in SCHEDULE.values() if job.every == DAY)
    for begin in (dt.datetime(2026, 3, 27, tzinfo=dt.UTC), dt.datetime(2026, 10, 23, tzinfo=dt.UTC)):
        slots = {daily.slot(begin + dt.timedelta(minutes=15 * n)) for n in range(4 * 24 * 4)}
        assert len(slots) in (4, 5)
        assert {later - sooner for sooner, later in zip(sorted(slots), sorted(slots)[1:], strict=False)} == {DAY}


def test_clk_07_each_event_says_whether_the_clock_was_kept(
    quality: Person, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CLK-07: as the operating system says it; where it does not say, the clock counts as free."""
    settings.GEMBA_CLOCK = "auto"
    for answer, word in ((True, "ntp"), (False, "free"), (None, "free")):
        monkeypatch.setattr(timekeeping, "synchronised", lambda answer=answer: answer)
        assert bodies(raised(quality))[0]["clk"] == word
    monkeypatch.undo()
    assert timekeeping.synchronised() in (True, False, None)
    settings.GEMBA_CLOCK = "auto"
    assert clock_state() in ("ntp", "free")


def test_clk_08_what_is_entered_late_shows_both_days(quality: Person) -> None:
    """CLK-08: the day it happened is data, the moment it was entered is the server's; both stand in the event."""
    record = raised(quality, event_date=dt.date(2026, 1, 5))
    told = bodies(record)[0]
    assert ["event_date", None, "2026-01-05"] in told["chg"]
    assert told["at"][:10] == timezone.now().astimezone(dt.UTC).date().isoformat()
    assert record.entered_at.date() > record.event_date


def test_the_watch_is_off_where_time_is_made(settings: Settings, quality: Person) -> None:
    """CLK-01: a demonstration writes two years in a few seconds."""
    settings.GEMBA_MODE = "demo"
    person("Somebody", Role.QUALITY)
    assert begin_watch() is None
    assert (watch.newest, step_refusal()) == (None, None)
