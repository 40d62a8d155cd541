"""Comma, semicolon or tab separated values as tables with line numbers."""

import csv
import io
from collections.abc import Iterator, Sequence

from gemba.assess.readers.blocks import Place, Reading
from gemba.assess.readers.decoding import decode
from gemba.assess.readers.limits import MAX_CELLS, MAX_TEXT
from gemba.assess.readers.sheet import tables

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 30
_TOO_MANY = f"Only the first {MAX_CELLS:,} cells were read."


def read_separated(data: bytes) -> Reading:
    """Never raises. `Place.line` is the line a record starts on; a quoted value may run over several lines."""
    text, problem = decode(data)
    csv.field_size_limit(MAX_TEXT)
    rows = _Rows(text)
    blocks = tuple(tables(rows))
    return Reading(blocks, (), problem or rows.problem)


def delimiter(text: str) -> str:
    """The separator that most evenly divides the first lines; a comma where nothing does."""
    lines = [_unquoted(line) for line in text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]

    def evenness(candidate: str) -> tuple[int, int]:
        counts = [line.count(candidate) for line in lines]
        return sum(count > 0 for count in counts), min((count for count in counts if count), default=0)

    best = max(_DELIMITERS, key=lambda candidate: (*evenness(candidate), -_DELIMITERS.index(candidate)))
    return best if evenness(best)[0] else ","


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])


class _Rows:
    """Iterates records; what stops it early is a sentence in `problem`."""

    def __init__(self, text: str) -> None:
        first = text.split("\n", 1)[0].strip().lower()
        # Spreadsheets write the separator as a first line of its own.
        self._stated = first[4] if len(first) == len("sep=;") and first.startswith("sep=") else None
        self._text = text
        self.problem: str | None = None

    def __iter__(self) -> Iterator[tuple[Sequence[str], int, Place]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._stated or delimiter(self._text))
        cells = 0
        line = 1
        try:
            for record in reader:
                cells += len(record)
                if cells > MAX_CELLS:
                    self.problem = _TOO_MANY
                    return
                if not (line == 1 and self._stated):
                    yield [cell.strip() for cell in record], 0, Place(line=line)
                line = reader.line_num + 1
        except csv.Error:
            self.problem = f"The file could not be read beyond line {line}: its quoting is broken."
