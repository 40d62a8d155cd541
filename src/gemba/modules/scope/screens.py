"""Two pages of a scope: the questionnaire, and what applies with every reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.evidence.catalogue.model import Condition, Framework
from gemba.evidence.scope.proposals import Decision, Proposal
from gemba.kernel.actions.write import Edit
from gemba.kernel.refusals import Refused
from gemba.kernel.rights import may_change
from gemba.modules.scope.models import Scope
from gemba.modules.scope.reading import answers_of, decisions_of, frameworks_of, proposed
from gemba.web.errors import status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import UNPROCESSABLE, acting, done

CHOICES = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")), ("", gettext_lazy("not known yet")))


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with the duties that wait for its answer, as clauses."""

    condition: Condition
    clauses: tuple[str, ...]


def asked(frameworks: Iterable[Framework]) -> list[Asked]:
    """The questions that decide anything under these frameworks, in the order of the clauses they decide."""
    clauses: dict[str, dict[str, None]] = {}
    known: dict[str, Condition] = {}
    for framework in frameworks:
        for duty in framework.duties:
            if duty.condition is not None:
                known[duty.condition] = framework.conditions[duty.condition]
                clauses.setdefault(duty.condition, {}).setdefault(f"{framework.designation} {duty.clause}")
    return [Asked(known[name], tuple(found)) for name, found in clauses.items()]


class QuestionsForm(PlainForm):
    """A radio group for each question; what is not known yet stays open."""

    def __init__(self, questions: list[Asked], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in questions:
            self.fields[each.condition.id] = forms.ChoiceField(
                label=each.condition.question, choices=CHOICES, required=False, widget=forms.RadioSelect,
                help_text=_("Usually: %(usual)s. Decides %(clauses)s.")
                % {"usual": each.condition.usual_answer, "clauses": ", ".join(each.clauses)},
            )  # fmt: skip

    def lines(self, before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers as the scope keeps them; remarks made elsewhere stay."""
        remarks = {line["condition"]: line["remark"] for line in before}
        return [
            {"condition": name, "answer": answer, "remark": remarks.get(name, "")}
            for name, answer in self.cleaned_data.items()
            if answer
        ]


def questions(request: SignedInRequest, record: Scope) -> HttpResponse:
    """Answer what decides applicability, all on one calm page; answers may be left open."""
    asking = asked(frameworks_of(record))
    may = may_change(request.access, record) and record.state == "draft"
    given = {name: "yes" if yes else "no" for name, yes in answers_of(record).items()}
    form = QuestionsForm(asking, request.POST if request.method == "POST" else None, initial=given)
    context = {"record": record, "form": form, "may": may, "open": len(asking) - len(set(given) & _names(asking))}
    if request.method != "POST" or not may:
        return render(request, "scope/questions.html", context)
    if not form.is_valid():
        return render(request, "scope/questions.html", context, status=UNPROCESSABLE)
    try:
        Edit(record=record, values={"answers": form.lines(record.answers)}, **acting(request)).execute()
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return render(request, "scope/questions.html", context, status=status_of(refusal))
    return done(request, record, _("Answers saved."))


def _names(asking: Iterable[Asked]) -> set[str]:
    return {each.condition.id for each in asking}


@dataclass(frozen=True, slots=True)
class Row:
    proposal: Proposal
    decision: Decision | None

    @property
    def applies(self) -> bool | None:
        return self.decision.applies if self.decision else self.proposal.applies

    @property
    def reason(self) -> str:
        return self.decision.reason if self.decision else self.proposal.reason

    @property
    def open(self) -> bool:
        """Nobody has decided it: an answer is missing, or only the role speaks."""
        return self.decision is None and (self.applies is None or (self.proposal.basis == "role" and not self.applies))


def applicability(request: SignedInRequest, record: Scope) -> HttpResponse:
    """Every duty with whether it applies and why; those nobody has decided stand first."""
    made = decisions_of(record)
    groups = []
    for framework in frameworks_of(record):
        rows = [Row(each, made.get((framework.id, each.duty.id))) for each in proposed(record, framework)]
        rows.sort(key=lambda row: not row.open)
        groups.append({
            "framework": framework, "rows": rows, "open": sum(row.open for row in rows),
            "out": sum(row.applies is False for row in rows),
        })  # fmt: skip
    return render(request, "scope/applicability.html", {"record": record, "groups": groups})
