"""People, jobs and absences as actions, and who leaves or comes back. Trust cases ACL-09, ACL-13, SIG-09."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from gemba.kernel.actions.accounts import Invite
from gemba.kernel.actions.grants import Return
from gemba.kernel.actions.organisation import AddToOrganisation, ChangeInOrganisation, NameOrganisation
from gemba.kernel.actions.people import AddPerson, AssignJob, CancelAbsence, ChangePerson, EndJob, EndPerson, SetAbsence
from gemba.kernel.actions.rows import row_snapshot, subject_of
from gemba.kernel.entrance.links import find_link, make_link
from gemba.kernel.entrance.models import OneTimeLink
from gemba.kernel.notices.models import Notice, OutgoingMail
from gemba.kernel.people.models import Account, Department, JobRole, Person, RoleGrant, Site
from gemba.kernel.people.organisation import organisation
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.trail.canonical import digest
from gemba.kernel.trail.history import read
from gemba.kernel.trail.models import Event
from tests.kernel.joining import acts, add
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def admin() -> Person:
    return person("Root", Role.ADMINISTRATOR)


def test_every_change_of_a_person_leaves_exactly_one_event_with_old_and_new(admin: Person) -> None:
    """AUD-01, AUD-05, M48: who, what, old, new and why, on the person's own chain, committed to by its state."""
    mia = add(admin)
    ChangePerson(person=mia, values={"name": "Mia Lind"}, reason="Married", **as_(admin)).execute()
    assert acts(mia) == ["person.add", "person.change"]
    last = Event.objects.filter(subject=subject_of(mia)).latest("seq")
    body = json.loads(last.body)
    assert read(last).changes == [("name", "Mia", "Mia Lind")]
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
