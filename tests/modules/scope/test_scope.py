"""The scope of the quality system: what it needs, what it refuses, and what follows when it comes into force."""

import datetime as dt
from typing import Any

import pytest

from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.models import Doubt, Holding
from gemba.evidence.scope.standing import decisions_on, frameworks_on, left_out_on
from gemba.kernel import clock
from gemba.kernel.actions.advance import Advance
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person, Product
from gemba.kernel.refusals import Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.modules.scope.models import Registration, Scope
from gemba.modules.scope.reading import frameworks_of, waiting
from gemba.modules.scope.record import expiring
from tests.kernel.people import as_, person
from tests.kernel.samples import again, signed

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")
EUROPE = {"market": "EU", "person": "", "since": ""}
STATES = {"market": "US", "person": "", "since": ""}
DEVICE = {"name": "Kuvitelma Band", "nature": "hardware", "classes": "EU IIa", "route": "notified body"}
NO = [{"condition": name, "answer": "no", "remark": ""} for each in ("iso13485", "iso14971", "mdr")
      for name in framework(each).conditions]  # fmt: skip


@pytest.fixture
def quality() -> Person:
    return person("Aino Laine", Role.QUALITY)


@pytest.fixture
def manager() -> Person:
    return person("Marta Kovač", Role.MANAGEMENT)


def begun(who: Person, **values: Any) -> Scope:
    given = {
        "title": "Wearables", "purpose": "existing", "role": "manufacturer", "statement": "Design and making of bands.",
        "markets": [EUROPE], "devices": [DEVICE], "answers": _once(NO),
    }  # fmt: skip
    return Raise(model=Scope, values={**given, **values}, **as_(who)).execute()


