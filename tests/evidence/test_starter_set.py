"""The set that comes with Gemba: what it covers, how its parts hang together, and how its texts read."""

from pathlib import Path

import pytest

from gemba.evidence.catalogue.load import catalogue, framework
from gemba.evidence.catalogue.model import Applicability, DutyKind, Force
from gemba.evidence.starter.copy import questions_of
from gemba.evidence.starter.load import DATA, starter_set
from gemba.evidence.starter.model import Area, DocumentType, FieldType, StarterDocument
from gemba.evidence.starter.text import LIVE
from gemba.kernel.richtext.measures import ease
from tests.evidence.starter_texts import everything_of, fillers_in, plain, prose_of, words_of

DOCUMENTS = tuple(starter_set().documents.values())
PROCEDURES = starter_set().of_type(DocumentType.PROCEDURE)
FORMS = starter_set().of_type(DocumentType.FORM)
COURSES = starter_set().of_type(DocumentType.COURSE)
PROSE = tuple(each for each in DOCUMENTS if each.body)
PROCEDURES_BY_NAME = tuple(
    duty
    for duty in framework("iso13485").duties
    if duty.kind is DutyKind.DOCUMENTED_PROCEDURE and duty.force is Force.REQUIRED
)
EASIEST_LIMIT, HARDEST_LIMIT = 95, 60
"""Flesch: 60 to 70 is plain English. Above 95 a text has become baby talk or a list of words."""


def named(document: StarterDocument) -> str:
    return document.number


def test_a_small_company_finds_manual_policy_procedures_forms_and_courses() -> None:
    """M54: a fresh installation can load manual, policy, a procedure for each named duty, their forms, and courses."""
    starter = starter_set()
    assert [each.number for each in starter.of_type(DocumentType.MANUAL)] == ["QM-01"]
    assert [each.number for each in starter.of_type(DocumentType.POLICY)] == ["POL-01"]
    assert len(PROCEDURES) >= 28
    assert len(FORMS) >= 25
    assert (starter.licence, len(starter.by_number)) == ("Apache-2.0", len(DOCUMENTS))


