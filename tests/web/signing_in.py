"""Signing in as a browser does it, for tests of the entrance."""

from typing import Any

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponse
from django.test import Client

from gemba.kernel.people.models import Person
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import PASSWORD

LOGIN = "/accounts/login/"


def try_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> HttpResponse:
    found: Any = client.post(LOGIN, {"login": email, "password": password}, **more)
    response: HttpResponse = found
    return response


def is_in(client: Client) -> bool:
    """Whether the client is signed in now: the page of one's own sign-in opens."""
    return bool(client.get("/accounts/sessions/").status_code == 200)


def totp_of(who: Person) -> str:
    """Give the person an authenticator app and return its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(who.account, secret)
    return secret


def code(secret: str, ahead: int = 0) -> str:
    """The code that the app shows now, or `ahead` periods later; the middle of what the tolerance accepts."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2] + ahead)))


def security(what: str) -> list[SecurityEvent]:
    return list(SecurityEvent.objects.filter(what=what).order_by("pk"))
