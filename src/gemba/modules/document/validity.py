"""When a record proves less than it seems to, and when a document's claim does not count.

A record does where no revision of its procedure was in force, or its owner had not read it, on the day on which it
reached its state; the server wrote that day and nobody can type it. A claim does not count while the document's review
is overdue or its readers have not read it. For a past day both go by what is known now: a review since then has moved
the date.
"""

import datetime as dt
from collections import defaultdict

from django.db.models import Count, DateField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.types import ClaimCheck, EvidenceCheck, registry
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


def review_overdue(day: dt.date) -> Q:
    """Documents nobody has looked over when they had to. Asked from the spine, where claims stand."""
    return Q(as_document__next_review__lt=day)


def unread(day: dt.date) -> Q:
    """Documents whose text in force on that day more people had not read in time than the document lets pass."""
    in_force = Revision._base_manager.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    asked = Reading._base_manager.filter(revision=OuterRef("pk"), state__in=(ASKED.name, READ.name), exercise=False)
    late = asked.filter(Q(read_on=None) | Q(read_on__gt=day), due__lt=day)
    counted = in_force.annotate(asked_of=_count(asked), late=_count(late)).filter(late__gt=0)
    too_many = counted.filter(late__gt=F("asked_of") * (100 - F("document__trained_percent")) / 100)
    return Q(pk__in=too_many.order_by().values("document"))


def _count(rows: "QuerySet[Reading]") -> Coalesce:
    each = rows.order_by().values("revision").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(each, output_field=IntegerField()), 0)


CLAIM_CHECKS = (
    ClaimCheck(
        name="review", sentence=_("Its periodic review is overdue, so its claim does not count."),
        failing=review_overdue,
    ),
    ClaimCheck(
        name="unread", sentence=_("It was not read in time by those who must, so its claim does not count."),
        failing=unread,
    ),
)  # fmt: skip
