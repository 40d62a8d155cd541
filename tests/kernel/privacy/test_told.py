"""A person is told all that is kept about them, and nothing secret (GDPR Art. 15, 20)."""

import json

import pytest
from django.conf import settings
from django.test import Client

from gemba.kernel.actions.talk import Say
from gemba.kernel.people.models import Person
from gemba.kernel.privacy.told import as_json, told_about
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event, SecurityEvent
from tests.kernel.people import as_, person
from tests.kernel.samples import again, raised, signed, submitted
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


def client_of(who: Person) -> Client:
    made = Client()
    made.cookies[settings.SESSION_COOKIE_NAME] = session_of(who)
    return made


def test_everything_that_names_a_person_is_there_and_no_secret(quality: Person, manager: Person) -> None:
    """GDPR Art. 15: what one entered, signed, owns and said, one's rights, one's login and its history."""
    record = submitted(quality, owner=quality)
    signed(again(record), "approve", manager)
    Say(record=again(record), text="Well done", **as_(manager)).execute()
    SecurityEvent.objects.create(what="sign-in", person=manager, address="192.0.2.1")
    told = told_about(manager)
    assert [each["act"] for each in told["entries"]] == list(
        Event.objects.filter(actor=manager).order_by("pk").values_list("act", flat=True)
    )
    assert told["signatures"][0]["record"] == record.number
    assert told["comments"][0]["text"] == "Well done"
    assert told["security"][0]["address"] == "192.0.2.1"
    assert told["roles"][0]["role"] == Role.MANAGEMENT
    assert told_about(quality)["records_owned"] == [record.number]
    text = as_json(manager).decode()
    assert manager.account.password not in text
    assert "Answer complaints quickly" not in text, "what others wrote is not theirs"


def test_one_reads_what_is_kept_of_oneself_and_the_reading_is_noted(quality: Person) -> None:
    """GDPR Art. 15: nobody else reads it but those who keep people."""
    engineer = person("Engineer", Role.ENGINEER)
    raised(quality)
    own = client_of(engineer).get("/kept-of-me")
    assert json.loads(own.content)["about"]["name"] == "Engineer"
    assert "attachment" in own["Content-Disposition"]
    assert client_of(engineer).get(f"/kept-of-me?of={quality.uid}").status_code == 404
    other = client_of(quality).get(f"/kept-of-me?of={engineer.uid}")
    assert json.loads(other.content)["about"]["name"] == "Engineer"
    assert client_of(quality).get("/kept-of-me?of=nobody").status_code == 404
    assert SecurityEvent.objects.filter(what="person.told", target=engineer.uid).count() == 2
