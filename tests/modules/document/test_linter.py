"""What the rules say of a document: each seeded defect is found, a sound document has none (M47, M50)."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import fields
from typing import Any

import pytest

from gemba.assess.model import Document as Extracted
from gemba.assess.single import Text, extracted
from gemba.evidence.claims.actions import ClaimDuties
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.modules.document import linting
from gemba.modules.document.control_views import looked_at
from gemba.modules.document.linting import Around, Remark, around_of, remarks_on
from gemba.modules.document.models import Document, Revision
from tests.kernel.people import as_
from tests.modules.document import life
from tests.modules.document.seen import page, signed_in

pytestmark = pytest.mark.django_db
SIGNED = [{"task": "approve", "role": "quality", "person": "", "order": None}]
SOUND = (
    "<h2>Purpose</h2><p>Everybody answers complaints in the same way.</p>"
    "<p>This procedure implements ISO 13485:2016, clause 8.2.2. See POL-002.</p>"
)
Counting = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def sound(author: Person) -> Revision:
    """A procedure with everything a rule asks for, and another document that it may cite."""
    family = life.document(author, type="procedure", title="Complaints", signers=SIGNED)
    life.document(author, title="First")
    life.document(author, title="Second")
    ClaimDuties(record=family, duties=[("iso13485", "8.2.2-a")], **as_(author)).execute()
    return life.draft(author, family, body=SOUND)


def remarks(revision: Revision, **around: Any) -> list[Remark]:
    with seeing_everything():
        found = Revision.objects.select_related("document", "document__owner").get(pk=revision.pk)
        made = around_of([found])
        given = {each.name: getattr(made, each.name) for each in fields(Around)} | around
        return remarks_on(found, Around(**given))


def codes(revision: Revision, **around: Any) -> list[str]:
    return sorted(remark.code for remark in remarks(revision, **around))


def test_a_sound_document_has_nothing_to_look_at_but_its_process(sound: Revision) -> None:
    """M47: rules that cry over everything are read by nobody."""
    assert codes(sound) == ["no-process"]
    assert codes(sound, placed=frozenset({sound.document_id})) == []


def test_a_text_is_read_once_however_often_the_overview_is_looked_at(
    sound: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M47, SPD: reading is most of the work, and depends on the text and its facts; a changed one is read anew."""
    read: list[str] = []

    def reading(text: Text) -> Extracted:
        read.append(text.number)
        return extracted(text)

    monkeypatch.setattr(linting, "extracted", reading)
    linting._extracted.cache_clear()
    first = codes(sound)
    assert (codes(sound), read) == (first, [sound.document.number])
    Edit(record=sound, values={"body": SOUND + "<p>[enter: who]</p>"}, **as_(sound.owner)).execute()
    assert "placeholder" in codes(sound)
    assert len(read) == 2


SEEDED = {
    "placeholder": "<p>The owner is [enter: name of the owner].</p>",
    "superseded-edition": "<p>We follow ISO 13485:2003.</p>",
    "unknown-edition": "<p>We follow ISO 13485:2017.</p>",
    "unknown-clause": "<p>This procedure implements ISO 13485, clause 8.9.9.</p>",
    "missing-document": "<p>See SOP-987 for the rest.</p>",
}


@pytest.mark.parametrize("code", SEEDED)
def test_each_seeded_defect_of_the_text_is_found(sound: Revision, author: Person, code: str) -> None:
    """M47: placeholders, old and wrong editions, wrong clauses, references that lead nowhere."""
    life.edit(sound, author, body=SOUND + SEEDED[code])
    assert code in codes(sound)


def test_the_place_is_named_by_its_heading(sound: Revision, author: Person) -> None:
    """M47: the sentence says where to look."""
    life.edit(sound, author, body=SOUND + "<h2>Who</h2><p>TBD</p>")
    (found,) = [each for each in remarks(sound) if each.code == "placeholder"]
    assert "under \N{LEFT DOUBLE QUOTATION MARK}Who\N{RIGHT DOUBLE QUOTATION MARK}" in found.sentence


def test_a_number_of_a_record_is_a_reference_that_leads_somewhere(sound: Revision, author: Person) -> None:
    """M47: documents may cite records and revisions."""
    life.edit(sound, author, body=SOUND + f"<p>Changed by {sound.number}.</p>")
    assert "missing-document" not in codes(sound)


def test_dates_out_of_order_are_found_from_the_columns(author: Person, approver: Person) -> None:
    """M47: approved after it took effect, and a review long due."""
    revision = life.released(author, approver)
    tomorrow = life.today() + dt.timedelta(days=1)
    assert "date-mismatch" in codes(revision, approved={revision.pk: tomorrow})
    assert "date-mismatch" not in codes(revision)
    much_later = life.today() + dt.timedelta(days=5000)
    overdue = [each for each in remarks(revision, today=much_later) if each.code == "date-mismatch"]
    assert "overdue" in overdue[0].sentence


