"""What shows that a duty is done, and what only belongs to it: the dangerous mistake is a figure too good."""

import datetime as dt
from dataclasses import replace

import pytest

from gemba.evidence.catalogue.load import catalogue, framework, shipped_frameworks
from gemba.evidence.catalogue.model import Duty, Strength
from gemba.evidence.practice.assessment import Assessment, assess
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.states import State, explained
from gemba.kernel import clock
from gemba.kernel.types import registry

ISO = framework("iso13485")
LAID_DOWN = {
    "4.1.1-d": "applicability_matrix", "5.4.1-a": "quality_objectives", "6.4.1-c": "env_requirements",
    "7.4.1-e": "supplier_criteria", "MDR-10.9-a": "reg_strategy", "MDR-15.1": "prrc_appointment",
}  # fmt: skip
"""Duties to decide or to set something: there the dated decision is the practice, and each was thought about."""
NOT_ENOUGH = [
    ("4.1.1-b", "doc_approved"), ("4.2.5-c", "doc_approved"), ("7.1-c", "doc_approved"), ("8.5.2-d", "doc_approved"),
    ("5.6.2-b", "complaint"), ("5.6.2-d", "audit_report"), ("5.6.2-g", "capa"), ("8.4-g", "audit_report"),
    ("8.2.1-e", "feedback"), ("7.3.3-e", "feedback"), ("7.3.9-h", "nc_record"), ("7.3.2-b", "doc_change"),
    ("7.3.7-c", "batch_record"), ("7.5.1-a", "process_kpi"), ("7.5.1-i", "esignature"), ("8.2.6-c", "esignature"),
    ("8.2.4-i", "capa"), ("7.4.1-i", "nc_record"), ("8.3.3-a", "nc_record"), ("8.5.3-e", "doc_change"),
]  # fmt: skip
"""What an auditor hands back: it was asked whether one thing is done, and shown that another was."""


def duty(name: str) -> Duty:
    return next(each for shipped in shipped_frameworks() for each in shipped.duties if each.id == name)


def held(*types: str) -> list[Holding]:
    day = clock.today() - dt.timedelta(days=2)
    return [
        Holding(kind="sample", type=each, exercise=False, valid=True, first=day, newest=day, count=1) for each in types
    ]


def state(found: Assessment, name: str) -> State:
    row = found.row(name)
    assert row is not None
    return row.state


def test_paper_proves_no_practice() -> None:
    """M20: a duty that asks to be done is not shown to be done by what lays it down."""
    types = catalogue().evidence_types
    laid_down = {
        (each.id, name)
        for shipped in shipped_frameworks() for each in shipped.duties if each.needs_practice
        for name in each.proving if types[name].strength is Strength.PAPER
    }  # fmt: skip
    assert laid_down == set(LAID_DOWN.items())


@pytest.mark.parametrize(("name", "shown"), NOT_ENOUGH)
def test_a_record_of_something_else_does_not_show_that_it_is_done(name: str, shown: str) -> None:
    """M20: it belongs to the duty, as the source says, and is not enough alone."""
    assert shown in duty(name).evidence
    assert shown not in duty(name).proving
    assert duty(name).proving


def test_a_complaint_is_no_management_review(db: None) -> None:
    """M140: twelve inputs of the review are shown by a review, however many complaints and audits there were."""
    day = clock.today() - dt.timedelta(days=1)
    inputs = [each.id for each in ISO.duties if each.clause == "5.6.2"]
    without = assess(ISO, {}, on=day, held=held("complaint", "audit_report", "capa", "feedback", "process_kpi"))
    assert {state(without, each) for each in inputs} == {State.MISSING}
    assert state(without, "8.2.2-b") is State.UNWRITTEN_PRACTICE
    with_one = assess(ISO, {}, on=day, held=held("mgmt_review"))
    assert {state(with_one, each) for each in inputs} == {State.UNWRITTEN_PRACTICE}


def test_an_approved_document_shows_that_documents_are_approved_and_nothing_more(db: None) -> None:
    """M42: its signatures show 4.2.4-b; that the system is kept alive takes somebody who looked."""
    yielded = {each.evidence for each in registry.named("revision").yields}
    day = clock.today() - dt.timedelta(days=1)
    found = assess(ISO, {}, on=day, held=held(*yielded - {"doc_change", "obsolete_archive"}))
    practised = {row.duty.id for row in found.rows if row.state is State.UNWRITTEN_PRACTICE}
    assert practised == {"4.2.4-b"}


def test_what_a_notified_body_does_is_not_asked_of_the_company(db: None) -> None:
    """M3: its surveillance and what a law merely allows are no gap of ours, and no credit either."""
    found = assess(framework("mdr"), {}, on=clock.today() - dt.timedelta(days=1), held=held("audit_report"))
    row = found.row("MDR-IX-3.3")
    assert row is not None
    assert row.state is State.NOT_APPLICABLE
    assert "asked of somebody else" in explained(row.ground, row.state, found.day)
    assert {each.state for each in found.rows if not each.duty.asked_of_company} == {State.NOT_APPLICABLE}
    assert not replace(row.duty, owner="notified_body").asked_of_company
    assert replace(row.duty, owner=None).asked_of_company


def test_all_that_shows_a_duty_is_known_to_the_catalogue() -> None:
    """M4: what proves is a word of the vocabulary, also where it is wider than what the source names."""
    for shipped in shipped_frameworks():
        assert all(name in shipped.evidence_types for each in shipped.duties for name in each.proving)
    assert set(duty("8.4-c").proving) - set(duty("8.4-c").evidence) == {"trend_analysis"}
