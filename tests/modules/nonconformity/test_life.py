"""The life of a nonconformity: contained, evaluated, decided, carried out; concessions and rework beside it."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.advance import Advance, Void
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.attachments.models import files_of
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import content_digest
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.signing.proof import Proof
from gemba.kernel.types import offers_for, registry
from gemba.modules.capa.models import Capa
from gemba.modules.nonconformity import record as declared
from gemba.modules.nonconformity.models import Concession, Nonconformity, Rework
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.web.seed import values as objective_values

pytestmark = pytest.mark.django_db
FOUND = {
    "title": "Housing cracked at the clip", "description": "A crack of 4 mm", "unmet": "Drawing 114, note 3",
    "segregated": "yes", "segregation": "Red box, quarantine rack 2",
}  # fmt: skip
EVALUATED = {
    "reach": "Lot 0312 alone; 12 of 400", "severity": "major", "risk_impact": "none", "risk_reason": "RM-031 covers it",
    "investigate": "no", "investigate_reason": "The cause is seen", "notify": "no", "notify_reason": "Made here",
}  # fmt: skip
DECIDED = {
    "disposition": "scrap", "disposition_reason": "Cannot be mended", "capa_decision": "no",
    "capa_reason": "First case in two years, cause is put right",
}  # fmt: skip


@pytest.fixture
def worker() -> Person:
    return person("Ville Worker", Role.OPERATIONS)


@pytest.fixture
def quality() -> Person:
    return person("Aino Quality", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Boss", Role.MANAGEMENT)


def step(record: Any, name: str, who: Person, reason: str = "") -> Any:
    found = type(record)._base_manager.get(pk=record.pk)
    seen = content_digest(found, files_of(found))
    return Advance(
        record=found, name=name, proof=Proof(who, "pwd", clock.now()), seen=seen, **{**as_(who), "reason": reason}
    ).execute()  # fmt: skip


def edit(record: Any, who: Person, **values: Any) -> Any:
    found = type(record)._base_manager.get(pk=record.pk)
    return Edit(record=found, values=values, **as_(who)).execute()


def raised(who: Person, **more: Any) -> Nonconformity:
    values = {**FOUND, "contained": [{"what": "Line stopped", "on": clock.today().isoformat()}], **more}
    return Raise(model=Nonconformity, values=values, **as_(who)).execute()


def evaluated(worker: Person, quality: Person, **more: Any) -> Nonconformity:
    made = raised(worker, **more)
    step(made, "contain", worker)
    edit(made, quality, **EVALUATED)
    found: Nonconformity = step(made, "evaluate", quality)
    return found


def decided(worker: Person, quality: Person, manager: Person, **more: Any) -> Nonconformity:
    made = evaluated(worker, quality)
    edit(made, quality, **{**DECIDED, **more})
    found: Nonconformity = step(made, "decide", manager)
    return found


def test_a_nonconformity_goes_from_report_to_closure(worker: Person, quality: Person, manager: Person) -> None:
    """M149, 8.3.1, 8.3.2: contained, evaluated, disposition approved by another, carried out, closed by a third."""
    made = decided(worker, quality, manager)
    assert (made.evaluated_on, made.decided_on) == (clock.today(), clock.today())
    edit(made, worker, outcome="12 housings crushed, witnessed")
    with pytest.raises(NotAllowed):
        step(made, "close", worker)
    closed = step(made, "close", quality)
    assert (closed.state, closed.closed_on, closed.open) == ("closed", clock.today(), False)


@pytest.mark.parametrize("missing", sorted(EVALUATED))
def test_an_evaluation_answers_every_question_of_8_3_1(worker: Person, quality: Person, missing: str) -> None:
    """8.3.1: reach, severity, risk, whether to investigate and whom to tell, each with its reason."""
    made = raised(worker)
    step(made, "contain", worker)
    edit(made, quality, **{**EVALUATED, missing: ""})
    with pytest.raises(Refused, match="Fill in first"):
        step(made, "evaluate", quality)


def test_containment_and_segregation_come_first(worker: Person) -> None:
    """8.3.1: what was done at once, where the product stands apart; a process has none and says so."""
    made = raised(worker, contained=[])
    with pytest.raises(Refused, match="done at once"):
        step(made, "contain", worker)
    process = raised(worker, contained=[], about="process", segregated="no", segregation="No product is involved")
    assert step(process, "contain", worker).state == "contained"
    bare = raised(worker, segregated="", segregation="")
    with pytest.raises(Refused, match="set apart"):
        step(bare, "contain", worker)


def test_a_decision_about_a_capa_is_taken_with_its_reason(worker: Person, quality: Person, manager: Person) -> None:
    """M150: yes or no, and why, signed by somebody else than who found it."""
    made = evaluated(worker, quality)
    edit(made, quality, **{**DECIDED, "capa_reason": ""})
    with pytest.raises(Refused, match="why a CAPA"):
        step(made, "decide", manager)
    edit(made, quality, capa_reason="One case")
    own = evaluated(quality, quality)
    edit(own, quality, **DECIDED)
    with pytest.raises(NotAllowed, match="raised it"):
        step(own, "decide", quality)
    assert step(made, "decide", quality).state == "decided"


def test_a_capa_that_was_decided_must_be_open_before_closure(worker: Person, quality: Person, manager: Person) -> None:
    """M150: and it stands out until then."""
    made = decided(worker, quality, manager, capa_decision="yes", capa_reason="Third case this year")
    edit(made, worker, outcome="Scrapped")
    with pytest.raises(Refused, match="Open it from here"):
        step(made, "close", quality)
    assert flagged(declared.capa_owed, quality) == {made.number}
    capa_for(made, quality)
    assert not flagged(declared.capa_owed, quality)
    assert step(made, "close", quality).state == "closed"


def capa_for(made: Nonconformity, who: Person) -> Capa:
    values = {"title": "Cracks", "symptom": "Cracked housings", "unmet": "Drawing 114", "measure": "Cracks per lot"}
    return Raise(model=Capa, values=values, links=[("raised_from", made)], **as_(who)).execute()


def flagged(which: Any, who: Person, day: dt.date | None = None) -> set[str]:
    with seeing(access(who)):
        return set(Nonconformity.objects.filter(which(day or clock.today())).values_list("number", flat=True))


def test_a_nonconformity_of_an_audit_without_capa_or_reason_is_listed(
    worker: Person, quality: Person, manager: Person
) -> None:
    """M150: until a CAPA is linked or the reason against one is signed."""
    bare, capa, void = (raised(worker, source="internal_audit") for _n in range(3))
    raised(worker, source="production")
    Void(record=void, **{**as_(quality), "reason": "Twice"}).execute()
    assert flagged(declared.audit_without_capa, quality) == {bare.number, capa.number}
    opened = capa_for(capa, quality)
    assert flagged(declared.audit_without_capa, quality) == {bare.number}
    Void(record=opened, **{**as_(quality), "reason": "Wrong one"}).execute()
    assert flagged(declared.audit_without_capa, quality) == {bare.number, capa.number}
    step(bare, "contain", worker)
    edit(bare, quality, **EVALUATED)
    step(bare, "evaluate", quality)
    edit(bare, quality, **DECIDED)
    assert bare.number in flagged(declared.audit_without_capa, quality)
    step(bare, "decide", manager)
    assert bare.number not in flagged(declared.audit_without_capa, quality)


def test_what_nobody_evaluates_stands_out(worker: Person, quality: Person) -> None:
    """8.3.1: open with no evaluation for more than ten days."""
    made = raised(worker)
    assert not flagged(declared.unevaluated, quality, clock.today() + dt.timedelta(days=10))
    assert flagged(declared.unevaluated, quality, clock.today() + dt.timedelta(days=11)) == {made.number}


def test_who_was_to_be_told_outside_is_told_before_closure(worker: Person, quality: Person, manager: Person) -> None:
    """8.3.1: the supplier, with day and answer."""
    made = raised(worker, about="supplier")
    step(made, "contain", worker)
    edit(made, quality, **{**EVALUATED, "notify": "yes", "notify_reason": "Resin of Polymeria"})
    step(made, "evaluate", quality)
    edit(made, quality, **DECIDED)
    step(made, "decide", manager)
    edit(made, quality, outcome="Returned")
    with pytest.raises(Refused, match="Say who was told"):
        step(made, "close", quality)
    told = [{"party": "Polymeria", "on": clock.today().isoformat(), "how": "Mail; they check lot 77"}]
    edit(made, quality, notices=told)
    assert step(made, "close", quality).state == "closed"


def test_use_under_concession_waits_for_a_granted_one(worker: Person, quality: Person, manager: Person) -> None:
    """8.3.2: justified, legal requirements looked at, granted by somebody else, linked."""
    made = decided(worker, quality, manager, disposition="concession")
    edit(made, worker, outcome="Used in lot 0312")
    with pytest.raises(Refused, match="no granted concession"):
        step(made, "close", quality)
    values = {
        "title": "Use with scratches", "deviation": "Scratches of 2 mm", "justification": "Not on the sealing face",
        "items": "0312-001 to 0312-012",
    }  # fmt: skip
    asked = Raise(model=Concession, values=values, links=[("concerns", made)], **as_(worker)).execute()
    with pytest.raises(Refused, match="legal requirements"):
        step(asked, "grant", quality)
    edit(asked, worker, regulatory="Annex I 10.1 looked at, met", risk_effect="None")
    with pytest.raises(NotAllowed):
        step(asked, "grant", worker)
    assert step(asked, "grant", manager).granted_on == clock.today()
    assert step(made, "close", quality).state == "closed"


def test_a_refused_concession_opens_no_way(worker: Person, quality: Person, manager: Person) -> None:
    """8.3.2: refused with a reason, and the nonconformity waits."""
    made = decided(worker, quality, manager, disposition="concession")
    edit(made, worker, outcome="Used")
    values = {"title": "Use", "deviation": "Crack", "justification": "Small", "items": "1"}
    asked = Raise(model=Concession, values=values, links=[("concerns", made)], **as_(worker)).execute()
    assert step(asked, "refuse", quality, "A crack grows").state == "refused"
    with pytest.raises(Refused, match="no granted concession"):
        step(made, "close", quality)


def reworked(made: Nonconformity, who: Person, **more: Any) -> Rework:
    values = {
        "title": "Weld again", "items": "12 housings", "quantity": 12, "instruction": "WI-07, second seam",
        "harm_weighed": "Heat twice: tested on 5", "to_verify": "Leak below 0.2 mbar", **more,
    }  # fmt: skip
    return Raise(model=Rework, values=values, links=[("concerns", made)], **as_(who)).execute()


def test_rework_is_approved_done_and_verified_by_different_people(
    worker: Person, quality: Person, manager: Person
) -> None:
    """8.3.4: harm weighed and approved before, verified again after by somebody who did not do it."""
    made = decided(worker, quality, manager, disposition="rework")
    edit(made, worker, outcome="Welded again")
    work = reworked(made, worker, harm_weighed="")
    with pytest.raises(Refused, match="harm"):
        step(work, "approve", quality)
    edit(work, worker, harm_weighed="Heat twice")
    step(work, "approve", quality)
    with pytest.raises(Refused, match="Rework is still open"):
        step(made, "close", quality)
    edit(work, worker, done_on=clock.today(), done="All 12")
    step(work, "finish", worker)
    edit(work, quality, verified="0.1 mbar, gauge G-5", result="pass")
    with pytest.raises(NotAllowed):
        step(work, "verify", worker)
    with pytest.raises(Refused, match="The result says"):
        step(work, "fail", quality)
    assert step(work, "verify", quality).verified_on == clock.today()
    assert step(made, "close", quality).state == "closed"


def test_failed_rework_does_not_close_a_nonconformity(worker: Person, quality: Person, manager: Person) -> None:
    """8.3.4: what failed its verification is another decision."""
    made = decided(worker, quality, manager, disposition="rework")
    edit(made, worker, outcome="Welded again")
    work = reworked(made, worker)
    step(work, "approve", quality)
    edit(work, worker, done_on=clock.today(), done="All 12")
    step(work, "finish", worker)
    edit(work, quality, verified="0.6 mbar", result="fail")
    step(work, "fail", quality)
    with pytest.raises(Refused, match="no rework that was verified"):
        step(made, "close", quality)


def test_what_affects_no_product_is_put_right_and_not_scrapped(
    worker: Person, quality: Person, manager: Person
) -> None:
    """8.3.1: the decision fits what was found."""
    made = evaluated(worker, quality, found="none", about="system")
    edit(made, quality, **DECIDED)
    with pytest.raises(Refused, match="only “put right”"):
        step(made, "decide", manager)


def test_an_evaluation_is_sent_back_with_a_reason(worker: Person, quality: Person, manager: Person) -> None:
    """M149: the rejection is signed and stays."""
    made = evaluated(worker, quality)
    assert step(made, "return", manager, "Lot 0311 too?").state == "contained"


def test_a_nonconformity_can_be_opened_on_anything(quality: Person) -> None:
    """M205, 8.3.1: offered on every kind of record, linked back."""
    for kind in (each.kind for each in registry):
        assert ("nonconformity", "found_on") in {(offer.kind, role.name) for offer, role in offers_for(kind)}
    objective = Raise(model=Objective, values=objective_values(0), **as_(quality)).execute()
    made = Raise(model=Nonconformity, values=FOUND, links=[("found_on", objective)], **as_(quality)).execute()
    assert [(link.role, link.target_id) for link in made.links_out.all()] == [("found_on", objective.pk)]
