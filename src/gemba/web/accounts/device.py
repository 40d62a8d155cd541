"""Browsers that have signed in before keep their own count of failures, so that no stranger can lock them out."""

import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from gemba.kernel.entrance.brake import account_key

COOKIE = "gemba_device"
SALT = "gemba.device"
KEPT = 180 * 24 * 3600
"""Seconds for which a browser is remembered."""
MOST_ACCOUNTS = 8


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def known_device(request: HttpRequest, email: str) -> str | None:
    """The counter of this browser, if somebody signed in from it to that account before."""
    found = _read(request)
    return f"device:{found['id']}" if account_key(email) in found.get("accounts", ()) else None


def remember_device(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Set the cookie. It opens nothing: it only says that this browser is no stranger."""
    found = _read(request)
    accounts = [account_key(email), *(key for key in found.get("accounts", ()) if key != account_key(email))]
    value = {"id": found.get("id") or secrets.token_hex(12), "accounts": accounts[:MOST_ACCOUNTS]}
    response.set_cookie(
        COOKIE, signing.dumps(value, salt=SALT), max_age=KEPT, path="/accounts/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
