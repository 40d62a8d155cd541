"""Repeatability: how much one run of a process differs from the next, from the server's own times (M8)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Void
from gemba.kernel.people.models import Site
from gemba.kernel.roles import Role
from gemba.modules.objective.models import Objective
from gemba.modules.process.runs import FEWEST, Run, Runs, finished, runs_of, spread_of, time_in_words
from tests.kernel.people import access, as_, person
from tests.modules.process.firm import Firm, accept, firm, fresh, in_force, signed, underway
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Firm:
    return firm()


def run(made: Firm, days: float, **more: Any) -> Objective:
    """A record that took so many days from its entry to its end."""
    start = clock.now() - dt.timedelta(days=100)
    with clock.shifted(start):
        record = underway(made, **more)
    with clock.shifted(start + dt.timedelta(days=days)):
        signed(fresh(record), made.manager, "end", "Reached")
    return record


def objectives(reader: Access) -> Runs:
    [found] = runs_of(finished(["objective"], reader))
    return found


def test_variation_is_computed_from_five_runs_on(made: Firm) -> None:
    """M8: 10 to 20 days; median, quartiles and deviation as by hand; below five runs nothing is said."""
    for days in (10, 12, 14, 20):
        run(made, days)
    assert (objectives(access(made.quality)).n, objectives(access(made.quality)).spread) == (4, None)
    run(made, 14)
    spread = objectives(access(made.quality)).spread
    assert spread is not None
    assert [round(value, 1) for value in (spread.median, spread.low, spread.high, spread.shortest, spread.longest)] == [
        14.0, 12.0, 14.0, 10.0, 20.0,
    ]  # fmt: skip
    assert spread.variation == pytest.approx(0.2390, abs=0.001)


def test_the_steps_are_compared_as_well(made: Firm) -> None:
    """M8: four runs go straight, one is sent back first: two ways, the usual one in four of five."""
    for _ in range(4):
        run(made, 3)
    back = underway(made, rejected_first=True)
    signed(fresh(back), made.manager, "end", "Reached")
    spread = objectives(access(made.quality)).spread
    assert spread is not None
    assert (spread.ways, spread.usual) == (2, 4)


def test_what_ends_by_itself_later_is_no_part_of_the_run(made: Firm) -> None:
    """M8: an acceptance took two days; that it was outdated after thirty does not make the run longer."""
    start = clock.now() - dt.timedelta(days=100)
    with clock.shifted(start):
        process = in_force(made)
    with clock.shifted(start + dt.timedelta(days=2)):
        accept(process, made.storekeeper)
    with clock.shifted(start + dt.timedelta(days=30)):
        signed(fresh(process), made.manager, "retire", "Given to a partner")
    [found] = runs_of(finished(["acknowledgement"], access(made.quality)))
    steps = {each.record.owner_id: (round(each.days, 1), each.steps) for each in found.found}
    assert steps == {made.storekeeper.pk: (2.0, ("accept",)), made.buyer.pk: (30.0, ("outdate",))}


def test_void_records_exercises_and_open_ones_are_no_runs(made: Firm) -> None:
    """M8, M173: only what was really finished."""
    run(made, 2, exercise=True)
    underway(made)
    Void(record=underway(made), reason="Twice", **as_(made.manager)).execute()
    assert objectives(access(made.quality)).n == 0


def test_runs_behind_a_border_are_not_counted(made: Firm) -> None:
    """ACL-01: a reader's figures are of what the reader may see."""
    leeds = Site.objects.create(name="Leeds")
    run(made, 2)
    run(made, 2, site=leeds)
    assert objectives(access(person("Lee", Role.OPERATIONS, site=leeds))).n == 1


def test_runs_that_took_no_time_vary_by_nothing(made: Firm) -> None:
    """M8: no division by zero, and a clock set back makes no negative time."""
    record = underway(made)
    spread = spread_of([Run(record, 0.0, ())] * FEWEST)
    assert spread is not None
    assert (spread.variation, spread.longest) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("days", "words"),
    [(0.0, "0 minutes"), (0.01, "14 minutes"), (0.5, "12.0 hours"), (1.25, "1.2 days"), (412.4, "412 days")],
)
def test_times_are_said_in_the_unit_that_fits(days: float, words: str) -> None:
    """M8: nobody reads 0.0 days."""
    assert time_in_words(days) == words


def test_the_page_shows_the_spread_or_says_not_evaluable(made: Firm) -> None:
    """M8: on the page of the process that leaves these records."""
    process = in_force(made)
    browser = Client()
    browser.cookies["sessionid"] = session_of(made.quality)
    address = f"/records/process/{process.number}"
    assert "Not evaluable: fewer than 5 runs" in browser.get(address).content.decode()
    for days in (1, 2, 3, 4, 5):
        run(made, days)
    page = browser.get(address).content.decode()
    assert page.count("<circle") == 5
    assert "1.0 days and 5.0 days" in page
