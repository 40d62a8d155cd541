"""The document control matrix, the numbering, and what is listed as a gap (M48, M51)."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from pikepdf import Pdf

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.advance import Void
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from gemba.modules.document.control_views import matrix_pdf
from gemba.modules.document.matrix import Line, documents, every_line, headings, lines, series
from gemba.modules.document.models import Document
from gemba.modules.document.pages import page_of
from tests.kernel.people import access, as_, person
from tests.modules.document import life
from tests.modules.document.seen import page, signed_in, streamed

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[object]]


def line_of(document: Document) -> Line:
    with seeing_everything():
        return next(line for line in lines(list(documents())) if line.number == document.number)


def test_the_matrix_has_exactly_the_columns_it_is_asked_for() -> None:
    """M51: document, process, owner, current revision, history, retention, next review."""
    assert headings() == [
        "Document", "Process", "Owner", "Current revision", "History", "Retention", "Next review",
    ]  # fmt: skip


def test_a_document_stands_with_its_revisions_and_their_days(author: Person, approver: Person) -> None:
    """M51: the current revision and the whole history, void drafts too."""
    revision = life.released(author, approver)
    life.revised(revision.document, author, approver)
    third = life.do(revision.document, "revise", author, change_reason="More")
    Void(record=life.again(third), reason="Not needed", **as_(approver)).execute()
    today = clock.in_words(timezone.localdate())
    line = line_of(revision.document)
    assert line.current == "R2"
    assert line.told == f"R1 {today} \N{EN DASH} {today}; R2 since {today}; R3 void"
    assert line.retention == "5 years after it was replaced"
    assert line.document.next_review is not None


def test_an_empty_owner_or_retention_cell_is_listed_as_a_gap(author: Person) -> None:
    """M51: nothing empty passes for filled, in the export neither."""
    document = life.document(author, retention="", retention_years=None)
    line = line_of(document)
    assert line.gaps == ("process", "current", "retention")
    cells = line.cells()
    assert cells[1] == cells[3] == cells[5] == "missing"
    assert cells[2] == author.name


def test_an_external_document_shows_its_edition_and_needs_no_process(author: Person) -> None:
    """M51, M45: what is not written here has no revision of ours."""
    document = life.document(author, type="external", issuer="ISO", edition="2016")
    line = line_of(document)
    assert (line.current, "process" in line.gaps) == ("2016", False)


def test_the_matrix_asks_the_same_number_of_questions_however_long_it_is(
    author: Person, django_assert_num_queries: Counting
) -> None:
    """M51: flat in the number of documents."""
    for _ in range(3):
        life.draft(author)
    with seeing_everything(), django_assert_num_queries(3):
        lines(list(documents()))
    for _ in range(12):
        life.draft(author)
    with seeing_everything(), django_assert_num_queries(3):
        lines(list(documents()))


def test_every_line_comes_once_in_the_order_of_numbers(author: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """M51: portions neither lose nor repeat."""
    monkeypatch.setattr("gemba.modules.document.matrix.CHUNK", 2)
    for _ in range(5):
        life.document(author)
    with seeing_everything():
        numbers = [line.number for line in every_line()]
    assert numbers == sorted(numbers) == [f"POL-00{n}" for n in range(1, 6)]


def test_the_same_matrix_as_csv_xlsx_and_pdf(author: Person, approver: Person) -> None:
    """M51: three files with the same rows."""
    life.released(author, approver)
    life.document(author, title="=HYPERLINK(0)", retention="", retention_years=None)
    client = signed_in(approver)
    text = streamed(approver, "/documents/matrix?form=csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["Document", "POL-001 Handling of complaints", "POL-002 =HYPERLINK(0)"]
    assert rows[2][5] == "missing"
    sheet: Any = load_workbook(io.BytesIO(streamed(approver, "/documents/matrix?form=xlsx"))).active
    assert [cell.value for cell in sheet["A"]] == [row[0] for row in rows]
    pdf = client.get("/documents/matrix?form=pdf")
    assert pdf["Content-Type"] == "application/pdf"
    with Pdf.open(io.BytesIO(pdf.content)) as opened:
        assert len(opened.pages) >= 1


def test_the_pdf_of_the_matrix_is_the_same_bytes_when_made_again(author: Person) -> None:
    """M51, M43: made from the same rows at the same moment."""
    life.document(author)
    at = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
    with seeing_everything():
        found = list(every_line())
        assert matrix_pdf(found, by="Aino", at=at) == matrix_pdf(found, by="Aino", at=at)


def test_a_void_document_keeps_its_number_and_is_shown_void(author: Person, approver: Person) -> None:
    """M48: voiding leaves a visible numbered void, not a hole."""
    document = life.document(author, title="Raised by mistake")
    life.document(author)
    Void(record=document, reason="Raised twice", **as_(approver)).execute()
    (found,) = series()
    assert (found.name, found.last, found.count, found.missing) == ("POL", "POL-002", 2, ())
    assert found.void == (("POL-001", "Raised by mistake"),)
    text = page(approver, "/documents/matrix?part=numbers")
    assert "POL-001" in text
    assert "Raised by mistake" in text


def test_a_number_that_nothing_has_is_shown_as_missing(author: Person) -> None:
    """M48: a hole in the series, such as one taken over from an older system, is named; a long one in one line."""
    for number in ("SOP-03", "SOP-05", "SOP-99"):
        Raise(
            model=Document, values={"title": "Old", "type": "procedure", "area": "quality"},
            fixed={"own_number": number}, **as_(author),
        ).execute()  # fmt: skip
    (found,) = series()
    assert found.missing == ("SOP-01 to SOP-02", "SOP-04", "SOP-06 to SOP-98")


def test_a_hidden_document_is_no_hole_and_is_not_named(author: Person, approver: Person) -> None:
    """M48, ACL-01: its number is taken; what it is, others do not learn."""
    life.document(author, title="Secret", confidential=True)
    life.document(author)
    with seeing(access(person("Tom", Role.EMPLOYEE))):
        (found,) = series()
        assert (found.missing, found.void, found.count) == ((), (), 2)
        assert [line.number for line in every_line()] == ["POL-002"]
    hidden = life.document(author, title="Secret too", confidential=True)
    Void(record=hidden, reason="No", **as_(person("Quality", Role.QUALITY, confidential=True))).execute()
    (found,) = series()
    assert found.void == (("POL-003", ""),)


def test_the_matrix_shows_only_what_its_reader_may_see(author: Person) -> None:
    """M51, ACL-01: a site's own document is not in the export of another site."""
    porto, tampere = Site.objects.create(name="Porto"), Site.objects.create(name="Tampere")
    life.document(author, site=porto)
    text = streamed(person("Tom", Role.QUALITY, site=tampere), "/documents/matrix?form=csv").decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 1


