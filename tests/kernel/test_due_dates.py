"""Due dates: whoever owns a record asks for a later one, and somebody else decides. GXP-06."""

import datetime as dt
from typing import Any

import pytest

from gemba.kernel import clock
from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.due import ALONE, ExtendDue, KeepDue, asked, deciders, may_decide
from gemba.kernel.actions.talk import FinishTask
from gemba.kernel.actions.write import Assign, Edit
from gemba.kernel.history import history_of
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Absence, Person, Site
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role
from gemba.kernel.tasks.mine import my_tasks
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.chain import verify_chain
from gemba.kernel.verify.beside import beside_problems
from tests.kernel.people import access, as_, person
from tests.kernel.samples import again, bodies, raised, signed, submitted
from tests.kernel.test_concurrency import at_once, refused

pytestmark = pytest.mark.django_db

FIRST, LATER, LATEST = dt.date(2027, 6, 30), dt.date(2027, 9, 30), dt.date(2027, 12, 31)
WHY = "Audit first"


def put_off(record: Record, who: Person, to: dt.date = LATER, reason: str = WHY) -> Any:
    return ExtendDue(record=again(record), due=to, reason=reason, **as_(who)).execute()


def keep(record: Record, who: Person, reason: str = "The customer waits") -> Any:
    return KeepDue(record=again(record), reason=reason, **as_(who)).execute()


def work_of(who: Person) -> list[str]:
    with seeing(access(who)):
        return [task.what for task in my_tasks()]


def sound(record: Record) -> bool:
    return not [*verify_chain(record.subject), *beside_problems()]


def test_gxp_06_an_owner_asks_for_a_later_day_and_the_old_one_counts_meanwhile(
    quality: Person, manager: Person
) -> None:
    """GXP-06: reason and wanted day stand as a task for those who may decide; what is overdue stays overdue."""
    record = submitted(quality, due=clock.today() - dt.timedelta(days=1))
    assert put_off(record, quality).due == record.due
    assert again(record).overdue
    assert (again(record).extensions, again(record).version) == (0, record.version)
    [task] = asked(record)
    assert (task.wanted, task.role, task.asked_by) == (LATER, Role.MANAGEMENT, quality)
    assert WHY in task.what
    assert work_of(manager) == [task.what]
    assert work_of(person("Another", Role.QUALITY)) == []
    assert work_of(quality) == []
    assert bodies(record)[-1]["reason"] == WHY
    assert Notice.objects.filter(person=manager, text__contains="asks to move the due date").count() == 1
    assert sound(record)


def test_gxp_06_a_second_person_moves_the_day_and_settles_what_was_asked(quality: Person, manager: Person) -> None:
    """GXP-06, M151: first day and count stay; who asked is told; a second click finds it done."""
    record = submitted(quality)
    put_off(record, quality)
    moved = put_off(record, manager)
    assert (moved.due, moved.first_due, moved.extensions) == (LATER, FIRST, 1)
    assert asked(record) == []
    assert Task.objects.get(record=record.pk).done_by == manager
    assert Notice.objects.filter(person=quality, text__contains="moved the due date").count() == 1
    with pytest.raises(Invalid, match="already"):
        put_off(record, manager)
    assert put_off(record, manager, LATEST).extensions == 2
    assert sound(record)


def test_gxp_06_the_day_is_kept_with_a_reason(quality: Person, manager: Person) -> None:
    """GXP-06: who asked is told why; who asked does not decide; nothing is decided twice."""
    record = submitted(quality)
    put_off(record, quality)
    with pytest.raises(NotAllowed):
        keep(record, quality)
    with pytest.raises(NotAllowed):
        keep(record, person("Engineer", Role.ENGINEER))
    with pytest.raises(Invalid):
        keep(record, manager, " ")
    keep(record, manager)
    assert (again(record).due, again(record).extensions) == (FIRST, 0)
    assert Notice.objects.filter(person=quality, text__contains="The customer waits").count() == 1
    with pytest.raises(Conflict):
        keep(record, manager)
    assert sound(record)


