"""Records over REST: typed, scoped, through the same actions; and never a signature."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gemba.kernel.actions.tokens import WithdrawToken
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.tokens.models import ApiToken
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.api.callers import BASE, Caller, description
from tests.api.snapshot import FILE, described
from tests.kernel.people import as_, person

pytestmark = pytest.mark.django_db
GIVEN = {"title": "Goal", "why": "Why", "measure": "Days", "target": "10", "unit": "days", "due": "2027-06-30"}


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def test_a_record_is_raised_read_edited_and_advanced(quality: Person) -> None:
    """AUD-01: the same actions as at the screen, with `via` api in the event."""
    call = Caller(quality)
    status, made = call("post", BASE, GIVEN)
    assert (status, made["state"], made["target"], made["owner"]["name"]) == (201, "draft", "10.000", "Aino")
    address = f"{BASE}/{made['number']}"
    status, edited = call("patch", address, {"version": 1, "unit": "hours", "reason": "Finer"})
    assert (status, edited["unit"], edited["version"]) == (200, "hours", 2)
    assert call("post", f"{address}/do/submit", {"version": 2})[1]["state"] == "review"
    assert call("post", f"{address}/comments", {"text": "From a program"})[0] == 201
    events = call("get", f"{address}/events")[1]
    assert [e["act"] for e in events] == [f"objective.{a}" for a in ("raise", "edit", "submit", "comment")]
    assert {json.loads(e["body"])["actor"]["via"] for e in events} == {"api"}


def test_a_program_says_why_it_enters_something_late(quality: Person) -> None:
    """CLK-08: it is not asked, since nobody is there to answer; what it says stands in the first event."""
    call = Caller(quality)
    made = call("post", BASE, {**GIVEN, "event_date": "2020-01-02", "reason": "From the old system"})[1]
    assert call("post", BASE, {**GIVEN, "event_date": "2020-01-02"})[0] == 201
    first = call("get", f"{BASE}/{made['number']}/events")[1][0]
    assert json.loads(first["body"])["reason"] == "From the old system"


def test_no_program_signs(quality: Person) -> None:
    """SIG-10: a token never replaces a person at a screen."""
    manager = person("Marta", Role.MANAGEMENT)
    number = Caller(quality)("post", BASE, GIVEN)[1]["number"]
    Caller(quality)("post", f"{BASE}/{number}/do/submit", {"version": 1})
    status, answer = Caller(manager)("post", f"{BASE}/{number}/do/approve", {"version": 2})
    assert (status, answer["detail"]) == (403, ["This step is signed, and only a person at a screen can sign."])


def test_a_stale_version_is_a_conflict_that_names_the_one_that_stands(quality: Person) -> None:
    """CON-03: nothing is silently lost over the API either."""
    call = Caller(quality)
    address = f"{BASE}/{call('post', BASE, GIVEN)[1]['number']}"
    call("patch", address, {"version": 1, "unit": "hours"})
    status, answer = call("patch", address, {"version": 1, "unit": "weeks"})
    assert (status, answer["version"]) == (409, 2)


@pytest.mark.parametrize(
    "payload",
    [
        {**GIVEN, "state": "pursued"}, {**GIVEN, "number": "OBJ-1"}, {**GIVEN, "entered_at": "2020-01-01T00:00:00Z"},
        {**GIVEN, "target": "many"}, {**GIVEN, "owner": "01HNOBODY"}, {**GIVEN, "why": "a\0b"}, {"title": "only"},
        {**GIVEN, "direction": "sideways"}, {**GIVEN, "why": "\ud800"}, [], "text", 7,
    ],
)  # fmt: skip
def test_what_may_not_be_given_is_refused_with_nothing_written(quality: Person, payload: Any) -> None:
    """ACL-04, ACL-05, CLK-04, WEB-11: mass assignment, foreign ids, own time stamps, NUL and surrogates."""
    status, answer = Caller(quality)("post", BASE, payload)
    assert (status, Objective._base_manager.count()) == (400, 0)
    assert answer["detail"]


def test_hidden_and_missing_records_are_the_same_answer(quality: Person) -> None:
    """ACL-02: nothing tells whether a number exists."""
    made = Raise(
        model=Objective, values={**GIVEN, "target": 1, "due": None, "confidential": True}, **as_(quality)
    ).execute()  # fmt: skip
    stranger = Caller(person("Olli", Role.ENGINEER))
    assert stranger("get", f"{BASE}/{made.number}") == stranger("get", f"{BASE}/OBJ-1999-0001")
    assert stranger("get", BASE)[1]["items"] == []
    assert Caller(person("Root", Role.ADMINISTRATOR))("get", BASE)[0] == 404


def test_pages_follow_each_other_without_gap_or_repeat(quality: Person) -> None:
    for n in range(7):
        Raise(
            model=Objective, values={**GIVEN, "title": f"Goal {n}", "target": 1, "due": None}, **as_(quality)
        ).execute()
    call, seen, after = Caller(quality), [], 0
    while after is not None:
        page = call("get", f"{BASE}?limit=3&after={after}")[1]
        seen += [item["title"] for item in page["items"]]
        after = page["next"]
    assert seen == [f"Goal {n}" for n in range(7)]


def test_a_token_dies_with_its_withdrawal_its_expiry_and_its_person(quality: Person) -> None:
    """ACL-08, ACL-09: denied at the next request."""
    for end in ("withdrawn", "expired", "epoch", "inactive"):
        call = Caller(quality)
        assert call("get", "/api/v1/types")[0] == 200
        if end == "withdrawn":
            WithdrawToken(token=call.token, **as_(quality)).execute()
        elif end == "expired":
            ApiToken.objects.filter(pk=call.token.pk).update(expires=timezone.now())
        elif end == "epoch":
            quality.account.session_epoch += 1
            quality.account.save()
        else:
            quality.account.is_active = False
            quality.account.save()
        assert call("get", "/api/v1/types")[0] == 401, end
    assert Event.objects.filter(subject=f"person/{quality.uid}", act="token.make").count() == 4


def test_a_reading_token_writes_nothing(quality: Person) -> None:
    """AUT-13: narrowed; kept as a digest only."""
    call = Caller(quality, may_write=False)
    assert call("post", BASE, GIVEN)[0] == 403
    assert call.secret not in str(ApiToken.objects.values_list())


def test_a_session_needs_the_csrf_token_and_nobody_needs_to_sign_in_twice(quality: Person) -> None:
    """WEB-01: the cookie alone writes nothing; without either, 401 instead of a sign-in page."""
    client = Client(enforce_csrf_checks=True)
    assert client.get(BASE).status_code == 401
    client.force_login(quality.account)
    assert client.get(BASE).status_code == 200
    assert client.post(BASE, GIVEN, content_type="application/json").status_code == 403


def test_search_and_types_show_what_one_may_read(quality: Person) -> None:
    call = Caller(quality)
    call("post", BASE, GIVEN)
    assert [f["title"] for f in call("get", "/api/v1/search?q=goal")[1]] == ["Goal"]
    assert {t["kind"] for t in call("get", "/api/v1/types")[1]} >= {"objective", "measurement"}


@pytest.mark.parametrize("query", ["?limit=-1&after=-5", "?limit=99999999999999999999", "?after=99999999999999999999"])
def test_absurd_pages_are_answered(quality: Person, query: str) -> None:
    """WEB-11: no 500 on a huge page."""
    assert Caller(quality)("get", f"{BASE}{query}")[0] in {200, 400}


@pytest.mark.xdist_group("description")
def test_the_description_of_the_interface_changes_only_on_purpose() -> None:
    """The snapshot is what programs of customers rely on. Rewrite it knowingly: python -m tests.api.snapshot."""
    assert described(description()) == FILE.read_text()
