"""What the clause map shows: chapters of cells, each with its state as colour, mark and word."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import Count
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.catalogue.model import Clause
from gemba.evidence.claims.models import Claim
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.expectations.ledger import ratio
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import Assessment, DutyState, claim_objections
from gemba.evidence.practice.dated import own_dates
from gemba.evidence.practice.figures import Figures
from gemba.evidence.practice.models import Snapshot
from gemba.evidence.practice.place import Place
from gemba.evidence.practice.proof import proofs, yielding
from gemba.evidence.practice.states import OUTSIDE, State
from gemba.evidence.practice.windows import window_start
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType

PLAIN = "!$&'()*+,;=~:@"
"""Characters that stand as they are in a part of an address, as in those that `reverse` makes more slowly."""
WORST_FIRST = (
    State.MISSING, State.LAPSED, State.PAPER_ONLY, State.UNDECIDED, State.REHEARSED_UNWRITTEN, State.REHEARSED,
    State.UNWRITTEN_PRACTICE, State.NOT_YET_DUE, State.WORKING, State.WRITTEN, State.NOT_APPLICABLE,
)  # fmt: skip
"""What an auditor would find first, first."""
NEXT = {
    State.MISSING: gettext_lazy("Write down how it is done, then do it and keep the record."),
    State.LAPSED: gettext_lazy("Do it again: its newest record is older than its window."),
    State.PAPER_ONLY: gettext_lazy("Do it as the document says, and keep the record."),
    State.REHEARSED_UNWRITTEN: gettext_lazy("Write it down, and keep the record of the next real case."),
    State.REHEARSED: gettext_lazy("It can be done. Keep the record of the next real case."),
    State.UNWRITTEN_PRACTICE: gettext_lazy("It is done. Let a document in force describe and claim it."),
    State.NOT_YET_DUE: gettext_lazy("Nothing is due yet. See in the ledger by when the first record is."),
}
"""What would change each state."""
MEND = {
    State.MISSING: gettext_lazy(
        "A document claims it and does not count. Mend what its page names, and keep the record."
    ),
    State.REHEARSED_UNWRITTEN: gettext_lazy("A document claims it and does not count. Mend what its page names."),
    State.UNWRITTEN_PRACTICE: gettext_lazy(
        "It is done. A document claims it and does not count: mend what its page names."
    ),
}
"""The same where a document in force claims it, and its claim does not count."""
_RANK = {state: rank for rank, state in enumerate(WORST_FIRST)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One clause of the map: the worst state of its duties, and how many of them are claimed and working."""

    clause: Clause
    url: str
    state: State
    figures: Figures


CELL = '<li><a href="{}{}" data-tone="{}"><b>{}</b> <span>{}</span> <em>{}</em>{}</a></li>'
"""A cell of the map as HTML: there are a hundred on the page, and a template is slow at so many small things."""


@dataclass(frozen=True, slots=True)
class Chapter:
    clause: Clause
    figures: Figures
    cells: Sequence[Cell]

    def drawn(self, asked: str = "") -> SafeString:
        """The cells as items of a list. `asked` is the query that their addresses keep."""
        counts = _("paper %(claimed)d, practice %(working)d, of %(all)d")
        words: dict[State, str] = {}
        found = []
        for cell in self.cells:
            of = cell.figures
            said = {"claimed": of.claimed, "working": of.working, "all": of.applicable}
            small = f"<small>{escape(counts % said)}</small>" if of.applicable else ""
            word = words.setdefault(cell.state, escape(cell.state.word))
            found.append(CELL.format(
                escape(cell.url), escape(asked), cell.state.tone, escape(cell.clause.number),
                escape(cell.clause.title), word, small,
            ))  # fmt: skip
        return mark_safe("".join(found))  # noqa: S308  every part is escaped above


def worst(rows: Iterable[DutyState]) -> State:
    """The state that needs somebody first."""
    return min((row.state for row in rows), key=_RANK.__getitem__, default=State.NOT_APPLICABLE)


