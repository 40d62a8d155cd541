"""Reads any file of a quality system: the format is told by the content where it has a signature, else by the name."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from gemba.assess.readers.blocks import Reading
from gemba.assess.readers.lazy import attribute
from gemba.assess.readers.limits import MAX_FILE, MAX_SHOWN, MAX_TEXT, MEBIBYTE

FORMATS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".docx": "docx",
    ".docm": "docx",
    ".dotx": "docx",
    ".pdf": "pdf",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xltx": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
}
"""Extension to format. Everything else in a folder is counted, not read."""

_OLD = "The old Office format is not read: save the file as docx, xlsx or PDF."
_OPEN_DOCUMENT = "OpenDocument files are not read: save the file as docx, xlsx or PDF."
_OTHER_OFFICE = "This kind of file is not read: save it as docx or PDF."
UNREAD = {
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt"), _OLD),
    **dict.fromkeys((".odt", ".ods", ".odp", ".ott", ".ots"), _OPEN_DOCUMENT),
    **dict.fromkeys((".rtf", ".pages", ".numbers", ".ppt", ".pptx", ".vsd", ".vsdx", ".xlsb", ".wpd"), _OTHER_OFFICE),
}
"""Documents that cannot be read, with what to say: passed over in silence they would count as missing."""

RISKY = frozenset(("docx", "pdf", "xlsx"))
"""Formats read by native code or unpacked: read where a crash takes nothing else along."""

_READERS = {
    "markdown": ("gemba.assess.readers.markdown", "read_markdown"),
    "docx": ("gemba.assess.readers.docx", "read_docx"),
    "pdf": ("gemba.assess.readers.pdf", "read_pdf"),
    "xlsx": ("gemba.assess.readers.xlsx", "read_xlsx"),
    "csv": ("gemba.assess.readers.separated", "read_separated"),
    "html": ("gemba.assess.readers.html", "read_html"),
    "text": ("gemba.assess.readers.text", "read_text"),
}
_TEXT = frozenset(("markdown", "csv", "html", "text"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORDS = re.compile(r"\s+")


def prepare(formats: Iterable[str]) -> None:
    """Load the readers of these formats now: before other processes are made from this one, that is once and not for
    each of them.
    """
    for name in formats:
        attribute(*_READERS[name])


def format_of(name: str) -> str | None:
    """The format a file name tells, or None for a file that is no document."""
    return FORMATS.get(PurePosixPath(name).suffix.lower())


def sniffed(head: bytes, named: str) -> tuple[str, str | None]:
    """The format that the first bytes show, and a sentence when the file cannot be read because of what it is."""
    if head.startswith(_OLE):
        return named, _ole_problem(named)
    if b"%PDF-" in head[:1024] and (named in RISKY or head.lstrip().startswith(b"%PDF-")):
        return "pdf", None
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head, named)
    if named in ("docx", "xlsx"):
        return named, f"The file is named {named} but is no such file: it does not begin as a zip archive does."
    if named == "pdf":
        return named, "The file is named pdf but is no PDF: it does not begin with %PDF."
    return named, None


def _ole_problem(named: str) -> str:
    if named in ("docx", "xlsx"):
        return "The file is encrypted, or in the old Office format from before 2007: it cannot be read."
    return f"The file is named {named} but is an old Office file: it cannot be read."


def _zipped(head: bytes, named: str) -> tuple[str, str | None]:
    if named in ("docx", "xlsx"):
        return named, None
    kinds = [kind for kind, sign in (("docx", b"word/"), ("xlsx", b"xl/")) if sign in head]
    if kinds:
        return kinds[0], None
    return named, f"The file is named {named} but is a zip archive, which is not opened."


def read(path: Path, relative: str) -> Reading:
    """The document at `path` as blocks. Never raises: what goes wrong is a sentence in `Reading.problem`.

    `relative` is the name shown to people; its extension names the format.
    """
    named = format_of(relative)
    if named is None:
        return Reading(problem="This kind of file is not read.")
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            return Reading(problem=f"The file is larger than {MAX_FILE // MEBIBYTE} MB and was not opened.")
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except (OSError, ValueError) as error:
        return Reading(problem=f"The file could not be opened: {_reason(error)}.")
    return read_bytes(data, named)


def read_bytes(data: bytes, named: str) -> Reading:
    """The same from bytes, for a format of `FORMATS`."""
    if not data:
        return Reading(problem="The file is empty.")
    kind, problem = sniffed(data[:65536], named)
    if problem:
        return Reading(problem=problem)
    cut = kind in _TEXT and len(data) > MAX_TEXT
    reading = _guarded(attribute(*_READERS[kind]), data[:MAX_TEXT] if cut else data)
    if cut:
        said = f"Only the first {MAX_TEXT // MEBIBYTE} MB of the text were read."
        return reading._replace(problem=reading.problem or said)
    return reading


def _guarded(reader: Callable[[bytes], Reading], data: bytes) -> Reading:
    # The last resort: parsers of foreign files fail in ways their authors did not name either.
    try:
        return reader(data)
    except MemoryError:
        return Reading(problem="The file needs more memory to read than one file is given.")
    except RecursionError:
        return Reading(problem="The file is nested too deeply to be read.")
    except Exception as error:
        return Reading(problem=f"The file is damaged or not what its name says: {_reason(error)}.")


def _reason(error: BaseException) -> str:
    """What the system or a library says of its failure, in one short line, without the path."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    said = "".join(c if c.isprintable() else " " for c in said)
    return _WORDS.sub(" ", said).strip(" .")[:MAX_SHOWN].lower() or type(error).__name__
