"""A person is told all that is kept about them, and nothing secret (GDPR Art. 15, 20)."""

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client

from gemba.kernel.actions.talk import ResolveComment, Say
from gemba.kernel.notices.tell import watch
from gemba.kernel.people.models import Account, Person, system_person
from gemba.kernel.privacy.told import as_json, told_about
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SavedFilter
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
    own = client_of(engineer).get("/kept-of-me?as=json")
    assert json.loads(own.content)["about"]["name"] == "Engineer"
    assert "attachment" in own["Content-Disposition"]
    assert client_of(engineer).get(f"/kept-of-me?of={quality.uid}").status_code == 404
    other = client_of(quality).get(f"/kept-of-me?as=json&of={engineer.uid}")
    assert json.loads(other.content)["about"]["name"] == "Engineer"
    assert client_of(quality).get("/kept-of-me?of=nobody").status_code == 404
    assert client_of(quality).get(f"/kept-of-me?as=pdf&of={system_person().uid}").status_code == 404, "Gemba is nobody"
    assert SecurityEvent.objects.filter(what="person.told", target=engineer.uid).count() == 2
    page = client_of(engineer).get("/kept-of-me").content.decode()
    assert "as=pdf" in page
    assert SecurityEvent.objects.filter(what="person.told").count() == 2, "the page itself tells nothing"


TOLD = {
    "JobAssignment", "Account", "UserName", "RoleGrant", "Absence", "Event", "SecurityEvent", "Comment", "Resolution",
    "Watch", "SavedFilter", "Signature", "ApiToken", "EmailAddress", "Authenticator", "UserSession", "Task", "Notice",
}  # fmt: skip
AS_ENTRIES = {"Erasure", "Attachment", "BulkRun", "FactorReset", "Link", "Claim", "Expectation"}
"""What somebody did there is an event of that person, and told as such."""
PASSING = {"OneTimeLink", "NoticeSettings"}
"""A link for a password that is used within a day, and how often one wants mail."""


def test_no_table_that_names_a_person_is_left_out_of_what_is_told() -> None:
    """GDPR Art. 15, PRV-05: a new table that names people fails here until somebody says how it is told."""
    naming = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith(("gemba.", "allauth.")) and not issubclass(model, Record)
        for column in model._meta.local_concrete_fields
        if column.is_relation and column.related_model in (Person, Account)
    }
    assert naming == TOLD | AS_ENTRIES | PASSING


def test_where_one_is_named_watches_answers_and_is_signed_in_is_told(quality: Person, manager: Person) -> None:
    """GDPR Art. 15, PRV-05: records that name the person otherwise than as owner too."""
    record = raised(quality, owner=quality)
    said = Say(record=again(record), text="Which quarter?", **as_(quality)).execute()
    ResolveComment(record=again(record), comment=said, answer="The third", **as_(manager)).execute()
    watch(record, manager)
    SavedFilter.objects.create(person=manager, kind="objective", name="Mine", query="owner=me")
    client_of(manager)
    told = told_about(manager)
    assert told["answers"][0]["text"] == "The third"
    assert told["watched"] == [record.number]
    assert told["saved_filters"] == [{"name": "Mine", "query": "owner=me"}]
    assert {"record": record.number, "as": "raised by"} in told_about(quality)["named_in"]
    assert told["named_in"] == []
