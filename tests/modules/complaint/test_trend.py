"""The trend of complaints: an exact rule for small counts that is silent where it cannot judge (8.4; MDR 88)."""

import datetime as dt
from decimal import Decimal
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.modules.complaint.choices import Verdict
from gemba.modules.complaint.models import Complaint, ComplaintTrend, counted
from gemba.modules.complaint.trend import FEWEST, LIMIT, Judged, Windows, binomial_tail
from gemba.modules.complaint.trends import counted_in, groups_of, months_of, windows_of
from tests.kernel.people import as_
from tests.kernel.samples import again
from tests.modules.complaint.support import complaint, edited, sign

LAST = dt.date(2026, 3, 31)
LONG_AGO = dt.date(2020, 1, 1)


def judged(recent: int, before: int, groups: int = 1) -> Judged:
    return Judged(Windows.ending(LAST, LONG_AGO), recent, before, groups)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 9))
def test_the_chance_is_the_exact_binomial_one(at_least: int, n: int, tenths: int) -> None:
    """M69: against the plain sum of the textbook."""
    p = tenths / 10
    exact = sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(at_least, n + 1))
    assert binomial_tail(at_least, n, p) == pytest.approx(exact, abs=1e-12)


def test_a_published_kind_of_example_is_judged_as_by_hand() -> None:
    """M69: six of eight in a fifth of the time: 28 x 0.2^6 x 0.8^2 + 8 x 0.2^7 x 0.8 + 0.2^8 = 0.00123."""
    assert binomial_tail(6, 8, 0.2) == pytest.approx(0.00123136)


def test_the_windows_are_three_months_against_the_twelve_before() -> None:
    """M69: n, window and time before are said with every judgement; a leap day is a day."""
    windows = Windows.ending(LAST, LONG_AGO)
    assert (windows.recent.first, windows.recent.last) == (dt.date(2026, 1, 1), LAST)
    assert windows.before is not None
    assert (windows.before.first, windows.before.last) == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
    assert Windows.ending(dt.date(2024, 2, 29), LONG_AGO).recent.first == dt.date(2023, 11, 30)


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (dt.date(2025, 6, 1), dt.date(2025, 6, 1)),
        (dt.date(2025, 7, 1), dt.date(2025, 7, 1)),
        (dt.date(2025, 7, 2), None),
    ],
)
def test_a_young_register_is_compared_with_what_it_has_or_with_nothing(since: dt.date, first: dt.date | None) -> None:
    """M69: with less than six months before the window nothing is said."""
    before = Windows.ending(LAST, since).before
    assert (before.first if before else None) == first


def test_few_complaints_are_not_evaluable_however_they_fall() -> None:
    """M69: silent below the smallest n, also if all of them are recent."""
    assert judged(FEWEST - 1, 0).verdict == Verdict.NOT_EVALUABLE
    assert judged(FEWEST, 0).verdict == Verdict.SIGNAL
    assert judged(0, 0).verdict == Verdict.NOT_EVALUABLE


def test_more_groups_ask_for_more_to_be_a_signal() -> None:
    """M69: looking at many kinds of problem must not make signals by chance."""
    alone, among_twelve = judged(6, 4), judged(6, 4, groups=12)
    assert alone.probability == among_twelve.probability
    assert (alone.verdict, among_twelve.verdict) == (Verdict.SIGNAL, Verdict.QUIET)


@given(st.integers(0, 40), st.integers(0, 200))
def test_one_more_recent_complaint_never_makes_it_less_likely_a_signal(recent: int, before: int) -> None:
    """M69: the rule is monotonic."""
    now, more = judged(recent, before).probability, judged(recent + 1, before).probability
    assert now is None or (more is not None and more <= now + 1e-12)


def test_without_a_cause_signals_are_as_rare_as_the_limit_says() -> None:
    """M69: over every outcome of 20 complaints under no change, weighted by its chance."""
    share = judged(1, 1).share
    chances = (binomial_tail(k, 20, share) - binomial_tail(k + 1, 20, share) for k in range(21))
    false = sum(chance for k, chance in enumerate(chances) if judged(k, 20 - k).verdict == Verdict.SIGNAL)
    assert 0 < false <= LIMIT


def complaints(who: Person, days: list[int], **values: str) -> list[Complaint]:
    """Received so many days before today."""
    return [complaint(who, date_received=clock.today() - dt.timedelta(days=ago), **values) for ago in days]


@pytest.mark.django_db
def test_a_trend_is_counted_when_raised_and_nobody_types_a_figure(quality: Person) -> None:
    """M69, M62: figures are columns of the record that no form offers; the conclusion is signed."""
    complaints(quality, [5, 10, 20, 30, 40, 50], problem="alarm")
    complaints(quality, [300, 420, 430], problem="display")
    made = Raise(model=ComplaintTrend, values={"title": "March", "problem": "alarm"}, **as_(quality)).execute()
    assert (made.recent, made.before, made.verdict) == (6, 0, Verdict.SIGNAL)
    assert made.chance is not None
    assert made.chance < Decimal("0.001")
    other = edited(made, quality, problem="display")
    assert (other.recent, other.before, other.verdict, other.chance) == (0, 3, Verdict.NOT_EVALUABLE, None)
    with pytest.raises(Refused):
        edited(made, quality, recent=0)
    with pytest.raises(Refused, match="Fill in first"):
        sign(made, "conclude", quality)
    edited(made, quality, problem="", conclusion="The new lens; CAPA opened.")
    complaints(quality, [1])
    concluded = sign(made, "conclude", quality)
    assert (concluded.recent, concluded.before) == (6, 3), "counted once more while it was a draft, not when signed"
    assert concluded.signatures.get().valid


@pytest.mark.django_db
def test_exercises_voids_and_no_complaints_are_not_counted(quality: Person) -> None:
    """M120, M69: a drill is never in a figure."""
    kept, void, none = complaints(quality, [1, 1, 1])
    complaint(quality, exercise=True)
    Void(record=again(void), reason="Raised twice", **as_(quality)).execute()
    sign(none, "no_complaint", quality)
    assert list(counted()) == [kept]


@pytest.mark.django_db
def test_groups_months_and_the_rows_behind_each_figure_agree(quality: Person) -> None:
    """M62: each number opens exactly the rows it counts."""
    complaints(quality, [2, 4], problem="alarm")
    complaints(quality, [3], problem="")
    complaints(quality, [150, 200, 290], problem="alarm")
    with seeing_everything():
        rows = Complaint.objects.all()
        windows = windows_of(rows, clock.today())
        groups = groups_of(rows, windows)
        assert [(g.name, g.judged.recent, g.judged.before) for g in groups] == [
            ("all", 3, 3), ("alarm", 2, 3), ("unsorted", 1, 0),
        ]  # fmt: skip
        for group in groups:
            assert counted_in(rows, windows, group.name, "recent").count() == group.judged.recent
            assert counted_in(rows, windows, group.name, "before").count() == group.judged.before
        assert sum(month.count for month in months_of(rows, windows)) == 6
        for name, span in (("nonsense", "recent"), ("all", "nonsense"), ("", "")):
            assert not counted_in(rows, windows, name, span).exists()


@pytest.mark.django_db
def test_an_empty_register_has_no_trend_and_no_fault() -> None:
    """M69: silent, not wrong."""
    with seeing_everything():
        rows = Complaint.objects.all()
        windows = windows_of(rows, clock.today())
        [only] = groups_of(rows, windows)
        assert (only.judged.verdict, only.chance, only.expected) == (Verdict.NOT_EVALUABLE, "", "")
        assert {month.count for month in months_of(rows, windows)} == {0}
