"""Links, files, tasks, comments and signatures over REST."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from gemba.kernel.actions.write import Edit
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from tests.api.callers import BASE, MEASUREMENTS, Caller, measurement, objective
from tests.kernel.people import as_, person
from tests.kernel.samples import submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def upload(call: Caller, address: str, name: str, content: bytes) -> tuple[int, Any]:
    response = call.send("post", address, data={"file": SimpleUploadedFile(name, content)})
    return response.status_code, response.json()  # type: ignore[attr-defined]


def test_a_link_is_made_turns_suspect_is_looked_at_and_ended(quality: Person) -> None:
    """M24, AUD-01: from a figure to its objective, each step one event by `api`."""
    goal, figure, call = objective(quality), measurement(quality), Caller(quality)
    address = f"{MEASUREMENTS}/{figure.number}/links"
    status, made = call("post", address, {"role": "measures", "to": goal.number})
    assert (status, made["record"]["number"], made["suspect"]) == (201, goal.number, False)
    assert call("get", f"{BASE}/{goal.number}/links")[1]["back"][0]["record"]["number"] == figure.number
    changed = Edit(record=goal, values={"unit": "hours"}, **as_(quality)).execute()
    shown = call("get", address)[1]["out"][0]
    assert (shown["suspect"], shown["record"]["digest"]) == (True, changed.digest)
    assert call("post", f"{address}/{made['id']}/look", {"seen": "0" * 64})[0] == 409
    assert call("post", f"{address}/{made['id']}/look", {"seen": changed.digest})[1]["suspect"] is False
    assert call("delete", f"{address}/{made['id']}")[0] == 400
    assert call("delete", f"{address}/{made['id']}?reason=Wrong+one")[0] == 204
    assert call("delete", f"{address}/{made['id']}?reason=Wrong+one")[0] == 404
    acts = Event.objects.filter(record_id=figure.pk).order_by("seq").values_list("act", flat=True)
    assert [act.split(".")[1] for act in acts] == ["raise", "link", "look", "unlink"]


def test_a_link_leads_only_to_what_one_may_see(quality: Person) -> None:
    """ACL-04: a hidden record cannot be named, and the answer is that of one that does not exist."""
    hidden = objective(quality, confidential=True)
    worker = person("Ville", Role.OPERATIONS)
    figure, call = measurement(worker), Caller(worker)
    address = f"{MEASUREMENTS}/{figure.number}/links"
    answers = [call("post", address, {"role": "measures", "to": to}) for to in (hidden.number, "OBJ-1999-0001", "\0")]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 400
    assert not Link.objects.exists()


def test_the_far_end_does_not_change_a_link(quality: Person) -> None:
    """ACL-03: a link belongs to the record that names the other."""
    goal, figure, call = objective(quality), measurement(quality), Caller(quality)
    made = call("post", f"{MEASUREMENTS}/{figure.number}/links", {"role": "measures", "to": goal.uid})[1]
    assert call("delete", f"{BASE}/{goal.number}/links/{made['id']}?reason=Mine")[0] == 404
    assert call("post", f"{MEASUREMENTS}/{figure.number}/links", {"role": "sideways", "to": goal.number})[0] == 400


def test_a_file_goes_in_comes_out_and_is_taken_out(quality: Person) -> None:
    """FIL-01, FIL-02: the exact bytes, as a file to keep, and never as a page."""
    goal, call, content = objective(quality), Caller(quality), b"<script>alert(1)</script> <html>"
    address = f"{BASE}/{goal.number}/files"
    status, made = upload(call, address, "../../page.html", content)
    assert status == 201, made
    assert (made["sha256"], made["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert "/" not in made["name"]
    got = call.send("get", f"/api/v1/files/{made['uid']}")
    assert b"".join(got.streaming_content) == content  # type: ignore[attr-defined]
    assert got["Content-Disposition"].startswith("attachment")
    assert (got["X-Content-Type-Options"], got["Content-Security-Policy"]) == ("nosniff", "default-src 'none'; sandbox")
    assert [f["uid"] for f in call("get", address)[1]] == [made["uid"]]
    assert call("delete", f"{address}/{made['uid']}")[0] == 400
    assert call("delete", f"{address}/{made['uid']}?reason=Old")[0] == 204
    assert call("get", address)[1] == []


def test_a_file_is_behind_its_record(quality: Person) -> None:
    """ACL-02: who may not see the record gets the answer of a file that does not exist."""
    goal = objective(quality, confidential=True)
    made = upload(Caller(quality), f"{BASE}/{goal.number}/files", "a.txt", b"text")[1]
    stranger = Caller(person("Ville", Role.OPERATIONS))
    missing = stranger("get", "/api/v1/files/01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert stranger("get", f"/api/v1/files/{made['uid']}") == missing
    assert missing[0] == 404
    other = objective(quality)
    assert Caller(quality)("delete", f"{BASE}/{other.number}/files/{made['uid']}?reason=x")[0] == 404


@override_settings(GEMBA_LARGEST_FILE=1000)
def test_a_file_that_is_too_large_or_a_program_is_refused(quality: Person) -> None:
    """FIL-03: by its content, and with 413 where it is the size."""
    goal, call = objective(quality), Caller(quality)
    assert upload(call, f"{BASE}/{goal.number}/files", "a.txt", b"a" * 1001)[0] == 413
    assert upload(call, f"{BASE}/{goal.number}/files", "a.txt", b"MZ" + b"\0" * 90)[0] == 400
    assert call.send("post", f"{BASE}/{goal.number}/files", data={"other": "no file"}).status_code == 400
    assert call("get", f"{BASE}/{goal.number}/files")[1] == []


def test_a_task_is_asked_for_and_done(quality: Person) -> None:
    goal, call, ville = objective(quality), Caller(quality), person("Ville", Role.OPERATIONS)
    address = f"{BASE}/{goal.number}/tasks"
    status, made = call("post", address, {"what": "Count", "person": ville.uid, "due": "2027-01-31"})
    assert (status, made["person"]["name"], made["due"]) == (201, "Ville", "2027-01-31")
    worker = Caller(ville)
    assert [t["what"] for t in worker("get", "/api/v1/tasks")[1]] == ["Count"]
    assert worker("post", f"{address}/{made['id']}/done")[1]["open"] is False
    assert worker("post", f"{address}/{made['id']}/done")[0] == 409
    assert worker("get", "/api/v1/tasks")[1] == []
    assert [t["open"] for t in call("get", address)[1]] == [False]
    assert call("post", address, {"what": "Look", "role": "quality"})[0] == 201
    for wrong in (
        {"what": "x"},
        {"what": "x", "role": "king"},
        {"what": "x", "person": "01H"},
        {"what": "\ud800", "role": "quality"},
    ):
        assert call("post", address, wrong)[0] == 400, wrong
    other = objective(quality)
    assert call("post", f"{BASE}/{other.number}/tasks/{made['id']}/done")[0] == 404


def test_a_record_is_extended_given_to_another_and_voided(quality: Person) -> None:
    """GXP-06, GXP-08: with reasons, on the version that was read."""
    goal, call, ville = objective(quality, due=None), Caller(quality), person("Ville", Role.OPERATIONS)
    address = f"{BASE}/{goal.number}"
    assert (
        call("post", f"{address}/extend", {"version": 1, "due": "2027-01-31", "reason": "First"})[1]["due"]
        == "2027-01-31"
    )
    later = call("post", f"{address}/extend", {"version": 2, "due": "2027-02-28", "reason": "Late parts"})[1]
    assert (later["due"], later["extensions"]) == ("2027-02-28", 1)
    assert call("post", f"{address}/extend", {"version": 2, "due": "2027-03-31", "reason": "Again"})[0] == 409
    assert call("post", f"{address}/extend", {"version": 3, "due": "2027-03-31", "reason": " "})[0] == 400
    assert call("post", f"{address}/assign", {"version": 3, "owner": ville.uid})[1]["owner"]["name"] == "Ville"
    assert call("post", f"{address}/void", {"version": 4, "reason": "Twice"})[0] == 403
    manager = Caller(person("Marta", Role.MANAGEMENT))
    assert manager("post", f"{address}/void", {"version": 4, "reason": "Twice"})[1]["state"] == "void"


def test_gxp_06_a_program_of_the_owner_asks_and_that_of_somebody_else_moves(quality: Person) -> None:
    """GXP-06: 202 and the old date, until a second person moves it; the request stands among the tasks."""
    goal = submitted(quality)
    mine, theirs = Caller(quality), Caller(person("Marta", Role.MANAGEMENT))
    address, later = f"{BASE}/{goal.number}", {"due": "2027-09-30", "reason": "Audit first"}
    status, told = mine("post", f"{address}/extend", {"version": goal.version, **later})
    assert (status, told["due"], told["extensions"]) == (202, "2027-06-30", 0)
    [task] = mine("get", f"{address}/tasks")[1]
    assert "Audit first" in task["what"]
    assert theirs("post", f"{address}/tasks/{task['id']}/done")[0] >= 400
    status, told = theirs("post", f"{address}/extend", {"version": goal.version, **later})
    assert (status, told["due"], told["extensions"]) == (200, "2027-09-30", 1)
    assert [each["open"] for each in mine("get", f"{address}/tasks")[1]] == [False]


def test_comments_are_read_and_written(quality: Person) -> None:
    goal, call = objective(quality), Caller(quality)
    assert call("post", f"{BASE}/{goal.number}/comments", {"text": "First"})[0] == 201
    assert [(c["who"]["name"], c["text"]) for c in call("get", f"{BASE}/{goal.number}/comments")[1]] == [
        ("Aino", "First")
    ]
    assert call("post", f"{BASE}/{goal.number}/comments", {"text": " "})[0] == 400


def test_the_api_says_whose_rights_it_uses(quality: Person) -> None:
    """ACL-08."""
    status, answer = Caller(quality, may_write=False)("get", "/api/v1/me")
    assert (status, answer["person"]["name"], answer["roles"]) == (200, "Aino", ["quality"])
    assert (answer["by"], answer["may_write"]) == ("token", False)
    assert answer["expires"]
