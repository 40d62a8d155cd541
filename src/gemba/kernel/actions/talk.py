"""Comment on a record, and ask people to do something about it."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Generic

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.base import Action, RecordAction, RecordWork
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.notices.models import Comment, Notice, Resolution
from gemba.kernel.notices.tell import mentioned, tell, tell_watchers, watch
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import may_change, may_comment
from gemba.kernel.roles import Role
from gemba.kernel.rows import load
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.canonical import NotCanonicalError
from gemba.kernel.trail.canonical import text as canonical_text

LONGEST_COMMENT = 10_000


@dataclass(kw_only=True)
class Say(RecordWork[R, Comment], Generic[R]):
    """Add a comment. People named as `@Full Name` are told; who comments watches the record from then on."""

    text: str

    def check(self) -> Refused | None:
        if not may_comment(self.access, self.record):
            return NotAllowed(_("Your roles let you read this record, not comment on it."))
        if not self.text.strip():
            return Invalid({"text": [_("Write something first.")]})
        if len(self.text) > LONGEST_COMMENT:
            return Invalid(
                {"text": [_("A comment has at most %d characters; attach a file instead.") % LONGEST_COMMENT]}
            )
        try:
            canonical_text(self.text)
        except NotCanonicalError as error:
            return Invalid({"text": [str(error)]})
        return None

    def perform(self) -> Comment:
        said = canonical_text(self.text.strip())
        self.save_event_only("comment", [("comment", None, said)])
        comment = Comment.objects.create(record=self.record, person=self.actor.person, text=said)
        named = [person for person in mentioned(said) if person != self.actor.person]
        text = _("%(who)s mentioned you on %(record)s") % {"who": self.actor.person, "record": self.record}
        tell(named, self.record, Notice.Reason.MENTION, text)
        said_so = _("%(who)s commented on %(record)s") % {"who": self.actor.person, "record": self.record}
        tell_watchers(self.record, self.actor.person, said_so, besides=named)
        watch(self.record, self.actor.person)
        return comment


@dataclass(kw_only=True)
class ResolveComment(RecordWork[R, Resolution], Generic[R]):
    """Settle a comment, by who made it or by those who may change the record. Its author is told."""

    comment: Comment
    answer: str = ""

    def check(self) -> Refused | None:
        if self.comment.record_id != self.record.pk:
            return Invalid({"comment": [_("There is no such comment on this record.")]})
        own = self.comment.person_id == self.actor.person.pk and may_comment(self.access, self.record)
        if not own and not may_change(self.access, self.record):
            return NotAllowed(_("You may not settle comments on this record."))
        if len(self.answer) > LONGEST_COMMENT:
            return Invalid({"answer": [_("An answer has at most %d characters.") % LONGEST_COMMENT]})
        if Resolution.objects.filter(comment=self.comment).exists():
            return Conflict(_("This comment is already settled."))
        return None

    def perform(self) -> Resolution:
        said = canonical_text(self.answer.strip())
        self.save_event_only("resolve", [("comment", self.comment.text, said)])
        if self.comment.person_id != self.actor.person.pk:
            text = _("%(who)s settled your comment on %(record)s") % {"who": self.actor.person, "record": self.record}
            tell([self.comment.person], self.record, Notice.Reason.CHANGE, text)
        return Resolution.objects.create(comment=self.comment, person=self.actor.person, answer=said)


@dataclass(kw_only=True)
class AskFor(RecordWork[R, Task], Generic[R]):
    """A task about a record for a person, or for whoever holds a role."""

    what: str
    person: Person | None = None
    role: Role | None = None
    due: dt.date | None = None
    transition: str = ""

    def check(self) -> Refused | None:
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not hand out tasks on this record."))
        if not self.record.open:
            return Refused(_("A finished record has no tasks."))
        if not self.what.strip():
            return Invalid({"what": [_("Say what is to be done.")]})
        if (self.person is None) == (self.role is None):
            return Invalid({"person": [_("Name one person or one role.")]})
        if self.person and not self.person.active:
            return Invalid({"person": [_("%s has left the company.") % self.person]})
        return None

    def perform(self) -> Task:
        whom = self.person.uid if self.person else str(self.role)
        self.save_event_only("task", [("task", None, [self.what.strip(), whom, self.due and self.due.isoformat()])])
        task = Task.objects.create(
            record=self.record, what=canonical_text(self.what.strip()), person=self.person, role=self.role or "",
            due=self.due, transition=self.transition, asked_by=self.actor.person,
        )  # fmt: skip
        if self.person and self.person != self.actor.person:
            tell([self.person], self.record, Notice.Reason.TASK, f"{task.what} ({self.record.number})")
        return task


@dataclass(kw_only=True)
class FinishTask(Action[Task]):
    """Mark a task done, or withdraw it. Done by the person asked, a holder of the role, or the owner of the record."""

    task: Task
    withdraw: bool = False
    _on: "_TaskEvent[Record]" = field(init=False)

    def prepare(self) -> None:
        record = load(Record, self.task.record_id)
        self._on = _TaskEvent(actor=self.actor, access=self.access, reason=self.reason, record=record)
        # The chain's head before the task, as every action on the record does: no two can wait for each other.
        self._on.prepare()
        self.task = Task.objects.select_for_update().get(pk=self.task.pk)

    def check(self) -> Refused | None:
        task, me = self.task, self.actor.person
        if not task.is_open:
            return Conflict(_("This task is already finished."))
        asked = task.person_id == me.pk or (task.role and task.role in self.access.roles)
        if self.withdraw and task.asked_by_id != me.pk and not self._may_withdraw():
            return NotAllowed(_("Only who asked for it may withdraw this task."))
        if not self.withdraw and task.wanted is not None:
            return Refused(_("A due date is moved or kept; saying so does not do it."))
        if not self.withdraw and not asked and not may_change(self.access, self._on.record):
            return NotAllowed(_("This task is somebody else's."))
        return None

    def _may_withdraw(self) -> bool:
        """A request for a later due date is declined with a reason, not withdrawn by others."""
        return self.access.everything or (self.task.wanted is None and may_change(self.access, self._on.record))

    def perform(self) -> Task:
        now = clock.now()
        if self.withdraw:
            self.task.withdrawn = True
        else:
            self.task.done_at, self.task.done_by = now, self.actor.person
        self.task.save()
        outcome = "withdrawn" if self.withdraw else "done"
        self._on.save_event_only("task", [("task", self.task.what, outcome)])
        return self.task


@dataclass(kw_only=True)
class _TaskEvent(RecordAction[R], Generic[R]):
    """The record's side of a task: its chain gets the event."""

    def check(self) -> Refused | None:
        return None

    def perform(self) -> R:
        return self.record
