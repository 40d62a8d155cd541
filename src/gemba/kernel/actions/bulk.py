"""Raise many records of one type: in batches, with one event each, and able to go on after being stopped."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Generic

from django.db import models, transaction
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.base import stored_text
from gemba.kernel.actions.write import Raise, first_entry
from gemba.kernel.actor import Actor
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.numbering.models import take
from gemba.kernel.records.models import EXERCISE_PREFIX, content_digest, store_many
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.search.index import index_many
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.trail.writer import append_first
from gemba.kernel.types import RecordType, registry

MOST_SENTENCES = 20
"""Faulty rows that are told of at once; the rest are counted."""

Progress = Callable[[int, int], None]
"""Called after each batch with the rows done and the rows there are."""


@dataclass(kw_only=True)
class RaiseMany(Generic[R]):
    """New records from `rows` (field names and Python values), in order, all or, after a stop, the rest of them.

    All rows are validated before the first one is written; a faulty row refuses the whole, with its number (from 1).
    Each batch commits together with the run's progress, so that the same `name` with the same rows goes on exactly
    where a killed run stopped, and a finished run done again does nothing.
    """

    actor: Actor
    access: Access
    model: type[R]
    rows: Iterable[Mapping[str, Any]]
    name: str
    reason: str = ""
    fixed: Collection[str] = ()
    """Columns in `rows` that no form offers and only the module's own code sets."""
    batch: int = 500
    progress: Progress | None = None
    _references: dict[type[models.Model], dict[Any, int]] = field(init=False, default_factory=dict)

    @property
    def declared(self) -> RecordType[R]:
        return registry.named(str(self.model._meta.model_name))

    def execute(self) -> BulkRun:
        """Validate everything, then write batch by batch. Raises `Invalid`, `NotAllowed` or `Conflict`."""
        self.reason = stored_text(self.reason, "reason")
        try:
            records, digest = self._validated()
        except NotAllowed as refusal:
            SecurityEvent.objects.create(
                what="refused", person=self.actor.person, target=f"RaiseMany {self.declared.kind}",
                detail=str(refusal)[:400],
            )  # fmt: skip
            raise
        run = self._run(len(records), digest)
        while run.done < run.total:
            run = self._write(run, records[run.done : run.done + self.batch])
            if self.progress:
                self.progress(run.done, run.total)
        return run

    def _validated(self) -> tuple[list[R], str]:
        records: list[R] = []
        faults: dict[str, Sequence[str]] = {}
        digest, faulty = hashlib.sha256(), 0
        for number, row in enumerate(self.rows, 1):
            digest.update(_fingerprint(row))
            try:
                records.append(self._built(number, row))
            except NotAllowed:
                raise
            except Refused as refusal:
                faulty += 1
                if faulty <= MOST_SENTENCES:
                    faults[_("Row %d") % number] = list(refusal.sentences)
        self._missing_references(faults)
        if faulty > MOST_SENTENCES:
            faults[""] = [_("%d more rows cannot be accepted either.") % (faulty - MOST_SENTENCES)]
        if faults:
            raise Invalid(faults)
        return records, digest.hexdigest()

    def _built(self, number: int, row: Mapping[str, Any]) -> R:
        given = {name: value for name, value in row.items() if name not in self.fixed}
        fixed = {name: row[name] for name in self.fixed if name in row}
        one = Raise(model=self.model, values=given, fixed=fixed, actor=self.actor, access=self.access)
        if refusal := one.check():
            raise refusal
        for name, value in row.items():
            if isinstance(value, models.Model):
                self._references.setdefault(type(value), {}).setdefault(value.pk, number)
            elif value is not None and self.declared.field(name).is_relation:
                raise Invalid({name: [_("This must name something that exists.")]})
        return one.build(trusting_references=True)

    def _missing_references(self, faults: dict[str, Sequence[str]]) -> None:
        """People, sites and the like are looked up once for all rows."""
        for model, wanted in self._references.items():
            known = set(model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
            for pk, number in wanted.items():
                if pk not in known:
                    sentence = _("There is no such %s.") % model._meta.verbose_name
                    faults[_("Row %d") % number] = [sentence]

    def _run(self, total: int, digest: str) -> BulkRun:
        run, _made = BulkRun.objects.get_or_create(
            name=self.name,
            defaults={"kind": self.declared.kind, "person": self.actor.person, "total": total, "rows": digest},
        )
        if (run.kind, run.rows) != (self.declared.kind, digest):
            raise Conflict(_("The run “%s” was started with other rows. Give the same, or another name.") % self.name)
        return run

    def _write(self, seen: BulkRun, records: Sequence[R]) -> BulkRun:
        with transaction.atomic():
            run = BulkRun.objects.select_for_update().get(pk=seen.pk)
            if run.done != seen.done:
                raise Conflict(_("The run “%s” is going on somewhere else.") % self.name)
            self._number(records)
            store_many(self.model, records)
            entries = [first_entry(r, r.snapshot(), self.declared, self.reason) for r in records]
            append_first(entries, self.actor, roles=self.access.own_roles())
            index_many(records)
            run.done += len(records)
            run.moved_at = clock.now()
            run.finished_at = run.moved_at if run.done == run.total else None
            run.save(update_fields=["done", "moved_at", "finished_at"])
        return run

    def _number(self, records: Sequence[R]) -> None:
        now = clock.now()
        for exercise, group in _by_exercise(records):
            for record, number in zip(group, self._numbers(group, exercise=exercise), strict=True):
                record.number, record.entered_at, record.state_since = number, now, now
                record.digest = content_digest(record, [])

    def _numbers(self, records: Sequence[R], *, exercise: bool) -> list[str]:
        own = self.declared.number
        if own is not None:
            return [own(record) for record in records]
        prefix = f"{EXERCISE_PREFIX}{self.declared.prefix}" if exercise else self.declared.prefix
        return take(prefix, clock.today().year, len(records))


def _by_exercise(records: Sequence[R]) -> Iterator[tuple[bool, list[R]]]:
    for exercise, group in groupby(sorted(records, key=lambda r: r.exercise), key=lambda r: r.exercise):
        yield exercise, list(group)


def _fingerprint(row: Mapping[str, Any]) -> bytes:
    """The same for the same values, also in another process."""
    parts = sorted((name, repr(value.pk if isinstance(value, models.Model) else value)) for name, value in row.items())
    return repr(parts).encode(errors="backslashreplace") + b"\n"
