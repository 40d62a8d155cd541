"""Frameworks, clauses and duties as plain immutable values. Paraphrase in our own words, never a standard's text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class DutyKind(StrEnum):
    DOCUMENTED_PROCEDURE = "documented_procedure"
    DOCUMENT = "document"
    RECORD = "record"
    ACTIVITY = "activity"


class Applicability(StrEnum):
    ALWAYS = "always"
    CONDITIONAL = "conditional"
    MAY_BE_NOT_APPLICABLE = "may_be_not_applicable"
    MAY_BE_EXCLUDED = "may_be_excluded"


class Strength(StrEnum):
    PAPER = "paper"
    PRACTICE = "practice"


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """The join vocabulary: duties name the evidence types that prove them, record types declare which they yield."""

    id: str
    label: str
    proves: str
    strength: Strength


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes/no question about the company that decides whether conditional duties apply."""

    id: str
    question: str
    usual_answer: str


@dataclass(frozen=True, slots=True, order=True)
class Counterpart:
    """A clause of another framework that asks for the same or a close thing."""

    framework: str
    clause: str


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing the framework asks for. `text` is our paraphrase. `line` is its row in the framework file."""

    id: str
    clause: str
    text: str
    kind: DutyKind
    evidence: tuple[str, ...]
    cadence: str
    applicability: Applicability = Applicability.ALWAYS
    condition: str | None = None
    needs_practice: bool = True
    counterparts: tuple[Counterpart, ...] = ()
    classes: tuple[str, ...] = ()
    """IEC 62304 safety classes it holds for; empty where classes do not matter."""
    interval_months: int | None = None
    owner: str | None = None
    """Part 11: `system`, `company` or `both`."""
    confidence: str | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class PracticeCheck:
    id: str
    clause: str
    question: str
    metric: str
    limit: str


@dataclass(frozen=True, slots=True)
class Clause:
    number: str
    title: str
    parent: str | None
    applicability: Applicability = Applicability.ALWAYS
    impact: str | None = None
    """`direct` or `indirect` effect on device safety (GHTF/SG3/N19), where known."""
    note: str = ""


@dataclass(frozen=True)
class Framework:
    """A standard or law as data.

    `cited_as` are the spellings by which documents cite it, without edition; `editions` maps each edition year to
    `current` or `superseded`. `signed_off_by` is who with a licensed copy confirmed the paraphrase: nobody yet.
    """

    id: str
    title: str
    designation: str
    edition: str
    cited_as: tuple[str, ...]
    editions: Mapping[str, str]
    clauses: Mapping[str, Clause]
    duties: tuple[Duty, ...]
    evidence_types: Mapping[str, EvidenceType]
    """All that its duties may name: its own and those of the frameworks it builds on."""
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    practice_checks: tuple[PracticeCheck, ...] = ()
    basis: str = ""
    caution: str = ""
    signed_off_by: str | None = None
    on_by_default: bool = True
    source: str = ""
    """The file it was loaded from, as shown in messages."""

    @cached_property
    def duties_by_clause(self) -> Mapping[str, tuple[Duty, ...]]:
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.clause, []).append(duty)
        return {clause: tuple(duties) for clause, duties in found.items()}
