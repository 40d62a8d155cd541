"""The trail of a period as rows: every event, and how many there are, so that a missing one can be counted (AUD-09)."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gemba.kernel.commitments.held import digests_of, readable, values_behind
from gemba.kernel.records.models import Record
from gemba.kernel.trail.models import Event

CHUNK = 2000


def headings() -> Sequence[str]:
    return [
        _("Event"), _("Time (UTC)"), _("Clock"), _("Subject"), _("Number in chain"), _("Act"), _("Who"), _("Roles"),
        _("Through"), _("Signed in by"), _("For"), _("Reason"), _("Changes"), _("Signature"), _("SHA-256"),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trail:
    """The events of a period that somebody may see, and how many there are in all."""

    events: "QuerySet[Event]"
    shown: int
    total: int

    def rows(self) -> Iterator[Sequence[Any]]:
        """The events, oldest first, then how many of how many they are."""
        events = iter(self.events.order_by("pk").iterator(CHUNK))
        while batch := list(islice(events, CHUNK)):
            values = values_behind(digest for event in batch for digest in digests_of(event.body))
            for event in batch:
                yield row_of(event, values)
        yield [_("End"), _("%(shown)d of %(total)d events of the period") % {"shown": self.shown, "total": self.total}]


def trail_of(since: dt.datetime, until: dt.datetime) -> Trail:
    """Of records only those that may be seen; what happened to people, rights and settings in any case."""
    period = Event.objects.filter(at__gte=since, at__lt=until)
    seen = period.filter(Q(record=None) | Q(record__in=Record.objects.order_by().values("pk")))
    return Trail(seen, seen.count(), period.count())


def row_of(event: Event, values: Mapping[str, str]) -> Sequence[Any]:
    """In words; what cannot be read is given as it stands. `values` stand behind commitments to personal data."""
    try:
        told = json.loads(event.body)
        actor = told["actor"]
        behalf = (actor.get("for") or {}).get("name", "")
        words = [
            told["at"], told["clk"], event.subject, event.seq, event.act, actor["name"], ", ".join(actor["roles"]),
            actor["via"], actor["auth"], behalf, told["reason"] or "", changes_of(readable(told["chg"], values)),
            signature_of(told["sig"]),
        ]  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError):
        words = [event.at.isoformat(), "", event.subject, event.seq, event.act, "", "", "", "", "", "", event.body, ""]
    return [event.pk, *words, event.hash]


def changes_of(changes: Sequence[Sequence[Any]]) -> str:
    return "; ".join(f"{name}: {_value(old)} → {_value(new)}" for name, old, new in changes)


def signature_of(signature: dict[str, Any] | None) -> str:
    return f"{signature['meaning']}: {signature['name']}" if signature else ""


def _value(value: Any) -> str:
    if value is None or value == "":
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
