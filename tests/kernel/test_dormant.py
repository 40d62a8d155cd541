"""Logins that nobody uses: closed after 90 days, said to those who administer, opened again by an invitation."""

import datetime as dt

import pytest
from django.utils import timezone

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.accounts import Invite
from gemba.kernel.actions.jobs import DORMANT, CloseDormant, close_dormant, dormant_people
from gemba.kernel.actor import Actor
from gemba.kernel.jobs.schedule import SCHEDULE
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Account, Person
from gemba.kernel.refusals import NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event, SecurityEvent
from tests.kernel.people import as_, person

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO = NOW - DORMANT - dt.timedelta(minutes=1)


def last_in(who: Person, when: dt.datetime | None) -> Person:
    Account.objects.filter(person=who).update(last_login=when, created=LONG_AGO)
    return who


@pytest.fixture
def administrator() -> Person:
    return last_in(person("Root Keeper", Role.ADMINISTRATOR), NOW)


def test_aut_16_a_login_unused_for_ninety_days_is_closed(administrator: Person) -> None:
    """AUT-16: with one event of the person, a security event, and a notice to who administers; whoever comes stays."""
    gone, never = last_in(person("Gone"), LONG_AGO), last_in(person("Never In"), None)
    here = last_in(person("Here"), NOW - DORMANT + dt.timedelta(minutes=1))
    assert {who.name for who in close_dormant(NOW)} == {gone.name, never.name}
    assert set(Account.objects.filter(is_active=True).values_list("person", flat=True)) == {administrator.pk, here.pk}
    for who in (gone, never):
        subject = f"person/{who.uid}"
        assert [event.act for event in Event.objects.filter(subject=subject)] == ["person.dormant"]
        assert verify_chain(subject) == []
    assert SecurityEvent.objects.filter(what="account.dormant").count() == 2
    assert set(Notice.objects.values_list("person", flat=True)) == {administrator.pk}
    assert close_dormant(NOW) == []


def test_aut_16_the_sessions_of_a_closed_login_end(administrator: Person) -> None:
    """AUT-16, AUT-06: an open browser somewhere lets nobody in either."""
    gone = last_in(person("Gone"), LONG_AGO)
    before = gone.account.session_epoch
    close_dormant(NOW)
    assert Account.objects.get(person=gone).session_epoch > before


def test_an_invitation_opens_a_closed_login_and_gives_it_time(administrator: Person) -> None:
    """AUT-16: the ordinary action, and the next night does not close it again."""
    gone = last_in(person("Gone"), LONG_AGO)
    close_dormant(NOW)
    Invite(person=gone, **as_(administrator)).execute()
    assert Account.objects.get(person=gone).is_active
    assert close_dormant(NOW) == []


def test_the_last_who_administers_keeps_the_way_in() -> None:
    """A company whose people are all away can still be let in."""
    first, second = (last_in(person(name, Role.ADMINISTRATOR), LONG_AGO) for name in ("First", "Second"))
    Account.objects.filter(person=second).update(last_login=LONG_AGO - dt.timedelta(days=9))
    assert dormant_people(NOW) in ([second], [first])
    assert len(close_dormant(NOW)) == 1


def test_nobody_closes_logins_by_hand_this_way(administrator: Person) -> None:
    """ACL-01: only the scheduled work does."""
    gone = last_in(person("Gone"), LONG_AGO)
    with pytest.raises(NotAllowed):
        CloseDormant(person=gone, now=NOW, **as_(administrator)).execute()
    assert "dormant accounts" in SCHEDULE


def test_aud_06_a_refused_action_says_where_the_request_came_from(administrator: Person) -> None:
    """AUD-06: who, from where, what, and that it was refused."""
    stranger = person("Stranger")
    actor, access = as_(stranger)["actor"], Access(stranger)
    told = Actor(actor.person, actor.via, address="192.0.2.7")
    with pytest.raises(NotAllowed):
        Invite(person=administrator, actor=told, access=access).execute()
    assert SecurityEvent.objects.get(what="refused").address == "192.0.2.7"
