"""Signing in and staying in. Trust cases AUT-01 to AUT-11, AUD-06."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from gemba.kernel.entrance.links import fill_in
from gemba.kernel.entrance.models import Brake
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.people import PASSWORD, person
from tests.web.signing_in import LOGIN, code, is_in, security, totp_of, try_in

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 8, 0, tzinfo=dt.UTC)
GOOD = "seven purple otters sing"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def mia() -> Person:
    return person("Mia", Role.EMPLOYEE)


def guess(times: int, email: str = "mia@example.com", **more: str) -> str:
    """Wrong passwords from strangers' browsers; the last page."""
    page = ""
    for _ in range(times):
        page = try_in(Client(), email, "wrong wrong wrong", **more).content.decode()
    return page


def test_a_person_signs_in_and_out_and_both_are_noted(client: Client, mia: Person) -> None:
    """AUD-06: who, from where and how; the password stands nowhere."""
    assert try_in(client, "Mia@Example.com").status_code == 302
    assert is_in(client)
    (event,) = security("sign-in")
    assert (event.person, event.address, event.detail) == (mia, "127.0.0.1", "password")
    client.post("/accounts/logout/")
    assert not is_in(client)
    assert security("sign-out")[0].person == mia
    assert PASSWORD not in str(SecurityEvent.objects.values())


def test_aud_06_failed_attempts_are_noted_without_what_was_typed(mia: Person) -> None:
    """AUD-06: a password typed into the wrong field, or for nobody, is not kept."""
    guess(1)
    guess(1, email="hunter2hunter2@oops.example")
    known, unknown = security("sign-in.failed")
    assert (known.person, unknown.person, unknown.detail) == (mia, None, "no such account")
    everything = str(SecurityEvent.objects.values()) + str(Brake.objects.values())
    assert "hunter2" not in everything
    assert "wrong wrong" not in everything


def test_aut_01_guessing_one_account_gets_slower_and_is_told(mia: Person) -> None:
    """AUT-01: after five failures every further try must wait, longer each time; the person and quality hear of it."""
    quality = person("Aino", Role.QUALITY)
    with time_machine.travel(START, tick=False) as clock:
        assert "Too many failed attempts" not in guess(5)
        assert "Too many failed attempts" in guess(1)
        assert not try_in(Client(), "mia@example.com").has_header("Location")
        clock.shift(31)
        guess(1)
        clock.shift(31)
        assert "Too many failed attempts" in guess(1)
    assert [event.what for event in security("sign-in.alert")] == ["sign-in.alert"]
    assert OutgoingMail.objects.filter(to="mia@example.com").count() == 1
    assert Notice.objects.filter(person=quality, reason=Notice.Reason.SECURITY).count() == 1


def test_aut_01_the_right_password_clears_the_count(mia: Person) -> None:
    """AUT-01: somebody who mistypes now and then never waits."""
    for _ in range(3):
        guess(4)
        assert try_in(Client(), "mia@example.com").status_code == 302


def test_aut_01_a_claimed_address_does_not_count_without_a_proxy(mia: Person, settings: Settings) -> None:
    """AUT-01: X-Forwarded-For is whatever the client writes, unless our own proxy writes it."""
    try_in(Client(), "mia@example.com", "x", headers={"x-forwarded-for": "203.0.113.9"})
    assert security("sign-in.failed")[-1].address == "127.0.0.1"
    settings.GEMBA_PROXY = True
    try_in(Client(), "mia@example.com", "x", headers={"x-forwarded-for": "198.51.100.1, 203.0.113.9"})
    assert security("sign-in.failed")[-1].address == "203.0.113.9"
    for junk in ("", "unknown", "1.2.3", "::gg", "<script>", "9" * 500):
        assert try_in(Client(), "mia@example.com", "x", headers={"x-forwarded-for": junk}).status_code == 200


def test_aut_02_spraying_many_accounts_from_one_address_is_slowed(mia: Person) -> None:
    """AUT-02: one password for many names is stopped by the address, also for accounts that do not exist."""
    with time_machine.travel(START, tick=False):
        for number in range(20):
            guess(1, email=f"someone{number}@example.com")
        assert "Too many failed attempts" in guess(1, email="mia@example.com")
        assert try_in(Client(), "mia@example.com", REMOTE_ADDR="192.0.2.7").status_code == 302
    assert security("sign-in.alert")[0].detail == "address"


