"""A file made of records: its index first, then every record. As one PDF, or as a ZIP with files, index and digests.

Which records belong to it is for the caller to say, who hands over only those that the reader may see.
"""

import datetime as dt
import hashlib
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.export.document import record_data, record_pdf
from gemba.export.tables import IN_MEMORY, write_csv
from gemba.export.typeset import Fitted, typeset
from gemba.export.values import Cell, as_text
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.names import harmless
from gemba.kernel.attachments.store import Damaged, open_verified
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.people.organisation import organisation
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.types import specific

MOST_RECORDS = 400
MOST_BYTES = 500 * 1024 * 1024
"""Of attached files in one ZIP."""
CHUNK = 1024 * 1024
EARLIEST = 1980
"""A ZIP knows no earlier year."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1d1c1a}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #b9b3a7;padding:.4rem .6rem;"
    "text-align:left;vertical-align:top}th{background:#f2efe9}.amiss{color:#8c1c13}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFile:
    """What a file is made of. `rows` is its index under `headings`; `widths` are the shares of its columns on paper."""

    name: str
    """Begins the names of the files made of it, such as the number of the supplier."""
    title: str
    facts: Sequence[tuple[str, str]]
    remarks: Sequence[str]
    """What is missing or amiss, as sentences."""
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    records: Sequence[Record]
    """In the order of the index, each once."""

    def __post_init__(self) -> None:
        if len(self.records) > MOST_RECORDS:
            many = _("This file has %(n)d records; at most %(most)d are put into one. Export parts of it as lists.")
            raise Refused(many % {"n": len(self.records), "most": MOST_RECORDS})


def record_file_pdf(what: RecordFile, *, by: str, at: dt.datetime) -> bytes:
    """Index and every record in one PDF/A. The same file, reader and moment give the same bytes."""
    return typeset("recordfile.typ", lambda fitted: _data(what, by, at, fitted), at=at)


def _data(what: RecordFile, by: str, at: dt.datetime, fitted: Fitted) -> dict[str, Any]:
    plain = _plain(fitted)
    return {
        "title": fitted(what.title), "company": fitted(organisation().name),
        "facts": [[plain(text) for text in fact] for fact in what.facts],
        "remarks": [plain(sentence) for sentence in what.remarks],
        "headings": [fitted(text) for text in what.headings], "widths": list(what.widths),
        "rows": [[plain(as_text(cell)) for cell in row] for row in what.rows],
        "records": [record_data(specific(each), by=by, at=at, fitted=fitted) for each in what.records],
        "mark": _("DEMONSTRATION") if settings.GEMBA_MODE == "demo" else "",
        "footer": fitted(_made_by(by, at)), "seal": fitted(seal_mark()),
        "words": {"page": _("Page"), "of": _("of"), "index": _("Index"), "nothing": _("Nothing belongs to it yet.")},
        "year": at.year, "month": at.month, "day": at.day,
    }  # fmt: skip


def _plain(fitted: Fitted) -> Callable[[str], str]:
    return lambda text: "\n".join(map(fitted, text.split("\n")))


def _made_by(by: str, at: dt.datetime) -> str:
    return _("%(who)s, %(when)s UTC. A copy is not controlled.") % {
        "who": by, "when": f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}",
    }  # fmt: skip


def record_file_zip(what: RecordFile, *, by: str, at: dt.datetime) -> IO[bytes]:
    """One PDF of all, a PDF of each record, the attached files, the index as HTML and CSV, and the digests of these.

    Raises `Refused` where the files are too large together. A file whose stored bytes are damaged is left out
    and named.
    """
    attached = _attached(what.records)
    total = sum(each.blob.size for each in attached)
    if total > MOST_BYTES:
        large = _("The files of these records have %(n)d MB together; at most %(most)d MB are put into one ZIP.")
        raise Refused(large % {"n": total // CHUNK, "most": MOST_BYTES // CHUNK})
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  handed to the response, which closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        writer = _Writer(archive, at)
        writer.add(f"{what.name}.pdf", [record_file_pdf(what, by=by, at=at)])
        for record in what.records:
            writer.add(f"records/{record.number}.pdf", [record_pdf(record, by=by, at=at)])
        lost = list(_put_files(writer, attached))
        with write_csv(what.headings, what.rows) as table:
            writer.add("index.csv", [table.read()])
        writer.add("index.html", [_page(what, lost, by, at, writer.digests).encode()])
        writer.add("digests.txt", ["".join(f"{digest}  {name}\n" for name, digest in writer.digests).encode()])
    file.seek(0)
    return file


class _Writer:
    """Adds members with one time, and remembers their digests."""

    def __init__(self, archive: zipfile.ZipFile, at: dt.datetime) -> None:
        self.archive, self.digests = archive, list[tuple[str, str]]()
        self.stamp = (max(at.year, EARLIEST), at.month, at.day, at.hour, at.minute, at.second)

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        entry = zipfile.ZipInfo(name, self.stamp)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with self.archive.open(entry, "w", force_zip64=True) as member:
            for chunk in chunks:
                digest.update(chunk)
                member.write(chunk)
        self.digests.append((name, digest.hexdigest()))


def _attached(records: Sequence[Record]) -> list[Attachment]:
    rows = Attachment.objects.filter(record__in=[each.pk for each in records], removed=None)
    return list(rows.select_related("blob", "record").order_by("record__number", "name"))


def _put_files(writer: _Writer, attached: Sequence[Attachment]) -> Iterator[str]:
    """Add each file under the number of its record; yields the sentence about each that could not be."""
    taken: Counter[str] = Counter()
    for each in attached:
        name = f"files/{each.record.number}/{harmless(each.name)}"
        taken[name.lower()] += 1
        if taken[name.lower()] > 1:  # names that differ in case alone are one file on many machines
            stem, dot, ending = name.rpartition(".")
            name = f"{stem} ({taken[name.lower()]}){dot}{ending}" if dot else f"{name} ({taken[name.lower()]})"
        try:
            file = open_verified(each.blob)
        except Damaged as refusal:
            yield f"{each.record.number}, {each.name}: {refusal}"
            continue
        with file:
            writer.add(name, _chunks(file))


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _page(what: RecordFile, lost: Sequence[str], by: str, at: dt.datetime, digests: Sequence[tuple[str, str]]) -> str:
    """The index as a page that needs nothing else; numbers of records in it lead to their PDFs."""
    known = {each.number for each in what.records}
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in what.headings)
    body = "".join(f"<tr>{''.join(f'<td>{_linked(as_text(c), known)}</td>' for c in row)}</tr>" for row in what.rows)
    facts = "".join(f"<tr><th>{escape(a)}</th><td>{escape(b)}</td></tr>" for a, b in what.facts)
    amiss = "".join(f'<li class="amiss">{escape(sentence)}</li>' for sentence in (*what.remarks, *lost))
    sums = "".join(f"<tr><td>{escape(name)}</td><td><code>{digest}</code></td></tr>" for name, digest in digests)
    title = escape(what.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"</head><body><h1>{title}</h1><table>{facts}</table><ul>{amiss}</ul><h2>{escape(_('Index'))}</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><h2>SHA-256</h2><table>{sums}</table>"
        f"<p>{escape(_made_by(by, at))}</p></body></html>\n"
    )


_NUMBER = re.compile(r"[A-Z][A-Z0-9-]*")


def _linked(text: str, known: Iterable[str]) -> str:
    number = text.split(" ", 1)[0]
    if number in known and _NUMBER.fullmatch(number):
        return f'<a href="records/{number}.pdf">{escape(number)}</a>{escape(text[len(number) :])}'
    return escape(text)
