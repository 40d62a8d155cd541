"""People, roles and logins as actions. Trust cases ACL-09, ACL-11 to ACL-13, SIG-08, SIG-09, AUT-08, AUT-09."""

import datetime as dt
import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from gemba.kernel.access.scope import Access
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
from gemba.kernel.actions.grants import ConfirmGrant, GrantRole, Return, WithdrawRole
from gemba.kernel.actions.organisation import AddToOrganisation, ChangeInOrganisation, NameOrganisation
from gemba.kernel.actions.people import AddPerson, AssignJob, CancelAbsence, ChangePerson, EndJob, EndPerson, SetAbsence
from gemba.kernel.actions.rows import row_snapshot, subject_of
from gemba.kernel.actor import Actor, Via
from gemba.kernel.entrance.links import fill_in, find_link, make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Department, JobRole, Person, RoleGrant, Site
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.models import Event, SecurityEvent
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
GOOD = "seven purple otters sing"


@pytest.fixture
def admin() -> Person:
    return person("Root", Role.ADMINISTRATOR)


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def acts(row: Any) -> list[str]:
    return list(Event.objects.filter(subject=subject_of(row)).order_by("seq").values_list("act", flat=True))


def add(admin: Person, name: str = "Mia", **values: Any) -> Person:
    given = {"name": name, "email": f"{name.lower()}@example.com", **values}
    return AddPerson(values=given, **as_(admin)).execute()


def link_in_mail(to: str) -> tuple[str, str]:
    """Identity and secret of the link as the mail goes out."""
    body = fill_in(OutgoingMail.objects.filter(to=to).latest("pk").body)
    address = next(word for word in body.split() if "/welcome/" in word)
    uid, secret = address.rstrip("/").split("/")[-2:]
    return uid, secret


def test_every_change_of_a_person_leaves_exactly_one_event_with_old_and_new(admin: Person) -> None:
    """AUD-01, AUD-05, M48: who, what, old, new and why, on the person's own chain, committed to by its state."""
    mia = add(admin)
    ChangePerson(person=mia, values={"name": "Mia Lind"}, reason="Married", **as_(admin)).execute()
    assert acts(mia) == ["person.add", "person.change"]
    last = Event.objects.filter(subject=subject_of(mia)).latest("seq")
    body = json.loads(last.body)
    assert body["chg"] == [["name", "Mia", "Mia Lind"]]
    assert (body["reason"], body["actor"]["name"], body["org"]) == ("Married", "Root", organisation().uid)
    mia.refresh_from_db()
    assert body["state"] == digest(row_snapshot(mia))


def test_organisation_jobs_and_absences_leave_events_too(admin: Person, quality: Person) -> None:
    """AUD-01, M48: sites, departments, job roles, assignments and absences are regulated like people."""
    site = AddToOrganisation(
        model=Site, values={"name": "Oulu", "time_zone": "Europe/Helsinki"}, **as_(admin)
    ).execute()
    ChangeInOrganisation(row=site, values={"name": "Oulu works"}, **as_(admin)).execute()
    NameOrganisation(name="Kuvitelma", **as_(admin)).execute()
    assert organisation().name == "Kuvitelma"
    role = AddToOrganisation(model=JobRole, values={"name": "Assembler"}, **as_(quality)).execute()
    mia = add(admin, site=site)
    job = AssignJob(person=mia, job_role=role, **as_(quality)).execute()
    with pytest.raises(Conflict):
        AssignJob(person=mia, job_role=role, **as_(quality)).execute()
    EndJob(row=job, **as_(quality)).execute()
    other = person("Other", Role.EMPLOYEE)
    absence = SetAbsence(person=other, deputy=quality, valid_from=TODAY, valid_to=TODAY + DAY, **as_(other)).execute()
    CancelAbsence(row=absence, **as_(other)).execute()
    assert [acts(row) for row in (site, role, job, absence)] == [
        ["site.add", "site.change"], ["job-role.add"], ["job.add", "job.end"], ["absence.add", "absence.cancel"]
    ]  # fmt: skip


