"""Open the expectations that have begun, and end those that were met, came late, or were missed.

Run once a day and before the ledger is read; as often as one likes, by as many as like: each slot is one row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import transaction

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.slots import GRACE, slots
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.models import Doubt
from gemba.evidence.practice.proof import evidence_rows
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.evidence.practice.states import OUTSIDE
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel.records.models import Record

BACK = dt.timedelta(days=3 * 366)
"""What began longer ago than three years is history that nobody expected of this system."""
Dated = tuple[dt.date, int, bool]
"""When evidence happened, its record, and whether it was an exercise."""


def settle(day: dt.date) -> int:
    """Bring the ledger up to the day. Returns how many expectations changed or began."""
    changed = 0
    for framework in frameworks_in_force(day):
        found = assess(framework, decisions_on(day, framework.id), on=day)
        with transaction.atomic():
            changed += _begin(framework, found, day)
            changed += _end(framework, day)
    return changed


def _begin(framework: Framework, found: Assessment, day: dt.date) -> int:
    """Rows for the slots that have begun; those that are there stay as they are."""
    known = set(
        Expectation.objects.filter(framework=framework.id, because=None).values_list("duty", "due")
    )  # fmt: skip
    fresh: list[Expectation] = []
    for row in found.rows:
        since = row.ground.claimed_since
        if since is None or row.state in OUTSIDE:
            continue
        fresh += [
            Expectation(framework=framework.id, duty=row.duty.id, since=slot.since, due=slot.due)
            for slot in slots(row.duty, since, day)
            if slot.due >= day - BACK and (row.duty.id, slot.due) not in known
        ]
    Expectation.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _end(framework: Framework, day: dt.date) -> int:
    waiting = list(
        Expectation.objects.select_for_update().filter(framework=framework.id, end=Expectation.End.OPEN).order_by("id")
    )
    if not waiting:
        return 0
    evidence = _evidence(framework, {each.duty for each in waiting}, min(each.since for each in waiting))
    ended = [each for each in waiting if _settled(each, evidence.get(each.duty, ()), day)]
    Expectation.objects.bulk_update(ended, ["end", "record", "ended_on"], batch_size=200)
    return len(ended)


def _evidence(framework: Framework, duties: set[str], since: dt.date) -> Mapping[str, Sequence[Dated]]:
    """Valid evidence of these duties from a day on, oldest first, in a fixed number of statements."""
    catch_up()
    by_type: dict[str, list[Dated]] = defaultdict(list)
    doubted = set(Doubt.objects.values_list("record_id", flat=True))
    wanted = {kind for duty in framework.duties if duty.id in duties for kind in duty.evidence}
    for kind, on, record, exercise in evidence_rows(wanted, since):
        if record not in doubted:
            by_type[kind].append((on, record, exercise))
    return {
        duty.id: sorted(dated for kind in duty.evidence for dated in by_type.get(kind, ()))
        for duty in framework.duties
        if duty.id in duties
    }


def _settled(each: Expectation, evidence: Sequence[Dated], day: dt.date) -> bool:
    """Give the expectation its end, where it has one by that day."""
    real = next((found for found in evidence if not found[2] and each.since <= found[0] <= each.due + GRACE), None)
    if real is not None and real[0] <= day:
        each.end = Expectation.End.MET if real[0] <= each.due else Expectation.End.LATE
        each.ended_on, each.record = real[0], Record(pk=real[1])
        return True
    if day <= each.due + GRACE:
        return False
    drill = next((found for found in evidence if found[2] and each.since <= found[0] <= each.due + GRACE), None)
    each.end = Expectation.End.EXERCISED if drill else Expectation.End.MISSED
    each.ended_on, each.record = (drill[0], Record(pk=drill[1])) if drill else (each.due + GRACE, None)
    return True
