"""Finds the files of a folder, in the same order on every machine, without following a link out of it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gemba.assess.readers.dispatch import RISKY, UNREAD, format_of

MAX_FILES = 200_000
MAX_DEPTH = 200
_SKIPPED_FOLDERS = frozenset(("node_modules", "__pycache__", "__MACOSX", "$RECYCLE.BIN", "System Volume Information"))
_TEMPORARY = ("~$",)
_TEMPORARY_ENDS = ("~", ".tmp", ".swp", ".bak", ".part", ".crdownload")


class WalkError(Exception):
    """The folder cannot be assessed at all; the message is a sentence for a person."""


class Found(NamedTuple):
    """A file as found. `problem` is a sentence when it must not or cannot be opened."""

    path: Path
    """Where it is on this machine; shown to nobody."""
    relative: str
    """Below the folder, with forward slashes; characters that cannot be shown are escaped."""
    format: str | None
    """One of the readers' formats, or None for a file that is no document (`other`)."""
    size: int = 0
    problem: str | None = None
    note: str | None = None
    """Why a file is left out though nothing is wrong with it."""

    @property
    def risky(self) -> bool:
        """Whether native code or an unpacker reads it."""
        return self.format in RISKY


def shown(name: str) -> str:
    """A file name that is safe to print and to store: line breaks, controls and broken encoding as escapes."""
    if name.isprintable() and "\\" not in name:
        return name
    return "".join(c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode() for c in name)


def walk(folder: Path) -> Iterator[Found]:
    """Every file below `folder`, depth first, names in code point order. Raise `WalkError` before the first one.

    Hidden files and folders, folders of tools, lock and temporary files are left out without a word.
    """
    _check(folder)
    root = Path(os.path.realpath(folder))
    return _Walker(root).files()


def _check(folder: Path) -> None:
    try:
        mode = folder.stat().st_mode
    except FileNotFoundError:
        raise WalkError(f"There is no folder {shown(str(folder))}.") from None
    except (OSError, ValueError) as error:
        raise WalkError(f"The folder {shown(str(folder))} cannot be opened: {_reason(error)}.") from error
    if not stat.S_ISDIR(mode):
        raise WalkError(f"{shown(str(folder))} is a file, not a folder: name the folder it lies in.")
    try:
        with os.scandir(folder) as entries:
            empty = next(entries, None) is None
    except OSError as error:
        raise WalkError(f"The folder {shown(str(folder))} cannot be opened: {_reason(error)}.") from error
    if empty:
        raise WalkError(f"The folder {shown(str(folder))} is empty.")


class _Walker:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._count = 0

    def files(self) -> Iterator[Found]:
        # A list of open folders instead of recursion: depth is bounded by memory, not by the stack.
        pending: list[Iterator[os.DirEntry[str]]] = [iter(self._entries(self._root)[0])]
        while pending:
            entry = next(pending[-1], None)
            if entry is None:
                pending.pop()
                continue
            if not self._is_folder(entry):
                found = self._file(entry)
                if found is not None:
                    yield found
            elif not _is_hidden(entry.name):
                entries, problem = self._entries(Path(entry.path), len(pending))
                if problem:
                    yield Found(Path(entry.path), self._relative(entry), None, 0, problem)
                pending.append(iter(entries))
            if self._count > MAX_FILES:
                said = f"The folder holds more than {MAX_FILES:,} files; what follows was not read."
                yield Found(self._root, self._relative(entry), None, 0, said)
                return

    @staticmethod
    def _entries(folder: Path, depth: int = 0) -> tuple[list[os.DirEntry[str]], str | None]:
        if depth > MAX_DEPTH:
            return [], f"The folder is nested more than {MAX_DEPTH} levels deep and was not opened."
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: os.fsencode(entry.name)), None
        except OSError as error:
            return [], f"The folder could not be opened: {_reason(error)}."

    @staticmethod
    def _is_folder(entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False)
        except OSError:
            return False

    def _relative(self, entry: os.DirEntry[str]) -> str:
        return shown(os.path.relpath(entry.path, self._root).replace(os.sep, "/"))

    def _file(self, entry: os.DirEntry[str]) -> Found | None:
        name = entry.name
        if name.startswith((".", *_TEMPORARY)) or name.endswith(_TEMPORARY_ENDS):
            return None
        self._count += 1
        path, relative, kind = Path(entry.path), self._relative(entry), format_of(name)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            return Found(path, relative, kind, 0, f"The file could not be opened: {_reason(error)}.")
        if stat.S_ISLNK(status.st_mode):
            return self._link(path, relative)
        if not stat.S_ISREG(status.st_mode):
            return Found(path, relative, None, 0, "This is no ordinary file but a pipe, socket or device: not opened.")
        return Found(path, relative, kind, status.st_size, UNREAD.get(path.suffix.lower()))

    def _link(self, path: Path, relative: str) -> Found:
        try:
            target = Path(os.path.realpath(path, strict=True))
        except OSError:
            return Found(path, relative, None, 0, "The link leads nowhere or in a circle: not followed.")
        if target == self._root or self._root in target.parents:
            shown_target = shown(target.relative_to(self._root).as_posix())
            note = f"The link leads to {shown_target} in the same folder: not read twice."
            return Found(path, relative, None, note=note)
        return Found(path, relative, None, 0, "The link leads out of the folder: not followed.")


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _SKIPPED_FOLDERS


def _reason(error: BaseException) -> str:
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said.lower()
