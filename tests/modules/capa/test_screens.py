"""The pages of CAPA: the record with its panels, the investigation that is drawn, the log, age and closure."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.capa.drawing import drawn
from tests.kernel.people import person
from tests.modules.capa.life import Team, edit, investigation, opened, planned, step, team, watched
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
WHYS = [{"why": "The seam is thin"}, {"why": "The jaw is worn", "known": "Measured"}]
BONES = [
    {"branch": "machine", "cause": "Jaw worn"}, {"branch": "people", "cause": "New welder", "ruled_out": "Both do"},
    {"branch": "machine", "cause": "Pressure low"},
]  # fmt: skip


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


@pytest.fixture
def people() -> Team:
    return team()


def client_of(who: Person) -> Client:
    found = Client()
    found.cookies["sessionid"] = session_of(who)
    return found


def test_the_page_of_a_capa_shows_actions_drawings_and_the_figure_before_and_after(people: Team) -> None:
    """M153, M155: nonconformity, root cause and solution on one page, each from its own column or record."""
    capa = watched(people, fishbone=BONES)
    body = client_of(people.owner).get(f"/records/capa/{capa.number}").content.decode()
    for words in ("Measure the jaw gap every week", "Fishbone", "Five whys", "Before", "17.5", "of 2 asked for"):
        assert words in body


def test_the_investigation_is_drawn_as_one_types(people: Team) -> None:
    """M108: whys, causes and the root cause come back as a drawing and as advice; nothing is stored."""
    capa = opened(people)
    step(capa, "accept", people.quality)
    client = client_of(people.owner)
    page = client.get(f"/records/capa/{capa.number}/investigate").content.decode()
    assert f"/records/capa/{capa.number}/draw" in page
    sent = {
        "whys-0-why": "The seam is thin", "whys-1-why": "The jaw is worn", "fishbone-0-branch": "machine",
        "fishbone-0-cause": "Jaw worn", "root_cause": "Human error", "timeline-0-on": "2026-02-30",
        "timeline-0-what": "Service",
    }  # fmt: skip
    sketch = client.post(f"/records/capa/{capa.number}/draw", sent).content.decode()
    for words in ("<svg", "The jaw is worn", "Jaw worn", "What made the slip possible"):
        assert words in sketch
    assert edit(capa, people.owner, unit="x").whys == []


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"whys": "no json"}, {"whys": '[{"why": {"a": 1}}, 7, null]'}, {"fishbone-0-branch": "nowhere"},
        {"whys-0-why": "<script>alert(1)</script>" * 400}, {"whys-999999-why": "x"}, {"root_cause": "\0\u202e"},
        {"fishbone-0-cause": "{{ 1 }}", "fishbone-0-branch": "people"}, {"whys": '[{"known": "only"}]'},
    ],
)  # fmt: skip
def test_whatever_is_typed_is_drawn_or_left_out(people: Team, sent: dict[str, str]) -> None:
    """M108: hostile or half-typed rows never break the page."""
    capa = opened(people)
    answer = client_of(people.owner).post(f"/records/capa/{capa.number}/draw", sent)
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


def test_the_investigation_is_read_where_it_cannot_be_changed(people: Team) -> None:
    """M149: in another state, and for those who only read, the drawing stands without a form."""
    capa = watched(people)
    for who in (people.owner, person("Ada Auditor", Role.AUDITOR)):
        body = client_of(who).get(f"/records/capa/{capa.number}/investigate").content.decode()
        assert "closed to changes" in body
        assert "The left jaw of the fixture is worn" in body


def test_saving_the_investigation_goes_through_the_edit_of_its_section(people: Team) -> None:
    """M149, CON-03: one door for edits, with version and conflict."""
    capa = opened(people)
    step(capa, "accept", people.quality)
    client = client_of(people.owner)
    page = client.get(f"/records/capa/{capa.number}/investigate")
    index = page.context["section"].index
    sent = {
        "version": page.context["version"],
        "whys-0-why": "The seam is thin",
        "method": "whys",
        "root_cause": "Wear",
    }
    answer = client.post(f"/records/capa/{capa.number}/edit/{index}", sent)
    assert answer.status_code == 302
    assert edit(capa, people.owner, unit="y").whys == [{"why": "The seam is thin", "known": ""}]
    stale = client.post(f"/records/capa/{capa.number}/edit/{index}", {**sent, "root_cause": "Other"})
    assert stale.status_code == 409


@pytest.mark.parametrize(
    "path", ["/capa/age", "/capa/age?rows=late", "/capa/age?rows=zzz", "/capa/log", "/capa/log?year=x"]
)
def test_the_overviews_stand_with_and_without_capas(people: Team, path: str) -> None:
    """M48, M151: empty they say so; asked for nonsense they show the whole."""
    client = client_of(people.worker)
    assert client.get(path).status_code == 200
    planned(opened(people), people)
    assert client.get(path).status_code == 200


def test_the_page_asks_no_more_of_the_database_as_capas_grow(people: Team) -> None:
    """M151: panels keep their number of statements."""
    capa = watched(people)
    client = client_of(people.owner)
    url = f"/records/capa/{capa.number}"
    client.get(url)
    with CaptureQueriesContext(connection) as first:
        client.get(url)
    for _n in range(6):
        planned(opened(people), people)
    with CaptureQueriesContext(connection) as second:
        client.get(url)
    assert len(second) <= len(first)


def test_a_fishbone_has_a_bone_for_each_branch_and_its_text_beside_it() -> None:
    """M108: six branches above and below; what was ruled out is struck through; all of it as a list too."""
    found = drawn("Pump housings leak at the seam", WHYS, BONES, [], [])
    assert found.fishbone is not None
    assert [bone.label for bone in found.fishbone.bones] == ["Machine", "People and knowledge"]
    machine, people_bone = found.fishbone.bones
    assert machine.y1 < found.fishbone.spine < people_bone.y1
    assert [words.faint for words in people_bone.causes] == [True]
    assert [len(causes) for _label, causes in found.fishbone.groups] == [2, 1]


def test_nothing_is_drawn_outside_the_picture() -> None:
    """M108: long words, many causes and an empty title stay within the frame."""
    from_all = [
        {"branch": branch, "cause": "A possible cause with rather many words in it " * 3}
        for branch in ("method", "machine", "material", "people", "measurement", "environment")
        for _n in range(4)
    ]
    for title in ("", "x" * 200, "Leak"):
        found = drawn(title, [{"why": "y" * 900}], from_all, [], [])
        assert found.fishbone is not None
        assert found.whys is not None
        for bone in found.fishbone.bones:
            for words in bone.causes:
                assert words.x >= 0
                assert all(0 < y < found.fishbone.height for y, _text in words.lines)
        assert all(y < found.whys.height for step_ in found.whys.steps for y, _text in step_.words.lines)


def test_days_of_the_timeline_stand_in_their_order() -> None:
    """M108: whatever the order they were typed in."""
    found = drawn(
        "t", [], [], [], [{"on": "2026-03-01", "what": "b"}, {"on": "2026-01-01", "what": "a"}, {"what": "c"}]
    )
    assert [line["what"] for line in found.timeline] == ["c", "a", "b"]


def test_an_is_is_not_table_says_its_aspects_in_words(people: Team) -> None:
    """M108: stored names are shown as words."""
    rows = [{"aspect": "where", "is": "Station 2", "is_not": "Station 1", "differs": "The fixture"}]
    found = drawn("t", [], [], rows, [])
    assert found.is_is_not[0]["label"] == "Where"
    capa = opened(people)
    step(capa, "accept", people.quality)
    edit(capa, people.owner, **investigation(people, is_is_not=rows))
    assert "Station 1" in client_of(people.owner).get(f"/records/capa/{capa.number}").content.decode()


def test_what_waits_to_be_worked_on_does_not_ask_for_a_signature(people: Team) -> None:
    """M108: an opened CAPA is investigated; that it could be declined with a signature is no reason to ask for one."""
    capa = opened(people)
    waits = client_of(people.quality).get("/").content.decode()
    assert "your signature" not in waits
    assert capa.state == "opened"