def _once(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    return list({line["condition"]: line for line in lines}.values())


def settled(scope: Scope, who: Person) -> Scope:
    """Every duty the answers left open, decided as applicable."""
    frameworks = {duty.id: each.id for each in frameworks_of(scope) for duty in each.duties}
    lines = [{"framework": frameworks[each.duty.id], "duty": each.duty.id, "applies": True, "reason": ""}
             for each in waiting(scope)]  # fmt: skip
    return Edit(record=scope, values={"decisions": lines}, **as_(who)).execute()


def in_force(quality: Person, manager: Person, **values: Any) -> Scope:
    scope = Advance(record=settled(begun(quality, **values), quality), name="submit", **as_(quality)).execute()
    found: Scope = signed(scope, "approve", manager)
    return found


def test_a_scope_names_a_purpose_a_market_and_a_device(quality: Person) -> None:
    """M12: it cannot be sent on before it says what the system is for."""
    scope = begun(quality, markets=[], devices=[])
    with pytest.raises(Refused, match="at least one market"):
        Advance(record=scope, name="submit", **as_(quality)).execute()
    with pytest.raises(Invalid):
        begun(quality, purpose="none of these")


def test_a_role_without_products_needs_no_device(quality: Person) -> None:
    """M12: a distributor's system supports a role."""
    scope = settled(begun(quality, purpose="role", role="distributor", devices=[]), quality)
    assert Advance(record=scope, name="submit", **as_(quality)).execute().state == "review"


def test_markets_and_software_switch_frameworks_on(quality: Person) -> None:
    """M13, M5: Europe and the United States bring MDR, QMSR and Part 11; software brings its life cycle."""
    both = begun(quality, markets=[EUROPE, STATES], devices=[{**DEVICE, "nature": "both"}])
    assert {each.id for each in frameworks_of(both)} == {"iso13485", "iso14971", "qmsr", "part11", "mdr", "iec62304"}
    assert {each.id for each in frameworks_of(begun(quality))} == {"iso13485", "iso14971", "mdr"}


def test_nothing_is_approved_while_a_duty_is_undecided(quality: Person) -> None:
    """M19: the refusal counts them and names the first clauses."""
    with pytest.raises(Refused, match="undecided"):
        Advance(record=begun(quality, answers=[]), name="submit", **as_(quality)).execute()


def test_what_always_applies_cannot_be_decided_away(quality: Person) -> None:
    """M18: 4.2.4 stays, and 7.5.5 goes only with a reason."""
    control = next(d for d in ISO.duties if d.clause == "4.2.4").id
    sterile = next(d for d in ISO.duties if d.clause == "7.5.5").id
    out = {"framework": "iso13485", "applies": False, "reason": ""}
    with pytest.raises(Invalid, match="always applies"):
        begun(quality, decisions=[{**out, "duty": control, "reason": "We are few."}])
    with pytest.raises(Invalid, match="Say why"):
        begun(quality, decisions=[{**out, "duty": sterile}])


def test_only_top_management_approves_and_not_its_own(quality: Person, manager: Person) -> None:
    """M14: the scope is a decision of those who answer for the system."""
    scope = Advance(record=settled(begun(manager), manager), name="submit", **as_(manager)).execute()
    with pytest.raises(NotAllowed):
        signed(scope, "approve", quality)
    with pytest.raises(NotAllowed):
        signed(scope, "approve", manager)


def test_a_scope_in_force_decides_every_duty_of_its_frameworks(quality: Person, manager: Person) -> None:
    """M18, M19: applicability of each duty, the reason of each that is left out."""
    in_force(quality, manager)
    today = dt.date.today()  # noqa: DTZ011  the day of the test
    assert set(frameworks_on(today)) == {"iso13485", "iso14971", "mdr"}
    decided = decisions_on(today, "iso13485")
    assert set(decided) == {duty.id for duty in ISO.duties}
    assert all(row.reason for row in left_out_on(today))
    assert any(row.duty.startswith("7.5.5") for row in left_out_on(today))


def test_a_scope_in_force_is_proof_under_the_signature_that_approved_it(quality: Person, manager: Person) -> None:
    """M14, M71: what the system adds on approval is no change of what was approved."""
    scope = in_force(quality, manager)
    assert again(scope).in_force
    assert assess(ISO, decisions_on(clock.today(), ISO.id)).overall.applicable
    assert not Doubt.objects.exists()
    assert sum(each.count for each in Holding.objects.filter(kind="scope", valid=True)) > 0


def test_a_new_scope_replaces_the_one_before_it(quality: Person, manager: Person) -> None:
    """M13: one scope at a time; the former stays readable with the day it ended."""
    first = in_force(quality, manager)
    second = in_force(quality, manager, markets=[EUROPE, STATES])
    assert again(first).state == "replaced"
    assert again(first).valid_to is not None
    assert list(Scope._base_manager.filter(in_force=True)) == [again(second)]
    assert "qmsr" in frameworks_on(dt.date.today())  # noqa: DTZ011  the day of the test


def test_a_registration_that_expires_soon_is_flagged(quality: Person) -> None:
    """M9: half a year before, and after."""
    product = Product.objects.create(name="Band")
    base = {"market": "EU", "device_class": "IIa", "route": "notified body"}
    for title, expires in (("soon", dt.date(2027, 3, 1)), ("gone", dt.date(2026, 1, 1)), ("far", dt.date(2029, 1, 1))):
        values = {"title": title, "expires": expires, "product": product, **base}
        record = Raise(model=Registration, values=values, **as_(quality)).execute()
        Advance(record=record, name="confirm", **as_(quality)).execute()
    found = Registration._base_manager.filter(expiring(dt.date(2026, 11, 22)))
    assert {record.title for record in found} == {"soon", "gone"}


def test_a_registration_is_of_a_product(quality: Person) -> None:
    """M9: product and market make a registration."""
    values = {"title": "Band", "market": "EU", "device_class": "IIa", "route": "notified body"}
    record = Raise(model=Registration, values=values, **as_(quality)).execute()
    with pytest.raises(Refused, match="product"):
        Advance(record=record, name="confirm", **as_(quality)).execute()
