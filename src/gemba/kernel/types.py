"""The declaration a module makes about its record type, and the registry of all of them."""

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel import facts
from gemba.kernel.access.scope import Access, Readers
from gemba.kernel.facts import Facts
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.lifecycle.machine import Effect, Guard, Lifecycle, PersonalGuard, R, State, Text
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import READERS, STAFF, Role
from gemba.kernel.rows import load


class DeclarationError(ValueError):
    """A declaration that cannot stand; stops the start with a sentence."""


class Area(models.TextChoices):
    """Where a register stands in the menu, in this order."""

    DOCUMENTS = "documents", _("Documents and processes")
    IMPROVEMENT = "improvement", _("Improvement")
    PEOPLE = "people", _("People")
    PRODUCT = "product", _("Products and markets")
    SYSTEM = "system", _("Quality system")


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields, and the states in which they may be edited. Drives form, page, API, PDF.

    Without any state it may hold columns that the module sets itself: shown and printed, typed by nobody.
    """

    title: Text
    fields: tuple[str, ...]
    editable_in: tuple[State, ...]
    help: Text = ""
    folded: bool = False
    """Long, and told more clearly elsewhere on the page: opened by who wants it. Signing shows it unfolded."""


@dataclass(frozen=True, slots=True)
class LinkRole:
    """A link this type may have, to kinds by name (modules never import each other); empty means any kind."""

    name: str
    label: Text
    to: tuple[str, ...] = ()
    back: Text = ""
    """How the far end calls it: `raised from` is `gave rise to` from the other side."""
    offer: Text = ""
    """What the button says that raises a record of this type from the far end, already linked; empty for none."""
    to_exercise: bool = False
    """Whether a real record may name an exercise by it. Otherwise what is real does not lean on what was invented."""


Gate = Callable[[Record, str, Person], str | None]
"""Asked before a person takes a step of any record: None, or the sentence why this person may not do this work now."""
PEOPLE_STEPS: Mapping[str, Collection[str]] = {"person": ("add", "end", "return"), "job": ("add",)}
"""What happens to people and can be followed like the steps of records: somebody came, somebody got another job."""


@dataclass(frozen=True, slots=True)
class Yields:
    """Records in one of these states are evidence of this type, on the day in `on`."""

    evidence: str
    states: tuple[State, ...]
    on: str = "event_date"
    where: Q = field(default_factory=Q)
    """Which of them: a CAPA is evidence of preventive action only if it is one. Empty for all."""
    by: str = ""
    """Column that must hold the name of the evidence type, where a record itself says what it is evidence of.

    All that name the same column are counted in one statement, however many types there are.
    """

    @property
    def condition(self) -> Q:
        """All that narrows the records besides their state."""
        return self.where & Q(**{self.by: self.evidence}) if self.by else self.where


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
class EvidenceCheck:
    """A reason why a record proves less than it seems to: as of its own date something was not in order.

    `failing` narrows spine rows to those for which it was not; sub-queries may look into the module's own tables.
    """

    name: str
    sentence: Text
    """What the reader is told, such as "No revision of its procedure was effective on that day"."""
    failing: Callable[[], Q]
    among: Callable[[Collection[int]], Q] | None = None
    """The same for these records alone, where that is asked another way than for all there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCheck:
    """A reason why a document's claim to cover a duty does not count on a day: overdue, unread, still its template."""

    name: str
    sentence: Text
    failing: Callable[[dt.date], Q]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(Generic[R]):
    """Something people do to a record that is neither an edit nor a step: a button, a page, an endpoint.

    `run` writes through actions only, inside one transaction, and answers the record to go to next. `form` makes a
    Django form from `(data, files, record=, access=)`; its cleaned data are `doing.values`.
    """

    name: str
    label: Text
    run: Callable[[R, Doing], Record]
    by: Collection[Role]
    owner: bool = False
    """The owner may, whatever roles they have."""
    states: tuple[State, ...] = ()
    """States in which it is offered; empty for all."""
    form: Callable[..., Any] | None = None
    help: Text = ""
    reason: bool = False
    objections: Sequence[PersonalGuard[Any]] = ()
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel(Generic[R]):
    """A part of a record's page that only this module can draw. `context` answers None where there is nothing to show.

    `place` is `top` (above the sections), `main` or `beside`. `statements` bounds what it may ask of the database.
    """

    name: str
    title: Text
    template: str
    context: Callable[[R, Access], Mapping[str, Any] | None]
    place: str = "main"
    statements: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A page of a module's own. Without `on_record` it stands at `path`; with it, behind the address of each record.

    The view takes the request, and the record where there is one. Who has none of the `roles` gets "not found".
    """

    name: str
    path: str
    view: Callable[..., Any]
    menu: Text = ""
    """Its name in the list of everything; empty keeps it out of there."""
    roles: Collection[Role] = READERS
    on_record: bool = False
    first: bool = False
    """It heads the list of everything and stands as the first button on the start page."""


@dataclass(frozen=True, slots=True)
class After:
    """What this module does when a record of another kind takes a step, named so that modules need not import it.

    `kind` may be one of `PEOPLE_STEPS`; then the effect is given the person or the job assignment. Every kind has the
    step `void`.
    """

    kind: str
    step: str
    effect: Effect[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """Roles per verb. Reading is needed for every other verb; what a transition needs stands in the lifecycle."""

    read: Collection[Role] = READERS
    create: Collection[Role] = STAFF
    change: Collection[Role] = (Role.QUALITY,)
    """Edit, link, attach, assign, extend. The owner may always, while reading is allowed."""
    void: Collection[Role] = (Role.QUALITY,)
    company_wide: bool = False
    """What belongs to no site is everybody's to read, also of those whose role is bound to a site: a procedure."""


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
    verbs: tuple[Verb[Any], ...] = ()
    panels: tuple[Panel[Any], ...] = ()
    elsewhere: tuple[Panel[Any], ...] = ()
    """Panels this module shows on the pages of every other kind."""
    screens: tuple[Screen, ...] = ()
    after: tuple[After, ...] = ()
    gates: tuple[Gate, ...] = ()
    """Asked before anybody takes a step of any kind, this one too."""
    evidence_checks: tuple[EvidenceCheck, ...] = ()
    """Asked of the evidence of every kind, not only of this one."""
    claim_checks: tuple[ClaimCheck, ...] = ()
    """Asked of the claims that records of this kind make."""
    facts: Facts = facts.NONE
    """What its columns tell the signals of the evidence layer."""
    area: Area = Area.SYSTEM
    part_of: str = ""
    """The kind whose register it stands below: it has no place of its own in the menu."""
    number: Callable[[R], str] | None = None
    """Makes the number of a new record inside its transaction, where it is not prefix, year and count.

    Exercises must be numbered apart by it too.
    """
    keeps: tuple[Guard[Any], ...] = ()
    """What speaks against voiding a record: each answers None, or the sentence why it has to be kept."""

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

    def verb(self, name: str) -> Verb[R] | None:
        return next((verb for verb in self.verbs if verb.name == name), None)

    def link_role(self, name: str) -> LinkRole | None:
        return next((role for role in self.links if role.name == name), None)

    def __post_init__(self) -> None:
        registry.add(self)


