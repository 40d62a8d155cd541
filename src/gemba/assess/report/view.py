"""What the page and the PDF both show: anchors, labels, groups and the words for states and figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from gemba.assess.findings.registry import CODES, FindingCode, Gap
from gemba.assess.judge import lineage
from gemba.assess.model import Assessment, ClauseResult, ClauseState, Document, Finding, Severity
from gemba.assess.summary import CLAIMED, PROVED
from gemba.evidence.catalogue.model import Clause, Framework


class StateWords(NamedTuple):
    """A state by colour (`slug` names it), by symbol and by word."""

    slug: str
    symbol: str
    word: str
    short: str
    meaning: str


STATES: Mapping[ClauseState, StateWords] = {
    ClauseState.MISSING: StateWords(
        "missing", "○", "missing", "missing", "no document claims it and no record of it was found"
    ),
    ClauseState.PAPER_ONLY: StateWords(
        "paper", "◐", "paper only", "paper only", "a document claims it, no record of it was found"
    ),
    ClauseState.EVIDENCE_FOUND: StateWords(
        "proof", "●", "evidence found", "evidence", "a document claims it and a filled record of it was found"
    ),
    ClauseState.UNWRITTEN: StateWords(
        "unwritten", "◑", "records, but unwritten", "unwritten", "records of it were found, but no document claims it"
    ),
    ClauseState.EXCLUDED: StateWords(
        "na", "\N{EN DASH}", "not applicable", "n/a", "excluded by the manual or its clause map"
    ),
}
SEVERITY_SYMBOLS = {Severity.HIGH: "▲", Severity.MEDIUM: "◆", Severity.LOW: "▽"}

_VAGUE = frozenset(
    {"general", "inputs", "outputs", "planning", "review", "verification", "validation", "transfer", "changes"}
    | {"communication"}
)

NOTHING_WORKS_YET = (
    "Claimed means that a document says so. Evidence means that a filled record lies in the folder. Neither says that "
    "the work is done that way, or that it is done well."
)
DOES_MEAN = (
    (
        "A clause counts as claimed when the clause map names a document that is in the folder, or when a document "
        "says of itself that it covers the clause or its parent. A clause only named in running text is not claimed."
    ),
    (
        "A clause has evidence when a filled record was found of a type that one of its duties asks for. A blank form, "
        "a template, a procedure or a plan is never evidence."
    ),
    (
        "A clause that is excluded counts in neither figure. "
        "An exclusion of a chapter that always applies is not followed."
    ),
)
DOES_NOT_MEAN = (
    (
        "They do not say that the system works in everyday practice: documents alone are at most paper only, and a "
        "record found in a folder is one record, perhaps old, perhaps the only one."
    ),
    (
        "They do not say whether a text is right or sufficient: that a document claims a clause does not show that it "
        "covers it."
    ),
    (
        "They are not a certificate, an audit or a verdict, and cannot be added up to one number. No claim of "
        "conformity is made here."
    ),
    "What lies elsewhere, in other tools or on paper, was not seen.",
)
PARAPHRASE = (
    "The duties shown are Gemba's own short paraphrase, not the wording of the standard or law. "
    "Work with your own licensed copy."
)


def signed_off(framework: Framework) -> str:
    return f"Paraphrase confirmed against a licensed copy by: {framework.signed_off_by or 'nobody yet'}."


@dataclass(frozen=True)
class Group:
    """All findings of one code."""

    entry: FindingCode
    findings: tuple[tuple[int, Finding], ...]
    """With their position among all findings, which is their anchor."""

    def severities(self) -> tuple[Severity, ...]:
        present = {finding.severity for _, finding in self.findings}
        return tuple(severity for severity in Severity if severity in present)


@dataclass(frozen=True)
class Chapter:
    """A top-level clause with the results under it."""

    clause: Clause
    results: tuple[ClauseResult, ...]


@dataclass(frozen=True)
class View:
    assessment: Assessment
    framework: Framework

    @cached_property
    def anchors(self) -> Mapping[str, str]:
        return {document.path: f"d{at}" for at, document in enumerate(self.assessment.documents, start=1)}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        numbered = enumerate(self.assessment.findings, start=1)
        parts = groupby(numbered, key=lambda pair: pair[1].code)
        return tuple(Group(CODES[code], tuple(pairs)) for code, pairs in parts)

    @cached_property
    def gaps(self) -> Mapping[Gap, tuple[Group, ...]]:
        found = {gap: tuple(group for group in self.groups if group.entry.gap is gap) for gap in Gap}
        return {gap: groups for gap, groups in found.items() if groups}

    @cached_property
    def findings_of(self) -> Mapping[str, tuple[tuple[int, Finding], ...]]:
        """By document path; the first finding of each code only."""
        found: dict[str, dict[str, tuple[int, Finding]]] = {}
        for at, finding in enumerate(self.assessment.findings, start=1):
            found.setdefault(finding.path, {}).setdefault(finding.code, (at, finding))
        return {path: tuple(firsts.values()) for path, firsts in found.items()}

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        found: dict[str, list[ClauseResult]] = {}
        for result in self.assessment.clauses:
            top = list(lineage(self.framework, result.clause))[-1]
            found.setdefault(top, []).append(result)
        clauses = self.framework.clauses
        return tuple(Chapter(clauses.get(top) or Clause(top, "", None), tuple(rs)) for top, rs in found.items())

    def title(self, clause: str, title: str) -> str:
        """A clause called "General" says nothing by itself: its parent's title stands before it."""
        known = self.framework.clauses.get(clause)
        parent = self.framework.clauses.get(known.parent) if known and known.parent else None
        return f"{parent.title}: {title[:1].lower()}{title[1:]}" if parent and title.lower() in _VAGUE else title

    @property
    def subject(self) -> str:
        """`ISO 13485:2016`, however the framework splits designation and edition."""
        designation, edition = self.framework.designation, self.framework.edition
        return designation if not edition or edition in designation else f"{designation}:{edition}"

    def read(self) -> str:
        """What was read, as a sentence."""
        assessment = self.assessment
        parts = [counted(assessment.totals.documents, "document")]
        if assessment.totals.unreadable:
            parts.append(f"{assessment.totals.unreadable} of them unreadable")
        if assessment.other_files:
            parts.append(f"{counted(assessment.other_files, 'other file')} counted, not read")
        if assessment.templates is not None:
            parts.append(f"compared with {counted(assessment.templates, 'template')}")
        return ", ".join(parts)

    def number_of(self, state: ClauseState) -> int:
        return sum(1 for clause in self.assessment.clauses if clause.state is state)

    @property
    def paper_only(self) -> int:
        """The gap between the two numbers: claimed clauses without a record."""
        return self.number_of(ClauseState.PAPER_ONLY)


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clause_anchor(clause: str) -> str:
    return "c-" + "".join(c if c.isalnum() or c == "." else "-" for c in clause)


def is_claimed(clause: ClauseResult) -> bool:
    return clause.state in CLAIMED


def is_proved(clause: ClauseResult) -> bool:
    return clause.state in PROVED


def name_of(document: Document) -> str:
    """Number and title, as people call it."""
    number = document.number.value if document.number else ""
    title = " ".join(document.title.split())
    return title if not number or title.upper().startswith(number.upper()) else f"{number} {title}"


def present_kinds(documents: Sequence[Document]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = {}
    for document in documents:
        counts[document.kind.value] = counts.get(document.kind.value, 0) + 1
    yield from sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