def test_wrong_values_are_answered_with_a_sentence_per_field(admin: Person) -> None:
    """AUD-01: nothing is written."""
    for values, name in (
        ({"name": ""}, "name"), ({"email": "no address"}, "email"), ({"name": "a\0b"}, "name"),
        ({"kind": "system"}, "kind"), ({"ended": TODAY}, "ended"), ({"name": "x" * 121}, "name"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            AddPerson(values={"name": "Mia", **values}, **as_(admin)).execute()
        assert name in refusal.value.fields, values
    with pytest.raises(Invalid):
        AddToOrganisation(model=Site, values={"name": "Mars", "time_zone": "Mars/Base"}, **as_(admin)).execute()
    with pytest.raises(Invalid):
        AddToOrganisation(model=Department, values={"name": "A", "uid": "mine"}, **as_(admin)).execute()
    assert not Person.objects.filter(name="Mia").exists()


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.ENGINEER, Role.OPERATIONS, Role.AUDITOR])
def test_acl_11_working_roles_do_not_manage_people(admin: Person, role: Role) -> None:
    """ACL-11: people, roles and logins are refused to them, each with a security event."""
    mia, worker = person("Mia"), person("Worker", role)
    tries = (
        AddPerson(values={"name": "X"}, **as_(worker)), ChangePerson(person=mia, values={}, **as_(worker)),
        EndPerson(person=mia, reason="x", **as_(worker)), GrantRole(person=worker, role=Role.QUALITY, **as_(worker)),
        Invite(person=mia, **as_(worker)), SendPasswordLink(person=mia, **as_(worker)),
        AskFactorReset(person=mia, reason="x", **as_(worker)), NameOrganisation(name="Mine", **as_(worker)),
    )  # fmt: skip
    for action in tries:
        with pytest.raises(NotAllowed):
            action.execute()
    assert SecurityEvent.objects.filter(what="refused", person=worker).count() == len(tries)


def test_acl_11_quality_manages_people_but_gives_no_rights(quality: Person) -> None:
    """ACL-11: rights and logins are the administrator's; an administrator bounded to a site is none."""
    with pytest.raises(NotAllowed):
        GrantRole(person=quality, role=Role.EMPLOYEE, **as_(quality)).execute()
    local = person("Local")
    RoleGrant.objects.create(
        person=local, role=Role.ADMINISTRATOR, site=Site.objects.create(name="Oulu"), valid_from=TODAY
    )
    with pytest.raises(NotAllowed):
        GrantRole(person=quality, role=Role.EMPLOYEE, **as_(local)).execute()


