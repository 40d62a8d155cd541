"""A supplier is judged before it is approved, by what a mistake of it could do, and again in time."""

import datetime as dt

import pytest
from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, models, transaction

from gemba.evidence.practice.proof import records_proving
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry
from gemba.modules.supplier.choices import Criticality
from gemba.modules.supplier.controls import REQUIRED, control_missing, expiring, overdue, required
from gemba.modules.supplier.jobs import end_approvals
from gemba.modules.supplier.models import Supplier, SupplierDecision, SupplierPerformance
from gemba.modules.supplier.standing import beyond_limits, decisions_on, status_on
from tests.kernel.people import as_
from tests.kernel.samples import again, bodies, signed
from tests.modules.change.making import in_effect
from tests.modules.change.making import proposed as proposed_change
from tests.modules.supplier import buying as by

pytestmark = pytest.mark.django_db


def flagged(name: str) -> list[str]:
    [flag] = [each for each in registry.named("supplier").flags if each.name == name]
    return list(Supplier._base_manager.filter(flag.rows(clock.today())).values_list("number", flat=True))


def test_nobody_is_approved_before_a_signed_qualification(elina: Person, mikael: Person) -> None:
    """M157, M161: no approval without the qualification; with it, one signed decision by somebody else."""
    supplier = by.proposed(elina)
    decision = by.put_forward(supplier, elina)
    with pytest.raises(Refused, match="first qualification"):
        signed(again(decision), "decide", mikael)
    by.evaluated(supplier, elina)
    with pytest.raises(NotAllowed):
        signed(again(decision), "decide", elina)
    signed(again(decision), "decide", mikael)
    now = again(supplier)
    assert (now.state, now.valid_from) == ("approved", clock.today())


def test_a_qualification_is_judged_by_ability_effect_and_risk(elina: Person) -> None:
    """M156: 7.4.1 names what suppliers are judged by; a criterion without a score judges nothing."""
    made = by.begun(by.proposed(elina), elina, criteria=by.scored("risk", "performance"))
    with pytest.raises(Refused, match="risk of the device"):
        signed(made, "sign", elina)
    now = Edit(record=again(made), values={"criteria": by.scored("performance", score="1")}, **as_(elina)).execute()
    assert now.score == 25
    done = signed(now, "sign", elina)
    assert (done.state, done.signed_on) == ("signed", clock.today())
    assert again(done).next_due == clock.today() + relativedelta(months=24)


def test_a_re_evaluation_uses_what_monitoring_found(elina: Person, mikael: Person) -> None:
    """M158, M163: figures of the supplier are there before it is judged again; its next day is within its class."""
    supplier = by.approved(elina, mikael)
    made = by.begun(supplier, elina, "again", next_due=clock.today() + relativedelta(months=25))
    with pytest.raises(Refused, match="counted yet"):
        signed(made, "sign", elina)
    by.counted(supplier, elina)
    with pytest.raises(Refused, match="at the latest"):
        signed(again(made), "sign", elina)
    Edit(record=again(made), values={"next_due": clock.today() + relativedelta(months=6)}, **as_(elina)).execute()
    assert signed(again(made), "sign", elina).state == "signed"


def test_an_unfitting_result_has_reasons_and_asks_for_a_decision(elina: Person, mikael: Person) -> None:
    """M163: somebody has to decide what becomes of the supplier."""
    supplier = by.approved(elina, mikael)
    made = by.begun(supplier, elina, "audit", result="not_suitable")
    with pytest.raises(Refused, match="Say why"):
        signed(made, "sign", elina)
    Edit(record=again(made), values={"reasons": "No lot numbers"}, **as_(elina)).execute()
    signed(again(made), "sign", elina)
    assert "supplier.task" in Event.objects.filter(record=supplier).values_list("act", flat=True)


def test_raising_the_class_of_a_supplier_raises_what_is_asked_of_it(elina: Person, mikael: Person) -> None:
    """M89, M156: the class decides the controls; an approved supplier that lacks one is flagged at once."""
    supplier = by.approved(elina, mikael)
    assert flagged("control-missing") == []
    decision = by.put_forward(supplier, elina, criticality="critical", criticality_reason="Now behind an alarm")
    with pytest.raises(Refused) as refusal:
        signed(again(decision), "decide", mikael)
    assert "certificate" in str(refusal.value)
    assert "quality agreement" in str(refusal.value)
    models.QuerySet(Supplier).filter(pk=supplier.pk).update(criticality="critical")
    assert flagged("control-missing") == [supplier.number]
    by.agreed(supplier, elina)
    assert flagged("control-missing") == [supplier.number]
    by.evaluated(supplier, elina, "certificate", **by.certificate(clock.today() + relativedelta(years=2)))
    assert flagged("control-missing") == []


