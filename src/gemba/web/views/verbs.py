"""A module's own verbs: the page or dialog that asks for what they need, and doing them."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gemba.kernel.actions.verbs import Do
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, Refused
from gemba.kernel.types import Verb
from gemba.web.errors import refused, status_of
from gemba.web.forms import PlainForm, ReasonForm
from gemba.web.middleware import SignedInRequest
from gemba.web.views.common import UNPROCESSABLE, Question, acting, ask, done, go, is_htmx, record_of

GIVEN_LATER = "-"
LONGEST_VERSION = 9
SEEN = "seen_version"
"""The version of the record that stood on the page."""


@require_http_methods(["GET", "POST"])
def verb(request: SignedInRequest, kind: str, number: str, name: str) -> HttpResponse:
    """Show what the verb asks for, or do it and go to the record it answers."""
    declared, record = record_of(request, kind, number)
    found = declared.verb(name)
    if found is None:
        raise Http404
    trial: Do[Any] = Do(record=record, name=name, **acting(request, GIVEN_LATER))
    if refusal := trial.objection():
        return refused(request, refusal)
    sent = request.method == "POST"
    form = verb_form(found, record, request.access, request.POST if sent else None, request.FILES if sent else None)
    form.fields[SEEN] = forms.CharField(widget=forms.HiddenInput, required=False, initial=record.version)
    question = Question(str(found.label), _lead(found, record), str(found.label), record)
    if not sent and is_htmx(request) and form.wide:
        return go(request, request.path)
    if not sent:
        return ask(request, question, form)
    return _done(request, question, form, found)


def verb_form(found: Verb[Any], record: Any, access: Any, data: Any, files: Any) -> PlainForm:
    """What the verb asks for, and the reason where it wants one."""
    if found.form is None:
        return ReasonForm(data) if found.reason else PlainForm(data)
    form: PlainForm = found.form(data, files, record=record, access=access)
    if found.reason and "reason" not in form.fields:
        form.fields["reason"] = ReasonForm.base_fields["reason"]
    return form


def _lead(found: Verb[Any], record: Record) -> str:
    return str(found.help) or f"{record.number} {record.title}"


def _done(request: SignedInRequest, question: Question, form: PlainForm, found: Verb[Any]) -> HttpResponse:
    if not form.is_valid():
        return ask(request, question, form, UNPROCESSABLE)
    values = {name: value for name, value in form.cleaned_data.items() if name != SEEN}
    reason = values.pop("reason", "") if found.reason else ""
    try:
        result = Do(
            record=question.record, name=found.name, values=values, version=_version(form, found),
            **acting(request, reason),
        ).execute()  # fmt: skip
    except Invalid as refusal:
        form.refuse(refusal)
        return ask(request, question, form, UNPROCESSABLE)
    except Conflict as conflict:
        return _changed(request, question, form, conflict)
    except Refused as refusal:
        form.add_error(None, list(refusal.sentences))
        return ask(request, question, form, status_of(refusal))
    same = result.pk == question.record.pk
    said = _("Done: %s.") if same else _("Done: %s. This is what came of it.")
    return done(request, result, said % found.label)


def _version(form: PlainForm, found: Verb[Any]) -> int | None:
    """Only what was filled in with a version before one's eyes can be built on another one by mistake."""
    seen = form.cleaned_data.get(SEEN) or ""
    return int(seen) if found.form and seen.isascii() and seen.isdigit() and len(seen) <= LONGEST_VERSION else None


def _changed(request: SignedInRequest, question: Question, form: PlainForm, conflict: Conflict) -> HttpResponse:
    """Nothing typed is lost; sent once more, it is done to the record as it stands now."""
    current = conflict.current
    if isinstance(current, Record):
        typed: Any = form.data
        typed = typed.copy()
        typed[SEEN] = str(current.version)
        form.data = typed
        form.add_error(None, [*conflict.sentences, _("Look at it, then send this again to do it all the same.")])
    else:
        form.add_error(None, list(conflict.sentences))
    return ask(request, question, form, status_of(conflict))
