"""A close look at single chains: which event, which column, how many are missing, and since when it is not sound."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.log.pending import BEGINS_ANEW, keeps_time
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.finding import Finding
from gemba.kernel.trail.models import GENESIS, ChainHead, Event
from gemba.kernel.verify.scan import CLOCK_SECONDS, PREFIX, Late, Tail, parsed, seconds_back

BATCH = 400


def in_batches(subjects: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(sorted(subjects))
    while batch := list(islice(rest, BATCH)):
        yield batch


def close_look(subjects: Iterable[str], keys: Mapping[str, bytes], people: Mapping[int, str]) -> Iterator[Finding]:
    """What is wrong with these chains, as the database has them now. Two statements for each 400 of them."""
    known = _Known(keys, people, _Clock())
    for batch in in_batches(subjects):
        heads = {head.subject: head for head in ChainHead.objects.filter(subject__in=batch)}
        events = Event.objects.filter(subject__in=batch).order_by("subject", "seq", "id").iterator()
        seen = set()
        for subject, chain in groupby(events, key=lambda event: event.subject):
            seen.add(subject)
            yield from _chain(subject, list(chain), heads.get(subject), known)
        for subject in heads.keys() - seen:
            if heads[subject].seq:
                yield _missing(subject, heads[subject].seq, 0, "")


class _Clock:
    """Whether time may have run backwards between two events: where the trail tells of a clock that was set."""

    def __init__(self) -> None:
        self._compares = keeps_time()
        self._steps = list(Event.objects.filter(act=BEGINS_ANEW).order_by("id").values_list("id", flat=True))

    def runs_back(self, before: str, at: str, ids: tuple[int, int]) -> bool:
        if not self._compares or seconds_back(before, at) <= CLOCK_SECONDS:
            return False
        return not self.was_set(*ids)

    def was_set(self, after: int, upto: int) -> bool:
        return any(after < step <= upto for step in self._steps)


@dataclass(frozen=True, slots=True)
class _Known:
    """What events are judged by."""

    keys: Mapping[str, bytes] = field(repr=False)
    people: Mapping[int, str]
    clock: _Clock


def _chain(subject: str, events: Sequence[Event], head: ChainHead | None, known: _Known) -> Iterator[Finding]:
    previous, expected, good, last_id = GENESIS, 1, "", 0
    for event in events:
        at = moment(event.at)
        found = list(_event(event, previous, known))
        if event.seq > expected:
            yield _missing(subject, event.seq - expected, expected - 1, good)
        if known.clock.runs_back(good, at, (last_id, event.pk)):
            found.append(_at(event, "event-time", _("its time lies before that of the event before it"), "at"))
        if event.record_id != events[0].record_id:
            found.append(_at(event, "column-altered", _("it is kept with another record than the others"), "record_id"))
        if event.pk < last_id:
            found.append(_at(event, "event-order", _("it was written before the event that it follows"), "id"))
        yield from (_since(finding, good) for finding in found)
        previous, expected, last_id = event.hash, event.seq + 1, event.pk
        good = good if found else at
    yield from _head(subject, head, expected - 1, previous, good)


def _since(finding: Finding, good: str) -> Finding:
    return Finding(
        code=finding.code, subject=finding.subject, sentence=finding.sentence, seq=finding.seq, field=finding.field,
        was=finding.was, now=finding.now, since=good,
    )  # fmt: skip


def _head(subject: str, head: ChainHead | None, last: int, last_hash: str, good: str) -> Iterator[Finding]:
    if head is None:
        yield Finding(
            code="head-missing", subject=subject, since=good,
            sentence=_("%s: the chain has no head; its last events may be missing.") % subject,
        )  # fmt: skip
    elif head.seq > last:
        yield _missing(subject, head.seq - last, last, good)
    elif (head.seq, head.hash) != (last, last_hash):
        yield Finding(
            code="head-altered", subject=subject, seq=last, since=good, was=last_hash, now=head.hash,
            sentence=_("%s: the head does not name the last event.") % subject,
        )  # fmt: skip


def _missing(subject: str, count: int, after: int, good: str) -> Finding:
    words = {"subject": subject, "count": count, "after": after}
    sentence = _("%(subject)s: missing %(count)d events after number %(after)d.") % words
    return Finding(code="events-missing", subject=subject, seq=after, since=good, sentence=sentence)


def _at(event: Event, code: str, what: str, field: str = "", *, was: str = "", now: str = "") -> Finding:
    words = {"subject": event.subject, "seq": event.seq, "what": what}
    sentence = _("%(subject)s, event %(seq)d: %(what)s.") % words
    return Finding(code=code, subject=event.subject, seq=event.seq, field=field, was=was, now=now, sentence=sentence)


def _event(event: Event, previous: str, known: _Known) -> Iterator[Finding]:
    raw = hashlib.sha256(PREFIX + event.body.encode()).digest()
    if raw.hex() != event.hash:
        yield _at(event, "event-altered", _("its text is not what was hashed"))
    secret = known.keys.get(event.key_id)
    if secret is None:
        yield _at(event, "event-key", _("it was sealed with the key %s, which is not loaded") % event.key_id, "key_id")
    elif not hmac.compare_digest(hmac.digest(secret, raw, "sha256").hex(), event.mac):
        yield _at(event, "event-unsealed", _("it was not sealed with the trail key"), "mac")
    body = parsed(event.body)
    if body is None:
        yield _at(event, "event-unreadable", _("its text is no event"))
        return
    if body.get("prev") != previous:
        yield _at(event, "event-order", _("it does not follow the event before it"), "prev")
    yield from _columns(event, body, known.people)


def _columns(event: Event, body: Mapping[str, Any], people: Mapping[int, str]) -> Iterator[Finding]:
    actor = body.get("actor")
    told = {
        "subject": body.get("rec"), "seq": body.get("seq"), "at": body.get("at"), "act": body.get("act"),
        "actor": actor.get("id") if isinstance(actor, dict) else None,
    }  # fmt: skip
    columns = {
        "subject": event.subject, "seq": event.seq, "at": moment(event.at), "act": event.act,
        "actor": people.get(event.actor_id, ""),
    }  # fmt: skip
    for name, value in columns.items():
        if told[name] != value:
            what = _("the column “%s” differs from its text") % name
            yield _at(event, "column-altered", what, name, was=str(told[name]), now=str(value))


def late_events(late: Iterable[Late]) -> Iterator[Finding]:
    """Events that claim to be older than what was written before them, of whichever record, and no clock was set."""
    clock = _Clock()
    for each in late:
        if clock.runs_back(each.newest, each.at, (each.newest_id, each.id)):
            words = {"subject": each.subject, "seq": each.seq, "at": each.at, "newest": each.newest}
            sentence = _(
                "%(subject)s, event %(seq)d: it claims to be of %(at)s, and was written after an event of %(newest)s."
            )
            yield Finding(
                code="event-time", subject=each.subject, seq=each.seq, field="at", now=each.at, was=each.newest,
                sentence=sentence % words,
            )  # fmt: skip


def odd_heads(tails: Mapping[str, Tail]) -> set[str]:
    """Subjects whose head is not the last event that was read, by one look at every head."""
    odd, seen = set(), 0
    for subject, seq, digest in ChainHead.objects.values_list("subject", "seq", "hash").iterator(chunk_size=5000):
        tail = tails.get(subject)
        if tail is not None:
            seen += 1
        if (tail.seq, tail.hash) != (seq, digest) if tail is not None else seq:
            odd.add(subject)
    if seen < len(tails):
        odd |= tails.keys() - set(ChainHead.objects.values_list("subject", flat=True))
    return odd
