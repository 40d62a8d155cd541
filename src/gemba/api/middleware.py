"""Opens a request that carries an API token, before rights are loaded. Only under `/api/`."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gemba.kernel.tokens.models import ApiToken, digest_of, token_behind
from gemba.kernel.trail.models import SecurityEvent

SCHEME = "bearer"
REFUSED_FROM = 400
KEPT = ("Allow", "Cache-Control", "WWW-Authenticate")


class TokenMiddleware:
    """`Authorization: Bearer gemba_…` makes the request the person's; a bad token is refused, never ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        request.urlconf = settings.GEMBA_API_URLCONF
        scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != SCHEME:
            return in_one_shape(self.get_response(request))
        token = token_behind(given.strip())
        if token is None:
            return refuse(given.strip())
        request.user = token.account
        request.api_token = token  # type: ignore[attr-defined]
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # no cookie is involved
        return in_one_shape(self.get_response(request))


def in_one_shape(response: HttpResponse) -> HttpResponse:
    """A refusal from below the endpoints (a wrong method, a header too large) as the endpoints word theirs."""
    if response.status_code < REFUSED_FROM or response.get("Content-Type", "").startswith("application/json"):
        return response
    sentence = _("This method is not possible here.") if response.status_code == 405 else response.reason_phrase  # noqa: PLR2004
    headers = {name: response[name] for name in KEPT if response.has_header(name)}
    return JsonResponse({"detail": [sentence]}, status=response.status_code, headers=headers)


def refuse(given: str) -> HttpResponse:
    """401. The use of a token that once was one is noted (AUD-06); what strangers make up fills no log."""
    once = ApiToken.objects.select_related("account").filter(digest=digest_of(given)).first()
    if once is not None:
        SecurityEvent.objects.create(what="token.refused", person_id=once.account.person_id, target=once.name)
    detail = [_("This token opens nothing (any more).")]
    return JsonResponse({"detail": detail}, status=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
