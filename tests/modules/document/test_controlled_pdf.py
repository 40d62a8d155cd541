"""Controlled copies of revisions: marked, signed for, traceable, and the same bytes when made again."""

import datetime as dt
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from gemba.export.controlled_document import Mark
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Void
from gemba.kernel.people.models import Person, Product
from gemba.modules.document.copies import copy_of, mark_of, pdf_of
from gemba.modules.document.models import Revision
from tests.kernel.people import as_
from tests.modules.document import life
from tests.modules.document.seen import signed_in

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
_PDFIUM: Any = pypdfium2
LONG = "<h2>Purpose</h2>" + "<p>Everybody answers complaints in the same way, and writes down what was said.</p>" * 90


def pages(made: bytes) -> list[str]:
    file = _PDFIUM.PdfDocument(made)
    try:
        return [" ".join(file[number].get_textpage().get_text_range().split()) for number in range(len(file))]
    finally:
        file.close()


def copied(revision: Revision, by: Person, **more: Any) -> list[str]:
    with seeing_everything():
        return pages(pdf_of(life.again(revision), by=by, at=AT, **more))


def test_gxp_01_an_obsolete_copy_says_so_on_every_page_and_names_what_is_in_force(
    author: Person, approver: Person
) -> None:
    """GXP-01, M42: nobody can take it for the one to work to."""
    revision = life.released(author, approver, body=LONG)
    life.revised(revision.document, author, approver)
    found = copied(revision, author)
    assert len(found) > 1
    for page in found:
        assert "OBSOLETE" in page
        assert "Obsolete. In force is POL-001-R2." in page


def test_gxp_02_a_draft_copy_says_so_on_every_page_with_name_and_time(author: Person) -> None:
    """GXP-02, M42: no draft is taken for effective."""
    found = copied(life.draft(author, body=LONG), author)
    assert len(found) > 1
    for page in found:
        assert "DRAFT" in page
        assert "Made for Aino, 2026-03-04 05:06 UTC." in page


def test_gxp_02_a_copy_in_force_says_that_paper_is_not_controlled(author: Person, approver: Person) -> None:
    """GXP-02: and a copy to give away carries it across the page."""
    revision = life.released(author, approver)
    assert all("A printed copy is not controlled." in page for page in copied(revision, author))
    assert all("UNCONTROLLED COPY" not in page for page in copied(revision, author))
    assert all("UNCONTROLLED COPY" in page for page in copied(revision, author, uncontrolled=True))


def test_a_demonstration_marks_every_copy(author: Person, approver: Person, settings: Settings) -> None:
    """GXP-02: nothing of a fictional company leaves unmarked; an exercise neither."""
    revision = life.released(author, approver)
    settings.GEMBA_MODE = "demo"
    assert mark_of(revision) is Mark.DEMONSTRATION
    settings.GEMBA_MODE = "test"
    assert mark_of(revision) is Mark.NONE
    revision.exercise = True
    assert mark_of(revision) is Mark.DEMONSTRATION


def test_the_copy_has_the_signatures_the_history_and_the_digest_that_was_signed(
    author: Person, approver: Person
) -> None:
    """M42, M43, M200: who approved what, and why each revision was made."""
    revision = life.released(author, approver)
    second = life.revised(revision.document, author, approver, what_changed="Two days named")
    third = life.do(revision.document, "revise", author, change_reason="Never finished")
    Void(record=life.again(third), reason="Not needed", **as_(approver)).execute()
    text = " ".join(copied(second, author))
    for words in ("Quentin", "Approval", "Two days named", "First revision", "POL-001-R1", "valid"):
        assert words in text, words
    assert life.again(second).digest in text.replace(" ", "")
    assert "Never finished" not in text


def test_a_rejected_round_leaves_no_signature_in_the_copy(author: Person, approver: Person) -> None:
    """M200: a rejection is kept in the record and is no approval."""
    made = life.draft(author)
    life.step(made, "submit", author)
    life.step(made, "reject", approver, "Too vague")
    with seeing_everything():
        copy = copy_of(life.again(made), by=author, at=AT)
    assert copy.signatures == ()


