"""Signatures as the sealed events tell of them, whatever the rows beside the events say by now (SIG-04, TMP-20).

A bundle proves its events. What it says of signatures therefore comes from those alone, and whether they still hold is
reckoned from what the record says: neither the signature's row nor the digest in the record's row is believed.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.signing.models import Signature


def signatures_told(record: Record, bodies: Sequence[str]) -> list[Signature]:
    """Oldest first and never stored; `record` with its own columns, `bodies` the texts of its events."""
    record.digest = content_digest(record, files_of(record))
    return list(_told(record, bodies))


def _told(record: Record, bodies: Sequence[str]) -> Iterator[Signature]:
    for body in bodies:
        event: dict[str, Any] = json.loads(body)
        if (kept := event["sig"]) is None:
            continue
        absent = event["actor"].get("for")
        yield Signature(
            record=record, name=kept["name"], meaning=kept["meaning"], statement=kept["statement"],
            rejection=kept["rejection"], reason=event["reason"] or "", content=kept["content"],
            at=dt.datetime.fromisoformat(kept["at"]), time_zone=kept["tz"], factors=kept["factors"],
            ceremony=kept["ceremony"], seq=event["seq"], on_behalf_of=Person(name=absent["name"]) if absent else None,
        )  # fmt: skip
