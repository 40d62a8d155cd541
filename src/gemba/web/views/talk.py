"""Comments, tasks, watching and notices."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gemba.kernel.actions.talk import LONGEST_COMMENT, AskFor, FinishTask, Say
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import unwatch, watch
from gemba.kernel.notices.visible import latest_notices
from gemba.kernel.records.models import Record
from gemba.kernel.rights import may_change, may_comment
from gemba.kernel.tasks.models import Task
from gemba.web.choosing import PersonField
from gemba.web.forms import DateInput, PlainForm
from gemba.web.middleware import SignedInRequest, for_anybody
from gemba.web.views.common import Question, acting, answer, done, record_of

YEAR = 365 * 24 * 3600


class CommentForm(PlainForm):
    text = forms.CharField(
        label=gettext_lazy("Comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Write @ and a full name to tell somebody. A comment cannot be changed later."),
    )  # fmt: skip


class TaskForm(PlainForm):
    what = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    person = PersonField(label=gettext_lazy("Who"))
    due = forms.DateField(label=gettext_lazy("Until"), required=False, widget=DateInput())


@require_http_methods(["GET", "POST"])
def comment(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    _declared, record = record_of(request, kind, number)
    form = CommentForm(request.POST if request.method == "POST" else None)
    question = Question(
        _("Comment on %s") % record.number, _("Everybody who may read the record reads this."), _("Comment"), record
    )
    return answer(
        request, question, form, lambda: Say(record=record, text=form.cleaned_data["text"], **acting(request)),
        lambda _said: _("Your comment stands."), anchor="#comments", may=may_comment(request.access, record),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def task(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    _declared, record = record_of(request, kind, number)
    form = TaskForm(request.POST if request.method == "POST" else None, initial={"person": request.access.person.pk})
    question = Question(
        _("Ask somebody to do something"), _("It stands on their page until it is done."), _("Ask"), record
    )

    def action() -> AskFor[Any]:
        given = form.cleaned_data
        return AskFor(record=record, what=given["what"], person=given["person"], due=given["due"], **acting(request))

    return answer(
        request, question, form, action, lambda made: _("Asked: %s") % made.what, anchor="#tasks",
        may=may_change(request.access, record),
    )  # fmt: skip


@require_POST
def finish_task(request: SignedInRequest, pk: int) -> HttpResponse:
    """Done, or withdrawn. A task of a record that one may not see is not there."""
    found = Task.objects.filter(pk=pk, record__in=Record.objects.all()).select_related("record").first()
    if found is None:
        raise Http404
    withdraw = request.POST.get("outcome") == "withdraw"
    FinishTask(task=found, withdraw=withdraw, **acting(request)).execute()
    sentence = _("Withdrawn: %s") if withdraw else _("Done: %s")
    if request.POST.get("from") == "home":
        messages.success(request, sentence % found.what)
        return HttpResponseRedirect(reverse("home"))
    return done(request, found.record, sentence % found.what, "#tasks")


@require_POST
def follow(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    """Watch a record, or stop."""
    _declared, record = record_of(request, kind, number)
    if request.POST.get("watch") == "no":
        unwatch(record, request.access.person)
        return done(request, record, _("You no longer hear of changes."))
    watch(record, request.access.person)
    return done(request, record, _("You will hear of every change."))


@require_GET
def notices(request: SignedInRequest) -> HttpResponse:
    return render(request, "web/notices.html", {"notices": latest_notices()})


@require_POST
def notices_seen(request: SignedInRequest) -> HttpResponse:
    Notice.objects.filter(person=request.access.person, seen_at=None).update(seen_at=timezone.now())
    return HttpResponseRedirect(reverse("notices"))


@for_anybody
@require_POST
def theme(request: SignedInRequest) -> HttpResponse:
    """Light, dark, or as the device says; kept in this browser."""
    chosen = request.POST.get("theme", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in ("light", "dark"):
        response.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie("theme")
    return response