def test_gxp_06_a_request_is_made_anew_taken_back_and_ends_with_the_record(quality: Person, manager: Person) -> None:
    """GXP-06: one request at most is open; it is not done by saying so, and nobody decides about what is finished."""
    record = submitted(quality)
    put_off(record, quality)
    put_off(record, quality, LATEST, "Twice as long")
    [task] = asked(record)
    assert task.wanted == LATEST
    with pytest.raises(Refused, match="moved or kept"):
        FinishTask(task=task, **as_(manager)).execute()
    with pytest.raises(NotAllowed):
        FinishTask(task=task, withdraw=True, **as_(manager)).execute()
    FinishTask(task=task, withdraw=True, **as_(quality)).execute()
    assert asked(record) == []
    put_off(record, quality)
    assert sound(record)
    pursued = signed(again(record), "approve", manager)
    assert len(asked(record)) == 1, "it goes on, and so does the question"
    signed(again(pursued), "end", manager, "Reached")
    assert not again(record).open
    assert asked(record) == []
    assert sound(record)


def test_gxp_06_where_nobody_else_could_decide_the_owner_does_and_the_event_says_so(quality: Person) -> None:
    """GXP-06: a company of one; an engineer, an auditor and somebody elsewhere are no second person for this kind."""
    porto = Site.objects.create(name="Porto")
    person("Engineer", Role.ENGINEER)
    person("Auditor", Role.AUDITOR)
    person("Elsewhere", Role.QUALITY, site=porto)
    record = submitted(quality)
    assert deciders(record) == {}
    moved = put_off(record, quality)
    assert (moved.due, moved.extensions) == (LATER, 1)
    assert ["second_person", None, ALONE] in bodies(record)[-1]["chg"]
    told = {(change.label, change.new) for change in history_of(moved, access(quality)).rows[0].changes}
    assert ("Second person", ALONE) in told
    assert sound(record)


def test_gxp_06_who_asked_does_not_decide_after_giving_the_record_away(quality: Person, manager: Person) -> None:
    """GXP-06: nor does the new owner, nor who stands in for the owner."""
    record = submitted(quality)
    put_off(record, quality)
    Assign(record=again(record), owner=manager, **as_(manager)).execute()
    third = person("Third", Role.QUALITY)
    for who in (quality, manager):
        assert put_off(record, who).due == FIRST
    assert may_decide(access(third), again(record))
    helper = person("Helper", Role.EMPLOYEE)
    today = clock.today()
    Absence.objects.create(person=manager, deputy=helper, valid_from=today, valid_to=today)
    assert not may_decide(access(helper), again(record))
    assert put_off(record, third).due == LATER


def test_gxp_06_a_day_is_not_put_off_as_a_field_among_others(quality: Person, manager: Person) -> None:
    """GXP-06: nor taken away; a nearer day, a first one, and the day of a draft are anybody's who may edit."""
    record = submitted(quality)
    for who in (quality, manager):
        for day in (LATER, None):
            with pytest.raises(Invalid, match="Move the due date"):
                Edit(record=again(record), values={"due": day}, **as_(who)).execute()
    nearer = FIRST - dt.timedelta(days=30)
    assert Edit(record=again(record), values={"due": nearer}, **as_(quality)).execute().due == nearer
    draft = raised(quality, due=None)
    assert Edit(record=draft, values={"due": FIRST}, **as_(quality)).execute().due == FIRST
    assert Edit(record=again(draft), values={"due": LATER}, **as_(quality)).execute().due == LATER
    assert put_off(draft, quality, LATEST).due == LATEST
    assert asked(draft) == []


@pytest.mark.django_db(transaction=True)
def test_gxp_06_of_two_who_decide_at_once_one_does(quality: Person, manager: Person) -> None:
    """CON-01, GXP-06: moved once and counted once, and the request ended once, whoever was first."""
    record, third = submitted(quality), person("Third", Role.QUALITY)
    put_off(record, quality)
    found = at_once(lambda: put_off(record, manager), lambda: put_off(record, third), lambda: keep(record, third))
    now = again(record)
    assert (now.due, now.extensions) == (LATER, 1)
    assert asked(record) == []
    assert Task.objects.filter(record=record.pk).exclude(done_at=None).count() == 1
    assert len(refused(found)) in (1, 2)
    assert sound(record)
