"""Proof of identity at signing: components, series, pauses, blocks, passkeys. SIG-01, SIG-02, SIG-12, ACL-13."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.serializers import JSONSerializer
from django.core.cache import cache
from django.utils import timezone
from fido2.utils import websafe_decode

from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import NotProven
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import (
    Credentials,
    Proof,
    needs,
    objection,
    offers_passkey,
    passkey_options,
    prove,
    touch,
)
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import PASSWORD, person
from tests.soft_key import PRESENT, SoftKey
from tests.web.signing_in import code, totp_of

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
ADDRESS = "192.0.2.5"
Session = dict[str, Any]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    cache.clear()
    with time_machine.travel(START, tick=False) as found:
        yield found


@pytest.fixture
def mia() -> Person:
    return person("Mia", Role.QUALITY)


def tries(who: Person, session: Session, **given: Any) -> Proof:
    return prove(who.account, Credentials(**given), session, ADDRESS)


def fails(who: Person, session: Session, **given: Any) -> None:
    with pytest.raises(NotProven):
        tries(who, session, **given)


def test_sig_02_the_first_signing_needs_all_components_and_later_ones_the_password(
    mia: Person, clock: time_machine.Traveller
) -> None:
    """SIG-02: password and code, then the password alone, and after a pause both again (21 CFR 11.200(a)(1))."""
    secret, session = totp_of(mia), Session()
    assert needs(mia.account, session) == ("password", "code")
    fails(mia, session, password=PASSWORD)
    fails(mia, session, code=code(secret))
    assert tries(mia, session, password=PASSWORD, code=code(secret)).factors == "pwd+totp"
    assert needs(mia.account, session) == ("password",)
    fails(mia, session, code=code(secret))
    assert tries(mia, session, password=PASSWORD).factors == "pwd"
    clock.shift(settings.GEMBA_IDLE_SECONDS)
    assert needs(mia.account, session) == ("password", "code")
    fails(mia, session, password=PASSWORD)


def test_sig_02_use_of_the_program_keeps_the_series_going(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-02: the session is what is continuous; a pause cannot be mended afterwards."""
    session = Session()
    tries(mia, session, password=PASSWORD)
    for _ in range(4):
        clock.shift(settings.GEMBA_IDLE_SECONDS - 1)
        touch(session)
    assert needs(mia.account, session) == ("password",)
    secret = totp_of(mia)
    clock.shift(settings.GEMBA_IDLE_SECONDS + 1)
    touch(session)
    assert needs(mia.account, session) == ("password", "code")
    assert tries(mia, session, password=PASSWORD, code=code(secret)).person == mia


