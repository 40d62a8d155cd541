"""What views share: finding the record through the reader's eyes, doing an action, and going back to the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from gemba.kernel.actions.base import Action
from gemba.kernel.reading import find_by_number
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.types import RecordType, registry
from gemba.web.errors import refused, status_of
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest

UNPROCESSABLE = 422


def declared_of(request: SignedInRequest, kind: str) -> RecordType[Any]:
    """The declaration of a kind this person may read at all; any other is not there."""
    if kind not in registry:
        raise Http404
    declared = registry.named(kind)
    if not request.access.everything and not request.access.roles & set(declared.permissions.read):
        raise Http404
    return declared


def record_of(request: SignedInRequest, kind: str, number: str) -> tuple[RecordType[Any], Any]:
    """The declaration and the full record, as far as this person may see it; hidden and missing are the same."""
    declared = declared_of(request, kind)
    record = find_by_number(declared.model, number)
    if record is None:
        raise Http404
    return declared, record


def url_of(record: Record) -> str:
    return reverse("record", args=[record.kind, record.number])


def is_htmx(request: SignedInRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def go(request: SignedInRequest, url: str) -> HttpResponse:
    """To another page, also out of a dialog. The page behind the dialog is loaded anew; an anchor alone would not."""
    if is_htmx(request):
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
        same = here == urlsplit(url).path
        return HttpResponse(status=204, headers={"HX-Refresh": "true"} if same else {"HX-Redirect": url})
    return HttpResponseRedirect(url)


def done(request: SignedInRequest, record: Record, sentence: str, anchor: str = "") -> HttpResponse:
    messages.success(request, sentence)
    return go(request, url_of(record) + anchor)


@dataclass(frozen=True, slots=True)
class Question:
    """A page, or dialog, that asks something before an action is done."""

    title: str
    lead: str
    submit: str
    record: Record
    danger: bool = False


def ask(request: SignedInRequest, question: Question, form: forms.Form, status: int = 200) -> HttpResponse:
    template = "web/ask_dialog.html" if is_htmx(request) else "web/ask.html"
    return render(request, template, {"question": question, "form": form, "record": question.record}, status=status)


def answer(
    request: SignedInRequest, question: Question, form: PlainForm, action: Callable[[], Action[Any]],
    sentence: Callable[[Any], str], *, anchor: str = "", may: bool = True,
) -> HttpResponse:  # fmt: skip
    """Show the question, or do the action. Whatever is refused comes back with everything that was typed."""
    if request.method != "POST":
        return ask(request, question, form) if may else not_yours(request)
    if not form.is_valid():
        return ask(request, question, form, UNPROCESSABLE)
    try:
        result = action().execute()
    except Invalid as refusal:
        form.refuse(refusal)
        return ask(request, question, form, UNPROCESSABLE)
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return ask(request, question, form, status_of(refusal))
    return done(request, question.record, sentence(result), anchor)


def not_yours(request: SignedInRequest) -> HttpResponse:
    """Said before a form is shown that would only be refused."""
    return refused(request, NotAllowed(_("Your roles let you read this record, not change it.")))


def acting(request: SignedInRequest, reason: str = "") -> dict[str, Any]:
    """Who acts and why, as every action takes it."""
    return {"actor": request.actor, "access": request.access, "reason": reason.strip()}
