"""Raise a record and edit it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.base import Action, RecordAction
from gemba.kernel.actions.connect import MakeLink, not_found
from gemba.kernel.actions.due import later, promised
from gemba.kernel.commitments.held import keep
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.numbering.models import take
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import EXERCISE_PREFIX, Record, content_digest, state_digest
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.rights import grant_to_create, may_change, may_read
from gemba.kernel.rows_at_once import Put, write
from gemba.kernel.search.index import entry_of
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.trail.canonical import NotCanonicalError, plain, text
from gemba.kernel.trail.models import ChainHead, Event
from gemba.kernel.trail.writer import Entry, begin
from gemba.kernel.types import RecordType, registry

SPINE_SETTABLE = frozenset({"title", "owner", "site", "product", "confidential", "due", "event_date", "exercise"})


def normalise(record: R) -> None:
    """Text in NFC, as it is hashed, so that what is stored and what is signed are the same bytes.

    Raises `NotCanonicalError` for what has no canonical form.
    """
    for name, value in vars(record).items():
        if isinstance(value, str):
            if not value.isascii() or "\0" in value:
                setattr(record, name, text(value))
        elif isinstance(value, int | list | dict):
            plain(value)


def assign(record: R, values: Mapping[str, Any]) -> None:
    """Set the fields. `Invalid` where something other than a row is given for a person, a site and the like."""
    for name, value in values.items():
        try:
            setattr(record, name, value)
        except (TypeError, ValueError):
            raise Invalid({name: [_("This must name something that exists.")]}) from None


def validate(record: R, fields: frozenset[str]) -> None:
    """Model validation of `fields` and canonical form of all, as `Invalid` with sentences per field."""
    exclude = {f.name for f in record._meta.concrete_fields} - fields
    try:
        record.clean_fields(exclude=exclude)
        record.clean()
        normalise(record)
    except ValidationError as error:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        raise Invalid(found) from None
    except NotCanonicalError as error:
        raise Invalid({"": [str(error)]}) from None


@dataclass(kw_only=True)
class Raise(Action[R], Generic[R]):
    """A new record in its first state, with the next number. `values` are field names and Python values.

    `fixed` are columns that no form offers and only the module's own code sets. `links` are made with it: role and far
    end, each with an event of its own.
    """

    model: type[R]
    values: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    links: Sequence[tuple[str, Record]] = ()

    @property
    def declared(self) -> RecordType[R]:
        return registry.named(str(self.model._meta.model_name))

    def target(self) -> str:
        return f"Raise {self.declared.kind}"

    def check(self) -> Refused | None:
        site, product = (getattr(self.values.get(name), "pk", None) for name in ("site", "product"))
        if not grant_to_create(self.access, self.declared, site_id=site, product_id=product):
            return NotAllowed(_("Your roles do not let you raise a %s here.") % self.declared.label)
        allowed = SPINE_SETTABLE | self.declared.editable_fields(self.declared.lifecycle.start.name)
        if unknown := sorted(set(self.values) - allowed):
            return Invalid({name: [_("This cannot be given when raising.")] for name in unknown})
        return None

    def build(self, *, trusting_references: bool = False) -> R:
        """The unsaved record, validated, without its number. Trusted references are looked up by the caller."""
        declared = self.declared
        record = self.model(
            kind=declared.kind, state=declared.lifecycle.start.name, raised_by=self.actor.person, number="-",
            owner=self.actor.person,
        )  # fmt: skip
        assign(record, {**self.values, **self.fixed})
        validate(record, _given_by_people(self.model, frozenset(self.values), trusting_references))
        record.first_due = record.due
        return record

    def perform(self) -> R:
        record = self.build()
        record.number = self._number(record)
        whole = record.snapshot()
        record.digest = content_digest(record, [], whole)
        first = first_entry(record, whole, self.declared, self.reason)
        head, event = begin(first, self.actor, roles=self.access.own_roles())
        rows = [Put(record, Record), Put(record, self.model, link="record_ptr_id")]
        beside = (Put(entry_of(record), SearchEntry, link="record_id"), Put(head, ChainHead))
        write([*rows, *beside, Put(event, Event, link="record_id")])
        if self.model.PERSONAL:
            keep([record])
        for role, far_end in self.links:
            MakeLink(
                record=record, role=role, to=far_end, actor=self.actor, access=self.access, of_new_record=True
            ).execute()
        return record

    def _number(self, record: R) -> str:
        start = EXERCISE_PREFIX if record.exercise else ""
        if self.declared.number is not None:
            return self.declared.number(record)
        return take(start + self.declared.prefix, clock.today().year)[0]


@cache
def _given_by_people(model: type[Record], given: frozenset[str], trusting_references: bool) -> frozenset[str]:
    """What is validated when raising: all that people could have given, and of the references only what they gave."""
    return frozenset(
        column.name
        for column in model._meta.concrete_fields
        if column.editable and not (column.is_relation and (trusting_references or column.name not in given))
    )


def first_entry(record: R, snapshot: dict[str, Any], declared: RecordType[R], reason: str) -> Entry:
    """The event of a record's beginning: every column that has a value, an empty text too, so that it can be folded."""
    changes = [(name, None, value) for name, value in snapshot.items() if value is not None]
    return Entry(
        subject=record.subject, act=f"{declared.kind}.raise", state=state_digest(snapshot), changes=changes,
        schema=declared.schema, reason=reason, record_id=record.pk, canonical=True,
    )  # fmt: skip


@dataclass(kw_only=True)
class Edit(RecordAction[R], Generic[R]):
    """Change fields that are open in the record's state. Fields left out keep their values.

    `fixed` are columns that no form offers and only the module's own code sets, whatever the state. `verb` names in the
    history what was done, where it was no plain edit.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    verb: str = "edit"

    def check(self) -> Refused | None:
        if not self.values and self.fixed:
            return None if self.access.everything or may_read(self.access, self.record) else NotAllowed(not_found())
        if not may_change(self.access, self.record):
            return NotAllowed(_("Only its owner and %s may change this record.") % _("people with the right role"))
        closed = sorted(set(self.values) - self.declared.editable_fields(self.record.state))
        if closed:
            state = self.declared.lifecycle.state(self.record.state).label
            return Invalid({name: [_("This cannot be changed while the record is %s.") % state] for name in closed})
        return self._put_off()

    def _put_off(self) -> Refused | None:
        """A day that stands is not put off as a field among others: that takes a reason, and often a second person."""
        given = self.values.get("due", self.record.due)
        if self.access.everything or type(given) not in (dt.date, type(None)):
            return None
        if promised(self.record) and later(self.record.due, given):
            return Invalid({"due": [_("A due date that stands is put off with “Move the due date”, and a reason.")]})
        return None

    def perform(self) -> R:
        assign(self.record, {**self.values, **self.fixed})
        validate(self.record, frozenset({**self.values, **self.fixed}))
        if self.record.snapshot() != self.before:
            self.save(self.verb)
        return self.record


@dataclass(kw_only=True)
class Assign(RecordAction[R], Generic[R]):
    """Give the record another owner."""

    owner: Person

    def check(self) -> Refused | None:
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not give this record to somebody else."))
        if not self.record.open:
            return Refused(_("A finished record keeps its owner."))
        if not self.owner.active:
            return Invalid({"owner": [_("%s has left the company.") % self.owner]})
        return None

    def perform(self) -> R:
        self.record.owner = self.owner
        self.save("assign", content=False)
        return self.record
