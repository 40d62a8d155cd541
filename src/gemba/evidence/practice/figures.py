"""Paper, Practice and Gap over any set of duties, with the number behind each. No figure below the least number."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gemba.evidence.catalogue.model import Duty
from gemba.evidence.practice.states import CLAIMED, OUTSIDE, State

LEAST = 3
"""Fewer duties than this make no percentage: it would swing by a third with each of them."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, and the shares they make. Shares are whole percent; None where they cannot be evaluated."""

    applicable: int
    claimed: int
    working: int
    all_applicable: int
    all_claimed: int
    undecided: int
    not_applicable: int
    states: dict[State, int]

    @property
    def paper(self) -> int | None:
        """Claimed of those that apply, over the duties that need practice."""
        return share(self.claimed, self.applicable)

    @property
    def practice(self) -> int | None:
        """Working of those that apply, over the same duties."""
        return share(self.working, self.applicable)

    @property
    def gap(self) -> int | None:
        """Points between paper and practice."""
        if self.paper is None or self.practice is None:
            return None
        return self.paper - self.practice

    @property
    def all_paper(self) -> int | None:
        """Claimed of all that apply, also those that ask for a document alone."""
        return share(self.all_claimed, self.all_applicable)


def share(part: int, whole: int) -> int | None:
    """Whole percent, never rounded up to all nor down to none."""
    if whole < LEAST:
        return None
    exact = 100 * part / whole
    if 0 < exact < 1:
        return 1
    return 99 if 99 < exact < 100 else round(exact)  # noqa: PLR2004  percent


def figures(duties: Iterable[tuple[Duty, State]]) -> Figures:
    """Add up the states of some duties."""
    counted: Counter[State] = Counter()
    applicable = claimed = working = everything = all_claimed = 0
    for duty, state in duties:
        counted[state] += 1
        if state in OUTSIDE:
            continue
        everything += 1
        all_claimed += state in CLAIMED
        if duty.needs_practice:
            applicable += 1
            claimed += state in CLAIMED
            working += state is State.WORKING
    return Figures(
        applicable, claimed, working, everything, all_claimed, counted[State.UNDECIDED],
        counted[State.NOT_APPLICABLE], dict(counted),
    )  # fmt: skip
