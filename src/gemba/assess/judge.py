"""Clause by clause: what the map claims, what documents say of themselves, and which records were found.

Documents alone never raise a clause above *paper only*; only a filled record that yields an evidence type one of the
clause's duties asks for does, and then the state says *evidence found*, not that the clause works.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gemba.assess.matching import NameIndex, Resolved
from gemba.assess.model import (
    Claim,
    ClaimSource,
    ClauseResult,
    ClauseState,
    Document,
    EvidenceFound,
    Exclusion,
    Kind,
    MapRow,
)
from gemba.assess.readers.blocks import Place
from gemba.evidence.catalogue.model import Applicability, Clause, Framework, Strength

_ITSELF = re.compile(r"\bthis (?:one|document|manual|plan|report)\b|\bdieses Dokument\b", re.IGNORECASE)
"""How a map names the document it stands in."""
EVIDENCE_KINDS = frozenset({Kind.RECORD, Kind.LIST})


class MapEntry(NamedTuple):
    """One name in one row of a clause map, and the document it was found to mean."""

    framework: str
    clause: str
    name: str
    found: Resolved | None
    map_path: str
    place: Place


class ExclusionAt(NamedTuple):
    exclusion: Exclusion
    path: str


@dataclass(frozen=True)
class ClaimTable:
    """All claims of a folder. Keys of the mappings are (framework, clause)."""

    entries: tuple[MapEntry, ...]
    mapped: Mapping[tuple[str, str], tuple[str, ...]]
    stated: Mapping[tuple[str, str], tuple[str, ...]]
    mentioned: Mapping[tuple[str, str], tuple[str, ...]]
    excluded: Mapping[tuple[str, str], ExclusionAt]
    map_paths: Mapping[str, tuple[str, ...]]
    """The files that hold a clause map, by framework."""

    def directly(self, framework: str, clause: str) -> tuple[str, ...]:
        """Documents that claim exactly this clause, by map or of themselves."""
        key = (framework, clause)
        return tuple(dict.fromkeys((*self.mapped.get(key, ()), *self.stated.get(key, ()))))


@dataclass
class _Gathering:
    entries: list[MapEntry] = field(default_factory=list)
    lists: dict[str, dict[tuple[str, str], dict[str, None]]] = field(default_factory=dict)
    excluded: dict[tuple[str, str], ExclusionAt] = field(default_factory=dict)
    maps: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, kind: str, key: tuple[str, str], path: str) -> None:
        self.lists.setdefault(kind, {}).setdefault(key, {})[path] = None

    def exclude(self, exclusion: Exclusion, path: str) -> None:
        """The first exclusion with a reason wins over those without."""
        key = (exclusion.framework, exclusion.clause)
        known = self.excluded.get(key)
        if known is None or (not known.exclusion.reason and exclusion.reason):
            self.excluded[key] = ExclusionAt(exclusion, path)

    def paths(self, kind: str) -> dict[tuple[str, str], tuple[str, ...]]:
        return {key: tuple(found) for key, found in self.lists.get(kind, {}).items()}


def _take_map_row(gathering: _Gathering, document: Document, row: MapRow, index: NameIndex) -> None:
    gathering.maps.setdefault(row.framework, {})[document.path] = None
    if row.excluded:
        exclusion = Exclusion(row.framework, row.clause, row.reason, row.place, row.known)
        gathering.exclude(exclusion, document.path)
    for name in row.documents:
        found = Resolved(document.path, exact=True) if _ITSELF.search(name) else index.resolve(name)
        gathering.entries.append(MapEntry(row.framework, row.clause, name, found, document.path, row.place))
        if found is not None:
            gathering.add("mapped", (row.framework, row.clause), found.path)


def _take_claim(gathering: _Gathering, document: Document, claim: Claim) -> None:
    """Claims of the source `map` are in the rows of the map already."""
    key = (claim.framework, claim.clause)
    if claim.source is ClaimSource.STATED:
        gathering.add("stated", key, document.path)
    elif claim.source is ClaimSource.MENTION:
        gathering.add("mentioned", key, document.path)


def claim_table(documents: Iterable[Document], index: NameIndex) -> ClaimTable:
    gathering = _Gathering()
    for document in documents:
        for row in document.map_rows:
            _take_map_row(gathering, document, row, index)
        for exclusion in document.exclusions:
            gathering.exclude(exclusion, document.path)
        for claim in document.claims:
            _take_claim(gathering, document, claim)
    maps = {framework: tuple(paths) for framework, paths in gathering.maps.items()}
    return ClaimTable(
        tuple(gathering.entries),
        gathering.paths("mapped"),
        gathering.paths("stated"),
        gathering.paths("mentioned"),
        gathering.excluded,
        maps,
    )


def lineage(framework: Framework, clause: str) -> Iterator[str]:
    """The clause, its parent, and so on up to the chapter; a clause the framework does not know stands alone."""
    seen: set[str] = set()
    number: str | None = clause
    while number is not None and number not in seen:
        seen.add(number)
        yield number
        known = framework.clauses.get(number)
        number = known.parent if known else None


def never_excluded(framework: Framework, clause: str) -> bool:
    """Whether the whole chapter always applies (in ISO 13485 chapters 4 and 5): no reason can exclude it."""
    chapter = list(lineage(framework, clause))[-1]
    return all(
        one.applicability is Applicability.ALWAYS
        for one in framework.clauses.values()
        if chapter in lineage(framework, one.number)
    )


def judges_exclusions(framework: Framework) -> bool:
    """Only a framework that marks some clause as excludable says anything about the others."""
    return any(clause.applicability is not Applicability.ALWAYS for clause in framework.clauses.values())


class _Judge:
    def __init__(self, framework: Framework, table: ClaimTable, documents: Sequence[Document]) -> None:
        self.framework = framework
        self.table = table
        self.never = {
            number for number in framework.clauses if judges_exclusions(framework) and never_excluded(framework, number)
        }
        self.missing: dict[str, dict[str, None]] = {}
        for entry in table.entries:
            if entry.framework == framework.id and entry.found is None:
                self.missing.setdefault(entry.clause, {})[entry.name] = None
        self.records: dict[str, list[EvidenceFound]] = {}
        for document in documents:
            self._take_record(document)

    def _take_record(self, document: Document) -> None:
        if document.kind not in EVIDENCE_KINDS or document.blank:
            return
        date = document.record_date.value if document.record_date else None
        for name in document.evidence_types:
            known = self.framework.evidence_types.get(name)
            if known is not None and known.strength is Strength.PRACTICE:
                found = EvidenceFound(name, document.path, date.isoformat() if date else None)
                self.records.setdefault(name, []).append(found)

    def _gather(self, numbers: Sequence[str], source: Mapping[tuple[str, str], tuple[str, ...]]) -> dict[str, str]:
        """Document paths, each with the nearest of the clauses it is claimed for."""
        found: dict[str, str] = {}
        for number in numbers:
            for path in source.get((self.framework.id, number), ()):
                found.setdefault(path, number)
        return found

    def _exclusion(self, numbers: Sequence[str]) -> ExclusionAt | None:
        found = (self.table.excluded.get((self.framework.id, number)) for number in numbers)
        return next((at for at in found if at is not None), None)

    def _evidence(self, clause: str) -> tuple[EvidenceFound, ...]:
        asked = dict.fromkeys(
            name for duty in self.framework.duties_by_clause.get(clause, ()) for name in duty.evidence
        )
        return tuple(found for name in asked for found in self.records.get(name, ()))

    def holds(self, clause: str) -> bool:
        """An exclusion holds unless the chapter always applies or a document claims the very clause all the same."""
        return clause not in self.never and not self.table.directly(self.framework.id, clause)

    def result(self, clause: Clause) -> ClauseResult:
        numbers = list(lineage(self.framework, clause.number))
        mapped = self._gather(numbers, self.table.mapped)
        stated = self._gather(numbers, self.table.stated)
        excluded = self._exclusion(numbers)
        evidence = self._evidence(clause.number)
        in_force = excluded is not None and self.holds(clause.number)
        return ClauseResult(
            clause=clause.number,
            title=clause.title,
            duties=len(self.framework.duties_by_clause.get(clause.number, ())),
            mapped=tuple(mapped),
            stated=tuple(stated),
            mentioned=self.table.mentioned.get((self.framework.id, clause.number), ()),
            excluded=excluded.exclusion if excluded else None,
            excluded_in=excluded.path if excluded else None,
            evidence=evidence,
            state=_state(in_force, bool(mapped or stated), bool(evidence)),
            mapped_through=tuple(mapped.values()),
            stated_through=tuple(stated.values()),
            mapped_missing=tuple(dict.fromkeys(name for n in numbers for name in self.missing.get(n, ()))),
        )


def _state(excluded: bool, claimed: bool, proved: bool) -> ClauseState:
    if excluded:
        return ClauseState.EXCLUDED
    if claimed:
        return ClauseState.EVIDENCE_FOUND if proved else ClauseState.PAPER_ONLY
    return ClauseState.UNWRITTEN if proved else ClauseState.MISSING


def clause_results(framework: Framework, table: ClaimTable, documents: Sequence[Document]) -> tuple[ClauseResult, ...]:
    """One result for each clause that has duties of its own, in the framework's order."""
    judge = _Judge(framework, table, documents)
    return tuple(
        judge.result(clause) for clause in framework.clauses.values() if clause.number in framework.duties_by_clause
    )
