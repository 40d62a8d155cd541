"""Writes a report folder as a whole or not at all: into a hidden folder beside it first, then moved into place."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

NAMES = frozenset({"report.html", "report.pdf", "assessment.json"})
"""What a report folder may hold. With `force` only these are replaced; anything else is left as it is."""


class NotEmptyError(Exception):
    """The folder for the report holds something already; the message says what to do."""


def check_place(out: Path, *, force: bool) -> None:
    """Raises NotEmptyError, or OSError where the folder cannot be used, before any work is done."""
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir():
        raise NotEmptyError(f"{out} is a file, not a folder. Name another folder with --out.")
    held = {entry.name for entry in out.iterdir()}
    if held and not force:
        raise NotEmptyError(
            f"{out} is not empty. Name another folder with --out, or use --force to replace the report in it."
        )


def write_all(out: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """Write the files into `out`. Killed in between, it leaves the old report or none, never half of one."""
    check_place(out, force=force)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".gemba-", dir=out.parent))
    try:
        for name, data in files.items():
            (beside / name).write_bytes(data)
        _put(beside, out, files)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _put(beside: Path, out: Path, files: Mapping[str, bytes]) -> None:
    beside.chmod(0o777 & ~_umask())
    if not out.exists():
        beside.rename(out)
        return
    for name in sorted(NAMES - set(files)):
        (out / name).unlink(missing_ok=True)
    for name in files:
        (beside / name).replace(out / name)


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
