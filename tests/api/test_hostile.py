"""Whatever a program sends, the answer is a refusal in the one shape, and never a failure."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gemba.kernel.actions.tokens import WithdrawToken
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event, SecurityEvent
from gemba.modules.objective.models import Objective
from tests.api.callers import BASE, Caller, description, measurement, objective
from tests.kernel.people import as_, person

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("description")]
FUZZ = settings(
    max_examples=150, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
HOSTILE = [
    "\0", "a\0b", "'; DROP TABLE kernel_event; --", "%", "..", "💧" * 300, "\ud800", "NaN", "-1", str(2**70), " ",
    "\u202e", "0001-01-01", "9999-12-31", "1e999999", "true", "null", "OBJ-2026-0001\n",
]  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=40)
    | st.sampled_from(HOSTILE)
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.fixture
def call() -> Caller:
    return Caller(person("Aino", Role.QUALITY, Role.MANAGEMENT))


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, address and description of every endpoint there is, also of record types not yet written."""
    return [
        (method, path, told) for path, methods in description()["paths"].items() for method, told in methods.items()
    ]


def field_names(told: dict[str, Any]) -> list[str]:
    """The names of the body's fields, so that values of the wrong kind reach the field and not only the shape."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = str(content.get("schema", {}).get("$ref", "")).rsplit("/", 1)[-1]
    return list(description()["components"]["schemas"].get(name, {}).get("properties", {}))


def bodies(told: dict[str, Any]) -> "st.SearchStrategy[Any]":
    names = field_names(told)
    if not names:
        return ANYTHING
    return ANYTHING | st.dictionaries(st.sampled_from(names), SCALARS | ANYTHING, max_size=len(names))


def check(status: int, content: bytes) -> None:
    assert status < 500, content
    if status >= 400:
        told = json.loads(content)
        assert told["detail"], told
        assert all(isinstance(sentence, str) for sentence in told["detail"])


@FUZZ
@given(data=st.data())
def test_no_request_whatever_is_answered_with_a_failure(call: Caller, data: st.DataObject) -> None:
    """WEB-11, ACL-04: every endpoint, with hostile paths, parameters and bodies."""
    if not Objective._base_manager.exists():
        objective(call.token.account.person)
        measurement(call.token.account.person)
    method, path, told = data.draw(st.sampled_from(operations()))
    known = [f"{prefix}-{timezone.localdate().year}-000{n}" for prefix in ("OBJ", "MEAS") for n in (1, 2)]
    for parameter in told.get("parameters", []):
        if parameter["in"] == "path":
            value = data.draw(st.sampled_from([*known, "submit", "approve", "1", *HOSTILE]))
            path = path.replace("{" + parameter["name"] + "}", quote(value.encode(errors="surrogatepass"), safe=""))
    names = [p["name"] for p in told.get("parameters", []) if p["in"] == "query"] or ["q"]
    query = data.draw(
        st.dictionaries(
            st.sampled_from([*names, "unknown"]),
            st.sampled_from([*HOSTILE, "1", ""]) | st.text(max_size=20),
            max_size=3,
        )
    )
    address = path + "?" + "&".join(f"{n}={quote(v.encode(errors='surrogatepass'), safe='')}" for n, v in query.items())
    body = data.draw(bodies(told)) if method in {"post", "patch", "put"} else None
    text = data.draw(
        st.sampled_from([json.dumps(body), json.dumps(body)[:-1], "{", "[" * 3000, "\xff"])
        if data.draw(st.integers(0, 4)) == 0
        else st.just(json.dumps(body))
    )
    more = {} if body is None else {"data": text.encode("utf-8", "surrogatepass"), "content_type": "application/json"}
    response = call.send(method, address, **more)
    check(response.status_code, b"{}" if response.streaming else response.content)


@FUZZ
@given(
    changes=st.dictionaries(
        st.sampled_from(
            [
                "title",
                "why",
                "target",
                "unit",
                "period",
                "due",
                "owner",
                "site",
                "event_date",
                "confidential",
                "direction",
                "exercise",
            ]
        ),
        SCALARS,
        min_size=1,
        max_size=4,
    )
)
def test_a_nearly_right_record_is_raised_whole_or_not_at_all(call: Caller, changes: dict[str, Any]) -> None:
    """WEB-11, CON-01: one event with it, or nothing at all."""
    before = Objective._base_manager.count(), Event.objects.filter(act="objective.raise").count()
    given_ = {"title": "Goal", "why": "Why", "measure": "Days", "target": "10", "unit": "days"}
    status, answer = call("post", BASE, {**given_, **changes})
    after = Objective._base_manager.count(), Event.objects.filter(act="objective.raise").count()
    assert status in {201, 400}, (changes, answer)
    assert after == ((before[0] + 1, before[1] + 1) if status == 201 else before)


@pytest.mark.parametrize(
    "address", ["/api/", "/api/v1", "/api/v2/types", "/api/v1/records/capability", f"{BASE}/OBJ-1/nothing"]
)
def test_an_address_that_is_none_is_said_in_the_same_shape(call: Caller, address: str) -> None:
    """ACL-02."""
    for method in ("get", "post", "delete"):
        response = call.send(method, address)
        check(response.status_code, response.content)
        assert response.status_code == 404
    stranger = Client().get(address)
    assert (stranger.status_code, stranger["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("field", ["title", "owner", "site"])
def test_half_a_character_is_no_text(call: Caller, field: str) -> None:
    """WEB-11: a lone surrogate, which JSON can write and no database can look for; a whole one is text."""
    given = {"title": "Figure", "value": 7, "source": "List"}
    for half in ("\ud800", "a\udfffb"):
        status, told = call("post", "/api/v1/records/measurement", {**given, field: half})
        assert (status, told["detail"]) == (400, ["The request could not be read."])
    assert call("post", "/api/v1/records/measurement", {**given, "title": "\U0001f4a7"})[0] == 201


@pytest.mark.parametrize("what", ["figures", "states"])
def test_a_day_before_the_calendar_is_refused(call: Caller, what: str) -> None:
    """WEB-11: windows reckoned back from it would leave the calendar."""
    status, told = call("get", f"/api/v1/practice/iso13485/{what}?on=0001-01-01")
    assert (status, list(told["fields"])) == (400, ["on"])


def test_a_wrong_method_is_refused(call: Caller) -> None:
    response = call.send("put", BASE)
    check(response.status_code, response.content)
    assert (response.status_code, set(response["Allow"].split(", "))) == (405, {"GET", "POST"})


def test_a_filter_that_is_not_understood_is_refused(call: Caller) -> None:
    """A program that asks for open ones must not be given all because of a slip of the pen."""
    objective(call.token.account.person)
    for query in ("state=opne", "show=opne", "due=soon", "flag=red", "status=open", "limit=1000", "after=x", "limit=0"):
        status, answer = call("get", f"{BASE}?{query}")
        assert (status, bool(answer["fields"])) == (400, True), query
    for query in ("state=draft", "show=open", "due=none", "q=goal", "owner=me", "state=void", "q="):
        assert call("get", f"{BASE}?{query}")[0] == 200, query


def test_a_token_leaves_no_session_and_no_cookie(call: Caller) -> None:
    """AUT-13: no second way in comes from using one."""
    response = call.send("get", "/api/v1/me")
    assert (response.status_code, dict(response.cookies), Session.objects.count()) == (200, {}, 0)


def test_a_token_that_once_was_one_is_noted_and_a_made_up_one_is_not(call: Caller) -> None:
    """AUD-06: and neither answer tells which it was."""
    who = call.token.account.person
    WithdrawToken(token=call.token, **as_(who)).execute()
    old = call.send("get", "/api/v1/me")
    made_up = Client().get("/api/v1/me", headers={"Authorization": "Bearer gemba_made-up"})
    assert (old.status_code, old.content) == (made_up.status_code, made_up.content) == (401, old.content)
    assert old["WWW-Authenticate"].startswith("Bearer")
    noted = SecurityEvent.objects.get(what="token.refused")
    assert (noted.person, call.secret in noted.target + noted.detail) == (who, False)


def test_every_endpoint_asks_who_one_is() -> None:
    """ACL-01: none was forgotten; a stranger is told so before anything else."""
    for method, path, _told in operations():
        response = getattr(Client(), method)(path.replace("{number}", "X").replace("{uid}", "X").replace("{pk}", "1"))
        assert response.status_code == 401, (method, path)
        assert response.json()["detail"]


def test_an_auditor_reads_and_writes_nothing() -> None:
    """ACL-10: whatever the token was made for."""
    quality = person("Aino", Role.QUALITY)
    goal = objective(quality)
    auditor = Caller(person("Beatrix", Role.AUDITOR))
    assert auditor("get", f"{BASE}/{goal.number}")[0] == 200
    assert auditor("patch", f"{BASE}/{goal.number}", {"version": 1, "unit": "hours"})[0] == 403
    assert auditor("post", f"{BASE}/{goal.number}/comments", {"text": "Seen"})[0] == 403
    assert auditor("post", BASE, {"title": "Goal"})[0] in {400, 403}
    assert Event.objects.filter(record_id=goal.pk).count() == 1


def test_the_rights_of_today_count_and_not_those_of_the_day_the_token_was_made() -> None:
    """ACL-08: a role taken away is gone at the next request."""
    who = person("Aino", Role.QUALITY)
    call = Caller(who)
    assert call("get", BASE)[0] == 200
    Person.objects.get(pk=who.pk).grants.update(valid_to="2020-12-31")
    assert call("get", BASE)[0] in {403, 404}


BUDGETS = {
    "": 4,
    "/{number}": 4,
    "/{number}/events": 5,
    "/{number}/links": 6,
    "/{number}/files": 5,
    "/{number}/tasks": 5,
    "/{number}/comments": 5,
    "/{number}/signatures": 5,
}


@pytest.mark.parametrize(("suffix", "most"), BUDGETS.items())
def test_reading_costs_the_same_however_much_there_is(
    call: Caller, suffix: str, most: int, django_assert_max_num_queries: Any
) -> None:
    """WEB-12: no statement per row."""
    who = call.token.account.person
    goal, counts = objective(who), []
    address = BASE + suffix.replace("{number}", goal.number)
    call("get", address)
    for rows in (3, 20):
        for n in range(rows):
            objective(who, title=f"Goal {n}")
            figure = measurement(who, title=f"Figure {n}")
            call("post", f"/api/v1/records/measurement/{figure.number}/links", {"role": "measures", "to": goal.number})
            call("post", f"{BASE}/{goal.number}/tasks", {"what": f"Task {n}", "person": who.uid})
            call("post", f"{BASE}/{goal.number}/comments", {"text": f"Comment {n}"})
        with django_assert_max_num_queries(most) as counted:
            assert call("get", address)[0] == 200
        counts.append(len(counted))
    assert counts[0] == counts[1]
