"""The page of a record judges what stands in the database now, and says no more than its reader may know."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.accounts import EndSessions, Invite, SendPasswordLink, follow_link
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.grants import Return
from gemba.kernel.actions.people import ChangePerson, EndPerson
from gemba.kernel.actions.write import Raise
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import SecurityEvent
from gemba.modules.document.life_panels import procedure
from gemba.modules.objective.models import Measurement, Objective
from gemba.web.timeline import done_to_person
from tests.kernel.joining import GOOD, add, link_in_mail
from tests.kernel.people import access, as_, person
from tests.modules.document import life
from tests.web.conftest import SignIn
from tests.web.seed import Company, values
from tests.web.test_record_screens import address

PARTS = ("kernel_attachment", "kernel_signature", "kernel_comment", "kernel_task")
pytestmark = pytest.mark.django_db


def test_a_signature_over_text_changed_behind_our_back_is_not_shown_as_valid(firm: Company, sign_in: SignIn) -> None:
    """SIG-05: the row's own digest still says what was signed; the page works it out from what the record says."""
    client = sign_in(firm.quality)
    assert "not valid" not in client.get(address(firm.pursued)).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE objective_objective SET why = 'x' WHERE record_ptr_id = %s", [firm.pursued.pk])
    assert "not valid" in client.get(address(firm.pursued)).content.decode()


def test_a_link_to_a_hidden_record_shows_nothing_of_it(firm: Company, sign_in: SignIn) -> None:
    """ACL-04: neither title nor number of a confidential record that points here."""
    figure: dict[str, Any] = {"title": "Hidden quarter", "value": 1, "source": "s", "confidential": True}
    with seeing_everything():
        hidden = Raise(model=Measurement, values=figure, **as_(firm.manager)).execute()
        MakeLink(record=hidden, role="measures", to=firm.pursued, **as_(firm.manager)).execute()
    for who, shown in ((firm.manager, True), (firm.employee, False)):
        page = sign_in(who).get(address(firm.pursued)).content.decode()
        assert ("Hidden quarter" in page, hidden.number in page) == (shown, shown)


def test_a_record_with_nothing_beside_it_asks_for_nothing_beside_it(firm: Company, sign_in: SignIn) -> None:
    """SPD: one statement says which parts there are; those that are not are not asked for."""
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL holds the statements; their texts do not show what they ask")
    client = sign_in(firm.quality)
    with seeing_everything():
        alone = Raise(model=Objective, values=values(0), **as_(firm.quality)).execute()
    client.get(address(alone))
    with CaptureQueriesContext(connection) as captured:
        client.get(address(alone))
    asked = {table for table in PARTS for query in captured if query["sql"].startswith(f'SELECT "{table}"')}
    assert asked == set()


def test_aud_06_a_refused_action_is_noted_with_the_address_of_the_request(firm: Company, sign_in: SignIn) -> None:
    """AUD-06: the form is there for nobody without the role, but whoever sends it all the same is on record."""
    client = sign_in(firm.employee)
    given = {"title": "x", "why": "x", "measure": "x", "direction": "at_most", "target": 1, "unit": "d", "period": 3}
    more = {"event_date": "2026-01-01", "late_reason": "Late", "owner": firm.employee.pk}
    answer = client.post("/records/objective/new", {**given, **more}, REMOTE_ADDR="192.0.2.9")
    assert answer.status_code == 403
    assert set(SecurityEvent.objects.filter(what="refused").values_list("address", flat=True)) == {"192.0.2.9"}


def test_the_past_of_a_person_is_told_in_words(firm: Company, sign_in: SignIn) -> None:
    """M48, AUD-05: what was done, newest first; an act that a later version adds is readable too."""
    admin = as_(firm.administrator)
    mia = add(firm.administrator)
    Invite(person=mia, **admin).execute()
    follow_link(*link_in_mail(mia.email), GOOD)
    ChangePerson(person=mia, values={"name": "Mia Lind"}, reason="Married", **admin).execute()
    SendPasswordLink(person=mia, **admin).execute()
    EndSessions(person=mia, reason="Laptop lost", **admin).execute()
    EndPerson(person=mia, reason="Left", **admin).execute()
    Return(person=mia, reason="Back", **admin).execute()
    page = sign_in(firm.administrator).get(f"/people/{mia.uid}/").content.decode().partition('id="history"')[2]
    assert re.findall(r'class="about"><strong>([^<]*)</strong>', page) == [
        "Came back", "Left", "Signed out everywhere", "Link for a new password sent", "Changed", "Password chosen",
        "Invited to sign in", "Added",
    ]  # fmt: skip
    assert done_to_person("person.moved-to_another") == "Moved to another"


def test_the_text_beside_a_record_is_for_those_who_may_read_it(firm: Company) -> None:
    """M46, ACL-01: a confidential text that governs a record is neither named to others nor hinted at."""
    author, approver = person("Elsa", Role.ENGINEER), person("Quentin", Role.QUALITY, confidential=True)
    with seeing_everything():
        family = life.document(author, governs=[{"kind": "objective"}], confidential=True)
        text = life.released(author, approver, family, confidential=True)
    for reader in (author, approver):
        shown = procedure(firm.draft, access(reader))
        assert shown is not None
        assert [beside.then for beside in shown["found"]] == [text]
    assert procedure(firm.draft, access(firm.employee)) is None


def test_the_text_beside_a_record_is_found_in_as_many_statements_however_many_there_are(firm: Company) -> None:
    """SPD, M46: one for the documents that govern its kind, one for their texts; one where none governs it."""
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL holds the statements, which are then not counted")
    author, reader, asked = person("Elsa", Role.ENGINEER), access(firm.employee), []
    for _round in range(3):
        with CaptureQueriesContext(connection) as captured:
            procedure(firm.draft, reader)
        asked.append(len(captured))
        with seeing_everything():
            life.released(author, firm.quality, life.document(author, governs=[{"kind": "objective"}]))
    assert asked == [1, 2, 2]
