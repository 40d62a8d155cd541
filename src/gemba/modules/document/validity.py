"""When a record proves less than it seems to, and when a document's claim does not count.

A record does where no revision of its procedure was in force, or its owner had not read it, on the day on which it
reached its state; the server wrote that day and nobody can type it. A claim does not count while the document's review
is overdue, its readers have not read it, or its text is still its template. For a past day the first two go by what is
known now: a review since then has moved the date.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from gemba.evidence.given import Rows
from gemba.evidence.signals.thresholds import limit
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.types import ClaimCheck, EvidenceCheck, registry
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.states import ASKED, READ, SEALED_STATES

OWN = frozenset({"document", "revision", "reading", "fitcheck", "periodicreview"})
"""Kinds that documents themselves are made of: the first text of all was in force before there was one."""
Span = tuple[dt.date, dt.date | None]
LATE = Rows(owner="bigint", kind="text", since="date", until="date")
KEYS = Rows(record="bigint")
LATE_RECORDS = """
WITH l AS MATERIALIZED ({late})
SELECT r.id FROM kernel_record r CROSS JOIN l
WHERE l.owner = r.owner_id AND l.kind = r.kind AND r.state_since >= l.since
AND (l.until IS NULL OR r.state_since < l.until)"""


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


def not_read(records: Collection[int] | None = None) -> Q:
    """Records whose owner should have read the text in force by the day the record reached its state, and had not.

    Who was late with what, from when to when, is few rows: they are read first, and every record is looked at once
    beside them. As one condition the two are joined in an order that a database without statistics guesses wrongly.
    """
    late = list(_late())
    if not late:
        return Q(pk__in=[])
    given = [LATE.given(late)]
    text = LATE_RECORDS.format(late=LATE.sql())
    if records is not None:
        text, given = f"{text} AND r.id IN ({KEYS.sql()})", [*given, KEYS.given((key,) for key in records)]
    return Q(pk__in=RawSQL(text, given))  # noqa: S611  text of our own, values apart


def _late() -> Iterator[tuple[int, str, dt.date, dt.date | None]]:
    """Owner, kind of record, and the days on which they should have read what governs it and had not; end excluded."""
    kinds = {kind for kind in _kinds() if kind in registry and kind not in OWN}
    if not kinds:
        return
    rows = Reading._base_manager.filter(
        Q(read_on=None) | Q(read_on__gt=F("due")), Q(revision__valid_to=None) | Q(revision__valid_to__gt=F("due")),
        state__in=(ASKED.name, READ.name), due__isnull=False, revision__valid_from__isnull=False,
    ).exclude(revision__document__governed="")  # fmt: skip
    for owner, due, read, start, end, governed in rows.order_by().values_list(
        "owner", "due", "read_on", "revision__valid_from", "revision__valid_to", "revision__document__governed"
    ):
        if due is None or start is None:
            continue
        since = max(due + dt.timedelta(days=1), start)
        until = min((day for day in (read, end) if day is not None), default=None)
        for kind in kinds.intersection(governed.split()) if until is None or since < until else ():
            yield owner, kind, since, until


def _kinds() -> set[str]:
    rows = Document._base_manager.exclude(governed="").exclude(state=VOID)
    return {kind for governed in rows.order_by().values_list("governed", flat=True) for kind in governed.split()}


CHECKS = (
    EvidenceCheck(
        name="procedure", failing=without_procedure,
        sentence=_("No revision of the procedure that governs it was in force on that day."),
    ),
    EvidenceCheck(
        name="training", failing=not_read, among=not_read,
        sentence=_("Its owner had not read the procedure that governs it, though it was due."),
    ),
)  # fmt: skip


def review_overdue(day: dt.date) -> Q:
    """Documents nobody has looked over when they had to. Asked of each by its key, as all checks of claims are: a join
    within alternatives is made with all documents."""
    return Q(Exists(Document._base_manager.filter(pk=OuterRef("pk"), next_review__lt=day)))


def unread(day: dt.date) -> Q:
    """Documents whose text in force on that day more people had not read in time than the document lets pass."""
    in_force = Revision._base_manager.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, document=OuterRef("pk")
    )
    asked = Reading._base_manager.filter(revision=OuterRef("pk"), state__in=(ASKED.name, READ.name), exercise=False)
    late = asked.filter(Q(read_on=None) | Q(read_on__gt=day), due__lt=day)
    counted = in_force.annotate(asked_of=_count(asked), late=_count(late)).filter(late__gt=0)
    too_many = counted.filter(late__gt=F("asked_of") * (100 - F("document__trained_percent")) / 100)
    return Q(Exists(too_many))


def still_template(day: dt.date) -> Q:
    """Documents whose text in force on that day was approved nearly word for word as its template has it."""
    in_force = Revision._base_manager.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, document=OuterRef("pk")
    )
    return Q(Exists(in_force.filter(own_percent__lt=100 * limit("copied", "own"))))


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
    ClaimCheck(
        name="template", sentence=_("Its text is still its template, so its claim does not count."),
        failing=still_template,
    ),
)  # fmt: skip
