"""The days of the story, counted back from the day of the demonstration, so that it is never out of date."""

import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

HOME = ZoneInfo("Europe/Helsinki")
QUARTERS = 8
SATURDAY = 5


def quarter_ends(before: dt.date) -> tuple[dt.date, ...]:
    """The last days of the eight quarters that ended before a day, oldest first."""
    first_of_quarter = dt.date(before.year, 3 * ((before.month - 1) // 3) + 1, 1)
    starts = [first_of_quarter - relativedelta(months=3 * n) for n in range(QUARTERS)]
    return tuple(sorted(start - dt.timedelta(days=1) for start in starts))


def working_day(day: dt.date) -> dt.date:
    """The day itself, or the Friday before a weekend: nobody at Kuvitelma works on Sunday, and nobody in the future."""
    return day - dt.timedelta(days=max(day.weekday() - SATURDAY + 1, 0))


@dataclass(frozen=True)
class Calendar:
    """`now` is when the demonstration is made; everything happened before it."""

    now: dt.datetime
    quarters: tuple[dt.date, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quarters", quarter_ends(self.today))

    @property
    def today(self) -> dt.date:
        return self.now.astimezone(HOME).date()

    @property
    def founding(self) -> dt.date:
        """The day on which the company begins to use Gemba: before the first quarter ends."""
        return working_day(self.quarters[0] - dt.timedelta(days=75))

    def day(self, ago: int) -> dt.date:
        """So many days before today; negative ones lie ahead."""
        return self.today - dt.timedelta(days=ago)

    def at(self, day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
        """A moment of a working day in Tampere."""
        return dt.datetime.combine(working_day(day), dt.time(hour, minute), HOME)

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> dt.datetime:
        return self.at(self.day(days), hour, minute)

    def after_quarter(self, number: int, days: int) -> dt.date:
        """Some days after a quarter ended, but before today."""
        end = self.quarters[number]
        return max(end, min(end + dt.timedelta(days=days), self.day(2)))
