"""The declaration a module makes about its record type, and the registry of all of them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from django.db import models
from django.db.models import Q

from gemba.kernel.lifecycle.machine import Lifecycle, R, State, Text
from gemba.kernel.records.models import Record
from gemba.kernel.roles import READERS, STAFF, Role


class DeclarationError(ValueError):
    """A declaration that cannot stand; stops the start with a sentence."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields, and the states in which they may be edited. Drives form, page, API, PDF."""

    title: Text
    fields: tuple[str, ...]
    editable_in: tuple[State, ...]
    help: Text = ""


@dataclass(frozen=True, slots=True)
class LinkRole:
    """A link this type may have, to kinds by name (modules never import each other); empty means any kind."""

    name: str
    label: Text
    to: tuple[str, ...] = ()
    back: Text = ""
    """How the far end calls it: `raised from` is `gave rise to` from the other side."""


@dataclass(frozen=True, slots=True)
class Yields:
    """Records in one of these states are evidence of this type, on the day in `on`."""

    evidence: str
    states: tuple[State, ...]
    on: str = "event_date"


@dataclass(frozen=True, slots=True)
class Flag:
    """Something amiss that is computed, never typed: shown on the record, filterable in the list.

    `rows` is the condition, on a given day, that narrows a query of this type to the records that have it.
    """

    name: str
    label: Text
    help: Text
    rows: Callable[[dt.date], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """Roles per verb. Reading is needed for every other verb; what a transition needs stands in the lifecycle."""

    read: Collection[Role] = READERS
    create: Collection[Role] = STAFF
    change: Collection[Role] = (Role.QUALITY,)
    """Edit, link, attach, assign, extend. The owner may always, while reading is allowed."""
    void: Collection[Role] = (Role.QUALITY,)


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordType(Generic[R]):
    """Everything Gemba needs to know of a record type; screens, endpoints, exports and tests follow from it."""

    model: type[R]
    prefix: str
    label: Text
    plural: Text
    purpose: Text
    """One sentence: what it is for and which clause asks for it. Shown on empty lists."""
    lifecycle: Lifecycle[R]
    sections: tuple[Section, ...]
    columns: tuple[str, ...] = ()
    links: tuple[LinkRole, ...] = ()
    yields: tuple[Yields, ...] = ()
    flags: tuple[Flag, ...] = ()
    permissions: Permissions = Permissions()

    @property
    def kind(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def schema(self) -> str:
        """Names the set of columns in events, so that old events stay readable after a change."""
        return f"{self.kind}@{len(self.model._meta.concrete_fields)}"

    def field(self, name: str) -> "models.Field[Any, Any]":
        found = self.model._meta.get_field(name)
        if not isinstance(found, models.Field):
            raise DeclarationError(f"{self.kind}: {name!r} is no column.")
        return found

    def editable_fields(self, state: str) -> frozenset[str]:
        """The fields that may be edited in a state."""
        return frozenset(
            name
            for section in self.sections
            if state in {s.name for s in section.editable_in}
            for name in section.fields
        )

    def link_role(self, name: str) -> LinkRole | None:
        return next((role for role in self.links if role.name == name), None)

    def __post_init__(self) -> None:
        registry.add(self)


class Registry:
    """Every declared record type by kind. Filled once, when the programs start."""

    def __init__(self) -> None:
        self._types: dict[str, RecordType[Any]] = {}

    def add(self, declared: RecordType[Any]) -> None:
        if declared.kind in self._types:
            raise DeclarationError(f"The record type {declared.kind!r} is declared twice.")
        clash = next((other for other in self if other.prefix == declared.prefix), None)
        if clash:
            raise DeclarationError(f"{declared.kind!r} and {clash.kind!r} both number with {declared.prefix!r}.")
        self._types[declared.kind] = declared

    def __iter__(self) -> Iterator[RecordType[Any]]:
        return iter(self._types.values())

    def __contains__(self, kind: str) -> bool:
        return kind in self._types

    def of(self, record: R) -> RecordType[R]:
        """The declaration behind a record, of the spine or of its own type."""
        return self._types[record.kind]

    def named(self, kind: str) -> RecordType[Any]:
        return self._types[kind]

    def readers(self) -> Mapping[str, Collection[Role]]:
        """Which roles may read which kind: what `access_of` needs."""
        return {declared.kind: declared.permissions.read for declared in self}


registry = Registry()


def specific(record: Record) -> Record:
    """The full record behind a spine row. The caller has already been allowed to see the row."""
    model: type[Record] = registry.named(record.kind).model
    if isinstance(record, model):
        return record
    found: Record = model._base_manager.get(pk=record.pk)
    return found
