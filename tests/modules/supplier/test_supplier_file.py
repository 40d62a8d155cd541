"""The supplier file is gathered from records and leaves as one PDF or one ZIP; the list of approved ones has a day."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from pytest_django import Settings

from gemba.export.recordfile import RecordFile
from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.files import Attach
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.store import path_of
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.modules.nonconformity.models import Nonconformity
from gemba.modules.supplier.models import Supplier
from tests.kernel.people import as_, person
from tests.kernel.samples import again
from tests.modules.supplier import buying as by
from tests.web.conftest import SignIn, sign_in

__all__ = ["sign_in"]
pytestmark = pytest.mark.django_db
PDFIUM: Any = pypdfium2
TROUBLE: dict[str, Any] = {
    "title": "Lenses with a haze", "description": "Nine of ten", "unmet": "Drawing 12", "about": "supplier",
    "source": "inspection", "found": "Goods in",
}  # fmt: skip


@pytest.fixture
def client(sign_in: SignIn, elina: Person) -> Client:
    return sign_in(elina)


def known_for_long(elina: Person, mikael: Person) -> Supplier:
    """A supplier with something in every part of its file."""
    supplier = by.approved(elina, mikael)
    until = clock.today().replace(year=clock.today().year + 2, day=1)
    by.evaluated(supplier, elina, "certificate", **by.certificate(until))
    by.counted(supplier, elina, late=1, deliveries=40)
    by.evaluated(supplier, elina, "again")
    by.evaluated(supplier, elina, "audit")
    by.agreed(supplier, elina)
    trouble = Raise(model=Nonconformity, values=trouble_values(), **as_(elina)).execute()
    MakeLink(record=trouble, role="found_on", to=again(supplier), **as_(elina)).execute()
    found: Supplier = again(supplier)
    return found


def trouble_values() -> dict[str, Any]:
    names = {field.name: field for field in Nonconformity._meta.local_fields}
    chosen = {
        name: names[name].choices[0][0] if names[name].choices else value  # type: ignore[index]
        for name, value in TROUBLE.items()
        if name in names
    }
    return {**chosen, "title": TROUBLE["title"]}


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def words(pdf: bytes) -> str:
    document: Any = PDFIUM.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_file_holds_every_part_without_anybody_keeping_it(client: Client, elina: Person, mikael: Person) -> None:
    """M40: evaluation, certificates, audits, performance, re-evaluation, and what went wrong."""
    supplier = known_for_long(elina, mikael)
    page = client.get(f"/records/supplier/{supplier.number}/file").content.decode()
    for part in ("First qualification", "Re-evaluations", "Audits", "Certificates", "Performance", "Nonconformities"):
        assert part in page
    assert "Nothing yet." not in page
    for said in ("40 deliveries, 2.5 % late", "75 of 100", "Q-77", "Lenses with a haze", "Elina"):
        assert said in page
    assert "The whole file" in client.get(f"/records/supplier/{supplier.number}").content.decode()


def test_what_is_not_there_is_said(client: Client, elina: Person) -> None:
    """M161: missing qualification records stand in the file as missing, not as silence."""
    supplier = by.proposed(elina)
    page = client.get(f"/records/supplier/{supplier.number}/file").content.decode()
    assert page.count("Nothing yet.") == 8
    assert "missing" in page


def test_the_zip_holds_index_records_files_and_digests_that_are_right(
    client: Client, elina: Person, mikael: Person, tmp_path: Path, settings: Settings
) -> None:
    """M40: one ZIP; every member is named with its SHA-256, and each file is the one that was attached."""
    settings.GEMBA_FILES = str(tmp_path)
    supplier = known_for_long(elina, mikael)
    for name in ("scan.txt", "SCAN.TXT", "=cmd.csv"):
        Attach(record=again(supplier), name=name, chunks=[name.encode()], **as_(elina)).execute()
    response = client.get(f"/records/supplier/{supplier.number}/file?form=zip")
    assert response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        sums = dict(line.split("  ", 1)[::-1] for line in archive.read("digests.txt").decode().splitlines())
        assert set(sums) == names - {"digests.txt"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        assert len({name.lower() for name in names}) == len(names), "no two members differ in case alone"
        assert archive.read(f"files/{supplier.number}/SCAN.TXT") == b"SCAN.TXT"
        assert archive.read(f"files/{supplier.number}/scan (2).txt") == b"scan.txt"
        assert f"records/{supplier.number}.pdf" in names
        rows = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
        page = archive.read("index.html").decode()
    assert len(rows) == 1 + 8
    assert "<script" not in page
    assert "http" not in page


def test_the_pdf_is_one_archival_document_of_all_records(client: Client, elina: Person, mikael: Person) -> None:
    """M40: one PDF/A with the index first and every record behind it."""
    supplier = known_for_long(elina, mikael)
    made = body(client.get(f"/records/supplier/{supplier.number}/file?form=pdf"))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) >= 9
        assert pdf.open_metadata().pdfa_status == "3B"
    text = words(made)
    for said in ("Supplier file Lasi-Esimerkki Oy", "Q-77", "Lenses with a haze", "I looked at this supplier"):
        assert said in text


def test_a_damaged_file_is_named_and_the_rest_is_given(
    client: Client, elina: Person, tmp_path: Path, settings: Settings
) -> None:
    """FIL-08, M40: bytes that are not the ones stored are not given out."""
    settings.GEMBA_FILES = str(tmp_path)
    supplier = by.proposed(elina)
    attached = Attach(record=supplier, name="scan.txt", chunks=[b"seen"], **as_(elina)).execute()
    path = path_of(attached.blob_id)
    path.chmod(0o600)
    path.write_bytes(b"sewn")
    with zipfile.ZipFile(io.BytesIO(body(client.get(f"/records/supplier/{supplier.number}/file?form=zip")))) as made:
        assert not [name for name in made.namelist() if name.startswith("files/")]
        assert "scan.txt" in made.read("index.html").decode()


def test_names_and_texts_of_a_hostile_supplier_stay_words(client: Client, elina: Person) -> None:
    """WEB-02, FIL-09, M40: markup, typst syntax and formulas in page, PDF, ZIP and CSV."""
    nasty = '=cmd|"/c calc"!A1 <script>alert(1)</script> #read("/etc/passwd") \u202e'
    supplier = by.proposed(elina, title=nasty[:200], address=nasty)
    for form in ("", "?form=pdf", "?form=zip"):
        response = client.get(f"/records/supplier/{supplier.number}/file{form}")
        assert response.status_code == 200
        assert b"<script>alert" not in (b"" if form else body(response))
    with zipfile.ZipFile(io.BytesIO(body(client.get(f"/records/supplier/{supplier.number}/file?form=zip")))) as made:
        assert "<script>alert" not in made.read("index.html").decode()


def test_nobody_gets_more_in_a_file_than_they_may_see(
    client: Client, elina: Person, mikael: Person, sign_in: SignIn
) -> None:
    """ACL-02, ACL-03: a confidential evaluation is neither in the page nor in the file of others."""
    supplier = by.approved(elina, mikael)
    secret = by.begun(supplier, elina, "audit", means="Whistle blower")
    Edit(record=again(secret), values={"confidential": True}, **as_(elina)).execute()
    other = sign_in(person("Noora", Role.EMPLOYEE))
    assert secret.number not in other.get(f"/records/supplier/{supplier.number}/file").content.decode()
    with zipfile.ZipFile(io.BytesIO(body(other.get(f"/records/supplier/{supplier.number}/file?form=zip")))) as made:
        assert not [name for name in made.namelist() if secret.number in name]


def test_a_file_of_too_many_records_is_refused_with_a_sentence() -> None:
    """FIL-05: nobody's server works for minutes on one address."""
    many: Any = [object()] * 401
    with pytest.raises(Refused, match="401 records"):
        RecordFile(name="x", title="x", facts=(), remarks=(), headings=(), rows=(), widths=(), records=many)