def test_acl_12_granting_oneself_a_role_needs_a_second_person(admin: Person, quality: Person) -> None:
    """ACL-12: no right until confirmed by somebody else; quality is told; each step is an event."""
    grant = GrantRole(person=admin, role=Role.QUALITY, **as_(admin)).execute()
    assert access(admin).roles == {Role.ADMINISTRATOR}
    assert Notice.objects.filter(person=quality, reason=Notice.Reason.SECURITY).exists()
    for nobody in (admin, person("Worker", Role.EMPLOYEE), person("Second", Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            ConfirmGrant(row=grant, **as_(nobody)).execute()
    ConfirmGrant(row=grant, **as_(quality)).execute()
    assert access(admin).roles == {Role.ADMINISTRATOR, Role.QUALITY}
    WithdrawRole(row=grant, reason="Done", **as_(admin)).execute()
    assert access(admin).roles == {Role.ADMINISTRATOR}
    assert acts(grant) == ["grant.add", "grant.confirm", "grant.withdraw"]


@pytest.mark.parametrize("role", [Role.QUALITY, Role.MANAGEMENT])
def test_acl_12_an_administrator_cannot_make_quality_or_management_alone(
    admin: Person, quality: Person, role: Role
) -> None:
    """ACL-12: nor with the help of the receiver, once the company has quality people."""
    mia = person("Mia")
    grant = GrantRole(person=mia, role=role, **as_(admin)).execute()
    assert access(mia).grants == ()
    with pytest.raises(NotAllowed):
        ConfirmGrant(row=grant, **as_(mia)).execute()
    ConfirmGrant(row=grant, **as_(quality)).execute()
    assert access(mia).roles == {role}
    with pytest.raises(Conflict):
        ConfirmGrant(row=grant, **as_(quality)).execute()


def test_acl_12_the_first_quality_person_confirms_by_being_somebody_else(admin: Person) -> None:
    """ACL-12: while nobody holds quality the receiver is the second person; the giver never is."""
    own = GrantRole(person=admin, role=Role.QUALITY, **as_(admin)).execute()
    with pytest.raises(NotAllowed):
        ConfirmGrant(row=own, **as_(admin)).execute()
    mia = person("Mia")
    grant = GrantRole(person=mia, role=Role.QUALITY, **as_(admin)).execute()
    ConfirmGrant(row=grant, **as_(mia)).execute()
    assert access(mia).roles == {Role.QUALITY}
    ConfirmGrant(row=own, **as_(mia)).execute()


def test_acl_12_opening_confidential_records_needs_a_second_person(admin: Person, quality: Person) -> None:
    """ACL-12: also for a working role, and another administrator is not enough."""
    grant = GrantRole(person=person("Mia"), role=Role.EMPLOYEE, confidential=True, **as_(admin)).execute()
    assert grant.awaits_confirmation
    with pytest.raises(NotAllowed):
        ConfirmGrant(row=grant, **as_(person("Second", Role.ADMINISTRATOR))).execute()
    ConfirmGrant(row=grant, **as_(quality)).execute()


def test_acl_12_a_deputy_cannot_be_made_by_the_administrator_nor_by_the_deputy(admin: Person, quality: Person) -> None:
    """ACL-12: standing in would be a way to any right."""
    boss = person("Boss", Role.MANAGEMENT)
    dates: dict[str, Any] = {"valid_from": TODAY, "valid_to": TODAY + DAY}
    with pytest.raises(NotAllowed):
        SetAbsence(person=boss, deputy=person("Friend", Role.EMPLOYEE), **dates, **as_(admin)).execute()
    with pytest.raises(NotAllowed):
        SetAbsence(person=boss, deputy=quality, **dates, **as_(quality)).execute()
    with pytest.raises(NotAllowed):
        SetAbsence(
            person=boss, deputy=person("F2", Role.EMPLOYEE), confidential=True, **dates, **as_(quality)
        ).execute()
    with pytest.raises(Invalid):
        SetAbsence(person=boss, deputy=admin, **dates, **as_(boss)).execute()
    SetAbsence(person=boss, deputy=quality, confidential=True, **dates, **as_(boss)).execute()


def test_roles_have_sound_dates_and_an_auditor_an_end(admin: Person) -> None:
    """ACL-10: no role held in the past, none that ends before it begins, no auditor for ever."""
    mia = person("Mia")
    for more in (
        {"role": Role.AUDITOR}, {"role": Role.EMPLOYEE, "valid_from": TODAY - DAY},
        {"role": Role.EMPLOYEE, "valid_to": TODAY - DAY}, {"role": Role.ADMINISTRATOR, "confidential": True},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            GrantRole(person=mia, **as_(admin), **more).execute()
    GrantRole(person=mia, role=Role.AUDITOR, valid_to=TODAY + DAY, **as_(admin)).execute()


def test_the_last_administrator_stays(admin: Person, quality: Person) -> None:
    """ACL-11: nobody ends up with an installation that nobody can run."""
    own = RoleGrant.objects.get(person=admin)
    with pytest.raises(Refused):
        WithdrawRole(row=own, reason="Tired", **as_(admin)).execute()
    with pytest.raises(Refused):
        EndPerson(person=admin, reason="Leaves", **as_(quality)).execute()
    person("Second", Role.ADMINISTRATOR)
    WithdrawRole(row=own, reason="Tired", **as_(admin)).execute()


def test_acl_09_who_leaves_is_out_at_once_and_what_they_leave_is_told(admin: Person, quality: Person) -> None:
    """ACL-09, M48: login closed, sessions and open links dead, open work counted for quality."""
    mia = person("Mia", Role.EMPLOYEE)
    before = mia.account.get_session_auth_hash()
    link = make_link(OneTimeLink.Purpose.RESET, mia)
    left = EndPerson(person=mia, reason="New job", **as_(admin)).execute()
    account = Account.objects.get(person=mia)
    assert not account.is_active
    assert not account.may_enter
    assert account.get_session_auth_hash() != before
    assert find_link(*link.url.rstrip("/").split("/")[-2:]) is None
    assert (left.records, left.tasks) == (0, 0)
    assert "Mia" in Notice.objects.filter(person=quality).latest("pk").text
    assert not access(left.person).grants
    with pytest.raises(Conflict):
        EndPerson(person=mia, reason="Again", **as_(admin)).execute()


def test_a_person_who_comes_back_is_the_same_without_the_old_rights(admin: Person) -> None:
    """SIG-09: the same identity and signatures; roles and login are given anew."""
    mia = person("Mia", Role.EMPLOYEE)
    EndPerson(person=mia, reason="Sabbatical", **as_(admin)).execute()
    back = Return(person=mia, reason="Back", **as_(admin)).execute()
    assert (back.pk, back.active, access(back).grants) == (mia.pk, True, ())
    assert not Account.objects.get(person=mia).is_active
    assert acts(RoleGrant.objects.get(person=mia)) == ["grant.withdraw"]


def test_sig_09_an_address_is_never_given_to_anybody_else(admin: Person) -> None:
    """SIG-09: not after leaving, not after a change of address, not in other capitals."""
    mia = add(admin)
    Invite(person=mia, **as_(admin)).execute()
    ChangePerson(person=mia, values={"email": "lind@example.com"}, reason="Married", **as_(admin)).execute()
    EndPerson(person=mia, reason="Left", **as_(admin)).execute()
    for email in ("mia@example.com", "MIA@example.com", "lind@example.com", "Lind@Example.com"):
        with pytest.raises(Invalid):
            add(admin, "Another", email=email)
    back = Return(person=mia, reason="Back", **as_(admin)).execute()
    ChangePerson(person=back, values={"email": "mia@example.com"}, reason="Divorced", **as_(admin)).execute()


def test_acl_13_a_changed_address_pauses_signing_and_is_told_to_the_old_one(admin: Person, quality: Person) -> None:
    """ACL-13: moving somebody's login to one's own mailbox gives no signature and is seen by everybody concerned."""
    mia = person("Mia", Role.EMPLOYEE)
    ChangePerson(person=mia, values={"email": "evil@example.com"}, reason="Typo", **as_(admin)).execute()
    account = Account.objects.get(person=mia)
    assert account.signing_blocked_until is not None
    assert account.signing_blocked_until > timezone.now() + dt.timedelta(hours=23)
    assert OutgoingMail.objects.filter(to="mia@example.com").exists()
    assert Notice.objects.filter(person=quality, text__contains="Mia").exists()
    with pytest.raises(NotAllowed):
        ChangePerson(person=mia, values={"email": "q@example.com"}, reason="x", **as_(quality)).execute()


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


def test_the_system_grants_without_a_second_person_but_with_events() -> None:
    """ACL-12: imports and demonstrations act as the system; their grants are events like all others."""
    actor = Actor.system(Via.IMPORT)
    everything = Access(actor.person, everything=True)
    mia = AddPerson(actor=actor, access=everything, values={"name": "Mia"}).execute()
    grant = GrantRole(
        actor=actor, access=everything, person=mia, role=Role.QUALITY, valid_from=TODAY - 900 * DAY
    ).execute()
    assert not grant.awaits_confirmation
    assert acts(grant) == ["grant.add"]
    with pytest.raises(Refused):
        GrantRole(actor=actor, access=everything, person=actor.person, role=Role.QUALITY).execute()
