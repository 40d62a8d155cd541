"""Pages of the entrance that are ours: one-time links and a forgotten password."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from gemba.kernel.actions.accounts import (
    EndSessions,
    LinkUsedUpError,
    first_administrator,
    follow_link,
    send_password_link,
)
from gemba.kernel.entrance import brake
from gemba.kernel.entrance.links import find_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.people.models import Account
from gemba.kernel.refusals import Invalid, Refused
from gemba.web.accounts.forms import FirstForm, ForgottenForm, PasswordForm, rules
from gemba.web.middleware import SignedInRequest, client_address, for_anybody, note


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, uid: str, secret: str) -> HttpResponse:
    """A one-time link. Looking does not use it up, mail scanners look at every link; only the form does."""
    link = find_link(uid, secret)
    if link is None:
        return _used_up(request)
    first = link.purpose == OneTimeLink.Purpose.START
    kind = FirstForm if first else PasswordForm
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = _use(uid, secret, form, first=first)
        except LinkUsedUpError:
            return _used_up(request)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            note(request, f"link.{link.purpose}", account=account)
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect("account_login")
    context = {"form": form, "link": link, "first": first, "rules": rules()}
    return render(request, "account/welcome.html", context, status=422 if form.errors else 200)


@sensitive_variables()
def _use(uid: str, secret: str, form: Form, *, first: bool) -> Account:
    given = form.cleaned_data
    if first:
        return first_administrator(
            uid, secret, name=given["name"], email=given["email"], password=given["password"]
        )  # fmt: skip
    return follow_link(uid, secret, given["password"])


def _explain(form: Form, refusal: Refused) -> None:
    fields = refusal.fields if isinstance(refusal, Invalid) else {"": refusal.sentences}
    for name, sentences in fields.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def _used_up(request: HttpRequest) -> HttpResponse:
    """The same answer for used, old, withdrawn and invented links."""
    return render(request, "account/link_used_up.html", status=404)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a new password. The answer does not tell whether there is such an account."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = brake.attempt((f"forgotten:{client_address(request)}", brake.ACCOUNT))
        email = form.cleaned_data["email"].casefold()
        account = Account.objects.select_related("person").filter(email=email).first()
        if isinstance(asked, brake.Attempt) and account is not None and account.may_enter:
            one = brake.attempt((f"forgotten:{brake.account_key(email)}", brake.ACCOUNT))
            if isinstance(one, brake.Attempt):
                send_password_link(account.person)
                note(request, "password.link-asked", account=account)
        return render(request, "account/password_reset_done.html")
    return render(request, "account/password_reset.html", {"form": form}, status=422 if form.errors else 200)


@for_anybody
@require_POST
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere, here too."""
    EndSessions(actor=request.actor, access=request.access, person=request.user.person).execute()
    return redirect("account_login")
