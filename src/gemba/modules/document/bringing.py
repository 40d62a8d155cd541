"""A folder of documents read for being taken over: what each file becomes, and what is left out and why.

The folder is read by the same rules as in an assessment, so that what was found there stands here: numbers, owners and
dates as written, claims, findings. Nothing is written, and no record is asked for.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.assess.conclude import Catalogued
from gemba.assess.model import Assessment, DateFact, Document, Finding, Kind
from gemba.assess.run import Progress, assess
from gemba.assess.walk import walk
from gemba.evidence.catalogue.standards import known_standards
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.importers.result import ImportRefusedError
from gemba.kernel.attachments.sniff import ALLOWED, LABELS, media_type
from gemba.kernel.refusals import Refused
from gemba.modules.document.bringing_claims import Claimed, claims_by_path
from gemba.modules.document.conversion import read_text

FRAMEWORK = "iso13485"
MOST = 5_000
"""Documents taken over at once: all are written together, while nobody else can write."""
LONGEST_PATH, LONGEST_TITLE, LONGEST_SAID, LONGEST_REMARKS = 1_000, 200, 1_000, 9_000
ABOUT_THE_FOLDER = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|authors|contributing|changelog|code[-_ ]of[-_ ]conduct)\b", re.IGNORECASE
)
"""Names of files that speak of a folder and not of a quality system."""


@dataclass(frozen=True, slots=True)
class Brought:
    """One file that becomes a document."""

    source: str
    """Folder and path, as it is kept with the document."""
    file: Path
    sha256: str
    read: Document
    html: str
    """Empty where the file itself is the text: a PDF, a table."""
    stated: tuple[Claimed, ...]
    mapped: tuple[Claimed, ...]
    remarks: tuple[str, ...]
    """What somebody has to look at, a sentence each."""

    @property
    def title(self) -> str:
        return tidy(self.read.title, LONGEST_TITLE) or tidy(self.source.rpartition("/")[2], LONGEST_TITLE) or "-"

    @property
    def effective(self) -> date | None:
        """The day on which it took effect, as it says of itself."""
        return next((each.value for each in self.read.dates if each.label == "effective" and each.value), None)

    def facts(self) -> list[dict[str, str]]:
        """What it states of itself, as written."""
        read = self.read
        named = ((_("number"), read.number), (_("revision"), read.revision), (_("owner"), read.owner),
                 (_("approver"), read.approver))  # fmt: skip
        found = [_fact(str(what), fact.value) for what, fact in named if fact]
        return [line for line in (*found, *map(_dated, read.dates)) if line["said"]]


@dataclass(frozen=True, slots=True)
class Left:
    """A file that is not taken over."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The folder, as far as it can be taken over, and what the assessment says of it."""

    assessment: Assessment
    brought: tuple[Brought, ...]
    left: tuple[Left, ...]
    elsewhere: tuple[Finding, ...]
    """Findings on files that are not taken over."""


def gather(folder: Path, *, as_of: date, processes: int | None = None, progress: Progress | None = None) -> Gathered:
    """Read the folder. Raises the errors of `gemba.assess.run.assess`, and `Refused` where it holds too much."""
    known = known_catalogue()
    catalogued = Catalogued(known.frameworks[FRAMEWORK], known.frameworks, known_standards())
    found = assess(folder, catalogued=catalogued, as_of=as_of, processes=processes, progress=progress)
    if len(found.documents) > MOST:
        raise Refused(_("The folder holds more than %d documents. Import its parts one after the other.") % MOST)
    places = {each.relative: each.path for each in walk(folder)}
    claims = claims_by_path(found.documents, known)
    remarks = _remarks(found)
    brought: list[Brought] = []
    left: list[Left] = []
    for each in found.documents:
        taken = _one(each, places.get(each.path), found.folder, claims.get(each.path, ()), remarks.get(each.path, ()))
        if isinstance(taken, Brought):
            brought.append(taken)
        else:
            left.append(taken)
    paths = {each.read.path for each in brought}
    elsewhere = tuple(each for each in found.findings if each.path not in paths)
    return Gathered(found, tuple(brought), tuple(left), elsewhere)


