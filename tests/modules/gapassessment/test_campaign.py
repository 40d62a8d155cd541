"""A gap assessment from its scale to its signature: who is asked, who sees what, and what is kept."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client

from gemba.evidence.catalogue.load import framework
from gemba.evidence.claims.actions import ClaimDuties
from gemba.export.document import record_data, record_pdf
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.verbs import Do
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import registry
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment, GapReview
from gemba.modules.gapassessment.panels import answer_shown, review_shown, scores_given
from gemba.modules.gapassessment.progress import progress
from tests.contract.values import raised
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, signed
from tests.modules.gapassessment.making import GAP, answer, answers, campaign, ended, running, summed_up
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
CLAIMED = "8.2.2-b"
"""A duty that asks for practice."""


def claimed_of(record: GapAssessment) -> GapAnswer:
    return next(each for each in answers(record) if each.duty == CLAIMED)


@pytest.fixture
def lead() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


@pytest.fixture
def owner() -> Person:
    return person("Tomás Ribeiro", Role.OPERATIONS)


def test_an_assessment_names_framework_scope_scale_and_what_it_is_compared_with(lead: Person) -> None:
    """M73: framework, scope, assessors, version, baseline; the scale is defined before anybody answers."""
    first = campaign(lead)
    second = campaign(lead, baseline=first, edition="2", assessors=[{"person": lead.uid, "part": "Chapter 8"}])
    assert [line["score"] for line in first.scale] == [0, 1, 2, 3, 4]
    assert all(line["meaning"] for line in first.scale)
    assert (second.baseline, second.edition, second.assessors[0]["part"]) == (first, "2", "Chapter 8")
    with pytest.raises(Invalid, match="same framework"):
        campaign(lead, framework="mdr", baseline=first)


@pytest.mark.parametrize(
    "scale",
    [
        [{"score": 1, "word": "a", "meaning": "b"}],
        [{"score": 1, "word": "a", "meaning": "b"}, {"score": 1, "word": "c", "meaning": "d"}],
        [{"score": "x", "word": "a", "meaning": "b"}],
        "no list",
    ],
)
def test_a_scale_that_cannot_tell_apart_is_refused(lead: Person, scale: Any) -> None:
    """M78: a score means something only on a scale with steps."""
    with pytest.raises(Invalid) as refusal:
        campaign(lead, scale=scale)
    assert "scale" in refusal.value.fields
    assert not GapAssessment._base_manager.exists()


@pytest.mark.parametrize(("clauses", "said"), [("99.9", "has no clause 99.9"), ("8.2.2, ; DROP", "has no clause DROP")])
def test_clauses_that_do_not_exist_are_named_before_anybody_is_asked(lead: Person, clauses: str, said: str) -> None:
    """M73: nothing is half asked."""
    record = campaign(lead, clauses=clauses)
    with pytest.raises(Refused, match=said):
        Advance(record=record, name="begin", **as_(lead)).execute()
    assert not GapAnswer._base_manager.exists()


def test_each_duty_that_applies_is_asked_once_with_its_words(lead: Person) -> None:
    """M74: one question for each duty of the clauses chosen, in our own words."""
    asked = answers(running(lead))
    duties = [d for d in framework("iso13485").duties if d.clause in ("8.2.2", "8.5.2") and d.force == "required"]
    assert [each.duty for each in asked] == [duty.id for duty in duties]
    assert [each.asks for each in asked] == [duty.text for duty in duties]
    assert all(each.confidential and each.state == "asked" and each.due is None for each in asked)
    with pytest.raises(Invalid, match="asks about it already"):
        Raise(
            model=GapAnswer, values={"title": "Again", "campaign": asked[0].campaign, "duty": asked[0].duty},
            **as_(lead),
        ).execute()  # fmt: skip


def test_owners_of_the_claiming_documents_are_asked_and_told_once(lead: Person, owner: Person) -> None:
    """M84: who owns the procedure answers for it; what nobody owns is the lead's. One task each."""
    document = in_force(owner, lead)
    record = running(lead)
    asked = {each.duty: each.owner for each in answers(record)}
    assert asked[CLAIMED] == owner
    assert asked["8.5.2-a"] == lead
    [review] = GapReview._base_manager.filter(campaign=record)
    assert (review.document_id, review.owner, len(review.checks)) == (document.pk, owner, 7)
    tasks = Task.objects.filter(record=record.pk, done_at=None)
    assert sorted(task.person.name for task in tasks if task.person) == ["Aino Laine", "Tomás Ribeiro"]


