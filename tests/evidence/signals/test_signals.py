"""Signals fire on what they are for, stay silent on a clean history, and say so where they cannot know."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.catalogue.model import Duty
from gemba.evidence.practice.assessment import Assessment, DutyState
from gemba.evidence.practice.states import Ground, State, state_of
from gemba.evidence.practice.windows import window_start
from gemba.evidence.signals import backfill, burst, silence
from gemba.evidence.signals.all import SIGNALS, signals
from gemba.evidence.signals.backfill import Entered
from gemba.evidence.signals.decay import decay, lapses_on
from gemba.evidence.signals.leadership import Waiting, leadership
from gemba.evidence.signals.leadership import finding as waiting
from gemba.evidence.signals.ownership import few_doing_half, ownership
from gemba.evidence.signals.ownership import finding as kept_by
from gemba.kernel import clock
from gemba.kernel.people.models import Department, Person
from gemba.kernel.roles import Role
from tests.kernel.people import person
from tests.kernel.samples import figure

TODAY = dt.date(2026, 11, 22)
KIND = "measurement"


def entered(days: Sequence[tuple[int, int]], *, by: int = 1, hour: int = 9) -> list[Entered]:
    """Records by (day of the year it happened on, days until it was entered)."""
    start = dt.date(2026, 1, 1)
    found = []
    for number, (day, later) in enumerate(days):
        on = start + dt.timedelta(days=day)
        at = dt.datetime.combine(on + dt.timedelta(days=later), dt.time(hour), dt.UTC)
        found.append(Entered(number, KIND, f"MEAS-2026-{number:04}", by, on, at))
    return found


def test_a_kind_that_came_every_month_and_stopped_is_implausibly_quiet() -> None:
    """M62: one a month for two years, none for half a year."""
    before = [dt.date(2024, 6, 1) + dt.timedelta(days=30 * n) for n in range(24)]
    found = silence.finding(KIND, before, before[-1], 0)
    assert found.fired
    assert found.value == pytest.approx(0.0025, abs=0.0005)
    assert not silence.finding(KIND, before, TODAY, 1).fired


def test_a_rare_kind_gives_no_rate() -> None:
    """M62: below six in two years nothing is said."""
    found = silence.finding(KIND, [dt.date(2025, 1, 1)] * 5, None, 0)
    assert (found.value, found.fired) == (None, False)


def test_records_written_long_after_are_counted_as_such() -> None:
    """M60: four of twelve, five weeks later."""
    found = backfill.finding(KIND, entered([(n * 20, 35 if n % 3 == 0 else 1) for n in range(12)]))
    assert found.fired
    assert round(found.value or 0) == 33
    assert sum(row.fires for row in found.rows) == 4


def test_six_records_in_ten_minutes_over_a_month_are_a_bundle() -> None:
    """M60: each entered within the limit, all in one go the evening before."""
    start = dt.datetime(2026, 5, 30, 17, tzinfo=dt.UTC)
    rows = [
        Entered(n, KIND, f"MEAS-2026-{n:04}", 7, dt.date(2026, 5, 20 + n), start + dt.timedelta(minutes=2 * n))
        for n in range(8)
    ]  # fmt: skip
    assert len(list(backfill.bundled(rows))) == 1
    assert backfill.finding(KIND, rows).fired
    one_day = [row._replace(on=dt.date(2026, 5, 30)) for row in rows]
    assert list(backfill.bundled(one_day)) == []


def test_a_burst_before_an_audit_is_told_from_a_steady_year() -> None:
    """M70: one entry a day all year, five a day in the month before the audit."""
    audit = TODAY - dt.timedelta(days=40)
    steady = Counter({TODAY - dt.timedelta(days=n): 1 for n in range(390)})
    since = TODAY - dt.timedelta(days=365)
    assert not burst.finding(audit, steady, [audit], since, TODAY).fired
    hectic = steady + Counter({audit - dt.timedelta(days=n): 4 for n in range(1, 31)})
    found = burst.finding(audit, hectic, [audit], since, TODAY)
    assert found.fired
    assert found.value == pytest.approx(5, abs=0.1)


def test_poissons_tail_is_what_it_should_be() -> None:
    """M70: against values worked out by hand."""
    assert burst.tail(0, 3) == 1
    assert burst.tail(1, 1) == pytest.approx(1 - 0.36788, abs=1e-4)
    assert burst.tail(10, 3) == pytest.approx(0.0011, abs=1e-4)


def test_two_hundred_clean_histories_raise_no_alarm() -> None:
    """M60, M62, M70: steady work, entered within days, with two audits in the year."""
    alarms = []
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        rows = _clean(chance)
        days = [row.on for row in rows]
        start = TODAY - dt.timedelta(days=182)
        before = [day for day in days if day < start]
        alarms += [seed] * silence.finding(KIND, before, days[-1], len(days) - len(before)).fired
        alarms += [seed] * backfill.finding(KIND, rows).fired
        entries = Counter(row.at.date() for row in rows)
        audits = [TODAY - dt.timedelta(days=chance.randrange(20, 340)) for _ in range(2)]
        alarms += [seed] * any(
            burst.finding(day, entries, audits, TODAY - dt.timedelta(days=365), TODAY).fired for day in audits
        )
    assert alarms == []


def _clean(chance: random.Random) -> list[Entered]:
    """Two and a half years of a kind of record, one to eight a month, by five people, each at its own time."""
    gap = chance.uniform(4, 28)
    found: list[Entered] = []
    day = TODAY - dt.timedelta(days=900)
    while day < TODAY:
        at = dt.datetime.combine(day + dt.timedelta(days=chance.randrange(6)), dt.time(chance.randrange(7, 17)), dt.UTC)
        found.append(Entered(len(found), KIND, str(len(found)), chance.randrange(5), day, at))
        day += dt.timedelta(days=max(1, round(chance.gauss(gap, gap / 3))))
    return found


def test_the_reckoning_says_which_duty_lapses_when() -> None:
    """M63, M67: yearly evidence of 1 November 2025 counts until the first day of 2027."""
    iso = framework("iso13485")
    duty = replace(iso.duties[0], cadence="yearly", interval_months=None)
    ground = Ground(duty=duty, claimed_since=dt.date(2024, 1, 1), newest_valid=dt.date(2025, 11, 1))
    row = DutyState(duty, ground, State.WORKING)
    assert lapses_on(row) == dt.date(2027, 1, 2)
    assert lapses_on(replace(row, state=State.LAPSED)) is None
    found = decay(TODAY, [Assessment(iso, TODAY, (row,))])
    assert found.fired
    assert "2 Jan 2027" in found.findings[0].sentence
    assert not decay(TODAY, [Assessment(iso, TODAY, ())]).fired


def test_how_few_people_do_half_of_it() -> None:
    """M68: ten, five, one, one, one: one of them does more than half."""
    assert few_doing_half([1, 10, 5, 1, 1]) == 1
    assert few_doing_half([2, 2, 2, 2]) == 2
    assert few_doing_half([]) == 0


@pytest.mark.django_db
def test_a_system_kept_by_quality_alone_is_told_as_such_and_names_nobody() -> None:
    """M68: functions, never people; below four people nothing at all."""
    unit = Department.objects.create(name="Quality", is_quality=True)
    keepers = [person(f"Keeper {n}", Role.QUALITY) for n in range(4)]
    for each in keepers:
        each.department = unit
        each.save()
    for each in keepers[:3]:
        figure(each)
    assert ownership(clock.today()).findings[0].value is None
    for n in range(60):
        figure(keepers[n % 4])
    found = ownership(clock.today()).findings[0]
    assert found.fired
    assert found.value == 100
    assert not any(each.name in row.label for each in keepers for row in found.rows)


def test_work_that_waits_for_top_management_is_held_against_that_of_others() -> None:
    """M72: overdue at each, less the median of the staff; decisions by their days; no figure about one person."""
    staff = Waiting([0, 1, 1, 2, 0], [2, 4, 3])
    found = waiting(Waiting([6, 4, 2, 4], [20, 12]), staff)
    assert (found.value, found.fired) == (3, True)
    assert [row.detail for row in found.rows] == ["16", "3"]
    assert not waiting(Waiting([2, 1, 3, 1], []), staff).fired
    assert waiting(Waiting([60, 4], [20]), staff).value is None


@pytest.mark.django_db
def test_what_is_overdue_is_counted_by_person_from_tasks_and_records() -> None:
    """M72: own records and what one was asked for, past their day; done work and exercises are not."""
    leaders = [person(f"Leader {n}", Role.MANAGEMENT) for n in range(4)]
    others = [person(f"Other {n}", Role.EMPLOYEE) for n in range(4)]
    late = clock.today() - dt.timedelta(days=3)
    for each in leaders:
        for number in range(3):
            figure(each, title=f"{each} {number}", due=late)
        figure(each, title="A drill", due=late, exercise=True)
    for each in others:
        figure(each, due=clock.today() + dt.timedelta(days=3))
    found = leadership(clock.today())
    assert (found.n, found.value, found.fired) == (4, 3, True)
    assert not any(each.name in row.label for each in leaders for row in found.rows)


def test_two_hundred_clean_years_lapse_late_and_are_kept_by_many() -> None:
    """M63, M67, M68: everything is done again well within its interval, and by those whose work it is."""
    iso = framework("iso13485")
    asked = [duty for duty in iso.duties if duty.needs_practice]
    alarms = []
    for seed in range(200):
        chance = random.Random(seed)  # noqa: S311  seeded, so that every run is the same
        rows = tuple(_done_again(duty, chance) for duty in chance.sample(asked, 30))
        alarms += [seed] * decay(TODAY, [Assessment(iso, TODAY, rows)]).fired
        people, counted = _of_several_functions(chance)
        found = kept_by("The company", counted, people)
        assert found.value is not None
        alarms += [seed] * found.fired
        alarms += [seed] * waiting(_kept_up(chance, 4), _kept_up(chance, 20)).fired
    assert alarms == []


def _done_again(duty: Duty, chance: random.Random) -> DutyState:
    """Practised when two thirds of its time had not passed yet, as those do who do not wait for the last day."""
    days = (TODAY - window_start(duty, TODAY)).days
    newest = TODAY - dt.timedelta(days=chance.randrange(days * 2 // 3))
    ground = Ground(duty=duty, claimed_since=dt.date(2024, 1, 1), newest_valid=newest)
    return DutyState(duty, ground, state_of(ground, TODAY))


def _kept_up(chance: random.Random, people: int) -> Waiting:
    """Nobody has more than a thing or two overdue, and decisions take a week."""
    overdue = [chance.choice((0, 0, 0, 1, 1, 2)) for _ in range(people)]
    return Waiting(overdue, [chance.randrange(10) for _ in range(people * 5)])


def _of_several_functions(chance: random.Random) -> tuple[dict[int, Person], dict[int, int]]:
    """Quality does a part, up to two thirds; five to twenty others of four departments do the rest."""
    units = [Department(pk=n, name=f"Unit {n}", is_quality=n == 0) for n in range(5)]
    others = {
        pk: Person(pk=pk, name=str(pk), department=units[1 + pk % 4]) for pk in range(2, 2 + chance.randint(5, 20))
    }
    counted = {pk: chance.randint(5, 60) for pk in others}
    people = {1: Person(pk=1, name="1", department=units[0]), **others}
    return people, {1: int(sum(counted.values()) * chance.uniform(0.2, 1.9)), **counted}


@pytest.mark.django_db
def test_every_signal_says_what_it_means_and_what_it_does_not() -> None:
    """M72: definitions are visible, and an empty company raises no alarm."""
    found = signals(clock.today())
    assert {signal.name for signal in found} == set(SIGNALS)
    for signal in found:
        assert str(signal.says)
        assert str(signal.not_meaning)
        assert signal.thresholds
        assert not signal.fired
