"""Bytes on disk under their SHA-256: written once, durable before anything names them, checked when they are read."""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.attachments.sniff import ALLOWED, LABELS, media_type
from gemba.kernel.refusals import Conflict, Invalid

CHUNK = 1024 * 1024
BATCH = 500
DAY = 24 * 3600
ONLY_OURS, READ_ONLY = 0o700, 0o400


class TooLarge(Invalid):
    """More bytes than a file may have (`413` where a status is asked for)."""


class Damaged(Conflict):
    """The stored bytes are not the ones that were stored. They are not given out."""


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file in the store that nothing names: what an upload leaves that ended before its record was written."""

    path: Path
    size: int
    age: float
    """Seconds since it was written. A young one may belong to an upload that is still going on."""


def root() -> Path:
    return Path(settings.GEMBA_FILES)


def path_of(sha256: str) -> Path:
    """Where the bytes are: two levels of folders, so that none grows large."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def keep(chunks: Iterable[bytes], *, limit: int | None = None) -> Stored:
    """Stream into the store; on return the bytes are on the disk, whatever happens next.

    Raises `TooLarge` as soon as the limit is passed and `Invalid` for a type that is not accepted; nothing stays then.
    """
    incoming = root() / "incoming"
    incoming.mkdir(mode=ONLY_OURS, parents=True, exist_ok=True)
    most = settings.GEMBA_LARGEST_FILE if limit is None else limit
    with NamedTemporaryFile(dir=incoming, delete=False) as file:
        temporary = Path(file.name)
        try:
            sha256, size = _copy(chunks, file, most)  # type: ignore[arg-type]
            kind = _accepted(file)  # type: ignore[arg-type]
            os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    try:
        _settle(temporary, path_of(sha256))
    finally:
        temporary.unlink(missing_ok=True)
    return Stored(sha256, size, kind)


def _copy(chunks: Iterable[bytes], file: BinaryIO, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise TooLarge({"file": [_("A file may have at most %d MB.") % (most // CHUNK)]})
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _accepted(file: BinaryIO) -> str:
    kind = media_type(file)
    if kind not in ALLOWED:
        what = LABELS.get(kind, kind)
        raise Invalid({"file": [_("This file is %s and cannot be stored. A ZIP archive of it can.") % what]})
    return kind


def _settle(temporary: Path, final: Path) -> None:
    """Give the bytes their name, and make the name durable. Bytes that are there already are compared, not trusted."""
    if final.exists():
        with final.open("rb") as present:
            if _digest(present) != final.name:
                raise Damaged(_("A stored file with this content is damaged. Tell the system administrator."))
        return
    made = [parent for parent in (final.parent, final.parent.parent) if not parent.exists()]
    final.parent.mkdir(mode=ONLY_OURS, parents=True, exist_ok=True)
    temporary.chmod(READ_ONLY)
    temporary.replace(final)
    for folder in (final.parent, *(parent.parent for parent in made)):
        _sync(folder)


def _sync(folder: Path) -> None:
    if os.name == "nt":  # Windows keeps names durable by itself and opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def open_verified(blob: Blob) -> BinaryIO:
    """The bytes, opened for reading, after they were hashed again. Raises `Damaged` where they are not the ones stored.

    The same open file is hashed and given out, so that a file put in its place afterwards is not what is read.
    """
    try:
        file = path_of(blob.sha256).open("rb")
    except OSError:
        raise Damaged(_("This file is missing from the store. Tell the system administrator.")) from None
    if _digest(file) != blob.sha256:
        file.close()
        raise Damaged(_("This file was changed in the store and is not given out. Tell the system administrator."))
    file.seek(0)
    return file


def find_orphans(*, older_than: float = DAY) -> Iterator[Orphan]:
    """Files in the store that no attachment names, and uploads that never ended. Nothing is removed here."""
    now = time.time()
    batch: list[Path] = []
    for path in _files():
        batch.append(path)
        if len(batch) == BATCH:
            yield from _unnamed(batch, now, older_than)
            batch = []
    yield from _unnamed(batch, now, older_than)


def _files() -> Iterator[Path]:
    if root().is_dir():
        for folder, _folders, names in os.walk(root()):
            yield from (Path(folder) / name for name in names)


def _unnamed(paths: list[Path], now: float, older_than: float) -> Iterator[Orphan]:
    named = set(Attachment.objects.filter(blob__in=[p.name for p in paths]).values_list("blob_id", flat=True))
    for path in paths:
        if path.name in named and path == path_of(path.name):
            continue
        try:
            status = path.stat()
        except FileNotFoundError:  # the upload ended meanwhile
            continue
        if now - status.st_mtime >= older_than:
            yield Orphan(path, status.st_size, now - status.st_mtime)


def missing_blobs() -> Iterator[Blob]:
    """Rows whose bytes are not in the store, or not in their full length."""
    for blob in Blob.objects.order_by("pk").iterator():
        path = path_of(blob.sha256)
        if not path.is_file() or path.stat().st_size != blob.size:
            yield blob
