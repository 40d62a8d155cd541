"""What the clause map shows: chapters of cells, each with its state as colour, mark and word."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from gemba.evidence.catalogue.model import Clause
from gemba.evidence.practice.assessment import Assessment, DutyState
from gemba.evidence.practice.figures import Figures
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.practice.states import LABELS, OUTSIDE, TONES, State

WORST_FIRST = (
    State.MISSING, State.LAPSED, State.PAPER_ONLY, State.UNDECIDED, State.REHEARSED_UNWRITTEN, State.REHEARSED,
    State.UNWRITTEN_PRACTICE, State.NOT_YET_DUE, State.WORKING, State.WRITTEN, State.NOT_APPLICABLE,
)  # fmt: skip
"""What an auditor would find first, first."""
_RANK = {state: rank for rank, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One clause of the map: the worst state of its duties, and how many of them are claimed and working."""

    clause: Clause
    url: str
    state: State
    figures: Figures

    @property
    def word(self) -> str:
        return str(LABELS[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def counts(self) -> str:
        if not self.figures.applicable:
            return ""
        return _("%(claimed)d on paper, %(working)d in practice, of %(all)d") % {
            "claimed": self.figures.claimed, "working": self.figures.working, "all": self.figures.applicable,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chapter:
    clause: Clause
    figures: Figures
    cells: Sequence[Cell]


def worst(rows: Iterable[DutyState]) -> State:
    """The state that needs somebody first."""
    return min((row.state for row in rows), key=_RANK.__getitem__, default=State.NOT_APPLICABLE)


def chapters(found: Assessment) -> list[Chapter]:
    """The top clauses that have duties below them, each with a cell for every clause that has duties of its own."""
    top: dict[str, list[Cell]] = {}
    for number, rows in found.by_clause.items():
        url = reverse("practice_clause", args=[found.framework.id, number])
        cell = Cell(found.framework.clauses[number], url, worst(rows), found.under(number))
        top.setdefault(_top(found, number), []).append(cell)
    return [Chapter(found.framework.clauses[number], found.under(number), cells) for number, cells in top.items()]


def _top(found: Assessment, number: str) -> str:
    clause = found.framework.clauses[number]
    while clause.parent is not None and clause.parent in found.framework.clauses:
        clause = found.framework.clauses[clause.parent]
    return clause.number


@dataclass(frozen=True, slots=True)
class DutyShown:
    """A duty as a row of a table."""

    row: DutyState
    url: str

    @property
    def word(self) -> str:
        return str(LABELS[self.row.state])

    @property
    def tone(self) -> str:
        return TONES[self.row.state]

    @property
    def newest(self) -> dt.date | None:
        return self.row.ground.newest_valid or self.row.ground.newest_exercise


def duty_shown(framework: str, row: DutyState) -> DutyShown:
    return DutyShown(row, reverse("practice_duty", args=[framework, row.duty.id]))


def found_first(found: Assessment, most: int) -> list[DutyShown]:
    """The duties an auditor would stop at: the worst state first, then by what the clause means for the device."""
    rows = [row for row in found.rows if row.duty.needs_practice and row.state not in (*OUTSIDE, State.WORKING)]
    rows.sort(key=lambda row: (_RANK[row.state], _indirect(found, row)))
    return [duty_shown(found.framework.id, row) for row in rows[:most]]


def _indirect(found: Assessment, row: DutyState) -> bool:
    return found.framework.clauses[row.duty.clause].impact != "direct"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trend chart as points of an SVG polyline, 100 wide and 40 high."""

    paper: str
    practice: str


def line_of(snapshots: Sequence[Snapshot]) -> Line | None:
    """None with fewer than two days: a single point is no trend."""
    if len(snapshots) < 2:  # noqa: PLR2004  two points make a line
        return None
    first, last = snapshots[0].day, snapshots[-1].day
    width = max((last - first).days, 1)

    def points(name: str) -> str:
        return " ".join(
            f"{100 * (each.day - first).days / width:.2f},{40 - 40 * getattr(each, name) / max(each.applicable, 1):.2f}"
            for each in snapshots
        )

    return Line(points("claimed"), points("working"))
