"""The index of a file on a day, made from links and from what the product's records are evidence of (M37, M38).

Each item is shown with the revision that was in force on that day and with the state of its signature; what is under no
control is said (M50).
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.export.values import Cell
from gemba.kernel import clock
from gemba.kernel.access.viewer import current_access
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature, verdict
from gemba.kernel.types import RecordType, Yields, registry
from gemba.modules.devicefile.models import DesignFile, DeviceFile
from gemba.modules.devicefile.parts import PARTS, Part

MOST_FOUND = 200
"""Records of one type that come by themselves."""
DOCUMENT, REVISION = "document", "revision"
OUTSIDE = ("external", "paper")


@dataclass(frozen=True, slots=True)
class Item:
    """One document or record. `revision` and `signed` are as of the day; `faults` say why it is under no control."""

    part: Part
    record: Record
    revision: str
    since: dt.date | None
    signed: str
    faults: tuple[str, ...]
    by_itself: bool
    """Found as evidence of the product, not linked by somebody."""
    text: int | None = None
    """For a document, the key of the revision that was in force."""

    @property
    def kind(self) -> str:
        return str(registry.of(self.record).label)

    def cells(self) -> list[Cell]:
        return [
            str(self.part.label), f"{self.record.number} {self.record.title}", self.kind, self.revision, self.since,
            self.signed, " ".join(self.faults),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Index:
    file: "DesignFile | DeviceFile"
    day: dt.date
    items: Sequence[Item]
    hidden: int
    """Linked records that the reader may not see."""
    loose: Sequence[str]
    """Names of files attached to the index itself: they have neither number nor revision nor signature of their own."""

    @property
    def parts(self) -> Sequence[Part]:
        return PARTS[self.file.kind]

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why parts do not apply, by name."""
        return {line["part"]: line["why"] for line in self.file.absent}

    def by_part(self) -> Iterator[tuple[Part, list[Item], str]]:
        """Every part with its items, and why it does not apply where somebody said so."""
        for part in self.parts:
            yield part, [item for item in self.items if item.part is part], self.reasons.get(part.name, "")

    @property
    def missing(self) -> list[Part]:
        return [part for part, items, why in self.by_part() if part.needed and not items and not why]

    @property
    def faulty(self) -> list[Item]:
        return [item for item in self.items if item.faults]

    def remarks(self) -> list[str]:
        """Everything amiss, as sentences."""
        found = [_("Missing: %s.") % part.label for part in self.missing]
        found += [f"{item.record.number}: {fault}" for item in self.faulty for fault in item.faults]
        said = _("%s is attached without number, revision or signature of its own.")
        found += [said % name for name in self.loose]
        if self.hidden:
            found.append(_("%d linked records that you may not see are left out.") % self.hidden)
        return found


def headings() -> list[str]:
    return [
        _("Part"), _("Item"), _("Kind"), _("Revision"), _("In force since"), _("Signature"), _("Under no control"),
    ]  # fmt: skip


def index_of(file: "DesignFile | DeviceFile", day: dt.date) -> Index:
    """As far as the viewer may see it: a fixed number of statements, however many items there are."""
    parts = {part.name: part for part in PARTS[file.kind]}
    links, hidden = _links_on(file, day, parts)
    linked = [(parts[link.role], link.target) for link in links]
    known = {(part.name, record.pk) for part, record in linked}
    alone = [(part, record) for part, record in _by_themselves(file, day) if (part.name, record.pk) not in known]
    state = _Control([record for _part, record in (*linked, *alone)], day)
    order = list(parts)
    rows = [(part, record, False) for part, record in linked] + [(part, record, True) for part, record in alone]
    rows.sort(key=lambda row: (order.index(row[0].name), row[1].number))
    items = [state.item(part, record, by_itself=by_itself) for part, record, by_itself in rows]
    return Index(file, day, items, hidden, _loose(file))


def _links_on(file: Record, day: dt.date, roles: Collection[str]) -> tuple[list[Link], int]:
    """Links that stood at the end of that day, and how many of them lead to what the viewer may not see."""
    over = timezone.make_aware(dt.datetime.combine(day, dt.time.max))
    standing = Q(made_at__lte=over) & (Q(ended=None) | Q(ended__gt=over))
    rows = Link.objects.filter(standing, source_id=file.pk, role__in=list(roles)).select_related("target")
    links = list(rows.order_by("pk"))
    access = current_access()
    shown = [link for link in links if access.sees(link.target)]
    return shown, len(links) - len(shown)


def _by_themselves(file: Record, day: dt.date) -> Iterator[tuple[Part, Record]]:
    """Records of the product that are this evidence by that day: one statement for each type that can be any."""
    if file.product_id is None:
        return
    for declared in registry:
        wanted = [
            (part, each) for part in PARTS[file.kind] for each in declared.yields if each.evidence in part.evidence
        ]
        if wanted:
            yield from _evidence(declared, wanted, file, day)


