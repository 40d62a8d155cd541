"""From the value in a row to the commitment in its events, and back for those who read the events.

A row's columns named in `PERSONAL` of its model are committed. Empty columns say so in clear: that nothing was given is
nobody's secret. A value that stood in a row before its column was declared personal stays as it was told, in clear,
until it changes.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from gemba.kernel.commitments.models import MARK, PersonalValue, commitment

KEY = "commitment"
"""The only key of the object that stands in an event in place of a value."""
SIGN = f'{{"{KEY}":"'
"""With this a commitment begins in the text of an event. Within a value a quotation mark is escaped."""
SALT_BYTES = 16
PLACE = "_gemba_personal"
BATCH = 400

Snapshot = dict[str, Any]


def personal_columns(model: type[models.Model]) -> frozenset[str]:
    """The columns of a model that hold data of people."""
    found: frozenset[str] = getattr(model, "PERSONAL", frozenset())
    return found


def is_commitment(value: object) -> bool:
    """No column of text is ever an object in an event, so that nobody can type what looks like a commitment."""
    return isinstance(value, Mapping) and set(value) == {KEY}


def commitment_in(value: object) -> str | None:
    """The digest in what an event says of a personal column; None where it says something in clear."""
    return str(value[KEY]) if isinstance(value, Mapping) and set(value) == {KEY} else None


class Held:
    """What is known of the personal columns of one row in memory."""

    def __init__(self, subject: str, newest: Mapping[str, PersonalValue], *, new: bool) -> None:
        self.subject, self.newest, self._new = subject, dict(newest), new
        self.made: dict[str, PersonalValue] = {}
        """Not stored yet; the newest of each column."""
        self._clear: dict[str, Any] = {}

    def told(self, name: str, value: Any) -> Any:
        """What an event says of this value."""
        if value in (None, ""):
            self._clear.setdefault(name, value)
            return value
        for known in (self.made.get(name), self.newest.get(name)):
            if known is not None and known.value == value and known.sound:
                return {KEY: known.commitment}
        if self._stood_in_clear(name, value):
            return value
        return {KEY: (self._stored_meanwhile(name, value) or self._make(name, value)).commitment}

    def seen(self, name: str, value: Any) -> Any:
        """The same for who only looks: what was never committed to stays as it is, and nothing is made."""
        known = self.newest.get(name)
        if known is not None and value not in (None, "") and known.value == value and known.sound:
            return {KEY: known.commitment}
        return value

    def _stored_meanwhile(self, name: str, value: Any) -> PersonalValue | None:
        """The row may have been read again since its values were looked up."""
        if self._new:
            return None
        self.newest = newest_of([self.subject]).get(self.subject, {})
        known = self.newest.get(name)
        return known if known is not None and known.value == value and known.sound else None

    def _stood_in_clear(self, name: str, value: Any) -> bool:
        """Whether the row was read with this value and no commitment was ever made for its column."""
        if self._new or name in self.newest:
            return False
        return bool(self._clear.setdefault(name, value) == value)

    def _make(self, name: str, value: str) -> PersonalValue:
        salt = secrets.token_hex(SALT_BYTES)
        made = PersonalValue(
            subject=self.subject, field=name, salt=salt, value=value, commitment=commitment(salt, value)
        )
        self.made[name] = made
        return made

    def stored(self) -> None:
        self.newest |= self.made
        self.made, self._new = {}, False


def newest_of(subjects: Sequence[str]) -> dict[str, dict[str, PersonalValue]]:
    """What each personal column of these subjects holds now, by subject and column. One statement for each 400."""
    found: dict[str, dict[str, PersonalValue]] = {}
    for start in range(0, len(subjects), BATCH):
        for row in PersonalValue.objects.filter(subject__in=subjects[start : start + BATCH]).order_by("id"):
            found.setdefault(row.subject, {})[row.field] = row
    return found


def held_by(row: models.Model, subject: str) -> Held:
    """One statement the first time, none for a row that is not stored yet."""
    held: Held | None = vars(row).get(PLACE)
    if held is None:
        new = row._state.adding
        newest = {} if new else newest_of([subject]).get(subject, {})
        held = Held(subject, newest, new=new)
        vars(row)[PLACE] = held
    return held


def look_up(rows: Iterable[tuple[models.Model, str]]) -> None:
    """The same for many stored rows, each with its subject, in one statement."""
    wanted = {subject: row for row, subject in rows}
    newest = newest_of(list(wanted))
    for subject, row in wanted.items():
        vars(row)[PLACE] = Held(subject, newest.get(subject, {}), new=False)


def forget(row: models.Model) -> None:
    """The row was read again: so is what is known of its values."""
    vars(row).pop(PLACE, None)


def committed(row: models.Model, subject: str, snapshot: Snapshot) -> Snapshot:
    """`snapshot` with commitments in place of personal values. New commitments wait for `keep`."""
    held = held_by(row, subject)
    for name in sorted(personal_columns(type(row))):
        if name in snapshot:
            snapshot[name] = held.told(name, snapshot[name])
    return snapshot


def keep(rows: Iterable[models.Model]) -> None:
    """Store what was committed to for these rows. Called in the transaction that writes the rows and their events."""
    helds = [held for row in rows if (held := vars(row).get(PLACE)) is not None and held.made]
    if helds:
        PersonalValue.objects.bulk_create([made for held in helds for made in held.made.values()], batch_size=BATCH)
        for held in helds:
            held.stored()


def values_behind(digests: Iterable[str]) -> dict[str, str]:
    """The values of commitments, for the reader; the mark where they were erased."""
    wanted, found = sorted(set(digests)), dict[str, str]()
    for start in range(0, len(wanted), BATCH):
        rows = PersonalValue.objects.filter(commitment__in=wanted[start : start + BATCH])
        found |= dict(rows.values_list("commitment", "value"))
    return found


def values_of(subject: str) -> dict[str, str]:
    """The same for all that a subject ever held."""
    return dict(PersonalValue.objects.filter(subject=subject).values_list("commitment", "value"))


def digests_in(changes: Iterable[Sequence[Any]]) -> set[str]:
    """The commitments that changes speak of."""
    return {digest for _name, *values in changes for value in values if (digest := commitment_in(value))}


def digests_of(body: str) -> set[str]:
    """The same of an event's text, whoever wrote it; none where it cannot be read."""
    if SIGN not in body:
        return set()
    try:
        return digests_in(json.loads(body)["chg"])
    except (ValueError, KeyError, TypeError):
        return set()


def readable(changes: Iterable[Sequence[Any]], values: Mapping[str, str]) -> list[tuple[str, Any, Any]]:
    """Changes of an event with values in place of commitments."""
    return [(name, _value(old, values), _value(new, values)) for name, old, new in changes]


def _value(value: Any, values: Mapping[str, str]) -> Any:
    digest = commitment_in(value)
    return value if digest is None else values.get(digest, MARK)
