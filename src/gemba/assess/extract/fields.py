"""Label and value pairs wherever a document keeps them: front matter, properties, tables, lines, history."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gemba.assess.extract.outline import Located
from gemba.assess.extract.signs import holds
from gemba.assess.extract.vocabulary import FIELD_LABELS
from gemba.assess.readers.blocks import Block, BlockKind, Place, Row

PROPERTIES = "document properties"
_MAX_LABEL = 40
_MAX_VALUE = 300
_PAIR = 2
_FEW_ROWS = 4
_MOST = 0.8
_TABLE_WIDTH = 8
_CLOSING_BLOCKS = 6
_SEPARATOR = re.compile(r"[:#\t](?![/\\])\s*")
_LONGEST = max(map(len, FIELD_LABELS))
_LAST_WORDS = frozenset(re.split(r"[ /]", label)[-1] for label in FIELD_LABELS)
_BOUND = re.compile(r"(?<![\w/-])\S")
_BARE_REVISION = re.compile(
    r"^\W*(?P<label>rev(?:ision)?|version|issue)\.?\s+(?P<value>[A-Z]|\d{1,3}(?:\.\d{1,3}){0,2})\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_DATE = re.compile(
    r"^\W*(?P<label>effective(?:\s+date|\s+from)?|valid\s+from|in\s+force(?:\s+since|\s+from)?|approved\s+on|approval\s+date"
    r"|issue\s+date|issued(?:\s+on)?|release\s+date|next\s+review(?:\s+date)?"
    r"|review\s+date)\s+(?P<value>\d[^|\n]{5,20}|[A-Z][a-z]+\s\d.{4,10})$",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_NUMBER = re.compile(
    r"^\W*(?P<label>(?:document|doc|procedure|sop|form|policy|record)\.?\s+(?:no|number|id"
    r"|nr)\.?)\s+(?P<value>[A-Z]{1,8}[-_A-Z]*\d[\w.-]*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_APART = re.compile(r"\t|\s+[|·•\u2013\u2014]\s+|\s{3,}")
"""What stands between the parts of a header line: `Version 3 · effective 2025-06-16`."""
_PAGE_PARTS = frozenset({"header", "footer"})
_PAGE_REVISION = re.compile(
    r"\b(?P<label>rev(?:ision)?|version|issue)\.?\s?(?P<value>[A-Z]|\d{1,3}(?:\.\d{1,3}){0,2})"
    r"(?=$|\s*[|·,;)]|\s+(?:page|seite|p\.)\b)",
    re.IGNORECASE,
)
"""In a page header number, title and revision often stand side by side with nothing but space between them."""
_BARE = (_BARE_REVISION, _BARE_DATE, _BARE_NUMBER)
_TYPED = re.compile(
    r"^\W*(?P<label>(?i:document|form|procedure|work instruction|policy|dokument|formblatt|verfahrensanweisung))\s*:\s*"
    r"(?P<value>[A-Z]{1,8}(?:[-_ ][A-Z]{1,5})?[-_ ]?\d{1,6}(?:[-._]\d{1,5}){0,3})(?![\w-])"
    r"[ :,\u2013\u2014-]*(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
"""`Document: QSP-56 Management review` in the header of the document itself."""
_BARE_SIGNS = (
    "rev",
    "ver",
    "issue",
    "effective",
    "valid",
    "in force",
    "appro",
    "release",
    "doc",
    "proc",
    "sop",
    "form",
    "polic",
)
_GAP = re.compile(r"\t|\s{3,}|\n|\s[|·•]\s")
_REVISION_COLUMN = re.compile(r"\b(?:rev(?:ision)?|version|ver|issue|ausgabe)\b", re.IGNORECASE)
_HISTORY_SIGNS = ("rev", "ver", "issue", "ausgabe")
_CHANGE_COLUMN = re.compile(
    r"\b(?:changes?|description|reason|summary|comments?|details|author|änderung(?:en)?|nature"
    r"|modification|grund|remarks?)\b",
    re.IGNORECASE,
)
_DATE_COLUMN = re.compile(r"\b(?:date|datum|effective|released|gültig)\b", re.IGNORECASE)
_APPROVER_COLUMN = re.compile(
    r"\b(?:approved|approver|approval|released|authori[sz]ed|freigegeben|genehmigt|freigabe)\b(?!.*\bdate\b)",
    re.IGNORECASE,
)
_ROLE_ROW = re.compile(
    r"\s*(?:approved|approval|approver|released|authori[sz]ed|freigegeben|genehmigt"
    r"|freigabe)(?:\s+(?:by|von|durch))?\s*:?\s*",
    re.IGNORECASE,
)


class Field(NamedTuple):
    """`name` is one of the meanings in the vocabulary; `label` and `value` are as written."""

    name: str
    label: str
    value: str
    place: Place
    header: bool


class HistoryRow(NamedTuple):
    """The newest row of a revision history."""

    revision: str
    date: str
    date_label: str
    approver: str
    place: Place


def field_name(label: str) -> str | None:
    """What a label means, or None."""
    return _field_name(label) if len(label) <= _MAX_LABEL else None


@lru_cache(maxsize=8_192)
def _field_name(label: str) -> str | None:
    key = " ".join(label.lower().replace(".", " ").replace("#", " no ").replace("_", " ").split()).strip(" :*-")
    return FIELD_LABELS.get(key)


def fields_of(blocks: Sequence[Located]) -> list[Field]:
    """All labelled values. Tables give theirs anywhere; lines of text only in the header and at the very end."""
    found: list[Field] = []
    last = len(blocks) - _CLOSING_BLOCKS
    for located in blocks:
        block = located.block
        if block.kind is BlockKind.FIELD:
            found += _front(block)
        elif block.kind is BlockKind.TABLE:
            found += _table(located)
        elif block.text and (located.in_header or located.position >= last):
            given = list(_lines(block.text, block.place, header=True))
            # A quotation is guidance to the author, unless it is set as the document's header.
            if block.kind is not BlockKind.QUOTE or len({f.name for f in given if f.value}) >= _PAIR:
                found += given
    return found


def _front(block: Block) -> Iterator[Field]:
    for row in block.rows:
        label, value = (*row.cells, "", "")[:2]
        name = field_name(label.rpartition(".")[2])
        if name:
            yield Field(name, label, value.strip()[:_MAX_VALUE], row.place, header=True)
        elif value:
            yield from _lines(value, row.place, header=True)
            if label in _PAGE_PARTS and (match := _PAGE_REVISION.search(value)):
                yield Field("revision", match["label"], match["value"], row.place, header=True)


def _table(located: Located) -> Iterator[Field]:
    rows = located.block.rows
    if max((len(r.cells) for r in rows), default=0) > _TABLE_WIDTH or is_history(rows):
        return
    across = _labels_across(rows)
    if across:
        yield from _below(rows, across, located.in_header)
        return
    for row in rows[1:] if heads_columns(rows) else rows:
        yield from _in_row(row, header=located.in_header)


def _labels_across(rows: Sequence[Row]) -> dict[int, str]:
    """A header row of labels with the values under them; a single label beside its value is not that."""
    if not _PAIR <= len(rows) <= _FEW_ROWS:
        return {}
    names = {i: name for i, cell in enumerate(rows[0].cells) if (name := field_name(cell.strip()))}
    under = any(field_name(c.strip()) for c in rows[1].cells if c.strip())
    filled = sum(bool(c.strip()) for c in rows[0].cells)
    if any(sum(bool(_at(r, i)) for r in rows[1:]) > 1 for i, name in names.items() if name in {"number", "title"}):
        return {}  # A list of documents, not the header of one.
    return names if len(names) >= _PAIR and len(names) >= _MOST * filled and not under else {}


def heads_columns(rows: Sequence[Row]) -> bool:
    """The first row names columns: all of it is filled, and the row under it holds no label."""
    if len(rows) < _PAIR or len(rows[0].cells) <= _PAIR or not all(c.strip() for c in rows[0].cells):
        return False
    return not any(_holds_label(c) for c in rows[0].cells) and not any(
        field_name(c) or _holds_label(c) for c in rows[1].cells if c.strip()
    )


def _below(rows: Sequence[Row], names: dict[int, str], header: bool) -> Iterator[Field]:
    for index, name in names.items():
        cell, place = "", rows[1].place
        for row in rows[1:]:
            cell = row.cells[index].strip() if index < len(row.cells) else ""
            if cell:
                place = row.place
                break
        yield Field(name, rows[0].cells[index].strip(), cell[:_MAX_VALUE], place, header)


def _in_row(row: Row, *, header: bool) -> Iterator[Field]:
    cells = [c.strip() for c in row.cells]
    for index, cell in enumerate(cells):
        name = field_name(cell)
        if name is not None:
            after = next((c for c in cells[index + 1 :] if c), "")
            value = "" if field_name(after) else after
            yield Field(name, cell, value[:_MAX_VALUE], row.place, header)
        elif (":" in cell or (header and len(cell) <= _MAX_LABEL)) and len(cell) <= _MAX_VALUE:
            yield from _lines(cell, row.place, header=header)
    if len(cells) > _PAIR and _ROLE_ROW.fullmatch(cells[0]) and not any(field_name(c) for c in cells[1:]):
        if field_name(cells[0]) is None:
            yield Field("approver", cells[0], cells[1], row.place, header)
        for cell in cells[2:]:
            yield Field("approved", "approval date", cell, row.place, header)


def _lines(text: str, place: Place, *, header: bool) -> Iterator[Field]:
    found = list(_labels_in(text))
    for position, (_, label, start) in enumerate(found):
        end = found[position + 1][0] if position + 1 < len(found) else len(text)
        value = _GAP.split(text[start:end], maxsplit=1)[0].strip(" |,;")
        name = field_name(label)
        if name:
            yield Field(name, label, value[:_MAX_VALUE], place, header)
    if not holds(text.lower(), _BARE_SIGNS):
        return
    apart = _APART.sub("\n", text)
    if header and (typed := _TYPED.search(apart)):
        yield from _typed(typed, place)
    for pattern in _BARE:
        for match in pattern.finditer(apart):
            name = field_name(match["label"])
            if name:
                yield Field(name, match["label"], match["value"].strip(), place, header)


def _typed(match: re.Match[str], place: Place) -> Iterator[Field]:
    """A line that names the document by what it is and its number; title or revision may follow."""
    yield Field("number", match["label"], match["value"], place, header=True)
    rest = match["rest"].strip()
    if revision := _PAGE_REVISION.fullmatch(rest):
        yield Field("revision", revision["label"], revision["value"], place, header=True)
    elif rest:
        yield Field("title", match["label"], rest[:_MAX_VALUE], place, header=True)


def _holds_label(text: str) -> bool:
    return next(_labels_in(text), None) is not None


def _labels_in(text: str) -> Iterator[tuple[int, str, int]]:
    """Labels before a colon, number sign or tab: where each begins, the label, and where its value begins."""
    if ":" not in text and "#" not in text and "\t" not in text:
        return
    done = 0
    for separator in _SEPARATOR.finditer(text):
        end = _label_end(text, separator.start())
        start = _label_start(text, max(done, end - _LONGEST), end)
        if start < 0 or (separator[0][0] == "#" and _number_sign_belongs(text, start, separator)):
            continue
        yield start, text[start:end], separator.end()
        done = separator.end()


def _label_end(text: str, separator: int) -> int:
    """Between label and separator may stand a space, a full stop and another space."""
    end = separator
    for sign in (" ", ".", " "):
        if end and (text[end - 1] == sign or (sign == " " and text[end - 1].isspace())):
            end -= 1
    return end


def _label_start(text: str, lowest: int, end: int) -> int:
    """Where the longest known label that ends there begins; -1 where none does."""
    before = text[lowest:end].lower().replace("_", " ")
    if len(before) != end - lowest or re.split(r"[\s/]", before)[-1] not in _LAST_WORDS:
        return -1
    bounds = (match.start() for match in _BOUND.finditer(text, lowest, end))
    return next((at for at in bounds if before[at - lowest :] in FIELD_LABELS), -1)


def _number_sign_belongs(text: str, start: int, separator: re.Match[str]) -> bool:
    """In "Document #: 12" the sign is part of the label, in "Document # 12" it separates."""
    label = text[start : separator.start() + 1].lower()
    return label in FIELD_LABELS and text[separator.end() : separator.end() + 1] in (":", ".", "\t")


def is_history(rows: Sequence[Row]) -> bool:
    """A table of revisions: a revision column beside what changed."""
    if len(rows) < _PAIR:
        return False
    header = rows[0].cells
    if not holds(" ".join(header).lower(), _HISTORY_SIGNS):
        return False
    revision = [c for c in header if _REVISION_COLUMN.search(c)]
    return (
        bool(revision)
        and any(_CHANGE_COLUMN.search(c) and c not in revision[:1] for c in header)
        and any(_DATE_COLUMN.search(c) or _APPROVER_COLUMN.search(c) for c in header)
    )


def history_of(blocks: Sequence[Located]) -> HistoryRow | None:
    """The newest entry of the first revision history with entries."""
    for located in blocks:
        rows = located.block.rows
        if located.block.kind is BlockKind.TABLE and is_history(rows):
            filled = [r for r in rows[1:] if sum(bool(c.strip()) for c in r.cells) >= _PAIR]
            if filled:
                return _newest(rows[0], filled)
    return None


def _newest(header: Row, rows: Sequence[Row]) -> HistoryRow:
    """Histories grow downwards or upwards: the highest revision or, when they tell nothing, the last row."""
    revision = _column(header, _REVISION_COLUMN)
    day = _column(header, _DATE_COLUMN)
    approver = _column(header, _APPROVER_COLUMN)
    newest = max(enumerate(rows), key=lambda item: (_revision_key(_at(item[1], revision)), item[0]))[1]
    return HistoryRow(
        _at(newest, revision),
        _at(newest, day),
        _at(header, day),
        _at(newest, approver) if approver != day else "",
        newest.place,
    )


def _revision_key(text: str) -> tuple[int, ...]:
    numbers = tuple(int(n[:9]) for n in re.findall(r"\d+", text))
    letters = re.sub(r"(?i)rev(?:ision)?|version|[^A-Za-z]", "", text)
    return numbers or tuple(ord(c) for c in letters[:2].upper()) or (-1,)


def _column(header: Row, pattern: re.Pattern[str]) -> int:
    return next((i for i, c in enumerate(header.cells) if pattern.search(c)), -1)


def _at(row: Row, index: int) -> str:
    return row.cells[index].strip() if 0 <= index < len(row.cells) else ""
