"""Two at once: nobody is asked twice, and nobody accepts what has just changed (M111, CON-01)."""

from functools import partial

import pytest

from gemba.kernel.refusals import Refused
from gemba.kernel.trail.chain import verify_chain
from gemba.modules.process.jobs import ask_for
from gemba.modules.process.models import Acknowledgement
from tests.kernel.test_concurrency import at_once
from tests.modules.process.firm import RACI, asked, changed, firm, fresh, holds, in_force, line, signed

pytestmark = pytest.mark.django_db(transaction=True)


def test_con_01_four_nights_at_once_ask_each_person_once() -> None:
    """M111: the chain of the process is held while people are asked."""
    made = firm()
    process = in_force(made)
    for who in (made.clerk, made.quality, made.manager):
        holds(who, "Storekeeper")
        found = at_once(*[lambda: ask_for(process)] * 4)
        assert [each for each in found if isinstance(each, Exception)] == []
        assert Acknowledgement._base_manager.filter(of_process=process, person=who).count() == 1
    assert verify_chain(process.subject) == []


def test_con_01_accepting_while_it_changes_never_leaves_two_that_stand() -> None:
    """M111: either the old one was accepted and is outdated, or it was outdated first and the acceptance refused."""
    made = firm()
    process = in_force(made)
    for number in range(4):
        given, lines = asked(process, made.storekeeper), [RACI[0], line(f"Count {number}", "Storekeeper", "Purchaser")]
        found = at_once(partial(signed, given, made.storekeeper, "accept"), partial(changed, process, made, raci=lines))
        assert [each for each in found if isinstance(each, Exception) and not isinstance(each, Refused)] == []
        assert fresh(given).state == "outdated"
        assert asked(process, made.storekeeper).lines[0]["activity"] == f"Count {number}"
        assert verify_chain(given.subject) == []
