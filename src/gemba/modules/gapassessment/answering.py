"""My questions: what a respondent answers, clause by clause, on one page each (M84)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.types import registry
from gemba.modules.gapassessment.computed import Computed, by_duty
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.states import ANSWERED, ASKED, RUNNING
from gemba.web.errors import status_of
from gemba.web.forms import PlainForm, control
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import UNPROCESSABLE, acting

FIELDS = ("practice", "score", "discrepancy", "evidence", "severity", "gap_type")
NOTHING = "\N{EN DASH}"
MOST = 60
"""Questions on one page; a clause has fewer."""


@dataclass(frozen=True, slots=True)
class Part:
    """One clause of one campaign, as far as it is asked of the reader."""

    campaign: GapAssessment
    clause: str
    open: int
    of: int


@dataclass(frozen=True)
class Asked:
    """One question with the form that answers it."""

    answer: GapAnswer
    form: PlainForm
    computed: Computed | None


def own_answers(request: SignedInRequest) -> Sequence[GapAnswer]:
    """The reader's own, of campaigns that run."""
    rows = GapAnswer.objects.filter(owner=request.access.person, state__in=(ASKED.name, ANSWERED.name))
    return list(rows.filter(campaign__state=RUNNING.name).select_related("campaign").order_by("pk"))


def parts(answers: Sequence[GapAnswer]) -> list[Part]:
    """By campaign and clause, in the order of the framework."""
    found: dict[tuple[int, str], list[GapAnswer]] = {}
    for answer in answers:
        found.setdefault((answer.campaign_id, answer.clause), []).append(answer)
    return [
        Part(rows[0].campaign, clause, sum(row.state == ASKED.name for row in rows), len(rows))
        for (_campaign, clause), rows in found.items()
    ]


@require_http_methods(["GET", "POST"])
def my_questions(request: SignedInRequest) -> HttpResponse:
    """Everything asked of the reader; one clause is open at a time, and saved as a whole."""
    answers = own_answers(request)
    found = parts(answers)
    number, clause = request.GET.get("assessment", ""), request.GET.get("clause", "")
    chosen = next((p for p in found if (p.campaign.number, p.clause) == (number, clause)), None)
    chosen = chosen or next((part for part in found if part.open), None)
    reviews = GapReview.objects.filter(owner=request.access.person, state=ASKED.name, campaign__state=RUNNING.name)
    page = {"parts": found, "chosen": chosen, "reviews": list(reviews.order_by("pk")), "asked": []}
    if chosen is None:
        return render(request, "gapassessment/mine.html", page)
    mine = [a for a in answers if (a.campaign_id, a.clause) == (chosen.campaign.pk, chosen.clause)]
    asking = [a for a in mine if a.state == ASKED.name][:MOST]
    page["done"] = [a for a in mine if a.state != ASKED.name]
    page["asked"] = asked = _asked(request, chosen.campaign, asking)
    if request.method != "POST":
        return render(request, "gapassessment/mine.html", page)
    status = _save(request, asked)
    if status is None:
        return HttpResponseRedirect(request.get_full_path())
    return render(request, "gapassessment/mine.html", page, status=status)


def _asked(request: SignedInRequest, campaign: GapAssessment, answers: Sequence[GapAnswer]) -> list[Asked]:
    shown = by_duty(campaign)
    data = request.POST if request.method == "POST" else None
    return [Asked(a, _form(request, campaign, a, data), shown.get(a.duty)) for a in answers]


def _form(
    request: SignedInRequest, campaign: GapAssessment, answer: GapAnswer, data: Mapping[str, Any] | None
) -> PlainForm:  # fmt: skip
    declared = registry.of(answer)
    form = PlainForm(data, prefix=answer.uid, initial={name: getattr(answer, name) for name in FIELDS})
    for name in FIELDS:
        form.fields[name] = control(declared.field(name), access=request.access)
    offered = [("", NOTHING), *((str(score), f"{score} {word}") for score, word in campaign.scores)]
    form.fields["score"] = forms.TypedChoiceField(
        label=form.fields["score"].label, choices=offered, coerce=int, empty_value=None, required=False
    )
    return form


def _save(request: SignedInRequest, asked: Sequence[Asked]) -> int | None:
    """All of the page or nothing: what cannot be kept stands beside its field. None where it went well."""
    wrong = [each for each in asked if not each.form.is_valid()]
    if wrong:
        return UNPROCESSABLE
    current = None
    try:
        with transaction.atomic():
            complete = 0
            for current in asked:
                complete += _one(request, current)
    except Invalid as refusal:
        if current is not None:
            current.form.refuse(refusal)
        return UNPROCESSABLE
    except Refused as refusal:
        if current is not None:
            current.form.add_error(None, list(refusal.sentences))
        return status_of(refusal)
    said = ngettext("Saved; %d answer is complete.", "Saved; %d answers are complete.", complete) % complete
    messages.success(request, said)
    return None


def _one(request: SignedInRequest, each: Asked) -> bool:
    """Keep what changed; an answer with practice and score is complete."""
    changed = {name: each.form.cleaned_data[name] for name in each.form.changed_data}
    answer = each.answer
    if changed:
        answer = Edit(record=answer, values=changed, **acting(request)).execute()
    if not (answer.practice and answer.score is not None):
        return False
    Advance(record=answer, name="answer", **acting(request)).execute()
    return True
