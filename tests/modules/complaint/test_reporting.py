"""Decisions on telling authorities, reports, field actions and notices (ISO 13485 8.2.3, 8.3.3)."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.due import ExtendDue
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person, Site
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.modules.complaint.flags import decision_flags, report_flags
from gemba.modules.complaint.models import FieldAction, Reportability, VigilanceReport
from gemba.modules.complaint.verbs import zone_of
from tests.kernel.people import as_
from tests.kernel.samples import again, bodies
from tests.modules.complaint.support import NOON, clocks, complaint, done, edited, field_action, moved, sign

pytestmark = pytest.mark.django_db
SENT = {"submitted_on": dt.date(2026, 3, 10), "channel": "Portal"}


def flagged(name: str, day: dt.date) -> list[str]:
    flag = next(each for each in decision_flags if each.name == name)
    with seeing_everything():
        return [record.market for record in Reportability.objects.filter(flag.rows(day)).order_by("market")]


def reported(decision: Reportability, who: Person, **values: Any) -> VigilanceReport:
    """Decided as reportable, and a first report drafted."""
    edited(decision, who, rationale="It could happen again.")
    sign(decision, "reportable", who)
    given = {"stage": "first", "authority": "The authority", "wording": "What happened.", "informed_on": None, **values}
    report: VigilanceReport = done(decision, "report", who, **given)
    return report


def test_each_market_has_its_own_clock_from_its_own_awareness(quality: Person) -> None:
    """M13; 8.2.3: one case, three markets, three deadlines; another awareness in one of them moves that one alone."""
    made = complaint(quality, harm="death")
    found = {decision.market: decision for decision in clocks(made, quality, "US", "EU", "BR")}
    assert {code: decision.report_by for code, decision in found.items()} == {
        "US": dt.date(2026, 4, 3), "EU": dt.date(2026, 3, 16), "BR": dt.date(2026, 3, 7),
    }  # fmt: skip
    assert found["BR"].deadline == NOON + dt.timedelta(hours=72)
    edited(found["US"], quality, aware_at=NOON + dt.timedelta(days=10))
    assert again(found["US"]).report_by == dt.date(2026, 4, 13)
    assert again(found["EU"]).report_by == dt.date(2026, 3, 16)


def test_nobody_types_the_legal_deadline_and_moving_the_due_date_shows(quality: Person) -> None:
    """GXP-06, MDR 87: the due date may move, with a reason; the deadline stays and the difference is flagged."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "EU")
    with pytest.raises(Invalid):
        edited(decision, quality, report_by=dt.date(2030, 1, 1))
    assert decision.due == decision.report_by == dt.date(2026, 3, 19)
    assert flagged("moved", dt.date(2026, 3, 5)) == []
    later = dt.date(2026, 5, 1)
    ExtendDue(record=again(decision), due=later, reason="Holidays", **as_(quality)).execute()
    assert again(decision).report_by == dt.date(2026, 3, 19)
    assert flagged("moved", dt.date(2026, 3, 5)) == ["EU"]


def test_a_clock_of_another_market_is_refused(quality: Person) -> None:
    """M13: market and criterion belong together."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    with pytest.raises(Invalid, match="another market"):
        edited(decision, quality, market="EU")


def test_the_time_zone_offered_is_that_of_the_persons_site(quality: Person) -> None:
    """M13: and UTC where there is none, or one that is not known."""
    assert zone_of(quality) == "UTC"
    for zone, expected in (("Europe/Helsinki", "Europe/Helsinki"), ("Middle/Earth", "UTC")):
        quality.site = Site.objects.create(name=zone, time_zone=zone)
        assert zone_of(quality) == expected


def test_a_decision_is_reasoned_signed_and_dated(quality: Person, care: Person) -> None:
    """M30; 8.2.3: by the quality unit or top management; not reportable is a decision too."""
    [decision] = clocks(complaint(quality, harm="malfunction"), quality, "US")
    with pytest.raises(Refused, match="why it is or is not reportable"):
        sign(decision, "not_reportable", quality)
    edited(decision, quality, rationale="The part cannot reach a patient.")
    with pytest.raises(NotAllowed):
        sign(decision, "not_reportable", care)
    decided = sign(decision, "not_reportable", quality)
    assert (decided.open, decided.valid_from) == (False, clock.today())
    assert decided.signatures.get().valid


def test_awareness_that_is_still_to_come_decides_nothing(quality: Person) -> None:
    """M13: except for an action that is planned, which is to be told of before."""
    [decision] = clocks(
        complaint(quality, harm="malfunction"), quality, "US", aware_at=clock.now() + dt.timedelta(days=2)
    )
    edited(decision, quality, rationale="None")
    with pytest.raises(Refused, match="still to come"):
        sign(decision, "reportable", quality)


def test_a_decision_taken_back_is_kept_as_a_rejection(quality: Person) -> None:
    """AUD-01: with its reason; the next decision is signed anew."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    edited(decision, quality, rationale="Thought so.")
    sign(decision, "reportable", quality)
    back = sign(decision, "take_back", quality, "It was another device.")
    assert back.state == "open"
    assert back.signatures.filter(rejection=True).count() == 1


