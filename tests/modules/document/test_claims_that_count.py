"""A claim counts while its document is looked over and read by those who must; else the duty page says why not."""

import datetime as dt

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.practice.assessment import assess, claim_objections
from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document, Reading
from tests.kernel.people import as_, person
from tests.modules.document.life import again, document, edit, released, step
from tests.modules.document.seen import page

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
DUTY = "8.2.2-a"
LEA = [{"group": "role:employee", "person": ""}]


def claiming(author: Person, approver: Person, **more: object) -> Document:
    family = document(author, **more)
    released(author, approver, family)
    ClaimDuties(record=again(family), duties=[("iso13485", DUTY)], **as_(approver)).execute()
    found: Document = again(family)
    return found


def counts() -> bool:
    row = assess(ISO, {}).row(DUTY)
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
    assert "review is overdue, so its claim does not count" in page(reader, f"/practice/iso13485/duty/{DUTY}")


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
