"""Every signed-in request has an actor and a scope before any view runs; without them no record can be read.

Sessions end after idle time and after a day's work, whatever the browser does. Somebody without a role in force sees
nothing. An auditor only reads, and each page an auditor reads is noted.
"""

import ipaddress
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actor import Actor, Via
from gemba.kernel.entrance.factors import factors_of
from gemba.kernel.people.models import Account
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import touch
from gemba.kernel.trail.models import SecurityEvent
from gemba.kernel.types import registry
from gemba.web.errors import forbidden

Handler = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])

STARTED, SEEN = "gemba_started", "gemba_seen"
POLL = "X-Gemba-Poll"
"""A request that the page makes by itself carries this header, and does not count as use."""
WRITE_SEEN_EVERY = 30.0
"""Seconds within which further requests do not write the session again."""
READING = ("GET", "HEAD", "OPTIONS")
ENTRANCE = "/accounts/"
DENIED = (403, 404)


class SignedInRequest(HttpRequest):
    """A request behind the sign-in: `user` is an account, `actor` and `access` say who acts and what may be seen."""

    user: Account
    actor: Actor
    access: Access


def for_anybody(view: View) -> View:
    """Mark a view that needs a sign-in but no role: it shows and changes only what is one's own."""
    view.for_anybody = True  # type: ignore[attr-defined]
    return view


def client_address(request: HttpRequest) -> str | None:
    """Where the request comes from. What the client itself says of that counts only behind a proxy of ours (AUT-01)."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.GEMBA_PROXY else ""
    found = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")
    return _plain_address(str(found))


def _plain_address(text: str) -> str | None:
    host = text.split(":", 1)[0] if text.count(":") == 1 else text
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return None


def note(
    request: HttpRequest, what: str, *, account: Account | None = None, target: str = "", detail: str = ""
) -> None:
    """A security event about this request. Never give it anything that was typed into a password field."""
    person = account.person if account else None
    target = target.replace("\0", "\N{REPLACEMENT CHARACTER}")[:200]
    SecurityEvent.objects.create(
        what=what, person=person, target=target, detail=detail[:400], address=client_address(request)
    )


class TimeoutMiddleware:
    """Ends a session after idle time and after a working day (AUT-07)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated and not by_token(request)
        ended = self._end_if_over(request) if signed_in else ""
        response = self.get_response(request)
        to_sign_in = response.status_code == 302 and response.get("Location", "").startswith(  # noqa: PLR2004
            reverse("account_login")
        )
        if not to_sign_in:
            return response
        target = response["Location"]
        if ended:
            target += f"{'&' if '?' in target else '?'}ended={ended}"
        return _redirect(request, target)

    def _end_if_over(self, request: HttpRequest) -> str:
        now, session = time.time(), request.session
        started, seen = session.setdefault(STARTED, now), session.setdefault(SEEN, now)
        ended = ""
        if now - seen > settings.GEMBA_IDLE_SECONDS:
            ended = "idle"
        elif now - started > settings.GEMBA_SESSION_SECONDS:
            ended = "long"
        if ended:
            account = request.user if isinstance(request.user, Account) else None
            note(request, f"session.{ended}", account=account)
            logout(request)
        elif now - seen > WRITE_SEEN_EVERY and POLL not in request.headers:
            session[SEEN] = now
            touch(session)
        return ended


def begin_session(request: HttpRequest) -> None:
    """From now on both times run."""
    request.session[STARTED] = request.session[SEEN] = time.time()


def _redirect(request: HttpRequest, target: str) -> HttpResponse:
    """A part of a page cannot be replaced by the sign-in page: the browser goes there as a whole."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


class ScopeMiddleware:
    """Loads the rights of the person once per request and looks through their eyes while the view runs."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        account = request.user
        if not isinstance(account, Account) or not account.is_authenticated:
            return self.get_response(request)
        access = access_of(account.person, registry.readers())
        request.access = access  # type: ignore[attr-defined]
        request.actor = acting_person(request, account)  # type: ignore[attr-defined]
        with seeing(access):
            response = self.get_response(request)
        self._afterwards(request, response, account, access)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        if "\0" in request.path:
            raise Http404  # no name of anything holds it, and PostgreSQL refuses to look for it
        access: Access | None = getattr(request, "access", None)
        account = request.user
        if access is None or not isinstance(account, Account) or request.path.startswith(ENTRANCE):
            return None
        if not by_token(request) and _lacks_factor(request, account, access):
            return _redirect(request, reverse("mfa_index"))
        if getattr(view, "for_anybody", False) or _is_entrance(request, view):
            return None
        if not access.grants or (_only_reads(access) and request.method not in READING):
            return _refuse(request)
        return None

    @staticmethod
    def _afterwards(request: HttpRequest, response: HttpResponse, account: Account, access: Access) -> None:
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        match = request.resolver_match
        if response.status_code in DENIED and (response.status_code == DENIED[0] or (match and match.kwargs)):
            note(request, "denied", account=account, target=request.path, detail=str(request.method))
        elif _only_reads(access) and response.status_code < 300 and not request.path.startswith(ENTRANCE):  # noqa: PLR2004
            note(request, "viewed", account=account, target=request.get_full_path())


def acting_person(request: HttpRequest, account: Account) -> Actor:
    """A token is never a person at a screen, so nothing can be signed with one (SIG-10)."""
    if by_token(request):
        return Actor(account.person, Via.API, auth="token", address=client_address(request))
    return Actor(account.person, Via.UI, auth=factors(request), address=client_address(request))


def by_token(request: HttpRequest) -> bool:
    """Whether an API token opened this request; it has no session that could end."""
    return getattr(request, "api_token", None) is not None


def _is_entrance(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """Pages for those not signed in are open to those who are; endpoints ask for a token instead, and for a role."""
    return getattr(view, "login_required", True) is False and not request.path.startswith("/api/")


def _refuse(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": [_("None of your roles reaches this.")]}, status=DENIED[0])
    return forbidden(request)


def _only_reads(access: Access) -> bool:
    return access.roles == {Role.AUDITOR}


def signing_roles() -> frozenset[Role]:
    """The roles that some declared step lets sign, and the administrator, who opens doors to others."""
    signed = {
        Role(role)
        for declared in registry
        for step in declared.lifecycle.transitions
        if step.signature
        for role in step.by
    }
    return frozenset({*signed, Role.ADMINISTRATOR})


def _lacks_factor(request: HttpRequest, account: Account, access: Access) -> bool:
    """Whether a second factor must be set up first. Asks the database only where the session shows none."""
    required = settings.GEMBA_REQUIRE_MFA
    if required == "nobody" or "mfa" in _methods(request):
        return False
    if required == "signers" and not access.roles & signing_roles():
        return False
    return not factors_of(account)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    found = request.session.get("account_authentication_methods", [])
    return [entry for entry in found if isinstance(entry, dict)]


def _methods(request: HttpRequest) -> set[str]:
    return {str(entry.get("method")) for entry in _records(request)}


def factors(request: HttpRequest) -> str:
    """How this session was opened, as allauth recorded it: `password`, `password+totp`, `webauthn` for a passkey."""
    kinds = (str(entry.get("type") or entry.get("method")) for entry in _records(request))
    return "+".join(dict.fromkeys(kinds)) or "session"
