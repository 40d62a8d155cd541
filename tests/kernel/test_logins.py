"""Invitations, one-time links, passwords and lost factors. Trust cases ACL-13, AUT-08, AUT-09, AUT-11, AUT-16."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from gemba.kernel.actions.accounts import (
    AskFactorReset,
    ConfirmFactorReset,
    Invite,
    LinkUsedUpError,
    SendPasswordLink,
    administered,
    first_administrator,
    follow_link,
)
from gemba.kernel.entrance.links import fill_in, find_link, make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.roles import Role
from tests.kernel.joining import GOOD, acts, add, link_in_mail
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Person:
    return person("Root", Role.ADMINISTRATOR)


def test_aut_09_an_invitation_makes_one_account_once(admin: Person) -> None:
    """AUT-09: the link is for this person, works once and for seven days, and gives no role by itself."""
    mia = add(admin)
    Invite(person=mia, **as_(admin)).execute()
    uid, secret = link_in_mail("mia@example.com")
    assert OneTimeLink.objects.get(uid=uid).ends_at - timezone.now() > dt.timedelta(days=6, hours=23)
    with pytest.raises(LinkUsedUpError):
        follow_link(uid, secret + "x", GOOD)
    account = follow_link(uid, secret, GOOD)
    assert (account.person, account.check_password(GOOD)) == (mia, True)
    assert access(mia).grants == ()
    with pytest.raises(LinkUsedUpError):
        follow_link(uid, secret, "another fine passphrase")
    with pytest.raises(Conflict):
        Invite(person=mia, **as_(admin)).execute()
    assert acts(mia) == ["person.add", "person.invite", "person.password-chosen"]


def test_aut_09_a_second_invitation_ends_the_first_and_seven_days_end_both(admin: Person) -> None:
    """AUT-09: only the newest works."""
    mia = add(admin)
    Invite(person=mia, **as_(admin)).execute()
    first = link_in_mail("mia@example.com")
    Invite(person=mia, **as_(admin)).execute()
    second = link_in_mail("mia@example.com")
    assert find_link(*first) is None
    assert find_link(*second) is not None
    OneTimeLink.objects.filter(uid=second[0]).update(ends_at=timezone.now())
    with pytest.raises(LinkUsedUpError):
        follow_link(*second, GOOD)


def test_aut_08_links_stand_nowhere_in_the_database(admin: Person) -> None:
    """AUT-08: the outbox holds a placeholder and the table a digest; the host comes from the settings."""
    mia = person("Mia", Role.EMPLOYEE)
    made = SendPasswordLink(person=mia, **as_(admin)).execute()
    secret = made.url.rstrip("/").split("/")[-1]
    stored = OutgoingMail.objects.get(to=mia.email).body
    assert secret not in stored
    assert secret not in str(OneTimeLink.objects.values())
    assert made.url.startswith("http://localhost:8000/welcome/")
    assert made.url in fill_in(stored)
    assert made.row.ends_at - timezone.now() <= dt.timedelta(hours=1)


def test_aut_08_a_mail_sent_late_does_not_revive_a_link(admin: Person) -> None:
    """AUT-08: what waited in the outbox for too long says so."""
    mia = person("Mia", Role.EMPLOYEE)
    made = SendPasswordLink(person=mia, **as_(admin)).execute()
    body = OutgoingMail.objects.get(to=mia.email).body
    OneTimeLink.objects.filter(pk=made.row.pk).update(used_at=timezone.now())
    assert "/welcome/" not in fill_in(body)


def test_acl_13_a_new_password_by_link_ends_sessions_and_is_told(admin: Person, quality: Person) -> None:
    """ACL-13, AUT-06: the administrator never sees or sets it; the person gets a mail, quality a notice."""
    mia = person("Mia", Role.EMPLOYEE)
    before = mia.account.get_session_auth_hash()
    made = SendPasswordLink(person=mia, **as_(admin)).execute()
    uid, secret = made.url.rstrip("/").split("/")[-2:]
    follow_link(uid, secret, GOOD)
    assert Account.objects.get(person=mia).get_session_auth_hash() != before
    assert OutgoingMail.objects.filter(to=mia.email, subject__contains="password").count() == 2
    assert Notice.objects.filter(person=quality, text__contains="new password").exists()


@pytest.mark.parametrize(
    "password", ["short", "password1234", "12345678901234567890", "mia.lind.2026", "x" * 257, "gemba gemba12"]
)
def test_aut_11_weak_passwords_are_refused_and_keep_the_link(admin: Person, password: str) -> None:
    """AUT-11: length, the common ones, names; the link still works afterwards."""
    mia = add(admin, "Mia.Lind")
    Invite(person=mia, **as_(admin)).execute()
    uid, secret = link_in_mail(mia.email)
    with pytest.raises(Invalid):
        follow_link(uid, secret, password)
    follow_link(uid, secret, GOOD)


@pytest.mark.parametrize(
    "password", ["correct horse battery", "пароль из пяти слов", " spaces count too ", "a" * 60 + "b"]
)
def test_aut_11_any_long_password_is_welcome(admin: Person, password: str) -> None:
    """AUT-11: no rules of composition, no stripping, every alphabet, at least 64 characters."""
    mia = add(admin)
    Invite(person=mia, **as_(admin)).execute()
    assert follow_link(*link_in_mail(mia.email), password).check_password(password)


def factor(who: Person) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(
        user=who.account, type=Authenticator.Type.TOTP, data={"secret": "x"}
    )
    return made


def test_acl_13_a_lost_factor_needs_two_people_and_pauses_signing(admin: Person, quality: Person) -> None:
    """ACL-13: asked by one, confirmed by another, told to the person; no signing until a new one is set up."""
    mia = person("Mia", Role.EMPLOYEE)
    factor(mia)
    before = mia.account.get_session_auth_hash()
    asked = AskFactorReset(person=mia, reason="Phone stolen", **as_(admin)).execute()
    assert Authenticator.objects.filter(user=mia.account).exists()
    for nobody in (admin, mia, person("Worker", Role.EMPLOYEE)):
        with pytest.raises(NotAllowed):
            ConfirmFactorReset(asked=asked, **as_(nobody)).execute()
    ConfirmFactorReset(asked=asked, **as_(quality)).execute()
    account = Account.objects.get(person=mia)
    assert not Authenticator.objects.filter(user=account).exists()
    assert account.must_enrol
    assert account.get_session_auth_hash() != before
    assert OutgoingMail.objects.filter(to=mia.email).count() == 2
    assert acts(mia) == ["person.factor-reset-asked", "person.factor-reset"]
    with pytest.raises(Conflict):
        ConfirmFactorReset(asked=asked, **as_(quality)).execute()


def test_the_first_administrator_comes_by_a_link_that_works_once() -> None:
    """AUT-16, AUT-09: no default account; afterwards the installation is administered."""
    assert not administered()
    made = make_link(OneTimeLink.Purpose.START)
    uid, secret = made.url.rstrip("/").split("/")[-2:]
    with pytest.raises(Invalid):
        first_administrator(uid, secret, name="Ada", email="ada@example.com", password="short")
    assert not Person.objects.filter(name="Ada").exists()
    account = first_administrator(uid, secret, name="Ada", email="ada@example.com", password=GOOD)
    assert access(account.person).roles == {Role.ADMINISTRATOR}
    assert administered()
    with pytest.raises(LinkUsedUpError):
        first_administrator(uid, secret, name="Eve", email="eve@example.com", password=GOOD)


def test_a_link_for_one_purpose_does_not_serve_another(admin: Person) -> None:
    """AUT-08, AUT-09: an invitation makes no administrator."""
    mia = add(admin)
    Invite(person=mia, **as_(admin)).execute()
    with pytest.raises(LinkUsedUpError):
        first_administrator(*link_in_mail(mia.email), name="Eve", email="eve@example.com", password=GOOD)
    start = make_link(OneTimeLink.Purpose.START).url.rstrip("/").split("/")[-2:]
    with pytest.raises(LinkUsedUpError):
        follow_link(start[0], start[1], GOOD)
