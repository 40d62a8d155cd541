"""Every duty of a framework with its state on a day: a fixed number of statements for any number of records."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from gemba.evidence.catalogue.clauses import ancestors
from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.evidence.practice.figures import Figures, figures
from gemba.evidence.practice.holdings import holdings
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.place import Place
from gemba.evidence.practice.refresh import catch_up
from gemba.evidence.practice.states import Ground, State, state_of
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

Decisions = Mapping[str, bool]
"""Duty id to whether it applies; duties not named are undecided where they are conditional, and apply otherwise."""


@dataclass(frozen=True, slots=True)
class DutyState:
    """One row of the map: the duty, what is known of it, and its state."""

    duty: Duty
    ground: Ground
    state: State

    @property
    def word(self) -> str:
        """The state as people read it; one that stands by a draft alone says so wherever it is shown."""
        return _("%s, by a draft") % self.state.word if self.ground.drafted else self.state.word

    @property
    def tone(self) -> str:
        """How the word is coloured."""
        return self.state.tone

    @property
    def newest(self) -> dt.date | None:
        """The day of the newest evidence; of the newest exercise where there is nothing else."""
        return self.ground.newest_valid or self.ground.newest_exercise


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

    @cached_property
    def _below(self) -> Mapping[str, list[DutyState]]:
        """By clause: its duties and those of everything below it."""
        found: dict[str, list[DutyState]] = {}
        for row in self.rows:
            for number in (row.duty.clause, *above(self.framework, row.duty.clause)):
                found.setdefault(number, []).append(row)
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, DutyState]:
        return {row.duty.id: row for row in self.rows}

    def rows_under(self, clause: str) -> list[DutyState]:
        """The duties of a clause and of everything below it."""
        return self._below.get(clause, [])

    def under(self, clause: str) -> Figures:
        """The figures of a clause and everything below it."""
        return figures((row.duty, row.state) for row in self.rows_under(clause))

    def row(self, duty: str) -> DutyState | None:
        return self._by_id.get(duty)


def above(framework: Framework, clause: str) -> tuple[str, ...]:
    """The clauses above one that the framework has."""
    return ancestors(framework, clause) if clause in framework.clauses else ()


def assess(
    framework: Framework, decisions: Decisions, *, on: dt.date | None = None, place: Place | None = None,
    held: Iterable[Holding] | None = None, doubting: bool = True, drafts: bool = False,
) -> Assessment:  # fmt: skip
    """The state of every duty today, or as it was known on an earlier day.

    `held` is what `held_on` answered for that day, where several frameworks are assessed together. Without `doubting`
    every claim of a document in force counts, also of one whose review is overdue. With `drafts` also the claims of
    documents that are not in force yet count: what it would be once they are approved. Such a figure is never kept.
    """
    today = clock.today()
    day = on or today
    earlier = held if held is not None else held_on(day)
    summed = _known_now(place or Place()) if earlier is None else _known_of(earlier, place or Place())
    claims = _claims(framework.id, day, doubting=doubting)
    coming = _drafted(framework.id, day) if drafts else {}
    counted = {**coming, **claims}
    rows = tuple(_row(duty, decisions, counted, summed, day) for duty in framework.duties)
    if drafts:
        rows = tuple(_marked(row) if row.duty.id in coming and row.duty.id not in claims else row for row in rows)
    return Assessment(framework, day, rows)


def held_on(day: dt.date) -> Sequence[Holding] | None:
    """What was held on an earlier day; None for today, which the database adds up by itself."""
    return holdings(day) if day < clock.today() else None


def _claims(framework: str, day: dt.date, *, doubting: bool) -> Mapping[str, dt.date]:
    """Duty to the first day from which a claim that counts on `day` has stood; those of doubted documents do not."""
    if doubting and day == clock.today():
        rows: Iterable[Any] = _claims_today(day, settings.GEMBA_SIGNALS).rows(framework)
    else:
        rows = _claiming(framework, day, claim_doubts(day) if doubting else Q())
    found: dict[str, dt.date] = {}
    for duty, made, valid_from in rows:
        since = max(made.date(), valid_from or made.date())
        found[duty] = min(found.get(duty, since), since)
    return found


def _claiming(framework: str, day: dt.date, doubts: Q) -> "QuerySet[Claim, Any]":
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    valid = Q(record__valid_to=None) | Q(record__valid_to__gt=day)
    rows = Claim.objects.filter(
        Q(ended=None) | Q(ended__gte=end), valid, framework=framework, made_at__lt=end, record__kind=CLAIMANT,
        record__valid_from__lte=day,
    )  # fmt: skip
    if doubts:  # asked of those that claim, one by one: there may be very many documents that claim nothing here
        rows = rows.exclude(Exists(Record._base_manager.filter(doubts, pk=OuterRef("record_id"))))
    return rows.values_list("duty", "made_at", "record__valid_from")


@lru_cache(maxsize=2)
def _claims_today(day: dt.date, _thresholds: str) -> Prepared[Claim]:
    """The statement of a day with the thresholds of that file, which claim checks may depend on besides."""
    return Prepared(lambda framework: _claiming(framework, day, claim_doubts(day)), str)


@lru_cache(maxsize=1)
def _held_today() -> Prepared[Holding]:
    return Prepared(lambda: _summed(Place()))


def _summed(place: Place) -> "QuerySet[Holding, Any]":
    rows = Holding.objects.filter(place.rows()).order_by().values_list("type", "valid", "exercise")
    return rows.annotate(Max("newest"), Sum("count"))


def _drafted(framework: str, day: dt.date) -> Mapping[str, dt.date]:
    """Duty to the first day on which a document said that it covers it that was not in force on `day` yet."""
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC)
    rows = Claim.objects.filter(
        Q(ended=None) | Q(ended__gte=end), Q(record__valid_from=None) | Q(record__valid_from__gt=day),
        framework=framework, made_at__lt=end, record__kind=CLAIMANT,
    ).exclude(record__state=VOID)  # fmt: skip
    found = rows.order_by().values_list("duty").annotate(Min("made_at"))
    return {duty: made.date() for duty, made in found}


def claimed_by_doubted(found: Assessment) -> frozenset[str]:
    """Duties that documents in force claim and none of whose claims counts: overdue, unread, still their template."""
    counting = {row.duty.id for row in found.rows if row.ground.claimed_since is not None}
    return frozenset(_claims(found.framework.id, found.day, doubting=False).keys() - counting)


def claim_doubts(day: dt.date) -> Q:
    """Documents whose claims do not count on that day, whatever they say; empty where no module has a check."""
    found = Q()
    for declared in registry:
        for check in declared.claim_checks:
            found |= check.failing(day)
    return found


def claim_objections(documents: Collection[int], day: dt.date) -> Mapping[int, Sequence[str]]:
    """Why the claims of these documents do not count on that day, as sentences. A statement for each check."""
    found: dict[int, list[str]] = {}
    for declared in registry if documents else ():
        for check in declared.claim_checks:
            for key in Record._base_manager.filter(check.failing(day), pk__in=documents).values_list("pk", flat=True):
                found.setdefault(key, []).append(str(check.sentence))
    return found


@dataclass(slots=True)
class _Known:
    valid: dt.date | None = None
    exercise: dt.date | None = None
    invalid: int = 0

    def add(self, *, valid: bool, exercise: bool, newest: dt.date, count: int) -> None:
        if not valid:
            self.invalid += count
        elif exercise:
            self.exercise = max(self.exercise or newest, newest)
        else:
            self.valid = max(self.valid or newest, newest)


def _known_now(place: Place) -> Mapping[str, _Known]:
    """What is held today, added up by the database."""
    catch_up()
    found: dict[str, _Known] = {}
    for name, valid, exercise, newest, count in _held_today().rows() if place == Place() else _summed(place):
        found.setdefault(name, _Known()).add(valid=valid, exercise=exercise, newest=newest, count=count)
    return found


def _known_of(held: Iterable[Holding], place: Place) -> Mapping[str, _Known]:
    found: dict[str, _Known] = {}
    for each in held:
        if place.holds(each):
            found.setdefault(each.type, _Known()).add(
                valid=each.valid, exercise=each.exercise, newest=each.newest, count=each.count
            )
    return found


def _marked(row: DutyState) -> DutyState:
    """A row that stands as it does by a claim of a draft alone."""
    return replace(row, ground=replace(row.ground, drafted=True))


def _row(
    duty: Duty, decisions: Decisions, claims: Mapping[str, dt.date], summed: Mapping[str, _Known], day: dt.date
) -> DutyState:
    known = [summed[each] for each in duty.proving if each in summed]
    ground = Ground(
        duty=duty, applies=duty.asked_of_company and decisions.get(duty.id, None if duty.condition else True),
        claimed_since=claims.get(duty.id),
        newest_valid=max((k.valid for k in known if k.valid), default=None),
        newest_exercise=max((k.exercise for k in known if k.exercise), default=None),
        ever_invalid=sum(k.invalid for k in known),
    )  # fmt: skip
    return DutyState(duty, ground, state_of(ground, day))
