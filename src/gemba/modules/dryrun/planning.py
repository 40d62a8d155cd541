"""What was never used for real (M119): duties without one real record of their evidence, and processes likewise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Max

from gemba.evidence.catalogue.model import Duty, Framework
from gemba.evidence.claims.models import CLAIMANT
from gemba.evidence.practice.assessment import DutyState, assess
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.states import OUTSIDE
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, registry
from gemba.modules.dryrun.scenarios import Scenario, rehearsing

PROCESS, IN_FORCE, GOVERNS = "process", "in_force", "governs"


@dataclass(frozen=True)
class Proposal:
    """Duties that one kind of record would rehearse; without `declared` none here can, and a table-top is left."""

    declared: RecordType[Record] | None
    duties: Sequence[DutyState]
    scenario: Scenario | None

    @property
    def rehearsed(self) -> int:
        return sum(each.ground.newest_exercise is not None for each in self.duties)


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """A process in force, and how many real and exercised records it has left of the kinds that it says it leaves."""

    process: Record
    kinds: tuple[str, ...]
    real: int
    exercised: int


@dataclass(frozen=True)
class Planner:
    framework: Framework
    proposals: Sequence[Proposal]
    processes: Sequence[ProcessUse]
    unnamed: Sequence[Record] = field(default_factory=tuple)
    """Processes that name no records, so that nobody can tell."""

    @property
    def duties(self) -> int:
        return sum(len(each.duties) for each in self.proposals)


def unused_duties(framework: Framework) -> list[DutyState]:
    """Those that apply, ask for practice, and have no real record that shows they are done, valid or not."""
    found = assess(framework, decisions_on(clock.today(), framework.id))
    real = set(Holding.objects.filter(exercise=False).values_list("type", flat=True))
    return [
        row for row in found.rows
        if row.duty.needs_practice and row.state not in OUTSIDE and not real & set(row.duty.proving)
    ]  # fmt: skip


def planner(framework: Framework) -> Planner:
    """What to rehearse, by the kind of record in which it is rehearsed: the ones that show most first."""
    by_kind: dict[str, list[DutyState]] = {}
    for each in unused_duties(framework):
        by_kind.setdefault(_kind_for(each.duty), []).append(each)
    proposals = [_proposal(kind, duties) for kind, duties in by_kind.items()]
    proposals.sort(key=lambda each: (each.declared is None, each.rehearsed == len(each.duties), -len(each.duties)))
    used, unnamed = processes_in_use()
    return Planner(framework, proposals, [each for each in used if not each.real], unnamed)


def _kind_for(duty: Duty) -> str:
    """The record type in which it can be run; empty where only paper registered as a document would show it."""
    own = (declared for declared in registry if declared.kind != CLAIMANT)
    return next((d.kind for d in own if any(y.evidence in duty.proving for y in d.yields)), "")


def _proposal(kind: str, duties: Sequence[DutyState]) -> Proposal:
    evidence = [name for each in duties for name in each.duty.proving]
    return Proposal(registry.named(kind) if kind else None, duties, rehearsing(evidence))


def processes_in_use() -> tuple[list[ProcessUse], list[Record]]:
    """Every process in force that the reader may see, with its records; and those that name none. Two statements."""
    if PROCESS not in registry:
        return [], []
    model = registry.named(PROCESS).model
    rows = list(model.objects.filter(state=IN_FORCE, exercise=False).order_by("number"))
    kinds = {row.pk: _kinds(getattr(row, GOVERNS, ())) for row in rows}
    wanted = {kind for each in kinds.values() for kind in each}
    counts = _counted(wanted)
    used = [
        ProcessUse(
            row, kinds[row.pk], sum(counts.get((kind, False), 0) for kind in kinds[row.pk]),
            sum(counts.get((kind, True), 0) for kind in kinds[row.pk]),
        )
        for row in rows
        if kinds[row.pk]
    ]  # fmt: skip
    return used, [row for row in rows if not kinds[row.pk]]


def _kinds(lines: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line["kind"] for line in lines if line.get("kind", "") in registry))


def _counted(kinds: set[str]) -> dict[tuple[str, bool], int]:
    """Records that are not void, by kind and whether they are exercises: of the whole company, as counts alone."""
    rows = Record._base_manager.filter(kind__in=sorted(kinds)).exclude(state=VOID).order_by()
    counted = rows.values_list("kind", "exercise").annotate(n=Count("pk"), newest=Max("event_date"))
    return {(kind, bool(exercise)): n for kind, exercise, n, _newest in counted}
