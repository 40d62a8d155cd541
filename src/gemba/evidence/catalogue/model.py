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


class Force(StrEnum):
    """Whether the row asks for something. Only `required` rows can be met or missed."""

    REQUIRED = "required"
    OPTION = "option"
    CONSEQUENCE = "consequence"


class Confidence(StrEnum):
    """How well a row is founded, where that is less than the rest of its framework."""

    SEEN = "seen"
    PARTLY_SEEN = "partly_seen"
    GENERAL_KNOWLEDGE = "general_knowledge"


CADENCES: Mapping[str, str] = {
    "once": "set up once, then kept current; looked at again when the document is reviewed",
    "on_change": "whenever roles, markets, processes, organisation or supply change",
    "per_event": "each time the triggering event occurs",
    "per_project": "for each design project or product realisation plan",
    "per_product": "for each device type or family, kept current for its lifetime",
    "per_batch": "for each device, batch, lot or software release",
    "per_order": "for each customer order, contract, purchase order or delivery",
    "planned_interval": "at an interval the organisation sets itself",
    "yearly": "at a planned interval, in practice at least every 12 months",
    "continuous": "all the time; sampled at any date",
}
"""Every cadence a duty may have, and what it means."""


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
    proven_by: tuple[str, ...] = ()
    """Evidence types of which one alone shows that it is done; empty in a duty made by hand: all of `evidence`."""
    counterparts: tuple[Counterpart, ...] = ()
    classes: tuple[str, ...] = ()
    """IEC 62304 safety classes it holds for; empty where classes do not matter."""
    interval_months: int | None = None
    owner: str | None = None
    """Part 11: `system`, `company` or `both`. MDR Annex IX: `notified_body` where that body acts."""
    confidence: str | None = None
    """A `Confidence`, where the row is less well founded than the rest of its framework."""
    notes: Mapping[str, str] = field(default_factory=dict)
    line: int = 0
    force: Force = Force.REQUIRED
    fields: tuple[str, ...] = ()
    """Record fields the duty prescribes, as `record.field` (21 CFR 820.35 and 820.45)."""
    control: str = ""
    """Part 11: how an electronic quality system meets the duty."""
    tests: tuple[str, ...] = ()
    """Part 11: how to test the duty on a running system."""
    see: tuple[str, ...] = ()
    """Other rules the duty points to, as documents cite them (`21 CFR 830`)."""

    @property
    def proving(self) -> tuple[str, ...]:
        """What the state is computed from. The rest of `evidence` belongs to the duty and proves nothing alone."""
        return self.proven_by or self.evidence

    @property
    def asked_of_company(self) -> bool:
        """Not where a notified body acts, nor where the rule allows something or says only what follows."""
        return self.force is Force.REQUIRED and self.owner != "notified_body"


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
    counterparts: tuple[Counterpart, ...] = ()
    """Counterparts of the clause as a whole, beside those its duties name."""


@dataclass(frozen=True, slots=True)
class FormerClause:
    """A clause that older documents cite and that is gone, with what it has become."""

    number: str
    now: str
    """The clauses of the same framework that took its place, as text; empty where none did."""
    counterparts: tuple[Counterpart, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the rows rest on. `basis`: checked, secondary, general_knowledge or not_checked."""

    basis: str
    what: str


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
    complete: bool = False
    """Whether `clauses` and `outside` hold all that can be cited; only then is a clause not found there a wrong one."""
    outside: tuple[str, ...] = ()
    """Clauses and annexes that exist and may be cited but ask for nothing (scope, terms); sub-clauses included."""
    former: Mapping[str, FormerClause] = field(default_factory=dict)
    """Clauses of an earlier edition that documents still cite."""
    builds_on: tuple[str, ...] = ()
    safety_classes: Mapping[str, str] = field(default_factory=dict)
    """IEC 62304: what each software safety class means."""
    provenance: tuple[Provenance, ...] = ()
    notes: tuple[str, ...] = ()
    """Rules of reading that belong to the framework as a whole (what may be excluded, what is in scope)."""

    @cached_property
    def duties_by_clause(self) -> Mapping[str, tuple[Duty, ...]]:
        found: dict[str, list[Duty]] = {}
        for duty in self.duties:
            found.setdefault(duty.clause, []).append(duty)
        return {clause: tuple(duties) for clause, duties in found.items()}
