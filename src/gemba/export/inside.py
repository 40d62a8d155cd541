"""Columns with more inside than a word, as blocks for the typesetter: formatted text, and lines as a table."""

from collections.abc import Callable
from typing import Any

from gemba.export.controlled_body import body
from gemba.kernel.lines import as_lines, names_of, people_in, words_of
from gemba.kernel.records.fields import LinesField
from gemba.kernel.records.models import Record

Json = dict[str, Any]
Fitted = Callable[[str], str]
NARROWEST, WIDEST = 5, 40
"""Characters of a column that its share of the width is reckoned from."""


def blocks_of(column: Any, record: Record, fitted: Fitted) -> list[Json]:
    """What the column says, with every text in characters that can be set; nothing where it is empty."""
    value = getattr(record, column.attname)
    if isinstance(column, LinesField):
        return [_table(column, value, fitted)] if as_lines(value) else []
    return body(value, "", fitted) if value else []


def _table(column: LinesField, value: Any, fitted: Fitted) -> Json:
    lines, columns = as_lines(value), column.columns
    names = names_of(people_in(columns, lines))
    said = [[str(each.label) for each in columns]]
    said += [[words_of(each, line.get(each.name), names) for each in columns] for line in lines]
    longest = [max(len(row[x]) for row in said) for x in range(len(columns))]
    rows = [
        [
            {"x": x, "y": y, "w": 1, "h": 1, "heading": y == 0, "c": _paragraphs(text, fitted)}
            for x, text in enumerate(row)
        ]
        for y, row in enumerate(said)
    ]
    widths = [min(max(length, NARROWEST), WIDEST) for length in longest]
    return {"t": "table", "head": 1, "rows": rows, "widths": widths, "regular": True}


def _paragraphs(text: str, fitted: Fitted) -> list[Json]:
    return [{"t": "p", "s": fitted(line)} for line in text.split("\n")]
