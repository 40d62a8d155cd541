"""The page on which people say which duties a document covers (M46)."""

import pytest

from gemba.evidence.claims.models import Claim
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document
from tests.kernel.people import person
from tests.modules.document import life
from tests.modules.document.seen import page, signed_in

pytestmark = pytest.mark.django_db
TEXT = (
    "<h2>Purpose</h2><p>Complaints are handled in time, and authorities are told whether a report is needed.</p>"
    "<p>This procedure implements ISO 13485:2016, clause 8.5.2.</p>"
)


@pytest.fixture
def document(author: Person) -> Document:
    family = life.document(author, type="procedure", title="Complaint handling")
    life.draft(author, family, body=TEXT)
    return family


def address(document: Document) -> str:
    return f"/records/document/{document.number}/covers"


def test_duties_are_found_chosen_and_claimed(document: Document, author: Person) -> None:
    """M46: a clause number, a tick, a click; then the document stands on the page of the clause."""
    found = page(author, f"{address(document)}?q=8.2.2")
    assert 'value="iso13485 8.2.2-a"' in found
    answer = signed_in(author).post(address(document), {"duty": ["iso13485 8.2.2-a", "iso13485 8.2.2-b"]}, follow=True)
    assert "2 duties are claimed." in answer.content.decode()
    assert document.number in page(author, "/practice/iso13485/8.2.2")
    assert "/practice/iso13485/8.2.2" in page(author, f"/records/document/{document.number}")


def test_the_picker_answers_with_the_list_alone_while_somebody_types(document: Document, author: Person) -> None:
    """M46: the rest of the page, and what is ticked there, stays."""
    part = signed_in(author).get(f"{address(document)}?q=supplier", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'name="duty"' in part
    none = signed_in(author).get(f"{address(document)}?q=zebra", headers={"HX-Request": "true"}).content.decode()
    assert "No duty has these words." in none


def test_every_suggestion_says_why(document: Document, author: Person) -> None:
    """M46: a citation with its place, or the words that are shared."""
    text = page(author, address(document))
    assert "The text cites ISO 13485 8.5.2, under \u201cPurpose\u201d." in text
    assert "The text has its words:" in text
    signed_in(author).post(address(document), {"duty": ["iso13485 8.5.2-a"]})
    suggested = page(author, address(document)).partition("Covers now")[0]
    assert 'value="iso13485 8.5.2-a"' not in suggested
    assert 'value="iso13485 8.5.2-b"' in suggested


def test_claims_are_ended_with_a_reason(document: Document, author: Person) -> None:
    """M46: without one, nothing ends and the page says why."""
    client = signed_in(author)
    client.post(address(document), {"duty": ["iso13485 8.2.2-a"]})
    claim = Claim.objects.get()
    told = client.post(address(document), {"claim": [claim.pk], "end": "1"}, follow=True).content.decode()
    assert "Say why the document no longer covers this." in told
    client.post(address(document), {"claim": [claim.pk], "end": "1", "reason": "Moved"})
    assert not Claim.objects.standing().exists()


@pytest.mark.parametrize(
    "given",
    [
        {"duty": ["nonsense"]},
        {"duty": ["iso13485 " + "9" * 500]},
        {"duty": ["\0 \0"]},
        {"claim": ["x", "-1", "9" * 30], "end": "1", "reason": "Why"},
        {},
    ],
)
def test_nonsense_is_refused_with_a_sentence(document: Document, author: Person, given: dict[str, list[str]]) -> None:
    """M46: hostile input claims nothing and ends nothing."""
    answer = signed_in(author).post(address(document), given, follow=True)
    assert answer.status_code == 200
    assert 'class="toast error"' in answer.content.decode()
    assert not Claim.objects.exists()


def test_who_only_reads_sees_claims_and_changes_none(document: Document, author: Person) -> None:
    """M46, ACL-01: an auditor follows the thread."""
    signed_in(author).post(address(document), {"duty": ["iso13485 8.2.2-a"]})
    auditor = person("Ida", Role.AUDITOR)
    text = page(auditor, address(document))
    assert "You may read what it covers, not change it." in text
    assert 'type="checkbox"' not in text
    assert signed_in(auditor).post(address(document), {"duty": ["iso13485 8.2.2-b"]}).status_code == 403
    assert Claim.objects.count() == 1
