"""The documents and processes of the invented company: two years of them, good ones and bad ones (M22)."""

import datetime as dt
import re
from collections import Counter

import pytest

from gemba.demo.company.make import PAPERS
from gemba.demo.company.papers import Change, text_of
from gemba.demo.company.workings import WORKINGS
from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.assessment import assess
from gemba.evidence.scope.standing import decisions_on
from gemba.kernel.access.scope import access_of
from gemba.kernel.access.viewer import seeing
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.tasks.mine import my_tasks
from gemba.kernel.types import registry
from gemba.modules.document.models import Document, PeriodicReview, Reading, Revision
from gemba.modules.dryrun.models import DryRun
from gemba.modules.gapassessment.comparing import compare
from gemba.modules.gapassessment.models import GapAnswer, GapAssessment
from gemba.modules.gapassessment.progress import progress
from gemba.modules.process.conditions import PROCESS_FLAGS
from gemba.modules.process.four_tests import Card, cards
from gemba.modules.process.handing import handovers
from gemba.modules.process.models import Acknowledgement, Process
from gemba.modules.process.screens import in_order
from tests.demo.conftest import NOW

pytestmark = [pytest.mark.usefixtures("company"), pytest.mark.xdist_group("company documents")]


def document(number: str) -> Document:
    found: Document = Document._base_manager.get(number=number)
    return found


def flagged(kind: str, name: str) -> set[str]:
    declared = registry.named(kind)
    [flag] = [flag for flag in declared.flags if flag.name == name]
    rows = declared.model._base_manager.filter(flag.rows(NOW.date()))
    return set(rows.values_list("number", flat=True))


def test_about_forty_documents_of_every_type_with_the_numbers_of_the_story() -> None:
    """M33, M48: each number in order of its first day; the void one keeps its place."""
    numbers = list(Document._base_manager.order_by("number").values_list("number", flat=True))
    story = {paper.number for paper in PAPERS}
    assert story <= set(numbers)
    assert 38 <= len(story) <= 45
    others = Document._base_manager.exclude(number__in=story)
    assert {each.type for each in others} <= {"paper", "procedure"}
    assert others.count() <= 8
    assert set(Document._base_manager.values_list("type", flat=True)) == set(Document.Type.values)
    assert Counter(Document._base_manager.values_list("state", flat=True))["void"] == 1
    assert document("FRM-004").state == "void"
    assert document("FRM-001").state == "retired"


def test_documents_have_two_years_of_revisions() -> None:
    """M37, M101: one in force each, reasons from the second on, drafts that still go round."""
    revisions = Revision._base_manager.all()
    changes = sum(isinstance(change, Change) for paper in PAPERS for change in paper.changes)
    assert changes >= 12
    assert revisions.filter(sequence__gte=2).count() == changes
    assert not revisions.filter(sequence__gte=2, change_reason="").exists()
    in_force = revisions.filter(in_force=True)
    assert in_force.count() == in_force.values("document").distinct().count() >= 28
    assert set(revisions.values_list("state", flat=True)) >= {
        "draft", "approval", "approved", "effective", "superseded", "obsolete",
    }  # fmt: skip
    days = [revision.valid_from for revision in revisions if revision.valid_from is not None]
    assert max(days) - min(days) > dt.timedelta(days=600)


def test_the_bad_examples_are_there_and_are_flagged() -> None:
    """M49, M53, M57, M55: overdue, unread, approved without asking, copied with its gaps, waiting for its day."""
    assert flagged("document", "review-overdue") == {"SOP-002", "SOP-009", "SOP-011", "SOP-013"}
    assert {"SOP-002-R1", "SOP-011-R1", "SOP-013-R1"} <= flagged("revision", "no-fit-check")
    assert {"SOP-011-R1", "WI-002-R1"} <= flagged("revision", "unread")
    assert flagged("revision", "waiting") == {"WI-004-R2"}
    copied = Revision._base_manager.get(number="SOP-011-R1")
    assert (copied.provenance, copied.template_text != "") == ("template", True)
    assert "[company name]" in copied.body
    assert document("SOP-015").state == "preparation"


def test_a_standard_has_a_newer_edition_and_paper_has_its_place() -> None:
    """M45, M50."""
    review = PeriodicReview._base_manager.get(document=document("EXT-002"))
    assert (review.document.edition, review.newer_edition, review.outcome) == ("2007", "2019", "revise")
    assert document("PAP-001").place.startswith("Cellar")


