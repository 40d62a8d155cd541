"""Reading, comparing and beginning documents, seen through the pages."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.people.models import Person, Site
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document, Reading, Revision
from gemba.modules.document.shown import compared, newest, shown_of, whole
from tests.kernel.people import person
from tests.modules.document import life
from tests.modules.document.seen import page, signed_in

pytestmark = pytest.mark.django_db
TWO = "<h2>Purpose</h2><p>Everybody answers complaints in the same way, within two days.</p><h2>Scope</h2><p>All.</p>"


@pytest.fixture
def family(author: Person, approver: Person) -> Document:
    """Three revisions: the first superseded, the second in force, the third a draft."""
    first = life.released(author, approver)
    life.revised(first.document, author, approver, body=TWO, steps=life.STEPS)
    life.do(first.document, "revise", author, change_reason="Too slow")
    found: Document = life.again(first.document)
    return found


def test_the_page_of_a_document_begins_with_the_text_in_force(family: Document, reader: Person) -> None:
    """M42, M44: the effective text first, then drafts, then history."""
    text = page(reader, f"/records/document/{family.number}")
    parts = ("within two days", 'id="panel-revisions"', "POL-001-R1", 'id="section-0"')
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "DRAFT" not in text.partition("within two days")[0]


def test_a_document_leads_to_its_text_in_force(family: Document, reader: Person) -> None:
    """M44: without knowing its revision."""
    answer = signed_in(reader).get(f"/records/document/{family.number}/read")
    assert answer["Location"] == f"/records/revision/{family.number}-R2/read"


@pytest.mark.parametrize(("revision", "mark"), [(1, "OBSOLETE"), (2, ""), (3, "DRAFT")])
def test_what_does_not_hold_says_so_before_its_first_word(
    family: Document, reader: Person, revision: int, mark: str
) -> None:
    """M42: obsolete and draft texts are unmistakable, on screen and printed, and lead to the one in force."""
    text = page(reader, f"/records/revision/{family.number}-R{revision}/read")
    before = text.partition('<article class="doctext"')[0]
    assert ('class="docmark"' in before) is bool(mark)
    assert mark in before
    assert f'data-words="{mark}"' in text
    if mark:
        assert f"{family.number}-R2" in before


def test_contents_steps_and_terms_stand_beside_and_below_the_text(family: Document, reader: Person) -> None:
    """M36: the headings lead to their places, the steps are a table."""
    text = page(reader, f"/records/revision/{family.number}-R2/read")
    assert '<a href="#s-scope">Scope</a>' in text
    assert 'id="s-scope"' in text
    assert "Writes the complaint down" in text
    assert '<a href="#steps">' in text


def test_gaps_are_counted_where_the_text_is_read(author: Person) -> None:
    """M56: marked places of the text and of the steps."""
    body = '<p>Ask <mark data-gap="who">[enter: who]</mark>.</p>'
    steps = [{"role": "All", "action": "Look", "tool": "[enter: tool]"}]
    revision = life.draft(author, body=body, steps=steps)
    with seeing_everything():
        assert shown_of(life.again(revision)).gaps == 2
    assert "2 places are still to be filled in." in page(author, f"/records/revision/{revision.number}/read")


def test_who_is_asked_to_read_signs_from_the_page_of_the_text(author: Person, approver: Person, reader: Person) -> None:
    """M41, M44: home, the reading, its signature: three clicks."""
    family = life.document(author, readers=[{"group": "", "person": reader.uid}])
    revision = life.released(author, approver, family)
    asked = Reading._base_manager.get(owner=reader)
    assert f"/records/reading/{asked.number}" in page(reader, "/")
    text = page(reader, f"/records/reading/{asked.number}")
    assert "Everybody answers complaints" in text
    assert f"/records/reading/{asked.number}/step/read" in text
    assert f"{asked.number}/step/read" in page(reader, f"/records/revision/{revision.number}/read")
    assert "step/read" not in page(author, f"/records/revision/{revision.number}/read")


def test_any_two_revisions_are_compared_with_counts(family: Document, reader: Person) -> None:
    """M43: both chosen in the address, whole or changes alone."""
    text = page(reader, f"/records/document/{family.number}/redline?old=1&new=2")
    assert "<ins>" in text
    assert "within two days" in text
    assert 'id="old"' in text
    only = page(reader, f"/records/document/{family.number}/redline?old=1&new=2&only=1")
    assert 'class="redpart"' in only
    default = page(reader, f"/records/document/{family.number}/redline")
    assert "Not a word differs." in default


def test_a_comparison_misses_no_step_and_no_term(author: Person) -> None:
    """M43: what people do stands in the steps, so that changes there are changes."""
    one = life.draft(author, steps=life.STEPS, terms=[{"term": "complaint", "meaning": "A message"}])
    other = life.again(one)
    other.steps = [{**line, "minutes": 20 if line["minutes"] else None} for line in other.steps]
    found = compared(whole(one), whole(other))
    assert found.counts == {"changed": 1}
    assert ">20" in found.html


@pytest.mark.parametrize("given", ["old=9&new=9", "old=x", "new=%00", "old=-1&new=1", "old=\u0661", "only=yes"])
def test_a_strange_choice_of_revisions_is_no_error(family: Document, reader: Person, given: str) -> None:
    """M43: the nearest sensible comparison is shown."""
    assert "What changed" in page(reader, f"/records/document/{family.number}/redline?{given}")


def test_a_document_that_one_may_not_see_has_no_pages(author: Person, approver: Person) -> None:
    """ACL-01, M201: reading, comparing and copying are under the reader's own scope."""
    porto, tampere = Site.objects.create(name="Porto"), Site.objects.create(name="Tampere")
    revision = life.released(author, approver, life.document(author, site=porto), site=porto)
    stranger = signed_in(person("Tom", Role.EMPLOYEE, site=tampere))
    number = revision.document.number
    for address in (
        f"document/{number}/read", f"document/{number}/redline", f"document/{number}/covers",
        f"revision/{number}-R1/read", f"revision/{number}-R1/pdf", f"revision/{number}-R1/word",
        f"revision/{number}-R1/checks", f"revision/{number}-R1/template", f"revision/{number}-R1/take-in",
    ):  # fmt: skip
        assert stranger.get(f"/records/{address}").status_code == 404, address


