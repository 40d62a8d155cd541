"""Verbs and columns with more inside, over REST: the same checks and sentences as on the pages."""

import base64
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.verbs import Do
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from tests.api.callers import Caller
from tests.kernel.people import as_, person
from tests.sample.models import Offshoot, Trial
from tests.web.sample_world import address, fresh, steps, trial

pytestmark = pytest.mark.django_db
BASE = "/api/v1"


@pytest.fixture
def quality() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def caller(quality: Person) -> Caller:
    return Caller(quality)


def do(record: Trial, verb: str) -> str:
    return f"{BASE}{address(record)}/{verb}"


def test_a_verb_takes_the_fields_of_its_form(
    caller: Caller, quality: Person, settings: Settings, tmp_path: Path
) -> None:
    """M149: numbers, people by uid, lines, a file in base64; answered with the record it leads to."""
    settings.GEMBA_FILES = str(tmp_path)
    record = trial(quality)
    sent = {
        "times": 2, "checker": quality.uid, "kept": True, "causes": [{"why": "Rain"}], "reason": "Because",
        "version": 1, "picture": {"name": "box.txt", "content": base64.b64encode(b"square").decode()},
    }  # fmt: skip
    status, found = caller("post", do(record, "try_again"), sent)
    assert (status, found["kind"], found["number"]) == (200, "trial", record.number)
    assert found["record"]["causes"] == [{"why": "Rain"}]
    now = fresh(record)
    assert (now.tries, now.checker) == (2, quality)
    assert Attachment.objects.get(record=record).name == "box.txt"


def test_a_verb_without_a_form_leads_to_what_it_made(caller: Caller, quality: Person) -> None:
    """M46: a record of another kind is named by its number."""
    record = trial(quality)
    with seeing_everything():
        Do(record=record, name="try_again", reason="Once", **as_(quality)).execute()
    status, found = caller("post", do(record, "branch"), {})
    made = Offshoot._base_manager.get()
    assert (status, found) == (200, {"kind": "offshoot", "number": made.number, "record": None})


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({}, 400, "reason"),
        ({"reason": " "}, 400, "reason"),
        ({"reason": "x", "times": 10}, 400, "times"),
        ({"reason": "x", "times": -1}, 400, "times"),
        ({"reason": "x", "times": "many"}, 400, "times"),
        ({"reason": "x", "checker": "nobody"}, 400, "checker"),
        ({"reason": "x", "checker": "\0"}, 400, "checker"),
        ({"reason": "x", "invented": 1}, 400, "invented"),
        ({"reason": "x", "causes": [{"other": 1}]}, 400, "other"),
        ({"reason": "x", "causes": [{"why": "x" * 6000}]}, 400, "causes"),
        ({"reason": "x", "picture": {"name": "a", "content": "§"}}, 400, "picture"),
        ({"reason": "\0"}, 400, "reason"),
        ({"reason": "x", "version": 7}, 409, None),
    ],
)
def test_what_a_verb_cannot_take_is_refused_at_its_field(
    caller: Caller, quality: Person, sent: dict[str, Any], status: int, field: str | None
) -> None:
    """ACL-04, ACL-05: nothing is written, nothing is silently ignored."""
    record = trial(quality)
    answered, found = caller("post", do(record, "try_again"), sent)
    assert answered == status
    assert field is None or field in found["fields"], found
    assert fresh(record).tries == 0


def test_a_verb_one_may_not_use_is_refused(quality: Person) -> None:
    """ACL-11, ACL-15: by role, by kind of reader, by a token that only reads, by a sentence of the module."""
    record = trial(quality)
    for who, status in (
        (Caller(person("Employee", Role.EMPLOYEE)), 403), (Caller(person("Root", Role.ADMINISTRATOR)), 404),
        (Caller(quality, may_write=False), 403),
    ):  # fmt: skip
        assert who("post", do(record, "try_again"), {"reason": "x"})[0] == status
    assert Caller(quality)("post", do(record, "branch"), {}) == (409, {"detail": ["Try it first, Aino Laine."]})
    assert Caller(quality)("post", do(record, "nothing"), {})[0] in (404, 405)


def test_lines_and_text_go_in_and_out(caller: Caller, quality: Person) -> None:
    """M47: the text cleaned, the lines exactly as sent, empty ones dropped."""
    sent = {
        "title": "Fold", "body": '<p onclick="x">Fold <script>alert(1)</script><b>it</b></p>',
        "steps": [*steps(quality), {}, {"what": ""}],
    }  # fmt: skip
    status, made = caller("post", f"{BASE}/records/trial", sent)
    assert (status, made["body"], made["steps"]) == (201, "<p>Fold <strong>it</strong></p>", steps(quality))
    number, change = made["number"], {"version": 1, "steps": [{"what": "Cut", "grade": "low"}]}
    status, changed = caller("patch", f"{BASE}/records/trial/{number}", change)
    assert (status, [line["what"] for line in changed["steps"]]) == (200, ["Cut"])
    assert caller("get", f"{BASE}/records/trial/{number}")[1]["steps"] == changed["steps"]


@pytest.mark.parametrize(
    "line",
    [
        {"what": "x", "who": "nobody"}, {"what": "x", "record": "nothing"}, {"what": "x", "grade": "middling"},
        {"what": "x", "times": -1}, {"what": "x", "times": 10**12}, {"what": "x\0"}, {"how": "no what"},
        {"what": "x", "day": "31 March"}, {"what": "x", "done": "perhaps"}, {"what": {"deep": 1}}, {"invented": 1},
        {"what": "x" * 6000}, "no line", 7,
    ],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_refused_with_a_sentence(caller: Caller, quality: Person, line: Any) -> None:
    """ACL-04: 400, never an error, never half of it."""
    status, found = caller("post", f"{BASE}/records/trial", {"title": "Fold", "steps": [line]})
    assert (status, bool(found["fields"])) == (400, True)
    assert not Trial._base_manager.exists()