def test_the_same_address_gives_the_same_bytes(author: Person, approver: Person) -> None:
    """M43: the moment stands in the address; asked for without one, it is set to now."""
    revision = life.released(author, approver, steps=life.STEPS, terms=[{"term": "x", "meaning": "<b>y</b> & z"}])
    client = signed_in(author)
    address = f"/records/revision/{revision.number}/pdf"
    sent_on = client.get(address)
    assert sent_on.status_code == 302
    assert "at=" in sent_on["Location"]
    made = client.get(sent_on["Location"])
    assert made["Content-Type"] == "application/pdf"
    assert made["Content-Disposition"] == f'attachment; filename="{revision.number}.pdf"'
    assert client.get(sent_on["Location"]).content == made.content


STRANGE = (
    "2999-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "2026-13-99T00:00:00Z", "2026-01-01",
    "x", "%00",
)  # fmt: skip


@pytest.mark.parametrize("at", STRANGE)
def test_a_copy_is_never_dated_ahead_or_with_nonsense(author: Person, approver: Person, at: str) -> None:
    """M43, GXP-02: what is no moment is replaced by now."""
    revision = life.released(author, approver)
    answer = signed_in(author).get(f"/records/revision/{revision.number}/pdf?at={at}", follow=True)
    assert answer.status_code == 200
    assert "2999-" not in " ".join(pages(answer.content))  # a digest may hold the bare digits


def test_the_text_it_was_made_from_is_attached_and_the_file_is_for_archives(author: Person, approver: Person) -> None:
    """M43, M201: PDF/A-3 with the source in it."""
    revision = life.released(author, approver)
    with seeing_everything():
        made = pdf_of(life.again(revision), by=author, at=AT)
    with pikepdf.open(BytesIO(made)) as file:
        assert len(file.attachments) == 1
        (attached,) = file.attachments.values()
        assert attached.get_file().read_bytes().decode().startswith("<h2")
        with file.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"


def test_the_manual_is_copied_with_its_lists_drawn(author: Person, approver: Person) -> None:
    """M35: the copy shows what was signed, not marks."""
    Product.objects.create(name="Infusion pump")
    manual = life.draft(author, life.document(author, type="manual"), body="<p>{{live:products}}</p>")
    life.step(manual, "submit", author)
    life.step(manual, "approve", approver)
    Product.objects.update(name="Renamed")
    text = " ".join(copied(manual, author))
    assert "Infusion pump" in text
    assert "{{" not in text


def test_a_word_file_goes_out_and_comes_back_with_its_structure(author: Person, approver: Person) -> None:
    """M43: work on it outside, take it in as the next draft; headings, lists and tables are what they were."""
    body = (
        "<h2>Purpose</h2><p>All <strong>complaints</strong>.</p><ol><li><p>Write</p><ul><li><p>who</p></li></ul></li>"
        "<li><p>Ask</p></li></ol><table><thead><tr><th><p>Kind</p></th><th><p>Days</p></th></tr></thead><tbody><tr>"
        "<td><p>Harm</p></td><td><p>1</p></td></tr></tbody></table>"
    )
    revision = life.released(author, approver, body=body)
    client = signed_in(author)
    answer = client.get(f"/records/revision/{revision.number}/word", follow=True)
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    draft = life.do(revision.document, "revise", author, change_reason="Edited in Word")
    life.edit(draft, author, body="<p>Something else.</p>")
    file = SimpleUploadedFile("back.docx", answer.content)
    assert client.post(f"/records/revision/{draft.number}/take-in", {"file": file}).status_code == 302
    back = life.again(draft).body
    for part in ("<h2", "<strong>complaints</strong>", "<ol><li><p>Write</p><ul>", "<th", ">Harm<"):
        assert part in back, part


def test_a_copy_asks_few_questions_of_the_database(
    author: Person, approver: Person, django_assert_max_num_queries: Any
) -> None:
    """M43: the family and its signatures, whatever the number of revisions."""
    revision = life.released(author, approver)
    for _ in range(3):
        life.revised(revision.document, author, approver)
    with seeing_everything():
        found = Revision.objects.select_related("document", "document__owner").get(pk=revision.pk)
        with django_assert_max_num_queries(4):
            copy_of(found, by=author, at=AT)
