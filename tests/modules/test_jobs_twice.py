"""The same daily work on several hosts at the same moment: each thing is done once. CON-06, CON-07."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.refusals import Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.trail.models import Event
from gemba.modules.capa.jobs import remind_of_improvement
from gemba.modules.certification.jobs import near_visits
from gemba.modules.document.jobs import daily_documents
from gemba.modules.document.models import Document, Reading, Revision
from gemba.modules.supplier.jobs import end_approvals
from gemba.modules.systemreview.jobs import due_reviews
from gemba.modules.systemreview.models import SystemReview
from gemba.modules.training.jobs import assign_trainings
from tests.kernel.people import person
from tests.kernel.samples import raised
from tests.kernel.test_concurrency import at_once
from tests.modules.certification.making import valid
from tests.modules.document.life import again, do, document, draft, released, step
from tests.modules.supplier import buying as by

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("jobs-twice")]
DAY = dt.timedelta(days=1)
HOSTS = 3


@pytest.fixture
def author() -> Person:
    return person("Aino", Role.ENGINEER)


@pytest.fixture
def quality() -> Person:
    return person("Quentin", Role.QUALITY)


def on_all_hosts(job: Any) -> None:
    found = at_once(*[job.call] * HOSTS)
    assert [each for each in found if isinstance(each, Exception)] == []


def acts_of(subject: str) -> Counter[str]:
    return Counter(Event.objects.filter(subject=subject).values_list("act", flat=True))


def test_con_07_what_a_day_brings_to_documents_happens_once(author: Person, quality: Person) -> None:
    """CON-07, M42, M34: a text takes effect, its predecessor ends, readers, reviews and duties are asked for: once."""
    reader = person("Lea", Role.EMPLOYEE)
    start = timezone.now()
    family = document(
        author, takes_effect="day", review_months=6, readers=[{"group": "role:employee", "person": ""}]
    )  # fmt: skip
    duty = [{"what": "Hold the management review", "kind": "", "role": "management", "months": 6}]
    first = released(author, quality, family, effective_on=clock.today(), cadence=duty)
    second = do(again(family), "revise", author, change_reason="Clearer", effective_on=clock.today() + 160 * DAY)
    step(second, "submit", author)
    step(second, "approve", quality)
    with time_machine.travel(start + 160 * DAY, tick=True):
        on_all_hosts(daily_documents)
    assert (again(first).state, again(second).state) == ("superseded", "effective")
    assert acts_of(second.subject)["revision.release"] == 1
    assert acts_of(first.subject)["revision.supersede"] == 1
    assert Task.objects.filter(what="Hold the management review").count() == 1
    assert list(Reading._base_manager.filter(revision=second).values_list("owner__name", flat=True)) == [reader.name]
    with time_machine.travel(start + 400 * DAY, tick=True):
        on_all_hosts(daily_documents)
    assert acts_of(family.subject)["document.escalated"] == 1
    assert Task.objects.filter(transition="look_over").count() == 1
    for record in (family, first, second):
        assert verify_chain(record.subject) == []


def test_con_07_reviews_approvals_and_trainings_are_begun_and_ended_once(author: Person, quality: Person) -> None:
    """CON-07: a review of the system is raised once, an approval ends once, nobody is assigned or reminded twice."""
    raised(quality)
    supplier = by.proposed(author)
    by.evaluated(supplier, author)
    by.decided(supplier, author, quality, until=clock.today() + 200 * DAY)
    with time_machine.travel(timezone.now() + 230 * DAY, tick=True):
        for job in (due_reviews, end_approvals, assign_trainings, remind_of_improvement):
            on_all_hosts(job)
    assert sorted(SystemReview._base_manager.values_list("about", flat=True)) == ["access", "restore", "trail"]
    assert acts_of(supplier.subject)["supplier.suspend"] == 1
    assert Task.objects.filter(record=supplier).count() == 1


def test_con_07_a_visit_that_comes_near_is_asked_for_once(quality: Person) -> None:
    """CON-07, M190: its owner gets one task, whatever the number of hosts."""
    valid(quality, person("Marta", Role.MANAGEMENT), issued=clock.today() - 300 * DAY)
    on_all_hosts(near_visits)
    assert Task.objects.filter(done_at=None, person=quality).count() == 1


def test_con_06_of_many_who_revise_at_once_there_is_one_draft(author: Person, quality: Person) -> None:
    """CON-06, M42: whoever comes second reads which revision is being worked on; the first one too."""
    family = document(author)
    for begin in (lambda: draft(author, again(family)), lambda: do(family, "revise", author, change_reason="Clearer")):
        found = at_once(*[begin] * 4)
        made = [each for each in found if isinstance(each, Revision | Document)]
        refused = [each for each in found if isinstance(each, Refused)]
        assert (len(made), len(refused)) == (1, 3), found
        left = Revision._base_manager.get(document=family, working=True)
        assert all(str(refusal) for refusal in refused)
        step(left, "submit", author)
        step(left, "approve", quality)
    rows = Revision._base_manager.filter(document=family).order_by("sequence")
    assert [row.sequence for row in rows] == [1, 2]
    assert all(verify_chain(row.subject) == [] for row in rows)
