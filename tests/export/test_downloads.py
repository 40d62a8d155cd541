"""Lists, histories and records as files: complete, within the reader's rights, and harmless in a spreadsheet."""

import csv
import io
import re
from typing import Any

import openpyxl
import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from gemba.export.document import record_pdf
from gemba.export.values import as_text, restored, safe_text
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person

pytestmark = pytest.mark.django_db
RISKY = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "plain", "'=kept", "a=b")


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


def objective(by: Person, **values: Any) -> Objective:
    given = {"title": "Goal", "why": "Why", "measure": "Days", "target": 10, "unit": "days", **values}
    return Raise(model=Objective, values=given, **as_(by)).execute()


def client_of(who: Person) -> Client:
    client = Client()
    client.force_login(who.account)
    return client


def fetched(client: Client, address: str) -> bytes:
    response: Any = client.get(address)
    assert response.status_code == 200, address
    assert response["Content-Disposition"].startswith("attachment")
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_list_in_csv_has_every_row_of_its_filters(quality: Person) -> None:
    """M44: all pages of what the list shows, headings in words."""
    for n in range(60):
        objective(quality, title=f"Goal {n}", unit="days" if n % 2 else "%")
    rows = list(
        csv.DictReader(io.StringIO(fetched(client_of(quality), "/records/objective/export.csv").decode("utf-8-sig")))
    )
    assert len(rows) == 60
    assert (rows[0]["Title"], rows[0]["State"], rows[0]["Good is"], rows[0]["Target"]) == (
        "Goal 0",
        "Draft",
        "at least",
        "10",
    )
    narrowed = fetched(client_of(quality), "/records/objective/export.csv?q=goal+7").decode("utf-8-sig")
    assert narrowed.count("Goal 7") == 1


def test_no_text_is_a_formula_in_a_spreadsheet(quality: Person) -> None:
    """FIL-09: CSV with an apostrophe, XLSX cells typed as text; the original comes back on reading."""
    for text in RISKY:
        objective(quality, title=text.strip(), why=text)
    client = client_of(quality)
    rows = list(csv.DictReader(io.StringIO(fetched(client, "/records/objective/export.csv").decode("utf-8-sig"))))
    assert not [row for row in rows if row["Why it matters"].startswith(("=", "+", "-", "@", "\t"))]
    assert [restored(row["Why it matters"]) for row in rows] == list(RISKY)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(fetched(client, "/records/objective/export.xlsx"))).active
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row}
    assert "f" not in kinds
    assert safe_text("=1") == "'=1"


def test_no_text_takes_the_spreadsheet_from_everybody(quality: Person) -> None:
    """FIL-09, WEB-11: what XML cannot hold is left out of the cell; list and history are given all the same."""
    record = objective(quality, title="Goal \uffff\ufffe\U0001ffff", why="Why \uffff")
    for address in ("/records/objective/export.xlsx", f"/r/{record.number}/history.xlsx"):
        sheet: Any = openpyxl.load_workbook(io.BytesIO(fetched(client_of(quality), address))).active
        assert any("Goal \U0001ffff" in str(cell.value) for row in sheet.iter_rows() for cell in row), address


def test_the_trail_is_exported_whole(quality: Person) -> None:
    """AUD-09: as many events as the database has, every change with old and new value."""
    record = objective(quality)
    Edit(record=record, values={"why": "=HYPERLINK()", "unit": "hours"}, reason="Better", **as_(quality)).execute()
    rows = list(
        csv.DictReader(io.StringIO(fetched(client_of(quality), f"/r/{record.number}/history.csv").decode("utf-8-sig")))
    )
    assert len({row["Event"] for row in rows}) == Event.objects.filter(record=record).count()
    edits = {row["Field"]: (row["Before"], row["After"], row["Reason"]) for row in rows if row["Event"] == "2"}
    assert edits == {"why": ("Why", "'=HYPERLINK()", "Better"), "unit": ("days", "hours", "Better")}


def test_a_record_is_an_archivable_pdf_that_holds_what_people_wrote_as_text(quality: Person) -> None:
    """FIL-10, FIL-12: PDF/A; what looks like the template's own language stays plain text."""
    hostile = '#set page(fill: red)\n$x$ #read("/etc/passwd") *bold* `raw` \\ <label> @ref ½ Ω'
    record = objective(quality, title="Fast #answers [x]", why=hostile)
    with seeing(access(quality)):
        made = record_pdf(record, by="Aino", at=timezone.now())
        assert made[:4] == b"%PDF"
    with pikepdf.open(io.BytesIO(made)) as pdf:
        meta: Any = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "B")
    pages: Any = pypdfium2.PdfDocument(made)  # type: ignore[no-untyped-call]
    text = pages[0].get_textpage().get_text_bounded()
    assert "Fast #answers [x]" in text
    assert '#read("/etc/passwd")' in text
    assert record.digest[:16] in text


def bare(response: Any) -> str:
    """A page without what differs at every request: tokens, the error's identifier, the address asked for."""
    return re.sub(r'value="[^"]*"|<code>\w+</code>', "", response.content.decode())


@pytest.mark.parametrize("address", ["/r/{}/record.pdf", "/r/{}/history.csv", "/r/{}/history.xlsx"])
def test_nothing_leaves_that_may_not_be_seen(quality: Person, address: str) -> None:
    """ACL-03: the same answer for a hidden record as for none."""
    record = objective(quality, confidential=True)
    stranger = client_of(person("Olli", Role.ENGINEER))
    hidden, missing = stranger.get(address.format(record.number)), stranger.get(address.format("OBJ-1999-0001"))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert len(hidden.content) == len(missing.content)
    assert bare(hidden) == bare(missing)
    administrator = client_of(person("Root", Role.ADMINISTRATOR))
    assert administrator.get("/records/objective/export.csv").status_code == 404


@pytest.mark.parametrize(("value", "text"), [(None, ""), ("x", "x"), (3, "3"), (True, "True")])
def test_values_as_text(value: Any, text: str) -> None:
    assert as_text(value) == text
