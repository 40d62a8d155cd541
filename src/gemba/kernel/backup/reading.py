"""Read a backup from end to end: every piece deciphered, every part compared with the list of contents.

Nothing that stands in the file is believed: names are those this program writes, sizes are counted, digests reckoned.
"""

import hashlib
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gemba.kernel.backup.envelope import CUT_OFF, Opening
from gemba.kernel.backup.manifest import Manifest, contents, differences
from gemba.kernel.backup.problems import BackupError, DamagedError
from gemba.kernel.backup.secret import Secret
from gemba.kernel.backup.snapshot import NAMES, check_dump, check_sqlite, opened_copy

CHUNK = 1024 * 1024
STORED = re.compile(r"files/[0-9a-f]{64}")
LONGEST_LIST = 64 * 1024 * 1024
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Proved:
    """A backup whose every byte was read and found to be what was written."""

    manifest: Manifest
    database: Path
    """Where its database was put."""


@dataclass
class _Found:
    database: dict[str, object] = field(default_factory=dict)
    held: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    count: int = 0
    bytes: int = 0
    manifest: Manifest | None = None

    def files(self) -> dict[str, object]:
        return {"count": self.count, "bytes": self.bytes, "sha256": self.held.hexdigest()}


def prove(path: Path, secret: Secret, scratch: Path, progress: Progress, keep: Path | None = None) -> Proved:
    """Read all of it; the database is put into the folder `scratch`, the stored files into `keep` where it is given.

    Raises `BackupError`: it cannot be opened, is cut off, altered, or its database is damaged.
    """
    found = _Found()
    try:
        with path.open("rb") as file, Opening(file, secret) as opening:
            with tarfile.open(fileobj=opening, mode="r|") as tar:
                _walk(tar, found, scratch, keep, progress)
            while opening.read(CHUNK):  # the last piece proves that nothing is missing
                pass
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DamagedError(CUT_OFF) from error
    manifest = _complete(found)
    database = scratch / str(manifest.database["name"])
    progress("check", 0, 1)
    _check_database(manifest, database)
    progress("check", 1, 1)
    return Proved(manifest, database)


def _walk(tar: tarfile.TarFile, found: _Found, scratch: Path, keep: Path | None, progress: Progress) -> None:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() and not member.issparse() else None
        if content is None or found.manifest is not None:
            raise DamagedError(CUT_OFF)
        if member.name in NAMES.values() and not found.database:
            size, sha256 = _copy(content, scratch / member.name)
            found.database = {"name": member.name, "size": size, "sha256": sha256}
        elif STORED.fullmatch(member.name):
            _stored(member.name.removeprefix("files/"), content, found, keep)
            progress("read back", found.count, 0)
        elif member.name == "manifest.json" and member.size <= LONGEST_LIST:
            found.manifest = Manifest.decoded(content.read())
        else:
            raise DamagedError("This backup holds something that Gemba never puts into one.")


def _stored(name: str, content: IO[bytes], found: _Found, keep: Path | None) -> None:
    size, sha256 = _copy(content, keep / name if keep else None)
    if sha256 != name:
        raise DamagedError(f"The stored file {name[:12]} in this backup is not what it was.")
    found.held.update(f"{name} {size}\n".encode())
    found.count += 1
    found.bytes += size


def _copy(content: IO[bytes], to: Path | None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(content, to):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def _chunks(content: IO[bytes], to: Path | None) -> Iterator[bytes]:
    if to is None:
        while chunk := content.read(CHUNK):
            yield chunk
        return
    with to.open("xb") as file:
        while chunk := content.read(CHUNK):
            file.write(chunk)
            yield chunk


def _complete(found: _Found) -> Manifest:
    if found.manifest is None or found.database != found.manifest.database or found.files() != found.manifest.files:
        raise DamagedError(CUT_OFF)
    if found.manifest.database["name"] != NAMES.get(found.manifest.vendor):
        raise DamagedError(CUT_OFF)
    return found.manifest


def _check_database(manifest: Manifest, path: Path) -> None:
    if manifest.vendor == "postgresql":
        check_dump(path)
        return
    check_sqlite(path)
    with opened_copy(path) as ask:
        wrong = differences(manifest, contents(ask))
    if wrong:
        raise BackupError(*wrong)
