"""The action plan, the comparison, and the pages: what comes first, what changed, and who sees which rows."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gemba.evidence.claims.actions import ClaimDuties
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.kernel.types import registry
from gemba.modules.gapassessment.comparing import compare
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.plan import plan, slack_of, urgency_of
from gemba.modules.gapassessment.processes import process_matrix
from tests.contract.values import raised
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again
from tests.modules.gapassessment.making import GAP, answer, answers, campaign, ended, in_days, running
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)
SMALL = {"severity": "minor", "effort": 2, "relevance": 3}
LARGE = {"severity": "major", "effort": 12, "relevance": 2}


@pytest.fixture
def lead() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


def client_of(who: Person) -> Client:
    found = Client()
    found.cookies["sessionid"] = session_of(who)
    return found


def page(who: Person, record: GapAssessment, rest: str, status: int = 200) -> str:
    found = client_of(who).get(f"/records/gapassessment/{record.number}/{rest}".rstrip("/"))
    assert found.status_code == status
    return found.content.decode()


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def gap(number: int, **values: Any) -> GapAnswer:
    return GapAnswer(pk=number, discrepancy="Something", gap_type="records", **values)


def order(audit: dt.date | None, *gaps: GapAnswer) -> list[int]:
    return [step.answer.pk for step in plan(gaps, audit, TODAY)]


def test_the_order_changes_when_the_audit_moves() -> None:
    """M75: a large step becomes urgent before a small one."""
    gaps = gap(1, **SMALL), gap(2, **LARGE)
    assert order(None, *gaps) == order(TODAY + dt.timedelta(days=300), *gaps) == [1, 2]
    assert order(TODAY + dt.timedelta(days=70), *gaps) == [2, 1]


@pytest.mark.parametrize(
    ("more", "first"),
    [({"severity": "critical"}, 2), ({"relevance": 3}, 2), ({"effort": 2}, 2), ({}, 1), ({"effort": 12}, 1)],
)
def test_risk_relevance_and_effort_each_move_a_gap(more: dict[str, Any], first: int) -> None:
    """M75: risk x audit relevance x effort, each by itself."""
    middle = {"severity": "minor", "relevance": 2, "effort": 5}
    assert order(None, gap(1, **middle), gap(2, **{**middle, **more}))[0] == first


def test_the_figures_of_the_formula_are_those_of_the_page() -> None:
    """M75: priority = risk x relevance x urgency / effort, reproduced by hand."""
    [step] = plan([gap(1, severity="critical", relevance=2, effort=12)], TODAY + dt.timedelta(days=30), TODAY)
    assert (step.risk, step.relevance, step.urgency, step.effort, step.slack) == (9, 2, 3, 3, 13)
    assert step.priority == 18
    assert (step.shown, step.too_late) == ("18.0", False)


@pytest.mark.parametrize(
    ("effort", "days", "slack", "urgency"),
    [(5, 7, 0, 3), (6, 7, -2, 3), (1, 62, 60, 2), (1, 63, 61, 1), (10, 28, 14, 3), (10, 29, 15, 2), (0, -5, -5, 3)],
)
def test_slack_is_days_to_the_audit_less_the_calendar_days_of_the_work(
    effort: int, days: int, slack: int, urgency: int
) -> None:
    """M75: five working days take seven; what cannot be done any more is said."""
    assert slack_of(effort, TODAY + dt.timedelta(days=days), TODAY) == slack
    assert urgency_of(slack) == urgency


def test_answers_without_a_gap_are_in_no_plan() -> None:
    """M75: the plan is of gaps; one without an estimate counts as middle and is never urgent."""
    empty = GapAnswer(pk=1, severity="critical", relevance=3, effort=1)
    [step] = plan([empty, gap(2, severity="", relevance=2)], TODAY, TODAY)
    assert (step.answer.pk, step.effort, step.urgency, step.slack) == (2, 2, 1, None)


def test_the_plan_is_exported_in_its_order_and_follows_the_audit_date(lead: Person) -> None:
    """M75: sorted, exportable, changed by moving the date."""
    record = running(lead, audit_on=in_days(300))
    first, second, *_rest = answers(record)
    answer(first, lead, **GAP)
    answer(second, lead, **GAP)
    Edit(record=again(first), values={"action": "=cmd", "effort": 2, "relevance": 1}, **as_(lead)).execute()
    Edit(record=again(second), values={"effort": 45, "relevance": 2}, **as_(lead)).execute()
    url = f"/records/gapassessment/{record.number}/plan?form=csv"
    headings, *rows = rows_of(client_of(lead).get(url))
    assert headings[:4] == ["Place", "Priority", "Question", "Duty"]
    assert [row[3] for row in rows] == [first.duty, second.duty]
    assert rows[0][5] == "'=cmd", "nothing in a spreadsheet is computed"
    Edit(record=again(record), values={"audit_on": in_days(70)}, **as_(lead)).execute()
    assert [row[3] for row in rows_of(client_of(lead).get(url))[1:]] == [second.duty, first.duty]
    Edit(record=again(record), values={"audit_on": in_days(60)}, **as_(lead)).execute()
    assert "1 gap cannot be closed before it" in page(lead, record, "plan")


def test_two_campaigns_are_compared_duty_by_duty(lead: Person, manager: Person) -> None:
    """M73: closed, stayed, new, better; what nobody looked at again has stayed."""
    before = running(lead)
    one, two, three, four, five, *_rest = answers(before)
    for each in (one, two, five):
        answer(each, lead, **GAP)
    answer(three, lead, score=1)
    answer(four, lead, score=3)
    ended(before, lead, manager)
    after = running(lead, title="After certification", edition="2", baseline=again(before))
    again_one, again_two, again_three, again_four, *_rest = answers(after)
    answer(again_one, lead, score=3)
    answer(again_two, lead, **GAP)
    answer(again_three, lead, score=4)
    answer(again_four, lead, **GAP)
    found = compare(again(before), again(after))
    changes = {row.duty: row.change for row in found.rows}
    assert [changes[each.duty] for each in (one, two, three, four, five)] == [
        "closed", "stayed", "better", "new", "stayed"
    ]  # fmt: skip
    assert (found.count("closed"), found.count("new"), found.same_scale) == (1, 1, True)
    shown = page(lead, again(after), "compare")
    assert "gap closed" in shown
    assert before.number in shown
    assert "Nothing to compare with" not in page(lead, again(before), f"compare?with={after.number}")


def test_questions_are_filtered_by_kind_of_gap_with_counts(lead: Person) -> None:
    """M79: filter and counts by the kinds of gap; the same rows as CSV."""
    record = running(lead)
    first, second, *_rest = answers(record)
    answer(first, lead, **GAP)
    answer(second, lead, **{**GAP, "gap_type": "training"})
    shown = page(lead, record, "questions?type=training")
    assert "training 1" in shown
    assert "risk documentation 0" in shown
    url = f"/records/gapassessment/{record.number}/questions?type=training&form=csv"
    assert [row[2] for row in rows_of(client_of(lead).get(url))[1:]] == [second.duty]
    assert page(lead, record, "questions?type=%00nothing&clause=<b>&state=?")


def test_others_see_counts_and_no_answers(lead: Person, manager: Person) -> None:
    """M84: the page of the assessment counts for everybody; its rows are for those who may see them."""
    record = running(lead)
    answer(answers(record)[0], lead, **GAP)
    assert "1 of" in page(manager, record, "")
    assert GAP["discrepancy"] not in page(manager, record, "questions")
    assert GAP["discrepancy"] not in page(manager, record, "plan")
    assert GAP["discrepancy"] in page(lead, record, "plan")


def test_my_questions_are_answered_clause_by_clause(lead: Person) -> None:
    """M84: one page for a clause, saved as a whole; what has practice and score is complete."""
    record = running(lead)
    mine = [each for each in answers(record) if each.clause == "8.2.2"]
    client, url = client_of(lead), f"/gap/mine?assessment={record.number}&clause=8.2.2"
    assert mine[0].asks in client.get(url).content.decode()
    sent = {f"{mine[0].uid}-practice": "Register", f"{mine[0].uid}-score": "3", f"{mine[1].uid}-practice": "Half"}
    assert client.post(url, sent).status_code == 302
    assert (again(mine[0]).state, again(mine[0]).score) == ("answered", 3)
    assert (again(mine[1]).state, again(mine[1]).practice) == ("asked", "Half")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"discrepancy": "None kept"}, "Say what it was seen in."),
        ({"practice": "x", "score": "99"}, "Select a valid choice."),
        ({"score": "many"}, "Select a valid choice."),
        ({"severity": "huge"}, "Select a valid choice."),
    ],
)
def test_a_page_with_a_mistake_keeps_all_that_was_typed_and_stores_nothing(
    lead: Person, sent: dict[str, str], said: str
) -> None:
    """M74, M84: all of the page or nothing, the sentence beside the field."""
    record = running(lead)
    first, second, *_rest = [each for each in answers(record) if each.clause == "8.2.2"]
    given = {f"{first.uid}-practice": "Register kept", f"{first.uid}-score": "3"}
    given |= {f"{second.uid}-{name}": value for name, value in sent.items()}
    found = client_of(lead).post(f"/gap/mine?assessment={record.number}&clause=8.2.2", given)
    text = found.content.decode()
    assert found.status_code == 422
    assert said in text
    assert "Register kept" in text
    assert again(first).practice == ""


def test_nobody_answers_what_is_asked_of_somebody_else(lead: Person) -> None:
    """M84: another person's page has none of it, whatever they send."""
    record = running(lead)
    first = answers(record)[0]
    other = person("Eino", Role.QUALITY)
    sent = {f"{first.uid}-practice": "Typed by another", f"{first.uid}-score": "4"}
    found = client_of(other).post(f"/gap/mine?assessment={record.number}&clause={first.clause}", sent)
    assert "Nothing is asked of you" in found.content.decode()
    assert again(first).practice == ""


