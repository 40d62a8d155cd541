"""Who gives roles to whom, and when a second person is needed. Trust cases ACL-10 to ACL-12."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.accounts import AskFactorReset, Invite, SendPasswordLink
from gemba.kernel.actions.grants import ConfirmGrant, GrantRole, WithdrawRole
from gemba.kernel.actions.organisation import NameOrganisation
from gemba.kernel.actions.people import AddPerson, ChangePerson, EndPerson, SetAbsence
from gemba.kernel.actor import Actor, Via
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person, RoleGrant, Site
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from tests.kernel.joining import acts
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin() -> Person:
    return person("Root", Role.ADMINISTRATOR)


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
