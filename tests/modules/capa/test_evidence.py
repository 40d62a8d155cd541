"""What nonconformities, CAPAs, concessions, rework and improvements are evidence of, and on which day."""

from dataclasses import replace

import pytest
from django.db.models import Q

from gemba.evidence.catalogue.load import catalogue
from gemba.kernel.checks import problems
from gemba.kernel.types import registry

OWED = {
    "nonconformity": {"nc_record", "nc_notification", "audit_finding"}, "concession": {"concession"},
    "rework": {"rework_record"}, "improvement": {"improvement_record"},
    "capa": {"capa", "preventive_action", "capa_effectiveness", "improvement_record"},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "types"), OWED.items())
def test_each_kind_yields_what_the_catalogue_asks_for(kind: str, types: set[str]) -> None:
    """M39, evidence: types of the vocabulary, in states that prove them."""
    declared = registry.named(kind)
    assert {each.evidence for each in declared.yields} == types
    assert types <= set(catalogue().evidence_types)


@pytest.mark.parametrize("clause", ["8.3.1", "8.3.2", "8.3.4", "8.5.2", "8.5.3"])
def test_every_record_duty_of_the_clause_can_be_proven(clause: str) -> None:
    """M149: no duty that asks for a record is left without a kind that yields one of its types."""
    yielded = {each.evidence for declared in registry for each in declared.yields}
    duties = [
        duty for duty in catalogue().frameworks["iso13485"].duties if duty.clause == clause and duty.needs_practice
    ]
    assert duties
    assert [duty.id for duty in duties if not yielded & set(duty.proving)] == []


def test_evidence_is_dated_by_the_step_that_proves_it() -> None:
    """Evidence: the day of the decision, not of the typing; a date that no form offers."""
    for kind in ("nonconformity", "concession", "rework", "capa"):
        declared = registry.named(kind)
        assert all(not declared.field(each.on).editable for each in declared.yields)


def test_a_condition_on_a_column_that_is_not_there_stops_the_start() -> None:
    """Evidence: what a declaration yields is checked at start, its condition too."""
    declared = registry.named("capa")
    wrong = replace(declared.yields[0], where=Q(nature="x") & ~Q(colour="red"))
    broken = object.__new__(type(declared))
    broken.__dict__.update({**declared.__dict__, "yields": (wrong,)})
    assert any("under a condition on 'colour', which is no column" in sentence for sentence in problems(broken))
    assert problems(declared) == []
