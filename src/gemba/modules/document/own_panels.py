"""The text on the page of its document, what became of it, what it covers, and where it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from gemba.evidence.catalogue.model import Clause, Framework
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.reading import claims_of, covered
from gemba.evidence.practice.dated import could_prove
from gemba.kernel.access.scope import Access
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.records.models import Record
from gemba.kernel.richtext.reading import placeholders
from gemba.kernel.rights import may_change
from gemba.kernel.types import Panel, registry
from gemba.modules.document.asked import Reading
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.provenance import measured, templates_of
from gemba.modules.document.retention import destroy_not_before
from gemba.modules.document.shown import Shown, newest, shown_of
from gemba.modules.document.states import ASKED, DRAFT

MOST_REVISIONS = 30
MOST_CLAUSES = 5
PAPER = ("document", "revision")
"""What covers duties; the others prove them."""


def the_text(document: Document, access: Access) -> Mapping[str, Any] | None:
    """The text in force before anything else; of a document that has none yet, its draft, marked as such."""
    revision = newest(document)
    if revision is None:
        return None
    revision.document = document
    current = revision if revision.in_force else None
    asked = Reading.objects.filter(revision_id=revision.pk, owner_id=access.person.pk, state=ASKED.name).first()
    return {"shown": Shown(revision, document, current), "reading": asked}


def revisions_of(document: Document, access: Access) -> Mapping[str, Any] | None:
    """Drafts first, then the history; each leads to its text and to what it changed."""
    found = list(Revision.objects.filter(document_id=document.pk).order_by("-sequence")[:MOST_REVISIONS])
    lifecycle = registry.named("revision").lifecycle
    rows = [(each, lifecycle.state(each.state)) for each in found]
    several = sum(each.state != VOID for each in found) > 1
    return {"rows": rows, "several": several} if rows else None


def kept(document: Document, access: Access) -> Mapping[str, Any] | None:
    """How long it is kept, and the day before which it must not be destroyed."""
    return {"until": destroy_not_before(document), "rule": bool(document.retention)}


def what_it_covers(document: Document, access: Access) -> Mapping[str, Any] | None:
    """The clauses it claims duties of; each leads to the clause, where its other documents and its records stand."""
    found = covered(claims_of(document.pk))
    return {"covered": found, "may": may_change(access, document) and document.open}


def taken_over(document: Document, access: Access) -> Mapping[str, Any] | None:
    """The file it was imported from, and what that file says of itself; none of it was confirmed here."""
    return {} if document.imported_from else None


def standing(revision: Revision, access: Access) -> Mapping[str, Any] | None:
    """Whether one may work to this text, before anything else is read."""
    found = shown_of(revision)
    return {"shown": found, "draft": revision.state == DRAFT.name, "change": may_change(access, revision)}


def origin(revision: Revision, access: Access) -> Mapping[str, Any] | None:
    """How much of the text is the company's own, and what is left to fill in (M55)."""
    found = measured(revision, templates_of([revision]).get(revision.pk))
    gaps = placeholders(revision.body)
    if found is None and not gaps:
        return None
    return {"measured": found, "gaps": gaps[:MOST_REVISIONS], "count": len(gaps)}


def looked_over(revision: Revision, access: Access) -> Mapping[str, Any] | None:
    """The rules are asked when the page stands: they read the whole text."""
    return {}


def to_read(reading: Reading, access: Access) -> Mapping[str, Any] | None:
    """The text that is to be signed, on the page where it is signed."""
    revision = Revision.objects.filter(pk=reading.revision_id).select_related("document", "document__owner").first()
    return {"shown": shown_of(revision), "reading": None} if revision else None


@dataclass(frozen=True, slots=True)
class Proved:
    """A clause some duty of which asks for the evidence that this record is."""

    framework: Framework
    clause: Clause
    evidence: str
    url: str


def what_it_proves(record: Record, access: Access) -> Mapping[str, Any] | None:
    """From any record to its clauses in one step, by the evidence its kind yields (M46). It asks no database."""
    declared = registry.of(record)
    if declared.kind in PAPER:
        return None
    fitting = [each for each in declared.yields if could_prove(record, each)]
    names = {each.evidence for each in fitting if record.state in {state.name for state in each.states}}
    ahead = {each.evidence for each in fitting} - names
    found = clauses_asking(tuple(sorted(names or ahead)), get_script_prefix())
    if not found:
        return None
    return {"proved": found[:MOST_CLAUSES], "more": max(len(found) - MOST_CLAUSES, 0), "yet": not names}


@lru_cache(maxsize=1024)
def clauses_asking(evidence: tuple[str, ...], _prefix: str) -> Sequence[Proved]:
    """The clauses of the frameworks on by default with a duty that one of these proves, each once, with their pages."""
    found: dict[tuple[str, str], Proved] = {}
    for framework in known_catalogue().on_by_default:
        for duty in framework.duties:
            for name in evidence:
                if name in duty.proving:
                    label = framework.evidence_types[name].label
                    url = reverse("practice_clause", args=[framework.id, duty.clause])
                    proved = Proved(framework, framework.clauses[duty.clause], label, url)
                    found.setdefault((framework.id, duty.clause), proved)
    return tuple(found.values())


OF_DOCUMENTS: tuple[Panel[Any], ...] = (
    Panel(name="text", title="", template="document/panel_text.html", context=the_text, place="top", statements=3),
    Panel(
        name="revisions",
        title=_("Revisions"),
        template="document/panel_revisions.html",
        context=revisions_of,
        place="top",
    ),
    Panel(
        name="covers", title=_("Covers"), template="document/panel_covers.html", context=what_it_covers, place="beside"
    ),
    Panel(name="kept", title=_("Kept until"), template="document/panel_kept.html", context=kept, place="beside"),
    Panel(
        name="taken_over",
        title=_("Imported"),
        template="document/panel_taken_over.html",
        context=taken_over,
        place="beside",
        statements=0,
    ),
)
OF_REVISIONS: tuple[Panel[Any], ...] = (
    Panel(name="standing", title="", template="document/panel_standing.html", context=standing, place="top"),
    Panel(
        name="origin",
        title=_("Where the text comes from"),
        template="document/panel_origin.html",
        context=origin,
        statements=3,
    ),
    Panel(name="remarks", title=_("What the rules say"), template="document/panel_remarks.html", context=looked_over),
)
OF_READINGS: tuple[Panel[Any], ...] = (
    Panel(name="text", title="", template="document/panel_text.html", context=to_read, place="top", statements=3),
)
ELSEWHERE: tuple[Panel[Any], ...] = (
    Panel(
        name="proves",
        title=_("Evidence for"),
        template="document/panel_proves.html",
        context=what_it_proves,
        place="beside",
        statements=0,
    ),
)
