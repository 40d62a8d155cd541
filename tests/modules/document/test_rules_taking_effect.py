"""A text takes effect when approved, on its day, or when its readers have read it; readers sign (M34, M41, M42)."""

import datetime as dt
from typing import Any

import pytest
from django.db import models

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.connect import MakeLink
from gemba.kernel.actions.write import Raise
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.links.holding import awaits_change
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Absence, Department, JobAssignment, JobRole, Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import effects_elsewhere, registry
from gemba.modules.document import effects, jobs
from gemba.modules.document.effects import waits_for
from gemba.modules.document.models import Document, Reading, Revision
from gemba.modules.document.reading import readers_of
from tests.contract.values import put_in_state, raised
from tests.kernel.people import access, as_, person
from tests.modules.document.life import again, do, document, draft, edit, released, revised, step, today

pytestmark = pytest.mark.django_db
EMPLOYEES: list[dict[str, Any]] = [{"group": "role:employee", "person": ""}]


def approved(author: Person, approver: Person, family: Document, **values: Any) -> Revision:
    made = draft(author, family, **values)
    step(made, "submit", author)
    signed: Revision = step(made, "approve", approver)
    return signed


def test_a_text_waits_for_the_day_it_names(author: Person, approver: Person) -> None:
    """M42: approved today, in effect on its day, by itself; the one before holds until then."""
    family = document(author, takes_effect="day")
    with pytest.raises(Refused, match="name the day"):
        step(draft(author, family), "submit", author)
    made = Revision._base_manager.get()
    edit(made, author, effective_on=today() + dt.timedelta(days=7))
    step(made, "submit", author)
    waiting = step(made, "approve", approver)
    assert (waiting.state, waiting.sealed, waiting.in_force) == ("approved", True, False)
    assert clock.in_words(waiting.effective_on) in str(waits_for(waiting))
    jobs.daily_documents.call()
    assert again(made).state == "approved"
    with clock.shifted(clock.now() + dt.timedelta(days=7)):
        jobs.daily_documents.call()
        jobs.daily_documents.call()
        assert (again(made).state, again(made).valid_from) == ("effective", clock.today())


def test_a_text_waits_until_its_readers_have_read_it(author: Person, approver: Person, reader: Person) -> None:
    """M41, M42: trained first, then in effect, with the last signature that is needed."""
    other = person("Otto", Role.EMPLOYEE)
    family = document(author, takes_effect="trained", readers=EMPLOYEES)
    made = approved(author, approver, family)
    assert (made.state, waits_for(made)) == ("approved", "0 of 2 people have read it.")
    first, second = Reading._base_manager.order_by("owner__name")
    assert (first.owner, second.owner) == (reader, other)
    step(first, "read", reader)
    assert again(made).state == "approved"
    step(second, "read", other)
    assert (again(made).state, again(made).in_force) == ("effective", True)
    assert Reading._base_manager.count() == 2, "who read it already is not asked again"


def test_a_share_of_the_readers_can_be_enough(author: Person, approver: Person, reader: Person) -> None:
    """M42: half of three people are two."""
    people = [reader, person("Otto", Role.EMPLOYEE), person("Ida", Role.EMPLOYEE)]
    made = approved(author, approver, document(author, takes_effect="trained", readers=EMPLOYEES, trained_percent=50))
    for who in people[:2]:
        assert again(made).state == "approved"
        step(Reading._base_manager.get(owner=who), "read", who)
    assert again(made).state == "effective"
    assert Reading._base_manager.filter(state="asked").count() == 1


def test_with_nobody_to_read_it_there_is_nothing_to_wait_for(author: Person, approver: Person) -> None:
    """M42: an empty list of readers does not hold a text for ever."""
    assert approved(author, approver, document(author, takes_effect="trained")).state == "effective"


def test_reading_is_signed_by_the_person_asked_and_by_nobody_for_them(
    author: Person, approver: Person, reader: Person
) -> None:
    """M41, M200: neither by a deputy nor by the author; the record names the exact revision and its digest."""
    made = released(author, approver, document(author, readers=EMPLOYEES))
    asked = Reading._base_manager.get()
    assert (asked.revision, asked.says) == (made, made.digest)
    deputy = person("Dora", Role.OPERATIONS)
    Absence.objects.create(person=reader, deputy=deputy, valid_from=today(), valid_to=today())
    for who in (deputy, author):
        with pytest.raises(Refused):
            step(asked, "read", who)
    read = step(asked, "read", reader)
    assert (read.state, read.read_on, read.signatures.get().meaning) == ("read", today(), "Read and understood")
    assert read.signatures.get().valid


def test_readers_are_told_and_it_stands_in_their_work_list(author: Person, approver: Person, reader: Person) -> None:
    """M41: a notice and a record of one's own with a due date."""
    released(author, approver, document(author, readers=EMPLOYEES, reading_days=5))
    asked = Reading._base_manager.get()
    assert asked.due == today() + dt.timedelta(days=5)
    assert Notice.objects.filter(person=reader, record=asked, reason=Notice.Reason.TASK).count() == 1
    late = next(flag for flag in registry.named("reading").flags if flag.name == "late")
    with seeing(access(reader)):
        assert list(Reading.objects.filter(open=True, owner=reader)) == [asked]
        assert list(Reading.objects.filter(late.rows(asked.due + dt.timedelta(days=1)))) == [asked]


