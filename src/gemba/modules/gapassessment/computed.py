"""What records say of each duty of a campaign, beside what people say: computed, never typed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from gemba.evidence.catalogue.clauses import resolve, subclauses
from gemba.evidence.catalogue.model import Duty, Force, Framework
from gemba.evidence.practice.assessment import Assessment, DutyState, assess
from gemba.evidence.practice.states import CLAIMED, State
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel import clock
from gemba.modules.gapassessment.models import GapAssessment

PROVEN = frozenset({State.WORKING, State.UNWRITTEN_PRACTICE})


@dataclass(frozen=True, slots=True)
class Computed:
    """The state of a duty with one point for paper and one for practice; of a document duty only the first counts."""

    row: DutyState
    points: int
    of: int

    @property
    def whole(self) -> bool:
        return self.points == self.of


def computed(row: DutyState) -> Computed:
    claimed = row.state in CLAIMED
    if not row.duty.needs_practice:
        return Computed(row, int(claimed), 1)
    return Computed(row, int(claimed) + int(row.state in PROVEN), 2)


def standing(campaign: GapAssessment) -> Assessment | None:
    """The framework as records show it: today while people answer, on its last day afterwards."""
    framework = campaign.catalogued
    if framework is None:
        return None
    today = clock.today()
    day = min(campaign.ended_on or today, today)
    return assess(framework, decisions_on(day, framework.id), on=day)


def by_duty(campaign: GapAssessment) -> dict[str, Computed]:
    found = standing(campaign)
    return {row.duty.id: computed(row) for row in found.rows} if found else {}


def chosen_clauses(framework: Framework, typed: str) -> tuple[list[str], list[str]]:
    """The clauses meant and the words that name none. Nothing typed means none in particular."""
    words = [word.strip() for word in typed.replace(";", ",").split(",") if word.strip()]
    known = [(word, resolve(framework, word)) for word in words]
    return [number for _word, number in known if number], [word for word, number in known if not number]


def within(framework: Framework, typed: str) -> Sequence[Duty]:
    """The duties a campaign is about: those that ask for something, in the clauses chosen and below them."""
    clauses, _unknown = chosen_clauses(framework, typed)
    wanted = {number for clause in clauses for number in subclauses(framework, clause)}
    return [
        duty for duty in framework.duties
        if duty.force is Force.REQUIRED and (not clauses or duty.clause in wanted)
    ]  # fmt: skip


def asked_about(campaign: GapAssessment, today: dt.date) -> list[DutyState]:
    """The duties that apply or are undecided, with their states; what was decided not to apply is not asked."""
    framework = campaign.catalogued
    if framework is None:
        return []
    names = {duty.id for duty in within(framework, campaign.clauses)}
    found = assess(framework, decisions_on(today, framework.id))
    return [row for row in found.rows if row.duty.id in names and row.state is not State.NOT_APPLICABLE]
