"""Lines and formatted text on the pages: typed, shown, changed, compared, searched, exported."""

import csv
import io
import re
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Edit
from gemba.kernel.records.fields import MOST_LINES
from tests.kernel.people import as_, person
from tests.sample.models import Trial
from tests.web.conftest import SignIn
from tests.web.sample_world import address, fresh, steps, trial, typed
from tests.web.seed import Company
from tests.web.test_record_screens import text_of

NEW = "/records/trial/new"


def given(firm: Company, **more: Any) -> dict[str, Any]:
    return {"title": "Fold", "event_date": "2026-03-01", "owner": firm.quality.pk, **more}


def test_lines_are_typed_row_by_row(firm: Company, sign_in: SignIn) -> None:
    """M47: every kind of cell; rows without a word are no lines, and gaps in the numbers do not matter."""
    first, second = steps(firm.quality)
    sent = typed("steps", {**first, "times": "2"}, {}, {"what": ""}, {**second, "times": "", "day": ""})
    sign_in(firm.quality).post(NEW, given(firm, body="<p>Text</p>", **sent))
    assert Trial._base_manager.get().steps == steps(firm.quality)


def test_the_form_of_a_record_shows_its_lines_and_room_for_more(firm: Company, sign_in: SignIn) -> None:
    """WCAG: every cell has a name of its own; every button says which line it is about."""
    body = sign_in(firm.quality).get(address(trial(firm.quality), "/edit/1")).content.decode()
    assert re.search(r'name="steps-0-what"[^>]*value="Cut"|value="Cut"[^>]*name="steps-0-what"', body)
    assert 'aria-label="What, line 1"' in body
    assert f'<option value="{firm.quality.uid}" selected>Aino Laine</option>' in body
    assert '<option value="high" selected>High</option>' in body
    assert ('name="steps-2-what"' in body, 'name="steps-more"' in body, "Ask once more." in body) == (True, True, True)
    assert re.search(r'<button type="submit" class="visually-hidden"', body), "Enter must not press a row's button"


