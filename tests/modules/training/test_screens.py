"""The competence matrix and the figures of training, as pages and as files."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gemba.kernel.people.models import Department, Person
from gemba.kernel.roles import Role
from gemba.modules.training.models import Course
from tests.kernel.people import person
from tests.modules.training.making import assigned, competence, course, gives, job, of, read, the_one, watched
from tests.web.conftest import SignIn, sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db
MATRIX = "/competence-matrix"


@pytest.fixture
def client(sign_in: SignIn, mikael: Person) -> Client:
    return sign_in(mikael)


def rows_of(client: Client, query: str = "") -> dict[str, list[str]]:
    answer = client.get(f"{MATRIX}?form=csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return {row[0]: row[1:] for row in csv.reader(io.StringIO(text))}


def test_the_matrix_shows_every_person_and_what_is_asked_of_them(
    client: Client, mikael: Person, noora: Person, jussi: Person, root: Person
) -> None:
    """M93: role, person, requirement and status: held, pending, under way, missing, not asked."""
    tester = job()
    gives(root, noora, tester)
    course(mikael, competence(mikael, title="Marks", work="All"))
    course(mikael, competence(mikael, tester), method="observed", effect_months=3, effect_criterion="No fault")
    read(the_one(noora, course__method="read"), noora)
    watched(the_one(noora, course__method="observed"), jussi)
    rows = rows_of(client)
    assert rows["Person"] == ["Department", "Marks (everybody)", "Final test (Tester)"]
    assert rows["Noora"] == ["", "yes", "look pending"]
    assert rows["Jussi"] == ["", "under way", "\N{EN DASH}"]
    page = client.get(MATRIX).content.decode()
    assert the_one(noora, course__method="observed").number in page
    assert "1 of 4 people hold everything" in " ".join(page.split())


def test_the_matrix_is_narrowed_and_given_as_files(client: Client, mikael: Person, noora: Person, root: Person) -> None:
    """M93: by department and job; as CSV, XLSX and PDF with the same words."""
    tester, care = job(), Department.objects.create(name="Care")
    Person.objects.filter(pk=noora.pk).update(department=care)
    gives(root, noora, tester)
    course(mikael, competence(mikael, tester))
    assert set(rows_of(client, f"&department={care.uid}")) == {"Person", "Noora"}
    assert set(rows_of(client, f"&job={tester.uid}")) == {"Person", "Noora"}
    assert len(rows_of(client, "&job=nothing")) == 4
    sheet = load_workbook(io.BytesIO(b"".join(client.get(f"{MATRIX}?form=xlsx").streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    assert [cell.value for cell in sheet[1]] == ["Person", "Department", "Final test (Tester)"]
    pdf = client.get(f"{MATRIX}?form=pdf").content
    assert pdf.startswith(b"%PDF")


@pytest.mark.parametrize(
    "query", ["?form=exe", "?department=%00", "?job='--", "?form[]=csv", "?department=" + "x" * 5000, "?form="]
)
def test_strange_addresses_are_a_page(client: Client, mikael: Person, query: str) -> None:
    """FIL-01: whatever stands in the address, the answer is the matrix."""
    course(mikael, competence(mikael))
    assert client.get(MATRIX + query).status_code == 200


def test_hostile_names_are_words_on_the_page_in_sheets_and_on_paper(
    client: Client, mikael: Person, noora: Person, root: Person
) -> None:
    """WEB-02, FIL-07: nothing typed is ever markup, a formula or typst."""
    hostile = "=cmd|' /C calc'!A0 <script>alert(1)</script> #image(\"x\")"
    tester = job("<b>Tester</b>")
    gives(root, noora, tester)
    Person.objects.filter(pk=noora.pk).update(name=hostile[:100])
    course(mikael, competence(mikael, tester, title=hostile[:80]))
    page = client.get(MATRIX).content.decode()
    assert "<script>alert" not in page
    assert "<b>Tester" not in page
    assert not any(cell.startswith("=") for name, row in rows_of(client).items() for cell in (name, *row))
    assert client.get(f"{MATRIX}?form=pdf").content.startswith(b"%PDF")


def statements(ask: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def test_the_matrix_asks_the_database_as_often_for_sixty_people_as_for_five(
    client: Client, mikael: Person, root: Person
) -> None:
    """SPD, M93: a flat number of statements, however many people and trainings there are."""
    tester = job()
    for number in range(4):
        course(mikael, competence(mikael, tester if number % 2 else None, title=f"Skill {number}"))
    client.get(MATRIX)
    few = statements(lambda: client.get(MATRIX))
    for number in range(55):
        who = person(f"Person {number}", Role.EMPLOYEE)
        if number % 2:
            gives(root, who, tester)
    first: Course = Course._base_manager.order_by("pk")[0]
    for number in range(10):
        who = Person.objects.get(name=f"Person {number}")
        read(of(who, course=first)[0] if of(who, course=first) else assigned(first, mikael, who)[0], who)
    assert statements(lambda: client.get(MATRIX)) <= few


def test_each_number_opens_its_rows(client: Client, mikael: Person, noora: Person) -> None:
    """M106: the figures lead to the records behind them; too few are not evaluated."""
    course(mikael, competence(mikael))
    page = client.get("/training-at-a-glance").content.decode()
    assert "not evaluable" in page
    for query in ("flag=overdue", "flag=completed-late", "flag=somebody-missing", "state=completed", "flag=bypass"):
        [address] = {part.split('"')[0] for part in page.split('href="') if part.split('"')[0].endswith(query)}
        assert client.get(address).status_code == 200


def test_everybody_sees_what_is_asked_of_their_own_work(
    sign_in: SignIn, mikael: Person, noora: Person, root: Person
) -> None:
    """M96, M106: also who is not of quality; what there is to do comes first, and one click away."""
    tester = job()
    gives(root, noora, tester)
    course(mikael, competence(mikael, tester))
    training = the_one(noora)
    client = sign_in(noora)
    assert training.number in client.get("/my-training").content.decode()
    read(training, noora)
    page = client.get("/my-training").content.decode()
    assert "You are up to date" in page
    assert training.number in page


def test_quality_begins_with_the_base_courses_in_one_click(client: Client, sign_in: SignIn, noora: Person) -> None:
    """M97: offered on the empty matrix, to quality alone, and only once."""
    assert "Begin with the base courses" in client.get(MATRIX).content.decode()
    assert sign_in(noora).post("/base-courses").status_code == 404
    assert client.post("/base-courses").status_code == 302
    assert Course._base_manager.count() == 3
    client.post("/base-courses")
    assert Course._base_manager.count() == 3


def test_the_page_of_a_training_shows_the_course_and_only_the_steps_that_concern_it(
    sign_in: SignIn, mikael: Person, noora: Person
) -> None:
    """M98: who is to read is not offered to be watched; the text stands on the page."""
    course(mikael, competence(mikael), teaching="<p>Look <strong>twice</strong>.</p>")
    page = sign_in(noora).get(f"/records/training/{the_one(noora).number}").content.decode()
    assert "Look <strong>twice</strong>." in page
    assert "I have read and understood it" in page
    assert "Watched, and can do it" not in page
