"""The starter set taken into a company (M54): drafts with steps, terms, gaps, claims and their template."""

import pytest
from django.test import Client

from gemba.config.main import main
from gemba.evidence.claims.catalogued import known_catalogue
from gemba.evidence.claims.models import Claim
from gemba.evidence.starter.load import starter_set
from gemba.kernel.actor import Actor, Via
from gemba.kernel.notices.models import Comment
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.richtext.reading import placeholders
from gemba.kernel.roles import Role
from gemba.kernel.trail.models import Event
from gemba.modules.document.family import Document, Revision
from gemba.modules.document.guards import open_comments
from gemba.modules.document.starter import Loading, Outcome, Taken, chosen, duties_claimed
from tests.kernel.people import access, person
from tests.modules.document import life
from tests.modules.document.seen import signed_in

pytestmark = pytest.mark.django_db
SOME = ("QM-01", "POL-01", "SOP-30", "FRM-34", "TRN-01", "WI-01")


@pytest.fixture
def quality() -> Person:
    return person("Quentin", Role.QUALITY)


def load(who: Person, *numbers: str) -> list[Taken]:
    return list(Loading(Actor(who, Via.UI, auth="pwd"), access(who)).every(chosen(numbers)))


def test_every_document_of_the_set_loads_into_an_empty_company(quality: Person) -> None:
    """M54: a small company can begin on day one; nothing of the set is refused."""
    every = list(starter_set().documents.values())
    taken = list(Loading(Actor(quality, Via.UI, auth="pwd"), access(quality)).every(every))
    assert {each.outcome for each in taken} == {Outcome.LOADED}, [each.why for each in taken if each.why]
    assert Document._base_manager.count() == Revision._base_manager.count() == len(every)
    assert {each.state for each in Revision._base_manager.all()} == {"draft"}
    assert Claim.objects.count() == sum(len(duties_claimed(each, known_catalogue())) for each in every)


def test_a_document_keeps_its_number_steps_terms_gaps_and_claims(quality: Person) -> None:
    """M54, M36: what the set holds as data is data here too."""
    (taken,) = load(quality, "SOP-30")
    starter = starter_set().by_number["SOP-30"]
    document, revision = life.again(taken.document), life.again(taken.revision)
    assert (document.number, document.type, document.owner) == ("SOP-30", "procedure", quality)
    assert len(revision.steps) == len(starter.steps)
    assert revision.steps[0]["role"] == "quality manager"
    assert {line["term"] for line in revision.terms} == set(starter.terms)
    assert [each.wanted for each in placeholders(revision.body)] == [
        "repeats that open an action", "who looks at actions each month",
    ]  # fmt: skip
    claims = Claim.objects.filter(record_id=document.pk)
    assert {each.source for each in claims} == {"starter"}
    assert ("iso13485", "8.5.2-a") in {(each.framework, each.duty) for each in claims}


def test_a_step_names_the_kind_of_record_that_yields_its_evidence(quality: Person) -> None:
    """M36: where this installation has such a kind; otherwise the cell is empty, never a wrong kind."""
    (taken,) = load(quality, "QM-01")
    objectives = [line for line in life.again(taken.revision).steps if "objectives" in line["action"]]
    assert [line["kind"] for line in objectives] == ["objective"]


def test_the_template_stays_beside_the_text(quality: Person) -> None:
    """M56: what it was made from can be compared with it for ever, and goes on to the next revision."""
    (taken,) = load(quality, "SOP-30")
    revision = life.again(taken.revision)
    assert revision.provenance == "template"
    assert revision.template_text == revision.body
    assert revision.template_name.endswith("SOP-30 Corrective and preventive action")
    life.edit(revision, quality, body="<p>Our own words about causes.</p>")
    assert life.again(revision).template_text != life.again(revision).body


def test_what_to_adapt_is_asked_and_must_be_settled_before_approval(quality: Person) -> None:
    """M54, M57: the note and the questions stand as a comment on the draft."""
    (taken,) = load(quality, "SOP-30")
    (comment,) = Comment.objects.filter(record_id=life.again(taken.revision).pk)
    assert "Resist opening an action for everything." in comment.text
    assert "Which managers meet each month" in comment.text
    assert open_comments(life.again(taken.revision)).count() == 1


