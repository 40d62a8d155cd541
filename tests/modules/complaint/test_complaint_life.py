"""Feedback and complaints from the first word to the answer (ISO 13485 8.2.1, 8.2.2; 21 CFR 820.35(a))."""

import datetime as dt
from pathlib import Path

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.dated import own_dates
from gemba.evidence.practice.proof import records_proving
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing, seeing_everything
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.types import registry
from gemba.modules.complaint.flags import complaint_flags, feedback_flags
from gemba.modules.complaint.models import Complaint, Feedback
from tests.kernel.people import access, person
from tests.kernel.samples import again, bodies
from tests.modules.complaint.support import ANSWERED, INVESTIGATED, clocks, complaint, edited, feedback, moved, sign

pytestmark = pytest.mark.django_db
MODULE = Path(__file__).resolve().parents[3] / "src" / "gemba" / "modules" / "complaint"


def flagged(model: type[Complaint] | type[Feedback], name: str, day: dt.date | None = None) -> list[str]:
    flags = complaint_flags if model is Complaint else feedback_flags
    flag = next(each for each in flags if each.name == name)
    with seeing_everything():
        return [record.title for record in model.objects.filter(flag.rows(day or clock.today()))]


def test_feedback_becomes_a_complaint_with_a_reason_and_both_stay_linked(quality: Person, care: Person) -> None:
    """M30, GXP-07: the decision is signed and reasoned; what was said goes with it, also that it is an exercise."""
    said = feedback(care, exercise=True, said_by="Night nurse")
    with pytest.raises(Refused, match="why it is or is not a complaint, device name"):
        sign(said, "is_complaint", quality)
    edited(said, quality, complaint_reason="It keeps patients awake.", device_name="Pisara 2")
    decided = sign(said, "is_complaint", quality)
    [made] = Complaint._base_manager.all()
    assert (decided.state, decided.open, decided.valid_from) == ("complaint", False, clock.today())
    assert (made.details, made.complainant, made.exercise) == (said.details, "Night nurse", True)
    assert Link.objects.get(source=made).target_id == said.pk
    assert decided.signatures.get().valid, "dating the decision does not touch what was signed"


def test_feedback_that_is_no_complaint_says_why_and_what_it_is_used_for(quality: Person, care: Person) -> None:
    """M30, GXP-07: nothing is put aside without a reason; only the quality unit decides."""
    said = feedback(care)
    edited(said, quality, complaint_reason="A wish for a darker light.", use_made="Input for the next version.")
    with pytest.raises(NotAllowed):
        sign(said, "is_none", care)
    assert sign(said, "is_none", quality).state == "kept"
    assert not Complaint._base_manager.exists()


def test_feedback_left_lying_is_flagged_after_a_week(care: Person) -> None:
    """GXP-07: a complaint hidden as a request ages where everybody sees it."""
    feedback(care, event_date=clock.today() - dt.timedelta(days=8))
    feedback(care, title="New", event_date=clock.today() - dt.timedelta(days=7))
    assert flagged(Feedback, "waiting") == ["Light too bright"]


def test_a_complaint_holds_every_fact_that_the_regulation_names() -> None:
    """M30; 21 CFR 820.35(a)(1) to (7): each field of the catalogue is a column of that name."""
    fields = [field for duty in framework("qmsr").duties for field in duty.fields]
    wanted = {field.removeprefix("complaint.") for field in fields if field.startswith("complaint.")}
    columns = {column.name for column in Complaint._meta.concrete_fields}
    assert wanted == {"device_name", "date_received", "identifiers", "complainant", "details", "action", "reply"}
    assert wanted <= columns


def test_a_complaint_is_investigated_answered_and_closed_by_a_second_person(quality: Person, second: Person) -> None:
    """M30, ACL-16: who concluded the investigation does not close the complaint."""
    made = complaint(quality)
    moved(made, "investigate", quality)
    with pytest.raises(Refused, match="Fill in first"):
        sign(made, "conclude", quality)
    edited(made, quality, **INVESTIGATED)
    sign(made, "conclude", quality)
    with pytest.raises(Refused, match="Fill in first"):
        sign(made, "close", second)
    edited(made, quality, **ANSWERED)
    with pytest.raises(NotAllowed, match="second person"):
        sign(made, "close", quality)
    closed = sign(made, "close", second)
    assert (closed.state, closed.open) == ("closed", False)
    assert all(signature.valid for signature in closed.signatures.filter(transition="close"))


