"""What a signal answers. A threshold is data, a figure has its rows, and too few rows make no figure."""

import datetime as dt
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Threshold:
    """The figure from which a signal fires, in the unit it is shown in."""

    name: str
    value: float
    unit: Text = ""
    least: float = 0
    most: float = 1e9
    """Between these a company may choose."""

    def with_value(self, value: float) -> "Threshold":
        return replace(self, value=value)

    @property
    def number(self) -> str:
        """As shown: without a point where there is nothing behind it."""
        return f"{self.value:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row behind a figure. `record` is the key of the record to open, where there is one.

    Whoever may not see that record, or one of `others` that the label names too, is shown neither label nor detail.
    """

    label: str
    detail: str = ""
    record: int | None = None
    fires: bool = False
    others: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[int, ...]:
        """The keys of all records that this row tells of."""
        return self.others if self.record is None else (self.record, *self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One figure of a signal: of a kind of record, an audit, a process, or the company.

    `value` is None where too few rows make a figure: not evaluable, and never fired.
    """

    about: str
    n: int
    value: float | None
    unit: Text
    fired: bool
    sentence: str
    rows: Sequence[Row] = ()
    of: tuple[int, str] | None = None
    """Key and number of the record whose title `about` says, where it says one."""

    @property
    def names(self) -> set[int]:
        """The keys of all records that this finding tells of."""
        named = {key for row in self.rows for key in row.names}
        return named if self.of is None else {self.of[0], *named}

    def about_for(self, seen: Container[int]) -> str:
        """What it is about, for somebody who may see these records: of any other its number alone."""
        return self.about if self.of is None or self.of[0] in seen else self.of[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A signal with everything its page says."""

    name: str
    title: Text
    says: Text
    """What it means when it fires."""
    not_meaning: Text
    """What it does not mean."""
    since: dt.date
    until: dt.date
    thresholds: Sequence[Threshold]
    findings: Sequence[Finding] = field(default_factory=tuple)

    @property
    def fired(self) -> bool:
        return any(finding.fired for finding in self.findings)

    @property
    def evaluable(self) -> bool:
        return any(finding.value is not None for finding in self.findings)