def test_aut_02_spraying_from_many_addresses_is_slowed_for_strangers(mia: Person) -> None:
    """AUT-02: the count of everybody slows unknown browsers; a known one is not held up."""
    known = Client()
    try_in(known, "mia@example.com")
    known.post("/accounts/logout/")
    Brake.objects.filter(key="everybody").update(failures=199, last=START)
    with time_machine.travel(START, tick=False):
        guess(1, email="someone@example.com", REMOTE_ADDR="192.0.2.1")
        assert "Too many failed attempts" in guess(1, email="another@example.com", REMOTE_ADDR="192.0.2.2")
        assert try_in(known, "mia@example.com").status_code == 302


def test_aut_03_nobody_is_locked_out_by_others(mia: Person) -> None:
    """AUT-03: a browser that signed in before has its own count; the wait of strangers ends by itself."""
    known = Client()
    with time_machine.travel(START, tick=False) as clock:
        try_in(known, "mia@example.com")
        known.post("/accounts/logout/")
        for number in range(9):
            guess(1, REMOTE_ADDR=f"192.0.2.{number}")
        assert not try_in(Client(), "mia@example.com", REMOTE_ADDR="192.0.2.200").has_header("Location")
        assert try_in(known, "mia@example.com").status_code == 302
        clock.shift(dt.timedelta(minutes=16))
        assert try_in(Client(), "mia@example.com", REMOTE_ADDR="192.0.2.201").status_code == 302


def test_aut_03_a_device_cookie_opens_nothing_and_cannot_be_made_up(mia: Person) -> None:
    """AUT-03: it is signed, has a count of its own, and only says that this browser is no stranger."""
    forged = Client()
    forged.cookies["gemba_device"] = signing.dumps({"id": "x", "accounts": []}, key="guess", salt="gemba.device")
    assert not is_in(forged)
    known = Client()
    try_in(known, "mia@example.com")
    stolen = Client()
    stolen.cookies["gemba_device"] = known.cookies["gemba_device"].value
    assert not is_in(stolen)
    with time_machine.travel(START, tick=False):
        for _ in range(10):
            try_in(stolen, "mia@example.com", "wrong wrong wrong")
        assert b"Too many failed attempts" in try_in(stolen, "mia@example.com", "wrong").content


def test_aut_05_the_session_changes_its_name_when_somebody_signs_in(client: Client, mia: Person) -> None:
    """AUT-05: an identifier planted before is dead afterwards."""
    session = client.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    try_in(client, "mia@example.com")
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()


def copy_of(client: Client) -> Client:
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return other


def test_aut_06_a_copied_session_dies_with_the_sign_out(client: Client, mia: Person) -> None:
    """AUT-06: the server forgets it, not only the browser."""
    try_in(client, "mia@example.com")
    thief = copy_of(client)
    assert is_in(thief)
    client.post("/accounts/logout/")
    assert not is_in(thief)


def test_aut_06_a_new_password_ends_the_other_sessions(client: Client, mia: Person) -> None:
    """AUT-06: the one in which it was changed goes on."""
    try_in(client, "mia@example.com")
    elsewhere = Client()
    try_in(elsewhere, "mia@example.com")
    given = {"oldpassword": PASSWORD, "password1": GOOD, "password2": GOOD}
    assert client.post("/accounts/password/change/", given).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert security("password.changed")[0].person == mia
    assert OutgoingMail.objects.filter(to="mia@example.com").exists()


