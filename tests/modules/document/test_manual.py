"""The quality manual draws its lists from live data and keeps them as they stood when it was signed (M35)."""

import datetime as dt

import pytest

from gemba.evidence.scope.models import Applicability, Applied
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.roles import Role
from gemba.modules.document.live import SOURCES, drawn, frozen, holds_live, text_of
from gemba.modules.document.models import Revision
from tests.kernel.people import access, person
from tests.modules.document import life
from tests.modules.document.seen import page

pytestmark = pytest.mark.django_db
MARKS = "".join(f"<p>{{{{live:{name}}}}}</p>" for name in SOURCES)


def scope_decides(author: Person, duty: str, reason: str) -> None:
    """A scope in force that leaves one duty out."""
    scope = life.document(author, title="The scope")
    day = clock.today() - dt.timedelta(days=1)
    Applied.objects.create(scope=scope, framework="iso13485", valid_from=day)
    Applicability.objects.create(
        scope=scope, framework="iso13485", duty=duty, applies=False, reason=reason, valid_from=day
    )


def test_the_manual_shows_the_same_exclusions_as_the_register(author: Person) -> None:
    """M35: clause, reason, and where it was decided; nothing of it is typed into the text."""
    scope_decides(author, "7.3.2-a", "Designed by the customer")
    manual = life.draft(author, life.document(author, type="manual"), body="<p>{{live:applicability}}</p>")
    text = page(author, f"/records/revision/{manual.number}/read")
    assert "ISO 13485 7.3.2" in text
    assert "Designed by the customer" in text
    assert "{{live" not in text
    Applicability.objects.update(valid_to=clock.today())
    assert "every clause applies" in page(author, f"/records/revision/{manual.number}/read")


def test_lists_follow_the_registers(author: Person, approver: Person) -> None:
    """M35: documents in force, sites, products, people in charge."""
    Site.objects.create(name="Porto")
    Product.objects.create(name="Infusion pump <3>")
    life.released(author, approver, life.document(author, title="Rules & habits"))
    person("Marta", Role.MANAGEMENT)
    with seeing_everything():
        text = drawn(MARKS)
    for words in ("Porto", "Infusion pump &lt;3&gt;", "Rules &amp; habits", "POL-001", "Marta", "Quentin"):
        assert words in text
    assert "Top management" in text


def test_an_empty_register_is_a_gap_and_no_answer(db: None) -> None:
    """M35: a manual without a scope does not pretend to have one."""
    with seeing_everything():
        text = drawn(MARKS)
    assert text.count("data-gap=") == len(SOURCES)
    assert "{{live" not in text


def test_what_is_signed_is_frozen(author: Person, approver: Person) -> None:
    """M35, SIG-03: the lists stand in the manual as they stood when it was sent to be signed."""
    Product.objects.create(name="Old pump")
    manual = life.draft(author, life.document(author, type="manual"), body="<h2>Products</h2><p>{{live:products}}</p>")
    before = life.again(manual).digest
    life.step(manual, "submit", author)
    sent = life.again(manual)
    assert "Old pump" in sent.drawn
    assert sent.digest != before
    life.step(manual, "approve", approver)
    Product.objects.create(name="New pump")
    with seeing_everything():
        kept = text_of(life.again(manual))
    assert "Old pump" in kept
    assert "New pump" not in kept
    draft = life.do(manual.document, "revise", author, change_reason="A new product")
    assert "New pump" in page(author, f"/records/revision/{draft.number}/read")


def test_a_rejected_manual_lives_again(author: Person, approver: Person) -> None:
    """M35: what was frozen for a round that failed is not what the author goes on with."""
    manual = life.draft(author, life.document(author, type="manual"), body="<p>{{live:products}}</p>")
    life.step(manual, "submit", author)
    life.step(manual, "reject", approver, "Not yet")
    Product.objects.create(name="New pump")
    with seeing_everything():
        assert "New pump" in text_of(life.again(manual))
    life.step(manual, "submit", author)
    assert "New pump" in life.again(manual).drawn


def test_nothing_confidential_is_drawn(author: Person, approver: Person) -> None:
    """M35, ACL-01: the manual is for everybody, its lists too; and each reader draws with his own eyes."""
    secret = life.document(author, title="Takeover plan", confidential=True)
    life.released(author, person("Quality", Role.QUALITY, confidential=True), secret, confidential=True)
    porto, tampere = Site.objects.create(name="Porto"), Site.objects.create(name="Tampere")
    life.released(author, approver, life.document(author, title="Porto rules", site=porto), site=porto)
    assert "Takeover" not in frozen("<p>{{live:document_list}}</p>")
    with seeing(access(person("Tom", Role.EMPLOYEE, site=tampere))):
        assert "Porto rules" not in drawn("<p>{{live:document_list}}</p>")


@pytest.mark.parametrize(
    "text",
    [
        "<p>{{live:no_such}}</p>", "<p>{{ settings.SECRET_KEY }}</p>", "<p>{% load x %}</p>",
        "<p>{{live:__class__}}</p>",
        "<p>#read(\"/etc/passwd\")</p>", "<p>{{live:SCOPE}}</p>",
    ],
)  # fmt: skip
def test_every_other_mark_stays_as_it_was_typed(text: str) -> None:
    """M35, WEB-03: data is never evaluated."""
    assert not holds_live(text)
    assert drawn(text) == text
    assert frozen(text) == ""


def test_a_mark_within_a_sentence_is_drawn_between_its_parts(db: None) -> None:
    """M35: whatever stands around it stays, and the result is clean text."""
    Product.objects.create(name="Pump")
    with seeing_everything():
        text = drawn("<p>Before {{live:products}} after.</p>")
    assert text == "<p>Before</p><ul><li><p>Pump</p></li></ul><p>after.</p>"


def test_a_revision_without_live_data_freezes_nothing(author: Person) -> None:
    """M35: most texts hold none, and are not stored twice."""
    revision = life.draft(author)
    life.step(revision, "submit", author)
    assert Revision._base_manager.get().drawn == ""
