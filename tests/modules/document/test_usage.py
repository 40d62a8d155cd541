"""Whether a procedure is used, serves a process, and came after the scope: told by rows, not by anybody."""

import datetime as dt

import pytest

from gemba.evidence.claims.actions import ClaimDuties
from gemba.evidence.expectations.models import Expectation
from gemba.evidence.scope.models import Applied
from gemba.kernel import clock
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role
from gemba.modules.document.flags import before_scope, of_no_process
from gemba.modules.document.models import Document, Revision
from gemba.modules.document.usage import used
from gemba.modules.objective.models import Objective
from gemba.modules.process.models import Process
from tests.kernel.people import access, as_, person
from tests.modules.document.life import document, released
from tests.modules.process.firm import values as firm_values
from tests.web.seed import values

pytestmark = pytest.mark.django_db


def objective(who: Person, days_ago: int, **more: object) -> Objective:
    day = clock.today() - dt.timedelta(days=days_ago)
    return Raise(model=Objective, values={**values(0), "event_date": day, **more}, **as_(who)).execute()


def governing(author: Person, approver: Person, **more: object) -> Document:
    family = document(author, governs=[{"kind": "objective"}], **more)
    released(author, approver, family)
    return Document._base_manager.get(pk=family.pk)


def test_the_page_of_a_procedure_says_how_often_it_was_used_and_by_how_many(author: Person, approver: Person) -> None:
    """M107: real records of its kinds in twelve months, by how many people; older ones and exercises do not count."""
    family = governing(author, approver)
    for ago in (3, 40, 500):
        objective(approver, ago)
    objective(person("Tomi", Role.QUALITY), 5)
    objective(approver, 2, exercise=True)
    shown = used(family, access(author))
    assert shown is not None
    (use,) = shown["uses"]
    assert (use.records, use.people, use.exercises) == (3, 2, 1)
    assert use.newest == clock.today() - dt.timedelta(days=3)


def test_used_stands_beside_expected(author: Person, approver: Person) -> None:
    """M107: what was expected of the duties it covers, and how that ended."""
    family = governing(author, approver)
    ClaimDuties(record=family, duties=[("iso13485", "5.4.1-a")], **as_(approver)).execute()
    today = clock.today()
    for months, end in ((1, "met"), (2, "missed"), (30, "met")):
        due = today - dt.timedelta(days=30 * months)
        Expectation.objects.create(
            framework="iso13485", duty="5.4.1-a", since=due - dt.timedelta(days=9), due=due, end=end
        )
    shown = used(family, access(author))
    assert shown is not None
    assert (shown["due"].met, shown["due"].missed) == (1, 1)


def test_a_text_that_governs_nothing_makes_no_claim_to_be_used(author: Person, approver: Person) -> None:
    """M107: where records cannot tell, nothing is told."""
    family = document(author)
    released(author, approver, family)
    assert used(Document._base_manager.get(pk=family.pk), access(author)) is None


def test_a_procedure_that_serves_no_process_is_listed(author: Person, approver: Person) -> None:
    """M16: until it is linked to the process it describes."""
    family = governing(author, approver)
    Document._base_manager.filter(pk=family.pk).update(type="procedure")
    lost = Document._base_manager.filter(of_no_process(clock.today()))
    assert [each.pk for each in lost] == [family.pk]
    process = Raise(model=Process, values=firm_values(approver, raci=[]), **as_(approver)).execute()
    MakeLink(record=family, role="belongs_to", to=process, **as_(approver)).execute()
    assert not lost.all().exists()


def test_a_text_in_effect_before_the_scope_is_counted(author: Person, approver: Person) -> None:
    """M15: nobody had decided what the system is for; what takes effect afterwards is not counted."""
    early = released(author, approver)
    counted = Revision._base_manager.filter(before_scope(clock.today()))
    assert [each.pk for each in counted] == [early.pk]
    Applied.objects.create(scope_id=early.pk, framework="iso13485", valid_from=clock.today())
    assert not counted.all().exists()
