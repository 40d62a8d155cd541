"""Comments, mentions, tasks, watchers and what arrives by mail."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from gemba.kernel.access.viewer import seeing
from gemba.kernel.actions.talk import AskFor, FinishTask, Say
from gemba.kernel.actions.write import Edit, Raise
from gemba.kernel.notices.mail import AT_ONCE, collect, deliver, post
from gemba.kernel.notices.models import Comment, Notice, NoticeSettings, OutgoingMail
from gemba.kernel.notices.visible import latest_notices
from gemba.kernel.people.models import Absence, Person
from gemba.kernel.refusals import Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.tasks.mine import my_open_records, my_tasks
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.models import Event
from gemba.modules.objective.models import Objective
from tests.kernel.people import access, as_, person
from tests.kernel.samples import signed, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def quality() -> Person:
    return person("Aino", Role.QUALITY)


@pytest.fixture
def engineer() -> Person:
    return person("Olli", Role.ENGINEER)


def objective(by: Person, **values: Any) -> Objective:
    given = {"title": "Goal", "why": "Why", "measure": "Days", "target": 10, "unit": "days", **values}
    return Raise(model=Objective, values=given, **as_(by)).execute()


def test_a_mention_is_told_and_the_commenter_watches(quality: Person, engineer: Person) -> None:
    """M204, AUD-01: one event, one notice to the person named, changes told to watchers afterwards."""
    record = objective(quality)
    Say(record=record, text="Please look, @olli", **as_(quality)).execute()
    assert [(n.person, n.reason) for n in Notice.objects.all()] == [(engineer, "mention")]
    assert Event.objects.filter(record=record, act="objective.comment").count() == 1
    Say(record=record, text="Done", **as_(engineer)).execute()
    assert Comment.objects.count() == 2
    with seeing(access(quality)):
        assert any("Olli" in notice.text for notice in latest_notices())


def test_watchers_hear_of_a_change_but_not_of_their_own(quality: Person, engineer: Person) -> None:
    record = objective(quality)
    Say(record=record, text="I watch", **as_(engineer)).execute()
    Notice.objects.all().delete()
    Edit(record=record, values={"unit": "hours"}, **as_(quality)).execute()
    assert [n.person for n in Notice.objects.filter(reason="change")] == [engineer]


def test_an_auditor_reads_and_says_nothing(quality: Person) -> None:
    """ACL-10: no write anywhere."""
    with pytest.raises(NotAllowed):
        Say(record=objective(quality), text="Hm", **as_(person("Aud", Role.AUDITOR))).execute()


@pytest.mark.parametrize("text", ["", "   ", "a\0b", "x" * 10_001, "\ud800"])
def test_an_unusable_comment_is_refused_with_nothing_written(quality: Person, text: str) -> None:
    """WEB-11: NUL, lone surrogates, nothing and too much."""
    record = objective(quality)
    with pytest.raises(Invalid):
        Say(record=record, text=text, **as_(quality)).execute()
    assert (Comment.objects.count(), Event.objects.filter(record=record).count()) == (0, 1)


def test_tasks_reach_the_person_the_role_and_the_deputy(quality: Person, engineer: Person) -> None:
    """M62: what is mine to do, also while I stand in for somebody."""
    record = objective(quality)
    due = dt.date(2027, 1, 31)
    AskFor(record=record, what="Measure it", person=engineer, due=due, **as_(quality)).execute()
    AskFor(record=record, what="Think about it", role=Role.ENGINEER, **as_(quality)).execute()
    today = timezone.localdate()
    deputy = person("Kaisa", Role.OPERATIONS)
    Absence.objects.create(person=engineer, deputy=deputy, valid_from=today, valid_to=today)
    for who in (engineer, deputy):
        with seeing(access(who)):
            assert [task.what for task in my_tasks()] == ["Measure it", "Think about it"]
    with seeing(access(person("Root", Role.ADMINISTRATOR))):
        assert not my_tasks().exists()


def test_a_task_is_finished_by_who_was_asked_and_leaves_an_event(quality: Person, engineer: Person) -> None:
    record = objective(quality)
    task = AskFor(record=record, what="Measure it", person=engineer, **as_(quality)).execute()
    with pytest.raises(NotAllowed):
        FinishTask(task=task, **as_(person("Eve", Role.OPERATIONS))).execute()
    FinishTask(task=task, **as_(engineer)).execute()
    assert Task.objects.get().done_by == engineer
    assert Event.objects.filter(record=record, act="objective.task").count() == 2


def test_what_can_no_longer_be_done_is_asked_of_nobody(quality: Person, engineer: Person) -> None:
    """M204, AUD-01: the system withdraws it with an event of its own; what may come later stays asked."""
    record = submitted(quality)
    for what, step in (("Sign it", "approve"), ("Look in spring", "end"), ("Call Leeds", "")):
        AskFor(record=record, what=what, role=Role.MANAGEMENT, transition=step, **as_(quality)).execute()
    signed(record, "reject", person("Jussi", Role.MANAGEMENT), "Too vague")
    left = Task.objects.filter(record=record.pk, withdrawn=False, done_at=None)
    assert set(left.values_list("what", flat=True)) == {"Look in spring", "Call Leeds"}
    told = Event.objects.filter(record=record.pk, act="objective.task").latest("id")
    assert (told.actor.kind, "withdrawn" in told.body) == (Person.Kind.SYSTEM, True)


def test_my_work_shows_my_own_open_records(quality: Person) -> None:
    record = objective(quality)
    with seeing(access(quality)):
        assert list(my_open_records().values_list("number", flat=True)) == [record.number]


def test_a_dead_mail_server_delays_mail_and_loses_none(quality: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """DOS-08: the outbox is kept, tried again and shown."""
    post("a@example.com", "Hello\r\nBcc: x@example.com", "Body")
    now = timezone.now()

    def refuse(*_: object) -> int:
        raise ConnectionRefusedError("nobody listens")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        assert deliver(now) == (0, 1)
        assert deliver(now) == (0, 0)
    waiting = OutgoingMail.objects.get()
    assert (waiting.tries, waiting.last_error) == (1, "nobody listens")
    assert deliver(waiting.next_try) == (1, 0)
    assert [(m.subject, m.to) for m in mail.outbox] == [("Hello Bcc: x@example.com", ["a@example.com"])]
    assert deliver(waiting.next_try + dt.timedelta(days=1)) == (0, 0)


def test_mail_goes_at_once_daily_or_never_as_each_person_wants(quality: Person, engineer: Person) -> None:
    """DOS-04: many notices are one mail."""
    silent = person("Quiet", Role.ENGINEER)
    NoticeSettings.objects.create(person=engineer, mail="at_once")
    NoticeSettings.objects.create(person=silent, mail="none")
    record = objective(quality)
    for text in ("@Olli one", "@Olli two @Quiet"):
        Say(record=record, text=text, **as_(quality)).execute()
    assert collect(AT_ONCE, NoticeSettings.Mail.AT_ONCE) == 1
    assert collect(None, NoticeSettings.Mail.DIGEST) == 0
    assert [m.to for m in OutgoingMail.objects.all()] == ["olli@example.com"]


def test_nobody_is_mailed_about_what_they_may_not_see(quality: Person, engineer: Person) -> None:
    """ACL-08: rights are looked at again when the mail is made."""
    NoticeSettings.objects.create(person=engineer, mail="at_once")
    record = objective(quality, confidential=True)
    Say(record=record, text="@Olli", **as_(quality)).execute()
    assert collect(AT_ONCE, NoticeSettings.Mail.AT_ONCE) == 0
    with seeing(access(engineer)):
        assert latest_notices() == []
