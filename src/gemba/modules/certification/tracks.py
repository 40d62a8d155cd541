"""The two tracks of a plan, computed from evidence on a day. Nobody types how far they are (M92)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import Max
from django.urls import reverse

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.expectations.ledger import ratio
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.practice.assessment import Assessment, assess, held_on
from gemba.evidence.practice.known import taught
from gemba.evidence.practice.models import Holding
from gemba.evidence.scope.standing import decisions_on, frameworks_on
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.lines import names_of
from gemba.kernel.records.models import AsListed, Record
from gemba.kernel.types import registry
from gemba.modules.certification.models import CertificationPlan
from gemba.modules.certification.naming import IN_PRACTICE, ON_PAPER, PAPER, PRACTICE, PROVEN_BY, chapters, named

YEAR = relativedelta(months=12)
SOON = dt.timedelta(days=30)
"""So long before its day a milestone that is not reached is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """`done` of `of`, counted from rows that `address` opens."""

    name: str
    track: str
    label: str
    done: int
    of: int
    address: str
    target: dt.date | None = None
    person: str = ""

    @property
    def reached(self) -> bool:
        return self.of > 0 and self.done >= self.of

    def late(self, day: dt.date) -> bool:
        return not self.reached and self.target is not None and self.target < day

    def near(self, day: dt.date) -> bool:
        return not self.reached and self.target is not None and day <= self.target <= day + SOON


@dataclass(frozen=True)
class Tracks:
    """Paper and practice side by side on one day."""

    day: dt.date
    assessment: Assessment
    paper: Sequence[Milestone] = field(default_factory=tuple)
    practice: Sequence[Milestone] = field(default_factory=tuple)

    @property
    def late(self) -> list[Milestone]:
        return [each for each in (*self.paper, *self.practice) if each.late(self.day)]


def assessed(framework: Framework, day: dt.date) -> Assessment:
    return assess(framework, decisions_on(day, framework.id), on=day)


def tracks(plan: CertificationPlan, day: dt.date | None = None) -> Tracks | None:
    """On that day, else today; None where the framework is in the catalogue no more."""
    framework = plan.catalogued
    if framework is None:
        return None
    on = day or clock.today()
    found = assessed(framework, on)
    typed = {line["milestone"]: line for line in plan.targets}
    names = names_of({line["person"] for line in plan.targets if line["person"]})
    placed = [
        _placed(each, plan, typed.get(each.name), names) for each in (*_paper(found), *_practice(plan, found, on))
    ]
    return Tracks(
        on, found, [each for each in placed if each.track == PAPER], [each for each in placed if each.track == PRACTICE]
    )


def _placed(
    each: Milestone, plan: CertificationPlan, typed: Mapping[str, str] | None, names: Mapping[str, str]
) -> Milestone:  # fmt: skip
    """With its day and who is responsible: those of the plan's table, else its stage's and the owner."""
    stage = plan.stage1_on if each.track == PAPER else plan.stage2_on
    day = dt.date.fromisoformat(typed["day"]) if typed and typed["day"] else stage
    person = names.get(typed["person"], "") if typed else ""
    return Milestone(
        name=each.name, track=each.track, label=each.label, done=each.done, of=each.of, address=each.address,
        target=day, person=person or plan.owner.name,
    )  # fmt: skip


def _paper(found: Assessment) -> Iterator[Milestone]:
    framework = found.framework
    whole = len(found.rows)
    in_force = framework.id in frameworks_on(found.day)
    yield _milestone(PAPER, "scope", int(in_force), 1, reverse("register", args=["scope"]))
    address = reverse("practice_map", args=[framework.id])
    yield _milestone(PAPER, "decided", whole - found.overall.undecided, whole, address)
    for clause in chapters(framework):
        figures = found.under(clause.number)
        if figures.all_applicable:
            yield Milestone(
                name=named(PAPER, clause), track=PAPER, label=f"{clause.number} {clause.title}",
                done=figures.all_claimed, of=figures.all_applicable, address=_clause(framework, clause.number),
            )  # fmt: skip