@pytest.mark.django_db(transaction=True)
def test_aut_06_a_new_second_factor_ends_the_other_sessions(client: Client, mia: Person) -> None:
    """AUT-06: setting one up asks for the password again first, and is noted."""
    try_in(client, "mia@example.com")
    elsewhere = Client()
    try_in(elsewhere, "mia@example.com")
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    client.post(page.redirect_chain[-1][0], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert "totp" in {event.detail for event in security("factor.added")}


def test_sign_out_everywhere_ends_every_session(client: Client, mia: Person) -> None:
    """AUT-06: for a lost laptop."""
    try_in(client, "mia@example.com")
    elsewhere = copy_of(client)
    assert elsewhere.post("/accounts/sessions/end/").status_code == 302
    assert not is_in(client)
    assert not is_in(elsewhere)


def test_aut_07_idle_time_ends_the_session_and_polling_does_not_count_as_use(client: Client, mia: Person) -> None:
    """AUT-07: after fifteen minutes without use; requests that the page makes by itself do not extend it."""
    with time_machine.travel(START, tick=False) as clock:
        try_in(client, "mia@example.com")
        for _ in range(5):
            clock.shift(dt.timedelta(minutes=10))
            assert is_in(client)
        for _ in range(3):
            clock.shift(dt.timedelta(minutes=4))
            client.get("/accounts/sessions/", headers={"x-gemba-poll": "1"})
        clock.shift(dt.timedelta(minutes=4))
        response = client.get("/people/")
        assert response.status_code == 302
        assert response["Location"] == f"{LOGIN}?next=/people/&ended=idle"
        assert not is_in(client)
    assert security("session.idle")[0].person == mia


def test_aut_07_a_session_ends_after_the_working_day_however_busy(client: Client, mia: Person) -> None:
    """AUT-07: twelve hours by default."""
    with time_machine.travel(START, tick=False) as clock:
        try_in(client, "mia@example.com")
        for _ in range(72):
            clock.shift(dt.timedelta(minutes=10))
            assert is_in(client)
        clock.shift(dt.timedelta(minutes=1))
        assert not is_in(client)
    assert security("session.long")


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(client: Client) -> None:
    """AUT-07: an htmx request is not answered with a sign-in page in the middle of another."""
    response = client.get("/people/", headers={"hx-request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (401, f"{LOGIN}?next=/people/")


def test_aut_08_a_forgotten_password_is_renewed_by_a_link_from_the_settings(client: Client, mia: Person) -> None:
    """AUT-08: the link leads to the configured host, works once, and the answer tells nothing about accounts."""
    known = client.post("/accounts/password/reset/", {"email": "mia@example.com"}, headers={"host": "127.0.0.1"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert re.sub(rb'value="\w+"', b"", known.content) == re.sub(rb'value="\w+"', b"", unknown.content)
    (mail,) = OutgoingMail.objects.all()
    address = next(word for word in fill_in(mail.body).split() if "/welcome/" in word)
    assert address.startswith(settings.GEMBA_URL)
    path = address.removeprefix(settings.GEMBA_URL)
    assert client.get(path).status_code == 200
    assert client.post(path, {"password": GOOD, "again": "something else entirely"}).status_code == 422
    assert client.post(path, {"password": GOOD, "again": GOOD}).status_code == 302
    assert client.get(path).status_code == 404
    assert client.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert not is_in(client)
    assert try_in(client, "mia@example.com", GOOD).status_code == 302


def test_aut_08_a_foreign_host_gets_no_answer_at_all(client: Client) -> None:
    """AUT-08, WEB-07: 400 for any host that is not configured."""
    assert client.get(LOGIN, headers={"host": "evil.example"}).status_code == 400


def test_aut_08_asking_again_and_again_floods_nobody(client: Client, mia: Person) -> None:
    """AUT-08: a handful of mails an hour for one person, whoever asks."""
    for number in range(30):
        client.post("/accounts/password/reset/", {"email": "mia@example.com"}, REMOTE_ADDR=f"192.0.2.{number}")
    assert OutgoingMail.objects.count() <= 6


def test_aut_10_the_password_alone_opens_nothing_when_a_second_factor_is_set_up(client: Client, mia: Person) -> None:
    """AUT-10: neither pages nor other steps; the session store never holds the password."""
    secret = totp_of(mia)
    response = try_in(client, "mia@example.com")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    for path in ("/", "/people/", "/accounts/2fa/", "/accounts/password/change/", "/accounts/2fa/recovery-codes/"):
        assert client.get(path).status_code == 302, path
    stored = [session.get_decoded() for session in Session.objects.all()]
    assert PASSWORD not in str(stored)
    assert secret not in str(stored)
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert is_in(client)
    assert security("sign-in")[0].detail == "password+totp"


def test_aut_10_a_code_works_once_for_as_long_as_it_would_be_accepted(mia: Person) -> None:
    """AUT-10: the tolerance of the clock is no second chance for somebody who looked over a shoulder."""
    secret = totp_of(mia)
    with time_machine.travel(START, tick=False) as clock:
        once = code(secret)
        first = Client()
        try_in(first, "mia@example.com")
        first.post("/accounts/2fa/authenticate/", {"code": once})
        assert is_in(first)
        for seconds in (1, 28, 5, 10):
            clock.shift(seconds)
            again = Client()
            try_in(again, "mia@example.com")
            again.post("/accounts/2fa/authenticate/", {"code": f" {once[:3]} {once[3:]} "})
            assert not is_in(again)


def test_aut_10_guessing_codes_is_stopped(client: Client, mia: Person) -> None:
    """AUT-10: a million codes are not tried."""
    secret = totp_of(mia)
    try_in(client, "mia@example.com")
    for guessed in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": f"{guessed:06}"})
    page = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert page.status_code == 200
    assert not is_in(client)
    assert security("code.failed")


def test_aut_10_factors_are_unreadable_in_the_database(mia: Person) -> None:
    """AUT-10: a dump of the database holds no second factor anybody could use."""
    secret = totp_of(mia)
    stored = str(Account.objects.get(person=mia).authenticator_set.values_list("data", flat=True)[0])
    assert secret not in stored


@pytest.mark.parametrize(("required", "role", "asked"), [
    ("nobody", Role.QUALITY, False), ("signers", Role.QUALITY, True), ("signers", Role.ADMINISTRATOR, True),
    ("signers", Role.AUDITOR, False), ("everybody", Role.EMPLOYEE, True),
])  # fmt: skip
def test_a_second_factor_is_demanded_before_anything_else(
    client: Client, settings: Settings, required: str, role: Role, asked: bool
) -> None:
    """AUT-10: GEMBA_REQUIRE_MFA, for those who sign or for all; until then only one's own sign-in opens."""
    settings.GEMBA_REQUIRE_MFA = required
    person("Somebody", role)
    try_in(client, "somebody@example.com")
    response = client.get("/people/")
    assert (response.status_code == 302) is asked
    if asked:
        assert response["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200


def test_aut_11_own_new_password_follows_the_rules(client: Client, mia: Person) -> None:
    """AUT-11: ASVS 6.2; the old one is asked for, nothing is forced to change by itself."""
    try_in(client, "mia@example.com")
    for bad in ("short", "password1234", "mia@example.com1"):
        given = {"oldpassword": PASSWORD, "password1": bad, "password2": bad}
        assert client.post("/accounts/password/change/", given).status_code == 200, bad
    given = {"oldpassword": "not mine at all", "password1": GOOD, "password2": GOOD}
    assert client.post("/accounts/password/change/", given).status_code == 200
    assert Account.objects.get(person=mia).check_password(PASSWORD)


def test_there_is_no_sign_up_no_mail_login_and_no_change_of_address(client: Client, mia: Person) -> None:
    """AUT-09: the doors of the sign-in library that do not fit are not there."""
    for path in ("signup/", "email/", "confirm-email/", "password/set/", "login/code/", "3rdparty/"):
        assert client.get(f"/accounts/{path}").status_code == 404, path


def test_who_left_is_out_at_the_next_click(client: Client, mia: Person) -> None:
    """ACL-08, ACL-09: also when the last day simply passes."""
    try_in(client, "mia@example.com")
    assert is_in(client)
    Person.objects.filter(pk=mia.pk).update(ended=dt.date(2020, 1, 1))
    assert not is_in(client)
    assert not try_in(client, "mia@example.com").has_header("Location")
    assert security("sign-in.failed")[-1].person == mia


def test_a_redirect_after_sign_in_stays_in_the_house(client: Client, mia: Person) -> None:
    """WEB-04: `next` leads nowhere else."""
    response = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "mia@example.com", "password": PASSWORD})
    assert response["Location"] == "/"


def test_private_pages_are_not_kept_and_cookies_are_guarded(client: Client, mia: Person) -> None:
    """WEB-05, WEB-09: no-store, HttpOnly, SameSite, no frames."""
    try_in(client, "mia@example.com")
    page = client.get("/people/")
    assert "no-store" in page["Cache-Control"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
