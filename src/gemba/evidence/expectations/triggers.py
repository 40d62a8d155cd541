"""What one thing that happened makes due: data beside this file, in the vocabulary of evidence types."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gemba.evidence.catalogue.load import catalogue
from gemba.evidence.catalogue.model import Duty, Framework

LONGEST = 3 * 366


class TriggerError(ValueError):
    """A trigger that cannot be used: an unknown type, or no time to do it in."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Evidence of type `then` is due so many days after evidence of type `when` happened."""

    when: str
    then: str
    days: int
    why: str

    def due(self, day: dt.date) -> dt.date:
        return day + dt.timedelta(days=self.days)


def read(rows: Sequence[Mapping[str, Any]], vocabulary: Mapping[str, Any]) -> tuple[Trigger, ...]:
    """Raises `TriggerError` with a sentence for the first row that cannot be used."""
    return tuple(_trigger(place, row, vocabulary) for place, row in enumerate(rows, 1))


def _trigger(place: int, row: Mapping[str, Any], vocabulary: Mapping[str, Any]) -> Trigger:
    for name in ("when", "then"):
        if row.get(name) not in vocabulary:
            raise TriggerError(f"Trigger {place}: {row.get(name)!r} is no evidence type of the catalogue.")
    days = row.get("days")
    if isinstance(days, bool) or not isinstance(days, int) or not 0 < days <= LONGEST:
        raise TriggerError(f"Trigger {place}: days must be a whole number from 1 to {LONGEST}, and is {days!r}.")
    return Trigger(str(row["when"]), str(row["then"]), days, str(row.get("why", "")))


@cache
def triggers() -> tuple[Trigger, ...]:
    """Those that come with Gemba."""
    text = files("gemba.evidence.expectations").joinpath("data/triggers.yaml").read_text(encoding="utf-8")
    return read(yaml.safe_load(text), catalogue().evidence_types)


def duties_for(framework: Framework, trigger: Trigger) -> list[Duty]:
    """The duties that wait for something to happen and that this evidence proves."""
    return [
        duty for duty in framework.duties
        if duty.needs_practice and duty.cadence == "per_event" and trigger.then in duty.proving
    ]  # fmt: skip
