"""What a backup says it holds. It is the last part of the file, and everything before it is compared with it."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from gemba.kernel.backup.problems import DamagedError

LAYOUT = 1
Ask = Callable[[str], Iterable[Sequence[Any]]]
"""Runs one statement on the database and gives its rows."""
COUNTED = {
    "events": "kernel_event", "security_events": "kernel_securityevent", "records": "kernel_record",
    "signatures": "kernel_signature", "people": "kernel_person", "files": "kernel_blob",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """`events` is the digest over the hashes of all events in the order of their numbers."""

    made_at: str
    """UTC, ISO 8601: the moment of the snapshot; nothing later is in the backup."""
    build: str
    mode: str
    vendor: str
    organisation: str
    name: str
    migrations: tuple[tuple[str, str], ...]
    counts: dict[str, int]
    events: str
    newest: str
    """When the newest event was written; empty where there is none."""
    seal: dict[str, Any] | None
    """The newest seal of the log: number, size and root. None where nothing is sealed yet."""
    trail_key: str
    database: dict[str, Any]
    """`name`, `size` and `sha256` of the part that holds the database."""
    files: dict[str, Any]
    """`count`, `bytes` and `sha256` over the sorted digests of the stored files."""
    absent: tuple[str, ...]
    """Files that the database names and that were missing from the store, or damaged in it, when this was made."""
    layout: int = LAYOUT

    def encoded(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True, indent=1).encode()

    @classmethod
    def decoded(cls, raw: bytes) -> "Manifest":
        try:
            told = json.loads(raw)
            if told["layout"] > LAYOUT:
                raise DamagedError(f"This backup was made by a newer Gemba ({told['build']}). Use that version.")
            found = cls(**told)
            return cls(**{
                **told, "migrations": tuple((str(app), str(name)) for app, name in found.migrations),
                "absent": tuple(found.absent),
            })  # fmt: skip
        except (ValueError, TypeError, KeyError, RecursionError):
            raise DamagedError("The list of contents of this backup cannot be read.") from None


def contents(ask: Ask) -> dict[str, Any]:
    """What the database holds, in the manifest's words. Constant memory."""
    digest = hashlib.sha256()
    for (each,) in ask("SELECT hash FROM kernel_event ORDER BY id"):
        digest.update(each.encode())
    [newest, *_] = [row[0] for row in ask("SELECT max(at) FROM kernel_event")]
    return {
        "counts": {name: _count(ask, table) for name, table in COUNTED.items()},
        **_company(ask),
        "events": digest.hexdigest(),
        "newest": str(newest or ""),
        "migrations": tuple((app, name) for app, name in ask("SELECT app, name FROM django_migrations ORDER BY id")),
    }


def _company(ask: Ask) -> dict[str, str]:
    """A statement of its own, because this also runs before an upgrade, on the tables of the version before."""
    for uid, name in ask("SELECT uid, name FROM kernel_organisation ORDER BY id LIMIT 1"):
        return {"organisation": str(UUID(str(uid))), "name": name}
    return {"organisation": "", "name": ""}


def _count(ask: Ask, table: str) -> int:
    [(found,)] = ask(f"SELECT count(*) FROM {table}")  # noqa: S608  our own names
    return int(found)


def differences(said: Manifest, found: Mapping[str, Any]) -> list[str]:
    """Sentences: in what a database is not what the manifest says."""
    wrong = [
        f"It holds {found['counts'][name]} {name.replace('_', ' ')}, and its list of contents says {number}."
        for name, number in said.counts.items()
        if found["counts"].get(name) != number
    ]
    if found["events"] != said.events:
        wrong.append("Its events are not those that its list of contents names.")
    return wrong
