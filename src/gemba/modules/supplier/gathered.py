"""The supplier file: everything that shows why we trust a supplier, gathered and never kept by hand (M40)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gemba.export.recordfile import RecordFile
from gemba.export.values import Cell
from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature
from gemba.kernel.types import registry
from gemba.modules.supplier.choices import Look
from gemba.modules.supplier.controls import Control, required, standing_of
from gemba.modules.supplier.models import Incoming, Supplier, SupplierDecision, SupplierEvaluation, SupplierPerformance
from gemba.modules.supplier.standing import beyond_limits
from gemba.modules.supplier.states import SIGNED

NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the file. `said` is what it comes to, in few words."""

    part: str
    record: Record
    on: dt.date | None
    said: str
    signed: str
    amiss: bool = False

    @property
    def state(self) -> str:
        return str(registry.of(self.record).lifecycle.state(self.record.state).label)

    @property
    def tone(self) -> str:
        return registry.of(self.record).lifecycle.state(self.record.state).tone

    def cells(self) -> list[Cell]:
        return [self.part, f"{self.record.number} {self.record.title}", self.on, self.said, self.state, self.signed]


@dataclass(frozen=True, slots=True)
class SupplierFile:
    """The parts in order, with the controls of the supplier's class and whether each is kept today."""

    supplier: Supplier
    entries: Sequence[Entry]
    controls: Sequence[tuple[Control, bool]]

    def parts(self) -> Iterator[tuple[str, list[Entry]]]:
        """Every part, an empty one too: what is not there is what an auditor asks for."""
        for part in _parts():
            yield part, [entry for entry in self.entries if entry.part == part]

    @property
    def missing(self) -> list[Control]:
        return [control for control, kept in self.controls if not kept]


def headings() -> list[str]:
    return [_("Part"), _("Record"), _("Date"), _("What it says"), _("State"), _("Signed by")]


def _parts() -> list[str]:
    return [
        _("Decisions"), _("First qualification"), _("Re-evaluations"), _("Audits"), _("Certificates"),
        _("Performance"), _("Agreements and other links"), _("Nonconformities and what followed"),
    ]  # fmt: skip


LOOKS = {Look.QUALIFICATION: 1, Look.AGAIN: 2, Look.AUDIT: 3, Look.CERTIFICATE: 4}
TROUBLES = frozenset({"nonconformity", "capa", "complaint", "report"})


def gathered(supplier: Supplier, today: dt.date) -> SupplierFile:
    """As far as the viewer may see it: eight statements, however long the story."""
    rows = [
        *_decisions(supplier),
        *_evaluations(supplier),
        *_periods(supplier, today),
        *_linked(supplier),
        *_faulty(supplier),
    ]
    signers = _signers([record for _place, record, *_rest in rows])
    parts = _parts()
    entries = [
        Entry(parts[place], record, on, said, signers.get(record.pk, ""), amiss)
        for place, record, on, said, amiss in rows
    ]
    controls = required(supplier.criticality, outsourced=supplier.outsourced)
    kept = standing_of(supplier, controls, today)
    return SupplierFile(supplier, entries, [(control, kept[control.name]) for control in controls])


Row = tuple[int, Record, dt.date | None, str, bool]


def _decisions(supplier: Supplier) -> Iterator[Row]:
    rows = SupplierDecision.objects.filter(supplier=supplier).exclude(state=VOID).order_by("pk")
    for each in rows:
        until = _("until %s") % clock.in_words(each.until) if each.until else ""
        yield 0, each, each.valid_from, ", ".join(filter(None, (each.get_ruling_display(), until))), False


