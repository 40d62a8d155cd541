"""What an assessment says of clauses, as claims on duties: the documents' own and those of the map, kept apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gemba.assess.judge import ClaimTable, claim_table, clause_results
from gemba.assess.matching import NameIndex
from gemba.assess.model import ClauseState, Document
from gemba.evidence.catalogue.load import Catalogue
from gemba.evidence.claims.catalogued import duties_of_clause


@dataclass(frozen=True, slots=True)
class Claimed:
    """A clause that a document is said to cover, with the duties that this means. `map_path` names the map, if one."""

    framework: str
    clause: str
    duties: tuple[str, ...]
    map_path: str = ""


def claims_by_path(documents: Sequence[Document], known: Catalogue) -> Mapping[str, Sequence[Claimed]]:
    """The claims on each document. A clause claimed is all duties below it, but for clauses that are excluded."""
    table = claim_table(documents, NameIndex(documents))
    excluded = _excluded(table, documents, known)
    found: dict[str, list[Claimed]] = {}
    for framework, clause, path, map_path in _rows(table):
        named = tuple(
            duty.id for duty in duties_of_clause(known, framework, clause) if (framework, duty.clause) not in excluded
        )
        if named:
            found.setdefault(path, []).append(Claimed(framework, clause, named, map_path))
    return found


def _rows(table: ClaimTable) -> Iterable[tuple[str, str, str, str]]:
    """Framework, clause, the document, and the map that says so. Mentions in running text are no claims."""
    for (framework, clause), paths in table.stated.items():
        yield from ((framework, clause, path, "") for path in paths)
    seen: set[tuple[str, str, str]] = set()
    for entry in table.entries:
        if entry.found is None or (entry.framework, entry.clause, entry.found.path) in seen:
            continue
        seen.add((entry.framework, entry.clause, entry.found.path))
        yield entry.framework, entry.clause, entry.found.path, entry.map_path


def _excluded(table: ClaimTable, documents: Sequence[Document], known: Catalogue) -> set[tuple[str, str]]:
    """The clauses whose exclusion holds, by the judgement of the assessment."""
    named = {framework for framework, _clause in table.excluded}
    return {
        (each.id, result.clause)
        for each in known.frameworks.values()
        if each.id in named
        for result in clause_results(each, table, documents)
        if result.state is ClauseState.EXCLUDED
    }
