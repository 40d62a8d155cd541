"""Every signed-in request has an actor and a scope before any view runs; without them no record can be read."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Account
from gemba.kernel.types import registry


class SignedInRequest(HttpRequest):
    """A request behind the sign-in: `user` is an account, `actor` and `access` say who acts and what may be seen."""

    user: Account
    actor: Actor
    access: Access


class ScopeMiddleware:
    """Loads the rights of the person once per request and looks through their eyes while the view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account) or not account.is_authenticated:
            return self.get_response(request)
        access = access_of(account.person, registry.readers())
        request.access = access  # type: ignore[attr-defined]
        request.actor = Actor(account.person, Via.UI, auth=factors(request))  # type: ignore[attr-defined]
        with seeing(access):
            return self.get_response(request)


def factors(request: HttpRequest) -> str:
    """How this session was opened, as allauth recorded it: `password`, `password+totp`, `mfa` for a passkey."""
    methods = request.session.get("account_authentication_methods", [])
    return "+".join(dict.fromkeys(str(entry.get("type") or entry.get("method")) for entry in methods)) or "session"