def test_missing_fields_are_found(author: Person) -> None:
    """M47: no retention, nobody to sign, no duty, no text."""
    family = life.document(author, type="procedure", retention="", retention_years=None)
    revision = life.draft(author, family, body="")
    assert codes(revision) == ["no-claims", "no-process", "no-retention", "no-signers", "no-text"]


@pytest.mark.parametrize(("type_", "code"), [("paper", "no-place"), ("external", "no-edition")])
def test_what_lies_outside_says_where_it_is(author: Person, type_: str, code: str) -> None:
    """M45, M47: a paper record has a place and a keeper, an external document an issuer and an edition."""
    family = life.document(author, type=type_)
    assert code in codes(life.draft(author, family))


def test_a_step_that_makes_a_record_of_no_kind_is_found(sound: Revision, author: Person) -> None:
    """M36, M47: the kind was there once, or never."""
    life.edit(sound, author, steps=[{"role": "All", "action": "Write it down", "kind": "objective"}])
    assert "unknown-kind" not in codes(sound)
    seen = life.again(sound)
    seen.steps = [{**seen.steps[0], "kind": "logbook"}]
    seen.document = life.again(sound.document)
    with seeing_everything():
        found = remarks_on(seen, around_of([seen]))
    assert [each.sentence for each in found if each.code == "unknown-kind"] == [
        "Step 1 is to make a record of the kind \u201clogbook\u201d, which does not exist."
    ]


def test_a_copy_of_its_template_is_said_to_be_one(author: Person) -> None:
    """M47, M55: the same rule and the same measure as over a folder of files."""
    words = " ".join(f"word{n}" for n in range(80))
    family = life.document(author, type="procedure")
    made = Raise(
        model=Revision, values={"title": "Copy", "document": family, "body": f"<p>{words}</p>"},
        fixed={"template_name": "Bought template", "template_text": f"<p>{words}</p>"}, **as_(author),
    ).execute()  # fmt: skip
    (found,) = [each for each in remarks(made) if each.code == "template-copy"]
    assert "Bought template" in found.sentence


def test_marks_for_live_data_are_no_placeholders(author: Person) -> None:
    """M35, M47: a manual that draws its lists is not unfilled because of it."""
    family = life.document(author, type="manual")
    manual = life.draft(author, family, body="<p>{{live:document_list}}</p><p>Our company makes pumps.</p>")
    assert "placeholder" not in codes(manual)
    life.edit(manual, author, body="<p>{{company name}}</p>")
    assert "placeholder" in codes(manual)


def test_a_form_is_blank_by_nature(author: Person) -> None:
    """M47: what is to be filled in on a form is no gap of the form."""
    body = "<table><tbody><tr><td><p>Name</p></td><td><p>[enter: name]</p></td></tr></tbody></table>"
    form = life.draft(author, life.document(author, type="form"), body=body)
    assert not {"placeholder", "blank-record"} & set(codes(form))
    procedure = life.draft(author, life.document(author, type="procedure"), body=body)
    assert "placeholder" in codes(procedure)


def test_the_rules_ask_the_same_number_of_questions_for_one_and_for_many(
    author: Person, django_assert_max_num_queries: Counting
) -> None:
    """M47: the list of a hundred documents is one look at them all."""
    for _ in range(3):
        life.draft(author)
    with seeing_everything(), django_assert_max_num_queries(8):
        looked_at(list(Document.objects.select_related("owner")))
    for _ in range(9):
        life.draft(author)
    with seeing_everything(), django_assert_max_num_queries(8):
        assert len(looked_at(list(Document.objects.select_related("owner")))) == 12


def test_the_remarks_stand_on_the_page_and_in_the_list(sound: Revision, author: Person) -> None:
    """M47: beside the draft, and all together with a choice of the rule."""
    life.edit(sound, author, body=SOUND + SEEDED["superseded-edition"])
    beside = signed_in(author).get(f"/records/revision/{sound.number}/checks", headers={"HX-Request": "true"})
    assert "ISO 13485:2003 has been replaced" in beside.content.decode()
    assert "<html" not in beside.content.decode()
    assert "ISO 13485:2003" in page(author, f"/records/revision/{sound.number}/checks")
    assert "ISO 13485:2003" in page(author, "/documents/consistency?rule=superseded-edition")
    assert "belongs to no process" not in page(author, "/documents/consistency?rule=superseded-edition")
    assert "ISO 13485:2003" in page(author, "/documents/consistency?rule=%00&page=x")


@pytest.mark.parametrize(
    "body",
    ["<p>" + "[" * 3000 + "</p>", "<p>\u202e\ufeff\u0000x</p>", "<table>" * 40, "<p>" + "SOP-1 " * 4000 + "</p>"],
)
def test_no_text_makes_the_rules_fail(sound: Revision, author: Person, body: str) -> None:
    """M47: hostile and broken text gets remarks, never an error."""
    life.edit(sound, author, body=body.replace("\0", ""))
    assert isinstance(codes(sound), list)