class Registry:
    """Every declared record type by kind. Filled once, when the programs start."""

    def __init__(self) -> None:
        self._types: dict[str, RecordType[Any]] = {}
        self._readers: Readers | None = None

    def add(self, declared: RecordType[Any]) -> None:
        if declared.kind in self._types:
            raise DeclarationError(f"The record type {declared.kind!r} is declared twice.")
        clash = next((other for other in self if other.prefix == declared.prefix), None)
        if clash:
            raise DeclarationError(f"{declared.kind!r} and {clash.kind!r} both number with {declared.prefix!r}.")
        self._types[declared.kind] = declared
        self._readers = None

    def __iter__(self) -> Iterator[RecordType[Any]]:
        return iter(self._types.values())

    def __contains__(self, kind: str) -> bool:
        return kind in self._types

    def of(self, record: R) -> RecordType[R]:
        """The declaration behind a record, of the spine or of its own type."""
        return self._types[record.kind]

    def named(self, kind: str) -> RecordType[Any]:
        return self._types[kind]

    def readers(self) -> Readers:
        """Which roles may read which kind: what `access_of` needs."""
        if self._readers is None:
            self._readers = Readers({declared.kind: declared.permissions.read for declared in self})
            self._readers.company_wide = frozenset(d.kind for d in self if d.permissions.company_wide)
        return self._readers


registry = Registry()


def effects_elsewhere(kind: str, step: str) -> list[Effect[Any]]:
    """What other modules do when a record of this kind takes this step."""
    return [
        after.effect for declared in registry for after in declared.after if (after.kind, after.step) == (kind, step)
    ]


def closed_gate(record: Record, step: str, person: Person) -> str | None:
    """The sentence of the first module that says this person may not do this work now, or None."""
    sentences = (gate(record, step, person) for declared in registry for gate in declared.gates)
    return next((sentence for sentence in sentences if sentence), None)


def panels_of(declared: RecordType[Any]) -> list[Panel[Any]]:
    """Its own panels, and those that other modules show everywhere."""
    others = (panel for other in registry if other.kind != declared.kind for panel in other.elsewhere)
    return [*declared.panels, *others]


def offers_for(kind: str) -> list[tuple[RecordType[Any], LinkRole]]:
    """What can be raised from a record of this kind, already linked to it."""
    return [
        (declared, role)
        for declared in registry
        for role in declared.links
        if role.offer and (not role.to or kind in role.to)
    ]


def specific(record: Record) -> Record:
    """The full record behind a spine row. The caller has already been allowed to see the row."""
    model: type[Record] = registry.named(record.kind).model
    if isinstance(record, model):
        return record
    found: Record = load(model, record.pk)
    return found
