"""Who is behind a request over the API, and what it may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from gemba.kernel.access.viewer import current_access
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Account
from gemba.kernel.refusals import NotAllowed
from gemba.kernel.tokens.models import ApiToken


class ByToken(HttpBearer):
    """A token, which the middleware has opened before the person's rights were loaded."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        opened = token_of(request)
        return opened.account if opened else None


class BySession(APIKeyCookie):
    """The session of somebody signed in at a screen. Writes need the CSRF token too."""

    param_name: str = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Account | None:
        """A stranger is asked who they are before anything is said about a missing CSRF token."""
        found: Account | None = super().__call__(request) if request.user.is_authenticated else None
        return found

    def authenticate(self, request: HttpRequest, key: str | None) -> Account | None:
        account = request.user
        return account if isinstance(account, Account) and account.is_authenticated else None


def token_of(request: HttpRequest) -> ApiToken | None:
    found: ApiToken | None = getattr(request, "api_token", None)
    return found


def writer(request: HttpRequest) -> dict[str, Any]:
    """`actor` and `access` for an action. A token made for reading only writes nothing."""
    access, token = current_access(), token_of(request)
    if token and not token.may_write:
        raise NotAllowed(_("This token may only read."))
    return {"actor": Actor(access.person, Via.API, auth="token" if token else "session"), "access": access}
