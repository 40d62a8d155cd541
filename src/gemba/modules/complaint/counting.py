"""Counting days: calendar days, work days, hours, holidays, and where a day ends. Nothing here knows a market.

The first day is the one after the day of awareness. A day ends where it ends first, at the place where somebody became
aware or at the authority, so that a report is never late in either of them.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
WEEK = 7


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of every year: a date, or the nth weekday of a month (-1 for the last; Monday is 0)."""

    name: str
    month: int
    day: int = 0
    weekday: int = 0
    nth: int = 0
    moved: bool = False
    """Kept on the Friday before a Saturday and on the Monday after a Sunday."""
    since: int = 1

    def in_year(self, year: int) -> dt.date | None:
        """The day on which it is kept, None before there was one."""
        if year < self.since:
            return None
        return self._of_date(year) if self.day else self._of_weekday(year)

    def _of_date(self, year: int) -> dt.date:
        exact = dt.date(year, self.month, self.day)
        if not self.moved:
            return exact
        return exact + {SATURDAY: -DAY, SUNDAY: DAY}.get(exact.weekday(), 0 * DAY)

    def _of_weekday(self, year: int) -> dt.date:
        if self.nth > 0:
            first = dt.date(year, self.month, 1)
            return first + DAY * ((self.weekday - first.weekday()) % WEEK + WEEK * (self.nth - 1))
        following = dt.date(year + self.month // 12, self.month % 12 + 1, 1)
        last = following - DAY
        return last - DAY * ((last.weekday() - self.weekday) % WEEK + WEEK * (-self.nth - 1))


@dataclass(frozen=True)
class Calendar:
    """Which days an authority works, and the rules by which a period of days ends there."""

    zone: ZoneInfo
    holidays: tuple[Holiday, ...] = ()
    ends_on_working_day: bool = False
    """A period that ends on a day off goes on to the next working day (Regulation 1182/71 Art 3(4))."""
    least_working_days: int = 0
    """A period of `least_working_days_from` days or more holds at least so many working days (the same, Art 3(5))."""
    least_working_days_from: int = 0
    _kept: dict[int, frozenset[dt.date]] = field(default_factory=dict, compare=False, repr=False)

    def works_on(self, day: dt.date) -> bool:
        return day.weekday() < SATURDAY and day not in self._holidays_around(day.year)

    def _holidays_around(self, year: int) -> frozenset[dt.date]:
        """With those of the next year: New Year's Day on a Saturday is kept on the last day of the old year."""
        if year not in self._kept:
            days = (holiday.in_year(each) for holiday in self.holidays for each in (year, year + 1))
            self._kept[year] = frozenset(day for day in days if day is not None)
        return self._kept[year]

    def after_calendar_days(self, day: dt.date, count: int) -> dt.date:
        """The last day of a period of calendar days that begins on the day after `day`."""
        last = day + count * DAY
        if self.ends_on_working_day:
            last = self._next_working(last)
        if self.least_working_days and count >= self.least_working_days_from:
            while sum(map(self.works_on, _days(day + DAY, last))) < self.least_working_days:
                last = self._next_working(last + DAY)
        return last

    def after_work_days(self, day: dt.date, count: int) -> dt.date:
        """The last day of a period of working days that begins on the day after `day`."""
        last = day
        for _each in range(count):
            last = self._next_working(last + DAY)
        return last

    def _next_working(self, day: dt.date) -> dt.date:
        while not self.works_on(day):
            day += DAY
        return day


def _days(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    while first <= last:
        yield first
        first += DAY


@dataclass(frozen=True, slots=True)
class Deadline:
    """`moment` is the first one that is too late, in UTC; `last_day` the last on which a report is in time."""

    last_day: dt.date
    moment: dt.datetime


def end_of_day(day: dt.date, zones: Sequence[ZoneInfo]) -> dt.datetime:
    """When the day is over in the first of these places, in UTC."""
    midnight = dt.datetime.combine(day + DAY, dt.time())
    return min(midnight.replace(tzinfo=zone).astimezone(dt.UTC) for zone in zones)


@dataclass(frozen=True)
class Period:
    """How long, in which unit: `calendar` and `work` days, `hours`, or `before` the action that starts it."""

    count: int
    unit: str

    @cached_property
    def rough_hours(self) -> float:
        """For comparing lengths: five work days are a week."""
        return {"calendar": 24.0, "work": 24.0 * 7 / 5, "hours": 1.0}.get(self.unit, 0.0) * self.count

    def deadline(self, aware: dt.datetime, place: ZoneInfo, calendar: Calendar) -> Deadline:
        """From the moment of awareness at a place. `aware` bears a zone; the day of awareness is the one at `place`."""
        if self.unit in ("hours", "before"):
            moment = aware.astimezone(dt.UTC) + dt.timedelta(hours=self.count)
            just_before = moment - dt.timedelta(microseconds=1)
            return Deadline(just_before.astimezone(place).date(), moment)
        day = aware.astimezone(place).date()
        count = calendar.after_work_days if self.unit == "work" else calendar.after_calendar_days
        last = count(day, self.count)
        return Deadline(last, end_of_day(last, (place, calendar.zone)))
