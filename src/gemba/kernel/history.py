"""A record's past in words: who did what, each changed field under its label with old and new value readable."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import Lifecycle, UnknownTransitionError
from gemba.kernel.records.models import Record
from gemba.kernel.trail import history as trail
from gemba.kernel.trail.canonical import Canonical
from gemba.kernel.types import RecordType, registry

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One changed field. `old` and `new` are for the reader, in the reader's language; `name` is the column."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event as people read it. `who` is the name as it was then."""

    id: int
    seq: int
    at: dt.datetime
    who: str
    on_behalf_of: str
    via: str
    verb: str
    act: str
    reason: str
    changes: tuple[ChangeRow, ...]
    files: tuple[tuple[str, str, int], ...]
    """Name, SHA-256, bytes of each file the record had after this, where the event says so."""
    links: tuple[tuple[str, str, str], ...]
    """Role, subject of the far end, its digest."""
    signature: Mapping[str, Any] | None
    hash: str


@dataclass(frozen=True, slots=True)
class History:
    rows: tuple[HistoryRow, ...]
    older: int | None


def history_of(record: Record, access: Access, *, before: int | None = None, size: int = trail.PAGE) -> History:
    """A page of the history, newest first. One statement, and one per kind of thing that the events point to.

    The caller has already been allowed to see the record; far ends of links show only to those who may see them.
    """
    page = trail.page_of(record.pk, before=before, size=size)
    declared = registry.of(record)
    words = _Words(declared, [change for told in page.told for change in told.changes], _far_ends(page, access))
    return History(tuple(_row(told, declared, words) for told in page.told), page.older)


def as_of(record: Record, moment: dt.datetime) -> dict[str, Canonical] | None:
    """Every column of the record as it stood at `moment`, canonical values by column; None before it was raised."""
    columns = registry.of(record).model().snapshot()
    return trail.as_of(record.pk, columns, moment)


def act_label(declared: RecordType[Any], verb: str) -> str:
    """What was done, in words. Steps of the lifecycle have the label their buttons have."""
    known = {
        "raise": _("Raised"), "edit": _("Changed"), "void": _("Voided"), "assign": _("Given to another owner"),
        "extend": _("Due date moved"), "link": _("Linked"), "unlink": _("Link ended"), "look": _("Link checked again"),
        "attach": _("File attached"), "detach": _("File removed"), "comment": _("Commented"), "task": _("Task"),
        "erase": _("Personal data erased"),
    }  # fmt: skip
    if verb in known:
        return known[verb]
    try:
        return str(declared.lifecycle.transition(verb).label)
    except UnknownTransitionError:
        return verb.replace("_", " ").capitalize()


def _far_ends(page: trail.Page, access: Access) -> dict[str, str]:
    """The numbers of the records that links lead to, by subject, as far as this person may see them."""
    uids = {link[1].rpartition("/")[2] for told in page.told for link in told.body["links"]}
    if not uids:
        return {}
    visible = Record._base_manager.filter(access.visible(), uid__in=uids)
    return {record.subject: str(record) for record in visible.only("kind", "uid", "number", "title")}


def _row(told: trail.Told, declared: RecordType[Any], words: "_Words") -> HistoryRow:
    event, body = told.event, told.body
    behalf = body["actor"].get("for") or {}
    return HistoryRow(
        id=event.pk, seq=event.seq, at=event.at, who=body["actor"]["name"], on_behalf_of=behalf.get("name", ""),
        via=body["actor"]["via"], verb=told.verb, act=act_label(declared, told.verb), reason=body["reason"] or "",
        changes=tuple(words.row(told.verb, *change) for change in told.changes if words.shown(told.verb, change)),
        files=tuple((name, sha256, size) for name, sha256, size in body["files"]),
        links=tuple((role, subject, digest) for role, subject, digest in body["links"]),
        signature=body["sig"], hash=event.hash,
    )  # fmt: skip


class _Words:
    """Turns canonical values back into what a reader expects. Names of people, sites and the like in one go."""

    HIDDEN = frozenset({"uid", "kind", "state_since", "entered_at", "raised_by_id"})

    def __init__(
        self, declared: RecordType[Any], changes: Iterable[tuple[str, Any, Any]], far_ends: Mapping[str, str]
    ) -> None:
        self._declared, self._far_ends = declared, far_ends
        self._lifecycle: Lifecycle[Any] = declared.lifecycle
        self._columns = {field.attname: field for field in declared.model._meta.concrete_fields}
        wanted: dict[str, set[int]] = {}
        for name, old, new in changes:
            if isinstance(self._columns.get(name), models.ForeignKey):
                wanted.setdefault(name, set()).update(value for value in (old, new) if isinstance(value, int))
        self._names = self._looked_up(wanted)

    def _looked_up(self, wanted: Mapping[str, set[int]]) -> dict[type[models.Model], dict[int, str]]:
        by_model: dict[type[models.Model], set[int]] = {}
        for name, ids in wanted.items():
            by_model.setdefault(self._target(name), set()).update(ids)
        return {
            model: {row.pk: str(row) for row in model._base_manager.filter(pk__in=ids)}
            for model, ids in by_model.items()
        }

    def _target(self, name: str) -> type[models.Model]:
        target: Any = self._columns[name].remote_field
        model: type[models.Model] = target.model
        return model

    def shown(self, verb: str, change: tuple[str, Any, Any]) -> bool:
        """Left out: what the row says anyway, and at the beginning what was empty."""
        name, old, new = change
        if verb == "look":
            return False
        empty = old in (None, "") and new in (None, "")
        return not (name in self.HIDDEN or empty or (verb == "raise" and new is False))

    def row(self, verb: str, name: str, old: Canonical, new: Canonical) -> ChangeRow:
        if verb in ("link", "unlink"):
            role = self._declared.link_role(name)
            return ChangeRow(name, str(role.label) if role else name, self._far_end(old), self._far_end(new))
        return ChangeRow(name, self.label(name), self.value(name, old), self.value(name, new))

    def _far_end(self, subject: Canonical) -> str:
        if subject is None:
            return NOTHING
        return self._far_ends.get(str(subject), _("a record you may not see"))

    def label(self, name: str) -> str:
        column = self._columns.get(name)
        text = str(column.verbose_name) if column is not None else name.replace("_", " ")
        return text[:1].upper() + text[1:]

    def value(self, name: str, value: Canonical) -> str:
        column = self._columns.get(name)
        if value in (None, ""):
            return NOTHING
        if name == "state":
            return self._state(str(value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(column, models.ForeignKey) and isinstance(value, int):
            return self._names.get(self._target(name), {}).get(value, _("no longer here"))
        choices = dict(getattr(column, "flatchoices", None) or ())
        if isinstance(value, str | int) and value in choices:
            return str(choices[value])
        return _plain(column, value)

    def _state(self, name: str) -> str:
        try:
            return str(self._lifecycle.state(name).label)
        except StopIteration:
            return name


def _plain(column: "models.Field[Any, Any] | None", value: Canonical) -> str:
    if isinstance(column, models.DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
    if isinstance(column, models.DateField) and (day := parse_date(str(value))):
        return date_format(day, "DATE_FORMAT")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(part) for part in value if part is not None)
    return str(value)