def test_an_export_is_never_called_complete_while_something_is_missing(lead: Person) -> None:
    """M81: no evidence and stale evidence are listed; asked for a complete list, it refuses."""
    client = client_of(lead)
    shown = client.get("/gap/evidence?framework=iso13485").content.decode()
    assert "No evidence" in shown
    assert "Stale evidence" in shown
    refused = client.get("/gap/evidence?framework=iso13485&form=csv&complete=1")
    assert refused.status_code == 409
    assert "cannot be called complete" in refused.content.decode()
    given = client.get("/gap/evidence?framework=iso13485&form=csv")
    assert "NOT-COMPLETE" in given["Content-Disposition"]
    assert rows_of(given)[1][0].startswith("NOT COMPLETE: ")
    assert client.get("/gap/evidence?framework=none").status_code == 404


def test_clauses_without_process_and_processes_without_clause_are_both_listed(lead: Person) -> None:
    """M76: through the documents that belong to a process and what they claim."""
    process = raised(registry.named("process"), lead, title="Complaints", confidential=False)
    lonely = raised(registry.named("process"), lead, title="Canteen", confidential=False)
    document = raised(registry.named("document"), lead, title="SOP complaints", confidential=False)
    loose = raised(registry.named("document"), lead, title="SOP loose", confidential=False)
    ClaimDuties(record=document, duties=[("iso13485", "8.2.2-b")], **as_(lead)).execute()
    ClaimDuties(record=loose, duties=[("iso13485", "8.5.2-b")], **as_(lead)).execute()
    MakeLink(record=again(document), role="belongs_to", to=process, **as_(lead)).execute()
    url = "/gap/processes?framework=iso13485"
    with seeing(access(lead)):
        iso = campaign(lead).catalogued
        assert iso is not None
        found = process_matrix(iso)
    without = {line.clause.number: [each.pk for each in line.loose] for line in found.clauses_without}
    assert "8.2.2" not in without
    assert without["8.5.2"] == [loose.pk]
    assert [each.pk for each in found.processes_without] == [lonely.pk]
    shown = client_of(lead).get(url).content.decode()
    assert "Canteen" in shown
    [line] = [row for row in rows_of(client_of(lead).get(f"{url}&form=csv")) if row[0] == "8.2.2"]
    assert document.number in line[2:]


def test_pages_of_a_whole_framework_cost_no_more_statements_than_of_two_clauses(lead: Person) -> None:
    """M84: some four hundred questions, and the number of statements stays."""
    small, whole = running(lead), running(lead, clauses="")
    assert len(answers(whole)) > 300
    client = client_of(lead)
    for rest in ("", "questions", "plan", "compare"):
        counts = []
        for record in (small, whole):
            url = f"/records/gapassessment/{record.number}/{rest}".rstrip("/")
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
        assert counts[1] <= counts[0] + 1, rest
