"""Move a due date. Whoever owns the record asks, and a second person decides; until then the old day counts (GXP-06).

What was asked for is a task for those who may decide. Its words name the day that is wanted, and the event tells them.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Generic

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.base import RecordAction
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.notices.models import Notice
from gemba.kernel.notices.tell import tell
from gemba.kernel.people.models import Person, RoleGrant
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import grant_for_roles, may_change
from gemba.kernel.roles import Role
from gemba.kernel.tasks.models import Task
from gemba.kernel.trail.writer import Change
from gemba.kernel.types import registry

ALONE = "nobody else could decide"
"""What the event says where the owner moved the date, because there is no second person."""
DECIDING = (Role.QUALITY, Role.MANAGEMENT)
"""Asked first, where they may change the record at all."""
LONGEST = 200
"""Characters of a task's words; the event has the whole reason."""


def may_decide(access: Access, record: Record) -> bool:
    """Whether this person may move the date alone: by role, not as owner, nor standing in for the owner."""
    if access.everything:
        return True
    if access.person.pk == record.owner_id:
        return False
    grants = tuple(g for g in access.grants if g.principal is None or g.principal.pk != record.owner_id)
    roles = registry.of(record).permissions.change
    return grant_for_roles(replace(access, grants=grants), record, roles) is not None


def deciders(record: Record, *, besides: Person | None = None) -> dict[Role, list[Person]]:
    """Who could decide, by role, those first who decide about quality: people who can sign in today."""
    roles = registry.of(record).permissions.change
    held = RoleGrant.objects.in_force(clock.today()).filter(
        Q(site=None) | Q(site=record.site_id), Q(product=None) | Q(product=record.product_id), role__in=roles
    )
    if record.confidential:
        held = held.filter(Q(confidential=True) | Q(person=record.raised_by_id))
    left_out = {record.owner_id, besides.pk if besides else None}
    found: dict[Role, list[Person]] = {}
    for grant in held.filter(person__account__is_active=True).select_related("person").order_by("person_id"):
        if grant.person.active and grant.person_id not in left_out:
            found.setdefault(Role(grant.role), []).append(grant.person)
    return {role: found[role] for role in (*DECIDING, *(r for r in Role if r not in DECIDING)) if role in found}


def asked(record: Record) -> list[Task]:
    """The open requests to move the date of this record; there is one at most, but for what is written by hand."""
    found = Task.objects.filter(record=record.pk, wanted__isnull=False, done_at=None, withdrawn=False)
    return list(found.select_related("asked_by").order_by("pk"))


def promised(record: Record) -> bool:
    """A draft has promised nothing yet: its date is set as its other fields are."""
    start = registry.of(record).lifecycle.start.name
    return not (record.state == start == "draft")


def later(before: dt.date | None, after: dt.date | None) -> bool:
    """Whether a day that stood is put off, or taken away."""
    return before is not None and (after is None or after > before)


@dataclass(kw_only=True)
class ExtendDue(RecordAction[R], Generic[R]):
    """Move the due date, with a reason; the first one and the count of extensions stay visible.

    An owner who puts the own date off asks for it, and the record comes back with the old one. Where nobody else may
    decide, the date moves, and the event says so. A second person's move settles what was asked for.
    """

    due: dt.date

    def check(self) -> Refused | None:
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not move this due date."))
        if not self.record.open:
            return Refused(_("A finished record has no due date to move."))
        if self.due == self.record.due:
            return Invalid({"due": [_("It is due on that day already.")]})
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why the date moves.")]})
        return None

    @property
    def needs_second_person(self) -> bool:
        """Whoever asked does not decide either, also after giving the record away."""
        if self.access.everything or not promised(self.record) or not later(self.record.due, self.due):
            return False
        mine = any(task.asked_by_id == self.actor.person.pk for task in asked(self.record))
        return mine or not may_decide(self.access, self.record)

    def perform(self) -> R:
        beside: Sequence[Change] = ()
        if self.needs_second_person:
            if found := deciders(self.record, besides=self.actor.person):
                return self._ask(found)
            beside = [("second_person", None, ALONE)]
        return self._move(beside)

    def _ask(self, found: dict[Role, list[Person]]) -> R:
        _settle(self, withdraw=True)
        role, people = next(iter(found.items()))
        words = {"day": date_format(self.due, "j M Y"), "reason": self.reason.strip()}
        what = (_("Move the due date to %(day)s? %(reason)s") % words).replace("\n", " ")[:LONGEST]
        self.save_event_only("task", [("task", None, [what, str(role), None])])
        Task.objects.create(
            record=self.record, what=what, role=role, wanted=self.due, asked_by=self.actor.person,
        )  # fmt: skip
        text = _("%(who)s asks to move the due date of %(record)s.")
        tell(people, self.record, Notice.Reason.TASK, text % {"who": self.actor.person, "record": self.record})
        return self.record

    def _move(self, beside: Sequence[Change]) -> R:
        asking = _settle(self)
        if later(self.record.due, self.due):
            self.record.extensions += 1
        self.record.first_due = self.record.first_due or self.due
        self.record.due = self.due
        self.save("extend", content=False, beside=beside)
        _tell_decided(self, asking, _("%(who)s moved the due date of %(record)s to %(day)s."))
        return self.record


@dataclass(kw_only=True)
class KeepDue(RecordAction[R], Generic[R]):
    """The date stays: what was asked for is declined, with a reason that its asker is told."""

    asking: list[Person] = field(init=False, default_factory=list)

    def check(self) -> Refused | None:
        found = asked(self.record)
        mine = any(task.asked_by_id == self.actor.person.pk for task in found)
        if mine or not may_decide(self.access, self.record):
            return NotAllowed(_("A second person decides about this date."))
        if not found:
            return Conflict(_("Nobody asks to move this date any more."))
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why the date stays.")]})
        return None

    def perform(self) -> R:
        _tell_decided(self, _settle(self), _("%(who)s keeps the due date of %(record)s: %(reason)s"))
        return self.record


def _settle(action: RecordAction[R], *, withdraw: bool = False) -> list[Person]:
    """End every open request, each with its event, which comes before the record changes. Answers who had asked."""
    found = asked(action.record)
    for task in found:
        if withdraw:
            task.withdrawn = True
        else:
            task.done_at, task.done_by = clock.now(), action.actor.person
        task.save()
        action.save_event_only("task", [("task", task.what, "withdrawn" if withdraw else "done")])
    return [task.asked_by for task in found]


def _tell_decided(action: RecordAction[R], asking: Sequence[Person], text: str) -> None:
    record = action.record
    words = {
        "who": action.actor.person, "record": record, "reason": action.reason.strip(),
        "day": date_format(record.due, "j M Y") if record.due else "-",
    }  # fmt: skip
    tell([who for who in asking if who != action.actor.person], record, Notice.Reason.TASK, text % words)
