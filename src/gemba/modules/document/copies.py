"""Copies of a revision that leave the system: controlled PDF and Word, each saying what it is and whether it holds.

A copy depends on the revision, the person and the moment alone: asked for with the same moment it is the same bytes.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gemba.export.controlled import controlled_pdf
from gemba.export.controlled_document import ControlledDocument, Mark, PastRevision, Signed
from gemba.export.docx import controlled_docx
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.log.standing import seal_mark
from gemba.kernel.people.models import Person
from gemba.kernel.people.organisation import organisation
from gemba.kernel.richtext.measures import Step
from gemba.kernel.signing.models import Signature, judged, verdict
from gemba.kernel.types import registry
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.live import text_of
from gemba.modules.document.states import EFFECTIVE, OBSOLETE, SUPERSEDED

ENDED = (SUPERSEDED.name, OBSOLETE.name, VOID)
DEMONSTRATION = "demo"
APPROVING = "approve"


def standing_of(revision: Revision) -> Mark:
    """What must stand across every page of it, on screen and on paper alike."""
    if revision.state in ENDED:
        return Mark.OBSOLETE
    return Mark.NONE if revision.state == EFFECTIVE.name else Mark.DRAFT


def mark_of(revision: Revision, *, uncontrolled: bool = False) -> Mark:
    """The mark of a copy. What is not real is a demonstration first of all."""
    if settings.GEMBA_MODE == DEMONSTRATION or revision.exercise:
        return Mark.DEMONSTRATION
    found = standing_of(revision)
    return Mark.UNCONTROLLED if found is Mark.NONE and uncontrolled else found


def pdf_of(revision: Revision, *, by: Person, at: dt.datetime, uncontrolled: bool = False) -> bytes:
    """PDF/A with the text attached. Raises `PdfError` with a sentence where it cannot be typeset."""
    return controlled_pdf(copy_of(revision, by=by, at=at, uncontrolled=uncontrolled))


def word_of(revision: Revision, *, by: Person, at: dt.datetime) -> bytes:
    """A Word file to go on working with."""
    return controlled_docx(copy_of(revision, by=by, at=at))


def copy_of(revision: Revision, *, by: Person, at: dt.datetime, uncontrolled: bool = False) -> ControlledDocument:
    """All that a copy shows, in three statements besides the revision and its document."""
    document, family = revision.document, _family(revision)
    signed = _signatures([each.pk for each in family])
    current = next((each for each in family if each.in_force), None)
    former = next((each for each in reversed(family) if each.sequence < revision.sequence and each.valid_from), None)
    return ControlledDocument(
        company=organisation().name, number=document.number, title=revision.title, kind=_kind(document),
        revision=str(revision.sequence), state=_state(revision), html=text_of(revision) + terms_html(revision),
        made_for=by.name, made_at=at, mark=mark_of(revision, uncontrolled=uncontrolled), owner=document.owner.name,
        effective=revision.valid_from if revision.sealed else None,
        next_review=document.next_review if revision.in_force else None,
        supersedes=former.number if former else "", change=revision.change_reason,
        current=current.number if current and current.pk != revision.pk else "",
        steps=tuple(_step(line) for line in revision.steps),
        history=tuple(_past(each, signed.get(each.pk, ())) for each in family if each.sequence <= revision.sequence),
        signatures=tuple(_signed(each) for each in judged(revision, signed.get(revision.pk, ()))),
        language=(get_language() or "en").partition("-")[0], digest=revision.digest, seal=seal_mark(),
    )  # fmt: skip


def _family(revision: Revision) -> list[Revision]:
    """Every revision of the document up to now, void ones too: a gap in the series would be asked about."""
    return list(Revision._base_manager.filter(document_id=revision.document_id).order_by("sequence"))


def _kind(document: Document) -> str:
    text = str(document.get_type_display())
    return text[:1].upper() + text[1:]


def _state(revision: Revision) -> str:
    return str(registry.of(revision).lifecycle.state(revision.state).label)


def terms_html(revision: Revision) -> str:
    """The terms as a table behind the text: what has columns of its own on screen is part of the copy."""
    from_terms = "".join(
        f"<tr><th scope='row'><p>{escape(line['term'])}</p></th><td><p>{escape(line['meaning'])}</p></td></tr>"
        for line in revision.terms
    )
    return f"<h2>{_('Terms')}</h2><table><tbody>{from_terms}</tbody></table>" if from_terms else ""


def _step(line: dict[str, object]) -> Step:
    kind = str(line.get("kind") or "")
    minutes = line.get("minutes")
    return Step(
        role=str(line.get("role") or ""), action=str(line.get("action") or ""),
        produces=str(registry.named(kind).label) if kind in registry else kind, tool=str(line.get("tool") or ""),
        minutes=minutes if isinstance(minutes, int) else None,
    )  # fmt: skip


def _past(revision: Revision, signatures: Sequence[Signature]) -> PastRevision:
    approved = dict.fromkeys(each.name for each in signatures if each.transition == APPROVING)
    change = revision.what_changed or revision.change_reason
    if revision.sequence == 1 and not change:
        change = _("First revision")
    if revision.state == VOID:
        change = _("Void. %s") % change
    return PastRevision(
        revision=str(revision.sequence), date=revision.valid_from, change=change,
        approved_by=", ".join(approved),
    )  # fmt: skip


def _signatures(keys: Sequence[int]) -> Mapping[int, Sequence[Signature]]:
    """What stands of the signatures, by revision: rejections and the rounds they ended say nothing for it."""
    rows = Signature.objects.filter(record_id__in=keys, rejection=False).select_related("on_behalf_of")
    found: dict[int, list[Signature]] = {}
    for signature in rows.order_by("at", "pk"):
        found.setdefault(signature.record_id, []).append(signature)
    return found


def _signed(signature: Signature) -> Signed:
    behalf = _(" for %s") % signature.on_behalf_of.name if signature.on_behalf_of else ""
    return Signed(
        name=signature.name + behalf, meaning=signature.meaning, at=signature.at, method=signature.factors,
        verdict=verdict(signature),
    )  # fmt: skip
