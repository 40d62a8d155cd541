"""What a table is: a clause map, a statement of what the document implements, exclusions, label and value, or none."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from gemba.assess.extract import vocabulary as words
from gemba.assess.extract.citations import Citations
from gemba.assess.extract.numbers import clauses_in
from gemba.assess.extract.outline import Located
from gemba.assess.readers.blocks import Row

_SAMPLE = 40
_HALF = 0.5
_MOST = 0.6
_PAIR = 2
_WIDE = 4
_MAX_HEADER = 60
_MAX_CELL = 160
_SHORT = 12
_BEFORE_NUMBER = re.compile(
    r"(?:[\s\W\x01]|(?i:sections?|sec\.|clauses?|paras?\.?|paragraphs?|chapters?|art(?:icles?|\.)?"
    r"|annex(?:es)?|requirements?|abschnitte?|kapitel|kap\.))*"
)
_SECTION_VALUE = re.compile(
    r"\W*(?:(?:section|sec\.|chapter|chap\.|§+|para\.?|kapitel|abschnitt"
    r"|step)?\s*\d{1,2}(?:\.\d{1,2})*\.?(?:\s*(?:,|;|/|and|to|-|\u2013)\s*(?:§"
    r"|sec\.)?\s*\d{1,2}(?:\.\d{1,2})*)*"
    r"|all(?:\s+sections?)?|entire\s+document|whole\s+document|this\s+(?:document|procedure|sop"
    r"|section)|complete|alle|tous|yes|x|✓|✔)\W*",
    re.IGNORECASE,
)
_CLAUSE_LIKE = re.compile(
    r"(?:(?i:art(?:icles?|\.)|annex(?:es)?|sections?|sec\.|clauses?|paras?\.?|chapters?)|§+)\s*[\dIVX]"
)
_DOCUMENT_NAME = re.compile(
    r"(?:SOP|WI|QP|QSP|VA|AA|QM|FRM|POL)\b|[A-Z]{1,5}-\d|(?:Procedure|Work\s+Instruction|Policy|Quality\s+Manual)\b"
)
_MARK = re.compile(r"[xX✓✔•●]|yes|primary|secondary|\(x\)")
_LETTERS = re.compile(r"[^\W\d_]{3}")


class TableKind(StrEnum):
    MAP = "map"
    """Clause against other documents."""
    OWN = "own"
    """Clause against sections of this document, or standards with the clauses the document answers to."""
    EXCLUSIONS = "exclusions"
    PAIRS = "pairs"
    """Label and value, two or four columns."""
    OTHER = "other"


class Columns(NamedTuple):
    """Which column holds what. `standard` is the one its header or its context names for all rows."""

    kind: TableKind
    body: tuple[Row, ...]
    clause: int = -1
    named: int = -1
    """The column that names a standard row by row."""
    documents: tuple[int, ...] = ()
    title: int = -1
    reason: int = -1
    applicable: int = -1
    standard: str | None = None
    marked: tuple[tuple[int, str], ...] = ()
    """Columns headed by a document, in which a cross says that it covers the clause."""
    others: tuple[tuple[int, str], ...] = ()
    """Further columns of clause numbers, each of another standard named in its header."""


class _Head(NamedTuple):
    cells: tuple[str, ...]
    body: tuple[Row, ...]
    width: int


def read_table(located: Located, citations: Citations, *, title_standard: str | None, for_audit: bool) -> Columns:
    """`for_audit`: the document names clauses because they are to be looked at; only an explicit own table counts."""
    head = _head(located.block.rows, citations)
    if head.width < _PAIR:
        return Columns(TableKind.OTHER, head.body)
    context = _context_standard(located, citations) or title_standard
    clause = _clause_column(head, citations, context)
    if clause < 0:
        return _without_clauses(head, located, citations, for_audit)
    standard = _first_standard(head.cells[clause], citations) or context
    found = _columns(head, clause, standard)
    kind = _kind(head, found, located, for_audit)
    if kind is TableKind.OTHER:
        return _without_clauses(head, located, citations, for_audit)
    named = _standard_column(head, clause, citations)
    if standard is None and named < 0:
        if not _is_of_default(head, clause, citations):
            return Columns(TableKind.OTHER, head.body)
        standard = citations.default
    others = _other_clause_columns(head, clause, citations)
    return Columns(
        kind,
        found.body,
        clause,
        named,
        tuple(i for i in found.documents if i not in dict(others)),
        found.title,
        found.reason,
        found.applicable,
        standard,
        found.marked,
        others,
    )


def _head(rows: Sequence[Row], citations: Citations) -> _Head:
    """The first row with text is the header when it has more than one filled cell, all short, and names no clause."""
    width = max((len(r.cells) for r in rows), default=0)
    if rows and not any(c.strip() for c in rows[0].cells):
        return _Head(("",) * width, tuple(rows[1:]), width)
    for position, row in enumerate(rows[:3]):
        cells = tuple(" ".join(c.split()) for c in row.cells) + ("",) * (width - len(row.cells))
        filled = [c for c in cells if c]
        if len(filled) >= _PAIR and all(len(c) <= _MAX_HEADER for c in filled) and not _is_data(filled, citations):
            return _Head(cells, tuple(rows[position + 1 :]), width)
        if filled and len(filled) >= _PAIR:
            break
    return _Head(("",) * width, tuple(rows), width)


def _is_data(filled: Sequence[str], citations: Citations) -> bool:
    """Some row holds a clause number or nothing but a number: what a header never does."""
    return any(
        (_CLAUSE_LIKE.match(c) and not words.SELF_HEADER.search(c))
        or (clauses_in(c, citations, inherited=citations.default, column=True) and _starts_with_number(c))
        for c in filled
    ) or any(citations.standards(c) and clauses_in(c, citations) for c in filled)


def _starts_with_number(cell: str) -> bool:
    return _BEFORE_NUMBER.match(cell) is not None and any(ch.isdigit() for ch in cell[:_SHORT])


def _clause_column(head: _Head, citations: Citations, context: str | None) -> int:
    candidates = [
        i
        for i, cell in enumerate(head.cells)
        if cell
        and not words.SELF_HEADER.search(cell)
        and (words.CLAUSE_HEADER.search(cell) or citations.standards(cell))
    ]
    for index in candidates:
        inherited = _first_standard(head.cells[index], citations) or context or citations.default
        if _share_of_clauses(head.body, index, citations, inherited) >= _HALF:
            return index
    for index, cell in enumerate(head.cells):
        numbered = cell and index not in candidates and words.STANDARD_HEADER.search(cell)
        if (
            numbered
            and not words.SELF_HEADER.search(cell)
            and _share(head.body, index, _names_clauses(citations)) >= _HALF
        ):
            return index
    return -1


def _other_clause_columns(head: _Head, clause: int, citations: Citations) -> tuple[tuple[int, str], ...]:
    found = []
    for index, cell in enumerate(head.cells):
        standard = _first_standard(cell, citations) if index != clause else None
        if standard and _share_of_clauses(head.body, index, citations, standard) >= _HALF:
            found.append((index, standard))
    return tuple(found)


def _names_clauses(citations: Citations) -> Callable[[str], bool]:
    """For a column `Regulation` or `Standard`: its cells must hold both the standard and its clauses."""
    return lambda cell: _starts_with_standard(cell, citations) and bool(clauses_in(cell, citations, column=True))


def _share_of_clauses(body: Sequence[Row], index: int, citations: Citations, inherited: str | None) -> float:
    cells = [c for row in body[:_SAMPLE] if (c := cell_at(row, index).strip())]
    if not cells:
        return 0.0
    return sum(starts_with_clause(c, citations, inherited) for c in cells) / len(cells)


def starts_with_clause(cell: str, citations: Citations, inherited: str | None) -> bool:
    """Whether nothing but a standard and the word clause stands before the first number."""
    if len(cell) > _MAX_CELL or not (cell[0].isdigit() or any(c.isdigit() or c in "IVX" for c in cell)):
        return False
    found = clauses_in(cell, citations, inherited=inherited, column=True)
    if not found:
        return _CLAUSE_LIKE.match(cell) is not None or _starts_with_standard(cell, citations)
    before = cell[: found[0].start]
    for cited in reversed(citations.standards(before)):
        before = before[: cited.start] + before[cited.end :]
    return _BEFORE_NUMBER.fullmatch(before) is not None


def _starts_with_standard(cell: str, citations: Citations) -> bool:
    cited = citations.standards(cell)
    return bool(cited) and cited[0].start == 0


def _columns(head: _Head, clause: int, standard: str | None) -> Columns:
    rest = [i for i in range(head.width) if i != clause]
    own = next((i for i in rest if words.SELF_HEADER.search(head.cells[i])), -1)
    documents = tuple(i for i in rest if i != own and _names_documents(head, i))
    places = [i for i in rest if i != own and i not in documents and words.PLACE_HEADER.match(head.cells[i])]
    if own < 0 and not documents and places:
        if _share(head.body, places[0], _is_section) >= _HALF:
            own = places[0]
        elif _share(head.body, places[0], _has_letters) >= _HALF:
            documents = (places[0],)
    marked = tuple((i, head.cells[i]) for i in rest if _is_marked(head, i)) if own < 0 and not documents else ()
    kind = TableKind.MAP if documents or marked else TableKind.OWN if own >= 0 else TableKind.OTHER
    taken = {own, *documents}
    return Columns(
        kind,
        head.body,
        clause,
        -1,
        documents,
        _first(rest, head, words.TITLE_HEADER, taken),
        _first(rest, head, words.REASON_HEADER, taken),
        _first(rest, head, words.APPLICABLE_HEADER, taken),
        standard,
        marked,
    )


def _is_marked(head: _Head, index: int) -> bool:
    cells = [c for row in head.body if (c := cell_at(row, index).strip())]
    return bool(_DOCUMENT_NAME.match(head.cells[index])) and bool(cells) and all(_MARK.fullmatch(c) for c in cells)


def _names_documents(head: _Head, index: int) -> bool:
    header = head.cells[index]
    if not words.DOCUMENT_HEADER.search(header) or words.SELF_HEADER.search(header):
        return False
    return _share(head.body, index, _is_section) < _HALF and _share(head.body, index, _has_letters) > 0


def _first(rest: Sequence[int], head: _Head, pattern: re.Pattern[str], taken: set[int]) -> int:
    return next((i for i in rest if i not in taken and pattern.search(head.cells[i])), -1)


def _share(body: Sequence[Row], index: int, test: Callable[[str], bool]) -> float:
    cells = [c for row in body[:_SAMPLE] if (c := cell_at(row, index).strip())]
    return sum(test(c) for c in cells) / len(cells) if cells else 0.0


def _is_section(cell: str) -> bool:
    return _SECTION_VALUE.fullmatch(cell) is not None


def _has_letters(cell: str) -> bool:
    return _LETTERS.search(cell) is not None


def _kind(head: _Head, found: Columns, located: Located, for_audit: bool) -> TableKind:
    """An audit's table counts only where its header says "section of this document"."""
    audited = any(words.AUDIT_HEADER.search(c) for i, c in enumerate(head.cells) if i != found.clause)
    history = any(words.HISTORY_HEADER.search(c) for c in head.cells)
    if found.kind is TableKind.OWN:
        return TableKind.OTHER if audited else TableKind.OWN
    surroundings = f"{located.path} {located.lead}"
    excluding = words.EXCLUSION_CONTEXT.search(surroundings) or any(
        words.EXCLUSION_CONTEXT.search(c) for c in head.cells
    )
    if excluding and not found.documents and not for_audit:
        return TableKind.EXCLUSIONS
    if audited or for_audit:
        return TableKind.OTHER
    if found.kind is TableKind.MAP:
        return TableKind.MAP
    if history or found.applicable >= 0 or not _numbers_clauses(head.cells[found.clause]):
        return TableKind.OTHER
    lists_references = words.REFERENCE_CONTEXT.search(f"{located.heading} {located.lead}") or located.in_header
    return TableKind.OWN if lists_references else TableKind.OTHER


