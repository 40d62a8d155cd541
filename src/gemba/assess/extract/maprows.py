"""The rows of a clause map: which documents cover which clause, and which clauses it leaves out."""

import re
from collections.abc import Iterator, Sequence

from gemba.assess.extract import vocabulary as words
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.numbers import clauses_in
from gemba.assess.extract.tables import Columns, cell_at
from gemba.assess.model import MapRow
from gemba.assess.readers.blocks import Row

_DOCUMENT_NUMBER = r"[A-Z]{1,6}(?:[-_ ][A-Z]{1,5}){0,2}[-_ ]?\d{1,6}(?:[-._]\d{1,4})*"
_NUMBER_ONLY = re.compile(_DOCUMENT_NUMBER)
_NAMED = re.compile(
    rf"(?:{_DOCUMENT_NUMBER}|SOP|WI|Form|Template|Procedure|Policy|Plan|List|Checklist|Manual|Quality)\b"
)
_BETWEEN = re.compile(r"\n|;|•|\s/\s|\|")
_COMMA = re.compile(r"\s*,\s*|\s+(?:and|und|et)\s+|\s*&\s*|/")
_BEFORE_NUMBER = re.compile(rf"\s*(?:,|\b(?:and|und|et)\b|&)\s*(?={_DOCUMENT_NUMBER}(?!\w))")
"""Between numbered documents a comma or an "and" separates; inside their titles it does not."""
_BULLET = re.compile(r"^[\s\-\u2013\u2014*•·]+|[\s.]+$")
_SEE = re.compile(r"^(?:see|refer\s+to|siehe|voir|cf\.?)\s+(?:also\s+)?", re.IGNORECASE)
_NO = re.compile(r"\W*(?:no|n|nein|non|excluded|not\s+applicable|n\s?/\s?a|none|☐)\W*", re.IGNORECASE)
_WHOLLY_BRACKETED = re.compile(r"\([^()]*\)")
_NOTHING = re.compile(r"[\W_]*|(?:none|tbd|to\s+be\s+defined|keine?)\W*", re.IGNORECASE)
_THIS = re.compile(
    r"\b(?:this\s+(?:one|document|procedure|sop|plan|report|manual|policy|file|form|list|instruction)"
    r"|dieses\s+dokument)\b",
    re.IGNORECASE,
)
_STARTS_WITH_NUMBER = re.compile(r"\W*\d{1,2}(?:\.\d|\W*$)")
_WRITTEN_REASON = 3


def own_rows_of(columns: Columns, rows: Sequence[MapRow]) -> tuple[MapRow, ...]:
    """The rows that name the very document the map stands in: it says so of itself."""
    own = {r.place for r in columns.body if any(_THIS.search(cell_at(r, i)) for i in columns.documents)}
    return tuple(r for r in rows if r.place in own and not r.excluded)


def map_rows_of(columns: Columns, citations: Citations) -> list[MapRow]:
    """One row per clause. A row without a clause number adds its documents to the row above it."""
    rows: list[MapRow] = []
    standard = columns.standard
    last: list[int] = []
    for row in columns.body:
        standard = row_standard(row, columns, citations, standard)
        cell = cell_at(row, columns.clause)
        if not cell.strip() and last:
            _extend(rows, last, _documents(row, columns))
            continue
        made = list(_rows_from(row, cell, columns, citations, standard))
        last = list(range(len(rows), len(rows) + len(made)))
        rows += made
    return rows


def row_standard(row: Row, columns: Columns, citations: Citations, above: str | None) -> str | None:
    """The standard a row is about: named in its own cell, else (cell empty) as above, else the table's."""
    if columns.named < 0:
        return columns.standard
    cell = cell_at(row, columns.named)
    found = citations.standards(cell)
    if found:
        return found[0].framework
    if columns.named == columns.clause:
        return above if _STARTS_WITH_NUMBER.match(cell) else columns.standard
    return above if not cell.strip() else None


def _rows_from(row: Row, cell: str, columns: Columns, citations: Citations, standard: str | None) -> Iterator[MapRow]:
    excluded, reason = _exclusion(row, columns)
    documents = () if excluded else _documents(row, columns)
    cites = list(clauses_in(cell, citations, inherited=standard, column=True))
    for index, other in columns.others:
        cites += clauses_in(cell_at(row, index), citations, inherited=other, column=True)
    for cite in cites:
        yield MapRow(cite.framework, cite.clause, documents, excluded, reason, row.place, cite.known)


def _extend(rows: list[MapRow], last: list[int], documents: tuple[str, ...]) -> None:
    for index in last:
        r = rows[index]
        if not r.excluded:
            rows[index] = MapRow(r.framework, r.clause, (*r.documents, *documents), False, r.reason, r.place, r.known)


def _exclusion(row: Row, columns: Columns) -> tuple[bool, str]:
    """Whether the row says that the clause does not apply, and why as far as the row says."""
    written = " ".join(cell_at(row, columns.reason).split())
    for index in columns.documents:
        cell = cell_at(row, index)
        match = words.NOT_APPLICABLE.fullmatch(cell.strip())
        if match and not _NAMED.match(match["reason"].strip()):
            return True, written or _tidy(match["reason"])
    if columns.applicable >= 0:
        answer = cell_at(row, columns.applicable).strip()
        negative = words.APPLICABLE_HEADER.search("applicable") and _NO.fullmatch(answer)
        if negative:
            return True, written or _reason_in_documents(row, columns)
    return False, ""


def _reason_in_documents(row: Row, columns: Columns) -> str:
    text = " ".join(cell_at(row, columns.documents[0]).split()) if columns.documents else ""
    return text if len(text.split()) > _WRITTEN_REASON and not _NUMBER_ONLY.match(text) else ""


def _documents(row: Row, columns: Columns) -> tuple[str, ...]:
    names: list[str] = []
    for index in columns.documents:
        names += names_in(cell_at(row, index))
    names += [name for index, name in columns.marked if cell_at(row, index).strip()]
    if len(columns.documents) > 1:
        names = _joined(row, columns) or names
    elif columns.title >= 0 and columns.documents and columns.documents[0] < columns.clause:
        title = cell_at(row, columns.title).strip()
        names = [f"{n} {title}".strip() if _NUMBER_ONLY.fullmatch(n) else n for n in names]
    return tuple(dict.fromkeys(names))


def _joined(row: Row, columns: Columns) -> list[str]:
    """Number in one column, title in the next: one name."""
    cells = [names_in(cell_at(row, i)) for i in columns.documents]
    first, *others = cells
    if first and all(_NUMBER_ONLY.fullmatch(n) for n in first) and others and len(others[0]) == len(first):
        return [f"{number} {title}" for number, title in zip(first, others[0], strict=True)]
    return []


def names_documents(text: str) -> bool:
    """Whether a text begins as the name of a document does: with its number, or with what kind of document it is."""
    return _NAMED.match(text.strip().strip("*_[(")) is not None


def names_in(cell: str) -> list[str]:
    """The documents a cell names, one by one."""
    names: list[str] = []
    for part in _BETWEEN.split(cell):
        pieces = _COMMA.split(part)
        if not all(_NAMED.match(p.strip()) for p in pieces):
            numbered = _BEFORE_NUMBER.split(part)
            pieces = numbered if all(_NUMBER_ONLY.match(p.strip()) for p in numbered) else [part]
        for piece in pieces:
            name = _SEE.sub("", _BULLET.sub("", piece.strip()))
            if name and not _WHOLLY_BRACKETED.fullmatch(name) and not _NOTHING.fullmatch(name):
                names.append(name)
    return names


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" -\u2013\u2014:;,.()*")
