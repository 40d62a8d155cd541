"""People come, change and leave; they hold jobs, are away and have deputies. Nobody is ever deleted."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.alerts import alert, holders, warn
from gemba.kernel.actions.rows import (
    MANAGERS,
    RowAction,
    clean_row,
    erased,
    refuse_unless,
    refuse_without_reason,
    set_values,
)
from gemba.kernel.entrance.links import withdraw_links
from gemba.kernel.people.models import Absence, Account, JobAssignment, JobRole, Person, RoleGrant, UserName
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.tasks.models import Task

ABOUT_A_PERSON = frozenset({"name", "email", "kind", "department", "site", "started"})
LONGEST_ABSENCE = dt.timedelta(days=366)
SIGNING_PAUSE = dt.timedelta(hours=24)


def last_administrator(person: Person) -> bool:
    """Whether nobody but this person administers the system."""
    return {holder.pk for holder in holders(Role.ADMINISTRATOR)} == {person.pk}


def free_address(email: str, person: Person | None = None) -> None:
    """Raises `Invalid` where the address is or was somebody else's."""
    taken = UserName.objects.filter(email=email.casefold())
    shared = Person.objects.filter(email__iexact=email)
    if person is not None:
        taken, shared = taken.exclude(person=person), shared.exclude(pk=person.pk)
    if email and (taken.exists() or shared.exists()):
        raise Invalid({"email": [_("This address is or was somebody else's, and is never given to another person.")]})


@dataclass(kw_only=True)
class AddPerson(RowAction[Person]):
    """Somebody who works here or with us. A login comes with an invitation, if at all."""

    values: Mapping[str, Any]

    def check(self) -> Refused | None:
        return refuse_unless(self.access, *MANAGERS)

    def perform(self) -> Person:
        person = Person()
        set_values(person, self.values, ABOUT_A_PERSON)
        if person.kind == Person.Kind.SYSTEM:
            raise Invalid({"kind": [_("There is one such person already.")]})
        clean_row(person)
        free_address(person.email)
        self.keep(person, "add")
        self.follow("person", "add", person)
        return person


@dataclass(kw_only=True)
class ChangePerson(RowAction[Person]):
    """Name, address, kind, department, site, first day. What was signed keeps the name of its day (SIG-08)."""

    person: Person
    values: Mapping[str, Any]

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, *MANAGERS):
            return refusal
        if self.person.kind == Person.Kind.SYSTEM:
            return NotAllowed(_("Gemba's own person stays as it is."))
        if erased(self.person):
            return Refused(_("The data of this person was erased. Enter somebody new instead."))
        if self._moves_login() and (refusal := refuse_unless(self.access, Role.ADMINISTRATOR)):
            return refusal
        if {"name", "email"} & set(self.values):
            return refuse_without_reason(self.reason)
        return None

    def _moves_login(self) -> bool:
        email = self.values.get("email")
        return email is not None and email != self.person.email and Account.objects.filter(person=self.person).exists()

    def perform(self) -> Person:
        moves, old = self._moves_login(), self.person.email
        set_values(self.person, self.values, ABOUT_A_PERSON)
        if self.person.kind == Person.Kind.SYSTEM:
            raise Invalid({"kind": [_("There is one such person already.")]})
        clean_row(self.person)
        free_address(self.person.email, self.person)
        if moves:
            self._move_login(old)
        self.keep(self.person, "change")
        return self.person

    def _move_login(self, old: str) -> None:
        """Another address is another way in. Whoever wants to misuse it must wait, and is seen (ACL-13)."""
        if not self.person.email:
            raise Invalid({"email": [_("Somebody who signs in needs an address.")]})
        account = Account.objects.select_for_update().get(person=self.person)
        withdraw_links(self.person)
        account.email = self.person.email.casefold()
        account.session_epoch += 1
        account.signing_blocked_until = clock.now() + SIGNING_PAUSE
        account.save(update_fields=["email", "session_epoch", "signing_blocked_until"])
        UserName.objects.get_or_create(email=account.email, defaults={"person": self.person})
        told = _("%(who)s changed the address by which %(person)s signs in. Signing pauses for 24 hours.") % {
            "who": self.actor.person, "person": self.person,
        }  # fmt: skip
        warn(self.person, _("Your address in Gemba was changed"), told, to=old)
        alert(told, besides=self.actor.person)


@dataclass(frozen=True, slots=True)
class Ended:
    """What the person leaves behind: open records owned and open tasks that somebody must take over."""

    person: Person
    records: int
    tasks: int