def test_the_list_of_a_day_shows_who_was_approved_then(client: Client, elina: Person, mikael: Person) -> None:
    """M157, M160: page, CSV, XLSX and PDF; what is not approved is shown when asked for."""
    supplier = by.approved(elina, mikael)
    by.proposed(elina, title="Nobody looked at them")
    with clock.shifted(by.later(days=10)):
        by.decided(supplier, elina, mikael, "suspend")
    today = clock.today()
    assert supplier.number in client.get(f"/suppliers?on={today}").content.decode()
    assert supplier.number not in client.get("/suppliers?on=2001-01-01").content.decode()
    with clock.shifted(by.later(days=10)):
        page = client.get("/suppliers").content.decode()
        assert supplier.number not in page
        assert supplier.number in client.get("/suppliers?show=all").content.decode()
    rows = body(client.get(f"/suppliers?on={today}&form=csv")).decode("utf-8-sig")
    assert "Lens 4711" in rows
    assert "Nobody looked" not in rows
    assert body(client.get(f"/suppliers?on={today}&form=xlsx"))[:2] == b"PK"
    assert "Lens 4711" in words(body(client.get(f"/suppliers?on={today}&form=pdf")))


def test_the_list_goes_on_by_key(
    client: Client, elina: Person, mikael: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M160: the next page begins after the last row shown."""
    monkeypatch.setattr("gemba.modules.supplier.screens.PER_PAGE", 2)
    numbers = [by.approved(elina, mikael, title=f"Maker {n}").number for n in range(3)]
    first = client.get("/suppliers").content.decode()
    shown = [f'/{number}"' in first for number in numbers]
    assert shown == [True, True, False]
    second = client.get(f"/suppliers?on={clock.today()}&after={numbers[1]}").content.decode()
    assert [f'/{number}"' in second for number in numbers] == [False, False, True]


@pytest.mark.parametrize("query", ["?on=yesterday", "?on=%00", "?on=9999-99-99", "?after=%00", "?form=exe", "?show="])
def test_strange_addresses_are_a_page(client: Client, query: str) -> None:
    """FIL-01: whatever stands in the address."""
    assert client.get("/suppliers" + query).status_code == 200
