"""Finding a document by number, title, words and clause; the text in force before all others (M44)."""

import pytest

from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Person
from gemba.kernel.search.query import search
from tests.kernel.people import access
from tests.modules.document.life import again, do, document, draft, edit, released, revised

pytestmark = pytest.mark.django_db


def found(who: Person, text: str) -> list[str]:
    with seeing(access(who)):
        return [each.record.number for each in search(text)]


def test_the_text_in_force_comes_before_drafts_and_former_ones(author: Person, approver: Person) -> None:
    """M44: whoever looks something up gets what holds today first, and what was replaced last."""
    first = released(author, approver, document(author, title="Release of sterile lots"), body="<p>Pouch seal test</p>")
    revised(again(first.document), author, approver)
    do(first.document, "revise", author, change_reason="Shorter")
    assert found(author, "pouch seal test") == ["POL-001-R2", "POL-001-R3", "POL-001-R1"]
    assert found(author, "sterile lots")[0] in ("POL-001", "POL-001-R2")


def test_a_document_is_found_by_number_title_words_and_clause(author: Person, approver: Person) -> None:
    """M44: however somebody remembers it."""
    draft(author, document(author, title="Corrective action"), body="<p>Answers clause 8.5.2 of the standard</p>")
    draft(author, document(author, title="Preventive action"), body="<p>Clauses 8.5.3, 5 and 2 of 8 annexes</p>")
    assert found(author, "8.5.2") == ["POL-001-R1"]
    assert set(found(author, "8.5")) == {"POL-001-R1", "POL-002-R1"}
    assert found(author, "POL-002") == ["POL-002", "POL-002-R1"] or set(found(author, "POL-002")) == {
        "POL-002", "POL-002-R1",
    }  # fmt: skip
    assert set(found(author, "preventive")) == {"POL-002", "POL-002-R1"}
    with seeing(access(author)):
        [hit] = search("8.5.2")
    assert hit.hit == "8.5.2"


def test_steps_and_terms_are_found_too(author: Person) -> None:
    """M36, M44: a tool named in a step leads to its procedure."""
    made = draft(author)
    edit(
        made, author, terms=[{"term": "Rework", "meaning": "Making it conform"}],
        steps=[{"role": "Assembler", "action": "Welds", "kind": "", "tool": "Ultrasonic welder", "minutes": None}],
    )  # fmt: skip
    assert found(author, "ultrasonic") == [made.number]
    assert found(author, "rework conform") == [made.number]