@dataclass(kw_only=True)
class EndPerson(RowAction[Ended]):
    """Somebody leaves. From the last day on nothing of theirs opens a door; what they signed stays valid (ACL-09)."""

    person: Person
    last_day: dt.date = field(default_factory=clock.today)

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, *MANAGERS) or refuse_without_reason(self.reason):
            return refusal
        if self.person.ended is not None:
            return Conflict(_("%s has left already.") % self.person)
        if self.person.kind == Person.Kind.SYSTEM or self.person == self.actor.person:
            return NotAllowed(_("Nobody ends their own access; ask a second person."))
        if last_administrator(self.person):
            return Refused(_("%s is the last administrator. Give that role to somebody else first.") % self.person)
        return None

    def perform(self) -> Ended:
        self.person.ended = self.last_day
        account = Account.objects.select_for_update().filter(person=self.person).first()
        withdraw_links(self.person)
        if account is not None and not self.person.active:
            account.is_active = False
            account.session_epoch += 1
            account.save(update_fields=["is_active", "session_epoch"])
        self.keep(self.person, "end")
        self.follow("person", "end", self.person)
        left = self._left_behind()
        alert(
            _("%(person)s leaves on %(day)s. Open records to hand over: %(records)d; open tasks: %(tasks)d.")
            % {
                "person": self.person,
                "day": clock.in_words(self.last_day),
                "records": left.records,
                "tasks": left.tasks,
            }
        )
        return left

    def _left_behind(self) -> Ended:
        records = Record._base_manager.filter(owner=self.person, open=True).count()
        tasks = Task.objects.filter(person=self.person, done_at=None, withdrawn=False).count()
        return Ended(self.person, records, tasks)


@dataclass(kw_only=True)
class AssignJob(RowAction[JobAssignment]):
    """Somebody does a job from a day on. Jobs carry duties of competence, never permissions."""

    person: Person
    job_role: JobRole
    valid_from: dt.date = field(default_factory=clock.today)
    valid_to: dt.date | None = None

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, *MANAGERS):
            return refusal
        if self.valid_to is not None and self.valid_to < self.valid_from:
            return Invalid({"valid_to": [_("The end lies before the beginning.")]})
        same = JobAssignment.objects.filter(person=self.person, job_role=self.job_role)
        if any(job.valid_to is None or job.valid_to >= self.valid_from for job in same):
            return Conflict(_("%(person)s does that job already.") % {"person": self.person})
        return None

    def perform(self) -> JobAssignment:
        job = JobAssignment(
            person=self.person, job_role=self.job_role, valid_from=self.valid_from, valid_to=self.valid_to
        )
        self.keep(job, "add")
        self.follow("job", "add", job)
        return job


@dataclass(kw_only=True)
class EndJob(RowAction[JobAssignment]):
    """Somebody stops doing a job after a day."""

    row: JobAssignment
    valid_to: dt.date = field(default_factory=clock.today)

    def prepare(self) -> None:
        self.row = self.hold(self.row)

    def check(self) -> Refused | None:
        if self.valid_to < self.row.valid_from:
            return Invalid({"valid_to": [_("The end lies before the beginning.")]})
        return refuse_unless(self.access, *MANAGERS)

    def perform(self) -> JobAssignment:
        self.row.valid_to = self.valid_to
        self.keep(self.row, "end")
        return self.row


@dataclass(kw_only=True)
class SetAbsence(RowAction[Absence]):
    """While `person` is away, `deputy` sees that work and acts in the deputy's own name (GXP-16).

    One's own absence, or that of somebody else where quality or management says so. An administrator cannot make
    anybody a deputy, and nobody makes themselves the deputy of somebody else: that would be a way to any right.
    """

    person: Person
    deputy: Person
    valid_from: dt.date
    valid_to: dt.date
    confidential: bool = False

    def check(self) -> Refused | None:
        if self.person != self.actor.person:
            if refusal := refuse_unless(self.access, Role.QUALITY, Role.MANAGEMENT):
                return refusal
            if self.deputy == self.actor.person or self.confidential:
                return NotAllowed(_("Only %s can decide that.") % self.person)
        return self._dates() or self._deputy()

    def _dates(self) -> Refused | None:
        if not self.valid_from <= self.valid_to <= self.valid_from + LONGEST_ABSENCE:
            return Invalid({"valid_to": [_("An absence ends on its first day or later, and within a year.")]})
        if self.valid_to < clock.today() and not self.access.everything:
            return Invalid({"valid_to": [_("This absence is over already.")]})
        return None

    def _deputy(self) -> Refused | None:
        if self.deputy == self.person:
            return Invalid({"deputy": [_("Nobody is their own deputy.")]})
        works = RoleGrant.objects.in_force(max(self.valid_from, clock.today())).filter(
            person=self.deputy, role__in=STAFF
        )
        if not self.deputy.active or not works.exists():
            return Invalid({"deputy": [_("%s has no working role then and cannot stand in.") % self.deputy]})
        return None

    def perform(self) -> Absence:
        absence = Absence(
            person=self.person, deputy=self.deputy, valid_from=self.valid_from, valid_to=self.valid_to,
            confidential=self.confidential,
        )  # fmt: skip
        self.keep(absence, "add")
        return absence


@dataclass(kw_only=True)
class CancelAbsence(RowAction[Absence]):
    """The deputy's rights end at the next request."""

    row: Absence

    def prepare(self) -> None:
        self.row = self.hold(self.row)

    def check(self) -> Refused | None:
        if self.row.person != self.actor.person:
            return refuse_unless(self.access, Role.QUALITY, Role.MANAGEMENT)
        return None

    def perform(self) -> Absence:
        self.row.cancelled = True
        self.keep(self.row, "cancel")
        return self.row
