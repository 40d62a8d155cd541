"""Each requirement beside what belongs to it: its procedures, its records, who was trained, and what can go wrong.

And the same turned around: each process with the duties that its documents claim. A fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from gemba.evidence.claims.models import Claim
from gemba.evidence.claims.reading import claims_on
from gemba.evidence.practice.assessment import Assessment, DutyState
from gemba.evidence.practice.figures import Figures, figures
from gemba.evidence.practice.known import taught
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.place import Place
from gemba.kernel.facts import Taught
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry

PROCESSES, RISKS = ("process_map",), ("process_risk", "risk_file")
"""Evidence types by which kinds of record are known to be processes, and risks."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A requirement and what belongs to it. Documents and risks are those that the reader may see."""

    row: DutyState
    documents: tuple[Record, ...]
    records: int
    """Valid records that prove it, exercises left out."""
    taught: Taught | None
    """People asked and trained on its documents; None where no document claims it or nobody was asked."""
    risks: tuple[Record, ...]

    def cells(self) -> list[str]:
        """The row as words, for tables and paper."""
        newest = self.row.ground.newest_valid
        return [
            self.row.duty.clause, self.row.duty.id, self.row.duty.text, self.row.word,
            ", ".join(each.number for each in self.documents), str(self.records),
            newest.isoformat() if newest else "",
            _("%(n)d of %(of)d") % {"n": self.taught.trained, "of": self.taught.asked} if self.taught else "",
            ", ".join(each.number for each in self.risks),
        ]  # fmt: skip


def headings() -> list[str]:
    return [
        _("Clause"), _("Duty"), _("What it asks"), _("State"), _("Procedures"), _("Records"), _("Newest record"),
        _("Trained"), _("Risks"),
    ]  # fmt: skip


def kinds_yielding(types: Collection[str]) -> list[str]:
    """Kinds made for it. One that may prove anything, such as a paper record, is no kind of it."""
    return [
        declared.kind for declared in registry
        if any(each.evidence in types and not each.by for each in declared.yields)
    ]  # fmt: skip


def beside(found: Assessment, place: Place, rows: Sequence[DutyState] | None = None) -> list[Beside]:
    """Every requirement of a framework, or some of them, with what belongs to it."""
    wanted = found.rows if rows is None else rows
    documents: dict[str, list[Record]] = defaultdict(list)
    for claim in claims_on(found.framework.id, [row.duty.id for row in wanted]):
        if claim.record not in documents[claim.duty]:
            documents[claim.duty].append(claim.record)
    risks = _risks({each.pk for some in documents.values() for each in some})
    learned, counted = taught(found.day), _counted(place)
    return [
        Beside(
            row, tuple(documents[row.duty.id]), sum(counted.get(name, 0) for name in row.duty.proving),
            _taught(documents[row.duty.id], learned), tuple(_each_once(documents[row.duty.id], risks)),
        )
        for row in wanted
    ]  # fmt: skip


def _counted(place: Place) -> Mapping[str, int]:
    rows = Holding.objects.filter(place.rows(), valid=True, exercise=False).order_by().values_list("type")
    return dict(rows.annotate(Sum("count")))


def _taught(documents: Iterable[Record], learned: Mapping[int, Taught]) -> Taught | None:
    some = [learned[each.pk] for each in documents if each.pk in learned]
    if not some:
        return None
    return Taught(0, sum(each.asked for each in some), sum(each.trained for each in some))


def _each_once(documents: Iterable[Record], risks: Mapping[int, Sequence[Record]]) -> Iterator[Record]:
    seen: set[int] = set()
    for document in documents:
        for risk in risks.get(document.pk, ()):
            if risk.pk not in seen:
                seen.add(risk.pk)
                yield risk


def _risks(documents: Collection[int]) -> Mapping[int, Sequence[Record]]:
    """By document: risks linked to it, or to the process it belongs to."""
    kinds = kinds_yielding(RISKS)
    if not documents or not kinds:
        return {}
    processes = _processes_of(documents)
    ends = {*documents, *(each for some in processes.values() for each in some)}
    rows = Record.objects.filter(kind__in=kinds, links_out__ended=None, links_out__target__in=ends)
    by_end: dict[int, list[Record]] = defaultdict(list)
    pairs = Link.objects.standing().filter(source__in=rows.order_by().values("pk"), target__in=ends)
    for link in pairs.select_related("source").order_by("source__number"):
        if link.source.state != VOID:
            by_end[link.target_id].append(link.source)
    return {
        document: [risk for end in (document, *processes.get(document, ())) for risk in by_end.get(end, ())]
        for document in documents
    }


def _processes_of(documents: Collection[int]) -> Mapping[int, list[int]]:
    links = Link.objects.standing().filter(source__in=documents, target__kind__in=kinds_yielding(PROCESSES))
    found: dict[int, list[int]] = defaultdict(list)
    for source, target in links.exclude(target__state=VOID).order_by("pk").values_list("source", "target"):
        found[source].append(target)
    return found


@dataclass(frozen=True, slots=True)
class OfProcess:
    """A process with the duties that its documents claim."""

    process: Record
    documents: int
    figures: Figures

    @property
    def open(self) -> int:
        """Duties that are claimed and not shown to work: what sorts the list."""
        return self.figures.claimed - self.figures.working


def processes_by_gap(found: Assessment) -> list[OfProcess]:
    """The processes the reader may see, the widest gap first; those that claim nothing come last."""
    kinds = kinds_yielding(PROCESSES)
    processes = {each.pk: each for each in Record.objects.filter(kind__in=kinds).exclude(state=VOID)}
    claims: dict[int, set[str]] = defaultdict(set)
    for document, duty in Claim.objects.standing().filter(framework=found.framework.id).values_list("record", "duty"):
        claims[document].add(duty)
    links = Link.objects.standing().filter(Q(target__in=processes)).order_by("pk").values_list("source", "target")
    documents: dict[int, set[int]] = defaultdict(set)
    for source, target in links if processes else ():
        if source in claims:
            documents[target].add(source)
    rows = []
    for pk, process in processes.items():
        duties = {duty for document in documents[pk] for duty in claims[document]}
        counted = figures((row.duty, row.state) for row in found.rows if row.duty.id in duties)
        rows.append(OfProcess(process, len(documents[pk]), counted))
    return sorted(rows, key=lambda each: (-each.open, -each.figures.claimed, each.process.number))