def test_sig_02_another_session_starts_from_the_beginning(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-02: a proof belongs to the session in which it was given."""
    secret, session = totp_of(mia), Session()
    tries(mia, session, password=PASSWORD, code=code(secret))
    assert needs(mia.account, Session()) == ("password", "code")


def test_aut_10_a_code_that_signed_does_not_sign_again(mia: Person, clock: time_machine.Traveller) -> None:
    """AUT-10: nor in another session, for as long as a clock would accept it."""
    secret = totp_of(mia)
    used = code(secret)
    tries(mia, Session(), password=PASSWORD, code=used)
    clock.shift(31)
    fails(mia, Session(), password=PASSWORD, code=used)


def test_sig_01_the_third_failure_blocks_signing_and_is_told(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-01: fifteen minutes for the account, whatever the session; the person and quality hear of it."""
    quality = person("Aino", Role.QUALITY)
    for _ in range(3):
        fails(mia, Session(), password="wrong")
    fails(mia, Session(), password=PASSWORD)
    assert "blocked" in str(objection(Account.objects.get(person=mia)))
    told = Notice.objects.filter(reason=Notice.Reason.SECURITY)
    assert {notice.person for notice in told} == {mia, quality}
    clock.shift(dt.timedelta(minutes=15))
    assert tries(mia, Session(), password=PASSWORD).factors == "pwd"
    noted = list(SecurityEvent.objects.filter(person=mia).order_by("pk").values_list("what", flat=True))
    assert noted == ["signing.failed"] * 3 + ["signing.blocked", "signing.refused", "signing.proved"]
    assert PASSWORD not in str(SecurityEvent.objects.values())


def test_sig_01_two_failures_and_a_success_block_nothing(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-01: three in a row."""
    for _ in range(3):
        fails(mia, Session(), password="wrong")
        fails(mia, Session(), password="wrong")
        tries(mia, Session(), password=PASSWORD)


def test_sig_01_nothing_proves_nothing(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-01: empty, absurd and foreign credentials."""
    stranger = person("Stranger", Role.QUALITY)
    attempts: list[dict[str, Any]] = [
        {},
        {"password": ""},
        {"passkey": {}},
        {"passkey": {"id": 1}},
        {"password": "x" * 10_000},
    ]
    for given in attempts:
        fails(stranger, Session(), **given)
        Account.objects.filter(person=stranger).update(signing_blocked_until=None)


def key_of(who: Person) -> SoftKey:
    key = SoftKey(who.name)
    key.enrol(who)
    return key


def challenge(who: Person, session: Session) -> bytes:
    options = passkey_options(who.account, session)
    session.update(JSONSerializer().loads(JSONSerializer().dumps(session)))
    return bytes(websafe_decode(str(options["publicKey"]["challenge"])))


def test_sig_02_a_passkey_is_all_components_in_one(mia: Person, clock: time_machine.Traveller) -> None:
    """SIG-02: the key checked its holder; a password alone is not enough for somebody whose second factor is a key."""
    key, session = key_of(mia), Session()
    assert offers_passkey(mia.account)
    assert needs(mia.account, session) == ("passkey",)
    fails(mia, session, password=PASSWORD)
    assert tries(mia, session, passkey=key.answer(challenge(mia, session))).factors == "passkey"
    assert needs(mia.account, session) == ("password",)


def test_sig_01_a_passkeys_answer_is_good_once_here_and_for_its_holder_alone(
    mia: Person, clock: time_machine.Traveller
) -> None:
    """SIG-01, SIG-12: no replay, no other challenge, no other page, no unverified touch, nobody else's key."""
    key, other = key_of(mia), SoftKey("somebody else")
    session = Session()
    good = key.answer(challenge(mia, session))
    tries(mia, session, passkey=good)
    attempts: tuple[Callable[[Session], dict[str, Any]], ...] = (
        lambda s: good,
        lambda s: (challenge(mia, s), good)[1],
        lambda s: key.answer(b"x" * 32) if challenge(mia, s) else {},
        lambda s: key.answer(challenge(mia, s), origin="https://evil.example"),
        lambda s: key.answer(challenge(mia, s), origin="http://localhost.evil.example:8000"),
        lambda s: key.answer(challenge(mia, s), flags=PRESENT),
        lambda s: other.answer(challenge(mia, s)),
    )
    for attempt in attempts:
        fresh = Session()
        fails(mia, fresh, passkey=attempt(fresh))
        Account.objects.filter(person=mia).update(signing_blocked_until=None)


def test_acl_13_after_a_reset_by_others_signing_waits_for_a_new_factor_and_is_marked(
    mia: Person, clock: time_machine.Traveller
) -> None:
    """ACL-13: blocked until the person has enrolled again, and for a day the signature says what happened."""
    Account.objects.filter(person=mia).update(must_enrol=True, factors_reset_at=timezone.now())
    fails(mia, Session(), password=PASSWORD)
    secret = totp_of(mia)
    Account.objects.filter(person=mia).update(must_enrol=False)
    assert tries(mia, Session(), password=PASSWORD, code=code(secret)).factors == "pwd+totp (factor renewed)"
    clock.shift(dt.timedelta(hours=24))
    assert tries(mia, Session(), password=PASSWORD, code=code(secret)).factors == "pwd+totp"


def test_acl_09_who_left_signs_nothing(mia: Person, clock: time_machine.Traveller) -> None:
    """ACL-09: even with every component and an open page."""
    mia.ended = dt.date(2026, 1, 1)
    mia.save()
    mia.account.person = mia
    fails(mia, Session(), password=PASSWORD)


def test_sig_11_a_session_that_somebody_else_vouches_for_signs_nothing(
    mia: Person, clock: time_machine.Traveller
) -> None:
    """SIG-11: there is no single sign-on; a session opened elsewhere proves nothing, an account without means of its
    own cannot sign, and what signs is asked for here, now."""
    assert not [app for app in settings.INSTALLED_APPS if "socialaccount" in app or "openid" in app or "saml" in app]
    assert settings.AUTHENTICATION_BACKENDS == ["gemba.web.accounts.backend.AccountBackend"]
    vouched: Session = {
        "account_authentication_methods": [
            {"method": "socialaccount", "at": START.timestamp(), "provider": "company"}
        ],
        "_auth_user_id": str(mia.account.pk),
    }  # fmt: skip
    assert needs(mia.account, vouched) == ("password",)
    for given in (Credentials(), Credentials(code="123456"), Credentials(password="company")):
        with pytest.raises(NotProven):
            prove(mia.account, given, dict(vouched), ADDRESS)
    other = person("Otto", Role.QUALITY)
    other.account.set_unusable_password()
    other.account.save()
    for given in (Credentials(), Credentials(password=""), Credentials(password="!")):
        with pytest.raises(NotProven):
            prove(other.account, given, dict(vouched), ADDRESS)