def test_clocks_that_end_stand_out_three_days_before_and_after(quality: Person) -> None:
    """GXP-07: undecided and reportable ones alike, never those that are answered."""
    first, _second = clocks(complaint(quality, harm="death"), quality, "EU", "US")
    assert first.report_by == dt.date(2026, 3, 16)
    assert flagged("soon", dt.date(2026, 3, 12)) == []
    assert flagged("soon", dt.date(2026, 3, 13)) == ["EU"]
    assert flagged("missed", dt.date(2026, 3, 16)) == []
    assert flagged("missed", dt.date(2026, 3, 17)) == ["EU"]
    edited(first, quality, rationale="No harm after all.")
    sign(first, "not_reportable", quality)
    assert flagged("missed", dt.date(2026, 3, 17)) == []


def test_the_first_report_ends_the_clock_in_the_systems_name(quality: Person) -> None:
    """M30, AUD-05: the report is the person's act, its consequence is Gemba's."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    report = reported(decision, quality)
    assert (report.report_by, report.due, report.market) == (decision.report_by, decision.report_by, "US")
    with pytest.raises(Refused, match="Fill in first"):
        sign(report, "submit", quality)
    edited(report, quality, **SENT)
    sign(report, "submit", quality)
    ended = again(decision)
    assert (ended.state, ended.open) == ("reported", False)
    assert bodies(ended)[-1]["actor"]["name"] == "Gemba"
    edited(report, quality, acknowledged_on=dt.date(2026, 3, 11), reference="MW-5512")
    assert sign(report, "acknowledge", quality).state == "acknowledged"


def test_a_report_needs_a_decision_of_its_own_market(quality: Person) -> None:
    """8.2.3: a report that answers to nothing, or to another market, is not submitted."""
    values = {"title": "Loose", "market": "EU", "authority": "BfArM", "wording": "x", **SENT}
    loose = Raise(model=VigilanceReport, values=values, **as_(quality)).execute()
    with pytest.raises(Refused, match="Link the report"):
        sign(loose, "submit", quality)
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    report = reported(decision, quality)
    edited(report, quality, market="EU", **SENT)
    with pytest.raises(Refused, match="another market"):
        sign(report, "submit", quality)


def test_a_late_report_is_late_for_ever(quality: Person) -> None:
    """GXP-06; 21 CFR 803.50: on the report and on its decision."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    report = reported(decision, quality)
    edited(report, quality, submitted_on=dt.date(2026, 4, 4), channel="Portal")
    sign(report, "submit", quality)
    late = next(flag for flag in report_flags if flag.name == "late")
    with seeing_everything():
        assert VigilanceReport.objects.filter(late.rows(clock.today())).count() == 1
    assert flagged("reported-late", clock.today()) == ["US"]


def test_a_follow_up_has_the_clock_of_its_rule(quality: Person) -> None:
    """21 CFR 803.56: thirty days from the new information; where the rule gives none, the due date is the company's."""
    [decision] = clocks(complaint(quality, harm="serious"), quality, "US")
    first = reported(decision, quality)
    edited(first, quality, **SENT)
    sign(first, "submit", quality)
    given = {"authority": "FDA", "wording": "The patient is well.", "stage": "follow_up"}
    later = done(decision, "report", quality, informed_on=dt.date(2026, 5, 20), **given)
    assert (later.report_by, later.due) == (dt.date(2026, 6, 19), dt.date(2026, 6, 19))
    undated = done(decision, "report", quality, informed_on=None, **given)
    edited(undated, quality, **SENT)
    with pytest.raises(Refused, match="new information"):
        sign(undated, "submit", quality)
    edited(later, quality, **SENT)
    assert sign(later, "submit", quality).state == "submitted"


def answered(action: FieldAction, who: Person, at: int, day: str) -> FieldAction:
    found: FieldAction = done(action, "answer", who, recipient=str(at), answered=dt.date.fromisoformat(day), outcome="")
    return found


RECIPIENTS = [
    {"name": "Ward 4", "country": "FI", "units": 12, "sent": "2026-03-05"},
    {"name": "Clinic Nord", "country": "SE", "units": 3, "sent": "2026-03-05"},
]