def _evidence(
    declared: RecordType[Any], wanted: Sequence[tuple[Part, Yields]], file: Record, day: dt.date
) -> Iterator[tuple[Part, Record]]:
    parts = {part.name: part for part, _each in wanted}
    cases = [(part.name, _proves(each, day)) for part, each in wanted]
    anything = Q(pk__in=[])
    for _name, condition in cases:
        anything |= condition
    rows = declared.model.objects.filter(anything, product=file.product_id, exercise=file.exercise)
    which = Case(*(When(condition, then=Value(name)) for name, condition in cases), output_field=CharField())
    for record in rows.annotate(file_part=which).order_by("pk")[:MOST_FOUND]:
        yield parts[record.file_part], record


def _proves(each: Yields, day: dt.date) -> Q:
    return Q(state__in=[state.name for state in each.states], **{f"{each.on}__lte": day}) & each.condition


def _loose(file: Record) -> list[str]:
    rows = Attachment.objects.filter(record_id=file.pk, removed=None).order_by("name")
    return list(rows.values_list("name", flat=True))


@dataclass
class _Control:
    """What is known of the items, read together: revisions of documents, outside documents, signatures."""

    records: Sequence[Record]
    day: dt.date
    _keys: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._keys = [record.pk for record in self.records if record.kind == DOCUMENT]

    @cached_property
    def revisions(self) -> Mapping[int, Record]:
        """By document, the revision that was in force on the day."""
        if not self._keys or REVISION not in registry:
            return {}
        then = Q(valid_from__lte=self.day) & (Q(valid_to=None) | Q(valid_to__gt=self.day))
        rows = registry.named(REVISION).model._base_manager.filter(then, document_id__in=self._keys)
        return {row.document_id: row for row in rows.exclude(state=VOID).order_by("sequence")}

    @cached_property
    def documents(self) -> Mapping[int, Any]:
        """The full documents, for what an outside one says of itself."""
        if not self._keys:
            return {}
        found: Mapping[int, Any] = registry.named(DOCUMENT).model._base_manager.in_bulk(self._keys)
        return found

    @cached_property
    def signatures(self) -> Mapping[int, Signature]:
        """The last that stands, by record, given by the end of the day."""
        keys = {record.pk for record in (*self.records, *self.revisions.values())}
        rows = Signature.objects.filter(record__in=keys, rejection=False).select_related("record").order_by("at")
        return {s.record_id: s for s in rows if timezone.localtime(s.at).date() <= self.day}

    def item(self, part: Part, record: Record, *, by_itself: bool) -> Item:
        if record.kind == DOCUMENT:
            return self._document(part, record, by_itself)
        signature = self.signatures.get(record.pk)
        revision = record.number.rpartition("-")[2] if record.kind == REVISION else _("version %d") % record.version
        faults = [*self._void(record), *self._unsigned(record, signature), *self._over(record)]
        since = record.valid_from or (timezone.localtime(signature.at).date() if signature else None)
        return Item(part, record, revision, since, _signed(signature), tuple(faults), by_itself)

    def _document(self, part: Part, record: Record, by_itself: bool) -> Item:
        full = self.documents.get(record.pk)
        if full is not None and full.type in OUTSIDE:
            named = full.edition or full.place
            lacking = () if named else (_("It names neither edition nor place."),)
            return Item(part, record, named, record.valid_from, "", (*self._void(record), *lacking), by_itself)
        revision = self.revisions.get(record.pk)
        if revision is None:
            none = _("No revision of it was in force on that day.")
            return Item(part, record, "", None, "", (*self._void(record), none), by_itself)
        signature = self.signatures.get(revision.pk)
        faults = (*self._void(record), *self._unsigned(revision, signature))
        name = revision.number.rpartition("-")[2]
        return Item(part, record, name, revision.valid_from, _signed(signature), faults, by_itself, revision.pk)

    def _void(self, record: Record) -> Iterator[str]:
        if record.state == VOID:
            yield _("It is void.")

    def _unsigned(self, record: Record, signature: Signature | None) -> Iterator[str]:
        if signature is None:
            yield _("Nobody has signed it.")
        elif not signature.valid and verdict(signature).startswith(_("not valid: the content changed after signing")):
            yield _("It was changed after it was signed.")

    def _over(self, record: Record) -> Iterator[str]:
        if record.kind == REVISION and record.valid_to is not None and record.valid_to <= self.day:
            yield _("This revision was no longer in force on that day.")


def _signed(signature: Signature | None) -> str:
    if signature is None:
        return ""
    return f"{signature.name}, {clock.in_words(signature.at)}"


def unique(records: Iterable[Record]) -> list[Record]:
    return list({record.pk: record for record in records}.values())
