"""What figures cost: a number of statements that depends neither on records nor on duties nor on evidence types."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gemba.evidence.catalogue.load import framework
from gemba.evidence.practice.assessment import assess
from gemba.evidence.practice.joined import beside, processes_by_gap
from gemba.evidence.practice.models import Holding
from gemba.evidence.practice.place import Place
from gemba.evidence.practice.refresh import catch_up, recompute
from gemba.evidence.signals.all import signals
from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing_everything
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.models import Document
from tests.kernel.people import as_, person
from tests.kernel.samples import figure, signed

pytestmark = pytest.mark.django_db
ISO = framework("iso13485")


@pytest.fixture
def two() -> tuple[Person, Person]:
    return person("Aino Laine", Role.QUALITY), person("Marta Kovač", Role.MANAGEMENT)


def statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


def paper(who: Person, proves: str) -> None:
    """A paper record that says itself what it is evidence of."""
    values = {
        "title": f"Folder of {proves}", "type": "paper", "area": "quality", "place": "Cellar", "custodian": who,
        "proves": proves, "retention": "record", "retention_years": 5,
    }  # fmt: skip
    signed(Raise(model=Document, values=values, **as_(who)).execute(), "register", who)


def test_the_number_of_duties_costs_no_statement(two: tuple[Person, Person]) -> None:
    """M67: one duty or 399, past or present."""
    small = replace(ISO, duties=ISO.duties[:1])
    catch_up()
    for day in (clock.today(), clock.today().replace(year=clock.today().year - 1)):
        assert statements(partial(assess, small, {}, on=day)) == statements(partial(assess, ISO, {}, on=day))


def test_the_number_of_evidence_types_costs_no_statement(two: tuple[Person, Person]) -> None:
    """M45, M67: each paper record counts as what it says it is, and all types are counted together."""
    paper(two[0], "batch_record")
    recompute()
    few = statements(recompute)
    for each in ("mgmt_review", "calibration_record", "sterilisation_validation"):
        paper(two[0], each)
    assert statements(recompute) == few
    held = set(Holding.objects.filter(kind="document", valid=True).values_list("type", "count"))
    assert held >= {("mgmt_review", 1), ("batch_record", 1), ("record_register", 4)}


def test_matrix_processes_and_signals_cost_the_same_with_more_records(two: tuple[Person, Person]) -> None:
    """M67, M76: whole framework, every signal."""

    def work() -> None:
        with seeing_everything():
            found = assess(ISO, {})
            beside(found, Place())
            processes_by_gap(found)
            signals(clock.today())

    signed(figure(two[0]), "confirm", two[1])
    catch_up()
    work()
    few = statements(work)
    for _ in range(5):
        signed(figure(two[0]), "confirm", two[1])
    catch_up()
    assert statements(work) == few
