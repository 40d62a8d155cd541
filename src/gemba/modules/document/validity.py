"""When a record proves less than it seems to: no revision of its procedure was in force, or its owner had not read it.

Both look at the day on which the record reached its state, which the server wrote and nobody can type.
"""

import datetime as dt
from collections import defaultdict

from django.db.models import DateField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.types import EvidenceCheck, registry
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.states import ASKED, READ, SEALED_STATES

OWN = frozenset({"document", "revision", "reading", "fitcheck", "periodicreview"})
"""Kinds that documents themselves are made of: the first text of all was in force before there was one."""
Span = tuple[dt.date, dt.date | None]


def _governed() -> dict[str, list[Span]]:
    """By kind of record: when a text that governs it was in force. One statement."""
    found: dict[str, list[Span]] = defaultdict(list)
    rows = Revision._base_manager.filter(state__in=[state.name for state in SEALED_STATES], valid_from__isnull=False)
    rows = rows.exclude(document__governed="").exclude(document__state=VOID)
    for governed, start, end in rows.order_by("pk").values_list("document__governed", "valid_from", "valid_to"):
        for kind in governed.split():
            if kind in registry and kind not in OWN and start is not None:
                found[kind].append((start, end))
    return found


def merged(spans: list[Span]) -> list[Span]:
    """Spans that follow one another become one; `None` has no end."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: (span[0], span[1] or dt.date.max)):
        before = found[-1] if found else None
        if before and (before[1] is None or start <= before[1]):
            found[-1] = (before[0], None if before[1] is None or end is None else max(before[1], end))
        else:
            found.append((start, end))
    return found


def without_procedure() -> Q:
    """Records of a governed kind that reached their state on a day when none of its texts was in force."""
    found = Q(pk__in=[])
    for kind, spans in sorted(_governed().items()):
        covered = Q(pk__in=[])
        for start, end in merged(spans):
            since = Q(state_since__gte=_midnight(start))
            covered |= since if end is None else since & Q(state_since__lt=_midnight(end + dt.timedelta(days=1)))
        found |= Q(kind=kind) & ~covered
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def not_read() -> Q:
    """Records whose owner should have read the text in force by the day the record reached its state, and had not."""
    kinds = sorted({kind for kind in _kinds() if kind in registry and kind not in OWN})
    if not kinds:
        return Q(pk__in=[])
    day = Cast(OuterRef("state_since"), DateField())
    kind = Concat(Value(" "), OuterRef("kind"), Value(" "))
    asked = Reading._base_manager.filter(
        Q(revision__valid_to=None) | Q(revision__valid_to__gt=day), Q(read_on=None) | Q(read_on__gt=day),
        owner=OuterRef("owner"), state__in=(ASKED.name, READ.name), due__lt=day, revision__valid_from__lte=day,
        revision__document__governed__contains=kind,
    )  # fmt: skip
    return Q(kind__in=kinds) & Q(Exists(asked))


def _kinds() -> set[str]:
    rows = Document._base_manager.exclude(governed="").exclude(state=VOID)
    return {kind for governed in rows.order_by().values_list("governed", flat=True) for kind in governed.split()}


CHECKS = (
    EvidenceCheck(
        name="procedure", failing=without_procedure,
        sentence=_("No revision of the procedure that governs it was in force on that day."),
    ),
    EvidenceCheck(
        name="training", failing=not_read,
        sentence=_("Its owner had not read the procedure that governs it, though it was due."),
    ),
)  # fmt: skip
