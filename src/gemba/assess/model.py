"""What an assessment knows: documents with their facts, claims and findings, as plain immutable values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from gemba.assess.readers.blocks import Place


class Kind(StrEnum):
    """What a document is. Labels are the field's words; `record` is evidence, everything else is paper."""

    MANUAL = "manual"
    POLICY = "policy"
    PROCEDURE = "procedure"
    WORK_INSTRUCTION = "work instruction"
    FORM = "form or template"
    RECORD = "filled record"
    PLAN = "plan"
    LIST = "list"
    TECHNICAL = "technical document"


class ClaimSource(StrEnum):
    MAP = "map"
    """The manual's clause map names the document for the clause."""
    STATED = "stated"
    """The document says of itself that it implements the clause."""
    MENTION = "mention"
    """The clause is named in running text: shown, never counted as a claim."""


class Severity(StrEnum):
    HIGH = "high"
    """An auditor would find it first: a required procedure missing, a wrong exclusion, an unfilled procedure."""
    MEDIUM = "medium"
    LOW = "low"


class Fact(NamedTuple):
    """A value a document gives of itself, as written, with its place."""

    value: str
    place: Place


class DateFact(NamedTuple):
    """A labelled date. `value` is None when the text is no date; `text` keeps what was written."""

    label: str
    """One of: effective, approved, issued, reviewed, next review, created, modified, other."""
    value: date | None
    text: str
    place: Place


class Claim(NamedTuple):
    """`clause` is the number as the framework writes it (`8.2.1`); `known` is False where the framework has no such."""

    framework: str
    clause: str
    source: ClaimSource
    place: Place
    known: bool = True


class StandardReference(NamedTuple):
    """A standard or law cited anywhere. `edition` is the year as written, or None."""

    standard: str
    """Normalised designation: `ISO 13485`, `IEC 62366-1`, `21 CFR 820`."""
    edition: str | None
    place: Place


class DocumentReference(NamedTuple):
    """Another document named in the text (by number or by title) or linked (`target` as written)."""

    name: str
    target: str | None
    place: Place


class MapRow(NamedTuple):
    """One row of a clause map: the clause and the names of the documents said to cover it, or an exclusion."""

    framework: str
    clause: str
    documents: tuple[str, ...]
    excluded: bool
    reason: str
    place: Place
    known: bool = True


class Exclusion(NamedTuple):
    """A clause said not to apply, in the manual's text or map; `reason` is empty where none is given."""

    framework: str
    clause: str
    reason: str
    place: Place
    known: bool = True


class TemplateMatch(NamedTuple):
    """The template a document is nearest to. Similarity is the share of shared word 5-grams, 0.0 to 1.0."""

    path: str
    similarity: float


class Document(NamedTuple):
    """One file of the folder, as far as it could be read. Paths are relative to the folder, with forward slashes."""

    path: str
    format: str
    title: str
    kind: Kind
    number: Fact | None = None
    heading_number: Fact | None = None
    """A number in the document's own heading where it differs from `number` (taken from file name or header)."""
    revision: Fact | None = None
    owner: Fact | None = None
    """Only a real owner: an unresolved placeholder is no owner."""
    approver: Fact | None = None
    dates: tuple[DateFact, ...] = ()
    claims: tuple[Claim, ...] = ()
    map_rows: tuple[MapRow, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    standards: tuple[StandardReference, ...] = ()
    references: tuple[DocumentReference, ...] = ()
    placeholders: tuple[Fact, ...] = ()
    guidance: tuple[Fact, ...] = ()
    """Template guidance left in the text: block quotations that address the author, `delete this before use`."""
    owner_unfilled: Fact | None = None
    """An owner field whose value is empty or a placeholder."""
    blank: bool = False
    """A form, list or record whose fields are all empty."""
    words: int = 0
    shingles: frozenset[int] = frozenset()
    """Hashes of the word 5-grams of the text, stable between runs and processes."""
    evidence_types: tuple[str, ...] = ()
    """For a filled record: the evidence types of the catalogue it looks like."""
    anchors: tuple[str, ...] = ()
    """Of Markdown and HTML: the places in it that links may lead to, as `plain_anchor` writes them. Empty: unknown."""
    record_date: DateFact | None = None
    problem: str | None = None
    template: TemplateMatch | None = None


class Finding(NamedTuple):
    """Something a person should look at: one helpful sentence, at one place."""

    code: str
    severity: Severity
    path: str
    place: Place
    message: str
    clause: str | None = None
    """The clause it is about, where it is about one."""


class ClauseState(StrEnum):
    """From documents alone. `evidence found` means filled records lie in the folder; never that the clause works."""

    MISSING = "missing"
    PAPER_ONLY = "paper only"
    EVIDENCE_FOUND = "evidence found"
    UNWRITTEN = "records, but unwritten"
    EXCLUDED = "not applicable"


class EvidenceFound(NamedTuple):
    """A filled record that yields an evidence type one of the clause's duties asks for."""

    evidence_type: str
    path: str
    date: str | None


class ClauseResult(NamedTuple):
    clause: str
    title: str
    duties: int
    """How many duties stand under this clause itself."""
    mapped: tuple[str, ...]
    stated: tuple[str, ...]
    mentioned: tuple[str, ...]
    excluded: Exclusion | None
    excluded_in: str | None
    evidence: tuple[EvidenceFound, ...]
    state: ClauseState
    mapped_through: tuple[str, ...] = ()
    """For each of `mapped` the clause the map names it for: this one, or a parent (7.5 for 7.5.1)."""
    stated_through: tuple[str, ...] = ()
    """For each of `stated` the clause the document names: this one, or a parent."""
    mapped_missing: tuple[str, ...] = ()
    """Names the clause map gives for this clause that lead to no document of the folder."""


class Totals(NamedTuple):
    documents: int
    unreadable: int
    clauses: int
    """Clauses with duties of their own that are not excluded."""
    claimed: int
    with_evidence: int
    findings: dict[str, int]
    """Findings by severity."""


class FirstThing(NamedTuple):
    """One of the things to do first. `code` leads to its findings, or is `no-records` for the missing proof itself."""

    code: str
    sentence: str
    open: str
    """The file to open, empty where it is no single file."""


class GapKind(NamedTuple):
    """Clauses lacking one kind of proof or paper. A clause may lack several."""

    name: str
    meaning: str
    clauses: tuple[str, ...]


class FourQuestions(NamedTuple):
    """What makes a process defined, as far as its document shows it. None of it shows that it works."""

    written: bool
    """It says itself which clause it covers, and is not its unfilled template."""
    owned: bool
    risk: bool
    """It refers to risk management: ISO 14971, or the clauses on risk (4.1.2, 7.1)."""
    traceable: bool
    """It refers to at least one other document of the folder that exists."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything the outputs are made from. `as_of` is given by the caller: there is no clock inside."""

    framework: str
    folder: str
    as_of: date
    documents: tuple[Document, ...]
    clauses: tuple[ClauseResult, ...]
    findings: tuple[Finding, ...]
    totals: Totals
    first: tuple[FirstThing, ...] = ()
    gaps: tuple[GapKind, ...] = ()
    questions: Mapping[str, FourQuestions] = field(default_factory=dict)
    """By path, for the documents that say how work is done."""
    other_files: int = 0
    """Files that are no documents (pictures, archives, programs): counted, not read."""
    templates: int | None = None
    """How many templates the documents were compared with, or None where none were given."""