def in_force(owner: Person, maker: Person) -> Record:
    """A procedure of this owner that claims one duty, as if it had been released last year."""
    made = raised(registry.named("document"), maker, title="Complaints", owner=owner, exercise=False)
    ClaimDuties(record=made, duties=[("iso13485", CLAIMED)], **as_(maker)).execute()
    QuerySet(Record).filter(pk=made.pk).update(valid_from=clock.today() - dt.timedelta(days=100), state="in_force")
    found: Record = Record._base_manager.get(pk=made.pk)
    return found


def test_nobody_is_asked_who_could_not_answer(lead: Person) -> None:
    """M84: an owner without a role that works here, such as one who only reads, is passed over."""
    in_force(person("Ida Berg", Role.AUDITOR), lead)
    assert {each.owner for each in answers(running(lead))} == {lead}


def test_a_respondent_sees_their_own_questions_and_no_others(lead: Person, owner: Person) -> None:
    """M84: an owner sees only what is asked of them; so does everybody else who was not asked."""
    in_force(owner, lead)
    record = running(lead)
    with seeing(access(owner)):
        assert {each.duty for each in GapAnswer.objects.filter(campaign=record)} == {CLAIMED}
    with seeing(access(person("Eino", Role.QUALITY, Role.MANAGEMENT))):
        assert not GapAnswer.objects.filter(campaign=record).exists()
    with seeing(access(lead)):
        assert GapAnswer.objects.filter(campaign=record).count() == len(answers(record))


def test_questions_are_given_to_whoever_can_answer_them(lead: Person, owner: Person) -> None:
    """M84: by clause, the open ones only, with one task for the person."""
    record = running(lead)
    values = {"clauses": "8.5", "person": owner}
    Do(record=record, name="hand_out", values=values, **as_(lead)).execute()
    assert {each.clause for each in answers(record) if each.owner == owner} == {"8.5.2"}
    assert Task.objects.filter(record=record.pk, person=owner).count() == 1
    for clauses in ("8.5", "12.1", ""):
        with pytest.raises(Invalid):
            Do(record=again(record), name="hand_out", values={**values, "clauses": clauses}, **as_(lead)).execute()


@pytest.mark.parametrize("missing", ["evidence", "severity", "gap_type", "discrepancy"])
def test_a_discrepancy_needs_text_evidence_severity_and_kind(lead: Person, missing: str) -> None:
    """M74: where it falls short and what that was seen in, neither without the other."""
    first = answers(running(lead))[0]
    with pytest.raises(Invalid) as refusal:
        Edit(record=first, values={**GAP, missing: ""}, **as_(lead)).execute()
    assert list(refusal.value.fields) == [missing]
    assert again(first).version == 1


