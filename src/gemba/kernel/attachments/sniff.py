"""What a file is, from its content alone. Nothing is executed, unpacked or parsed beyond its table of contents."""

import re
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

HEAD = 64 * 1024
"""Bytes from the beginning that are looked at."""
MOST_MEMBERS = 10_000
"""Members of an archive's table of contents that are looked at; larger ones are refused."""
LARGEST_CONTENTS = 4 * 1024 * 1024
"""Bytes an archive's table of contents may have."""

UNKNOWN = "application/octet-stream"
MACROS = "application/x-office-with-macros"
PROGRAM = "application/x-executable"
BROKEN_ARCHIVE = "application/x-broken-archive"

MAGIC: Sequence[tuple[int, bytes, str]] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (257, b"ustar", "application/x-tar"),
    (128, b"DICM", "application/dicom"),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"\xfe\xed\xfa\xce", PROGRAM),
    (0, b"\xfe\xed\xfa\xcf", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"#!", PROGRAM),
    (0, b"L\0\0\0\x01\x14\x02\0", PROGRAM),
)  # fmt: skip
"""Offset, bytes, type; the first that fits decides. A Windows shortcut and a script's first line count as programs."""

OFFICE = "application/vnd.openxmlformats-officedocument."
PACKAGES = (
    ("word/document.xml", f"{OFFICE}wordprocessingml.document"),
    ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet"),
    ("xl/workbook.bin", f"{OFFICE}spreadsheetml.sheet"),
    ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation"),
)
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
HTML = re.compile(r"<(!doctype\s+html|html|head|body|script|iframe|meta|style|table|div|a\s)", re.IGNORECASE)
MAIL = re.compile(r"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:mime-version|message-id):", re.IGNORECASE)
SVG = re.compile(r"<(\w+:)?svg[\s>]", re.IGNORECASE)

ALLOWED = frozenset({
    "application/pdf", "application/rtf", "application/x-ole-storage", "application/zip", "application/gzip",
    "application/x-7z-compressed", "application/x-tar", "application/dicom", "application/json",
    *(kind for _member, kind in PACKAGES),
    *(f"{OPEN_DOCUMENT.decode()}{kind}" for kind in ("text", "spreadsheet", "presentation", "graphics")),
    "image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/webp", "image/heic", "image/svg+xml",
    "video/mp4", "video/quicktime", "video/webm",
    "text/plain", "text/csv", "text/html", "text/xml", "message/rfc822",
})  # fmt: skip
"""What may be stored. All of it is served as a download only, so that a page or picture with a script stays inert."""

LABELS = {
    PROGRAM: "a program or script", MACROS: "an office file with macros", BROKEN_ARCHIVE: "a damaged archive",
    UNKNOWN: "of a kind that cannot be recognised",
}  # fmt: skip


def media_type(file: BinaryIO) -> str:
    """The type of an open, seekable file; its position afterwards is undefined. Never raises for any content."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        return "text/plain"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(file)
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    for offset, magic, kind in MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    written = _text(head)
    return UNKNOWN if written is None else _textual(written)


def _package(file: BinaryIO) -> str:
    """The kind of a ZIP from its table of contents, whose size is checked before it is read."""
    if not _contents_are_small(file):
        return BROKEN_ARCHIVE
    try:
        with zipfile.ZipFile(file) as archive:
            names = {member.filename for member in archive.infolist()}
            declared = _declared(archive, names)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        return BROKEN_ARCHIVE
    if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
        return MACROS
    if declared.startswith(OPEN_DOCUMENT):
        return declared.decode("ascii", "replace").strip()
    return next((kind for member, kind in PACKAGES if member in names), "application/zip")


def _declared(archive: zipfile.ZipFile, names: set[str]) -> bytes:
    """What an OpenDocument file says of itself in its first member; a few bytes, read with a limit."""
    if "mimetype" not in names or archive.getinfo("mimetype").compress_type != zipfile.ZIP_STORED:
        return b""
    with archive.open("mimetype") as member:
        return member.read(100)


def _contents_are_small(file: BinaryIO) -> bool:
    """From the record at the end of the archive, before anything believes it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004  the record's length
        return False
    members = int.from_bytes(tail[at + 10 : at + 12], "little")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    return members <= MOST_MEMBERS and length <= LARGEST_CONTENTS


def _text(head: bytes) -> str | None:
    """The beginning as text, or None for binary content."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore")
    if b"\0" in head:
        return None
    try:
        found = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = len(head) == HEAD and error.start >= len(head) - 4
        found = head[: error.start].decode("utf-8-sig") if cut else head.decode("cp1252", "replace")
    odd = sum(c < " " and c not in "\t\r\n\f\x1b" for c in found)
    return None if odd * 100 > len(found) else found


def _textual(head: str) -> str:
    start = head.lstrip("\ufeff \t\r\n")
    if start.startswith("<") or HTML.search(head[:1024]):
        return _marked_up(start)
    if start[:1] in "{[" and start.rstrip()[-1:] in "}]" and '"' in start:
        return "application/json"
    if MAIL.match(head):
        return "message/rfc822"
    return "text/csv" if _is_table(head) else "text/plain"


def _marked_up(start: str) -> str:
    early = start[:4096]
    if SVG.search(early) and not HTML.match(start):
        return "image/svg+xml"
    if HTML.search(early):
        return "text/html"
    return "text/xml"


def _is_table(head: str) -> bool:
    """Several lines with the same number of separators."""
    lines = [line for line in head.splitlines()[:20] if line.strip()][:10]
    if len(lines) < 2:  # noqa: PLR2004
        return False
    return any(
        lines[0].count(mark) > 0 and all(line.count(mark) == lines[0].count(mark) for line in lines[:-1])
        for mark in ",;\t"
    )