def test_each_class_asks_for_no_less_than_the_one_below(elina: Person) -> None:
    """M89: controls grow with the class; a process of ours always needs an agreement (4.1.5)."""
    names = {name: {control.name for control in controls} for name, controls in REQUIRED.items()}
    assert names[Criticality.CRITICAL] > names[Criticality.IMPORTANT] > names[Criticality.ORDINARY]
    assert "agreed" in {control.name for control in required("ordinary", outsourced=True)}
    supplier = by.proposed(elina, criticality="ordinary", supplies=[by.PROCESS])
    assert supplier.outsourced is True


def test_class_goods_and_place_of_an_approved_supplier_change_under_a_change(elina: Person, mikael: Person) -> None:
    """M102: logged, reviewed, approved: the decision waits for its change and leaves one event on each chain."""
    supplier = by.approved(elina, mikael)
    with pytest.raises(Invalid):
        Edit(record=supplier, values={"address": "Elsewhere"}, **as_(elina)).execute()
    decision = by.put_forward(supplier, elina)
    Edit(record=decision, values={"address": "Takatie 9, Oulu"}, **as_(elina)).execute()
    with pytest.raises(Refused, match="under a change"):
        signed(again(decision), "decide", mikael)
    change, _task = proposed_change(elina)
    MakeLink(record=again(decision), role="under_change", to=change, **as_(elina)).execute()
    with pytest.raises(Refused, match=change.number):
        signed(again(decision), "decide", mikael)
    assert again(supplier).address == "Hiomontie 1, Oulu"


def test_a_decision_under_a_change_in_effect_changes_place_and_leaves_its_trail(elina: Person, mikael: Person) -> None:
    """M102: once the change is in effect the decision takes force, and the supplier's history says by which."""
    supplier = by.approved(elina, mikael)
    change, _task = in_effect(elina, mikael)
    decision = by.put_forward(supplier, elina)
    Edit(record=decision, values={"address": "Takatie 9, Oulu"}, **as_(elina)).execute()
    MakeLink(record=again(decision), role="under_change", to=change, **as_(elina)).execute()
    signed(again(decision), "decide", mikael)
    now = again(supplier)
    assert (now.address, now.state) == ("Takatie 9, Oulu", "approved")
    acts = [(body["act"], body["reason"]) for body in bodies(now)[-2:]]
    assert acts == [
        ("supplier.decide", f"{decision.number} was decided."), ("supplier.approve", f"{decision.number} was decided."),
    ]  # fmt: skip


def test_nobody_sets_a_status_by_hand(elina: Person, mikael: Person) -> None:
    """M102: each status follows from a signed decision."""
    supplier = by.approved(elina, mikael)
    for step in ("approve", "suspend", "disqualify", "approve_with_conditions"):
        with pytest.raises(Refused):
            Advance(record=again(supplier), name=step, **as_(mikael)).execute()
    assert again(supplier).state == "approved"


def test_one_person_suspends_at_once_and_does_nothing_else_alone(elina: Person, mikael: Person) -> None:
    """M102: stopping orders waits for nobody; every other decision needs a second person."""
    supplier = by.approved(elina, mikael)
    approval = by.put_forward(supplier, mikael)
    with pytest.raises(Refused, match="Only a suspension"):
        signed(approval, "suspend_at_once", mikael, "Quick")
    stop = by.put_forward(supplier, mikael, "suspend")
    with pytest.raises(NotAllowed):
        signed(again(stop), "decide", mikael)
    signed(again(stop), "suspend_at_once", mikael, "Glass in a clip")
    assert again(supplier).state == "suspended"
    with seeing_everything():
        proof = records_proving({"supplier_file"})
        assert proof.filter(kind="supplierdecision").exists()
        assert not proof.filter(pk=stop.pk).exists(), "a stop is no evaluation"


def test_a_refused_decision_leaves_the_supplier_as_it_is(elina: Person, mikael: Person) -> None:
    """M102: the refusal is signed and kept."""
    supplier = by.approved(elina, mikael)
    signed(by.put_forward(supplier, elina, "disqualify"), "refuse", mikael, "Too few figures")
    assert again(supplier).state == "approved"


def test_conditions_are_written_down(elina: Person, mikael: Person) -> None:
    supplier = by.proposed(elina)
    with pytest.raises(Invalid) as refusal:
        by.put_forward(supplier, elina, "conditions")
    assert list(refusal.value.fields) == ["conditions"]
    by.evaluated(supplier, elina, result="conditions", reasons="First three lots in full")
    by.decided(supplier, elina, mikael, "conditions", conditions="First three lots in full")
    assert again(supplier).state == "conditional"


def test_was_it_approved_then(elina: Person, mikael: Person) -> None:
    """M157, M160: the list of any day is read from decisions, and later ones change nothing about it."""
    supplier = by.approved(elina, mikael)
    first = clock.today()
    with clock.shifted(by.later(days=40)):
        by.decided(supplier, elina, mikael, "suspend")
    with clock.shifted(by.later(days=60)):
        by.decided(supplier, elina, mikael)

    def ruling(days: int) -> str | None:
        found = status_on(supplier.pk, first + dt.timedelta(days=days))
        return found.ruling if found else None

    assert [ruling(n) for n in (-1, 0, 39, 40, 59, 60, 400)] == [
        None, "approve", "approve", "suspend", "suspend", "approve", "approve",
    ]  # fmt: skip
    with seeing_everything():
        assert decisions_on(first).get().supplier == supplier


