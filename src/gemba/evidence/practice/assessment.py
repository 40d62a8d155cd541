"""Every duty of a framework with its state on a day: four statements, whatever the number of duties and records."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from gemba.evidence.catalogue.clauses import duties_under
from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.evidence.practice.figures import Figures, figures
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.states import Ground, State, state_of
from gemba.kernel import clock
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

Decisions = Mapping[str, bool]
"""Duty id to whether it applies; duties not named are undecided where they are conditional, and apply otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Narrows an assessment to one site or one product; evidence that names none counts everywhere."""

    site: int | None = None
    product: int | None = None

    def holds(self, held: Holding) -> bool:
        return self.site in (None, held.site) and self.product in (None, held.product)


@dataclass(frozen=True, slots=True)
class DutyState:
    """One row of the map: the duty, what is known of it, and its state."""

    duty: Duty
    ground: Ground
    state: State


@dataclass(frozen=True)
class Assessment:
    """A framework on a day. Everything is computed from rows; nothing in it can be typed."""

    framework: Framework
    day: dt.date
    rows: tuple[DutyState, ...]

    @cached_property
    def by_clause(self) -> Mapping[str, tuple[DutyState, ...]]:
        found: dict[str, list[DutyState]] = {}
        for row in self.rows:
            found.setdefault(row.duty.clause, []).append(row)
        return {clause: tuple(rows) for clause, rows in found.items()}

    @cached_property
    def overall(self) -> Figures:
        return figures((row.duty, row.state) for row in self.rows)

    def rows_under(self, clause: str) -> list[DutyState]:
        """The duties of a clause and of everything below it."""
        wanted = {duty.id for duty in duties_under(self.framework, clause)}
        return [row for row in self.rows if row.duty.id in wanted]

    def under(self, clause: str) -> Figures:
        """The figures of a clause and everything below it."""
        return figures((row.duty, row.state) for row in self.rows_under(clause))

    def row(self, duty: str) -> DutyState | None:
        return next((row for row in self.rows if row.duty.id == duty), None)


def assess(
    framework: Framework, decisions: Decisions, *, on: dt.date | None = None, place: Place | None = None
) -> Assessment:
    """The state of every duty today, or as it was known on an earlier day."""
    today = clock.today()
    day = on or today
    held = _held(day, today)
    claims = _claims(framework.id, day)
    summed = _summed(held, place or Place())
    rows = tuple(_row(duty, decisions, claims, summed, day) for duty in framework.duties)
    return Assessment(framework, day, rows)


def _held(day: dt.date, today: dt.date) -> Sequence[Holding]:
    if day < today:
        return holdings(day)
    catch_up()
    return list(Holding.objects.all())


def _claims(framework: str, day: dt.date) -> Mapping[str, dt.date]:
    """Duty to the first day from which a claim that counts on `day` has stood."""
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    counting = Record._base_manager.filter(in_force(day)).exclude(_doubted(day)).order_by()
    rows = Claim.objects.filter(
        Q(ended=None) | Q(ended__gte=end), framework=framework, made_at__lt=end, record__in=counting.values("pk")
    )
    found: dict[str, dt.date] = {}
    for duty, made, valid_from in rows.values_list("duty", "made_at", "record__valid_from"):
        since = max(made.date(), valid_from or made.date())
        found[duty] = min(found.get(duty, since), since)
    return found


def in_force(day: dt.date) -> Q:
    """Documents that were in force on that day."""
    return Q(kind=CLAIMANT, valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _doubted(day: dt.date) -> Q:
    found = Q(pk__in=[])
    for declared in registry:
        for check in declared.claim_checks:
            found |= check.failing(day)
    return found


@dataclass(slots=True)
class _Known:
    valid: dt.date | None = None
    exercise: dt.date | None = None
    invalid: int = 0

    def add(self, held: Holding) -> None:
        if not held.valid:
            self.invalid += held.count
        elif held.exercise:
            self.exercise = max(self.exercise or held.newest, held.newest)
        else:
            self.valid = max(self.valid or held.newest, held.newest)


def _summed(held: Iterable[Holding], place: Place) -> Mapping[str, _Known]:
    found: dict[str, _Known] = {}
    for each in held:
        if place.holds(each):
            found.setdefault(each.type, _Known()).add(each)
    return found


def _row(
    duty: Duty, decisions: Decisions, claims: Mapping[str, dt.date], summed: Mapping[str, _Known], day: dt.date
) -> DutyState:
    known = [summed[each] for each in duty.evidence if each in summed]
    ground = Ground(
        duty=duty, applies=decisions.get(duty.id, None if duty.condition else True),
        claimed_since=claims.get(duty.id),
        newest_valid=max((k.valid for k in known if k.valid), default=None),
        newest_exercise=max((k.exercise for k in known if k.exercise), default=None),
        ever_invalid=sum(k.invalid for k in known),
    )  # fmt: skip
    return DutyState(duty, ground, state_of(ground, day))