def test_what_is_replaced_need_not_be_read_any_more(author: Person, approver: Person, reader: Person) -> None:
    """M41: the list of what to read holds texts in force; that it was never read stays visible."""
    made = released(author, approver, document(author, readers=EMPLOYEES))
    revised(again(made.document), author, approver)
    states = Reading._base_manager.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["lapsed", "asked"]


def test_who_joins_later_is_asked_the_next_day(author: Person, approver: Person, reader: Person) -> None:
    """M41: people and jobs change; the readers of a text are those of today."""
    job = JobRole.objects.create(name="Packer")
    made = released(author, approver, document(author, readers=[{"group": "job:Packer", "person": ""}]))
    assert not Reading._base_manager.exists()
    JobAssignment.objects.create(person=reader, job_role=job, valid_from=today())
    jobs.daily_documents.call()
    jobs.daily_documents.call()
    assert Reading._base_manager.get(revision=made).owner == reader


def test_groups_of_readers_are_people_of_today(author: Person, reader: Person) -> None:
    """M41: a department, a job, a role, everybody, one person; nobody who has left, nobody twice."""
    lab = Department.objects.create(name="Laboratory")
    Person.objects.filter(pk=reader.pk).update(department=lab)
    gone = person("Gone", Role.EMPLOYEE)
    Person.objects.filter(pk=gone.pk).update(ended=today(), department=lab)
    for line in ({"group": "department:Laboratory", "person": ""}, {"group": "", "person": reader.uid}):
        assert readers_of(document(author, readers=[line, *EMPLOYEES])) == [reader]
    everybody = readers_of(document(author, readers=[{"group": "everybody", "person": ""}]))
    assert everybody == [author, reader]


def test_a_reading_of_something_that_changed_is_not_signed(author: Person, approver: Person, reader: Person) -> None:
    """M41: nobody signs for a text that is not the one they were asked to read."""
    made = draft(author)
    values = {"title": "Read it", "revision": made, "owner": reader}
    asked = Raise(model=Reading, values=values, **as_(approver)).execute()
    edit(made, author, body="<p>Quite another text</p>")
    with pytest.raises(Refused, match="something else"):
        step(asked, "read", reader)


def test_a_text_under_a_change_waits_for_the_change(author: Person, approver: Person) -> None:
    """M100, M101: what belongs to a change takes effect with it."""
    change = raised(registry.named("change"), approver)
    made = draft(author)
    MakeLink(record=made, role="under_change", to=change, **as_(author)).execute()
    step(made, "submit", author)
    waiting = step(made, "approve", approver)
    assert waiting.state == "approved"
    assert awaits_change(waiting) is not None
    jobs.daily_documents.call()
    assert again(made).state == "approved"
    put_in_state(change, "in_effect", final=False)
    models.QuerySet(Record).filter(pk=change.pk).update(valid_from=today())
    [follow] = effects_elsewhere("change", "put_into_effect")
    doing = Doing(**as_(approver), step="put_into_effect", values={})
    follow(change, doing)
    assert again(made).state == "effective"


def test_a_duty_that_returns_is_asked_for_a_month_before(author: Person, approver: Person) -> None:
    """M34: a procedure generates work: one task per due day, counted from the first day, whatever is revised since."""
    cadence = [{"what": "Hold the management review", "kind": "", "role": "management", "months": 6}]
    start = dt.datetime(2026, 1, 15, 9, tzinfo=dt.UTC)
    with clock.shifted(start):
        made = released(author, approver, cadence=cadence)
        jobs.daily_documents.call()
        assert not Task.objects.filter(role="management").exists()
    with clock.shifted(start + dt.timedelta(days=100)):
        revised(again(made.document), author, approver)
    for days in (155, 156, 345):
        with clock.shifted(start + dt.timedelta(days=days)):
            jobs.daily_documents.call()
    asked = Task.objects.filter(what="Hold the management review").order_by("due")
    assert [task.due for task in asked] == [dt.date(2026, 7, 15), dt.date(2027, 1, 15)]
    assert {task.role for task in asked} == {"management"}


def test_one_that_cannot_take_effect_keeps_no_other_waiting(
    author: Person, approver: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M42: the daily work goes on."""
    family = document(author, takes_effect="day")
    first = approved(author, approver, family, effective_on=today() + dt.timedelta(days=1))
    second = approved(
        author, approver, document(author, takes_effect="day"), effective_on=today() + dt.timedelta(days=1)
    )
    release = effects.release_if_due

    def fails_once(revision: Revision, doing: Any) -> bool:
        if revision.pk == first.pk:
            raise NotAllowed("Held by hand.")
        return release(revision, doing)

    monkeypatch.setattr(jobs, "release_if_due", fails_once)
    with clock.shifted(clock.now() + dt.timedelta(days=1)):
        jobs.release_what_is_due()
    assert (again(first).state, again(second).state) == ("approved", "effective")


def test_a_reader_outside_the_list_can_be_asked_too(author: Person, approver: Person, reader: Person) -> None:
    """M41: by quality, one by one."""
    made = released(author, approver)
    do(made, "ask_to_read", approver, people=[reader])
    assert Reading._base_manager.get().owner == reader