def test_two_decisions_in_force_are_impossible_in_the_database(elina: Person, mikael: Person) -> None:
    """M102: one status at a time, by constraint."""
    supplier = by.approved(elina, mikael)
    other = by.put_forward(supplier, elina)
    with pytest.raises(IntegrityError), transaction.atomic():
        models.QuerySet(SupplierDecision).filter(pk=other.pk).update(standing=True)


def test_an_approval_past_its_last_day_no_longer_counts(elina: Person, mikael: Person) -> None:
    """M163: nobody has to notice: from the day after, the list leaves it out and the night suspends the supplier."""
    supplier = by.proposed(elina)
    by.evaluated(supplier, elina)
    by.decided(supplier, elina, mikael, until=clock.today() + dt.timedelta(days=30))
    with clock.shifted(by.later(days=30)):
        end_approvals.call()
        assert again(supplier).state == "approved"
    with clock.shifted(by.later(days=31)):
        assert status_on(supplier.pk, clock.today()) is None
        end_approvals.call()
        end_approvals.call()
    assert again(supplier).state == "suspended"
    acts = list(Event.objects.filter(record=supplier).values_list("act", flat=True))
    assert acts.count("supplier.suspend") == 1


def test_overdue_re_evaluations_and_expiring_certificates_are_listed(elina: Person, mikael: Person) -> None:
    """M163, M161: by the class's interval or the day named, whichever is earlier; certificates 90 days before."""
    supplier = by.proposed(elina)
    due = clock.today() + relativedelta(months=12)
    by.evaluated(supplier, elina, next_due=due, **by.certificate(clock.today() + dt.timedelta(days=200)))
    by.decided(supplier, elina, mikael)

    def rows(condition: models.Q) -> bool:
        return Supplier._base_manager.filter(condition).exists()

    assert not rows(overdue(due))
    assert rows(overdue(due + dt.timedelta(days=1)))
    assert not rows(expiring(clock.today() + dt.timedelta(days=109)))
    assert rows(expiring(clock.today() + dt.timedelta(days=110)))
    by.evaluated(supplier, elina, "certificate", **by.certificate(clock.today() + relativedelta(years=3)))
    assert not rows(expiring(clock.today() + dt.timedelta(days=110)))


def test_deliveries_not_counted_for_five_months_are_a_missing_control(elina: Person, mikael: Person) -> None:
    """M158: a new supplier has time for its first quarter; after that somebody counts."""
    supplier = by.approved(elina, mikael)
    late = clock.today() + relativedelta(months=5)
    assert not Supplier._base_manager.filter(control_missing(late - dt.timedelta(days=1))).exists()
    assert Supplier._base_manager.filter(control_missing(late)).exists()
    by.counted(supplier, elina)
    assert not Supplier._base_manager.filter(control_missing(late - dt.timedelta(days=1))).exists()


def test_rates_follow_from_the_figures_and_beyond_the_limit_somebody_acts(elina: Person, mikael: Person) -> None:
    """M158, M160: 3 late of 20 are 15 of 100; the limit is the supplier's; what was done stands beside it."""
    supplier = by.approved(elina, mikael)
    with pytest.raises(Refused, match="what we did"):
        by.counted(supplier, elina, late=3, deliveries=20)
    period = by.counted(supplier, elina, late=3, deliveries=20, acted="Asked for two days of stock")
    fine = by.counted(supplier, elina, late=2, deliveries=20)
    nothing = by.counted(supplier, elina, deliveries=0)
    assert (period.per_cent("late"), nothing.per_cent("late")) == (15, None)
    beyond = SupplierPerformance._base_manager.filter(beyond_limits(clock.today()))
    assert [each.pk for each in beyond] == [period.pk]
    assert fine.state == "signed"


def test_figures_that_cannot_be_are_refused_by_field(elina: Person, mikael: Person) -> None:
    """FIL-01: more late than delivered, a period that ends before it begins, one that is not over."""
    supplier = by.approved(elina, mikael)
    with pytest.raises(Invalid) as refusal:
        by.counted(supplier, elina, late=2, deliveries=1)
    assert list(refusal.value.fields) == ["late"]
    with pytest.raises(Refused, match="not over"):
        by.counted(supplier, elina, ended=-1)


def test_a_supplier_no_longer_used_has_no_status_from_that_day_on(elina: Person, mikael: Person) -> None:
    """M102, M157: its last decision ends with it, and nothing new is decided about it."""
    supplier = by.approved(elina, mikael)
    waiting = by.put_forward(supplier, elina, "suspend")
    with clock.shifted(by.later(days=5)):
        signed(again(supplier), "leave", mikael, "They closed")
        assert status_on(supplier.pk, clock.today()) is None
        assert status_on(supplier.pk, clock.today() - dt.timedelta(days=1)) is not None
        with pytest.raises(Refused, match="no longer kept"):
            signed(again(waiting), "decide", mikael)