def _one(
    read: Document, place: Path | None, folder: str, claims: Iterable[Claimed], remarks: Sequence[str]
) -> Brought | Left:
    if read.problem and not read.words:
        return Left(read.path, read.problem)
    claimed = tuple(claims)
    if not claimed and read.number is None and "/" not in read.path and ABOUT_THE_FOLDER.match(read.path):
        return Left(read.path, _("It speaks of the folder and is no document of the quality system."))
    try:
        data = _bytes(place)
    except ImportRefusedError as refusal:
        return Left(read.path, str(refusal))
    html, said = _text(read, data)
    return Brought(
        source=_source(folder, read.path), file=place or Path(), sha256=hashlib.sha256(data).hexdigest(), read=read,
        html=html, remarks=(*remarks, *said), stated=tuple(each for each in claimed if not each.map_path),
        mapped=tuple(each for each in claimed if each.map_path),
    )  # fmt: skip


def _bytes(place: Path | None) -> bytes:
    """Of a file that can be kept. Raises `ImportRefusedError` with the sentence."""
    most: int = settings.GEMBA_LARGEST_FILE
    try:
        if place is None:
            raise ImportRefusedError(_("The file is gone."))
        with place.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise ImportRefusedError(_("The file could not be opened: %s.") % (error.strerror or error)) from None
    if len(data) > most:
        raise ImportRefusedError(_("The file is larger than %d MB.") % (most // 1024 // 1024))
    kind = media_type(BytesIO(data))
    if kind not in ALLOWED:
        raise ImportRefusedError(_("The file is %s and cannot be kept.") % LABELS.get(kind, kind))
    return data


def _text(read: Document, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of Word and Markdown, and what was lost of it. Of other files nothing: the file is what they say."""
    if read.format not in ("markdown", "text", "docx"):
        return "", (_("The file itself is the text. Nothing of it was turned into text that can be edited here."),)
    try:
        taken = read_text("document.docx" if read.format == "docx" else "document.md", data)
    except ImportRefusedError as refusal:
        return "", (_("The text was not taken over, only the file: %s") % refusal,)
    return taken.html, taken.warnings


def _source(folder: str, path: str) -> str:
    """Short enough to be kept, and still another one for every file."""
    given = f"{folder}/{path}"
    whole = normalize("NFC", given)
    if whole == given and len(whole) <= LONGEST_PATH:
        return whole
    return f"{whole[-(LONGEST_PATH - 70) :]} ({hashlib.sha256(given.encode()).hexdigest()})"


def _remarks(found: Assessment) -> Mapping[str, list[str]]:
    """What somebody has to look at, by path: the findings, and what the document leaves out of the standard."""
    remarks: dict[str, list[str]] = {}
    for finding in found.findings:
        remarks.setdefault(finding.path, []).append(tidy(finding.message, LONGEST_SAID))
    for document in found.documents:
        remarks.setdefault(document.path, []).extend(_exclusions(document))
    return remarks


def _exclusions(document: Document) -> Iterator[str]:
    rows = [(each.clause, each.reason) for each in document.exclusions]
    rows += [(row.clause, row.reason) for row in document.map_rows if row.excluded]
    for clause, reason in dict(sorted(rows)).items():
        why = tidy(reason, 300) or _("no reason is given")
        yield _("It says that %(clause)s does not apply (%(why)s). Decide that in the scope.") % {
            "clause": tidy(clause, 30), "why": why,
        }  # fmt: skip


def _fact(what: str, said: str) -> dict[str, str]:
    return {"what": what, "said": tidy(said, LONGEST_SAID), "day": ""}


def _dated(fact: DateFact) -> dict[str, str]:
    day = fact.value.isoformat() if fact.value else ""
    return {**_fact(fact.label, fact.text or day), "day": day}


def tidy(text: str, most: int) -> str:
    """One line of characters that can be shown and kept, with an ellipsis where it was cut."""
    shown = "".join(c if c.isprintable() else " " for c in normalize("NFC", text))
    line = " ".join(shown.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_record(read: Document) -> bool:
    """A filled record: evidence, not paper."""
    return read.kind is Kind.RECORD and not read.blank
