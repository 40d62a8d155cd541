"""Clauses nobody claims, exclusions that do not hold, and a clause map that says other things than the documents."""

from collections.abc import Iterable, Iterator

from gemba.assess.findings.folder import Folder, count, finding, listed, quoted
from gemba.assess.judge import ExclusionAt, judges_exclusions, lineage, never_excluded
from gemba.assess.model import Claim, ClaimSource, ClauseResult, ClauseState, Finding, Kind, Severity
from gemba.assess.readers.blocks import Place
from gemba.evidence.catalogue.model import Applicability, DutyKind

OFTEN_MISJUDGED = ("7.3", "8.2")
"""Design and post-market clauses: decisions on them come first (in ISO 13485 numbering)."""
UNCLAIMED = frozenset({ClauseState.MISSING, ClauseState.UNWRITTEN})


def _home(folder: Folder) -> str:
    """Where the clause map is, or should be: the map itself, else the manual, else the folder."""
    for path in folder.table.map_paths.get(folder.framework.id, ()):
        return path
    return next((document.path for document in folder.documents if document.kind is Kind.MANUAL), "")


def _misjudged(clause: str) -> bool:
    return clause.startswith(OFTEN_MISJUDGED)


def _unclaimed(folder: Folder, clause: ClauseResult) -> Finding:
    duties = folder.framework.duties_by_clause.get(clause.clause, ())
    procedure = any(duty.kind is DutyKind.DOCUMENTED_PROCEDURE for duty in duties)
    needs = "a documented procedure is asked for" if procedure else count(clause.duties, "duty", "duties")
    proof = " Records of it were found, so it may be done without being written down." if clause.evidence else ""
    lost = f" The map names {listed([quoted(n) for n in clause.mapped_missing])}, not found here." * bool(
        clause.mapped_missing
    )
    message = (
        f"{clause.clause} {clause.title}: no document claims it and nothing excludes it ({needs}).{proof}{lost} "
        "Name the document that covers it, or decide with a reason that it does not apply."
    )
    grave = procedure or _misjudged(clause.clause)
    severity = Severity.HIGH if grave else Severity.MEDIUM
    return finding("unclaimed-clause", _home(folder), None, message, severity, clause=clause.clause)


def unclaimed(folder: Folder) -> Iterator[Finding]:
    """Design and post-market clauses first: their applicability is misjudged most often."""
    open_ones = [clause for clause in folder.clauses if clause.state in UNCLAIMED]
    for clause in sorted(open_ones, key=lambda clause: not _misjudged(clause.clause)):
        yield _unclaimed(folder, clause)


def _excluded(folder: Folder) -> Iterator[tuple[str, ExclusionAt]]:
    for (framework, clause), at in folder.table.excluded.items():
        if framework == folder.framework.id and clause in folder.framework.clauses:
            yield clause, at


def _not_allowed(folder: Folder, clause: str, at: ExclusionAt) -> tuple[str, Severity] | None:
    framework = folder.framework
    if judges_exclusions(framework) and never_excluded(framework, clause):
        return "Its chapter holds for every company and cannot be excluded. Take the exclusion back.", Severity.HIGH
    if not at.exclusion.reason.strip():
        return "No reason is given. State which activity or property of the device it follows from.", Severity.MEDIUM
    if judges_exclusions(framework) and framework.clauses[clause].applicability is Applicability.ALWAYS:
        return (
            "As Gemba reads it, it applies to nearly every company. Check that the reason lies in your activities or "
            "the nature of the device; outsourcing is none."
        ), Severity.MEDIUM
    return None


def exclusions_not_allowed(folder: Folder) -> Iterator[Finding]:
    for clause, at in _excluded(folder):
        verdict = _not_allowed(folder, clause, at)
        if verdict is not None:
            message = f"{clause} {folder.framework.clauses[clause].title} is excluded. {verdict[0]}"
            yield finding("excluded-not-allowed", at.path, at.exclusion.place, message, verdict[1], clause=clause)


def excluded_but_claimed(folder: Folder) -> Iterator[Finding]:
    table, framework = folder.table, folder.framework
    claimed = {clause for of, clause in (*table.mapped, *table.stated) if of == framework.id}
    for clause, at in _excluded(folder):
        inside = [one for one in sorted(claimed) if clause in lineage(framework, one)]
        paths = dict.fromkeys(path for one in inside for path in table.directly(framework.id, one))
        if paths:
            message = (
                f"{clause} is excluded here, yet {listed([quoted(path) for path in paths])} "
                f"{'claims' if len(paths) == 1 else 'claim'} {listed(inside)}. Decide which holds."
            )
            yield finding("excluded-but-mapped", at.path, at.exclusion.place, message, clause=clause)


def _related(folder: Folder, clause: str, others: Iterable[str]) -> bool:
    """Same clause, or one is a parent of the other."""
    above = set(lineage(folder.framework, clause))
    return any(other in above or clause in lineage(folder.framework, other) for other in others)


def _by_document(folder: Folder) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, Place]]]:
    """Of the assessed framework: path -> clause -> map file, and path -> clause -> place of the statement."""
    mapped: dict[str, dict[str, str]] = {}
    for entry in folder.table.entries:
        if entry.framework == folder.framework.id and entry.found is not None:
            mapped.setdefault(entry.found.path, {}).setdefault(entry.clause, f"{entry.map_path}, {entry.place}")
    stated: dict[str, dict[str, Place]] = {}
    for document in folder.documents:
        for claim in document.claims:
            if _counts(folder, claim):
                stated.setdefault(document.path, {}).setdefault(claim.clause, claim.place)
    return mapped, stated


def _counts(folder: Folder, claim: Claim) -> bool:
    return claim.source is ClaimSource.STATED and claim.known and claim.framework == folder.framework.id


def map_against_documents(folder: Folder) -> Iterator[Finding]:
    """Both directions, one finding per document. Without a map there is nothing to compare."""
    maps = folder.table.map_paths.get(folder.framework.id, ())
    if not maps:
        return
    mapped, stated = _by_document(folder)
    for path, rows in mapped.items():
        wanting = [clause for clause in rows if not _related(folder, clause, stated.get(path, ()))]
        if wanting and path not in maps:
            message = (
                f"The map ({rows[wanting[0]]}) names this document for {listed(wanting, 8)}, but it does not say so "
                "itself. Add the reference, or correct the map."
            )
            yield finding("mapped-but-not-stated", path, None, message)
    for path, claims in stated.items():
        unmapped = [clause for clause in claims if not _related(folder, clause, mapped.get(path, ()))]
        if unmapped and path not in maps:
            message = (
                f"It says that it covers {listed(unmapped, 8)}, but the clause map {quoted(maps[0])} does not name it "
                "there. Add it to the map, or take the claim out."
            )
            yield finding("stated-but-not-mapped", path, claims[unmapped[0]], message)


def findings(folder: Folder) -> Iterator[Finding]:
    yield from unclaimed(folder)
    yield from exclusions_not_allowed(folder)
    yield from excluded_but_claimed(folder)
    yield from map_against_documents(folder)
