"""Which duties apply: what the standard, an answer and a role say, and what nobody may leave out."""

import pytest

from gemba.evidence.catalogue.load import framework, shipped_frameworks
from gemba.evidence.catalogue.model import Applicability
from gemba.evidence.scope.proposals import Basis, Decision, objections, open_first, proposals, within
from gemba.evidence.scope.roles import BY_MARKET, frameworks_for, markets, roles

ISO = framework("iso13485")


@pytest.mark.parametrize("role", sorted(roles()))
def test_every_duty_gets_a_proposal_with_a_reason_in_every_role(role: str) -> None:
    """M14, M19: whatever the company is in the chain, nothing is left without a word."""
    for each in shipped_frameworks():
        found = proposals(each, roles()[role], {})
        assert [proposal.duty for proposal in found] == list(each.duties)
        assert all(proposal.reason for proposal in found)


def test_what_always_applies_is_never_up_for_decision() -> None:
    """M18: 4, 5 and 8.5 are there in every role and whatever is answered."""
    answers = dict.fromkeys(ISO.conditions, False)
    for role in roles().values():
        for proposal in proposals(ISO, role, answers):
            if proposal.duty.applicability is Applicability.ALWAYS:
                assert proposal.applies
                assert not proposal.may_decide


def test_a_distributor_is_offered_design_as_not_applicable_and_has_to_decide() -> None:
    """M14: proposed, with the reason of the role, and still open until somebody confirms it."""
    found = [p for p in proposals(ISO, roles()["distributor"], {}) if within(p.duty.clause, "7.3")]
    assert found
    assert all(p.applies is False and p.basis is Basis.ROLE and p.may_decide for p in found if p.duty.condition is None)
    assert open_first(proposals(ISO, roles()["distributor"], {}))[0].duty.clause.startswith(("7.3", "8.2"))


def test_a_developer_of_software_keeps_design() -> None:
    """M14: its role says that design never falls away."""
    found = [p for p in proposals(ISO, roles()["samd_developer"], {}) if within(p.duty.clause, "7.3")]
    assert all(p.applies for p in found if p.duty.condition is None)


@pytest.mark.parametrize("role", sorted(roles()))
def test_a_role_speaks_of_the_clauses_of_one_standard_and_of_no_other_that_numbers_alike(role: str) -> None:
    """M14: clause 7.3 of the software life cycle is not design control, however the numbers look."""
    for each in shipped_frameworks():
        by_role = [p for p in proposals(each, roles()[role], {}) if p.basis is Basis.ROLE]
        assert each.id == "iso13485" or not by_role


def test_an_answer_decides_the_duties_that_wait_for_it() -> None:
    """M19: no sterile device, no duty of sterilisation; and the other way round."""
    manufacturer = roles()["manufacturer"]
    for answer in (True, False):
        found = [p for p in proposals(ISO, manufacturer, {"sterile": answer}) if p.duty.condition == "sterile"]
        assert found
        assert all(p.applies is answer and p.basis is Basis.ANSWER for p in found)


def test_a_question_nobody_answered_leaves_its_duties_open() -> None:
    """M19: undecided is shown as undecided, never as not applicable."""
    found = proposals(ISO, roles()["manufacturer"], {})
    assert {p.applies for p in found if p.duty.condition == "rework"} == {None}


def test_leaving_out_needs_a_reason_and_leave_of_the_standard() -> None:
    """M18: 7.5.5 without a reason is refused, 4.2.4 with the best of reasons too."""
    manufacturer = roles()["manufacturer"]
    sterile = next(d for d in ISO.duties if d.clause == "7.5.5").id
    control = next(d for d in ISO.duties if d.clause == "4.2.4").id
    assert objections(ISO, manufacturer, Decision(sterile, False))
    assert not objections(ISO, manufacturer, Decision(sterile, False, "No device is supplied sterile."))
    assert objections(ISO, manufacturer, Decision(control, False, "We have few documents."))
    assert objections(ISO, manufacturer, Decision("9.9.9-z", False, "There is none."))
    assert not objections(ISO, manufacturer, Decision(control, True))


def test_markets_switch_frameworks_on() -> None:
    """M13: the United States bring QMSR and Part 11, Europe the MDR; software brings its life cycle."""
    assert frameworks_for([], software=False) == ("iso13485", "iso14971")
    assert set(frameworks_for(["US", "EU"], software=True)) >= {"qmsr", "part11", "mdr", "iec62304"}
    assert set(BY_MARKET) <= set(markets())
    shipped = {each.id for each in shipped_frameworks()}
    assert {each for found in BY_MARKET.values() for each in found} <= shipped