def test_the_database_itself_holds_text_and_evidence_together(lead: Person) -> None:
    """M74: also for whoever writes past the screens."""
    first = answers(running(lead))[0]
    for values in ({"discrepancy": "None kept"}, {"evidence": "Row 4"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QuerySet(GapAnswer).filter(pk=first.pk).update(**values)


def test_every_score_is_kept_with_who_and_when_beside_the_computed_one(lead: Person, owner: Person) -> None:
    """M78: the history of scores, and what records show; nobody can type the latter."""
    in_force(owner, lead)
    record = running(lead)
    first = claimed_of(record)
    answer(first, owner, score=4)
    Advance(record=again(first), name="reopen", reason="Show me the cases", **as_(lead)).execute()
    answer(again(first), owner, score=2, practice="Most cases are in the register.")
    told = scores_given(again(first), access(lead))
    assert told is not None
    assert [(each["score"], each["old"], each["who"]) for each in told["scores"]] == [
        (2, 4, "Tomás Ribeiro"), (4, None, "Tomás Ribeiro")
    ]  # fmt: skip
    shown = answer_shown(again(first), access(lead))
    assert shown is not None
    assert (shown["computed"].row.state, shown["computed"].points, shown["computed"].of) == ("paper_only", 1, 2)
    assert shown["word"] == "written"
    assert not shown["contradicts"]


def test_the_highest_score_without_records_is_said_to_differ(lead: Person) -> None:
    """M78, M74: people and records are kept apart, and shown where they disagree."""
    first = answer(answers(running(lead))[0], lead, score=4)
    shown = answer_shown(first, access(lead))
    assert shown is not None
    assert shown["contradicts"]


@pytest.mark.parametrize("score", [5, 1001, -1, "many"])
def test_a_score_is_one_of_the_scale(lead: Person, score: Any) -> None:
    """M78: anything else is refused by name."""
    with pytest.raises(Invalid) as refusal:
        Edit(record=answers(running(lead))[0], values={"score": score}, **as_(lead)).execute()
    assert list(refusal.value.fields) == ["score"]


def test_what_was_asked_stays_what_was_asked(lead: Person) -> None:
    """M84: a respondent answers the question, and cannot put another one in its place."""
    first, second, *_rest = answers(running(lead))
    for values in ({"duty": "4.1.1-a"}, {"duty": second.duty}, {"campaign": campaign(lead)}):
        with pytest.raises(Invalid, match="cannot be changed"):
            Edit(record=again(first), values=values, **as_(lead)).execute()


def test_progress_counts_answers_procedures_and_gaps_by_kind(lead: Person, owner: Person) -> None:
    """M77, M79: answered of asked, reviewed of all procedures, and the five kinds of gap."""
    in_force(owner, lead)
    record = running(lead)
    second, third, *_rest = [each for each in answers(record) if each.duty != CLAIMED]
    answer(claimed_of(record), owner, **GAP)
    answer(second, lead, **{**GAP, "gap_type": "training", "severity": "minor"})
    answer(third, lead)
    [review] = GapReview._base_manager.filter(campaign=record)
    Edit(record=review, values={"score": 2}, **as_(owner)).execute()
    with pytest.raises(Refused, match="7 questions"):
        Advance(record=again(review), name="answer", **as_(owner)).execute()
    checks = [{**line, "answer": "yes" if n else "no"} for n, line in enumerate(review.checks)]
    Edit(record=again(review), values={"checks": checks}, **as_(owner)).execute()
    Advance(record=again(review), name="answer", **as_(owner)).execute()
    found = progress(record)
    assert (found.answered, found.asked, found.reviewed, found.procedures) == (3, len(answers(record)), 1, 1)
    kinds = {name: n for name, _label, n in found.by_type}
    assert kinds == {"documentation": 0, "training": 1, "traceability": 0, "risk": 0, "records": 1}
    assert not Task.objects.filter(record=record.pk, person=owner, done_at=None).exists()
    shown = review_shown(again(review), access(lead))
    assert shown is not None
    assert (shown["duties"], shown["points"], shown["of"], shown["met"]) == (1, 1, 2, 86)


def test_what_is_signed_is_what_was_summed_up(lead: Person, manager: Person) -> None:
    """M73, M78: result by clause and gaps become part of the record; approving it ends every question."""
    record = running(lead)
    first, *others = answers(record)
    answer(first, lead, **GAP)
    waiting = summed_up(record, lead)
    assert waiting.found[0]["discrepancy"] == GAP["discrepancy"]
    line = next(each for each in waiting.summary if each["clause"] == "8.2.2")
    assert (line["answered"], line["score"], line["working"], line["gaps"]) == (1, "1.0", 0, 1)
    with pytest.raises(Refused, match="summed up"):
        Advance(record=again(others[0]), name="answer", **as_(lead)).execute()
    with pytest.raises(NotAllowed):
        signed(waiting, "approve", lead)
    done = signed(waiting, "approve", manager)
    assert (done.state, done.open, done.ended_on) == ("ended", False, clock.today())
    assert {each.state for each in answers(record)} == {"closed"}
    assert not Task.objects.filter(record=record.pk, done_at=None, withdrawn=False).exists()


def test_nothing_is_summed_up_that_nobody_answered(lead: Person) -> None:
    """M77: an assessment without answers is none."""
    with pytest.raises(Refused, match="Nobody has answered"):
        summed_up(running(lead), lead)


def test_answers_are_frozen_while_approval_is_pending_and_open_again_when_sent_back(
    lead: Person, manager: Person
) -> None:
    """M78: nobody mends an answer between the sum and the signature."""
    record = running(lead)
    first, second, *_rest = answers(record)
    answer(first, lead, **GAP)
    waiting = summed_up(record, lead)
    with pytest.raises(Invalid, match="summed up"):
        Edit(record=again(second), values={"practice": "Quickly typed"}, **as_(lead)).execute()
    back = signed(waiting, "reject", manager, "Ask production as well")
    answer(again(second), lead)
    assert ended(back, lead, manager).summary[0]["answered"] == 2


def test_a_void_assessment_takes_its_questions_with_it(lead: Person) -> None:
    """M73: the numbers stay, and nobody is asked any more."""
    record = running(lead)
    Void(record=record, reason="Begun twice", **as_(lead)).execute()
    assert {each.state for each in answers(record)} == {"closed"}


def test_an_exercise_asks_exercises(lead: Person) -> None:
    """GXP-14: what follows from an exercise is one, numbered apart."""
    record = running(lead, exercise=True)
    assert all(each.exercise and each.number.startswith("EX-GAPQ-") for each in answers(record))


def test_the_signed_report_prints_result_scale_gaps_and_signature(lead: Person, manager: Person) -> None:
    """M73, M78: the PDF of the campaign is the report: what was signed, by whom."""
    record = running(lead)
    answer(answers(record)[0], lead, **GAP)
    done = ended(record, lead, manager)
    with seeing(access(manager)):
        told = str(record_data(done, by="Marta", at=clock.now()))
        made = record_pdf(done, by="Marta", at=clock.now())
    for said in (
        GAP["discrepancy"],
        GAP["evidence"],
        "practised",
        "Two gaps, both in records.",
        "Marta Kovač",
        "8.2.2",
    ):
        assert said in told
    assert made.startswith(b"%PDF")


def test_a_gap_leads_to_a_capa_that_names_it(lead: Person) -> None:
    """M75, M124: what would close it is a record of its own, raised from the answer and linked."""
    first = answer(answers(running(lead))[0], lead, **GAP)
    client = Client()
    client.cookies["sessionid"] = session_of(lead)
    page = client.get(f"/records/gapanswer/{first.number}").content.decode()
    assert f"/records/capa/new?role=raised_from&amp;from={first.number}" in page


def test_a_process_of_the_quality_system_has_its_risk_rated_where_it_is_described() -> None:
    """M82: the risk of each process is a record of the process module; the assessment asks for it as 4.1.2."""
    risk = registry.named("processrisk")
    assert {"process_risk"} == {each.evidence for each in risk.yields}
    asked = [duty for duty in framework("iso13485").duties if "process_risk" in duty.evidence]
    assert {duty.clause for duty in asked} >= {"4.1.2"}