def test_no_text_carries_the_head_of_its_file() -> None:
    """M38: number, owner and dates stand in columns; the old two-digit numbers became the new ones."""
    for paper in PAPERS:
        if paper.file and not paper.file.endswith(".pdf"):
            text = text_of(paper.file)
            assert "<h1" not in text
            assert "document n" not in text[:400].casefold(), paper.number
            assert not re.search(r"\bSOP-\d\d\b", text), paper.number
            assert len(text) > 100


def test_processes_are_those_of_the_manual_and_feed_each_other() -> None:
    """M23: each inside hand-over names a process that exists; some are named by one side only."""
    rows = list(Process._base_manager.all())
    assert {row.title for row in rows} == {working.title for working in WORKINGS}
    handed = handovers(rows)
    assert len(handed) >= 12
    assert {each.agreed for each in handed} == {True, False}


def answers(name: str) -> dict[str, str]:
    with seeing(access_of(Person.objects.get(name=name), registry.readers())) as reader:
        found: list[Card] = cards(in_order(), reader)
    return {card.process.title: " ".join(answer.value for answer in card.answers) for card in found}


def test_some_processes_pass_and_some_fail_the_four_tests() -> None:
    """M21: two that pass all, one that nobody owns, one whose owner left."""
    found = answers("Mikael Sundberg")
    assert found["Lead and review"] == "yes yes yes yes"
    assert found["Sell and promise"].startswith("partly no no no")
    assert found["Report to authorities"].split()[1] == "no"
    assert flagged("process", "no-owner") == {"PROC-009", "PROC-011"}
    assert flagged("process", "no-metric") == {"PROC-009", "PROC-011"}
    assert {flag.name for flag in PROCESS_FLAGS} >= {"not-accepted", "not-measured"}
    assert flagged("process", "not-accepted")


def test_responsibilities_are_accepted_outdated_and_open() -> None:
    """M111."""
    states = Counter(Acknowledgement._base_manager.values_list("state", flat=True))
    assert states["accepted"] > states["asked"] > 0
    assert states["outdated"] > 0
    noora = Acknowledgement._base_manager.get(person__name="Noora Lahti", state="asked")
    assert noora.edition == 2


def test_the_quality_manager_and_the_engineer_have_documents_to_sign() -> None:
    """M60: meaningful work on the first page."""
    with seeing(access_of(Person.objects.get(name="Mikael Sundberg"), registry.readers())):
        asked = {task.record.number: task.transition for task in my_tasks()}
    assert asked["SOP-005-R3"] == asked["SOP-012-R2"] == "approve"
    assert Reading._base_manager.filter(owner__name="Priya Raman", state="asked").count() == 1


def test_the_company_asked_before_its_certificate_and_asks_again() -> None:
    """M73, M84: one campaign is signed, one runs; owners answered, and gaps were closed, stayed and are new."""
    before, since = GapAssessment._base_manager.order_by("pk")
    assert (before.state, since.state, since.baseline_id) == ("ended", "running", before.pk)
    found = progress(since)
    assert 0 < found.answered < found.asked
    assert found.reviewed == found.procedures > 0
    assert len({answer.owner_id for answer in GapAnswer._base_manager.filter(campaign=since)}) > 1
    changes = compare(before, since)
    assert min(changes.count(each) for each in ("closed", "stayed", "new", "better")) > 0


def test_a_duty_of_the_company_is_rehearsed_and_another_was_only_talked_about() -> None:
    """M119, M122, M123: the drill left an exercise and shows as rehearsed; the table-top left a nonconformity alone."""
    iso = framework("iso13485")
    row = assess(iso, decisions_on(NOW.date(), "iso13485"), on=NOW.date()).row("7.6-j")
    assert row is not None
    assert str(row.state).startswith("rehearsed")
    table, drill, _other = DryRun._base_manager.order_by("pk")
    assert (table.method, table.state, drill.method, drill.state) == ("tabletop", "closed", "simulated", "closed")
    assert [link.target.exercise for link in Link.objects.filter(source=drill, role="exercised")] == [True]
    [finding] = Link.objects.filter(target=table, role="found_on")
    assert (finding.source.kind, finding.source.exercise) == ("nonconformity", False)
