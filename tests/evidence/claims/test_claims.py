"""A claim is made and ended by a person, with an event on the document's chain, and read both ways."""

import json
from typing import Any

import pytest

from gemba.evidence.claims.actions import MOST, ClaimDuties, EndClaims
from gemba.evidence.claims.catalogued import duties_of_clause, known_catalogue
from gemba.evidence.claims.models import Claim
from gemba.evidence.claims.reading import claims_of, claims_on, covered, documents_of
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person, Site
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.document.models import Document
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.kernel.test_record_life import VALUES
from tests.modules.document import life

pytestmark = pytest.mark.django_db
CAPA = [("iso13485", "8.5.2-a"), ("iso13485", "8.5.2-b")]


@pytest.fixture
def author() -> Person:
    return person("Aino", Role.ENGINEER)


@pytest.fixture
def document(author: Person) -> Document:
    return life.document(author)


def claim(document: Document, who: Person, **more: Any) -> list[Claim]:
    given: dict[str, Any] = {"record": document, "duties": CAPA, **as_(who), **more}
    return ClaimDuties(**given).execute()


def test_claiming_several_duties_leaves_one_event_that_names_them(document: Document, author: Person) -> None:
    """M46: who claimed what and when stays readable for ever."""
    made = claim(document, author, note="All of chapter 3")
    assert [(each.duty, each.source, each.made_by) for each in made] == [
        ("8.5.2-a", "document", author), ("8.5.2-b", "document", author),
    ]  # fmt: skip
    body = json.loads(Event.objects.filter(record=document).order_by("-seq")[0].body)
    assert (body["act"], body["reason"]) == ("document.claim", "All of chapter 3")
    assert [new for _name, _old, new in body["chg"]] == ["iso13485 8.5.2-a (document)", "iso13485 8.5.2-b (document)"]


def test_claiming_again_changes_nothing_and_leaves_no_event(document: Document, author: Person) -> None:
    """M46, M54: loading twice makes no second claim."""
    claim(document, author)
    before = Event.objects.filter(record=document).count()
    assert claim(document, author) == []
    assert Event.objects.filter(record=document).count() == before


def test_sources_are_kept_apart(document: Document, author: Person) -> None:
    """M46: what the document says of itself and what an assessor says are two claims."""
    claim(document, author)
    claim(document, author, source=Claim.Source.ASSESSOR)
    assert sorted(each.source for each in claims_of(document.pk)) == ["assessor"] * 2 + ["document"] * 2
    (clause,) = covered(claims_of(document.pk))
    assert (clause.number, len(clause.duties), clause.whole) == ("8.5.2", 2, False)


def test_a_duty_that_the_catalogue_does_not_have_is_refused(document: Document, author: Person) -> None:
    """M46: a claim leads to a duty that exists."""
    for wrong in (("iso13485", "8.5.9-z"), ("iso9001", "8.5.2-a"), ("", ""), ("x" * 300, "y" * 300)):
        with pytest.raises(Invalid):
            claim(document, author, duties=[wrong])
    with pytest.raises(Invalid):
        claim(document, author, duties=[])
    with pytest.raises(Invalid):
        claim(document, author, duties=CAPA * MOST)
    with pytest.raises(Invalid):
        claim(document, author, note="n" * 501)
    assert not Claim.objects.exists()


def test_only_documents_claim(author: Person) -> None:
    """M46: records prove, they do not cover."""
    objective = Raise(model=Objective, values=VALUES, **as_(person("Quentin", Role.QUALITY))).execute()
    with pytest.raises(Refused, match="Only documents"):
        ClaimDuties(record=objective, duties=CAPA, **as_(person("Quality", Role.QUALITY))).execute()


def test_who_may_not_change_the_document_may_not_claim_for_it(document: Document) -> None:
    """M46, ACL-01: an auditor and a colleague only read."""
    for who in (person("Ida", Role.AUDITOR), person("Tom", Role.EMPLOYEE)):
        with pytest.raises(NotAllowed):
            claim(document, who)


def test_a_claim_ends_with_a_reason_and_stays_as_history(document: Document, author: Person) -> None:
    """M46: an ended claim is told, never deleted."""
    first, second = claim(document, author)
    with pytest.raises(Invalid):
        EndClaims(record=document, claims=[first.pk], **as_(author)).execute()
    EndClaims(record=document, claims=[first.pk], reason="Moved to SOP-002", **as_(author)).execute()
    assert [each.pk for each in claims_of(document.pk)] == [second.pk]
    ended = Claim.objects.get(pk=first.pk)
    assert ended.ended is not None
    assert ended.ended_by == author
    with pytest.raises(Conflict):
        EndClaims(record=document, claims=[first.pk], reason="Again", **as_(author)).execute()
    assert Event.objects.filter(record=document, act="document.unclaim").count() == 1
    assert len(claim(document, author)) == 1


def test_a_claim_of_another_document_cannot_be_ended_from_here(document: Document, author: Person) -> None:
    """M46, ACL-01: the key of somebody else's claim leads nowhere."""
    other = life.document(author)
    (theirs, _more) = claim(other, author)
    with pytest.raises(Conflict):
        EndClaims(record=document, claims=[theirs.pk], reason="Not mine", **as_(author)).execute()
    assert Claim.objects.get(pk=theirs.pk).ended is None


def test_from_a_clause_to_its_documents_and_back(document: Document, author: Person) -> None:
    """M46: both ways, through the eyes of the reader."""
    claim(document, author)
    with seeing_everything():
        assert list(documents_of("iso13485", "8.5.2")) == [document.pk]
        assert list(documents_of("iso13485", "8.5")) == [document.pk]
        assert documents_of("iso13485", "8.4") == {}
        assert documents_of("no such", "8.5") == {}
    assert [each.number for each in covered(claims_of(document.pk))] == ["8.5.2"]


def test_a_document_that_one_may_not_see_claims_nothing_for_one(author: Person) -> None:
    """M46, ACL-01: the clause does not betray a hidden document."""
    porto, tampere = Site.objects.create(name="Porto"), Site.objects.create(name="Tampere")
    hidden = life.document(author, site=porto)
    claim(hidden, author)
    elsewhere = person("Tom", Role.EMPLOYEE, site=tampere)
    with seeing(access(elsewhere)):
        assert claims_on("iso13485", ["8.5.2-a"]) == []


def test_a_retired_document_gets_no_new_claim(author: Person) -> None:
    """M46: what nobody works to covers nothing."""
    quality = person("Quentin", Role.QUALITY)
    revision = life.released(author, quality)
    life.step(revision.document, "retire", quality, "No longer made")
    with pytest.raises(Refused, match="no longer in force"):
        claim(life.again(revision.document), quality)


def test_a_duty_that_left_the_catalogue_is_shown_as_such(document: Document, author: Person) -> None:
    """M46: an old claim on a duty that no edition has any more is neither lost nor an error."""
    claim(document, author)
    Claim.objects.filter(duty="8.5.2-a").update(duty="8.5.2-gone")
    found = covered(claims_of(document.pk))
    assert [(each.number, each.clause is None) for each in found] == [("8.5.2", False), ("8.5.2-gone", True)]


def test_a_whole_clause_is_all_duties_below_it() -> None:
    """M46: 5.6 has none of its own and stands for those of 5.6.1 to 5.6.3."""
    found = duties_of_clause(known_catalogue(), "iso13485", "5.6")
    assert {duty.clause for duty in found} == {"5.6.1", "5.6.2", "5.6.3"}
