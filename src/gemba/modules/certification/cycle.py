"""The cycle of a certificate as data: which visits follow from it, on which day at the latest. Pure functions."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from dateutil.relativedelta import relativedelta

SURVEILLANCE, RECERTIFICATION, UNANNOUNCED = "surveillance", "recertification", "unannounced"
USUAL = "iso13485"
"""The cycle of a framework that names none of its own."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """All in months. `surveillance` and `unannounced` are reckoned from the day of issue."""

    validity: int
    surveillance: tuple[int, ...]
    recertification_before_expiry: int
    lead: Mapping[str, int]
    between: int | str
    """Months from one surveillance to the next, or `calendar_year`."""
    unannounced: int = 0


@dataclass(frozen=True, slots=True)
class Falling:
    """A visit that falls due. `number` counts those of one kind; preparing begins on `prepare_from`."""

    stage: str
    number: int
    due: dt.date
    prepare_from: dt.date


@cache
def cycles() -> Mapping[str, Cycle]:
    rows = yaml.safe_load(files("gemba.modules.certification").joinpath("data/cycle.yaml").read_text("utf-8"))
    return {name: Cycle(**{**row, "surveillance": tuple(row["surveillance"])}) for name, row in rows.items()}


def cycle_of(framework: str) -> Cycle:
    return cycles().get(framework, cycles()[USUAL])


def ends(framework: str, issued: dt.date) -> dt.date:
    """The last day of a certificate that says nothing else: the eve of the anniversary."""
    return issued + relativedelta(months=cycle_of(framework).validity) - dt.timedelta(days=1)


def falling(framework: str, issued: dt.date, expires: dt.date) -> Iterator[Falling]:
    """Every visit that a certificate brings with it, in the order of their days."""
    cycle = cycle_of(framework)
    days = [(SURVEILLANCE, issued + relativedelta(months=months)) for months in cycle.surveillance]
    if cycle.unannounced:
        days.append((UNANNOUNCED, min(issued + relativedelta(months=cycle.unannounced), expires)))
    days = [(stage, day) for stage, day in days if day <= expires]
    again = expires - relativedelta(months=cycle.recertification_before_expiry)
    days.append((RECERTIFICATION, max(again, issued)))
    count: dict[str, int] = {}
    for stage, day in sorted(days, key=lambda pair: pair[1]):
        count[stage] = count.get(stage, 0) + 1
        yield Falling(stage, count[stage], day, max(day - relativedelta(months=cycle.lead[stage]), issued))


def next_surveillance(framework: str, held_on: dt.date, due: dt.date) -> dt.date:
    """The last day for the one after: never later than it was, earlier where the one before was held early."""
    between = cycle_of(framework).between
    if isinstance(between, int):
        return min(due, held_on + relativedelta(months=between))
    return min(due, dt.date(held_on.year + 1, 12, 31))


def prepared(framework: str, stage: str, due: dt.date) -> dt.date:
    """When preparing a visit begins."""
    return due - relativedelta(months=cycle_of(framework).lead[stage])
