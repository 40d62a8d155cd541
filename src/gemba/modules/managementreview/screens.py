"""Pages: the inputs of one review with their figures, the rows behind a figure, and all reviews side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from gemba.kernel import clock
from gemba.kernel.actions.write import Edit
from gemba.kernel.lifecycle.machine import VOID
from gemba.kernel.refusals import Refused
from gemba.kernel.rights import may_change
from gemba.kernel.types import Screen
from gemba.modules.managementreview.gathering import period_of, rows_of, said_of
from gemba.modules.managementreview.models import ManagementAction, ManagementReview
from gemba.modules.managementreview.panels import lateness
from gemba.modules.managementreview.shown import Looked, pack
from gemba.modules.managementreview.states import CLOSED, DONE
from gemba.web.errors import status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import UNPROCESSABLE, acting, done

MOST = 200
"""Rows of one figure on a page; the register has them all."""
MOST_REVIEWS = 24


class InputsForm(PlainForm):
    """Two boxes for each input: what it tells us, or why it was not looked at."""

    def __init__(self, looked: Sequence[Looked], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in looked:
            box = forms.Textarea(attrs={"rows": 2})
            self.fields[f"says_{each.input.name}"] = forms.CharField(
                label=_("What it tells us"), required=False, widget=box, initial=each.says, max_length=5000
            )
            self.fields[f"left_{each.input.name}"] = forms.CharField(
                label=_("Or why it was not looked at"), required=False, initial=each.left_out, max_length=5000
            )

    def lines(self, looked: Sequence[Looked]) -> list[dict[str, str]]:
        names = [each.input.name for each in looked]
        given = self.cleaned_data
        return [{"input": n, "says": given[f"says_{n}"], "left_out": given[f"left_{n}"]} for n in names]


@require_http_methods(["GET", "HEAD", "POST"])
def inputs(request: SignedInRequest, record: ManagementReview) -> HttpResponse:
    """Every input on one page: figures with the rows behind them, and room for what they tell."""
    found = pack(record)
    may = may_change(request.access, record) and record.state != CLOSED.name
    form = InputsForm(found.looked, request.POST if request.method == "POST" else None)
    context = {"record": record, "pack": found, "form": form, "may": may}
    context["parts"] = [
        {"looked": each, "says": form[f"says_{each.input.name}"], "left": form[f"left_{each.input.name}"]}
        for each in found.looked
    ]  # fmt: skip
    if request.method != "POST" or not may:
        return render(request, "managementreview/inputs.html", context)
    if not form.is_valid():
        return render(request, "managementreview/inputs.html", context, status=UNPROCESSABLE)
    try:
        Edit(record=record, values={"inputs": form.lines(found.looked)}, **acting(request)).execute()
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return render(request, "managementreview/inputs.html", context, status=status_of(refusal))
    return done(request, record, _("Inputs saved."))


@require_GET
def behind(request: SignedInRequest, record: ManagementReview) -> HttpResponse:
    """The rows that a figure counts, as far as the reader may see them, as they stand now."""
    name = request.GET.get("figure", "")
    rows = rows_of(name, period_of(record, clock.today()))
    if rows is None:
        raise Http404
    found = list(rows.select_related("owner").order_by("-event_date", "-pk")[: MOST + 1])
    kept = next((line for line in record.figures if line["name"] == name), None)
    context = {"record": record, "rows": found[:MOST], "more": len(found) > MOST, "kept": kept, "said": said_of(name),
               "period": period_of(record, clock.today())}  # fmt: skip
    return render(request, "managementreview/rows.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One review in the comparison of all."""

    review: ManagementReview
    late: int
    leaders: Sequence[str]
    left_out: int
    decided: int
    done: int
    came: Mapping[str, bool | None]


@require_GET
def over_time(request: SignedInRequest) -> HttpResponse:
    """Whether reviews came when planned, who took part by department, and what became of the decisions (M103, M146)."""
    rows = ManagementReview.objects.filter(exercise=False).exclude(state=VOID)
    reviews = sorted(rows.order_by("-pk")[:MOST_REVIEWS], key=lambda each: each.held_on or each.due or clock.today())
    actions = list(
        ManagementAction.objects.filter(review__in=[each.pk for each in reviews]).exclude(state=VOID)
        .values_list("review", "state")
    )  # fmt: skip
    lines = [_line(each, [state for review, state in actions if review == each.pk]) for each in reviews]
    held = [line for line in lines if line.review.figures_on]
    names = sorted({name for line in held for name in line.came})
    matrix = [(name, [line.came.get(name) for line in held]) for name in names]
    context = {"lines": lines, "held": held, "matrix": matrix, "today": clock.today()}
    return render(request, "managementreview/over_time.html", context)


def _line(review: ManagementReview, states: Sequence[str]) -> Line:
    came: dict[str, bool | None] = {line["department"]: False for line in review.missing}
    came |= {line["department"]: True for line in review.attendance if line["present"] and line["department"]}
    leaders = [line["name"] for line in review.attendance if line["top"] and line["present"]]
    left_out = sum(bool(line["left_out"].strip()) and not line["says"].strip() for line in review.inputs)
    finished = sum(state == DONE.name for state in states)
    return Line(review, lateness(review), leaders, left_out, len(states), finished, came)


SCREENS = (
    Screen(name="pack", path="inputs", view=inputs, on_record=True, menu=gettext_lazy("Inputs and figures")),
    Screen(name="behind", path="rows", view=behind, on_record=True),
    Screen(name="over_time", path="management-reviews", view=over_time,
           menu=gettext_lazy("Management reviews over time")),
)  # fmt: skip