def _evaluations(supplier: Supplier) -> Iterator[Row]:
    """A certificate that came with another look stands among the certificates too."""
    for each in SupplierEvaluation.objects.filter(supplier=supplier).exclude(state=VOID).order_by("pk"):
        score = _("%d of 100") % each.score if each.score is not None else ""
        again = _("again by %s") % clock.in_words(each.next_due) if each.next_due else ""
        said = ", ".join(filter(None, (each.get_result_display(), score, again)))
        place = LOOKS[Look(each.look)]
        if each.look != Look.CERTIFICATE:
            yield place, each, each.signed_on, said, each.result == "not_suitable"
        if each.expires:
            until = _("%(standard)s %(number)s, %(issuer)s, until %(day)s") % {
                "standard": each.standard, "number": each.certificate, "issuer": each.issuer,
                "day": clock.in_words(each.expires),
            }  # fmt: skip
            yield LOOKS[Look.CERTIFICATE], each, each.signed_on, until.strip(), False


def _periods(supplier: Supplier, today: dt.date) -> Iterator[Row]:
    rows = SupplierPerformance.objects.filter(supplier=supplier).exclude(state=VOID).order_by("ends", "pk")
    beyond = set(rows.filter(beyond_limits(today)).values_list("pk", flat=True))
    for each in rows:
        yield 5, each, each.ends, rates(each), each.pk in beyond


def rates(period: SupplierPerformance) -> str:
    """The figures in words, with n; nothing delivered is no rate."""
    late, faulty = period.per_cent("late"), period.per_cent("faulty")
    if late is None or faulty is None:
        return _("nothing delivered")
    return _("%(n)d deliveries, %(late).1f %% late, %(faulty).1f %% faulty") % {
        "n": period.deliveries, "late": late, "faulty": faulty,
    }  # fmt: skip


def _linked(supplier: Supplier) -> Iterator[Row]:
    """Both directions, each record once. Ends that the viewer may not see are not there."""
    access = current_access()
    out = Link.objects.standing().filter(source_id=supplier.pk).select_related("target")
    back = Link.objects.standing().filter(target_id=supplier.pk).select_related("source")
    found = {link.target.pk: link.target for link in out} | {link.source.pk: link.source for link in back}
    for record in sorted(found.values(), key=lambda each: (each.event_date, each.pk)):
        if record.state != VOID and access.sees(record):
            trouble, label = record.kind in TROUBLES, str(registry.of(record).label)
            yield 7 if trouble else 6, record, record.event_date, label, trouble and record.open


def _faulty(supplier: Supplier) -> Iterator[Row]:
    """Deliveries that did not go to stock."""
    rows = Incoming.objects.filter(supplier=supplier, state=SIGNED.name).exclude(outcome=Incoming.Outcome.STOCK)
    for each in rows.order_by("event_date", "pk"):
        yield 7, each, each.event_date, f"{each.item}, {each.lot}: {each.get_outcome_display()}", False


def _signers(records: Iterable[Record]) -> Mapping[int, str]:
    """The last who signed each record, with the day."""
    rows = Signature.objects.filter(record__in={each.pk for each in records}, rejection=False).order_by("at")
    return {key: f"{name}, {clock.in_words(at)}" for key, name, at in rows.values_list("record_id", "name", "at")}


def record_file_of(found: SupplierFile, today: dt.date) -> RecordFile:
    supplier = found.supplier
    records: dict[int, Any] = {supplier.pk: supplier}
    records |= {entry.record.pk: entry.record for entry in found.entries}
    state = registry.of(supplier).lifecycle.state(supplier.state).label
    facts = [
        (_("Supplier"), f"{supplier.number} {supplier.title}"), (_("Status"), str(state)),
        (_("Since"), clock.in_words(supplier.valid_from) if supplier.valid_from else NOTHING),
        (_("Class"), supplier.get_criticality_display()), (_("As of"), clock.in_words(today)),
    ]  # fmt: skip
    lacking = [_("Missing: %s.") % control.label for control in found.missing]
    empty = [_("There is nothing under “%s”.") % part for part, entries in found.parts() if not entries]
    return RecordFile(
        name=supplier.number, title=_("Supplier file %s") % supplier.title, facts=facts, remarks=[*lacking, *empty],
        headings=headings(), rows=[entry.cells() for entry in found.entries], widths=(3, 5, 2, 5, 2, 3),
        records=list(records.values()),
    )  # fmt: skip
