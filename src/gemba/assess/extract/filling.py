"""How far a form, list or record is filled in: fields with and without a value, rows with entries, ticked boxes."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gemba.assess.extract.dates import find_date, may_hold_date
from gemba.assess.extract.fields import field_name, is_history
from gemba.assess.extract.outline import Located
from gemba.assess.extract.placeholders import has_placeholder, is_unfilled
from gemba.assess.extract.signs import holds
from gemba.assess.extract.tables import cell_at
from gemba.assess.model import DateFact
from gemba.assess.readers.blocks import BlockKind, Place, Row

_CONTROL = frozenset(
    {
        "number",
        "title",
        "revision",
        "effective",
        "issued",
        "next review",
        "owner",
        "type",
        "status",
        "modified",
        "created",
    }
)
"""Fields of document control: a blank form has them filled."""
_RESPONSE = re.compile(
    r"\b(?:yes|no|n\s?/\s?a|answer|result|comments?|remarks?|date|signature|signed|name|ok|status"
    r"|value|actual|response|evidence|finding|observation|initials|completed|done|pass|fail|rating"
    r"|score|conform\w*"
    r"|ergebnis|ja|nein|unterschrift|datum|bemerkung|explanation|measured|reading|by|check(?:ed)?)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"^\s*(?P<label>[A-ZÄÖÜ][^:\n]{1,45}?)\s*:[ \t]*(?P<value>[^\n]{0,200})$", re.MULTILINE)
_TICKED = re.compile(r"\[[xX✓]\]|☒|☑|✔|\([xX]\)")
_UNTICKED = re.compile(r"\[\s?\]|☐|□|❏|\(\s{1,3}\)")
_BOX_SIGNS = ("[", "(", "☒", "☑", "✔", "☐", "□", "❏")
_SERIAL = re.compile(r"#?\s?\d{1,4}\.?")
_PAIR = 2
_HALF = 2
_SIGNIFICANT = 3
_STILL_TO_COME = re.compile(
    r"\b(?:due|next|until|valid|expir\w*|target|planned|deadline|fällig|nächste\w*)\b|^by(?:\s+when)?$", re.IGNORECASE
)
"""Fields and columns of what has not happened yet: their dates are not the record's."""
_COLUMN_NAME = re.compile(
    r"(?:fields?|items?|entry|entries|values?|answers?|responses?|information|details?|data|contents?|particulars"
    r"|feld|eintrag|angaben?)",
    re.IGNORECASE,
)
_RECORD_DATE = re.compile(r"\b(?:date|datum|on|held|opened|received|completed|closed|performed|am|le)\b", re.IGNORECASE)


class Filling(NamedTuple):
    """`entries` are filled rows of wider tables. `newest` is the latest date among values and entries."""

    filled: int
    open: int
    entries: int
    tables: int
    newest: DateFact | None

    @property
    def blank(self) -> bool:
        return self.filled == 0 and self.entries == 0 and (self.open > 0 or self.tables > 0)


NOTHING_FILLED = Filling(0, 0, 0, 0, None)


@dataclass
class _Count:
    filled: int = 0
    open: int = 0
    entries: int = 0
    tables: int = 0
    newest: DateFact | None = None

    def date(self, text: str, place: Place, label: str, day_first: bool | None) -> None:
        found = find_date(text, day_first=day_first)
        if found is None:
            return
        best = self.newest.value if self.newest else None
        if self.newest is None or (found[0] or date.min) > (best or date.min):
            self.newest = DateFact(label, found[0], found[1], place)


def filling_of(blocks: Sequence[Located], claim_places: Set[Place], day_first: bool | None) -> Filling:
    """`claim_places` are rows that state or map clauses: they belong to the paper, not to what is filled in."""
    count = _Count()
    for located in blocks:
        block = located.block
        if block.kind is BlockKind.TABLE:
            if not is_history(block.rows) and not any(r.place in claim_places for r in block.rows):
                _table(located, count, day_first)
        elif block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.HEADING}:
            _text(block.text, block.place, count, day_first)
    return Filling(count.filled, count.open, count.entries, count.tables, count.newest)


def _text(text: str, place: Place, count: _Count, day_first: bool | None) -> None:
    ticked, unticked = _boxes(text)
    count.filled += ticked
    count.open += unticked
    if ":" not in text:
        return
    for match in _LINE.finditer(text):
        label, value = match["label"], match["value"].strip()
        if any(_boxes(value)) or field_name(label) in _CONTROL:
            continue
        _field(label, value, place, count, day_first)


def _field(label: str, value: str, place: Place, count: _Count, day_first: bool | None) -> None:
    if is_unfilled(value) or has_placeholder(value):
        count.open += 1
        return
    count.filled += 1
    if _RECORD_DATE.search(label) and not _STILL_TO_COME.search(label.strip()):
        count.date(value, place, "other", day_first)


def _table(located: Located, count: _Count, day_first: bool | None) -> None:
    rows = located.block.rows
    width = max((len(r.cells) for r in rows), default=0)
    if width <= _PAIR:
        _pairs(rows, count, day_first)
        return
    header, body = rows[0], rows[1:]
    count.tables += 1
    past = [i for i, c in enumerate(header.cells) if not _STILL_TO_COME.search(c.strip())]
    responses = [i for i, c in enumerate(header.cells) if _RESPONSE.search(c)]
    answered = any(_answered(row, i) for row in body for i in responses)
    boxed, dated = any(_boxes(located.text)), may_hold_date(located.text)
    for row in body:
        if (answered or not responses) and _is_entry(row, width):
            count.entries += 1
            for index in past if dated else ():
                count.date(cell_at(row, index), row.place, "other", day_first)
        for cell in row.cells if boxed else ():
            ticked, unticked = _boxes(cell)
            count.filled += ticked
            count.open += unticked


def _boxes(text: str) -> tuple[int, int]:
    """How many boxes are ticked, and how many are not."""
    if text.isascii() and "[" not in text and "(" not in text:
        return 0, 0
    if not holds(text, _BOX_SIGNS):
        return 0, 0
    return len(_TICKED.findall(text)), len(_UNTICKED.findall(text))


def _answered(row: Row, index: int) -> bool:
    cell = row.cells[index].strip() if index < len(row.cells) else ""
    return bool(cell) and not is_unfilled(cell) and not has_placeholder(cell)


def _is_entry(row: Row, width: int) -> bool:
    """At least half of the cells hold something other than a serial number; a row with a placeholder is an example."""
    filled = [c.strip() for c in row.cells if c.strip()]
    if any(has_placeholder(c) for c in filled):
        return False
    telling = [c for c in filled if not is_unfilled(c) and not (_SERIAL.fullmatch(c) and c == row.cells[0].strip())]
    return len(telling) * _HALF >= width and len(telling) >= _PAIR


def _pairs(rows: Sequence[Row], count: _Count, day_first: bool | None) -> None:
    headed = bool(rows) and all(_COLUMN_NAME.fullmatch(cell.strip()) for cell in rows[0].cells)
    for row in rows[1:] if headed else rows:
        label, value = (*row.cells, "", "")[:2]
        if not label.strip() or field_name(label) in _CONTROL:
            continue
        ticked, unticked = _boxes(value)
        if ticked or unticked:
            count.filled += ticked
            count.open += unticked if not ticked else 0
        else:
            _field(label, value.strip(), row.place, count, day_first)