@pytest.mark.parametrize("given", ["?page=0", "?page=-1", "?page=999999999999", "?page=x", "?form=exe", "?page=\u0664"])
def test_a_strange_address_of_the_matrix_is_no_error(author: Person, given: str) -> None:
    """M51: the nearest page is shown."""
    life.document(author)
    assert "POL-001" in page(author, f"/documents/matrix{given}")


def test_pages_go_on_by_number_in_both_directions(author: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """M51: the next page begins after the last row shown, the one before ends before the first."""
    for _ in range(5):
        life.document(author)
    with seeing(access(author)):
        first = page_of(2)
        second = page_of(2, after=first.after)
        last = page_of(2, after=second.after)
        back = page_of(2, before=last.rows[0].number)
    shown = [[row.number for row in each.rows] for each in (first, second, last, back)]
    assert shown == [["POL-001", "POL-002"], ["POL-003", "POL-004"], ["POL-005"], ["POL-003", "POL-004"]]
    assert (first.before, last.after, back.before, back.after) == ("", "", "POL-003", "POL-004")
    monkeypatch.setattr("gemba.modules.document.control_views.PER_PAGE", 2)
    text = page(author, "/documents/matrix?after=POL-002")
    assert "?before=POL-003" in text
    assert "?after=POL-004" in text
    assert "?after=POL-004" in page(author, "/documents/consistency?after=POL-002")


def test_a_page_of_documents_is_two_statements_and_no_more_rows_than_shown(author: Person) -> None:
    """M51: nothing is counted and nothing before the page is read."""
    for _ in range(7):
        life.document(author)
    with seeing(access(author)), CaptureQueriesContext(connection) as asked:
        page_of(2, after="POL-003")
    sql = [query["sql"] for query in asked.captured_queries]
    assert len(sql) == 2
    assert "LIMIT 3" in sql[0]
    assert not [each for each in sql if "COUNT(" in each or "OFFSET" in each]
