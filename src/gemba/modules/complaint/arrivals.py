"""A table of reports becomes complaints: each report once, however often the table or another one with it is given.

Everything that arrives is kept: the table as a file of the import's own record, its digest, the number of each report
at its source. A killed run is started again and goes on: complaints commit in batches together with the run's progress,
and decisions are raised for those that have none yet.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from gemba.importers.reports import DeviceReport, ReportTable, read_reports
from gemba.importers.result import ImportRefusedError
from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.actor import Actor
from gemba.kernel.attachments.names import harmless
from gemba.kernel.attachments.reading import attachments_of
from gemba.kernel.attachments.store import keep, open_verified
from gemba.kernel.bulk.models import BulkRun
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid
from gemba.kernel.rows import load
from gemba.kernel.trail.writer import lock_head
from gemba.modules.complaint.choices import Channel, Harm
from gemba.modules.complaint.guards import CONCERNS, TITLE, called_after, decisions_on
from gemba.modules.complaint.models import Complaint, ComplaintImport, Reportability
from gemba.modules.complaint.rules import markets

FDA = "US"
SOURCE = "maude"
HARMS = {"D": Harm.DEATH, "IN": Harm.SERIOUS, "IL": Harm.SERIOUS, "IJ": Harm.SERIOUS, "M": Harm.MALFUNCTION}
"""What the table's codes mean here; everything else is not known yet."""
PUT_UP = (Harm.DEATH, Harm.SERIOUS)
KEYS = 500
"""Numbers looked up in one statement."""
BATCH = 200
"""Complaints committed together: small enough for a bar that moves."""
LONGEST_NAME = 120
TOGETHER = 50
"""Decisions committed together."""
RESTING = dt.timedelta(minutes=2)
"""An import that has not moved for so long was stopped."""
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an import came to. `known` were there before, from another table."""

    number: str
    total: int
    made: int
    known: int
    put_up: int


def receive(data: bytes, name: str, actor: Actor, access: Access, *, remark: str = "") -> ComplaintImport:
    """Look the table over, and keep it with a record of its own; nothing is imported yet.

    The same table again gives the record it already has. Raises `Refused`, with a sentence for a table that is none.
    """
    table = read_table(data)
    file_name = harmless(name)[-LONGEST_NAME:]
    record = _by_digest(table.digest) or _begun(
        table, data, name=file_name, remark=remark, actor=actor, access=access
    )  # fmt: skip
    if record.open and not attachments_of(record):
        Attach(record=record, name=file_name, chunks=[data], actor=actor, access=access).execute()
    return again(record)


def _begun(
    table: ReportTable, data: bytes, *, name: str, remark: str, actor: Actor, access: Access
) -> ComplaintImport:  # fmt: skip
    raising = Raise(
        model=ComplaintImport, values={"title": _("Import of %s") % name, "remark": remark}, actor=actor, access=access,
        fixed={"file_name": name, "file_digest": table.digest, "total": len(table.reports)},
    )  # fmt: skip
    if raising.check() is None:
        keep([data])  # what cannot be stored is refused before there is a record of it
    try:
        return raising.execute()
    except IntegrityError:
        raise Conflict(_("Somebody is importing this very table at this moment.")) from None


def read_table(data: bytes) -> ReportTable:
    """Raises `Invalid` where the bytes are no such table."""
    try:
        return read_reports(data)
    except ImportRefusedError as refusal:
        raise Invalid({"file": [str(refusal)]}) from None


def _by_digest(digest: str) -> ComplaintImport | None:
    rows: models.QuerySet[ComplaintImport] = models.QuerySet(ComplaintImport)
    return rows.filter(file_digest=digest).first()


def again(record: ComplaintImport) -> ComplaintImport:
    found: ComplaintImport = load(ComplaintImport, record.pk)
    return found


def bring_in(record: ComplaintImport, actor: Actor, access: Access, progress: Progress | None = None) -> Arrived:
    """Import the table of this record, or go on with what is left of it. An import that is done does nothing."""
    tell: Progress = progress or (lambda _what, _done, _of: None)
    if not record.open:
        return Arrived(record.number, record.total, record.made, record.known, record.put_up)
    table = read_table(_bytes_of(record))
    with override(settings.LANGUAGE_CODE):  # the same words, and so the same rows, whoever starts it again
        rows = list(_new_rows(table, record))
    _raise(record, rows, actor, access, lambda done, of: tell(_("Complaints"), done, of))
    put_up = _put_up(record, actor, access, lambda done, of: tell(_("Put up for decision"), done, of))
    found = Arrived(record.number, len(table.reports), len(rows), len(table.reports) - len(rows), put_up)
    doing = Doing(actor=actor, access=access, step="finish", values={})
    counted = {"made": found.made, "known": found.known, "put_up": found.put_up}
    Edit(record=record, fixed=counted, verb="count", **doing.following("Counted")).execute()
    Advance(record=again(record), name="finish", **doing.following("Every report is in")).execute()
    return found


def run_name(record: Record) -> str:
    """The name under which progress is kept."""
    return f"complaints {record.uid}"


def _bytes_of(record: ComplaintImport) -> bytes:
    for attachment in attachments_of(record):
        if attachment.blob_id == record.file_digest:
            with open_verified(attachment.blob) as file:
                return file.read()
    raise Conflict(_("The table is not among the files of %s any more. Import it again.") % record.number)


def _new_rows(table: ReportTable, record: ComplaintImport) -> Iterator[dict[str, Any]]:
    """Rows for the reports that no other import has brought. Those of a stopped run of this one are among them."""
    known = _known_keys([_key(report) for report in table.reports], record)
    for report in table.reports:
        if _key(report) not in known:
            yield _row(report, record)


def _key(report: DeviceReport) -> str:
    return f"{SOURCE}:{report.key}"


def _known_keys(keys: list[str], besides: ComplaintImport | None = None) -> set[str]:
    """Which of these are here already, besides what one import brought itself."""
    found: set[str] = set()
    rows: models.QuerySet[Complaint] = models.QuerySet(Complaint)
    rows = rows.exclude(imported_with=besides.pk) if besides else rows
    for start in range(0, len(keys), KEYS):
        some = rows.filter(source_key__in=keys[start : start + KEYS])
        found.update(some.values_list("source_key", flat=True))
    return found


def _row(report: DeviceReport, record: ComplaintImport) -> dict[str, Any]:
    received = report.received or report.added or record.event_date
    device = report.brand or report.generic or report.sort or _("Device not named")
    harm = HARMS.get(report.event, Harm.UNKNOWN)
    numbers = ((_("model"), report.model), (_("catalogue"), report.catalogue), (_("lot"), report.lot))
    named = [f"{label} {value}" for label, value in numbers if value]
    kinds = [text for text in (report.generic, report.sort) if text and text != device]
    return {
        "title": f"{device}: {harm.label}"[:TITLE], "date_received": received,
        "event_date": report.happened or received,
        "channel": Channel.TABLE, "details": report.text or _("The report has no text."),
        "device_name": device[:TITLE], "country": report.country[:60], "udi": report.udi,
        "complainant": _("Report %s of the FDA's public database. Who reported is not published.") % report.key,
        "identifiers": ", ".join([*named, *kinds])[:300], "manufacturer": report.maker, "harm": harm,
        "owner": record.owner, "site": record.site, "product": record.product, "exercise": record.exercise,
        "source_key": _key(report), "imported_with": record,
    }  # fmt: skip


def _raise(
    record: ComplaintImport, rows: list[dict[str, Any]], actor: Actor, access: Access, tell: Callable[[int, int], None]
) -> None:
    """The complaints, under the name of the import. A run whose import was edited meanwhile goes on under another."""
    given = {"actor": actor, "access": access, "progress": tell, "reason": _("Imported with %s") % record.number}
    try:
        _many(rows, run_name(record), given)
    except Conflict:
        run = BulkRun.objects.get(name=run_name(record))
        if clock.now() - run.moved_at < RESTING:
            raise
        there = _known_keys([row["source_key"] for row in rows])
        rest = [row for row in rows if row["source_key"] not in there]
        _many(rest, f"{run_name(record)} from {len(rows) - len(rest)}", given)


def _many(rows: list[dict[str, Any]], name: str, given: dict[str, Any]) -> None:
    fixed = ("source_key", "imported_with")
    try:
        RaiseMany(model=Complaint, rows=rows, fixed=fixed, name=name, batch=BATCH, **given).execute()
    except IntegrityError:
        raise Conflict(
            _("Another import brought some of these reports at the same moment. Start this one again.")
        ) from None


def _put_up(record: ComplaintImport, actor: Actor, access: Access, tell: Callable[[int, int], None]) -> int:
    """A decision for each death and serious injury, with a clock that starts when this company came to know: now."""
    rows: models.QuerySet[Complaint] = models.QuerySet(Complaint).filter(imported_with=record.pk, harm__in=PUT_UP)
    waiting = list(rows.exclude(links_in__role=CONCERNS, links_in__source__kind="reportability").order_by("pk"))
    total = rows.count()
    before = total - len(waiting)
    for start in range(0, len(waiting), TOGETHER):
        some = waiting[start : start + TOGETHER]
        with transaction.atomic():
            for complaint in some:
                _ask(complaint, record, actor, access)
        tell(before + start + len(some), total)
    return total


def _ask(complaint: Complaint, record: ComplaintImport, actor: Actor, access: Access) -> None:
    """One decision on this complaint, however many ask for it at once. Runs inside a transaction."""
    values = {
        "title": called_after(FDA, complaint), "market": FDA, "aware_at": clock.now(),
        "criterion": markets()[FDA].rule_for(complaint.harm).key, "owner": record.owner, "site": record.site,
        "product": record.product, "exercise": record.exercise, "aware_by": actor.person.name,
        "aware_how": _("Read in an imported table (%s). Enter the true moment if it was known here before.")
        % record.number,
    }  # fmt: skip
    lock_head(complaint.subject)
    if not decisions_on(complaint).exists():
        links = [(CONCERNS, complaint)]
        Raise(model=Reportability, values=values, links=links, actor=actor, access=access).execute()
