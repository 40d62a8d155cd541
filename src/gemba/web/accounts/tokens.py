"""One's own API tokens: made here by a person who has just proved who they are, shown once, withdrawn here."""

from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from gemba.kernel.actions.tokens import MakeToken, WithdrawToken
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.tokens.models import LONGEST_LIFE, ApiToken
from gemba.web.errors import refused
from gemba.web.forms import PlainForm
from gemba.web.middleware import SignedInRequest

SHOWN = 50
UNPROCESSABLE = 422


class TokenForm(PlainForm):
    name = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=80,
        help_text=gettext_lazy("Such as: figures from the test bench"),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days it is good for"), min_value=1, max_value=LONGEST_LIFE.days, initial=90
    )
    may_write = forms.BooleanField(label=gettext_lazy("it may also write, within my rights"), required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables()
def tokens(request: SignedInRequest) -> HttpResponse:
    """The list and the form; after making one, the token itself, this once.

    Whoever opens it proves anew who they are. A form that comes too late is not kept until then: it is filled in again.
    """
    if not did_recently_reauthenticate(request):
        if request.method == "POST":
            return redirect("tokens")
        raise ReauthenticationRequired
    form = TokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = MakeToken(**acting(request), **form.cleaned_data).execute().secret
        except Invalid as refusal:
            form.refuse(refusal)
        except Refused as refusal:
            return refused(request, refusal)
    return _page(request, TokenForm() if secret else form, secret)


def _page(request: SignedInRequest, form: TokenForm, secret: str) -> HttpResponse:
    mine = ApiToken.objects.filter(account=request.user).select_related("account__person")[:SHOWN]
    context = {"form": form, "secret": secret, "tokens": mine}
    return render(request, "account/tokens.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """From the next request on it opens nothing. Somebody else's token is not found."""
    token = ApiToken.objects.filter(pk=pk, account=request.user, withdrawn=None).first()
    if token is None:
        raise Http404
    WithdrawToken(token=token, **acting(request)).execute()
    messages.success(request, _("The token “%s” opens nothing any more.") % token.name)
    return redirect("tokens")


def acting(request: SignedInRequest) -> dict[str, Any]:
    return {"actor": request.actor, "access": request.access}
