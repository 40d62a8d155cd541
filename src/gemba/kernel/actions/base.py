"""What every action has in common: who, why, a check without side effects, and one transaction for all it writes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actor import Actor
from gemba.kernel.attachments.models import files_of
from gemba.kernel.commitments.held import keep
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.notices.tell import tell_watchers
from gemba.kernel.records.models import columns_to_store, content_digest, state_digest
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rows import load
from gemba.kernel.search.index import index, searched_columns
from gemba.kernel.trail.canonical import NotCanonicalError, text
from gemba.kernel.trail.models import ChainHead, Event, SecurityEvent
from gemba.kernel.trail.writer import Change, Entry, append, lock_head
from gemba.kernel.types import RecordType, registry

T = TypeVar("T")


@dataclass(kw_only=True)
class Action(ABC, Generic[T]):
    """`check()` answers None or the refusal, and writes nothing. `execute()` does all of it or nothing."""

    actor: Actor
    access: Access
    reason: str = ""

    @abstractmethod
    def check(self) -> Refused | None:
        """Why this cannot be done now, or None."""

    @abstractmethod
    def perform(self) -> T:
        """Write. Runs inside the transaction, after `check` was satisfied."""

    def prepare(self) -> None:
        """Lock and read again what will be written. Runs first inside the transaction."""

    def execute(self) -> T:
        """Do it, or raise `Refused` with nothing written. A refused attempt leaves a security event."""
        self.reason = stored_text(self.reason, "reason")
        try:
            with transaction.atomic():
                self.prepare()
                if refusal := self.check():
                    raise refusal
                return self.perform()
        except NotAllowed as refusal:
            self._note_refusal(refusal)
            raise

    def _note_refusal(self, refusal: Refused) -> None:
        SecurityEvent.objects.create(
            what="refused", person=self.actor.person, target=self.target(), detail=str(refusal)[:400],
            address=self.actor.address,
        )  # fmt: skip

    def target(self) -> str:
        return type(self).__name__


@dataclass(kw_only=True)
class RecordWork(Action[T], Generic[R, T]):
    """An action on one existing record. `version` is the one the person saw; another one now is a conflict."""

    record: R
    version: int | None = None
    head: ChainHead = field(init=False)
    before: dict[str, Any] = field(init=False)

    @property
    def declared(self) -> RecordType[R]:
        return registry.of(self.record)

    def target(self) -> str:
        return f"{type(self).__name__} {self.record.number}"

    def prepare(self) -> None:
        self.head = lock_head(self.record.subject)
        fresh = load(self.declared.model, self.record.pk)
        if self.version is not None and fresh.version != self.version:
            raise Conflict(
                _("%s was changed by somebody else in the meantime.") % fresh.number, current=fresh, given=self.record
            )
        self.record = fresh
        self.before = fresh.snapshot()

    def save(
        self, act: str, *, content: bool = True, beside: Sequence[Change] = (), signature: dict[str, Any] | None = None
    ) -> Event:
        """Store the record as it now stands, with one event. `content` False skips what cannot have changed.

        `beside` are changes of something that is no column, such as a file.
        """
        record = self.record
        record.version += 1
        files = files_of(record) if content else []
        after = record.snapshot()
        if content:
            record.digest = content_digest(record, files, after)
        changes = difference(self.before, after)
        columns = frozenset(name for name, *_rest in changes)
        columns |= {"version", "digest"} if content else {"version"}
        event = append(
            Entry(
                subject=record.subject, act=f"{record.kind}.{act}", state=state_digest(after),
                changes=[*changes, *beside], schema=self.declared.schema, reason=self.reason, record_id=record.pk,
                files=files, signature=signature, canonical=not beside,
            ),
            self.actor, head=self.head, roles=self.access.own_roles(), rows=columns_to_store(record, columns),
        )  # fmt: skip
        if record.PERSONAL:
            keep([record])
        if columns & searched_columns(type(record)):
            index(record)
        tell_watchers(record, self.actor.person, f"{self.actor.person}: {record} ({act})")
        return event

    def save_event_only(self, act: str, changes: Sequence[Change] = (), *, links: Sequence[Any] = ()) -> Event:
        """An event on the record's chain for something that stands beside the record: a comment, a task, a link."""
        return append(
            Entry(
                subject=self.record.subject, act=f"{self.record.kind}.{act}", state=state_digest(self.before),
                changes=changes, schema=self.declared.schema, reason=self.reason, record_id=self.record.pk,
                links=links,
            ),
            self.actor, head=self.head, roles=self.access.own_roles(),
        )  # fmt: skip


@dataclass(kw_only=True)
class RecordAction(RecordWork[R, R], Generic[R]):
    """The common case: an action that gives the changed record back."""


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The changed columns with old and new value."""
    return [(name, before.get(name), value) for name, value in after.items() if before.get(name) != value]


def stored_text(given: str, name: str) -> str:
    """What people typed, in the form that is hashed. `Invalid` where it has none."""
    try:
        return text(given)
    except NotCanonicalError as error:
        raise Invalid({name: [str(error)]}) from None
