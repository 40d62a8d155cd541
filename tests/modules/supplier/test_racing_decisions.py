"""Two decide about one supplier at once: one status stands, and each decision has its days (M102, CON-01)."""

from functools import partial

import pytest

from gemba.kernel import clock
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.supplier.models import SupplierDecision
from tests.kernel.people import person
from tests.kernel.samples import again, signed
from tests.kernel.test_concurrency import at_once
from tests.modules.supplier import buying as by

pytestmark = pytest.mark.django_db(transaction=True)


def test_con_01_of_decisions_taken_at_once_one_stands() -> None:
    """M102: the others ended on the day on which they began, and the state is that of the one that stands."""
    elina, mikael = person("Elina", Role.OPERATIONS), person("Mikael", Role.QUALITY)
    supplier = by.approved(elina, mikael)
    for _round in range(2):
        waiting = [by.put_forward(supplier, elina, ruling) for ruling in ("suspend", "approve", "disqualify")]
        found = at_once(*[partial(signed, again(each), "decide", mikael) for each in waiting])
        assert [each for each in found if isinstance(each, Exception) and not isinstance(each, Refused)] == []
        standing = SupplierDecision._base_manager.get(supplier=supplier, standing=True)
        state = {"suspend": "suspended", "approve": "approved", "disqualify": "disqualified"}[standing.ruling]
        assert again(supplier).state == state
        ended = SupplierDecision._base_manager.filter(supplier=supplier, state="decided", standing=False)
        assert set(ended.values_list("valid_to", flat=True)) == {clock.today()}
        assert verify_chain(supplier.subject) == []