def test_a_field_action_is_approved_begun_answered_and_closed(quality: Person, second: Person) -> None:
    """M120; 8.3.3: recipients, acknowledgements, effect; a second person approves and a second one closes."""
    action = field_action(quality, notice="<p>Look at the lens.</p>", recipients=RECIPIENTS)
    with pytest.raises(NotAllowed, match="second person"):
        sign(action, "approve", quality)
    sign(action, "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5), notice_on=dt.date(2026, 3, 5))
    sign(action, "begin", quality)
    answered(action, quality, 0, "2026-03-07")
    assert [line["name"] for line in again(action).unanswered] == ["Clinic Nord"]
    edited(action, quality, effectiveness="Every ward sent the old lens back.")
    with pytest.raises(Refused, match="Clinic Nord"):
        sign(action, "close", second)
    done(action, "answer", quality, recipient="1", answered=None, outcome="Closed down in January.")
    assert sign(action, "close", second).state == "done"
    assert [body["act"] for body in bodies(again(action))].count("fieldaction.answer") == 2


def test_a_notice_that_was_sent_keeps_its_text_and_recipients(quality: Person, second: Person) -> None:
    """8.3.3; MDR 89(8): a day of sending without them is refused."""
    action = sign(field_action(quality), "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5), notice_on=dt.date(2026, 3, 5))
    with pytest.raises(Refused, match="keep its text"):
        sign(action, "begin", quality)


def test_the_union_is_told_before_an_action_begins_unless_it_is_urgent(quality: Person, second: Person) -> None:
    """MDR 87(8): a reason for the urgency, or the report first."""
    action = field_action(quality, no_report_reason="")
    sign(action, "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5))
    with pytest.raises(Refused, match="Say why no authority"):
        sign(action, "begin", quality)
    [decision] = clocks(action, quality, "EU", aware_at=clock.now() + dt.timedelta(days=5))
    assert decision.criterion == "EU-field-safety-corrective-action"
    with pytest.raises(Refused, match=decision.number):
        sign(action, "begin", quality)
    edited(action, quality, urgent_reason="Patients are at risk today.")
    assert sign(action, "begin", quality).state == "running"


def test_a_correction_in_the_field_has_the_ten_work_days_of_part_806(quality: Person) -> None:
    """21 CFR 806.10: counted from its beginning."""
    [decision] = clocks(field_action(quality), quality, "US", aware_at=NOON, zone="America/New_York")
    assert (decision.criterion, decision.report_by) == ("US-correction-or-removal-806", dt.date(2026, 3, 18))


def test_an_answer_is_noted_once_and_only_while_the_action_runs(quality: Person, second: Person) -> None:
    """8.3.3, CON-03: a draft has no answers; when all have answered there is nothing to note."""
    action = field_action(quality, notice="<p>Look.</p>", recipients=RECIPIENTS[:1])
    with pytest.raises(Refused):
        answered(action, quality, 0, "2026-03-07")
    sign(action, "approve", second)
    edited(action, quality, started_on=dt.date(2026, 3, 5), notice_on=dt.date(2026, 3, 5))
    sign(action, "begin", quality)
    answered(action, quality, 0, "2026-03-07")
    with pytest.raises(Refused, match="has answered"):
        answered(action, quality, 0, "2026-03-08")


def test_a_case_is_an_exercise_all_the_way(quality: Person) -> None:
    """M120: the clocks and reports of a drill are numbered as drills too."""
    made = complaint(quality, harm="death", exercise=True)
    [decision] = clocks(made, quality, "US")
    report = reported(decision, quality)
    assert all(record.number.startswith("EX-") for record in (made, decision, report))


def test_an_engineer_who_owns_a_complaint_starts_its_clocks(quality: Person, care: Person) -> None:
    """M205: whoever took the call need not wait for the quality unit."""
    made = complaint(care, harm="serious")
    [decision] = clocks(made, care, "EU")
    assert decision.owner == care
    moved(made, "investigate", quality)


def test_the_title_of_a_decision_tells_nothing_of_a_confidential_case(quality: Person) -> None:
    """PRV-01: decisions are read by more people than complaints about a patient."""
    told = clocks(complaint(quality, harm="serious"), quality, "US")[0]
    hidden = clocks(complaint(quality, harm="serious", patient_age="child", title="x" * 200), quality, "US")[0]
    assert told.title.endswith("Alarm came late")
    assert "x" not in hidden.title


def test_a_market_has_one_open_clock_however_often_it_is_started(quality: Person, second: Person) -> None:
    """CON-03: two people at once; the second starts only what is missing, or is told so."""
    made = complaint(quality, harm="serious")
    clocks(made, quality, "US")
    assert len(clocks(made, second, "US", "EU")) == 2
    with pytest.raises(Refused, match="run already"):
        clocks(made, second, "US", "EU")
