"""The reporting clocks of the catalogue by market, with the ways of counting that belong to them."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from gemba.evidence.catalogue.load import DATA
from gemba.modules.complaint.counting import Calendar, Deadline, Holiday, Period

REFERENCE = DATA / "reference"
COUNTING = Path(__file__).parent / "data" / "counting.yaml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LONGEST_KEY = 80
ACTION = "action"
"""The harm, so to say, of a field action: its clocks are counted from the action, which may be planned."""
HOURS = re.compile(r"(\d+) hours")
UNITS = {
    "calendar": "calendar", "calendar days": "calendar", "work": "work", "work days": "work", "working": "work",
    "working days": "work", "before action": "before",
}  # fmt: skip
"""The words of the catalogue. `48 hours` is read apart."""


class RuleError(ValueError):
    """The data of the clocks do not fit together; stops the start with a sentence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock of one market: what is reported, and how long there is for it."""

    key: str
    market: str
    event: str
    period: Period

    @property
    def length(self) -> str:
        """In words that the catalogue uses."""
        count, unit = self.period.count, self.period.unit
        words = {"calendar": "calendar days", "work": "work days", "hours": "hours"}
        return f"{count} {words[unit]}" if unit in words else "before the action"

    @property
    def before_action(self) -> bool:
        return self.period.unit == "before"


@dataclass(frozen=True)
class Market:
    """A market with its authority, its clocks in the order of the catalogue, and how sure we are of them."""

    code: str
    label: str
    authority: str
    confidence: str
    awareness: str
    calendar: Calendar
    rules: tuple[Rule, ...]
    criteria: Mapping[str, Rule]
    """Harm, or `action` for a field action -> the clock that usually goes with it."""
    follow_up: Period | None = None
    """From new information to the report of it, where the rule says how long."""

    def starts_with_action(self, rule: Rule) -> bool:
        """Counted from an action of the company's own, not from news that reached it."""
        return rule.before_action or rule == self.criteria.get(ACTION)

    def rule_for(self, harm: str) -> Rule:
        """The clock that goes with a harm; the shortest one while the harm is not known."""
        reports = [rule for rule in self.rules if not rule.before_action]
        return self.criteria.get(harm) or min(reports, key=lambda rule: rule.period.rough_hours)


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 (a safe loader)
    return found


def period_of(days: str, unit: str) -> Period:
    """A period in the words of the catalogue. Raises `RuleError` for a unit we cannot count."""
    if hours := HOURS.fullmatch(unit):
        if int(hours[1]) != int(days) * 24:
            raise RuleError(f"{days} days are not {unit}.")
        return Period(int(hours[1]), "hours")
    if unit not in UNITS:
        raise RuleError(f"{unit!r} is no unit of a reporting clock that we can count in.")
    return Period(int(days), UNITS[unit])


def _key(market: str, event: str) -> str:
    return f"{market}-{re.sub('[^a-z0-9]+', '-', event.lower()).strip('-')}"[:LONGEST_KEY]


def _rules(code: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(
        Rule(_key(code, row["event"]), code, row["event"], period_of(str(row["days"]), str(row["unit"])))
        for row in rows
    )


def _calendar(given: Mapping[str, Any]) -> Calendar:
    return Calendar(
        ZoneInfo(given["zone"]), tuple(Holiday(**each) for each in given.get("holidays", ())),
        bool(given.get("ends_on_working_day")), int(given.get("least_working_days", 0)),
        int(given.get("least_working_days_from", 0)),
    )  # fmt: skip


def _follow_up(name: str | None) -> Period | None:
    if name is None:
        return None
    rows = _read(REFERENCE / "qmsr.yaml")["linked_deadlines"]
    row = next((each for each in rows if each["rule"] == name), None)
    if row is None:
        raise RuleError(f"The catalogue has no deadline {name!r}.")
    return period_of(str(row["clock"]), str(row["unit"]))


@cache
def markets() -> Mapping[str, Market]:
    """Every market whose clocks the catalogue knows. Raises `RuleError` where its data and ours do not fit."""
    facts: Mapping[str, Any] = _read(REFERENCE / "roles.yaml")["markets"]
    counting: Mapping[str, Any] = _read(COUNTING)["markets"]
    if set(facts) != set(counting):
        raise RuleError(f"Clocks and ways of counting differ: {', '.join(sorted(set(facts) ^ set(counting)))}.")
    return {code: _market(code, facts[code], counting[code]) for code in facts}


def _market(code: str, facts: Mapping[str, Any], given: Mapping[str, Any]) -> Market:
    rules = _rules(code, facts["vigilance"])
    by_event = {rule.event: rule for rule in rules}
    if unknown := sorted(set(given["criteria"].values()) - set(by_event)):
        raise RuleError(f"{code}: the catalogue has no clock for {', '.join(unknown)}.")
    return Market(
        code, given["label"], facts["authority"], facts["confidence"],
        given.get("awareness", "Somebody of the company becomes aware."), _calendar(given), rules,
        {harm: by_event[event] for harm, event in given["criteria"].items()}, _follow_up(given.get("follow_up")),
    )  # fmt: skip


@cache
def rules() -> Mapping[str, Rule]:
    """Every clock by its key."""
    return {rule.key: rule for market in markets().values() for rule in market.rules}


def market_choices() -> list[tuple[str, str]]:
    return [(market.code, market.label) for market in markets().values()]


def rule_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The clocks grouped by market, each with its length."""
    return [
        (market.label, [(rule.key, f"{rule.event} ({rule.length})") for rule in market.rules])
        for market in markets().values()
    ]


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def zone_choices() -> list[tuple[str, str]]:
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in _zones())]


def deadline_of(rule: Rule, aware: dt.datetime, zone: str) -> Deadline:
    """When the report is due that this clock asks for."""
    return rule.period.deadline(aware, ZoneInfo(zone), markets()[rule.market].calendar)