def test_a_complaint_that_is_not_investigated_says_why(quality: Person, second: Person) -> None:
    """M30; 21 CFR 820.35(a), 8.2.2: the reason stands signed, and counts as evidence of its own kind."""
    made = complaint(quality)
    with pytest.raises(Refused, match="why it is not investigated"):
        sign(made, "no_investigation", quality)
    first = complaint(quality, title="The same, last year")
    edited(made, quality, no_investigation_reason=f"{first.number} had the same cause.")
    decided = sign(made, "no_investigation", quality)
    yields = next(y for y in registry.named("complaint").yields if y.evidence == "complaint_rationale")
    assert decided.state in {state.name for state in yields.states}
    assert list(Complaint._base_manager.filter(yields.where, state=decided.state)) == [decided]
    edited(made, quality, risk_impact="none", risk_reason="Known.", **ANSWERED)
    assert sign(made, "close", second).state == "closed"


def test_what_risk_it_bears_on_is_asked_before_a_complaint_closes(quality: Person) -> None:
    """M90: no impact is an answer too, with its reason."""
    made = moved(complaint(quality), "investigate", quality)
    edited(made, quality, **{**INVESTIGATED, "risk_impact": "none", "risk_reason": ""})
    with pytest.raises(Refused, match="risk file"):
        sign(made, "conclude", quality)


@pytest.mark.parametrize("harm", ["death", "serious", "malfunction", "unknown"])
def test_with_such_a_harm_nobody_goes_on_without_asking_about_authorities(quality: Person, harm: str) -> None:
    """GXP-07; 21 CFR 803.17: a reason is not enough there; each market has its decision."""
    made = complaint(quality, harm=harm)
    assert flagged(Complaint, "to-decide") == [made.title]
    with pytest.raises(Refused, match="Start the clocks first"):
        moved(made, "investigate", quality)
    clocks(made, quality, "US")
    assert flagged(Complaint, "to-decide") == []
    assert moved(made, "investigate", quality).state == "investigated"


def test_without_harm_a_reason_is_enough(quality: Person) -> None:
    """GXP-07: but it must be there."""
    made = complaint(quality, no_report_reason="")
    with pytest.raises(Refused, match="Say why no authority need be told"):
        moved(made, "investigate", quality)
    edited(made, quality, no_report_reason="Misread instruction.")
    assert moved(made, "investigate", quality).state == "investigated"


def test_the_reason_why_no_authority_need_be_told_is_the_decision(quality: Person, second: Person) -> None:
    """M62, GXP-07: what the program itself asks for and has signed is not missed in the ledger, on the server's day.

    With grave harm a sentence is no decision: each market has one.
    """

    def deciding() -> list[int]:
        with seeing_everything():
            found = records_proving({"reportability_decision"})
            return list(found.filter(kind="complaint").values_list("pk", flat=True))

    mild = moved(complaint(quality), "investigate", quality)
    assert deciding() == []
    edited(mild, quality, **INVESTIGATED)
    signed = sign(mild, "conclude", quality)
    assert deciding() == [signed.pk]
    assert own_dates([signed], {"reportability_decision"}) == {signed.pk: clock.today()}
    grave = complaint(quality, harm="serious")
    clocks(grave, quality, "US")
    moved(grave, "investigate", quality)
    edited(grave, quality, **INVESTIGATED)
    sign(grave, "conclude", quality)
    assert deciding() == [signed.pk]


def test_a_complaint_is_not_closed_over_an_open_decision(quality: Person, second: Person) -> None:
    """M30; 8.2.3: neither while undecided nor while a report is due."""
    made = complaint(quality, harm="serious")
    [decision] = clocks(made, quality, "EU")
    moved(made, "investigate", quality)
    edited(made, quality, **INVESTIGATED, **ANSWERED)
    sign(made, "conclude", quality)
    with pytest.raises(Refused, match=decision.number):
        sign(made, "close", second)
    edited(decision, quality, rationale="It was reported.")
    sign(decision, "reportable", quality)
    with pytest.raises(Refused, match=decision.number):
        sign(made, "close", second)


def test_a_closed_complaint_is_opened_again_with_a_reason(quality: Person, second: Person) -> None:
    """M30: new facts come in later; the second closing is signed anew."""
    made = complaint(quality, no_investigation_reason="Known.")
    sign(made, "no_investigation", quality)
    edited(made, quality, risk_impact="none", risk_reason="Known.", **ANSWERED)
    sign(made, "close", second)
    with pytest.raises(Invalid):
        sign(made, "reopen", quality)
    opened = sign(made, "reopen", quality, "The patient's doctor called.")
    assert (opened.state, opened.open) == ("investigated", True)


