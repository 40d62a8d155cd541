"""The few figures and sentences on top: claimed beside proved, five things to do first, gaps by kind, four questions.

Claimed and proved are never merged into one number, and none of them says that the system works.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from gemba.assess.findings.folder import GOVERNING
from gemba.assess.findings.registry import CODES
from gemba.assess.matching import NameIndex
from gemba.assess.model import (
    ClaimSource,
    ClauseResult,
    ClauseState,
    Document,
    Finding,
    FirstThing,
    FourQuestions,
    GapKind,
    Severity,
    Totals,
)
from gemba.evidence.catalogue.model import Framework, Strength

CLAIMED = frozenset({ClauseState.PAPER_ONLY, ClauseState.EVIDENCE_FOUND})
PROVED = frozenset({ClauseState.EVIDENCE_FOUND, ClauseState.UNWRITTEN})
FIRST = 5
_WEIGHT = {Severity.HIGH: 25, Severity.MEDIUM: 5, Severity.LOW: 1}
_RISK_CLAUSES = frozenset({"4.1.2", "7.1"})
_RISK = frozenset({"risk"})
_TRACE = frozenset({"trace", "udi"})
_TRAINING = frozenset({"training", "competence"})


def totals(documents: Sequence[Document], clauses: Sequence[ClauseResult], findings: Sequence[Finding]) -> Totals:
    by_severity = Counter(finding.severity for finding in findings)
    return Totals(
        documents=len(documents),
        unreadable=sum(1 for document in documents if document.problem and not document.words),
        clauses=sum(1 for clause in clauses if clause.state is not ClauseState.EXCLUDED),
        claimed=sum(1 for clause in clauses if clause.state in CLAIMED),
        with_evidence=sum(1 for clause in clauses if clause.state in PROVED),
        findings={severity.value: by_severity[severity] for severity in Severity},
    )


def _breadth(findings: Sequence[Finding]) -> int:
    """How many documents a finding touches; clauses and cited documents count one by one."""
    if findings[0].code in {"unclaimed-clause", "missing-document", "excluded-not-allowed", "excluded-but-mapped"}:
        return len({finding.message for finding in findings})
    return len({finding.path for finding in findings})


def _weight(findings: Sequence[Finding]) -> int:
    return sum(_WEIGHT[finding.severity] for finding in findings)


def _thing(code: str, findings: Sequence[Finding]) -> FirstThing:
    entry, breadth = CODES[code], _breadth(findings)
    sentence = entry.one if breadth == 1 else entry.many.format(n=breadth)
    worst = min(findings, key=lambda finding: list(Severity).index(finding.severity))
    return FirstThing(code, sentence, worst.path)


def first_things(findings: Sequence[Finding], clauses: Sequence[ClauseResult]) -> tuple[FirstThing, ...]:
    """At most five, by severity times breadth. That claimed clauses have no record at all counts as the gravest."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    order = {code: at for at, code in enumerate(CODES)}
    ranked = sorted(groups, key=lambda code: (-_weight(groups[code]), order[code]))
    things = [_thing(code, groups[code]) for code in ranked]
    unproved = [clause for clause in clauses if clause.state is ClauseState.PAPER_ONLY]
    if unproved:
        number = len(unproved)
        what = "One clause is claimed" if number == 1 else f"{number} clauses are claimed"
        sentence = f"{what} on paper and no filled record was found. Put one recent record of each beside its text."
        weight = _WEIGHT[Severity.HIGH] * number
        place = sum(1 for code in ranked if _weight(groups[code]) > weight)
        things.insert(place, FirstThing("no-records", sentence, ""))
    return tuple(things[:FIRST])


def _asks(framework: Framework, clause: str, words: frozenset[str] | None = None) -> set[str]:
    """Evidence types the clause's duties ask for; with `words`, only those with one of them in their name."""
    asked = {name for duty in framework.duties_by_clause.get(clause, ()) for name in duty.evidence}
    return asked if words is None else {name for name in asked if words.intersection(name.split("_"))}


def gap_kinds(framework: Framework, clauses: Sequence[ClauseResult]) -> tuple[GapKind, ...]:
    """Gaps in documentation, training, traceability, risk documentation and records, each with its clauses."""
    lacking: dict[str, list[str]] = {name: [] for name in _KINDS}
    for clause in clauses:
        if clause.state is ClauseState.EXCLUDED:
            continue
        if clause.state not in CLAIMED:
            lacking["documentation"].append(clause.clause)
        found = {evidence.evidence_type for evidence in clause.evidence}
        for name, words in (("training", _TRAINING), ("traceability", _TRACE), ("risk documentation", _RISK)):
            asked = _asks(framework, clause.clause, words)
            if asked and not asked & found:
                lacking[name].append(clause.clause)
        if not found and _provable(framework, clause.clause):
            lacking["records"].append(clause.clause)
    return tuple(GapKind(name, meaning, tuple(lacking[name])) for name, meaning in _KINDS.items())


_KINDS = {
    "documentation": "no document claims the clause",
    "training": "no training or competence record where one is asked for",
    "traceability": "no trace record or matrix where one is asked for",
    "risk documentation": "no risk file or risk record where one is asked for",
    "records": "no filled record of any kind the clause asks for",
}


def _provable(framework: Framework, clause: str) -> bool:
    types = (framework.evidence_types.get(name) for name in _asks(framework, clause))
    return any(found is not None and found.strength is Strength.PRACTICE for found in types)


def four_questions(document: Document, index: NameIndex, codes: frozenset[str]) -> FourQuestions:
    """Of a governing document; `codes` are those of its own findings."""
    risk_clause = any(claim.clause in _RISK_CLAUSES for claim in document.claims)
    names = (
        PurePosixPath(each.target.partition("#")[0]).name if each.target else each.name for each in document.references
    )
    leads = (index.resolve(name) for name in names if name)
    return FourQuestions(
        written=any(claim.source is ClaimSource.STATED for claim in document.claims)
        and "unfilled-template" not in codes,
        owned=document.owner is not None,
        risk=risk_clause or any(reference.standard == "ISO 14971" for reference in document.standards),
        traceable=any(found is not None and found.path != document.path for found in leads),
    )


def _file_name(target: str) -> str:
    return PurePosixPath(target.partition("#")[0]).name


def questions(
    documents: Sequence[Document], index: NameIndex, findings: Sequence[Finding]
) -> Mapping[str, FourQuestions]:
    """The four questions of every document that says how work is done, by path."""
    codes: dict[str, set[str]] = {}
    for finding in findings:
        codes.setdefault(finding.path, set()).add(finding.code)
    return {
        document.path: four_questions(document, index, frozenset(codes.get(document.path, ())))
        for document in documents
        if document.kind in GOVERNING
    }
