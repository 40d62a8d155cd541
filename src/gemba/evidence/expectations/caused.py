"""What is due because something happened: opened and ended by cause, and stored by the database itself.

A year of a large company has tens of thousands of causes, and a dozen duties ask for each. What became of it is
reckoned once for each cause and each set of evidence types that answers for it; the rows are made where they are kept.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.expectations.ending import Dated, Ended, Ending, ending, store_ends
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.triggers import Trigger, duties_for, triggers
from gemba.evidence.given import AT_ONCE, Rows
from gemba.evidence.practice.proof import evidence_of
from gemba.kernel import clock
from gemba.kernel.links.models import Link
from gemba.kernel.ulid import ulid

CAUSED_BACK = dt.timedelta(days=366)
"""What happened longer ago than a year makes nothing due any more: nobody asked for it while it was fresh."""
TIMED = 10
"""Characters of an identifier that tell when it was made; the database itself adds the random rest."""
RANDOM = {
    "sqlite": "hex(randomblob(8))", "postgresql": "upper(right(replace(gen_random_uuid()::text, '-', ''), 16))"
}  # fmt: skip
CAUSES = Rows(cause="bigint", since="date", due="date", proofs="text", ending="text", record="bigint", ended="date")
DUTIES = Rows(framework="text", duty="text", claimed="date", proofs="text")
KEYS = Rows(cause="bigint")
OPEN = """
INSERT INTO evidence_expectation
    (uid, framework, duty, since, due, because_id, "end", record_id, ended_on, reason, made_at)