@pytest.mark.parametrize(
    ("button", "order"),
    [
        ({"steps-up": "1"}, ["Fold", "Cut", "Glue"]), ({"steps-down": "1"}, ["Cut", "Glue", "Fold"]),
        ({"steps-drop": "0"}, ["Fold", "Glue"]), ({"steps-more": "1"}, ["Cut", "Fold", "Glue"]),
        ({"steps-up": "0"}, ["Cut", "Fold", "Glue"]), ({"steps-down": "2"}, ["Cut", "Fold", "Glue"]),
        ({"steps-drop": "99"}, ["Cut", "Fold", "Glue"]), ({"steps-up": "x"}, ["Cut", "Fold", "Glue"]),
        ({"steps-drop": "²"}, ["Cut", "Fold", "Glue"]),
    ],
)  # fmt: skip
def test_rows_are_moved_without_javascript_and_nothing_is_stored_or_reproached(
    firm: Company, sign_in: SignIn, button: dict[str, str], order: list[str]
) -> None:
    """WCAG, M47: the page comes back as typed, in the new order."""
    sent = {"title": "", **typed("steps", {"what": "Cut"}, {"what": "Fold"}, {"what": "Glue"}), **button}
    body = sign_in(firm.quality).post(NEW, sent).content.decode()
    shown = re.findall(r'name="steps-\d+-what" value="([^"]+)"', body)
    assert shown == order
    assert ("This field is required" in body, 'class="errors"' in body) == (False, False)
    rows = len(re.findall(r'name="steps-\d+-what"', body))
    assert rows - len(order) == (5 if "steps-more" in button else 1)
    assert not Trial._base_manager.exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"how": "x"}, "Line 2: fill in What."), ({"what": "x", "times": "many"}, "Line 2, Times: a whole number"),
        ({"what": "x", "grade": "none"}, "is not offered here"), ({"what": "x", "day": "soon"}, "Line 2, By: a date"),
        ({"what": "x", "who": "nobody"}, "Line 2, Who: there is nothing with this identifier."),
        ({"what": "x", "record": "nothing"}, "Line 2, Kept as: there is nothing"),
        ({"what": "x" * 5001}, "at most 5000 characters"), ({"what": "\0"}, "NUL"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_line_names_line_and_column_and_keeps_what_was_typed(
    firm: Company, sign_in: SignIn, line: dict[str, str], sentence: str
) -> None:
    """M47: beside the table and in the summary above."""
    answer = sign_in(firm.quality).post(NEW, given(firm, **typed("steps", {"what": "Keep me"}, line)))
    body = answer.content.decode()
    assert (answer.status_code, sentence in body, "Keep me" in body) == (422, True, True), text_of(body)
    assert not Trial._base_manager.exists()


def test_more_lines_than_are_kept_are_refused(firm: Company, sign_in: SignIn) -> None:
    """GXP: with a sentence, however they were sent."""
    lines = [{"why": f"{n}"} for n in range(MOST_LINES + 1)]
    answer = sign_in(firm.quality).post(NEW, given(firm, **typed("causes", *lines)))
    assert (answer.status_code, "At most 500 lines" in answer.content.decode()) == (422, True)


def test_many_people_are_found_by_name_in_fields_and_lines(firm: Company, sign_in: SignIn) -> None:
    """M149: a list of hundreds helps nobody; a name does, and of two alike the address tells."""
    for number in range(40):
        person(f"Colleague {number}")
    twin = person("Tomás Ribeiro Twin")
    type(twin).objects.filter(pk=twin.pk).update(name="Tomás Ribeiro")
    client = sign_in(firm.quality)
    form = client.get(NEW).content.decode()
    assert ('<option value="Aino Laine">' in form, '<select name="checker"' in form) == (True, False)
    sent = given(firm, checker="colleague 7", **typed("steps", {"what": "x", "who": "Colleague 8"}))
    client.post(NEW, {**sent, "owner": "Aino Laine"})
    made = Trial._base_manager.get()
    assert made.checker
    assert (made.checker.name, made.owner) == ("Colleague 7", firm.quality)
    assert made.steps[0]["who"] == person_named("Colleague 8").uid
    assert 'value="Colleague 8"' in client.get(address(made, "/edit/1")).content.decode()
    for name in ("Nobody", "Tomás Ribeiro", "Colleague"):
        answer = client.post(NEW, {**sent, "checker": name})
        assert (answer.status_code, f"“{name}”" in answer.content.decode()) == (422, True)
    told = client.get("/people/candidates?of=checker&checker=tomas+r").content.decode()
    assert told.count("<option") == 2
    assert f"Tomás Ribeiro &lt;{firm.employee.email}&gt;" in told
    client.post(NEW, {**sent, "title": "Two", "checker": f"Tomás Ribeiro <{firm.employee.email}>"})
    assert Trial._base_manager.get(title="Two").checker == firm.employee
    assert sign_in(firm.administrator).get("/people/candidates?of=x&x=a").status_code == 404


def person_named(name: str) -> Any:
    return type(person("Searcher"))._base_manager.get(name=name)


def test_the_page_shows_lines_as_a_table_and_text_as_text(firm: Company, sign_in: SignIn) -> None:
    """M44: names, words and dates; markup of a cell is text, markup of the text is what the list allows."""
    record = trial(firm.quality, body='<h2>Why</h2><p>Because <mark data-gap="date">2026</mark></p>')
    body = sign_in(firm.auditor).get(address(record)).content.decode()
    assert "with &lt;b&gt;care&lt;/b&gt;" in body
    assert 'data-label="Who">Aino Laine</td>' in body
    assert 'data-label="Kept as">quality objective</td>' in body
    assert '<time datetime="2026-03-04">4 Mar 2026</time>' in body
    assert '<mark data-gap="date">2026</mark>' in body


def test_a_page_names_people_of_lines_with_one_statement(firm: Company, sign_in: SignIn) -> None:
    """SPD: however many lines there are."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    few = statements(client, address(record))
    many = [{**steps(firm.quality)[0], "who": person(f"P {n}").uid} for n in range(60)]
    Edit(record=record, values={"steps": many}, **as_(firm.quality)).execute()
    assert statements(client, address(record)) <= few + 1


def statements(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_history_tells_what_changed_inside(firm: Company, sign_in: SignIn) -> None:
    """AUD-05: line by line, and the text as a redline."""
    record = trial(firm.quality)
    lines = [{**steps(firm.quality)[0], "times": 3}, steps(firm.quality)[1]]
    values = {"steps": lines, "body": "<p>Fold <strong>thrice</strong>.</p>"}
    Edit(record=record, values=values, **as_(firm.quality)).execute()
    body = sign_in(firm.quality).get(address(record)).content.decode()
    assert re.search(r"<del>Cut \| [^<]*\| 2 \| Aino Laine \| [^<]* \| Done<", body)
    assert re.search(r"<ins>Cut \| [^<]*\| 3 \| Aino Laine", body)
    assert "1 line as before" in body
    assert re.search(r"<del>.*twice", body)
    assert re.search(r"<ins>.*thrice", body)


def test_a_stale_edit_shows_both_tables_and_keeps_the_lines_typed(firm: Company, sign_in: SignIn) -> None:
    """CON-03: what stands now beside what was typed, and the form with the latter."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    Edit(record=record, values={"steps": [{"what": "Their own"}]}, **as_(firm.quality)).execute()
    answer = client.post(address(record, "/edit/1"), {**typed("steps", {"what": "My own"}), "version": 1})
    body = answer.content.decode()
    assert (answer.status_code, body.count("Their own"), body.count("My own") >= 2) == (409, 1, True)


def test_a_text_is_cleaned_and_what_is_too_long_is_refused(firm: Company, sign_in: SignIn) -> None:
    """WEB, M47: what is not in the list is gone; more than a document's length gets a sentence, not an error."""
    client = sign_in(firm.quality)
    hostile = '<p onclick="x()">Safe<script>alert(1)</script><img src=x onerror=y></p><iframe src="//x"></iframe>'
    client.post(NEW, given(firm, body=hostile))
    made = Trial._base_manager.get()
    assert made.body == "<p>Safe</p>"
    long = f"<p>{'x' * 2_100_000}</p>"
    answer = client.post(address(made, "/edit/0"), {"title": "Fold", "body": long, "version": made.version})
    assert (answer.status_code, "too long" in answer.content.decode()) == (422, True)
    answer = client.post(address(made, "/edit/0"), {"title": "Fold", "body": "x" * 10_000_000, "version": 1})
    assert (answer.status_code, "too large" in answer.content.decode()) == (413, True)


def test_words_of_lines_and_texts_are_found(firm: Company, sign_in: SignIn) -> None:
    """M44: the words, not the tags around them."""
    record, client = trial(firm.quality), sign_in(firm.quality)
    for words in ("twice", "along", "high"):
        assert record.number in client.get(f"/search?q={words}").content.decode()
    assert record.number not in client.get("/search?q=strong").content.decode()


def test_a_list_is_exported_with_its_lines_in_words(firm: Company, sign_in: SignIn) -> None:
    """M44, FIL-09: `a | b; c | d`, people by name, text without its form; statements do not grow with rows."""
    trial(firm.quality)
    client = sign_in(firm.quality)
    statements_of_export(client)
    few = statements_of_export(client)
    for number in range(8):
        trial(firm.quality, title=f"T {number}", steps=[{"what": "x", "who": person(f"P {number}").uid}])
    assert statements_of_export(client) == few
    answer = client.get("/records/trial/export.csv")
    [first, *_rest] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))  # type: ignore[attr-defined]
    assert first["Text"] == "Fold twice."
    assert first["Steps"] == (
        "Cut | Along the line\nwith <b>care</b> | High | 2 | Aino Laine | quality objective | 2026-03-04 | yes; "
        "Fold |  | Low |  |  |  |  | no"
    )
    assert first["Causes"] == ""


