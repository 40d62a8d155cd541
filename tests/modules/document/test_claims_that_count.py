"""A claim counts while its document is looked over and read by those who must; else the duty page says why not."""

import datetime as dt

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.practice.assessment import assess, claim_objections, claimed_by_doubted
from gemba.kernel import clock
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document, Reading, Revision
from gemba.web.practice.shown import found_first
from tests.kernel.people import as_, person
from tests.modules.document.life import again, do, document, draft, edit, released, step
from tests.modules.document.seen import page, signed_in

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
DUTY, ANOTHER = "8.2.2-a", "8.2.2-b"
LEA = [{"group": "role:employee", "person": ""}]


def claiming(author: Person, approver: Person, **more: object) -> Document:
    family = document(author, **more)
    released(author, approver, family)
    ClaimDuties(record=again(family), duties=[("iso13485", DUTY)], **as_(approver)).execute()
    found: Document = again(family)
    return found


def counts(*, drafts: bool = False) -> bool:
    row = assess(ISO, {}, drafts=drafts).row(DUTY)
    assert row is not None
    return row.ground.claimed_since is not None


def test_a_claim_counts_until_the_review_of_its_document_is_overdue(
    author: Person, approver: Person, reader: Person
) -> None:
    """M49, M71: nobody has said for too long that the text still holds; the duty page says so."""
    family = claiming(author, approver)
    assert counts()
    Document._base_manager.filter(pk=family.pk).update(next_review=clock.today())
    assert counts()
    Document._base_manager.filter(pk=family.pk).update(next_review=clock.today() - dt.timedelta(days=1))
    assert not counts()
    said = page(reader, f"/practice/iso13485/duty/{DUTY}")
    assert "review is overdue, so its claim does not count" in said
    assert "No claim on it counts" in said
    found = assess(ISO, {})
    assert claimed_by_doubted(found) == {DUTY}
    told = {shown.row.duty.id: shown.next for shown in found_first(found, doubted=[ANOTHER])}
    assert told[ANOTHER] == "A document claims it and does not count. Mend what its page names, and keep the record."
    assert "does not count" not in " ".join(text for duty, text in told.items() if duty != ANOTHER)


def test_a_claim_counts_until_somebody_who_must_has_not_read_the_text_in_time(
    author: Person, approver: Person, reader: Person
) -> None:
    """M41, M71: until then people are within their days; once they have read it the claim counts again."""
    family = claiming(author, approver, readers=LEA)
    asked = Reading._base_manager.get(owner=reader)
    assert counts()
    with clock.shifted(clock.now() + dt.timedelta(days=40)):
        assert not counts()
        assert list(claim_objections([family.pk], clock.today()).values()) == [
            ["It was not read in time by those who must, so its claim does not count."]
        ]
        step(asked, "read", reader)
        assert counts()


def test_as_many_may_be_late_as_the_document_lets_pass(author: Person, approver: Person, reader: Person) -> None:
    """M41: a document that is content when half have read it asks for half."""
    person("Nora", Role.EMPLOYEE)
    family = claiming(author, approver, readers=LEA)
    step(Reading._base_manager.get(owner=reader), "read", reader)
    with clock.shifted(clock.now() + dt.timedelta(days=40)):
        assert not counts()
    edit(family, approver, trained_percent=50)
    with clock.shifted(clock.now() + dt.timedelta(days=40)):
        assert counts()


THEIRS = " ".join(f"word{n}" for n in range(100))
"""Ninety-six runs of five words."""


def from_template(author: Person, approver: Person, text: str) -> Document:
    family = document(author)
    made = Raise(
        model=Revision,
        values={"title": "Ours", "document": family, "body": f"<p>{text}</p>", "provenance": "template"},
        fixed={"template_name": "Bought set", "template_text": f"<p>{THEIRS}</p>"}, **as_(author),
    ).execute()  # fmt: skip
    assert again(made).own_percent is None
    step(made, "submit", author)
    step(made, "approve", approver)
    ClaimDuties(record=again(family), duties=[("iso13485", DUTY)], **as_(approver)).execute()
    found: Document = again(family)
    return found


def test_a_claim_counts_once_the_text_is_no_longer_its_template(
    author: Person, approver: Person, reader: Person
) -> None:
    """M55, M71: measured and kept when it is approved; the duty page says why it does not count."""
    family = from_template(author, approver, f"{THEIRS} and a name of ours")
    first = Revision._base_manager.get(document=family)
    assert first.own_percent == 4
    assert not counts()
    assert "still its template, so its claim does not count" in page(reader, f"/practice/iso13485/duty/{DUTY}")
    second = do(family, "revise", author, change_reason="As we work")
    edit(second, author, body=f"<p>{THEIRS} {' '.join(f'own{n}' for n in range(30))}</p>")
    step(second, "submit", author)
    assert not counts()
    step(second, "approve", approver)
    assert again(second).own_percent == 23
    assert counts()


def test_a_text_that_had_no_template_is_nobodys_copy(author: Person, approver: Person) -> None:
    """M55: nothing is measured where there is nothing to compare with."""
    family = claiming(author, approver)
    assert Revision._base_manager.get(document=family).own_percent is None
    assert counts()


def test_what_drafts_claim_can_be_looked_at_and_counts_nowhere(
    author: Person, approver: Person, reader: Person
) -> None:
    """M71: as if they were in force, said with each duty; a claim of what is void, and one that ended, is none."""
    family = document(author)
    made = draft(author, family)
    ClaimDuties(record=again(family), duties=[("iso13485", DUTY)], **as_(author)).execute()
    assert (counts(), counts(drafts=True)) == (False, True)
    said = page(reader, f"/practice/iso13485/duty/{DUTY}?drafts=1")
    assert "As if the drafts that claim it were in force, which they are not" in said
    assert "As if the drafts" not in page(reader, f"/practice/iso13485/duty/{DUTY}")
    assert "in force (none is)" in page(reader, "/practice/iso13485/?drafts=1")
    assert "in force (none is)" not in page(reader, "/practice/iso13485/")
    for asked, name in (("?drafts=1", "-with-drafts"), ("", "")):
        file = signed_in(reader).get(f"/practice/iso13485/rows.csv{asked}")
        assert file["Content-Disposition"].endswith(f'{clock.today()}{name}.csv"')
        assert (", by a draft" in file.content.decode()) is bool(asked)
    step(made, "submit", author)
    step(made, "approve", approver)
    assert (counts(), counts(drafts=True)) == (True, True)
    assert "As if the drafts" not in page(reader, f"/practice/iso13485/duty/{DUTY}?drafts=1")
