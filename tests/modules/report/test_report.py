"""Report anything: three steps on a phone, sorted by quality into what it is."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.models import Attachment, files_of
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Department, Person
from gemba.kernel.records.models import Record, content_digest
from gemba.kernel.refusals import Conflict, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.kernel.types import registry
from gemba.modules.nonconformity.models import Nonconformity
from gemba.modules.report.models import Improvement, Report
from gemba.modules.report.record import waiting
from gemba.modules.report.screens import LONGEST_TITLE, title_of
from gemba.modules.report.sorting import KINDS, asked
from gemba.modules.report.team import team_of
from tests.kernel.people import access, as_, person
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
WORDS = "Box 14 was wet at the bottom.\nThe roof leaks above rack 3."


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.GEMBA_FILES = str(tmp_path)


@pytest.fixture
def employee() -> Person:
    return person("Tomi Aalto", Role.EMPLOYEE)


@pytest.fixture
def quality() -> Person:
    return person("Aino Quality", Role.QUALITY)


def client_of(who: Person) -> Client:
    found = Client()
    found.cookies["sessionid"] = session_of(who)
    return found


def reported(who: Person, **more: Any) -> Report:
    values = {"title": "Box 14 was wet", "about": "wrong", "description": WORDS, "where": "Rack 3", **more}
    return Raise(model=Report, values=values, **as_(who)).execute()


def test_anybody_reports_with_a_photo_in_one_request(employee: Person) -> None:
    """M205: words and a picture; the number comes back; the first line is the title."""
    photo = SimpleUploadedFile("IMG_0001.png", PNG, "image/png")
    answer = client_of(employee).post("/report", {"about": "wrong", "description": WORDS, "photos": [photo]})
    made = Report._base_manager.get()
    assert answer.status_code == 200
    assert made.number in answer.content.decode()
    assert (made.title, made.owner, made.raised_by) == ("Box 14 was wet at the bottom.", employee, employee)
    assert Attachment.objects.get(record=made).name == "IMG_0001.png"


def test_two_photos_of_the_same_name_are_both_kept(employee: Person) -> None:
    """M205: phones call every picture the same."""
    photos = [SimpleUploadedFile("image.jpg", PNG + bytes([n])) for n in range(2)]
    client_of(employee).post("/report", {"about": "idea", "description": "A hook", "photos": photos})
    assert {file.name for file in Attachment.objects.filter(removed=None)} == {"image.jpg", "2 image.jpg"}


def test_a_refused_photo_keeps_the_words_and_writes_nothing(employee: Person) -> None:
    """M205, FIL-01: nobody is thanked for a picture that did not arrive."""
    bad = SimpleUploadedFile("photo.png", b"MZ\x90\x00" + b"\0" * 200)
    answer = client_of(employee).post("/report", {"about": "wrong", "description": WORDS, "photos": [bad]})
    assert answer.status_code == 422
    assert "The roof leaks above rack 3." in answer.content.decode()
    assert not Report._base_manager.exists()


def test_too_many_photos_are_refused_with_a_sentence(employee: Person) -> None:
    """M205: a limit that says what to do instead."""
    photos = [SimpleUploadedFile(f"{n}.png", PNG + bytes([n])) for n in range(6)]
    answer = client_of(employee).post("/report", {"about": "wrong", "description": WORDS, "photos": photos})
    assert answer.status_code == 422
    assert "At most 5 files" in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"about": "x", "description": "y"}, {"about": "wrong", "description": " \n "}])
def test_an_empty_report_is_none(employee: Person, sent: dict[str, str]) -> None:
    """M47: what is missing is said; nothing is written."""
    assert client_of(employee).post("/report", sent).status_code == 422
    assert not Report._base_manager.exists()


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "{{ 7|add:7 }} {% now %}", "a\0b", "x" * 9_000, "\u202edlof"]
)
def test_hostile_words_are_kept_as_words_or_refused(employee: Person, words: str) -> None:
    """M205: nothing that is typed is executed, and nothing breaks the page."""
    client = client_of(employee)
    answer = client.post("/report", {"about": "customer", "description": words})
    assert answer.status_code in (200, 422)
    for made in Report._base_manager.all():
        body = client.get(f"/records/report/{made.number}").content.decode()
        assert "<script>alert" not in body


def test_administrator_and_auditor_have_no_form_to_report(quality: Person) -> None:
    """ACL-11: the one runs the system, the other reads."""
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        assert client_of(person(f"Some {role}", role)).get("/report").status_code == 404


def test_a_report_from_a_record_is_linked_to_it(employee: Person) -> None:
    """M205: reported where it was seen; what the reader may not see is not there."""
    first = reported(employee)
    answer = client_of(employee).post(f"/report?from={first.number}", {"about": "wrong", "description": "Again"})
    assert answer.status_code == 200
    made = Report._base_manager.get(title="Again")
    assert [(link.role, link.target_id) for link in made.links_out.all()] == [("seen_at", first.pk)]
    assert client_of(employee).get("/report?from=NC-1999-0001").status_code == 200


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Short", "Short"), ("\n\n  Second line\nThird", "Second line"),
        ("word " * 40, "…"), ("x" * 300, "…"), ("", ""),
    ],
)  # fmt: skip
def test_the_title_is_the_first_line_cut_between_words(text: str, title: str) -> None:
    """M205: nobody has to think of a title."""
    found = title_of(text)
    assert found.endswith(title)
    assert len(found) <= LONGEST_TITLE + 1


def test_a_report_becomes_a_nonconformity_and_the_reporter_hears_of_it(employee: Person, quality: Person) -> None:
    """M205, 8.2.1: raised with what was reported, linked, the report ended, by one act."""
    made = reported(employee)
    values = {
        "title": made.title, "description": "Box 14 wet", "unmet": "Storage dry", "owner": quality, "source": "other",
        "about": "product", "found": "before", "event_date": made.event_date,
    }  # fmt: skip
    found = Do(record=made, name="to_nonconformity", values=values, **as_(quality)).execute()
    made.refresh_from_db()
    assert isinstance(found, Nonconformity)
    assert (made.state, made.open, made.links_out.get().role) == ("sorted", False, "became")
    assert found.number in Notice.objects.get(person=employee).text


@pytest.mark.parametrize("hidden", [True, False])
def test_what_was_reported_in_confidence_stays_so(employee: Person, hidden: bool) -> None:
    """M205, ACL-04: the new record takes over title and words, and with them who may read them."""
    insider, made = person("Insider", Role.QUALITY, confidential=True), reported(employee, confidential=hidden)
    values = {"title": made.title, "description": "Wet", "source": "people", "event_date": made.event_date}
    found = Do(record=made, name="to_improvement", values={**values, "owner": insider}, **as_(insider)).execute()
    assert found.confidential is hidden


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in registry])
def test_the_form_of_each_kind_is_filled_from_the_report_and_can_be_sent(
    kind: str, employee: Person, quality: Person
) -> None:
    """M205: complete what the new record needs and send; the words stand in the new record."""
    made = reported(employee)
    client = client_of(quality)
    url = f"/records/report/{made.number}/do/to_{kind}"
    page = client.get(url)
    form = page.context["form"]
    assert WORDS.splitlines()[1] in page.content.decode()
    sent = {}
    for bound in form:
        value = bound.value()
        if value in (None, "", []) and bound.field.required:
            choices = [v for v, _label in getattr(bound.field, "choices", []) if v]
            value = choices[0] if choices else "Something"
        sent[bound.html_name] = "" if value is None else str(getattr(value, "pk", value))
    answer = client.post(url, sent)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    new = registry.named(kind).model._base_manager.get()
    assert new.title == made.title
    assert any(WORDS.splitlines()[1] in str(value) for value in vars(new).values())


def test_only_what_the_new_record_needs_is_asked(quality: Person) -> None:
    """M205: triage is no second form of everything."""
    names = asked(registry.named("nonconformity"))
    assert {"title", "description", "unmet"} <= set(names)
    assert "reach" not in names
    assert len(names) < 14


def test_a_kind_that_this_installation_lacks_says_so(employee: Person, quality: Person) -> None:
    """M205: nothing is offered that cannot be done."""
    declared = registry.named("report")
    for kind in KINDS:
        verb = declared.verb(f"to_{kind}")
        assert verb is not None
        refusal = verb.objections[0](reported(employee), quality)
        assert (refusal is None) == (kind in registry)


def test_sorting_is_for_quality(employee: Person) -> None:
    """8.2.1: the reporter does not decide what it is."""
    made = reported(employee)
    with pytest.raises(NotAllowed):
        Do(record=made, name="to_improvement", values={}, **as_(employee)).execute()
    with pytest.raises(NotAllowed):
        Advance(record=made, name="sort", **as_(employee)).execute()


def test_sorting_is_all_or_nothing(employee: Person, quality: Person) -> None:
    """CON-03: where the new record cannot be raised, the report stays new."""
    made = reported(employee)
    with pytest.raises(Refused):
        Do(record=made, name="to_nonconformity", values={"title": "x"}, **as_(quality)).execute()
    assert Report._base_manager.get().state == "new"
    assert Record._base_manager.count() == 1


def test_two_who_sort_the_same_report_make_one_record(employee: Person, quality: Person) -> None:
    """CON-03: the second finds it taken up already, and nothing is raised twice."""
    made = reported(employee)
    values = {"title": "Hook", "description": "x", "source": "people", "event_date": made.event_date, "owner": quality}
    Do(record=made, name="to_improvement", values=values, **as_(quality)).execute()
    with pytest.raises(Conflict):
        Do(record=made, name="to_improvement", values=values, **as_(quality)).execute()
    assert Improvement._base_manager.count() == 1


def test_a_report_that_needs_nothing_more_is_answered(employee: Person, quality: Person) -> None:
    """8.2.1: with an answer for the one who reported, signed."""
    made = reported(employee)
    with pytest.raises(Refused, match="answer"):
        sign(made, "answer", quality)
    Edit(record=made, values={"answer": "The roof is mended since Monday"}, **as_(quality)).execute()
    assert sign(Report._base_manager.get(), "answer", quality).state == "answered"


def sign(record: Any, name: str, who: Person, reason: str = "") -> Any:
    seen = content_digest(record, files_of(record))
    proof = Proof(who, "pwd", clock.now())
    return Advance(record=record, name=name, proof=proof, seen=seen, **{**as_(who), "reason": reason}).execute()


def test_a_report_nobody_looks_at_stands_out_after_a_week(employee: Person) -> None:
    """M205: the flag is computed from the time of entry."""
    reported(employee)
    with seeing(access(employee)):
        assert not Report.objects.filter(waiting(clock.today())).exists()
    with clock.shifted(clock.now() + dt.timedelta(days=8)), seeing(access(employee)):
        assert Report.objects.filter(waiting(clock.today())).count() == 1


def test_an_improvement_is_decided_done_and_looked_at(employee: Person, quality: Person) -> None:
    """8.5.1: from a stated source to what it brought."""
    values = {"title": "A hook for the hose", "description": "So that it does not lie on the floor", "source": "people"}
    made = Raise(model=Improvement, values=values, **as_(employee)).execute()
    with pytest.raises(Refused, match="Fill in first"):
        sign(made, "accept", quality)
    more = {"benefit": "Fewer trips", "decided": "Yes, no effect on product", "due": clock.today()}
    Edit(record=made, values=more, **as_(employee)).execute()
    sign(Improvement._base_manager.get(), "accept", quality)
    done = {"done": "Hook hangs", "done_on": clock.today(), "brought": "No trip since"}
    Edit(record=Improvement._base_manager.get(), values=done, **as_(employee)).execute()
    assert sign(Improvement._base_manager.get(), "finish", quality).state == "done"


def test_my_teams_open_work_counts_what_its_numbers_open(employee: Person, quality: Person) -> None:
    """M106: everybody sees the figures of the own team, each number leads to its rows."""
    care = Department.objects.create(name="Customer care")
    other = Department.objects.create(name="Stores")
    for who in (employee, quality):
        who.department = care
        who.save()
    yesterday = clock.today() - dt.timedelta(days=1)
    reported(employee)
    reported(employee, owner=quality)
    late = {"title": "Late", "description": "x", "source": "people", "due": yesterday}
    Raise(model=Improvement, values=late, **as_(employee)).execute()
    client = client_of(employee)
    with seeing(access(employee)):
        team = team_of(access(employee), clock.today())
    assert (team.open, team.late) == (3, 1)
    cells = [cell for row in team.rows for _kind, cell in row.cells if cell]
    for cell in cells:
        assert len(client.get(cell.url).context["page"].rows) == cell.open
        assert len(client.get(cell.late_url).context["page"].rows) == cell.late
    body = client.get(f"/team?department={other.uid}").content.decode()
    assert "Nothing is open here" in body
    assert client.get("/team?department=zzz").status_code == 200


def test_without_a_department_the_table_is_about_oneself(employee: Person) -> None:
    """M106: nobody is shown an empty page."""
    reported(employee)
    with seeing(access(employee)):
        team = team_of(access(employee), clock.today())
    assert (team.department, [row.person for row in team.rows], team.open) == (None, [employee], 1)
