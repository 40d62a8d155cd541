"""Where a text came from and how much of it is the company's own (M55, M56)."""

import pytest

from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.modules.document.models import Revision
from gemba.modules.document.provenance import Template, measured, own_share
from tests.kernel.people import as_
from tests.modules.document import life
from tests.modules.document.seen import page, signed_in

pytestmark = pytest.mark.django_db
WORDS = [f"word{n}" for n in range(100)]
THEIRS = f"<p>{' '.join(WORDS)}</p>"


def made_from_template(author: Person, body: str) -> Revision:
    family = life.document(author, type="procedure")
    made: Revision = Raise(
        model=Revision, values={"title": "Ours", "document": family, "body": body, "provenance": "template"},
        fixed={"template_name": "Bought set: SOP Complaints", "template_text": THEIRS}, **as_(author),
    ).execute()  # fmt: skip
    return made


def test_the_measure_counts_the_runs_of_five_words_that_are_new() -> None:
    """M55: a copy is 0, a text of one's own is 1, a half-changed one lies between."""
    assert own_share(THEIRS, THEIRS) == 0.0
    assert own_share("<p>Nothing of this stands in what we were given by anybody.</p>", THEIRS) == 1.0
    half = f"<p>{' '.join(WORDS[:50])} {' '.join(f'own{n}' for n in range(50))}</p>"
    assert 0.4 < own_share(half, THEIRS) < 0.6


@pytest.mark.parametrize(("own", "tone"), [(0, "bad"), (30, "busy"), (80, "good")])
def test_the_figure_is_said_in_words(own: int, tone: str, author: Person) -> None:
    """M55: a number alone would be read as a mark."""
    body = f"<p>{' '.join(WORDS[: 100 - own])} {' '.join(f'own{n}' for n in range(own))}</p>"
    found = measured(made_from_template(author, body), Template("Set", "", THEIRS))
    assert found is not None
    assert (found.tone, found.word) == (
        tone, {"bad": "still its template", "busy": "begun", "good": "the company's own"}[tone]
    )  # fmt: skip
    assert found.percent <= found.own * 100 < found.percent + 1


def test_the_measure_and_the_gaps_stand_where_the_text_is_reviewed(author: Person) -> None:
    """M55: before anybody approves it."""
    revision = made_from_template(author, THEIRS + '<p>Ask <mark data-gap="whom to ask">[enter]</mark></p>')
    life.step(revision, "submit", author)
    text = page(author, f"/records/revision/{revision.number}")
    assert "Made from Bought set: SOP Complaints." in text
    assert "still its template" in text
    assert "One place to fill in" in text
    assert "whom to ask" in text


def test_a_text_is_compared_with_its_template(author: Person) -> None:
    """M56: what is one's own is marked; a text without a template has no such page."""
    revision = made_from_template(author, f"<p>{' '.join(WORDS)} and something of our own.</p>")
    text = page(author, f"/records/revision/{revision.number}/template")
    assert "<ins>" in text
    assert "and something of our own" in text
    assert page(author, f"/records/revision/{revision.number}/template?only=1")
    plain = life.draft(author)
    assert signed_in(author).get(f"/records/revision/{plain.number}/template").status_code == 404


def test_the_next_revision_is_measured_against_the_same_template(author: Person, approver: Person) -> None:
    """M56: a document does not become one's own by counting on."""
    revision = made_from_template(author, THEIRS)
    family = revision.document
    life.step(revision, "submit", author)
    life.do(revision, "go_on_without_fit", approver, "Nobody does it yet")
    life.step(revision, "approve", approver)
    second = life.do(family, "revise", author, change_reason="More of our own")
    assert life.again(second).template_text == THEIRS
