"""Find what is kept of somebody who has no login: by name, address or telephone, among the values beside the chains."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.commitments.models import Erasure, PersonalValue
from gemba.kernel.privacy.subjects import PERSON, Whose, whose
from gemba.kernel.records.models import Record
from gemba.kernel.trail.canonical import moment, text

SHORTEST, MOST = 2, 50
MOST_TOLD = 5_000
"""Values in one file for the person."""
BATCH = 400
_PLAIN = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One value that is or was in a personal column; `now` while it stands there."""

    field: str
    label: str
    value: str
    since: Any
    now: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A record or a person, and the values that were looked for."""

    whose: Whose
    kept: Sequence[Kept]

    @property
    def name(self) -> str:
        return str(self.whose.row)

    @property
    def number(self) -> str:
        return self.whose.row.number if isinstance(self.whose.row, Record) else ""

    @property
    def uid(self) -> str:
        return self.whose.row.uid


def kept_of(found: Whose) -> list[Kept]:
    """Everything that the personal columns of a row hold or ever held, the oldest first."""
    return list(_kept_by_key(found).values())


def _kept_by_key(found: Whose) -> dict[int, Kept]:
    rows = list(PersonalValue.objects.filter(subject=found.subject).order_by("pk"))
    newest = {row.field: row.pk for row in rows}
    current = found.values()
    return {
        row.pk: _kept(found, row, now=newest[row.field] == row.pk and current.get(row.field) == row.value)
        for row in rows
    }


def _kept(found: Whose, row: PersonalValue, *, now: bool) -> Kept:
    return Kept(row.field, found.label(row.field), row.value, row.at, now, row.erased)


def find(wanted: str, access: Access, most: int = MOST) -> tuple[list[Found], bool]:
    """Where a text stands among personal values, as far as this person may read; and whether there is more of that.

    Case does not count, in any script. Nothing is looked for with fewer than two characters.
    """
    wanted = text(wanted.replace("\0", "")).strip()
    if len(wanted) < SHORTEST:
        return [], False
    rows = list(islice(_readable(wanted, access), most + 1))
    by_subject: dict[str, list[int]] = {}
    for row in rows[:most]:
        by_subject.setdefault(row.subject, []).append(row.pk)
    found = []
    for subject, keys in by_subject.items():
        if (one := whose(subject)) is not None:
            kept = _kept_by_key(one)
            found.append(Found(one, [kept[key] for key in keys if key in kept]))
    return found, len(rows) > most


def _readable(wanted: str, access: Access) -> Iterator[PersonalValue]:
    """Values that hold the text, newest first, without those of records that this person may not read."""
    below, seen = None, dict[str, bool]()
    while rows := _matching(wanted, below):
        below = rows[-1].pk
        held = [row for row in rows if wanted.casefold() in row.value.casefold()]
        asked = {row.subject for row in held} - seen.keys()
        records = {record.subject: record for record in _records(asked)}
        for subject in asked:
            record = records.get(subject)
            seen[subject] = subject.startswith(f"{PERSON}/") or (record is not None and access.sees(record))
        yield from (row for row in held if seen[row.subject])


def _matching(wanted: str, below: int | None) -> list[PersonalValue]:
    """The next values that may hold the text. The database is asked for a part in ASCII: which other letters are the
    same but for their case is known differently to each, and to SQLite not at all."""
    rows = PersonalValue.objects.filter(erased=False, **({} if below is None else {"pk__lt": below}))
    part = max(_PLAIN.findall(wanted), key=len, default="")
    if part:
        rows = rows.filter(value__icontains=part)
    return list(rows.order_by("-pk")[:BATCH])


def _records(subjects: Iterable[str]) -> list[Record]:
    uids = [subject.rpartition("/")[2] for subject in subjects]
    return list(Record._base_manager.filter(uid__in=uids))


def told_of(wanted: str, access: Access) -> dict[str, Any]:
    """What is kept under a name, for that person (GDPR Art. 15): where, what, since when. Nothing of others."""
    found, more = find(wanted, access, MOST_TOLD)
    return {
        "about": {"looked_for": wanted, "told_at": moment(clock.now()), "complete": not more},
        "found": [
            {
                "what": each.number or each.name, "kind": each.whose.kind,
                "values": [
                    {"field": one.label, "value": one.value, "since": moment(one.since), "stands_there_now": one.now}
                    for one in each.kept
                ],
            }
            for each in found
        ],
    }  # fmt: skip


def as_told(wanted: str, access: Access) -> bytes:
    """The same as a file for machines."""
    return json.dumps(told_of(wanted, access), ensure_ascii=False, indent=1).encode()


@dataclass(frozen=True, slots=True)
class Request:
    """A request to erase, for the reader. `found` is None where the row is gone or may not be read."""

    erasure: Erasure
    found: Whose | None

    @property
    def about(self) -> str:
        return str(self.found.row) if self.found else _("something you may not see")

    @property
    def labels(self) -> str:
        return ", ".join(self.found.label(name) for name in self.erasure.names) if self.found else ""


def requests_seen(erasures: Sequence[Erasure], access: Access) -> list[Request]:
    """Each with its row, where the reader may see it."""
    found = ((each, whose(each.subject)) for each in erasures)
    return [Request(each, row if row and row.may_be_read(access) else None) for each, row in found]
