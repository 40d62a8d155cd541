"""Ask: one answer for each duty that applies, of whoever owns the document that claims it; one review per procedure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gemba.evidence.catalogue.model import Framework
from gemba.evidence.claims.models import CLAIMANT, Claim
from gemba.evidence.practice.assessment import DutyState
from gemba.kernel import clock
from gemba.kernel.actions.bulk import RaiseMany
from gemba.kernel.actions.talk import AskFor
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF
from gemba.modules.gapassessment.choices import QUESTIONS, Relevance
from gemba.modules.gapassessment.computed import asked_about
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview

LONGEST_TITLE = 200
RELEVANT = {"direct": Relevance.MUCH, "indirect": Relevance.SOME}
"""What bears on the device directly is looked at in every audit (GHTF/SG3/N19)."""


def ask_everybody(campaign: GapAssessment, doing: Doing) -> None:
    """Everything is raised at once or not at all; each person gets one task, not one per question."""
    rows = asked_about(campaign, clock.today())
    documents = _documents(campaign.framework, [row.duty.id for row in rows])
    able = frozenset(
        RoleGrant.objects.in_force(clock.today()).filter(role__in=STAFF).values_list("person_id", flat=True)
    )
    owners = {row.duty.id: _owner(documents.get(row.duty.id, ()), campaign, able) for row in rows}
    place = {
        "campaign": campaign, "site": campaign.site, "product": campaign.product, "exercise": campaign.exercise,
        "confidential": True,
    }  # fmt: skip
    _raise(campaign, doing, GapAnswer, [_answer(campaign, row, owners[row.duty.id], place) for row in rows])
    procedures = {record.pk: record for found in documents.values() for record in found}
    reviewers = {pk: _owner([record], campaign, able) for pk, record in procedures.items()}
    reviews = [_review(record, reviewers[pk], place) for pk, record in procedures.items()]
    _raise(campaign, doing, GapReview, reviews)
    Edit(
        record=campaign, fixed={"begun_on": clock.today()}, verb="ask", **doing.following(_("People are asked."))
    ).execute()
    for person in {each.pk: each for each in (*owners.values(), *reviewers.values())}.values():
        AskFor(
            record=campaign, person=person, due=campaign.due,
            what=_("Answer your questions of the gap assessment (My questions)"),
            **doing.following(_("People are asked.")),
        ).execute()  # fmt: skip


def _documents(framework: str, duties: Sequence[str]) -> dict[str, list[Record]]:
    """The documents in force that claim each duty, in one statement."""
    today = clock.today()
    valid = Q(valid_to=None) | Q(valid_to__gt=today)
    effective = Record._base_manager.filter(valid, kind=CLAIMANT, valid_from__lte=today).order_by()
    claims = Claim.objects.standing().filter(framework=framework, duty__in=duties, record__in=effective.values("pk"))
    found: dict[str, list[Record]] = {}
    for claim in claims.select_related("record__owner").order_by("record__number"):
        held = found.setdefault(claim.duty, [])
        if claim.record not in held:
            held.append(claim.record)
    return found


def _owner(documents: Sequence[Record], campaign: GapAssessment, able: Collection[int]) -> Person:
    """Whoever owns the document, while they work here in any role; else the one who leads the assessment."""
    owners = (record.owner for record in documents)
    return next((owner for owner in owners if owner.active and owner.pk in able), campaign.owner)


def _answer(campaign: GapAssessment, row: DutyState, owner: Person, place: Mapping[str, Any]) -> dict[str, Any]:
    duty = row.duty
    framework = campaign.catalogued
    clause = framework.clauses[duty.clause] if framework else None
    return {
        **place, "title": f"{duty.id} {clause.title if clause else ''}"[:LONGEST_TITLE], "owner": owner,
        "duty": duty.id, "clause": duty.clause, "asks": duty.text,
        "relevance": RELEVANT.get((clause.impact if clause else "") or "", Relevance.SOME),
    }  # fmt: skip


def _review(document: Record, owner: Person, place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **place, "title": f"{document.number} {document.title}"[:LONGEST_TITLE], "owner": owner,
        "document": document, "checks": [{"question": text, "answer": "", "remark": ""} for text in QUESTIONS],
    }  # fmt: skip


def _raise(campaign: GapAssessment, doing: Doing, model: type[Record], rows: list[dict[str, Any]]) -> None:
    if rows:
        RaiseMany(
            model=model, rows=rows, name=f"{model._meta.model_name} {campaign.uid}",
            fixed=("clause", "asks", "document"), reason=_("Asked by %s.") % campaign.number,
            actor=doing.actor, access=doing.access,
        ).execute()  # fmt: skip


def unknown_clauses(framework: Framework, typed: Sequence[str]) -> str:
    """The sentence about clauses that the framework does not have."""
    return _("%(framework)s has no clause %(clauses)s.") % {
        "framework": framework.designation, "clauses": ", ".join(typed)
    }  # fmt: skip
