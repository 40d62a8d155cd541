"""PDF as blocks with page and line. The layout is reconstructed from where the text stands; images are not read."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw

from gemba.assess.readers.blocks import Block, Place, Reading
from gemba.assess.readers.decoding import clean
from gemba.assess.readers.front_matter import field
from gemba.assess.readers.labels import labelled
from gemba.assess.readers.limits import MAX_BLOCKS, MAX_PAGES, MAX_TEXT, MEBIBYTE
from gemba.assess.readers.pdf_layout import Layout, Piece, blocks_on, rows_of

# The library has no types.
_OPEN: Any = pypdfium2.PdfDocument
_RAW: Any = pypdfium2.raw
_FIELDS = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "CreationDate": "created",
    "ModDate": "modified",
}
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\S+")
_LINES = re.compile(r"\r\n|\r|\n")
_TALL = 100.0
"""Points: a taller word is slanted, or a watermark."""
_SPACES_TRIED = 200
_HEADER_ROWS = 4
_FOOTER_ROWS = 3
_COVERED = 0.9
PROPERTIES = Place(cell="document properties")


def read_pdf(data: bytes) -> Reading:
    """Never raises for a bad file. A page that cannot be read is left out and said."""
    try:
        document = _OPEN(data)
    except pypdfium2.PdfiumError as error:
        return Reading(problem=_refused(str(error)))
    try:
        return _read(document)
    finally:
        document.close()


def _refused(said: str) -> str:
    if "password" in said.lower() or "security" in said.lower():
        return "The file is encrypted."
    return "The file is damaged: it cannot be opened as a PDF."


def _read(document: Any) -> Reading:
    count = len(document)
    pages: list[list[Layout]] = []
    size, failed = 0, 0
    for number in range(min(count, MAX_PAGES)):
        rows = _page(document, number)
        failed += rows is None
        pages.append(rows or [])
        size += sum(len(text) for row in rows or () for text in row.texts)
        if size > MAX_TEXT:
            break
    marginal, inner = _margins(pages)
    blocks = [block for number, rows in enumerate(inner, start=1) for block in blocks_on(rows, number)]
    fields = [*_properties(document), *marginal]
    return Reading((*fields, *blocks[:MAX_BLOCKS]), (), _problem(count, pages, failed, size))


def _problem(count: int, pages: Sequence[Sequence[Layout]], failed: int, size: int) -> str | None:
    if size > MAX_TEXT:
        return f"Only the first {MAX_TEXT // MEBIBYTE} MB of the text were read."
    if failed and failed == len(pages):
        return "The file is damaged: none of its pages could be read."
    if failed:
        return f"The file is damaged: {failed} of its {count} pages could not be read."
    if count > MAX_PAGES:
        return f"Only the first {MAX_PAGES:,} of its {count:,} pages were read."
    if not any(pages):
        return "The PDF holds no text: its pages are images, or empty."
    return None


def _properties(document: Any) -> Iterator[Block]:
    for key, value in document.get_metadata_dict(skip_empty=True).items():
        date = _DATE.match(value) if key.endswith("Date") else None
        shown = "-".join(date.groups()) if date else clean(value).strip()
        if key in _FIELDS and shown:
            yield field(_FIELDS[key], shown, PROPERTIES)


def _page(document: Any, number: int) -> list[Layout] | None:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return None
    try:
        text = text_page.get_text_range()
        words = _words(text_page, text)
    finally:
        text_page.close()
        page.close()
    # Boxes of slanted text are of no use; where much of a page is so, its plain lines are the safer reading.
    if sum(len(word.text) for word in words) >= _COVERED * sum(map(len, clean(text).split())):
        return rows_of(words)
    return _plain(text)


def _plain(text: str) -> list[Layout]:
    lines = [line.strip() for line in _LINES.split(clean(text))]
    return rows_of([Piece(line, 0, -14 * n, 6 * len(line), 10 - 14 * n) for n, line in enumerate(lines) if line])


def _words(text_page: Any, text: str) -> list[Piece]:
    """The words of a page, each with the box from its first to its last character."""
    if len(text) != text_page.count_chars():
        # Characters the text leaves out would shift every box behind them.
        return []
    box = _RAW.FS_RECTF()
    get_box = _RAW.FPDFText_GetLooseCharBox
    found: list[Piece] = []
    written = _writes_spaces(text_page, text)
    for match in _WORD.finditer(text):
        get_box(text_page, match.start(), box)
        left, bottom, top = box.left, box.bottom, box.top
        get_box(text_page, match.end() - 1, box)
        word = clean(match[0])
        if word and 0 < top - bottom < _TALL and box.right > left:
            apart = _RAW.FPDFText_IsGenerated(text_page, match.start() - 1) == 1 if written and match.start() else None
            found.append(Piece(word, left, bottom, box.right, top, apart))
    return found


def _writes_spaces(text_page: Any, text: str) -> bool:
    """Whether the page holds spaces as characters; where it holds none, the library makes them up from the gaps."""
    spaces = [index for index, character in enumerate(text) if character == " "][:_SPACES_TRIED]
    return any(_RAW.FPDFText_IsGenerated(text_page, index) == 0 for index in spaces)


def _margins(pages: Sequence[Sequence[Layout]]) -> tuple[list[Block], list[Sequence[Layout]]]:
    """Rows repeated at the top or foot of pages, as fields taken once, and the pages without them."""
    if len(pages) < 2:  # noqa: PLR2004
        return [], list(pages)
    heads = _repeated([row for rows in pages for row in rows[:_HEADER_ROWS]], len(pages))
    feet = _repeated([row for rows in pages for row in rows[-_FOOTER_ROWS:]], len(pages))
    inner: list[Sequence[Layout]] = []
    taken: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
    for rows in pages:
        start, end = 0, len(rows)
        while start < min(_HEADER_ROWS, len(rows)) and _same(rows[start]) in heads:
            start += 1
        while end > max(start, len(rows) - _FOOTER_ROWS) and _same(rows[end - 1]) in feet:
            end -= 1
        if start == end:
            # A page of nothing but repeated rows is more likely a list than a header.
            inner.append(rows)
            continue
        inner.append(rows[start:end])
        for part, marginal in (("header", rows[:start]), ("footer", rows[end:])):
            for row in marginal:
                taken.setdefault((part, _same(row)), row.texts)
    fields = [
        block for (part, _), texts in taken.items() for block in labelled(texts, part, Place(cell=f"page {part}"))
    ]
    return fields, inner


def _same(row: Layout) -> tuple[str, ...]:
    """A row with its figures left open, since page numbers differ from page to page."""
    return tuple(_DIGITS.sub("#", text) for text in row.texts)


def _repeated(rows: Sequence[Layout], pages: int) -> set[tuple[str, ...]]:
    counts = Counter(_same(row) for row in rows)
    return {key for key, count in counts.items() if count * 2 > pages and count > 1}
