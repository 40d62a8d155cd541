"""Document numbers that lead to two documents, to another one than the file name says, or to none."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from gemba.assess.findings.folder import Folder, count, finding, listed, quoted
from gemba.assess.judge import MapEntry
from gemba.assess.matching import NUMBER, NameIndex, names_a_type, numbers_in, plain_number
from gemba.assess.model import Document, DocumentReference, Finding, Kind, Severity
from gemba.assess.readers.blocks import Place

MOST = 10
"""Missing documents listed one by one for each citing document; the rest is counted in the last one."""
_NOT_DOCUMENTS = (
    "ISO",
    "IEC",
    "EN",
    "DIN",
    "ASTM",
    "AAMI",
    "CFR",
    "MDR",
    "IVDR",
    "MDCG",
    "TR",
    "TS",
    "BS",
    "ANSI",
    "IEEE",
)


def _same_document(one: Document, other: Document) -> bool:
    """A PDF beside its source is one document in two formats, not two with one number."""
    first, second = PurePosixPath(one.path), PurePosixPath(other.path)
    return first.stem == second.stem and first.suffix != second.suffix


def _numbered(folder: Folder) -> dict[str, list[Document]]:
    """Documents by number. Filled records often carry the number of their form: they are compared among themselves."""
    groups: dict[str, list[Document]] = {}
    for document in folder.documents:
        if document.number is not None and document.kind is not Kind.RECORD:
            group = groups.setdefault(plain_number(document.number.value), [])
            if not any(_same_document(document, other) for other in group):
                group.append(document)
    return groups


def duplicates(folder: Folder) -> Iterator[Finding]:
    for group in _numbered(folder).values():
        for document in group if len(group) > 1 else ():
            others = [quoted(other.path) for other in group if other is not document]
            number = document.number.value if document.number else ""
            message = f"The number {quoted(number)} is also used by {listed(others)}. A number leads to one document."
            place = document.number.place if document.number else None
            yield finding("duplicate-number", document.path, place, message)


def mismatches(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        inside, outside = document.heading_number, document.number
        if inside and outside and plain_number(inside.value) != plain_number(outside.value):
            message = (
                f"Two numbers for one document: {quoted(outside.value)} and, in its heading, {quoted(inside.value)}. "
                "Decide which one holds and use it in both places."
            )
            yield finding("number-mismatch", document.path, inside.place, message)


def _own_names(document: Document) -> set[str]:
    """Its own numbers, and the names in its clause map, which are judged with the map."""
    numbers = {plain_number(fact.value) for fact in (document.number, document.heading_number) if fact is not None}
    return numbers | {plain_number(name) for row in document.map_rows for name in row.documents}


def _is_standard(name: str) -> bool:
    return name.strip().upper().startswith(_NOT_DOCUMENTS)


def _telling(name: str) -> bool:
    """Whether the name surely means a document: by a number (not F1 or Q3), or by a title with its type."""
    return any(sum(map(str.isdigit, number)) > 1 for number in numbers_in(name)) or names_a_type(name)


def _missing(reference: DocumentReference, index: NameIndex, own: set[str]) -> bool:
    """A linked reference is judged as a link; here only names count."""
    name = reference.name
    if reference.target or _is_standard(name) or not _telling(name) or own.intersection(numbers_in(name)):
        return False
    return index.resolve(name) is None


def cited(folder: Folder) -> Iterator[Finding]:
    for document in folder.documents:
        own = _own_names(document)
        missing: dict[str, tuple[str, Place]] = {}
        for reference in document.references:
            key = plain_number(reference.name)
            if key not in own and _missing(reference, folder.index, own):
                missing.setdefault(key, (reference.name, reference.place))
        yield from _missing_findings(document, list(missing.values()))


def _missing_findings(document: Document, missing: list[tuple[str, Place]]) -> Iterator[Finding]:
    for name, place in missing[:MOST]:
        by_number = NUMBER.search(name) is not None
        message = (
            f"{quoted(name)} is cited here and is not in the folder. Add the document, or correct the "
            f"{'number' if by_number else 'title'}."
        )
        yield finding("missing-document", document.path, place, message, None if by_number else Severity.LOW)
    if len(missing) > MOST:
        message = f"A further {count(len(missing) - MOST, 'document')} cited here are not in the folder."
        yield finding("missing-document", document.path, missing[MOST][1], message)


def mapped(folder: Folder) -> Iterator[Finding]:
    """Names in the clause map that lead nowhere, and those that lead to a document only nearly called so."""
    clauses: dict[tuple[str, str, bool], list[str]] = {}
    for entry in folder.table.entries:
        if entry.found is None or not entry.found.exact:
            clauses.setdefault((entry.map_path, entry.name, entry.found is None), []).append(entry.clause)
    reported: set[tuple[str, str]] = set()
    for entry in folder.table.entries:
        key = (entry.map_path, entry.name)
        if key in reported or (entry.found is not None and entry.found.exact):
            continue
        reported.add(key)
        where = listed(clauses[*key, entry.found is None], 6)
        if entry.found is not None:
            yield _inexact(entry, where, entry.found.path)
        elif not _is_remark(entry.name):
            yield _unfound(entry, where, folder.framework.id)


def _is_remark(name: str) -> bool:
    """What stands in brackets beside a name, whole or torn: a tool, a hint, not a document."""
    return name.lstrip().startswith("(") or name.count("(") != name.count(")")


def _inexact(entry: MapEntry, where: str, path: str) -> Finding:
    message = (
        f"The map says {quoted(entry.name)} for {where}; the nearest document is {quoted(path)}. "
        "Use its own title or number."
    )
    return finding("inexact-name", entry.map_path, entry.place, message)


def _unfound(entry: MapEntry, where: str, framework: str) -> Finding:
    """A hole in the map of the framework assessed is graver than one in another map."""
    message = f"The map names {quoted(entry.name)} for {where}, which is not in the folder. Add it, or correct the map."
    severity = Severity.HIGH if entry.framework == framework else Severity.MEDIUM
    return finding("missing-document", entry.map_path, entry.place, message, severity)


def findings(folder: Folder) -> Iterator[Finding]:
    yield from duplicates(folder)
    yield from mismatches(folder)
    yield from cited(folder)
    yield from mapped(folder)
