"""Starter documents, their steps, forms and courses as plain immutable values. Every text is Gemba's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class DocumentType(StrEnum):
    MANUAL = "manual"
    POLICY = "policy"
    PROCEDURE = "procedure"
    WORK_INSTRUCTION = "work instruction"
    FORM = "form"
    PLAN = "plan"
    COURSE = "training course"


class Area(StrEnum):
    """What part of a device company's work a document governs."""

    MANAGEMENT = "management"
    DESIGN = "design"
    PURCHASING = "purchasing"
    PRODUCTION = "production"
    VALIDATION = "validation"
    MAINTENANCE = "maintenance"
    MARKET = "market"
    IMPROVEMENT = "improvement"


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes or no"
    PERSON = "person"
    LINK = "link"
    TABLE = "table"
    SIGNATURE = "signature"
    FILE = "file"


class CountedFrom(StrEnum):
    """The event a retention period is counted from."""

    RECORD = "the date of the record"
    LAST_DEVICE = "the last device of the type was placed on the market"
    SUPERSEDED = "the revision was replaced"
    LEFT = "the person left the company"
    WITHDRAWN = "it was taken out of use"


@dataclass(frozen=True, slots=True)
class Role:
    """A job role as the texts name it. `question` asks the company which of its job titles that is."""

    id: str
    label: str
    duties: str
    question: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process of the company; together they are the first process map."""

    id: str
    title: str
    area: Area
    inputs: str
    outputs: str
    feeds: tuple[str, ...]
    """Ids of the processes that take its output up."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something only the company knows. In the text stands `label`; `question` is asked of whoever fills it."""

    id: str
    label: str
    question: str


@dataclass(frozen=True, slots=True)
class Claim:
    """ "This document covers this": a whole clause of a framework, or one duty of it."""

    framework: str
    clause: str
    duty: str | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the document's records are kept at least: `years` counted from an event; `note` may lengthen it."""

    years: int
    counted_from: CountedFrom
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done by one role. `within` is by when; `minutes` the hands-on time to expect, None where it varies."""

    role: str
    action: str
    within: str
    produces: tuple[str, ...]
    """Evidence types of the catalogue's vocabulary; empty where the step leaves no evidence of its own."""
    form: str | None
    tool: str | None
    """Id of a gap: which tool the company uses here."""
    minutes: int | None


@dataclass(frozen=True, slots=True)
class FormField:
    """`states` are those of the form in which the field is filled; `required` holds on leaving the last of them."""

    id: str
    label: str
    type: FieldType
    required: bool
    help: str
    states: tuple[str, ...]
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    states: tuple[str, ...]
    """In order; the last one is final."""
    fields: tuple[FormField, ...]
    yields: tuple[str, ...]
    """Evidence types that a completed form is."""


@dataclass(frozen=True, slots=True)
class Slide:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    answers: tuple[str, ...]
    right: frozenset[int]
    """Indexes into `answers`."""
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    objectives: tuple[str, ...]
    slides: tuple[Slide, ...]
    questions: tuple[Question, ...]
    minutes: int
    pass_percent: int


@dataclass(frozen=True, slots=True)
class StarterDocument:
    """One document of the set. `purpose`, `scope` and `body` are restricted HTML, see `gemba.evidence.starter.text`."""

    id: str
    number: str
    title: str
    type: DocumentType
    area: Area
    process: str
    owner: str
    """Id of a role; which job title that is, is a gap of every installation."""
    purpose: str
    scope: str
    body: str
    review_months: int
    retention: Retention
    adapt: str
    """What whoever takes this text over has to look at, said plainly."""
    steps: tuple[Step, ...] = ()
    claims: tuple[Claim, ...] = ()
    uses: tuple[str, ...] = ()
    """Ids of the forms and documents it works with."""
    terms: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    form: Form | None = None
    course: Course | None = None
    source: str = ""
    """File and line, as shown in messages."""


@dataclass(frozen=True)
class StarterSet:
    title: str
    edition: str
    licence: str
    roles: Mapping[str, Role]
    processes: Mapping[str, Process]
    documents: Mapping[str, StarterDocument]

    @cached_property
    def by_number(self) -> Mapping[str, StarterDocument]:
        return {document.number: document for document in self.documents.values()}

    def of_type(self, kind: DocumentType) -> tuple[StarterDocument, ...]:
        """In the order of their numbers."""
        found = (document for document in self.documents.values() if document.type is kind)
        return tuple(sorted(found, key=lambda document: document.number))

    def claiming(self, framework: str, clause: str) -> tuple[StarterDocument, ...]:
        """The documents that claim a clause, or a duty of it."""
        return tuple(
            document
            for document in self.documents.values()
            if any(claim.framework == framework and claim.clause == clause for claim in document.claims)
        )
