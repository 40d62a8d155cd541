"""Steps along the lifecycle: plain ones, and signed ones with the sign page or dialog (21 CFR 11.50, 11.200)."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.write import Assign
from gemba.kernel.attachments.models import files_of
from gemba.kernel.lifecycle.machine import Transition, UnknownTransitionError
from gemba.kernel.records.models import content_digest
from gemba.kernel.refusals import Conflict, Invalid, NotProven, Refused
from gemba.kernel.rights import may_change
from gemba.kernel.signing.proof import Credentials, needs, objection, offers_passkey, passkey_options, prove
from gemba.kernel.trail.models import ChainHead
from gemba.kernel.types import RecordType
from gemba.web.errors import refused, status_of
from gemba.web.forms import AssignForm, ReasonForm, SignForm
from gemba.web.middleware import SignedInRequest, client_address
from gemba.web.record_page import besides_sections, sections_of, signatures_of
from gemba.web.timeline import since
from gemba.web.views.common import UNPROCESSABLE, Question, acting, answer, done, is_htmx, record_of

FORBIDDEN, CONFLICT = 403, 409
GIVEN_LATER = "-"


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def step(request: SignedInRequest, kind: str, number: str, name: str) -> HttpResponse:
    """Take a transition, or show what it asks for first."""
    declared, record = record_of(request, kind, number)
    try:
        transition = declared.lifecycle.transition(name)
    except UnknownTransitionError:
        raise Http404 from None
    if transition.signature:
        return Signing(request, declared, record, transition).respond()
    return _plain(request, declared, record, transition)


def _plain(
    request: SignedInRequest, declared: RecordType[Any], record: Any, transition: Transition[Any]
) -> HttpResponse:
    trial: Advance[Any] = Advance(record=record, name=transition.name, **acting(request, GIVEN_LATER))
    if refusal := trial.objection() or trial.gate():
        return refused(request, refusal)
    form = ReasonForm(request.POST if request.method == "POST" else None, required=transition.reason)
    lead = _("%(number)s becomes: %(state)s.") % {"number": record.number, "state": transition.target.label}
    question = Question(str(transition.label), lead, str(transition.label), record, transition.rejects)

    def action() -> Advance[Any]:
        return Advance(record=record, name=transition.name, **acting(request, form.cleaned_data["reason"]))

    return answer(request, question, form, action, lambda changed: _now(declared, changed))


def _now(declared: RecordType[Any], record: Any) -> str:
    label = declared.lifecycle.state(record.state).label
    return _("%(number)s is now: %(state)s.") % {"number": record.number, "state": label}


@dataclass(frozen=True)
class Signing:
    """The sign page: what is signed, what it means, and the proof of who signs."""

    request: SignedInRequest
    declared: RecordType[Any]
    record: Any
    transition: Transition[Any]

    def respond(self) -> HttpResponse:
        trial: Advance[Any] = Advance(
            record=self.record, name=self.transition.name, **acting(self.request, GIVEN_LATER)
        )
        if refusal := trial.objection() or trial.gate():
            return refused(self.request, refusal)
        if self.request.method != "POST":
            if sentence := objection(self.request.user):
                return refused(self.request, NotProven(sentence))
            return self.page(self.form(None))
        form = self.form(self.request.POST)
        if not form.is_valid():
            return self.page(form, UNPROCESSABLE)
        return self.sign(form)

    def form(self, data: Any) -> SignForm:
        asked = needs(self.request.user, self.request.session)
        initial = {"seen": self.digest(), "seq": self.position()}
        return SignForm(data, initial=initial, needs=asked, required=self.transition.reason)

    def passkey(self) -> str:
        """The challenge for the browser, where this account has a passkey; a new one for each page."""
        account, session = self.request.user, self.request.session
        return json.dumps(passkey_options(account, session)) if offers_passkey(account) else ""

    def digest(self) -> str:
        return content_digest(self.record, files_of(self.record))

    def position(self) -> int:
        """How far the record's history goes that the reader has seen."""
        head = ChainHead.objects.filter(subject=self.record.subject).values_list("seq", flat=True).first()
        return head or 0

    def sign(self, form: SignForm) -> HttpResponse:
        given = form.cleaned_data
        if given["seen"] != self.digest():
            return self.changed(given["seq"])
        credentials = Credentials(given.get("password", ""), given.get("code", ""), given["passkey"])
        try:
            proof = prove(self.request.user, credentials, self.request.session, client_address(self.request))
            changed = Advance(
                record=self.record, name=self.transition.name, proof=proof, seen=given["seen"],
                **acting(self.request, given["reason"]),
            ).execute()  # fmt: skip
        except NotProven as refusal:
            form.add_error(None, list(refusal.sentences))
            return self.page(form, FORBIDDEN)
        except Conflict:
            return self.changed(given["seq"])
        except Invalid as refusal:
            form.refuse(refusal)
            return self.page(form, UNPROCESSABLE)
        except Refused as refusal:
            form.add_error(None, list(refusal.sentences))
            return self.page(form, status_of(refusal))
        return done(self.request, changed, _("Signed. %s") % _now(self.declared, changed), "#signatures")

    def changed(self, seq: int) -> HttpResponse:
        """Nothing is signed: show what changed, and a fresh page to sign that (SIG-03)."""
        fresh = self.declared.model.objects.select_related("owner", "raised_by", "site", "product").get(
            pk=self.record.pk
        )
        again = Signing(self.request, self.declared, fresh, self.transition)
        return again.page(again.form(None), CONFLICT, since(fresh, self.declared, seq))

    def page(self, form: SignForm, status: int = 200, changes: Any = None) -> HttpResponse:
        record = self.record
        context = {
            "declared": self.declared, "record": record, "transition": self.transition, "form": form,
            "sections": sections_of(record, self.declared, False), "digest": self.digest(),
            "files": files_of(record), "signatures": signatures_of(record), "signer": self.request.access.person,
            "passkey": self.passkey(), "now": timezone.now(), "zone": timezone.get_current_timezone_name(),
            "changes": changes, "besides": besides_sections(record, self.declared),
        }  # fmt: skip
        template = "web/sign_dialog.html" if is_htmx(self.request) else "web/sign.html"
        return render(self.request, template, context, status=status)


@require_http_methods(["GET", "POST"])
def void(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    _declared, record = record_of(request, kind, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    question = Question(
        _("Make %s void") % record.number,
        _("The record ends here. Its number, its content and your reason stay in the register for ever."),
        _("Make void"), record, danger=True,
    )  # fmt: skip
    if request.method != "POST" and (refusal := Void(record=record, **acting(request, GIVEN_LATER)).check()):
        return refused(request, refusal)
    return answer(
        request, question, form, lambda: Void(record=record, **acting(request, form.cleaned_data["reason"])),
        lambda changed: _("%s is void.") % changed.number,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assign(request: SignedInRequest, kind: str, number: str) -> HttpResponse:
    _declared, record = record_of(request, kind, number)
    form = AssignForm(request.POST if request.method == "POST" else None, initial={"owner": record.owner_id})
    question = Question(
        _("Give %s to somebody else") % record.number, _("The new owner is answerable for it from now on."),
        _("Give"), record,
    )  # fmt: skip
    return answer(
        request, question, form,
        lambda: Assign(
            record=record, owner=form.cleaned_data["owner"], **acting(request, form.cleaned_data["reason"])
        ),
        lambda changed: _("It now belongs to %s.") % changed.owner, may=may_change(request.access, record),
    )  # fmt: skip