def _milestone(track: str, name: str, done: int, of: int, address: str) -> Milestone:
    label = str({**ON_PAPER, **IN_PRACTICE}[name])
    return Milestone(name=name, track=track, label=label, done=done, of=of, address=address)


def _clause(framework: Framework, number: str) -> str:
    return reverse("practice_clause", args=[framework.id, number])


def _practice(plan: CertificationPlan, found: Assessment, day: dt.date) -> Iterator[Milestone]:
    framework = found.framework
    yield from _proven(framework, day)
    yield from _learned(day)
    wanted = plan.months_of_records
    address = reverse("practice_ledger", args=[framework.id])
    yield _milestone(PRACTICE, "months", months_with_records(day, wanted), wanted, address)
    counted = ratio(framework.id, since=day - YEAR, until=day)
    missed = counted.counts.get(Expectation.End.MISSED, 0)
    if counted.ended:
        yield _milestone(PRACTICE, "ledger", counted.ended - missed, counted.ended, f"{address}?end=missed")
    for clause in chapters(framework):
        figures = found.under(clause.number)
        if figures.applicable:
            yield Milestone(
                name=named(PRACTICE, clause), track=PRACTICE, label=f"{clause.number} {clause.title}",
                done=figures.working, of=figures.applicable, address=_clause(framework, clause.number),
            )  # fmt: skip


def _proven(framework: Framework, day: dt.date) -> Iterator[Milestone]:
    """Of what the framework asks for; the duty's page has the records."""
    newest = _newest(day)
    for name, kind in PROVEN_BY.items():
        duty = next((duty for duty in framework.duties if duty.evidence[:1] == (kind,)), None)
        duty = duty or next((duty for duty in framework.duties if kind in duty.evidence), None)
        if duty is not None:
            when = newest.get(kind)
            address = reverse("practice_duty", args=[framework.id, duty.id])
            yield _milestone(PRACTICE, name, int(when is not None and when > day - YEAR), 1, address)


def _newest(day: dt.date) -> Mapping[str, dt.date]:
    """The newest valid evidence of each type, exercises left out."""
    kinds = tuple(PROVEN_BY.values())
    earlier = held_on(day)
    if earlier is None:
        rows = Holding.objects.filter(type__in=kinds, valid=True, exercise=False).order_by().values_list("type")
        return dict(rows.annotate(Max("newest")))
    found: dict[str, dt.date] = {}
    for each in earlier:
        if each.type in kinds and each.valid and not each.exercise:
            found[each.type] = max(found.get(each.type, each.newest), each.newest)
    return found


def _learned(day: dt.date) -> Iterator[Milestone]:
    known = taught(day).values()
    asked = sum(each.asked for each in known)
    if asked:
        trained = sum(min(each.trained, each.asked) for each in known)
        yield _milestone(PRACTICE, "training", trained, asked, reverse("register", args=["training"]))


def months_with_records(day: dt.date, wanted: int) -> int:
    """How many of the last whole months have a real record of any kind that is evidence.

    One statement: the first record of each month, in the order of the index of their days, so that it is used.
    """
    first = day.replace(day=1)
    starts = [first - relativedelta(months=n) for n in range(wanted, -1, -1)]
    kinds = [declared.kind for declared in registry if declared.yields]
    rows: Any = Record._base_manager.alias(day=AsListed("event_date")).filter(kind__in=kinds, exercise=False)
    real = rows.exclude(state=VOID).order_by("kind", "day").values("pk")
    months = [real.filter(day__gte=start, day__lt=end)[:1].query.sql_with_params() for start, end in pairwise(starts)]
    if not months:
        return 0
    with connection.cursor() as cursor:
        asked = ", ".join(f"({text}) IS NOT NULL" for text, _values in months)
        cursor.execute(f"SELECT {asked}", [value for _text, values in months for value in values])
        return sum(map(bool, cursor.fetchone()))
