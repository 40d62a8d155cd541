"""One file that holds the database and all stored files, read back and proved before it gets its name."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from gemba.kernel import clock
from gemba.kernel.attachments.store import path_of
from gemba.kernel.backup.envelope import Sealing
from gemba.kernel.backup.manifest import Manifest
from gemba.kernel.backup.problems import BackupError
from gemba.kernel.backup.reading import prove
from gemba.kernel.backup.secret import Secret
from gemba.kernel.backup.snapshot import NAMES, Snapshot, take_snapshot
from gemba.kernel.trail.keys import current_key

CHUNK = 1024 * 1024
SUFFIX = ".backup"
ONLY_OURS = 0o700
FULL = (ENOSPC, EDQUOT)
Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Made:
    path: Path
    size: int
    manifest: Manifest


def nothing(_what: str, _done: int, _of: int) -> None:
    """No sign of progress."""


def make_backup(to: Path, secret: Secret, progress: Progress = nothing) -> Made:
    """Write a backup to the folder or the new file `to`. Raises `BackupError`; then nothing of it is left behind."""
    at = clock.now()
    final = to / f"gemba-{at:%Y-%m-%dT%H%M%SZ}{SUFFIX}" if to.is_dir() or not to.suffix else to
    with told_plainly(final.parent):
        if final.exists():
            raise BackupError(f"{final} exists already and is not replaced.")
        final.parent.mkdir(mode=ONLY_OURS, parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".gemba-backup-", dir=final.parent) as scratch:
            snapshot = take_snapshot(Path(scratch) / NAMES[connection.vendor])
            progress("database", 1, 1)
            with _unfinished(final) as (file, partial):
                said = _write(file, secret, snapshot, at.isoformat(), progress)
                snapshot.path.unlink()
                proved = prove(partial, secret, Path(scratch), progress)
                if proved.manifest != said:
                    raise BackupError("What was read back is not what was written. Try another disk.")
                _settle(partial, final)
    return Made(final, final.stat().st_size, said)


@contextmanager
def told_plainly(folder: Path) -> Iterator[None]:
    """Errors of the disk as sentences."""
    try:
        yield
    except OSError as error:
        where = Path(error.filename).name if error.filename else folder
        if error.errno in FULL:
            raise BackupError(f"There is no room left in {folder}. Nothing was left behind there.") from None
        raise BackupError(f"{where}: {error.strerror or error}. Nothing was left behind.") from None


@contextmanager
def _unfinished(final: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A file beside the final one, for this user alone, gone unless it got its final name."""
    descriptor, name = mkstemp(prefix=f".{final.name}-", suffix=".partial", dir=final.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file, partial
    finally:
        partial.unlink(missing_ok=True)


def _settle(partial: Path, final: Path) -> None:
    """A hard link, because it refuses to replace what somebody put there meanwhile; both names are then durable."""
    try:
        os.link(partial, final)
    except FileExistsError:
        raise BackupError(f"{final} exists already and is not replaced.") from None
    except OSError:  # a disk without hard links
        partial.replace(final)
    sync_folder(final.parent)


def sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(file: BinaryIO, secret: Secret, snapshot: Snapshot, at: str, progress: Progress) -> Manifest:
    sealing = Sealing(file, secret, {"kind": "data", "build": settings.GEMBA_BUILD, "made_at": at})
    with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        database = _add(tar, snapshot.path.name, snapshot.path)
        files, absent = _add_files(tar, snapshot, progress)
        manifest = _manifest(snapshot, at, database, files, absent)
        _add_bytes(tar, "manifest.json", manifest.encoded())
    sealing.finish()
    file.flush()
    os.fsync(file.fileno())
    return manifest


def _manifest(
    snapshot: Snapshot, at: str, database: dict[str, object], files: dict[str, object], absent: tuple[str, ...]
) -> Manifest:
    return Manifest(
        made_at=at, build=settings.GEMBA_BUILD, mode=settings.GEMBA_MODE, vendor=connection.vendor,
        trail_key=current_key().id, seal=snapshot.seal, database=database, files=files, absent=absent, **snapshot.told,
    )  # fmt: skip


def _add(tar: tarfile.TarFile, name: str, path: Path) -> dict[str, object]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        tar.addfile(_entry(name, size), Hashing(file, digest.update))
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


def _add_files(
    tar: tarfile.TarFile, snapshot: Snapshot, progress: Progress
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Every stored file the snapshot names. One that is missing or damaged is named, and does not stop the rest."""
    absent, held, total = [], hashlib.sha256(), 0
    for place, (name, size) in enumerate(snapshot.blobs, 1):
        path = path_of(name)
        if not _sound(path, name, size):
            absent.append(name)
            continue
        _add(tar, f"files/{name}", path)
        held.update(f"{name} {size}\n".encode())
        total += size
        progress("files", place, len(snapshot.blobs))
    count = len(snapshot.blobs) - len(absent)
    return {"count": count, "bytes": total, "sha256": held.hexdigest()}, tuple(absent)


def _sound(path: Path, sha256: str, size: int) -> bool:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size == size and hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except FileNotFoundError:
        return False


class Hashing(io.RawIOBase):
    """Reads on behalf of somebody else and shows every byte to a digest."""

    def __init__(self, file: BinaryIO, update: Callable[[bytes], None]) -> None:
        super().__init__()
        self._file, self._update = file, update

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self._update(found)
        return found


def _entry(name: str, size: int) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.mode = size, 0o600
    return made


def _add_bytes(tar: tarfile.TarFile, name: str, raw: bytes) -> None:
    tar.addfile(_entry(name, len(raw)), io.BytesIO(raw))