def test_a_returned_device_is_kept_apart_and_said_where(quality: Person) -> None:
    """M30; 8.2.2: product connected with a complaint is handled."""
    made = moved(complaint(quality), "investigate", quality)
    edited(made, quality, returned_on=dt.date(2026, 3, 6), **INVESTIGATED)
    with pytest.raises(Refused, match="kept apart"):
        sign(made, "conclude", quality)
    edited(made, quality, returned_how="Tag R-17, quarantine shelf, to be cut open.")
    assert sign(made, "conclude", quality).state == "concluding"


@pytest.mark.parametrize("name", ["J. S", "Joe", "12", "A1"])
def test_a_patient_has_initials_at_most(quality: Person, name: str) -> None:
    """PRV-01: no name of a patient is kept; three letters are the most, digits are none."""
    if name == "Joe":
        assert complaint(quality, patient_initials=name).patient_initials == "Joe"
        return
    with pytest.raises(Invalid) as refusal:
        complaint(quality, patient_initials=name)
    assert list(refusal.value.fields) == ["patient_initials"]


@pytest.mark.parametrize("told", [{"patient_initials": "JS"}, {"patient_age": "child"}])
def test_what_tells_of_a_patient_is_confidential_by_itself(quality: Person, told: dict[str, str]) -> None:
    """PRV-01, ACL-12: whoever forgot to tick the box; people without that right see no trace of it."""
    made = complaint(quality, confidential=False, **told)
    assert again(made).confidential
    engineer = person("Sanna", Role.ENGINEER)
    with seeing(access(engineer)):
        assert not Complaint.objects.exists()
    assert SearchEntry.objects.filter(record=made).exists(), "indexed, and found by those who may see it only"


def test_a_patient_told_of_later_closes_the_complaint_to_others(quality: Person) -> None:
    """PRV-01: also when it is added by an edit."""
    made = complaint(quality)
    assert not made.confidential
    changed = edited(made, quality, patient_age="old")
    assert changed.confidential
    assert ["confidential", False, True] in bodies(changed)[-1]["chg"]


def test_what_is_received_tomorrow_is_not_decided_today(quality: Person) -> None:
    """M30: a slip of the pen in the date is found before the decision."""
    made = complaint(quality, date_received=clock.today() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="still to come"):
        moved(made, "investigate", quality)


def test_old_and_undecided_complaints_stand_out(quality: Person) -> None:
    """GXP-07: waiting after a week, old after sixty days."""
    today = clock.today()
    complaint(quality, title="A week", date_received=today - dt.timedelta(days=8))
    complaint(quality, title="Long ago", date_received=today - dt.timedelta(days=61))
    complaint(quality, title="Now", date_received=today)
    assert sorted(flagged(Complaint, "waiting")) == ["A week", "Long ago"]
    assert flagged(Complaint, "old") == ["Long ago"]


def test_each_declaration_stays_short() -> None:
    """M47: models, workflow and record of each of the seven kinds are under 150 lines."""
    kinds = [declared for declared in registry if declared.model.__module__ == "gemba.modules.complaint.models"]
    lines = sum(len((MODULE / name).read_text().splitlines()) for name in ("models.py", "workflow.py", "record.py"))
    assert len(kinds) == 7
    assert lines / len(kinds) < 150


def test_what_these_kinds_prove_is_what_the_catalogue_asks_for() -> None:
    """M30: every evidence type of clauses 8.2.1 to 8.2.3 that is a complaint matter is yielded by some kind."""
    kinds = [declared for declared in registry if declared.model.__module__ == "gemba.modules.complaint.models"]
    yielded = {each.evidence for declared in kinds for each in declared.yields}
    assert {
        "feedback", "complaint", "complaint_rationale", "reportability_decision", "vigilance_report", "field_action",
        "advisory_notice", "trend_analysis", "pms_data", "returned_goods", "customer_comm",
    } <= yielded  # fmt: skip


def test_a_report_of_an_incident_is_no_letter_about_something_else() -> None:
    """M30: it shows no petition, no notice of supply and no certification of signatures; a trend is no review of all
    data."""
    yielded = {each.evidence for kind in ("vigilancereport", "complainttrend") for each in registry.named(kind).yields}
    assert yielded == {"vigilance_report", "trend_analysis"}
