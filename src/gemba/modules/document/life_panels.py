"""Who has signed and what is still missing, what a text makes happen, and the procedure beside every other record."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record
from gemba.kernel.rows import load
from gemba.kernel.types import Panel
from gemba.modules.document import reading
from gemba.modules.document.asked import FitCheck
from gemba.modules.document.effects import waits_for
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.guards import open_comments
from gemba.modules.document.lines import APPROVE, REVIEW
from gemba.modules.document.schedule import schedule
from gemba.modules.document.signers import places
from gemba.modules.document.states import APPROVAL, APPROVED, DRAFT
from gemba.modules.document.states import REVIEW as IN_REVIEW

MOST = 8


def signing(revision: Revision, access: Access) -> Mapping[str, Any] | None:
    """Who reviews and approves and who has, the comments that wait, what those say who do the work, who has read it."""
    on_its_way = revision.state in (IN_REVIEW.name, APPROVAL.name)
    done, asked = reading.progress(revision)
    found = {
        "reviewers": places(revision, REVIEW) if revision.asked else [],
        "approvers": places(revision, APPROVE) if revision.asked else [],
        "turn": APPROVE if revision.state == APPROVAL.name else REVIEW if on_its_way else "",
        "comments": open_comments(revision).count() if on_its_way or revision.state == DRAFT.name else 0,
        "checks": list(FitCheck.objects.filter(revision_id=revision.pk).select_related("owner").order_by("pk")[:MOST]),
        "read": done, "to_read": asked, "waits": waits_for(revision) if revision.state == APPROVED.name else None,
    }  # fmt: skip
    shown = (revision.asked, found["comments"], found["checks"], asked, revision.bypassed_fit_check)
    return found if any(shown) else None


def duties(revision: Revision, access: Access) -> Mapping[str, Any] | None:
    """When what it asks for comes due next, while it is in force."""
    if not revision.cadence or not revision.in_force:
        return None
    document = load(Document, revision.document_id)
    return {"duties": list(schedule(revision, document, clock.today()))}


@dataclass(frozen=True, slots=True)
class Beside:
    """A document that governs a record, with the revision in effect on its day, if there was one."""

    document: Document
    then: Revision | None
    now: Revision | None

    @property
    def changed(self) -> bool:
        return self.now is not None and self.then != self.now


GOVERNING = Prepared(
    lambda kind: (
        Document._base_manager.filter(~Q(governed=""))
        .alias(found_at=StrIndex("governed", Value(kind)))
        .filter(found_at__gt=0)
        .order_by("pk")
        .values_list("pk")
    ),
    str,
)
"""The keys of the documents that govern a kind, given between spaces: one look into an index of the governing ones."""
LONG = ("body", "steps", "terms", "cadence", "asked", "template_text", "drawn")


def procedure(record: Record, access: Access) -> Mapping[str, Any] | None:
    """The texts that governed this kind of record on the day it happened, not those of today.

    The documents are found first: asked for both at once, a database may walk through every revision there is.
    """
    day, documents = record.event_date, [key for (key,) in GOVERNING.rows(f" {record.kind} ")]
    if not documents:
        return None
    then = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    begun = Revision._base_manager.filter(then | Q(in_force=True), document__in=documents, valid_from__isnull=False)
    by_document: dict[int, list[Revision]] = {}
    for each in begun.select_related("document").defer(*LONG).order_by("document", "sequence"):
        if access.sees(each):
            by_document.setdefault(each.document_id, []).append(each)
    found = [_beside(revisions, day) for revisions in by_document.values()]
    shown = [each for each in found if each.then or (each.now and access.sees(each.document))]
    return {"found": shown, "day": day} if shown else None


def _beside(revisions: list[Revision], day: dt.date) -> Beside:
    then = [each for each in revisions if _valid(each, day)]
    now = [each for each in revisions if each.in_force]
    return Beside(revisions[0].document, then[-1] if then else None, now[-1] if now else None)


def _valid(revision: Revision, day: dt.date) -> bool:
    begun = revision.valid_from is not None and revision.valid_from <= day
    return begun and (revision.valid_to is None or day < revision.valid_to)


OF_REVISIONS: tuple[Panel[Any], ...] = (
    Panel(name="signing", title=_("Review and approval"), template="document/life_signing.html", context=signing,
          place="beside", statements=14),
    Panel(name="duties", title=_("What it makes happen"), template="document/life_duties.html", context=duties,
          place="beside"),
)  # fmt: skip
ELSEWHERE: tuple[Panel[Any], ...] = (
    Panel(name="procedure", title=_("How it is done"), template="document/life_procedure.html", context=procedure,
          place="beside"),
)  # fmt: skip