WITH c AS MATERIALIZED ({causes}), d AS MATERIALIZED ({duties})
SELECT %s || {random}, d.framework, d.duty, c.since, c.due, c.cause, c.ending, c.record, c.ended, '', %s
FROM c JOIN d ON d.proofs = c.proofs AND d.claimed <= c.since
WHERE (
    SELECT count(*) FROM evidence_expectation x
    WHERE x.because_id = c.cause AND x.framework || '' = d.framework AND x.duty = d.duty AND x.due = c.due
) = 0
ON CONFLICT DO NOTHING
"""
"""Rows that are there are counted one by one, by their cause: without statistics a database would join all of them, or
take the index of duties and days, which has many rows for each; the empty text keeps it from that."""


class Asked(NamedTuple):
    """A framework, and since when each of its duties that apply is claimed."""

    framework: Framework
    claimed: Mapping[str, dt.date]


class Cause(NamedTuple):
    """A record, and when what it tells of happened."""

    record: int
    on: dt.date


class Slot(NamedTuple):
    """What is due: because of which record, from when, by when, and which evidence answers for it."""

    cause: int
    since: dt.date
    due: dt.date
    proofs: str


@dataclass(frozen=True, slots=True)
class _Trigger:
    """A trigger with the duties that ask for it, each with its framework, and what has happened."""

    trigger: Trigger
    duties: Sequence[tuple[str, Duty, dt.date]]
    causes: Collection[Cause]

    def slots(self) -> Iterator[Slot]:
        for proofs in sorted({proofs_of(duty) for _framework, duty, _claimed in self.duties}):
            for cause in self.causes:
                yield Slot(cause.record, cause.on, self.trigger.due(cause.on), proofs)


@dataclass(slots=True)
class _Near:
    """By the record that made something due: types and valid evidence, of itself and of what is linked with it."""

    day: dt.date
    found: Mapping[int, Sequence[tuple[str, Dated]]]
    known: dict[Slot, Ending | None] = field(default_factory=dict)

    def ending(self, slot: Slot) -> Ending | None:
        if slot not in self.known:
            types = slot.proofs.split()
            some = sorted(dated for kind, dated in self.found.get(slot.cause, ()) if kind in types)
            self.known[slot] = ending(slot.since, slot.due, some, self.day)
        return self.known[slot]


def proofs_of(duty: Duty) -> str:
    """The evidence types that answer for the duty when something happened, as one text."""
    return " ".join(sorted({trigger.then for trigger in triggers()} & set(duty.proving)))


def settle_caused(asked: Sequence[Asked], day: dt.date) -> int:
    """Open what has happened since, end what waits. Returns how many began or ended."""
    waiting = _waiting([each.framework for each in asked])
    happened = [found for trigger in triggers() if (found := _happened(trigger, asked, day)) is not None]
    slots = [*waiting.values(), *(Slot(c.record, c.on, c.on, "") for each in happened for c in each.causes)]
    near = _Near(day, _evidence_near({each.cause for each in slots}, min((each.since for each in slots), default=day)))
    ended = [Ended(key, end) for key, slot in waiting.items() if (end := near.ending(slot)) is not None]
    return store_ends(ended) + sum(_open(each, near) for each in happened)


def _waiting(frameworks: Sequence[Framework]) -> Mapping[int, Slot]:
    """By key, what is open."""
    proofs = {(each.id, duty.id): proofs_of(duty) for each in frameworks for duty in each.duties}
    rows = Expectation.objects.filter(
        framework__in=[each.id for each in frameworks], end=Expectation.End.OPEN, because__isnull=False
    )
    return {
        key: Slot(cause or 0, since, due, proofs.get((framework, duty), ""))
        for key, framework, duty, cause, since, due in rows.order_by().values_list(
            "pk", "framework", "duty", "because", "since", "due"
        )
    }  # fmt: skip


def _happened(trigger: Trigger, asked: Sequence[Asked], day: dt.date) -> _Trigger | None:
    """What has happened since the first of the duties is claimed; None where no duty asks."""
    duties = [
        (each.framework.id, duty, each.claimed[duty.id])
        for each in asked for duty in duties_for(each.framework, trigger) if duty.id in each.claimed
    ]  # fmt: skip
    if not duties:
        return None
    since = max(min(claimed for _framework, _duty, claimed in duties), day - CAUSED_BACK)
    rows = evidence_of({trigger.when}, since)
    causes = {Cause(record, on) for _type, on, record, exercise in rows if not exercise and on <= day}
    return _Trigger(trigger, duties, sorted(causes))


def _open(each: _Trigger, near: _Near) -> int:
    """Make the rows that are not there yet, each with its end where it has one already."""
    text = OPEN.format(causes=CAUSES.sql(), duties=DUTIES.sql(), random=RANDOM[connection.vendor])
    duties = DUTIES.given((framework, duty.id, claimed, proofs_of(duty)) for framework, duty, claimed in each.duties)
    slots, made = list(each.slots()), 0
    with connection.cursor() as cursor:
        for start in range(0, len(slots), AT_ONCE):
            rows = [
                (*slot, *(near.ending(slot) or (Expectation.End.OPEN, None, None)))
                for slot in slots[start : start + AT_ONCE]
            ]
            cursor.execute(text, [CAUSES.given(rows), duties, ulid()[:TIMED], clock.now()])
            made += cursor.rowcount
    return made


def _evidence_near(causes: Collection[int], since: dt.date) -> Mapping[int, Sequence[tuple[str, Dated]]]:
    found: dict[int, list[tuple[str, Dated]]] = defaultdict(list)
    if not causes:
        return found
    back: dict[int, set[int]] = defaultdict(set)
    for cause, linked in _linked(causes):
        back[linked].add(cause)
    for kind, on, record, exercise in evidence_of({trigger.then for trigger in triggers()}, since):
        for cause in (record, *back.get(record, ())) if record in causes else back.get(record, ()):
            found[cause].append((kind, (on, record, exercise)))
    return found


def _linked(causes: Collection[int]) -> Iterator[tuple[int, int]]:
    """Each cause with what is linked with it, either way. One statement, and no link of anything else is read."""
    chosen = RawSQL(KEYS.sql(), [KEYS.given((cause,) for cause in sorted(causes))])  # noqa: S611  text of our own
    rows = Link.objects.standing().filter(Q(source__in=chosen) | Q(target__in=chosen))
    for source, target in rows.order_by().values_list("source", "target"):
        if source in causes:
            yield source, target
        if target in causes:
            yield target, source
