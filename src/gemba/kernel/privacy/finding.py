"""Find what is kept of somebody who has no login: by name, address or telephone, among the values beside the chains."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.commitments.models import Erasure, PersonalValue
from gemba.kernel.privacy.subjects import PERSON, Whose, whose
from gemba.kernel.records.models import Record
from gemba.kernel.rights import may_read
from gemba.kernel.trail.canonical import moment, text

SHORTEST, MOST = 2, 50


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
    rows = list(PersonalValue.objects.filter(subject=found.subject).order_by("pk"))
    newest = {row.field: row.pk for row in rows}
    current = found.values()
    return [_kept(found, row, now=newest[row.field] == row.pk and current.get(row.field) == row.value) for row in rows]


def _kept(found: Whose, row: PersonalValue, *, now: bool) -> Kept:
    return Kept(row.field, found.label(row.field), row.value, row.at, now, row.erased)


def find(wanted: str, access: Access) -> tuple[list[Found], bool]:
    """Where a text stands among personal values, as far as this person may read; and whether there is more.

    Case does not count. Nothing is looked for with fewer than two characters.
    """
    wanted = text(wanted.replace("\0", "")).strip()
    if len(wanted) < SHORTEST:
        return [], False
    rows = PersonalValue.objects.filter(value__icontains=wanted, erased=False).order_by("-pk")[: MOST + 1]
    by_subject: dict[str, list[PersonalValue]] = {}
    for row in rows[:MOST]:
        by_subject.setdefault(row.subject, []).append(row)
    records = {record.subject: record for record in _records(by_subject)}
    found = []
    for subject, values in by_subject.items():
        spine = records.get(subject)
        if not subject.startswith(f"{PERSON}/") and (spine is None or not may_read(access, spine)):
            continue
        if (one := whose(subject)) is not None:
            held = {(each.field, each.value): each for each in kept_of(one)}
            kept = [held[row.field, row.value] for row in values if (row.field, row.value) in held]
            found.append(Found(one, kept))
    return found, len(rows) > MOST


def _records(subjects: Any) -> list[Record]:
    uids = [subject.rpartition("/")[2] for subject in subjects]
    return list(Record._base_manager.filter(uid__in=uids))


def as_told(wanted: str, access: Access) -> bytes:
    """What is kept under a name, for that person (GDPR Art. 15): where, what, since when. Nothing of others."""
    found, more = find(wanted, access)
    told = {
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
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


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