def test_the_newest_draft_is_read_where_nothing_is_in_force(author: Person) -> None:
    """M44: a new document is not an empty page."""
    revision = life.draft(author)
    with seeing_everything():
        assert newest(revision.document) == revision
    assert "DRAFT" in page(author, f"/records/document/{revision.document.number}")


def test_a_document_without_any_text_says_nothing_of_one(author: Person) -> None:
    """M44: no page that pretends."""
    document = life.document(author)
    assert signed_in(author).get(f"/records/document/{document.number}/read").status_code == 404
    assert "Nothing to compare yet" in page(author, f"/records/document/{document.number}/redline")
    assert document.title in page(author, f"/records/document/{document.number}")


def posted(who: Person, way: str, **values: Any) -> Any:
    given = {"title": "Cleaning", "type": "procedure", "area": "production", "owner": who.pk, **values}
    return signed_in(who).post(f"/documents/new?way={way}", given)


def test_a_document_begins_empty_with_its_first_draft(author: Person) -> None:
    """M55: where its text will come from is asked at once."""
    assert "Write it here" in page(author, "/documents/new")
    answer = posted(author, "empty", provenance="assisted")
    assert answer["Location"] == "/records/revision/SOP-001-R1"
    revision = Revision._base_manager.get()
    assert (revision.provenance, revision.state, revision.document.area) == ("assisted", "draft", "production")


def test_a_document_begins_with_the_text_of_a_file(author: Person) -> None:
    """M55: and what could not be taken over is said."""
    file = SimpleUploadedFile("cleaning.md", b"# Cleaning\n\n## How\n\n1. Wipe\n2. Dry\n\n![a picture](x.png)\n")
    client = signed_in(author)
    given = {"title": "Cleaning", "type": "procedure", "area": "production", "owner": author.pk}
    answer = client.post("/documents/new?way=file", {**given, "file": file, "provenance": "copied"}, follow=True)
    revision = Revision._base_manager.get()
    assert "<ol><li><p>Wipe</p></li>" in revision.body
    assert revision.provenance == "copied"
    assert "One picture was not taken over" in answer.content.decode()


def test_a_document_begins_as_a_copy_and_keeps_the_link(family: Document, author: Person) -> None:
    """M56: the text in force with its steps and rules, and where it came from."""
    answer = posted(author, "copy", of=family.number.lower())
    assert answer.status_code == 302, answer.content.decode()
    copy = Revision._base_manager.get(number="SOP-001-R1")
    assert (copy.provenance, len(copy.steps)) == ("copied", 2)
    assert copy.template_name.startswith("POL-001-R2")
    assert "within two days" in copy.template_text
    assert copy.document.retention == family.retention
    text = page(author, f"/records/revision/{copy.number}")
    assert "Made from POL-001-R2 Handling of complaints" in text
    assert "still its template" in text


@pytest.mark.parametrize("number", ["POL-999", "", "\0", "x" * 500])
def test_a_copy_of_nothing_is_refused_beside_the_field(author: Person, number: str) -> None:
    """M56: nothing half-made is left behind."""
    assert posted(author, "copy", of=number).status_code == 422
    assert not Document._base_manager.exists()


def test_who_may_not_write_documents_is_told_so(family: Document) -> None:
    """ACL-01: an auditor begins nothing."""
    auditor = person("Ida", Role.AUDITOR)
    assert signed_in(auditor).get("/documents/new").status_code == 404
    assert posted(auditor, "empty").status_code == 403


def test_a_file_takes_the_place_of_a_drafts_text_only(family: Document, author: Person) -> None:
    """M43: what is approved is not overwritten by an upload; the draft's former text stays in the history."""
    file = SimpleUploadedFile("new.md", b"## Purpose\n\nAn altogether other text.\n")
    client = signed_in(author)
    answer = client.post(f"/records/revision/{family.number}-R3/take-in", {"file": file})
    assert answer.status_code == 302
    assert "altogether other" in Revision._base_manager.get(sequence=3).body
    file.seek(0)
    refused = client.post(f"/records/revision/{family.number}-R2/take-in", {"file": file})
    assert refused.status_code == 409
    assert "Only a draft takes in a file" in refused.content.decode()
    assert "within two days" in Revision._base_manager.get(sequence=2).body


def test_who_may_not_change_a_draft_takes_no_file_into_it(family: Document) -> None:
    """ACL-01: reading is not writing."""
    stranger = signed_in(person("Tom", Role.EMPLOYEE))
    file = SimpleUploadedFile("new.md", b"Mine.")
    answer = stranger.post(f"/records/revision/{family.number}-R3/take-in", {"file": file})
    assert answer.status_code == 403
    assert "Mine" not in Revision._base_manager.get(sequence=3).body


def test_any_record_leads_to_its_clauses_in_one_step(author: Person, approver: Person, reader: Person) -> None:
    """M46: by the evidence that its kind yields; the clause page leads on to documents and records."""
    family = life.document(author, readers=[{"group": "", "person": reader.uid}])
    life.released(author, approver, family)
    asked = Reading._base_manager.get(owner=reader)
    assert "/practice/iso13485/6.2" in page(reader, f"/records/reading/{asked.number}")
