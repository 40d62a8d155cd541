"""Open the expectations that have begun, and end those that were met, came late, or were missed.

Run once a day and before the ledger is read; as often as one likes, by as many as like: each slot is one row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.expectations.caused import Asked, settle_caused
from gemba.evidence.expectations.ending import Dated, Ended, ending, store_ends
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.slots import slots
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.proof import evidence_days
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.evidence.practice.states import OUTSIDE
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel.records.models import Record

BACK = dt.timedelta(days=3 * 366)
"""What began longer ago than three years is history that nobody expected of this system."""
CHUNK = 2_000
ByType = Mapping[str, Sequence[Dated]]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What falls due by itself in one framework: rows that wait, and rows that begin today."""

    framework: Framework
    claimed: Mapping[str, dt.date]
    waiting: Sequence[Expectation]
    fresh: Sequence[Expectation]

    @property
    def every(self) -> list[Expectation]:
        return [*self.waiting, *self.fresh]


def settle(day: dt.date) -> int:
    """Bring the ledger up to the day. Returns how many expectations changed or began.

    Evidence is read once for all frameworks, which ask for much the same.
    """
    catch_up()
    with transaction.atomic():
        plans = [_planned(framework, day) for framework in frameworks_in_force(day)]
        by_type = _evidence(plans)
        periodic = sum(_settle(plan, by_type, day) for plan in plans)
        return periodic + settle_caused([Asked(plan.framework, plan.claimed) for plan in plans], day)


def _planned(framework: Framework, day: dt.date) -> _Plan:
    found = assess(framework, decisions_on(day, framework.id), on=day, doubting=False)
    claimed = {
        row.duty.id: row.ground.claimed_since
        for row in found.rows
        if row.ground.claimed_since is not None and row.state not in OUTSIDE
    }
    rows = Expectation.objects.select_for_update().filter(
        framework=framework.id, end=Expectation.End.OPEN, because=None
    )  # fmt: skip
    return _Plan(framework, claimed, list(rows.order_by("id")), _slots(framework, found, claimed, day))


def _settle(plan: _Plan, by_type: ByType, day: dt.date) -> int:
    """Give what waits its end, and what begins today too where it has one already; then store both."""
    proving = {duty.id: duty.proving for duty in plan.framework.duties}
    by_duty: dict[str, list[Dated]] = {}
    for name in {each.duty for each in plan.every}:
        by_duty[name] = sorted(dated for kind in proving.get(name, ()) for dated in by_type.get(kind, ()))
    ended = [
        Ended(each.pk, found) for each in plan.waiting
        if (found := ending(each.since, each.due, by_duty[each.duty], day)) is not None
    ]  # fmt: skip
    for each in plan.fresh:
        if (found := ending(each.since, each.due, by_duty[each.duty], day)) is not None:
            each.end, each.ended_on = found.end, found.on
            each.record = Record(pk=found.record) if found.record else None
    Expectation.objects.bulk_create(plan.fresh, ignore_conflicts=True, batch_size=CHUNK)
    return len(plan.fresh) + store_ends(ended)


def _slots(framework: Framework, found: Assessment, claimed: Mapping[str, dt.date], day: dt.date) -> list[Expectation]:
    """The slots that have begun and are not there yet."""
    known = set(
        Expectation.objects.filter(framework=framework.id, because=None).values_list("duty", "due")
    )  # fmt: skip
    return [
        Expectation(framework=framework.id, duty=row.duty.id, since=slot.since, due=slot.due)
        for row in found.rows
        if row.duty.id in claimed
        for slot in slots(row.duty, claimed[row.duty.id], day)
        if slot.due >= day - BACK and (row.duty.id, slot.due) not in known
    ]


def _evidence(plans: Sequence[_Plan]) -> ByType:
    """Valid evidence by type since the first of what waits began, one row for each day."""
    wanted: set[str] = set()
    since: list[dt.date] = []
    for plan in plans:
        duties = {each.duty for each in plan.every}
        wanted |= {kind for duty in plan.framework.duties if duty.id in duties for kind in duty.proving}
        since += [each.since for each in plan.every]
    found: dict[str, list[Dated]] = defaultdict(list)
    for kind, on, record, exercise in evidence_days(wanted, min(since)) if since else ():
        found[kind].append((on, record, exercise))
    return found
