"""What modules tell the evidence layer beyond dates, states and links: facts that only their own columns hold.

The evidence layer imports no module. A record type declares `Facts`; each is a function that answers plain rows, in a
number of statements that does not depend on how many there are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """One step as a procedure says it. `kind` is the kind of record it leaves, empty where it leaves none."""

    role: str
    action: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text in force: of which document, since when, and what is measured of it."""

    document: int
    revision: int
    number: str
    title: str
    since: dt.date
    kinds: tuple[str, ...] = ()
    """Kinds of record that are made by it."""
    steps: tuple[WrittenStep, ...] = ()
    words: int = 0
    own: float | None = None
    """How much of its wording its template does not have, 0 to 1; None where it was made from none."""
    gaps: int = 0
    """Places the author has still to fill."""
    asked: bool = True
    """Whether people who do the work were asked if it fits."""
    fitted: bool = True
    """Whether somebody who does the work has answered."""


@dataclass(frozen=True, slots=True)
class Taught:
    """How many people were asked to learn what a document says as it stands, and how many have."""

    document: int
    asked: int
    trained: int


@dataclass(frozen=True, slots=True)
class Bypass:
    """Somebody went around what is written: leave given, an emergency, more time. `record` is what it was done to."""

    record: int
    on: dt.date
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What was done about a finding, as far as columns tell it. Links tell the rest."""

    record: int
    number: str
    title: str
    finished: dt.date
    """The day on which its actions were in place."""
    cause_found: bool
    """A cause is written that is neither the problem again nor somebody's slip."""
    corrected: bool
    acted: bool
    """There is an action beside the correction."""
    beyond_documents: bool
    """At least one action is not the change of a document."""
    recurred: bool
    revised: frozenset[int]
    """Records that it names as revised, such as procedures."""
    revision_reasoned: bool
    """A reason stands for revising nothing."""
    understood: bool
    """People understood it: linked, or a reason why nobody had to be told."""
    taking_part: frozenset[int]
    """Keys of the people who took part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A figure for management that only a type's own columns hold, such as a value beside its target."""

    label: str
    value: str
    record: int
    """The record to open."""
    good: bool | None = None
    """None where there is nothing to compare it with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All optional. Each is asked on a day and answers what was so then."""

    written: Callable[[dt.date], Iterable[Written]] | None = None
    taught: Callable[[dt.date], Mapping[int, Taught]] | None = None
    bypasses: Callable[[dt.date, dt.date], Iterable[Bypass]] | None = None
    """Between two days."""
    responses: Callable[[dt.date, dt.date], Iterable[Response]] | None = None
    """To findings, finished between two days."""
    figures: Callable[[dt.date, dt.date], Iterable[Told]] | None = None
    """What management looks at, as known on the second day of a period."""


NONE = Facts()
