"""Open the expectations that have begun, and end those that were met, came late, or were missed.

Run once a day and before the ledger is read; as often as one likes, by as many as like: each slot is one row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.expectations.slots import GRACE, slots
from gemba.evidence.expectations.triggers import Trigger, duties_for, triggers
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.proof import evidence_days, evidence_of
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.snapshots import frameworks_in_force
from gemba.evidence.practice.states import OUTSIDE
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

BACK = dt.timedelta(days=3 * 366)
"""What began longer ago than three years is history that nobody expected of this system."""
CAUSED_BACK = dt.timedelta(days=366)
"""What happened longer ago than a year makes nothing due any more: nobody asked for it while it was fresh."""
CHUNK = 2_000
Dated = tuple[dt.date, int, bool]
"""When evidence happened, its record, and whether it was an exercise."""
ByType = Mapping[str, Sequence[Dated]]
Near = Mapping[int, Sequence[tuple[str, Dated]]]
"""By the record that made something due: types and evidence."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be ended in one framework: rows that wait, and rows that begin today."""

    framework: Framework
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
        by_type, near = _evidence(plans), _near(plans)
        return sum(_settle(plan, by_type, near, day) for plan in plans)


def _planned(framework: Framework, day: dt.date) -> _Plan:
    found = assess(framework, decisions_on(day, framework.id), on=day, doubting=False)
    claimed = {
        row.duty.id: row.ground.claimed_since
        for row in found.rows
        if row.ground.claimed_since is not None and row.state not in OUTSIDE
    }
    rows = Expectation.objects.select_for_update().filter(framework=framework.id, end=Expectation.End.OPEN)
    fresh = [*_slots(framework, found, claimed, day), *_caused(framework, claimed, day)]
    return _Plan(framework, list(rows.order_by("id")), fresh)


def _settle(plan: _Plan, by_type: ByType, near: Near, day: dt.date) -> int:
    """Give what waits its end, and what begins today too where it has one already; then store both."""
    proving = {duty.id: duty.evidence for duty in plan.framework.duties}
    by_duty: dict[str, list[Dated]] = {}
    for name in {each.duty for each in plan.every if each.because_id is None}:
        by_duty[name] = sorted(dated for kind in proving.get(name, ()) for dated in by_type.get(kind, ()))

    def settled(each: Expectation) -> bool:
        if each.because_id is None:
            return _settled(each, by_duty.get(each.duty, ()), day)
        kinds = proving.get(each.duty, ())
        some = sorted(dated for kind, dated in near.get(each.because_id, ()) if kind in kinds)
        return _settled(each, some, day)

    ended = [each for each in plan.waiting if settled(each)]
    for each in plan.fresh:
        settled(each)
    Expectation.objects.bulk_create(plan.fresh, ignore_conflicts=True, batch_size=CHUNK)
    Expectation.objects.bulk_update(ended, ["end", "record", "ended_on"], batch_size=200)
    return len(plan.fresh) + len(ended)


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


def _caused(framework: Framework, claimed: Mapping[str, dt.date], day: dt.date) -> list[Expectation]:
    """What has happened and makes something due. One statement for what is known, and those of each trigger."""
    wanted = [(trigger, _claimed_duties(framework, trigger, claimed)) for trigger in triggers()]
    if not any(duties for _trigger, duties in wanted):
        return []
    rows = Expectation.objects.filter(framework=framework.id, because__isnull=False, since__gte=day - CAUSED_BACK)
    known = set(rows.values_list("duty", "due", "because"))
    return [
        each for trigger, duties in wanted if duties for each in _triggered(framework, trigger, duties, claimed, day)
        if (each.duty, each.due, each.because_id) not in known
    ]  # fmt: skip


def _claimed_duties(framework: Framework, trigger: Trigger, claimed: Collection[str]) -> list[Duty]:
    return [duty for duty in duties_for(framework, trigger) if duty.id in claimed]


def _triggered(
    framework: Framework, trigger: Trigger, duties: Sequence[Duty], claimed: Mapping[str, dt.date], day: dt.date
) -> Iterator[Expectation]:
    since = max(min(claimed[duty.id] for duty in duties), day - CAUSED_BACK)
    for _type, on, record, exercise in evidence_of({trigger.when}, since):
        for duty in () if exercise or on > day else duties:
            if on >= claimed[duty.id]:
                yield Expectation(
                    framework=framework.id, duty=duty.id, since=on, due=trigger.due(on), because_id=record
                )  # fmt: skip


def _evidence(plans: Sequence[_Plan]) -> ByType:
    """Valid evidence by type since the first of what waits began, one row for each day."""
    wanted: set[str] = set()
    since: list[dt.date] = []
    for plan in plans:
        periodic = [each for each in plan.every if each.because_id is None]
        duties = {each.duty for each in periodic}
        wanted |= {kind for duty in plan.framework.duties if duty.id in duties for kind in duty.evidence}
        since += [each.since for each in periodic]
    found: dict[str, list[Dated]] = defaultdict(list)
    for kind, on, record, exercise in evidence_days(wanted, min(since)) if since else ():
        found[kind].append((on, record, exercise))
    return found


def _near(plans: Sequence[_Plan]) -> Near:
    """By what made something due: valid evidence, with its type, from that record and from those linked with it."""
    waiting = [each for plan in plans for each in plan.every if each.because_id is not None]
    if not waiting:
        return {}
    causes = {each.because_id or 0 for each in waiting}
    linked = _linked(causes)
    back: dict[int, set[int]] = defaultdict(set)
    for cause in causes:
        for record in (cause, *linked.get(cause, ())):
            back[record].add(cause)
    found: dict[int, list[tuple[str, Dated]]] = defaultdict(list)
    types = {trigger.then for trigger in triggers()}
    for kind, on, record, exercise in evidence_of(types, min(each.since for each in waiting)):
        for cause in back.get(record, ()):
            found[cause].append((kind, (on, record, exercise)))
    return found


def _linked(causes: Collection[int]) -> Mapping[int, set[int]]:
    """What is linked, either way, with the records that made something due. One statement over the kinds they have."""
    types = {trigger.when for trigger in triggers()}
    kinds = [declared.kind for declared in registry if any(each.evidence in types for each in declared.yields)]
    rows = Link.objects.standing().filter(Q(source__kind__in=kinds) | Q(target__kind__in=kinds))
    found: dict[int, set[int]] = defaultdict(set)
    for source, target in rows.order_by().values_list("source", "target"):
        if source in causes:
            found[source].add(target)
        if target in causes:
            found[target].add(source)
    return found


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