def chapters(found: Assessment) -> list[Chapter]:
    """The top clauses that have duties below them, each with a cell for every clause that has duties of its own."""
    top: dict[str, list[Cell]] = {}
    start = reverse("practice_map", args=[found.framework.id])
    for number, rows in found.by_clause.items():
        url = start + quote(number, safe=PLAIN)
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
    direct: bool = False
    """Whether its clause acts directly on the safety of the device, where that is known."""
    doubted: bool = False
    """Whether a document claims it whose claim does not count."""

    @property
    def next(self) -> str:
        """What to do about it, as a sentence."""
        return str((MEND if self.doubted else NEXT).get(self.row.state, ""))


def duty_shown(framework: str, row: DutyState) -> DutyShown:
    return DutyShown(row, reverse("practice_duty", args=[framework, row.duty.id]))


def found_first(found: Assessment, most: int | None = None, doubted: Collection[str] = frozenset()) -> list[DutyShown]:
    """The duties an auditor would stop at: the worst state first, then by what the clause means for the device.

    Of `doubted` duties it is said that a document claims them and does not count.
    """
    rows = [row for row in found.rows if row.duty.needs_practice and row.state not in (*OUTSIDE, State.WORKING)]
    rows.sort(key=lambda row: (_RANK[row.state], _indirect(found, row)))
    return [
        DutyShown(
            row, reverse("practice_duty", args=[found.framework.id, row.duty.id]), not _indirect(found, row),
            row.duty.id in doubted,
        )
        for row in rows[:most]
    ]  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Register:
    """A kind of record in which the evidence of a clause lies, with how many the reader may see."""

    declared: RecordType[Any]
    records: int


def registers_of(types: Collection[str]) -> list[Register]:
    """The kinds that yield these types, with their live counts (M17). One statement; exercises are not counted."""
    kinds = {declared.kind: declared for declared in yielding(set(types))}
    counted = Record.objects.filter(kind__in=sorted(kinds), exercise=False).order_by().values("kind")
    counts = {row["kind"]: row["n"] for row in counted.annotate(n=Count("pk"))}
    return [Register(declared, counts.get(kind, 0)) for kind, declared in kinds.items()]


@dataclass(frozen=True, slots=True)
class FellDue:
    """What was expected of a duty in its window, as the ledger has it: what a newest record alone would hide."""

    ended: int
    missed: int
    late: int


def fell_due(found: Assessment, row: DutyState) -> FellDue | None:
    """None where nothing fell due in the window of the duty. One statement."""
    since = window_start(row.duty, found.day)
    counts = ratio(found.framework.id, since=since, until=found.day, duty=row.duty.id)
    if not counts.ended:
        return None
    return FellDue(
        counts.ended, counts.counts.get(Expectation.End.MISSED, 0), counts.counts.get(Expectation.End.LATE, 0)
    )


@dataclass(frozen=True, slots=True)
class Proving:
    """A record on a duty's page, with the day on which it proves it."""

    record: Record
    on: dt.date
    doubts: Sequence[str]


def proving(types: Collection[str], place: Place) -> list[Proving]:
    """The records behind a duty that the reader may see, by the day on which they prove it, the newest first."""
    found = proofs(types, place=place)
    days = own_dates([each.record for each in found], types)
    shown = [Proving(each.record, days.get(each.record.pk, each.record.event_date), each.doubts) for each in found]
    return sorted(shown, key=lambda each: each.on, reverse=True)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim on a duty, with why it does not count, where it does not."""

    claim: Claim
    objections: Sequence[str]


def claimed(framework: str, duty: str, day: dt.date) -> list[Claimed]:
    """The standing claims on a duty by documents that the reader may see."""
    claims = claims_on(framework, [duty])
    objections = claim_objections({claim.record_id for claim in claims}, day)
    return [Claimed(claim, objections.get(claim.record_id, ())) for claim in claims]
