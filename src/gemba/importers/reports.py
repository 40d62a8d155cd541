"""Tables of device reports as the FDA publishes them (MAUDE): tab, pipe or comma between the columns, one header line.

Only the columns that are known are read. A report may take several lines, one for each device or each piece of its
text; they become one. Nothing is executed or fetched; a table that cannot be read is refused with a sentence.
"""

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from gemba.importers.result import ImportRefusedError

LARGEST = 100 * 1024 * 1024
MOST_REPORTS = 200_000
LONGEST_TEXT = 60_000
LONGEST_FIELD = 131_072
LONGEST_CELL = 200
DELIMITERS = "\t|;,"
PIPE = "|"
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("mdr_report_key", "report_number", "report_key"),
    "event": ("event_type", "type_of_event"),
    "received": ("date_received", "date_report_dt", "date_report", "date_of_report"),
    "added": ("date_added_dt", "date_added"),
    "happened": ("date_of_event", "event_date"),
    "brand": ("brand_name",),
    "generic": ("generic_name",),
    "model": ("model_number",),
    "catalogue": ("catalog_number",),
    "lot": ("lot_number",),
    "udi": ("udi_di", "udi-di", "udi"),
    "sort": ("device", "device_report_product_code", "product_code"),
    "maker": ("manufacturer_d_name", "manufacturer_name"),
    "country": ("reporter_country_code", "event_country"),
    "text": ("foi_text", "event_description", "text"),
}
"""What we call a column -> the names it has in the tables, in small letters."""
NEEDED = ("key", "event", "text")
DAYS = ("received", "added", "happened")
TEXTS = ("brand", "generic", "model", "catalogue", "lot", "udi", "sort", "maker", "country")
NOTHING = frozenset({"", "*", "NA", "N/A", "NI", "UNK", "UNKNOWN", "NONE"})
ISO, COMPACT = re.compile(r"(\d{4})-(\d{2})-(\d{2})"), re.compile(r"(\d{4})(\d{2})(\d{2})")
AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})")
PIVOT = 70
"""A year of two digits from here on is of the last century."""
OLD, NEW = 1900, 2000


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One report. Texts are empty and days None where the table says nothing."""

    key: str
    event: str
    """The table's own code: D death, IN, IL or IJ injury, M malfunction, O other."""
    received: dt.date | None
    added: dt.date | None
    happened: dt.date | None
    brand: str
    generic: str
    model: str
    catalogue: str
    lot: str
    udi: str
    sort: str
    maker: str
    country: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportTable:
    """The reports in the order of the table, and the SHA-256 of the bytes they came from."""

    digest: str
    reports: tuple[DeviceReport, ...]


def read_reports(data: bytes) -> ReportTable:
    """Raises `ImportRefusedError` with a sentence."""
    if len(data) > LARGEST:
        raise ImportRefusedError(f"The table has more than {LARGEST // 1024 // 1024} MB. Cut it into several.")
    csv.field_size_limit(LONGEST_FIELD)  # one for the whole process: another reader may have set its own
    lines = csv.reader(io.StringIO(_decoded(data), newline=""), **_format(data))  # type: ignore[arg-type]
    try:
        header = next(lines, [])
        reports = tuple(_merged(_rows(_places(header), lines)))
    except csv.Error as error:
        raise ImportRefusedError(f"Line {lines.line_num} of the table cannot be read: {error}.") from None
    if not reports:
        raise ImportRefusedError("The table has a header and no report.")
    return ReportTable(hashlib.sha256(data).hexdigest(), reports)


def _decoded(data: bytes) -> str:
    """UTF-8, or the single-byte text that older tables are in."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _format(data: bytes) -> dict[str, object]:
    """Which character stands between columns: the one that the header has most of. Piped tables know no quotes."""
    head = data.split(b"\n", 1)[0].decode("latin-1")
    delimiter = max(DELIMITERS, key=head.count)
    return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE if delimiter == PIPE else csv.QUOTE_MINIMAL}


def _places(header: Iterable[str]) -> dict[str, int]:
    """Where each known column stands."""
    names = [CONTROLS.sub("", name).strip().lower() for name in header]
    found = {
        column: next(names.index(name) for name in known if name in names)
        for column, known in COLUMNS.items()
        if any(name in names for name in known)
    }
    if missing := [COLUMNS[name][0].upper() for name in NEEDED if name not in found]:
        raise ImportRefusedError(f"This is no table of device reports: it has no column {', '.join(missing)}.")
    return found


def _rows(places: Mapping[str, int], lines: Iterable[list[str]]) -> Iterator[DeviceReport]:
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        given = {name: cells[at] if at < len(cells) else "" for name, at in places.items()}
        key = re.sub("[^A-Za-z0-9-]", "", given["key"])[:40]
        if not key:
            raise ImportRefusedError(f"Line {number} of the table has no report number.")
        texts = {name: _cell(given.get(name, "")) for name in TEXTS}
        days = {name: _day(given.get(name, "")) for name in DAYS}
        event = _cell(given["event"])[:2].upper()
        yield DeviceReport(key=key, event=event, text=_text(given["text"]), **days, **texts)  # type: ignore[arg-type]


def _merged(rows: Iterable[DeviceReport]) -> Iterator[DeviceReport]:
    """One report for each number: the first line speaks, further lines add their text."""
    texts: dict[str, list[str]] = {}
    first: dict[str, DeviceReport] = {}
    for row in rows:
        known = texts.setdefault(row.key, [])
        first.setdefault(row.key, row)
        if row.text and row.text not in known:
            known.append(row.text)
        if len(first) > MOST_REPORTS:
            raise ImportRefusedError(f"The table has more than {MOST_REPORTS} reports. Cut it into several.")
    for key, row in first.items():
        whole = "\n\n".join(texts[key])[:LONGEST_TEXT]
        yield replace(row, text=whole)


def _cell(value: str) -> str:
    plain = " ".join(CONTROLS.sub(" ", value).split())[:LONGEST_CELL]
    return "" if plain.upper() in NOTHING else plain


def _text(value: str) -> str:
    return CONTROLS.sub(" ", value).strip()[:LONGEST_TEXT]


def _day(value: str) -> dt.date | None:
    """A day as the tables write it; None for anything else."""
    value = value.strip()
    try:
        if american := AMERICAN.fullmatch(value):
            month, day, year = map(int, american.groups())
            return dt.date(year if year >= OLD else year + (OLD if year >= PIVOT else NEW), month, day)
        if found := ISO.match(value) or COMPACT.fullmatch(value):
            return dt.date(*map(int, found.groups()))
    except ValueError:
        return None
    return None
