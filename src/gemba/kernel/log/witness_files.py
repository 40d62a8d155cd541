"""What a folder witness holds: three files that are only ever appended to.

`<company>.leaves`       one line per sealed event: index, hash, chain, number
`<company>.early`        one line per event soon after it was written, before its seal: hash, chain, number
`<company>.checkpoints`  one JSON object per seal: its number, time, and the signed checkpoint

A line that a crash cut off stands as it is, is passed over, and is written again in full.
"""

import errno
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gemba.kernel.log.checkpoint import CheckpointError, parse

KINDS = ("leaves", "early", "checkpoints")
TAIL = 64 * 1024
LINE = re.compile(r"([0-9]{1,15}) ([0-9a-f]{64}) ([!-~]{1,80}) ([0-9]{1,10})")


@dataclass(frozen=True, slots=True)
class NotedLeaf:
    index: int
    hash: str
    subject: str
    seq: int


@dataclass(frozen=True, slots=True)
class NotedSeal:
    number: int
    size: int
    root: str
    note: str
    at: str


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """The files of one company in a folder."""

    folder: Path
    company: str

    def path(self, kind: str) -> Path:
        return self.folder / f"{self.company}.{kind}"

    def append(self, kind: str, lines: Sequence[str]) -> None:
        """On the disk when this returns. Raises `OSError`. The folder must exist: an unmounted share is not made."""
        if not lines:
            return
        descriptor = os.open(self.path(kind), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            torn = size and os.pread(file.fileno(), 1, size - 1) != b"\n"
            text = ("\n" if torn else "") + "\n".join(lines) + "\n"
            data = memoryview(text.encode())
            while data:
                data = data[file.write(data) :]
            os.fsync(file.fileno())

    def set_aside(self, ending: str) -> list[Path]:
        """Give the three files other names, under which they stay as they are; new ones begin. Raises `OSError`."""
        moved = []
        for kind in KINDS:
            path = self.path(kind)
            aside = path.with_name(f"{path.name}.{ending}")
            if aside.exists():
                raise FileExistsError(errno.EEXIST, "a file of that name is there", str(aside))
            if path.exists():
                path.rename(aside)
                moved.append(aside)
        return moved

    def last_leaf(self) -> NotedLeaf | None:
        return next((leaf for leaf in map(_leaf, self._from_behind("leaves")) if leaf), None)

    def last_seal(self) -> NotedSeal | None:
        return next((seal for seal in map(_seal, self._from_behind("checkpoints")) if seal), None)

    def leaves(self) -> Iterator[NotedLeaf]:
        return (leaf for leaf in map(_leaf, self._lines("leaves")) if leaf)

    def early(self) -> Iterator[NotedLeaf]:
        return (leaf for leaf in (_leaf(f"0 {line}") for line in self._lines("early")) if leaf)

    def seals(self) -> Iterator[NotedSeal]:
        return (seal for seal in map(_seal, self._lines("checkpoints")) if seal)

    def _lines(self, kind: str) -> Iterator[str]:
        with suppress(FileNotFoundError), self.path(kind).open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.endswith("\n"):
                    yield line[:-1]

    def _from_behind(self, kind: str) -> Iterator[str]:
        """The last lines, newest first."""
        with suppress(FileNotFoundError), self.path(kind).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL))
            lines = file.read(TAIL).decode("utf-8", "replace").split("\n")
            yield from reversed(lines[1 if size > TAIL else 0 : -1])


def leaf_line(index: int, hashed: str, subject: str, seq: int) -> str:
    return f"{index} {hashed} {subject} {seq}"


def early_line(hashed: str, subject: str, seq: int) -> str:
    return f"{hashed} {subject} {seq}"


def seal_line(number: int, at: str, note: str) -> str:
    return json.dumps({"seal": number, "at": at, "checkpoint": note})


def _leaf(line: str) -> NotedLeaf | None:
    found = LINE.fullmatch(line)
    return NotedLeaf(int(found[1]), found[2], found[3], int(found[4])) if found else None


def _seal(line: str) -> NotedSeal | None:
    try:
        told = json.loads(line)
        note = str(told["checkpoint"])
        said = parse(note)
        return NotedSeal(int(told["seal"]), said.size, said.root.hex(), note, str(told["at"]))
    except (ValueError, KeyError, TypeError, CheckpointError):
        return None
