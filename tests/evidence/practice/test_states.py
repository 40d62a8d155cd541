"""The state of a duty: the table of paper and practice, cell by cell."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemba.evidence.catalogue.model import Duty, DutyKind
from gemba.evidence.practice.figures import figures, share
from gemba.evidence.practice.states import LABELS, TONES, Ground, State, explained, state_of
from gemba.evidence.practice.windows import MONTHS, months_of

DAY = dt.date(2026, 11, 22)
RECENT, OLD = dt.date(2026, 6, 1), dt.date(2024, 1, 1)
YEARLY = Duty("5.6.1-a", "5.6.1", "Review the system.", DutyKind.RECORD, ("management_review",), "yearly")
EVENT = replace(YEARLY, id="8.2.2-a", cadence="per_event")
PAPER = replace(YEARLY, id="4.2.2-a", needs_practice=False)
SINCE = dt.date(2024, 1, 1)


@pytest.mark.parametrize(
    ("ground", "state"),
    [
        (Ground(duty=YEARLY, claimed_since=SINCE), State.PAPER_ONLY),
        (Ground(duty=YEARLY, claimed_since=dt.date(2026, 9, 1)), State.NOT_YET_DUE),
        (Ground(duty=EVENT, claimed_since=dt.date(2026, 9, 1)), State.PAPER_ONLY),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_exercise=RECENT), State.REHEARSED),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_exercise=OLD), State.PAPER_ONLY),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_valid=RECENT), State.WORKING),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_valid=RECENT, newest_exercise=RECENT), State.WORKING),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_valid=OLD), State.LAPSED),
        (Ground(duty=YEARLY, claimed_since=SINCE, newest_valid=OLD, newest_exercise=RECENT), State.LAPSED),
        (Ground(duty=YEARLY), State.MISSING),
        (Ground(duty=YEARLY, newest_exercise=RECENT), State.REHEARSED_UNWRITTEN),
        (Ground(duty=YEARLY, newest_valid=RECENT), State.UNWRITTEN_PRACTICE),
        (Ground(duty=YEARLY, newest_valid=OLD), State.MISSING),
        (Ground(duty=YEARLY, claimed_since=SINCE, ever_invalid=7), State.PAPER_ONLY),
        (Ground(duty=PAPER, claimed_since=SINCE), State.WRITTEN),
        (Ground(duty=PAPER, newest_valid=RECENT), State.MISSING),
        (Ground(duty=YEARLY, applies=False, newest_valid=RECENT), State.NOT_APPLICABLE),
        (Ground(duty=YEARLY, applies=None, newest_valid=RECENT), State.UNDECIDED),
    ],
)
def test_paper_and_practice_decide_the_state_together(ground: Ground, state: State) -> None:
    """M65, M71: each cell of the table, with what applies and what asks for a document alone beside it."""
    assert state_of(ground, DAY) is state


@given(
    st.booleans() | st.none(),
    st.none() | st.dates(dt.date(2015, 1, 1), DAY),
    st.none() | st.dates(dt.date(2015, 1, 1), DAY),
    st.sampled_from(sorted(MONTHS)),
)
def test_every_ground_has_one_state_with_a_word_a_tone_and_a_sentence(
    applies: bool | None, claimed: dt.date | None, valid: dt.date | None, cadence: str
) -> None:
    """M71: nothing is without a state, and none is shown without its reason."""
    ground = Ground(duty=replace(YEARLY, cadence=cadence), applies=applies, claimed_since=claimed, newest_valid=valid)
    state = state_of(ground, DAY)
    assert LABELS[state]
    assert TONES[state]
    assert "%(" not in explained(ground, state, DAY)
    assert explained(ground, state, DAY).endswith(".")


@given(st.dates(dt.date(2015, 1, 1), DAY), st.integers(0, 4000))
def test_practice_never_improves_by_waiting(valid: dt.date, days: int) -> None:
    """M67: with no new record a working duty can only lapse, and a lapsed one stays lapsed."""
    ground = Ground(duty=YEARLY, claimed_since=SINCE, newest_valid=valid)
    before, after = state_of(ground, DAY), state_of(ground, DAY + dt.timedelta(days=days))
    assert (before, after) != (State.LAPSED, State.WORKING)


def test_an_interval_the_duty_states_itself_comes_before_its_cadence() -> None:
    """M74: a review every six months counts for eight, whatever its cadence is called."""
    assert months_of(replace(YEARLY, interval_months=6)) == 8


def test_paper_practice_and_gap_are_shares_of_what_applies() -> None:
    """M66: claimed, working, and the points between them; what does not apply or is undecided is in neither."""
    rows = [(YEARLY, state) for state in (State.WORKING, State.PAPER_ONLY, State.LAPSED, State.MISSING)]
    rows += [(YEARLY, State.NOT_APPLICABLE), (YEARLY, State.UNDECIDED), (PAPER, State.WRITTEN)]
    found = figures(rows)
    assert (found.paper, found.practice, found.gap) == (75, 25, 50)
    assert (found.applicable, found.all_applicable, found.undecided, found.not_applicable) == (4, 5, 1, 1)
    assert found.all_paper == 80


def test_too_few_duties_make_no_percentage() -> None:
    """M65: below three the share reads as not evaluable instead of swinging by half."""
    found = figures([(YEARLY, State.WORKING), (YEARLY, State.WORKING)])
    assert (found.paper, found.practice, found.gap) == (None, None, None)


@given(st.integers(0, 2000), st.integers(3, 2000))
def test_a_share_reads_all_or_none_only_where_it_is(part: int, whole: int) -> None:
    """M65: 331 of 332 is not 100 percent, and 1 of 332 is not nothing."""
    found = share(min(part, whole), whole)
    assert (found == 100) == (part >= whole)
    assert (found == 0) == (part == 0)
