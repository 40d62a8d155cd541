"""The ties of a record to others, both ways, with the words each side uses and whether somebody must look again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from gemba.kernel.access.scope import Access
from gemba.kernel.links.models import Link
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, registry
from gemba.web.display import badge

MOST = 200
"""Links shown on a record's page."""


@dataclass(frozen=True, slots=True)
class TiedRecord:
    link: Link
    far: Record
    kind: str
    state: str
    suspect: bool
    outward: bool
    looked_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Tie:
    """All records under one role, from this side."""

    label: str
    records: Sequence[TiedRecord]


AROUND = Prepared(
    lambda record: (
        Link.objects.standing()
        .filter(Q(source=record) | Q(target=record))
        .select_related("source", "target")
        .order_by("id")[:MOST]
    ),
    int,
)


def ties_of(record: Record, declared: RecordType[Any], access: Access) -> list[Tie]:
    """One statement for the links of both directions; shown are those whose far end the reader may see."""
    found: dict[str, list[TiedRecord]] = {}
    for link in AROUND(record.pk):
        outward = link.source_id == record.pk
        far = link.target if outward else link.source
        if access.sees(far):
            found.setdefault(_label(link, outward, declared, far), []).append(_tied(link, far, record, outward))
    return [Tie(label, records) for label, records in found.items()]


def _label(link: Link, outward: bool, declared: RecordType[Any], far: Record) -> str:
    owner = declared if outward else registry.of(far)
    role = owner.link_role(link.role)
    if role is None:
        return link.role
    return str(role.label if outward else role.back or role.label)


def _tied(link: Link, far: Record, near: Record, outward: bool) -> TiedRecord:
    declared = registry.of(far)
    state = declared.lifecycle.state(far.state)
    target = far if outward else near
    return TiedRecord(
        link, far, str(declared.label), badge(str(state.label), state.tone), link.seen != target.digest, outward,
        link.looked_at,
    )  # fmt: skip
