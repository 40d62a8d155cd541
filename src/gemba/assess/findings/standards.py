"""Standards in editions that were replaced or never existed, and clauses that do not exist."""

from collections.abc import Iterator
from itertools import chain

from gemba.assess.findings.folder import Folder, StandardEditions, finding
from gemba.assess.model import ClaimSource, Document, Finding, Severity
from gemba.assess.readers.blocks import Place


def _verdict(named: str, year: str, known: StandardEditions) -> tuple[str, str] | None:
    """Code and sentence, or None where the edition is current or cannot be judged."""
    if known.replaced_by:
        return "superseded-edition", f"{named} was replaced as a whole by {known.replaced_by}. Check what changed."
    now = f"The current edition is {known.current}." if known.current else ""
    status = known.years.get(year)
    if status == "superseded":
        return "superseded-edition", f"{named} has been replaced. {now} Check what changed, then cite that edition."
    if status is None and known.complete:
        return "unknown-edition", f"{named} does not exist as far as Gemba knows. {now} Check the year."
    return None


def editions(folder: Folder) -> Iterator[Finding]:
    """One finding per document and edition. A standard whose editions are not known is not judged."""
    for document in folder.documents:
        seen: set[tuple[str, str]] = set()
        for reference in document.standards:
            known, year = folder.editions.get(reference.standard), reference.edition
            if known is None or year is None or (reference.standard, year) in seen:
                continue
            seen.add((reference.standard, year))
            verdict = _verdict(f"{reference.standard}:{year}", year, known)
            if verdict is not None:
                yield finding(verdict[0], document.path, reference.place, verdict[1])


def _clauses_named(document: Document) -> Iterator[tuple[str, str, bool, Place, bool]]:
    """(framework, clause, known, place, whether it is only a mention)."""
    mention = ClaimSource.MENTION
    claims = ((c.framework, c.clause, c.known, c.place, c.source is mention) for c in document.claims)
    rows = ((r.framework, r.clause, r.known, r.place, False) for r in document.map_rows)
    excluded = ((e.framework, e.clause, e.known, e.place, False) for e in document.exclusions)
    return chain(claims, rows, excluded)


def unknown_clauses(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        unknown: dict[tuple[str, str], tuple[Place, bool]] = {}
        for framework, clause, known, place, mention in _clauses_named(document):
            before = unknown.get((framework, clause))
            if not known and (before is None or (before[1] and not mention)):
                unknown[framework, clause] = (place, mention)
        for (framework, clause), (place, mention) in unknown.items():
            message = f"{folder.designation(framework)} has no clause {clause}. Look the number up and correct it."
            milder = Severity.LOW if mention else None
            yield finding("unknown-clause", document.path, place, message, milder, clause=clause)


def findings(folder: Folder) -> Iterator[Finding]:
    yield from editions(folder)
    yield from unknown_clauses(folder)
