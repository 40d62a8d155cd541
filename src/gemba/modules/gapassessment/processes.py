"""Which process covers which clause (M76): through the documents that belong to it and the duties that they claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gemba.evidence.catalogue.model import Clause, Framework
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel import clock
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record

PROCESS, BELONGS_TO = "process", "belongs_to"


@dataclass(frozen=True, slots=True)
class Line:
    """A clause that asks for something, with the documents of each process that claim a duty of it."""

    clause: Clause
    of: int
    by_process: Mapping[int, Sequence[Record]]
    loose: Sequence[Record]
    """Documents that claim it and belong to no process."""

    @property
    def covered(self) -> bool:
        return bool(self.by_process)


@dataclass(frozen=True)
class ProcessMatrix:
    framework: Framework
    processes: Sequence[Record]
    lines: Sequence[Line]
    clauses_of: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def clauses_without(self) -> list[Line]:
        return [line for line in self.lines if not line.covered]

    @property
    def processes_without(self) -> list[Record]:
        return [process for process in self.processes if not self.clauses_of.get(process.pk)]


def process_matrix(framework: Framework) -> ProcessMatrix:
    """As far as the reader may see processes and documents, in four statements."""
    processes = list(
        Record.objects.filter(kind=PROCESS, exercise=False).exclude(state__in=(VOID, "retired")).order_by("number")
    )
    belongs: dict[int, set[int]] = {}
    links = Link.objects.standing().filter(role=BELONGS_TO, target__in=[each.pk for each in processes])
    for document, process in links.values_list("source_id", "target_id"):
        belongs.setdefault(document, set()).add(process)
    claims = Claim.objects.standing().filter(
        framework=framework.id, record__in=Record.objects.filter(kind=CLAIMANT).order_by().values("pk")
    )
    by_duty: dict[str, dict[int, Record]] = {}
    for claim in claims.select_related("record").order_by("record__number"):
        by_duty.setdefault(claim.duty, {})[claim.record_id] = claim.record
    lines = _lines(framework, by_duty, belongs)
    clauses_of: dict[int, list[str]] = {}
    for line in lines:
        for process in line.by_process:
            clauses_of.setdefault(process, []).append(line.clause.number)
    return ProcessMatrix(framework, processes, lines, clauses_of)


def _lines(
    framework: Framework, by_duty: Mapping[str, Mapping[int, Record]], belongs: Mapping[int, set[int]]
) -> list[Line]:  # fmt: skip
    """One line for each clause of which some duty may apply."""
    decisions = decisions_on(clock.today(), framework.id)
    found = []
    for number, duties in framework.duties_by_clause.items():
        applying = [duty for duty in duties if decisions.get(duty.id, True)]
        if not applying:
            continue
        documents = {pk: record for duty in applying for pk, record in by_duty.get(duty.id, {}).items()}
        inside: dict[int, list[Record]] = {}
        for pk, record in documents.items():
            for process in belongs.get(pk, ()):
                inside.setdefault(process, []).append(record)
        loose = [record for pk, record in documents.items() if not belongs.get(pk)]
        found.append(Line(framework.clauses[number], len(applying), inside, loose))
    return found