def statements_of_export(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        b"".join(client.get("/records/trial/export.csv").streaming_content)  # type: ignore[attr-defined]
    return len(captured)


def test_the_paper_shows_the_table_and_the_text(firm: Company, sign_in: SignIn) -> None:
    """M44: with every cell, also where a letter cannot be set."""
    body = "<h2>Why \N{GRINNING FACE}</h2><ul><li>One</li></ul><table><tr><td>A</td></tr></table>"
    record = trial(firm.quality, body=body, title="Smile \N{GRINNING FACE}")
    made = sign_in(firm.quality).get(f"/r/{record.number}/record.pdf")
    document = pypdfium2.PdfDocument(made.content)  # type: ignore[no-untyped-call]
    text = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    for words in ("Why", "One", "Cut", "with <b>care</b>", "Aino Laine", "quality objective", "2026-03-04", "Grade"):
        assert words in text, words


def test_lines_of_an_older_build_are_still_shown(firm: Company, sign_in: SignIn) -> None:
    """GXP: whatever columns the lines had when they were written."""
    record = trial(firm.quality)
    with seeing_everything():
        Trial._base_manager.filter(pk=record.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sample_trial SET steps = %s WHERE record_ptr_id = %s", ['[{"gone": 1}, 7, {"what": 3}]', record.pk]
        )
    client = sign_in(firm.quality)
    for url in (address(record), address(record, "/edit/1"), f"/r/{record.number}/record.pdf"):
        assert client.get(url).status_code == 200
    assert fresh(record).steps[0] == {"gone": 1}
