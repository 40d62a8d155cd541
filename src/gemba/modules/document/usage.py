"""Is a procedure used? The records of its kinds in the last twelve months beside what was expected (M107)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Max, Q

from gemba.evidence.claims.reading import claims_of
from gemba.evidence.expectations.models import Expectation
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, registry
from gemba.modules.document.family import Document
from gemba.modules.document.states import IN_FORCE

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Use:
    """Real records of one kind that the text governs; exercises are told apart."""

    declared: RecordType[Any]
    records: int
    people: int
    newest: dt.date | None
    exercises: int


@dataclass(frozen=True, slots=True)
class Due:
    """How the evidence ended that was expected of the duties the document covers."""

    met: int
    late: int
    missed: int
    waiting: int

    @property
    def any(self) -> bool:
        return bool(self.met or self.late or self.missed or self.waiting)


def used(document: Document, _access: Access) -> Mapping[str, Any] | None:
    """Nothing for a text that governs no records: nobody can tell from records whether it is used."""
    kinds = [kind for kind in document.governed.split() if kind in registry]
    if not kinds or document.state != IN_FORCE.name:
        return None
    since = clock.today() - relativedelta(months=MONTHS)
    return {"uses": uses(kinds, since), "due": expected(document, since), "since": since, "months": MONTHS}


def uses(kinds: list[str], since: dt.date) -> list[Use]:
    """One statement. What is void says that something was a mistake, not that it was done."""
    real = Q(exercise=False)
    rows = (
        Record._base_manager.filter(kind__in=kinds, event_date__gte=since).exclude(state="void").order_by()
        .values("kind").annotate(
            records=Count("pk", filter=real), people=Count("owner", filter=real, distinct=True),
            newest=Max("event_date", filter=real), exercises=Count("pk", filter=~real),
        )
    )  # fmt: skip
    found = {row["kind"]: row for row in rows}
    nothing = {"records": 0, "people": 0, "newest": None, "exercises": 0}
    return [_use(kind, found.get(kind, nothing)) for kind in kinds]


def _use(kind: str, row: Mapping[str, Any]) -> Use:
    return Use(registry.named(kind), row["records"], row["people"], row["newest"], row["exercises"])


def expected(document: Document, since: dt.date) -> Due:
    """What fell due since then for the duties that the document covers, in two statements."""
    wanted = Q(pk__in=[])
    for claim in claims_of(document.pk):
        wanted |= Q(framework=claim.framework, duty=claim.duty)
    ends = Expectation.objects.filter(wanted, since__lte=clock.today(), due__gte=since).order_by().values("end")
    counts = {row["end"]: row["n"] for row in ends.annotate(n=Count("pk"))}
    end = Expectation.End
    return Due(*(counts.get(name, 0) for name in (end.MET, end.LATE, end.MISSED, end.OPEN)))
