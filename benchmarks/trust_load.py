"""Fill a database with very many events made by the kernel's own writer: same text, hashes, MACs, heads as in use."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db import transaction

from gemba.kernel.actions.write import first_entry
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import content_digest, state_digest, store_many
from gemba.kernel.trail.models import ChainHead, Event
from gemba.kernel.trail.writer import Entry, append_first, make_event
from gemba.kernel.types import registry
from gemba.kernel.ulid import ulid
from gemba.modules.objective.models import Objective

RECORDS_AT_ONCE = 500
REASON = "Agreed at the monthly meeting on quality, after the figures of the last quarter had been looked at."


def fill(person: Person, events: int, *, each: int = 20) -> int:
    """`events` in chains of `each`, one chain per objective: raised and then edited. Returns how many there are."""
    actor, made = Actor(person, Via.UI, auth="pwd"), 0
    for start in range(0, events // each, RECORDS_AT_ONCE):
        count = min(RECORDS_AT_ONCE, events // each - start)
        with transaction.atomic():
            made += _batch(actor, [_objective(person, start + place) for place in range(count)], each)
    return made


def _objective(person: Person, place: int) -> Objective:
    record = Objective(
        kind="objective", state="draft", raised_by=person, owner=person, number=f"QO-{ulid()}",
        title=f"Answer complaints within {place % 30} days", why="People wait, and say so more often than last year.",
        measure="Median of days between receipt and answer", direction="at_most", target=Decimal(10), unit="days",
    )  # fmt: skip
    record.digest = content_digest(record, [])
    return record


def _batch(actor: Actor, records: Sequence[Objective], each: int) -> int:
    store_many(Objective, records)
    declared = registry.named("objective")
    first = append_first([first_entry(r, r.snapshot(), declared, "") for r in records], actor)
    events = [event for one, record in zip(first, records, strict=True) for event in _edits(actor, one, record, each)]
    Event.objects.bulk_create(sorted(events, key=lambda event: event.seq), batch_size=5000)
    heads = [ChainHead(subject=e.subject, seq=e.seq, hash=e.hash) for e in events if e.seq == each]
    ChainHead.objects.bulk_update(heads, ["seq", "hash"], batch_size=200)
    return len(first) + len(events)


def _edits(actor: Actor, first: Event, record: Objective, each: int) -> Iterator[Event]:
    """Edits that go back and forth and end at what the record says."""
    state, previous = state_digest(record.snapshot()), first.hash
    texts = [f"{record.why} Seen again in week {week}." for week in range(2)]
    for seq in range(2, each + 1):
        old, new = (texts[seq % 2], texts[1 - seq % 2]) if seq < each else (texts[seq % 2], record.why)
        entry = Entry(
            subject=record.subject, act="objective.edit", state=state, changes=[("why", old, new)],
            schema="objective@30", reason=REASON, record_id=record.pk,
        )  # fmt: skip
        event = make_event(entry, actor, seq=seq, previous=previous, roles=("quality", "employee"))
        previous = event.hash
        yield event