def test_numbers_of_each_type_run_without_a_hole() -> None:
    """M54: SOP-01 to the last, each once."""
    for kind in DocumentType:
        numbers = [each.number for each in starter_set().of_type(kind)]
        assert numbers == [f"{numbers[0].split('-')[0]}-{place:02}" for place in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("applicability", list(Applicability))
def test_every_duty_that_asks_for_a_documented_procedure_is_claimed(applicability: Applicability) -> None:
    """M54: each clause of ISO 13485 that names a documented procedure is claimed, with those that may not apply."""
    duties = [duty for duty in PROCEDURES_BY_NAME if duty.applicability is applicability]
    assert duties
    missing = {duty.id for duty in duties if not _claimed(duty.clause, duty.id)}
    assert missing == set()


def _claimed(clause: str, duty: str) -> bool:
    """By a claim of the whole clause, of the clause above, or of the very duty. Another duty of it is not enough."""
    claims = {
        (claim.clause, claim.duty) for each in DOCUMENTS for claim in each.claims if claim.framework == "iso13485"
    }
    whole = {claim_clause for claim_clause, claim_duty in claims if claim_duty is None}
    return (clause, duty) in claims or clause in whole or clause.rsplit(".", 1)[0] in whole


def test_claims_name_clauses_and_duties_that_exist() -> None:
    """M54: nothing is claimed that no framework has, and each claim of a duty names its own clause."""
    known = catalogue()
    for document in DOCUMENTS:
        assert len(set(document.claims)) == len(document.claims), document.number
        for claim in document.claims:
            held = known.frameworks[claim.framework]
            assert claim.clause in held.clauses
            duties = {duty.id: duty.clause for duty in held.duties}
            assert claim.duty is None or duties[claim.duty] == claim.clause


def test_all_areas_of_a_quality_system_are_governed() -> None:
    """M33: the set has documents for design, production, validation and maintenance, and for every other area."""
    assert {each.area for each in PROCEDURES} == set(Area)
    assert {Area.DESIGN, Area.PRODUCTION, Area.VALIDATION, Area.MAINTENANCE} <= {each.area for each in FORMS}


def test_every_document_has_what_a_controlled_document_needs() -> None:
    """M33: owner's role, process, review interval, retention, and an honest word on what to adapt."""
    starter = starter_set()
    for each in DOCUMENTS:
        assert each.owner in starter.roles
        assert each.process in starter.processes
        assert 6 <= each.review_months <= 36
        assert each.retention.years >= 5
        assert len(words_of(each.adapt)) >= 6, each.number


@pytest.mark.parametrize("procedure", PROCEDURES, ids=named)
def test_the_steps_of_a_procedure_say_who_does_what_by_when_and_what_remains(procedure: StarterDocument) -> None:
    """M36, M34: each step has a role, an action and a time limit, and the procedure leaves evidence Gemba knows."""
    evidence = catalogue().evidence_types
    assert 5 <= len(procedure.steps) <= 10
    assert all(step.role and step.within and words_of(plain(step.action)) for step in procedure.steps)
    produced = {name for step in procedure.steps for name in step.produces}
    assert produced
    assert produced <= set(evidence)
    assert len({step.role for step in procedure.steps}) >= 2


def test_a_procedure_produces_evidence_for_the_clauses_it_claims() -> None:
    """M34: a procedure is more than a file: for each claim its steps leave some of the evidence asked for."""
    bare: dict[str, set[str]] = {}
    for procedure in PROCEDURES:
        produced = {name for step in procedure.steps for name in step.produces} | {"doc_approved"}
        for claim in procedure.claims:
            duties = catalogue().frameworks[claim.framework].duties_by_clause.get(claim.clause, ())
            asked = {name for duty in duties if claim.duty in {None, duty.id} for name in duty.evidence}
            if asked and not asked & produced:
                bare.setdefault(procedure.number, set()).add(claim.duty or claim.clause)
    assert bare == {}


def test_every_form_is_filled_by_a_step_of_a_procedure() -> None:
    """M54: no form lies about that nobody is asked to fill, and what it yields is what the steps say it yields."""
    filled: dict[str, set[str]] = {}
    for document in DOCUMENTS:
        for step in document.steps:
            if step.form:
                form = starter_set().documents[step.form].form
                assert form is not None
                assert set(form.yields) & set(step.produces), (document.number, step.action)
                filled.setdefault(step.form, set()).update(step.produces)
    for each in FORMS:
        assert each.form is not None
        assert set(each.form.yields) <= filled[each.id], each.number


@pytest.mark.parametrize("document", FORMS, ids=named)
def test_a_form_leads_from_its_first_state_to_a_signed_or_dated_end(document: StarterDocument) -> None:
    """M54: each state of a form has something to fill in, required fields come first, and it does not end by itself."""
    form = document.form
    assert form is not None
    assert len(form.states) >= 2
    assert 6 <= len(form.fields) <= 16
    first = [field for field in form.fields if field.states[0] == form.states[0]]
    assert first[0].required
    for state in form.states[1:]:
        assert any(state in field.states for field in form.fields), state
    assert any(field.type in {FieldType.SIGNATURE, FieldType.DATE} for field in form.fields)
    assert all(field.help != field.label for field in form.fields)


def test_the_complaint_form_holds_what_us_law_prescribes() -> None:
    """M54: the seven facts of 21 CFR 820.35(a) are required fields of the complaint form, or asked for by it."""
    form = starter_set().by_number["FRM-27"].form
    assert form is not None
    assert {"device", "identifier", "received", "complainant", "what", "action", "reply"} <= {
        field.id for field in form.fields if field.required
    }


@pytest.mark.parametrize("document", COURSES, ids=named)
def test_a_base_course_teaches_and_asks(document: StarterDocument) -> None:
    """M97: objectives, eight to twelve short slides, and six questions with right answers and reasons."""
    course = document.course
    assert course is not None
    assert 3 <= len(course.objectives) <= 5
    assert 8 <= len(course.slides) <= 12
    assert all(15 <= len(words_of(plain(slide.text))) <= 90 for slide in course.slides)
    assert len(course.questions) == 6
    for question in course.questions:
        assert question.right
        assert len(question.answers) >= 3
        assert len(words_of(question.why)) >= 8


def test_the_three_base_courses_are_about_the_system_documents_and_risk() -> None:
    """M97: everyone who joins takes the three, and the training procedure names them."""
    assert [each.number for each in COURSES] == ["TRN-01", "TRN-02", "TRN-03"]
    for each, word in zip(COURSES, ("quality system", "documents", "risk"), strict=True):
        assert word in each.title
    assert set(starter_set().by_number["SOP-04"].uses) >= {each.id for each in COURSES}


def test_the_right_answer_does_not_always_stand_in_one_place() -> None:
    """M97: who ticks the same place each time does not pass."""
    for each in COURSES:
        assert each.course is not None
        for place in range(4):
            right = sum(question.right == {place} for question in each.course.questions)
            assert right * 100 / len(each.course.questions) < each.course.pass_percent


def test_the_manual_draws_scope_exclusions_processes_and_documents_from_live_data() -> None:
    """M35: the manual holds no list of its own that could differ from the register."""
    manual = starter_set().by_number["QM-01"]
    for name in ("scope", "applicability", "process_map", "document_list", "organisation", "regulatory_roles"):
        assert f"<p>{{{{live:{name}}}}}</p>" in manual.body
        assert LIVE[name]
    assert not [each.number for each in DOCUMENTS if "{{" in each.body and each is not manual]


def test_the_processes_of_the_set_are_used_and_joined() -> None:
    """M35: every process has a document, takes something up and passes something on to another process."""
    processes = starter_set().processes
    assert {each.process for each in DOCUMENTS} == set(processes)
    fed = {other for process in processes.values() for other in process.feeds if other != process.id}
    assert fed == set(processes)
    assert all(process.feeds and process.inputs and process.outputs for process in processes.values())


def test_every_role_is_asked_for_and_used() -> None:
    """M54: job titles are the company's: each role of the set is a question, and none is there for show."""
    starter = starter_set()
    used = {each.owner for each in DOCUMENTS} | {step.role for each in DOCUMENTS for step in each.steps}
    assert used == set(starter.roles)
    questions = questions_of(starter.by_number["SOP-21"], starter)
    assert questions["role:production_lead"] == starter.roles["production_lead"].question
    assert questions["laboratory"].startswith("Which laboratories calibrate")


@pytest.mark.parametrize("document", PROSE, ids=named)
def test_a_text_is_short_and_easy_to_read(document: StarterDocument) -> None:
    """M54: 350 to 800 words for manual and procedures, plain English, sentences that can be read aloud."""
    words = len(words_of(prose_of(document)))
    longest = 800 if document.type in {DocumentType.MANUAL, DocumentType.PROCEDURE} else 350
    shortest = 350 if longest == 800 else 120
    assert shortest <= words <= longest
    measured = ease(prose_of(document))
    assert HARDEST_LIMIT <= measured.flesch <= EASIEST_LIMIT
    assert measured.words / measured.sentences <= 15


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_no_text_holds_filler_or_the_words_of_a_standard(document: StarterDocument) -> None:
    """M54: no 'shall ensure', no 'as appropriate': words that say nothing are not in the set."""
    assert fillers_in(everything_of(document)) == []


def test_files_stay_short_enough_to_review() -> None:
    """M54: one process a file, under 400 lines, so that a change of a text can be read."""
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in DATA.glob("*.yaml")}
    assert len(lengths) > 30
    assert max(lengths.values()) < 400


def test_the_reference_page_shows_what_each_procedure_claims() -> None:
    """M54: the table in the documentation is the one the data give, so that nobody reads an old one."""
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "starter-set.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    for document in PROCEDURES:
        claims = [claim.duty or claim.clause for claim in document.claims if claim.framework == "iso13485"]
        assert f"| {document.number} {document.title} | {', '.join(claims)} |" in lines
