"""The reporting clocks of the catalogue: each rule with its weekends, holidays, leap days and time zones."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gemba.evidence.catalogue.load import DATA
from gemba.modules.complaint.counting import Calendar, Holiday, Period
from gemba.modules.complaint.rules import RuleError, deadline_of, markets, period_of, rules

SHARED = Path(__file__).resolve().parents[3].parent / "shared"
TAMPERE, LEEDS, NEW_YORK, TOKYO = "Europe/Helsinki", "Europe/London", "America/New_York", "Asia/Tokyo"
REPORT_US = "US-death-serious-injury-malfunction"
FIVE_US = "US-remedial-action-against-unreasonable-risk-of-substantial-harm-or-fda-request"
ACTION_US = "US-correction-or-removal-806"
THREAT_EU, DEATH_EU = "EU-serious-public-health-threat", "EU-death-or-unanticipated-serious-deterioration"
OTHER_EU, ACTION_EU = "EU-other-serious-incident", "EU-field-safety-corrective-action"

CASES = (
    # rule, became aware (there), place, last day, why
    (REPORT_US, "2027-03-10 09:00", NEW_YORK, "2027-04-09", "thirty days after the day itself"),
    (REPORT_US, "2027-04-02 09:00", NEW_YORK, "2027-05-02", "a Sunday at the end moves nothing: no rule says so"),
    (REPORT_US, "2027-01-31 09:00", NEW_YORK, "2027-03-02", "February has 28 days"),
    (REPORT_US, "2028-01-31 09:00", NEW_YORK, "2028-03-01", "February has 29 days"),
    (REPORT_US, "2028-02-29 09:00", NEW_YORK, "2028-03-30", "aware on the leap day"),
    (REPORT_US, "2027-12-15 23:59", NEW_YORK, "2028-01-14", "over the turn of the year"),
    (FIVE_US, "2027-03-08 09:00", NEW_YORK, "2027-03-15", "a weekend lies between"),
    (FIVE_US, "2027-03-06 09:00", NEW_YORK, "2027-03-12", "aware on a Saturday: Monday is the first day"),
    (FIVE_US, "2027-07-02 09:00", NEW_YORK, "2027-07-12", "Independence Day on a Sunday is kept on Monday"),
    (FIVE_US, "2027-12-30 09:00", NEW_YORK, "2028-01-07", "New Year's Day on a Saturday is kept in the old year"),
    (FIVE_US, "2026-11-20 09:00", NEW_YORK, "2026-11-30", "Thanksgiving, the fourth Thursday"),
    (FIVE_US, "2027-05-27 09:00", NEW_YORK, "2027-06-04", "Memorial Day, the last Monday of May"),
    (FIVE_US, "2028-02-25 09:00", NEW_YORK, "2028-03-03", "the leap day is a work day"),
    (ACTION_US, "2026-12-21 09:00", NEW_YORK, "2027-01-06", "Christmas and New Year's Day"),
    (ACTION_US, "2027-01-15 09:00", NEW_YORK, "2027-02-01", "Martin Luther King's birthday, the third Monday"),
    (ACTION_US, "2027-06-17 09:00", NEW_YORK, "2027-07-02", "Juneteenth on a Saturday is kept on Friday"),
    (THREAT_EU, "2026-11-18 09:00", TAMPERE, "2026-11-20", "Thursday and Friday"),
    (THREAT_EU, "2026-11-19 09:00", TAMPERE, "2026-11-23", "ends on Saturday, so on Monday: Friday and Monday"),
    (THREAT_EU, "2026-11-20 09:00", TAMPERE, "2026-11-24", "ends on Sunday, and Monday alone is not two work days"),
    (THREAT_EU, "2026-11-21 09:00", TAMPERE, "2026-11-24", "aware on a Saturday: Monday and Tuesday"),
    (THREAT_EU, "2026-11-22 09:00", TAMPERE, "2026-11-24", "aware on a Sunday"),
    (THREAT_EU, "2026-12-23 09:00", TAMPERE, "2026-12-28", "Christmas Day on a Friday"),
    (THREAT_EU, "2026-12-24 09:00", TAMPERE, "2026-12-29", "no work day before Monday"),
    (THREAT_EU, "2026-12-30 09:00", TAMPERE, "2027-01-04", "New Year's Day on a Friday"),
    (DEATH_EU, "2026-11-16 09:00", TAMPERE, "2026-11-26", "weekends count"),
    (DEATH_EU, "2026-11-11 09:00", TAMPERE, "2026-11-23", "ends on a Saturday"),
    (DEATH_EU, "2026-12-15 09:00", TAMPERE, "2026-12-28", "ends on Christmas Day, a Friday"),
    (OTHER_EU, "2026-11-13 09:00", TAMPERE, "2026-11-30", "ends on a Saturday"),
    (OTHER_EU, "2028-02-14 09:00", TAMPERE, "2028-02-29", "ends on the leap day"),
    (OTHER_EU, "2027-02-14 09:00", TAMPERE, "2027-03-01", "no leap day in that year"),
    (OTHER_EU, "2026-12-17 09:00", TAMPERE, "2027-01-04", "ends on New Year's Day, a Friday"),
    (ACTION_EU, "2026-12-01 00:00", TAMPERE, "2026-11-30", "before the day on which the action begins"),
    (ACTION_EU, "2026-12-01 13:00", TAMPERE, "2026-12-01", "before the hour at which it begins"),
    ("UK-serious-public-health-threat", "2026-11-20 09:00", LEEDS, "2026-11-22", "no rule moves it from a Sunday"),
    ("UK-death-or-unanticipated-serious-deterioration", "2026-11-20 09:00", LEEDS, "2026-11-30", "ten days"),
    ("UK-other-serious-incident", "2028-02-20 09:00", LEEDS, "2028-03-06", "fifteen days over a leap day"),
    ("CA-death-or-serious-deterioration", "2026-12-20 09:00", "America/Toronto", "2026-12-30", "ten days"),
    ("CA-recurrence-could-lead-to-it", "2026-12-20 09:00", "America/Toronto", "2027-01-19", "thirty days"),
    ("AU-serious-public-health-threat", "2026-04-04 12:00", "Australia/Sydney", "2026-04-06", "hours, not days"),
    ("AU-death-or-serious-deterioration", "2026-04-04 12:00", "Australia/Sydney", "2026-04-14", "ten days"),
    ("AU-near-event-recurrence-could-lead-to-it", "2026-04-04 12:00", "Australia/Sydney", "2026-05-04", "thirty days"),
    ("JP-death-or-serious-and-unknown", "2026-04-30 12:00", TOKYO, "2026-05-15", "fifteen days"),
    ("JP-other-serious", "2026-04-30 12:00", TOKYO, "2026-05-30", "thirty days"),
    ("BR-death-serious-public-health-threat-counterfeit", "2026-11-20 00:00", "America/Sao_Paulo", "2026-11-22",
     "72 hours from midnight end at midnight, which is too late already"),
    ("BR-serious-non-fatal-event", "2026-11-20 09:00", "America/Sao_Paulo", "2026-11-30", "ten days"),
    ("BR-recurrence-could-cause-serious-event", "2026-11-20 09:00", "America/Sao_Paulo", "2026-12-20", "thirty days"),
)  # fmt: skip


def moment(text: str, zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("rule", "aware", "place", "last", "why"), CASES, ids=[f"{c[0][:20]}-{c[1][:10]}-{i}" for i, c in enumerate(CASES)]
)
def test_every_clock_ends_on_the_day_its_rule_gives(rule: str, aware: str, place: str, last: str, why: str) -> None:
    """M13; 21 CFR 803, 806, MDR 87, Regulation 1182/71: reckoned by hand, one line for each edge of each rule."""
    found = deadline_of(rules()[rule], moment(aware, place), place)
    assert found.last_day == dt.date.fromisoformat(last), why


def test_no_clock_of_the_catalogue_is_without_a_case() -> None:
    """M13: a market or event added to the catalogue needs its line above."""
    assert {case[0] for case in CASES} == set(rules())


def test_the_lengths_are_those_of_the_catalogue_word_for_word() -> None:
    """M11: clocks are data; no length of one stands in the program."""
    facts: Mapping[str, Any] = yaml.safe_load((DATA / "reference" / "roles.yaml").read_text())["markets"]
    given = [(code, row["event"], row) for code, market in facts.items() for row in market["vigilance"]]
    assert [(rule.market, rule.event) for rule in rules().values()] == [(code, event) for code, event, _row in given]
    for rule, (_code, _event, row) in zip(rules().values(), given, strict=True):
        hours = {"hours": rule.period.count / 24}.get(rule.period.unit, rule.period.count)
        assert hours == int(row["days"])


def test_two_places_of_the_catalogue_tell_the_same_lengths() -> None:
    """M13: the articles of the MDR and the sections of Title 21 agree with the clocks by market."""
    mdr = yaml.safe_load((DATA / "reference" / "mdr.yaml").read_text())["deadlines"]
    days = {row["id"]: int(row["days"]) for row in mdr}
    for name, rule in {"spht": THREAT_EU, "death": DEATH_EU, "serious": OTHER_EU, "fsca": ACTION_EU}.items():
        assert rules()[rule].period.count == days[name]
    qmsr = {
        row["rule"]: row for row in yaml.safe_load((DATA / "reference" / "qmsr.yaml").read_text())["linked_deadlines"]
    }
    pairs = {
        "21 CFR 803.50": REPORT_US,
        "21 CFR 803.53": FIVE_US,
        "21 CFR 803.53(b)": FIVE_US,
        "21 CFR 806.10": ACTION_US,
    }
    for section, rule in pairs.items():
        row = qmsr[section]
        assert rules()[rule].period == period_of(row["clock"], row["unit"])
    follow_up = markets()["US"].follow_up
    assert follow_up == period_of(qmsr["21 CFR 803.56"]["clock"], qmsr["21 CFR 803.56"]["unit"])


@pytest.mark.skipif(not (SHARED / "catalogue").is_dir(), reason="the source catalogue is not beside the checkout")
def test_the_shipped_clocks_are_those_of_the_source_catalogue() -> None:
    """M13: nothing was lost between the source of the catalogue and what ships."""
    source = yaml.safe_load((SHARED / "catalogue" / "roles.yaml").read_text())["markets"]
    found = {code: [(rule.event, rule.period) for rule in market.rules] for code, market in markets().items()}
    assert found == {
        code: [(row["event"], period_of(str(row["days"]), row["unit"])) for row in market["vigilance"]]
        for code, market in source.items()
    }


@pytest.mark.parametrize(
    ("place", "last"),
    [(NEW_YORK, "2026-03-30"), ("America/Los_Angeles", "2026-03-30"), (TAMPERE, "2026-03-31"), (TOKYO, "2026-03-31")],
)
def test_the_day_of_awareness_is_the_day_at_the_place_of_awareness(place: str, last: str) -> None:
    """M13: half past two in the night of UTC is still yesterday in New York."""
    aware = dt.datetime(2026, 3, 1, 2, 30, tzinfo=dt.UTC)
    assert deadline_of(rules()[REPORT_US], aware, place).last_day == dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("rule", "place", "too_late"),
    [
        (REPORT_US, NEW_YORK, "2027-04-10 04:00"),
        (REPORT_US, "America/Los_Angeles", "2027-04-10 04:00"),
        (REPORT_US, TOKYO, "2027-04-09 15:00"),
        (DEATH_EU, TAMPERE, "2027-03-22 22:00"),
        (DEATH_EU, "America/New_York", "2027-03-22 23:00"),
    ],
)
def test_a_day_ends_where_it_ends_first_at_the_place_or_at_the_authority(rule: str, place: str, too_late: str) -> None:
    """M13: a report is then late in neither of the two; summer time is kept."""
    found = deadline_of(
        rules()[rule], moment("2027-03-10 12:00" if rule == REPORT_US else "2027-03-12 12:00", place), place
    )
    assert found.moment == dt.datetime.fromisoformat(too_late).replace(tzinfo=dt.UTC)


def test_hours_are_hours_also_over_the_end_of_summer_time() -> None:
    """M13: 48 hours over a night of 25 hours end an hour earlier by the clock on the wall."""
    found = deadline_of(
        rules()["AU-serious-public-health-threat"], moment("2026-04-04 12:00", "Australia/Sydney"), "Australia/Sydney"
    )
    assert found.moment.astimezone(ZoneInfo("Australia/Sydney")).strftime("%Y-%m-%d %H:%M") == "2026-04-06 11:00"


def test_while_the_harm_is_not_known_the_shortest_clock_runs() -> None:
    """M13, MDR-87.7: in doubt the report is early."""
    for market in markets().values():
        chosen = market.rule_for("unknown")
        assert not chosen.before_action
        assert all(
            chosen.period.rough_hours <= each.period.rough_hours for each in market.rules if not each.before_action
        )


def test_every_market_says_how_sure_its_rules_are() -> None:
    """M13: rules from secondary sources are marked as such wherever they are shown."""
    assert all(market.confidence for market in markets().values())
    assert {code for code, market in markets().items() if market.confidence == "law text checked"} == {"US", "EU"}


@pytest.mark.parametrize(("days", "unit"), [("5", "moons"), ("2", "72 hours"), ("3", "")])
def test_a_unit_that_cannot_be_counted_stops_the_start(days: str, unit: str) -> None:
    """M11: wrong data are found at the start, not at a deadline."""
    with pytest.raises(RuleError):
        period_of(days, unit)


DATES = st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1))


@given(DATES, st.integers(1, 40))
def test_work_days_are_counted_one_by_one(day: dt.date, count: int) -> None:
    """21 CFR 803.3: from the day after awareness there are exactly so many work days, the last one among them."""
    calendar = markets()["US"].calendar
    last = calendar.after_work_days(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(map(calendar.works_on, between)) == count
    assert calendar.works_on(last)


@given(DATES, st.integers(2, 40))
def test_a_period_of_the_union_ends_on_a_working_day_and_holds_two(day: dt.date, count: int) -> None:
    """Regulation 1182/71 Art 3: never shorter than its days, never ending on a day off, two working days within."""
    calendar = markets()["EU"].calendar
    last = calendar.after_calendar_days(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert (last - day).days >= count
    assert calendar.works_on(last)
    assert sum(map(calendar.works_on, between)) >= 2


@given(DATES, DATES)
def test_who_knows_later_never_has_to_report_earlier(one: dt.date, other: dt.date) -> None:
    """M13: in every market and for every clock."""
    first, second = sorted((one, other))
    for rule in rules().values():
        calendar, place = markets()[rule.market].calendar, ZoneInfo("UTC")
        ends = [
            rule.period.deadline(dt.datetime.combine(day, dt.time(12), place), place, calendar).moment
            for day in (first, second)
        ]
        assert ends[0] <= ends[1]


def test_a_holiday_counts_only_since_it_is_one() -> None:
    """21 CFR 803.3: Juneteenth is a federal holiday since 2021."""
    calendar = markets()["US"].calendar
    assert calendar.works_on(dt.date(2020, 6, 19))
    assert not calendar.works_on(dt.date(2023, 6, 19))


def test_the_last_weekday_of_december_is_found_too() -> None:
    holiday = Holiday("Last Friday", 12, weekday=4, nth=-1)
    assert holiday.in_year(2027) == dt.date(2027, 12, 31)
    calendar = Calendar(ZoneInfo("UTC"), (holiday,))
    assert calendar.after_work_days(dt.date(2027, 12, 30), 1) == dt.date(2028, 1, 3)
    assert Period(1, "work").rough_hours > Period(24, "hours").rough_hours
