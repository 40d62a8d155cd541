"""Move the due date of a record, ask for it, or keep it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gemba.kernel.actions.due import ExtendDue, KeepDue, asked, deciders, may_decide, promised
from gemba.kernel.rights import may_change
from gemba.kernel.tasks.models import Task
from gemba.web.forms import ExtendForm, ReasonForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import Question, acting, answer, record_of


class KeepForm(ReasonForm):
    """Why the day stays."""

    keep = forms.CharField(max_length=1, initial="1", widget=forms.HiddenInput)


def day(record: Any) -> str:
    return date_format(record.due, "j M Y") if record.due else "-"


@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    """The owner asks for another day, somebody else who may change the record moves it; `keep=1` declines."""
    _declared, record = record_of(request, kind, number)
    waiting = asked(record)
    if "1" in (request.GET.get("keep"), request.POST.get("keep")):
        return _keep(request, record, waiting)
    alone = may_decide(request.access, record) or not promised(record)
    initial = {"due": record.due}
    if waiting and alone:
        initial["due"] = waiting[-1].wanted
    form = ExtendForm(request.POST if request.method == "POST" else None, initial=initial)
    asks = not alone and record.due is not None and bool(deciders(record, besides=request.access.person))
    question = Question(
        _("Move the due date of %s") % record.number, _lead(record, waiting, alone=alone, asks=asks),
        _("Ask for it") if asks else _("Move the date"), record,
    )  # fmt: skip

    def sentence(changed: Any) -> str:
        if changed.due == form.cleaned_data["due"]:
            return _("The due date is moved.")
        return _("Asked. Until somebody else agrees, %s counts.") % day(changed)

    return answer(
        request, question, form,
        lambda: ExtendDue(
            record=record, due=form.cleaned_data["due"], **acting(request, form.cleaned_data["reason"])
        ),
        sentence, may=may_change(request.access, record),
    )  # fmt: skip


def _lead(record: Any, waiting: list[Task], *, alone: bool, asks: bool) -> str:
    stays = _("The first date and the number of extensions stay visible.")
    if asks:
        return _("It is yours: somebody else decides about a later day, and %s counts until then.") % day(record)
    if alone:
        wanted = [_("%(who)s asks: %(what)s") % {"who": task.asked_by, "what": task.what} for task in waiting]
        return " ".join([*wanted, stays])
    if record.due is None:
        return stays
    return _("Nobody else could decide about it here, so you move it yourself; the history says so. %s") % stays


def _keep(request: SignedInRequest, record: Any, waiting: list[Task]) -> HttpResponse:
    form = KeepForm(request.POST if request.method == "POST" else None)
    wanted = " ".join(_("%(who)s asks: %(what)s") % {"who": task.asked_by, "what": task.what} for task in waiting)
    question = Question(_("Keep the due date of %s") % record.number, wanted, _("Keep the date"), record)
    return answer(
        request, question, form, lambda: KeepDue(record=record, **acting(request, form.cleaned_data["reason"])),
        lambda kept: _("%s stays the due date.") % day(kept), may=may_decide(request.access, record),
    )  # fmt: skip