def test_loading_again_changes_nothing(quality: Person) -> None:
    """M54: a document whose number is taken is left as it is, whoever wrote it."""
    load(quality, *SOME)
    life.edit(Revision._base_manager.get(number="SOP-30-R1"), quality, body="<p>Ours now.</p>")
    before = Event.objects.count()
    assert {each.outcome for each in load(quality, *SOME)} == {Outcome.THERE}
    assert Event.objects.count() == before
    assert Revision._base_manager.get(number="SOP-30-R1").body == "<p>Ours now.</p>"


def test_a_document_is_loaded_whole_or_not_at_all(quality: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """M54: a refusal in the middle leaves neither a document without text nor a number."""

    def refuse(*_args: object) -> None:
        raise Refused("The claims cannot be made.")

    monkeypatch.setattr(Loading, "_claim", refuse)
    (taken,) = load(quality, "SOP-30")
    assert (taken.outcome, taken.why) == (Outcome.REFUSED, "The claims cannot be made.")
    assert not Record._base_manager.exists()


def test_a_number_that_the_set_does_not_have_is_refused_with_a_sentence() -> None:
    """M54: hostile or mistyped numbers load nothing."""
    with pytest.raises(Refused, match="has no document SOP-99"):
        chosen(["SOP-01", "sop-99"])
    assert [each.number for each in chosen([" sop-01 ", "SOP-01"])] == ["SOP-01"]


def test_quality_loads_chosen_documents_on_the_screen(quality: Person) -> None:
    """M54: choose, load, and find them among the documents."""
    page = signed_in(quality)
    assert b"SOP-30" in page.get("/documents/starter").content
    answer = page.post("/documents/starter", {"number": ["SOP-30", "FRM-34"]})
    assert (answer.status_code, answer["Location"]) == (302, "/records/document/")
    assert set(Document._base_manager.values_list("number", flat=True)) == {"SOP-30", "FRM-34"}
    again = page.get("/documents/starter").content.decode()
    assert 'value="SOP-30" id="n-SOP-30" disabled' in again
    assert page.post("/documents/starter", {"number": ["SOP-99"]}).status_code == 409


def test_only_quality_opens_the_starter_set() -> None:
    """M54, ACL-01: others find nothing there."""
    clients: list[Client] = [signed_in(person("Tom", Role.EMPLOYEE)), signed_in(person("Ida", Role.AUDITOR))]
    assert [client.get("/documents/starter").status_code for client in clients] == [404, 404]


def test_the_command_loads_in_somebodys_name_and_says_what_it_did(
    quality: Person, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """M54: the same from a terminal; twice is once."""
    monkeypatch.setattr("gemba.config.main.prepare", lambda _needs, *, as_owner: None)
    assert main(["starter", "--list"]) == 0
    assert "SOP-30" in capsys.readouterr().out
    assert main(["starter", "SOP-30"]) == 1
    assert "--as EMAIL" in capsys.readouterr().err
    assert main(["starter", "SOP-30", "--as", "nobody@example.com"]) == 1
    assert "Nobody who may sign in" in capsys.readouterr().err
    assert main(["starter", "SOP-30", "FRM-34", "--as", quality.email]) == 0
    assert "2 loaded as drafts, 0 were here already." in capsys.readouterr().out
    assert main(["starter", "SOP-30", "--as", quality.email.upper()]) == 0
    assert "0 loaded as drafts, 1 were here already." in capsys.readouterr().out
    assert main(["starter", "SOP-99", "--as", quality.email]) == 1


def test_a_person_without_the_right_to_write_documents_loads_none() -> None:
    """M54, ACL-01: an auditor's name does not help."""
    auditor = person("Ida", Role.AUDITOR)
    (taken,) = load(auditor, "SOP-30")
    assert taken.outcome is Outcome.REFUSED
    assert not Document._base_manager.exists()
