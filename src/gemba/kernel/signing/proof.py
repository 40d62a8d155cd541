"""Proof, just now, that the person at the screen is the one who signs (21 CFR 11.200).

The first signing of a session needs every component the account has: the password, and a code or passkey where one is
set up. Later signings in the same continuous session need at least one of them. After a pause, all of them again. A
passkey that checked its holder (by finger, face or PIN) is two components in one act and always enough. Only a person
at a screen can prove anything: tokens, jobs, links and commands have no way to make a `Proof`.
"""

import datetime as dt
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from gemba.kernel.entrance.factors import factors_of, use_code
from gemba.kernel.log.standing import signing_refusal
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Account, Person, RoleGrant
from gemba.kernel.refusals import NotProven
from gemba.kernel.roles import Role
from gemba.kernel.signing.passkey import begin, complete
from gemba.kernel.trail.models import SecurityEvent

SESSION_KEY = "gemba_signing_proved"
PASSKEY_KEY = "gemba_signing_challenge"
FAILURES_BEFORE_BLOCK = 3
BLOCK = dt.timedelta(minutes=15)
MARKED = dt.timedelta(hours=24)
"""For this long after others took the second factors away, signatures say so (ACL-13)."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Made by `prove` alone; good for one ceremony that follows at once."""

    person: Person
    factors: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was typed or answered. `passkey` is the browser's answer to the challenge of `passkey_options`."""

    password: str = ""
    code: str = ""
    passkey: Mapping[str, Any] | None = None


def needs(account: Account, session: MutableMapping[str, Any]) -> tuple[str, ...]:
    """What the sign dialog must ask for now: `password`, `code`. A passkey is enough instead, where one is set up.

    Somebody with a passkey and no code app is asked for `passkey` as the second component.
    """
    if _continuous(session):
        return ("password",)
    factors = factors_of(account)
    if "totp" in factors:
        return ("password", "code")
    return ("passkey",) if "webauthn" in factors else ("password",)


def offers_passkey(account: Account) -> bool:
    """Whether the dialog shows the button for a passkey."""
    return "webauthn" in factors_of(account)


def passkey_options(account: Account, session: MutableMapping[str, Any]) -> dict[str, Any]:
    """What the browser passes to `navigator.credentials.get`; a fresh challenge, good for one answer."""
    options, session[PASSKEY_KEY] = begin(account)
    return options


def objection(account: Account) -> str | None:
    """Why this account cannot sign at all now, or None; shown before anybody types."""
    now = timezone.now()
    if not account.may_enter:
        return _("This account is closed.")
    if account.must_enrol:
        return _("Your second factor was taken away. Set up a new one before you sign.")
    if account.signing_blocked_until and account.signing_blocked_until > now:
        until = f"{account.signing_blocked_until:%Y-%m-%d %H:%M} UTC"
        return _("Signing is blocked for this account until %s.") % until
    return signing_refusal()


def prove(account: Account, credentials: Credentials, session: MutableMapping[str, Any], address: str | None) -> Proof:
    """Check the components or raise `NotProven`. The third failure in a row blocks signing for a while."""
    account.refresh_from_db(fields=["signing_blocked_until", "must_enrol", "factors_reset_at", "is_active", "password"])
    now = timezone.now()
    if sentence := objection(account):
        SecurityEvent.objects.create(what="signing.refused", person=account.person, address=address, detail=sentence)
        raise NotProven(sentence)
    factors = _factors(account, credentials, session)
    if factors is None:
        _failed(account, now, address)
        raise NotProven(_("Your identity could not be confirmed. Check what you typed and sign again."))
    session[SESSION_KEY] = now.timestamp()
    if account.factors_reset_at and now - account.factors_reset_at < MARKED:
        factors += " (factor renewed)"
    SecurityEvent.objects.create(what="signing.proved", person=account.person, address=address, detail=factors)
    return Proof(account.person, factors, now)


def touch(session: MutableMapping[str, Any]) -> None:
    """Use of the program keeps the series of signings going; a pause longer than the idle time ends it (SIG-02)."""
    if _continuous(session):
        session[SESSION_KEY] = timezone.now().timestamp()


def _continuous(session: MutableMapping[str, Any]) -> bool:
    proved = session.get(SESSION_KEY)
    return proved is not None and timezone.now().timestamp() - proved < settings.GEMBA_IDLE_SECONDS


def _factors(account: Account, given: Credentials, session: MutableMapping[str, Any]) -> str | None:
    """The components that were proved, or None where one that is needed was not."""
    if given.passkey is not None:
        return _passkey(account, given.passkey, session)
    required = needs(account, session)
    if "passkey" in required:
        return None
    if not given.password or not account.check_password(given.password):
        return None
    if "code" not in required:
        return "pwd"
    return "pwd+totp" if use_code(account, given.code) else None


def _passkey(account: Account, answer: Mapping[str, Any], session: MutableMapping[str, Any]) -> str | None:
    challenge = session.pop(PASSKEY_KEY, None)
    if challenge is None or not complete(account, challenge, answer):
        return None
    return "passkey"


def _failed(account: Account, now: dt.datetime, address: str | None) -> None:
    mine = SecurityEvent.objects.filter(person=account.person, what__in=("signing.failed", "signing.proved"))
    SecurityEvent.objects.create(what="signing.failed", person=account.person, address=address)
    latest = mine.filter(at__gte=now - BLOCK).order_by("-id").values_list("what", flat=True)
    recent = list(latest[:FAILURES_BEFORE_BLOCK])
    if recent == ["signing.failed"] * FAILURES_BEFORE_BLOCK:
        account.signing_blocked_until = now + BLOCK
        account.save(update_fields=["signing_blocked_until"])
        SecurityEvent.objects.create(what="signing.blocked", person=account.person, address=address)
        _alert(account, now)


def _alert(account: Account, now: dt.datetime) -> None:
    """To the person, who may not be the one at the screen, and to quality (SIG-01)."""
    quality = RoleGrant.objects.in_force(now.date()).filter(role=Role.QUALITY).values("person")
    people = {person.pk: person for person in Person.objects.filter(pk__in=quality) if person.active}
    people[account.person_id] = account.person
    text = _("Signing failed three times in a row for %s and is blocked for 15 minutes.") % account.person
    tell(people.values(), None, Notice.Reason.SECURITY, text)
