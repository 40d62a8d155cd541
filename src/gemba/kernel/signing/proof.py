"""Proof, just now, that the person at the screen is the one who signs (21 CFR 11.200).

The first signing of a session needs every component the account has: password, and a code where one is set up. Later
signings in the same continuous session need at least one. After a pause, all of them again. Only a person at a screen
can prove anything: tokens, jobs, links and commands have no way to make a `Proof`.
"""

import datetime as dt
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import NotProven
from gemba.kernel.trail.models import SecurityEvent

SESSION_KEY = "gemba_signing_proved"
FAILURES_BEFORE_BLOCK = 3
BLOCK = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Proof:
    """Made by `prove` alone; good for one ceremony that follows at once."""

    person: Person
    factors: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    password: str = ""
    code: str = ""


def needs(account: Account, session: MutableMapping[str, Any]) -> tuple[str, ...]:
    """What the sign dialog must ask for now: `password`, `code`."""
    second = ("code",) if _authenticator(account) else ()
    return ("password",) if _continuous(session) else ("password", *second)


def prove(account: Account, credentials: Credentials, session: MutableMapping[str, Any], address: str | None) -> Proof:
    """Check the components or raise `NotProven`. The third failure in a row blocks signing for a while."""
    now = timezone.now()
    if account.signing_blocked_until and account.signing_blocked_until > now:
        raise NotProven(_("Signing is blocked for this account until %s.") % _clock(account.signing_blocked_until))
    factors = _factors(account, credentials, required=needs(account, session))
    if factors is None:
        _failed(account, now, address)
        raise NotProven(_("Your identity could not be confirmed. Check what you typed and sign again."))
    session[SESSION_KEY] = now.timestamp()
    SecurityEvent.objects.create(what="signing.proved", person=account.person, address=address)
    return Proof(account.person, factors, now)


def _clock(moment: dt.datetime) -> str:
    return f"{moment:%H:%M} UTC"


def _continuous(session: MutableMapping[str, Any]) -> bool:
    proved = session.get(SESSION_KEY)
    return proved is not None and timezone.now().timestamp() - proved < settings.GEMBA_IDLE_SECONDS


def _authenticator(account: Account) -> Authenticator | None:
    found: Authenticator | None = Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).first()
    return found


def _factors(account: Account, given: Credentials, *, required: tuple[str, ...]) -> str | None:
    used = []
    if "password" in required:
        if not given.password or not account.check_password(given.password):
            return None
        used.append("pwd")
    if "code" in required:
        authenticator = _authenticator(account)
        if authenticator is None:
            return None
        wrapped: Any = authenticator.wrap()  # type: ignore[no-untyped-call]
        if not wrapped.validate_code(given.code):
            return None
        used.append("totp")
    return "+".join(used)


def _failed(account: Account, now: dt.datetime, address: str | None) -> None:
    mine = SecurityEvent.objects.filter(person=account.person, what__in=("signing.failed", "signing.proved"))
    SecurityEvent.objects.create(what="signing.failed", person=account.person, address=address)
    latest = mine.filter(at__gte=now - BLOCK).order_by("-id").values_list("what", flat=True)
    recent = list(latest[:FAILURES_BEFORE_BLOCK])
    if recent == ["signing.failed"] * FAILURES_BEFORE_BLOCK:
        account.signing_blocked_until = now + BLOCK
        account.save(update_fields=["signing_blocked_until"])
        SecurityEvent.objects.create(what="signing.blocked", person=account.person, address=address)
