"""Seals as they are stored, taken apart without believing any of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gemba.kernel.log.models import Seal
from gemba.kernel.log.pending import digest_of
from gemba.kernel.trail.canonical import moment
from gemba.kernel.trail.models import Event

PORTION = 500


@dataclass(frozen=True, slots=True)
class ReadSeal:
    """`problem` says why its text cannot be read; then the rest of what comes from the text is empty."""

    number: int
    event_id: int
    event_seq: int
    at: str
    size: int
    root: str
    key_id: str
    checkpoint: str
    checkpoint_digest: str
    body_digest: str
    state: str
    """The digest that the seal's event committed to."""
    problem: str = ""
    numbered: int = 0
    events: int = 0
    prev: str | None = None
    named_key: str = ""


def read_seal(seal: Seal) -> ReadSeal:
    told: dict[str, Any] = {}
    problem = state = ""
    try:
        body, event = json.loads(seal.body), json.loads(seal.event.body)
        told = {
            "numbered": int(body["number"]), "events": int(body["events"]), "prev": body["prev"],
            "named_key": str(body["seal_key"]),
        }  # fmt: skip
        state = str(event["state"])
    except (ValueError, KeyError, TypeError):
        problem = "it cannot be read"
    return ReadSeal(
        number=seal.number, event_id=seal.event_id, event_seq=seal.event.seq, at=moment(seal.at), size=seal.size,
        root=seal.root, key_id=seal.key_id, checkpoint=seal.checkpoint, checkpoint_digest=digest_of(seal.checkpoint),
        body_digest=digest_of(seal.body), state=state, problem=problem, **told,
    )  # fmt: skip


def event_of(subject: str) -> Sequence[Event]:
    """The events of the seals' chain, without their texts."""
    return list(Event.objects.filter(subject=subject, act="log.seal").only("pk", "seq").order_by("seq"))


def heads_named(seal: ReadSeal) -> Iterator[tuple[str, int, str]]:
    """Chains that a seal says had come to an event, and that event is not there now as it was: chain, number, time."""
    try:
        heads = json.loads(Seal.objects.values_list("body", flat=True).get(pk=seal.number))["heads"]
        named = [(str(subject), int(seq), str(hashed)) for subject, seq, hashed in heads]
    except (ValueError, KeyError, TypeError, Seal.DoesNotExist):
        return
    for begin in range(0, len(named), PORTION):
        portion = named[begin : begin + PORTION]
        have = set(Event.objects.filter(hash__in=[head[2] for head in portion]).values_list("hash", flat=True))
        yield from ((subject, seq, seal.at) for subject, seq, hashed in portion if hashed not in have)
