"""Orders go to approved suppliers and say what is needed; what comes is looked at before it is used."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid, Refused
from gemba.kernel.types import registry
from gemba.modules.nonconformity.models import Nonconformity
from gemba.modules.supplier.buying import SUPPLIER_APPROVED, extent_shown, from_nobody_approved, without_nonconformity
from gemba.modules.supplier.gathered import gathered
from gemba.modules.supplier.models import Incoming, Purchase, Supplier
from gemba.modules.supplier.verbs import CountForm, last_quarter
from tests.contract.values import raised
from tests.kernel.people import access, as_
from tests.kernel.samples import again, signed
from tests.modules.supplier import buying as by

pytestmark = pytest.mark.django_db


def placed(supplier: Supplier, who: Person, **values: Any) -> Purchase:
    given = {
        "title": "Lenses", "supplier": supplier, "reference": "4500-17",
        "items": [{"item": "Lens 4711", "revision": "Drawing 12, R2", "quantity": 200}], **values,
    }  # fmt: skip
    return Raise(model=Purchase, values=given, **as_(who)).execute()


def arrived(supplier: Supplier, who: Person, *, good: bool = True, **values: Any) -> Incoming:
    line = {"characteristic": "Haze", "limit": "none", "found": "By eye, ten of 200", "good": good}
    given = {
        "title": "Lenses came", "supplier": supplier, "item": "Lens 4711 R2", "lot": "L-9", "quantity": 200,
        "checked": [line], "outcome": "stock", **values,
    }  # fmt: skip
    return Raise(model=Incoming, values=given, **as_(who)).execute()


def test_nothing_is_ordered_from_somebody_who_is_not_approved(elina: Person, mikael: Person) -> None:
    """M157: refused by name of the day; quality may let it go, and that stays counted."""
    supplier = by.proposed(elina)
    purchase = placed(supplier, elina)
    with pytest.raises(Refused, match="not approved"):
        signed(purchase, "order", elina)
    gone = again(signed(purchase, "order_exception", mikael, "The line stands still"))
    assert (gone.state, gone.exception) == ("ordered", True)
    assert Purchase._base_manager.filter(from_nobody_approved(clock.today())).get() == gone
    approved = by.approved(elina, mikael)
    fine = placed(approved, elina)
    with pytest.raises(Refused, match="needs no exception"):
        signed(fine, "order_exception", mikael, "Why not")
    assert signed(fine, "order", elina).state == "ordered"


def test_an_order_on_a_day_before_the_approval_proves_less(elina: Person, mikael: Person) -> None:
    """M157, M160: the approval of the order's own day counts, not the one of today."""
    supplier = by.approved(elina, mikael)
    early = placed(supplier, elina, event_date=clock.today() - dt.timedelta(days=1))
    late = placed(supplier, elina)
    failing = Record._base_manager.filter(SUPPLIER_APPROVED.failing(), kind="purchase")
    assert [each.pk for each in failing] == [early.pk]
    assert late.pk not in failing.values_list("pk", flat=True)
    with clock.shifted(by.later(days=10)):
        by.decided(supplier, elina, mikael, "suspend")
        assert placed(supplier, elina).pk in Record._base_manager.filter(SUPPLIER_APPROVED.failing()).values_list(
            "pk", flat=True
        )


def test_an_order_names_what_it_orders(elina: Person) -> None:
    """M160: 7.4.2 asks for specification and revision of each part."""
    with pytest.raises(Invalid) as refusal:
        placed(by.proposed(elina), elina, items=[])
    assert list(refusal.value.fields) == ["items"]


def test_faulty_goods_do_not_go_to_stock(elina: Person, mikael: Person) -> None:
    """M158, M160: decided by what was found; what is blocked has a reason and a nonconformity."""
    supplier = by.approved(elina, mikael)
    made = arrived(supplier, elina, good=False)
    with pytest.raises(Refused, match="Haze"):
        signed(made, "sign", elina)
    blocked = Edit(record=again(made), values={"outcome": "blocked"}, **as_(elina)).execute()
    with pytest.raises(Refused, match="Say why"):
        signed(blocked, "sign", elina)
    Edit(record=again(made), values={"reasons": "Cloudy"}, **as_(elina)).execute()
    signed(again(made), "sign", elina)
    rows = Incoming._base_manager.filter(without_nonconformity(clock.today()))
    assert rows.get() == made
    trouble = raised(registry.named(Nonconformity._meta.model_name or ""), elina)
    MakeLink(record=trouble, role="found_on", to=again(made), **as_(elina)).execute()
    assert not rows.exists()


def test_something_is_checked_before_it_is_decided(elina: Person, mikael: Person) -> None:
    """M160: an inspection without a finding is none."""
    made = arrived(by.approved(elina, mikael), elina, checked=[])
    with pytest.raises(Refused, match="what was checked"):
        signed(made, "sign", elina)


def test_how_much_is_looked_at_follows_from_the_class(elina: Person, mikael: Person) -> None:
    """M89: another class, another extent."""
    seen = set()
    for criticality in ("critical", "important", "ordinary"):
        supplier = by.proposed(elina, title=criticality, criticality=criticality)
        seen.add(str(extent_shown(arrived(supplier, elina), access(elina))["extent"]))
    assert len(seen) == 3


def test_goods_belong_to_an_order_of_the_same_supplier(elina: Person, mikael: Person) -> None:
    """M160: no delivery is booked on somebody else's order."""
    one, other = by.proposed(elina), by.proposed(elina, title="Another")
    with pytest.raises(Invalid) as refusal:
        arrived(one, elina, of_order=placed(other, elina))
    assert list(refusal.value.fields) == ["of_order"]


def test_what_came_in_the_last_quarter_is_proposed_to_be_counted(elina: Person, mikael: Person) -> None:
    """M158: figures come from signed inspections; a person confirms them, and the faulty ones stand in the file."""
    supplier = by.approved(elina, mikael)
    begins, ends = last_quarter(clock.today())
    for day in (begins, ends, ends + dt.timedelta(days=1)):
        signed(arrived(supplier, elina, event_date=day), "sign", elina)
    bad = arrived(supplier, elina, good=False, outcome="returned", reasons="Haze", event_date=begins)
    signed(bad, "sign", elina)
    form = CountForm(None, None, record=supplier, access=access(elina))
    assert [form.initial[name] for name in ("begins", "ends", "deliveries", "faulty")] == [begins, ends, 3, 1]
    with seeing_everything():
        assert [e.record.number for e in gathered(again(supplier), clock.today()).entries][-1] == bad.number


@pytest.mark.parametrize(
    ("today", "quarter"),
    [
        (dt.date(2026, 1, 1), (dt.date(2025, 10, 1), dt.date(2025, 12, 31))),
        (dt.date(2026, 3, 31), (dt.date(2025, 10, 1), dt.date(2025, 12, 31))),
        (dt.date(2026, 4, 1), (dt.date(2026, 1, 1), dt.date(2026, 3, 31))),
        (dt.date(2028, 6, 30), (dt.date(2028, 1, 1), dt.date(2028, 3, 31))),
    ],
)
def test_the_last_quarter_is_the_one_that_is_over(today: dt.date, quarter: tuple[dt.date, dt.date]) -> None:
    """M158: figures of a quarter that still runs are no figures."""
    assert last_quarter(today) == quarter