def _numbers_clauses(header: str) -> bool:
    """A column of sources (`Standard`, `Source`) names what a row refers to, not what the document implements."""
    return bool(words.CLAUSE_HEADER.search(header)) or not words.STANDARD_HEADER.search(header)


def _without_clauses(head: _Head, located: Located, citations: Citations, for_audit: bool) -> Columns:
    if for_audit and not located.in_header:
        return Columns(TableKind.OTHER, head.body)
    rows = located.block.rows
    if head.width == _PAIR or (head.width == _WIDE and _looks_paired(rows)):
        return Columns(TableKind.PAIRS, tuple(rows), standard=_context_standard(located, citations))
    return Columns(TableKind.OTHER, head.body)


def _looks_paired(rows: Sequence[Row]) -> bool:
    """Label, value, label, value: the left cells of both halves are short labels."""
    labels = [cell_at(r, i).strip().rstrip(":").lower().replace(".", "") for r in rows for i in (0, 2)]
    return any(label in words.FIELD_LABELS for label in labels)


def _context_standard(located: Located, citations: Citations) -> str | None:
    for text in (located.lead, located.heading, located.path):
        found = citations.standards(text)
        if found:
            return found[-1].framework
    return None


def _first_standard(text: str, citations: Citations) -> str | None:
    found = citations.standards(text)
    return found[0].framework if found else None


def _standard_column(head: _Head, clause: int, citations: Citations) -> int:
    """A column other than the clause's own in which most rows name a standard."""
    for index in range(head.width):
        if index == clause or _first_standard(head.cells[clause], citations):
            continue
        cells = [c for row in head.body[:_SAMPLE] if (c := cell_at(row, index))]
        if cells and sum(bool(citations.standards(c)) for c in cells) / len(cells) >= _HALF:
            return index
    cells = [cell_at(row, clause) for row in head.body[:_SAMPLE]]
    return clause if any(citations.standards(c) for c in cells) else -1


def _is_of_default(head: _Head, clause: int, citations: Citations) -> bool:
    """No standard is named anywhere: the numbers must then be its clauses, nearly all, under a header that says so."""
    if not words.STRONG_CLAUSE_HEADER.search(head.cells[clause]) or citations.default is None:
        return False
    found = [
        c
        for row in head.body[:_SAMPLE]
        for c in clauses_in(cell_at(row, clause), citations, inherited=citations.default, column=True)
    ]
    return bool(found) and sum(c.known and "." in c.clause for c in found) / len(found) >= _MOST


def cell_at(row: Row, index: int) -> str:
    return row.cells[index] if 0 <= index < len(row.cells) else ""
