"""What the API says of paper and practice."""

import datetime as dt

from ninja import Schema
from pydantic import Field

from gemba.api.shapes import Strict


class FrameworkOut(Schema):
    id: str
    designation: str
    title: str
    edition: str
    duties: int


class LeftOutOut(Schema):
    """A duty that was decided not to apply, and why."""

    framework: str
    duty: str
    reason: str
    valid_from: dt.date
    scope: str | None
    """Number of the scope that decided it; null where one may not see it."""


class ScopeOut(Schema):
    """`approved` is false while no scope is in force; then `frameworks` are those that are on by default."""

    day: dt.date
    approved: bool
    frameworks: list[FrameworkOut]
    left_out: list[LeftOutOut]


class WhenIn(Strict):
    on: dt.date | None = Field(None, description="as it was known on that day; today where left out")


class WhereIn(WhenIn):
    site: str = Field("", max_length=26, description="`uid` of a site; evidence that names none counts everywhere")
    product: str = Field("", max_length=26, description="`uid` of a product; evidence that names none counts for all")
    drafts: bool = Field(False, description="as if every draft that claims something were in force, which none is")


class StatesIn(WhereIn):
    state: str = Field("", max_length=40, description="only duties in this state")
    clause: str = Field("", max_length=60, description="only duties of this clause and of those below it")


class FiguresOut(Schema):
    """Counts, and the shares in whole per cent; null where too few duties apply for a share."""

    applicable: int
    claimed: int
    working: int
    paper: int | None
    practice: int | None
    gap: int | None
    undecided: int
    not_applicable: int
    states: dict[str, int]


class ClauseFiguresOut(FiguresOut):
    clause: str
    title: str


class AllFiguresOut(Schema):
    framework: str
    day: dt.date
    overall: FiguresOut
    clauses: list[ClauseFiguresOut]
    """Every clause that has duties of its own, with those below it."""


class DutyStateOut(Schema):
    duty: str
    clause: str
    text: str
    state: str
    why: str
    evidence: list[str]
    cadence: str
    needs_practice: bool
    claimed_since: dt.date | None
    newest_valid: dt.date | None
    newest_exercise: dt.date | None
    not_counted: int
    """Records that look like evidence and do not hold."""
    window_months: int
    window_from: dt.date


class ClaimOut(Schema):
    duty: str
    document: str
    title: str
    source: str
    note: str
    made_at: dt.datetime


class DayFiguresOut(Schema):
    day: dt.date
    applicable: int
    claimed: int
    working: int
    states: dict[str, int]


class LedgerIn(Strict):
    since: dt.date | None = Field(None, description="due on or after; two years ago where left out")
    until: dt.date | None = Field(None, description="due on or before; a year ahead where left out")
    end: str = Field("", max_length=10, description="open, met, late, missed, waived or exercised")
    offset: int = Field(0, ge=0, le=10_000_000)
    limit: int = Field(50, ge=1, le=200)


class ExpectationOut(Schema):
    duty: str
    since: dt.date
    due: dt.date
    end: str
    ended_on: dt.date | None
    record: str | None
    """Number of the record that met it; null also where one may not see it."""
    because: str | None
    """Number of the record that made it due; null also where one may not see it."""
    reason: str


class LedgerOut(Schema):
    """`on_time` is whole per cent of all that ended, waived ones included; null where too few did."""

    counts: dict[str, int]
    ended: int
    on_time: int | None
    items: list[ExpectationOut]
    next: int | None


class ThresholdOut(Schema):
    says: str
    value: float
    unit: str


class SignalRowOut(Schema):
    label: str
    detail: str
    record: str | None
    fires: bool


class FindingOut(Schema):
    about: str
    n: int
    value: float | None
    unit: str
    fired: bool
    sentence: str
    rows: list[SignalRowOut]
    hidden: int
    """Rows about records that one may not see."""


class SignalOut(Schema):
    name: str
    title: str
    fired: bool
    evaluable: bool
    says: str
    not_meaning: str
    since: dt.date
    until: dt.date
    thresholds: list[ThresholdOut]


class WholeSignalOut(SignalOut):
    findings: list[FindingOut]
