"""Permission roles: given by an administrator, and where it matters confirmed by a second person (ACL-12).

A second person is needed where somebody grants themselves anything, where an administrator grants quality or
management, and where confidential records are opened. Until then the grant gives no right at all.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.alerts import alert, holders
from gemba.kernel.actions.people import last_administrator
from gemba.kernel.actions.rows import MANAGERS, RowAction, clean_row, erased, refuse_unless, refuse_without_reason
from gemba.kernel.people.models import Account, Person, Product, RoleGrant, Site
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.roles import Role

GUARDED = (Role.QUALITY, Role.MANAGEMENT)
"""Roles that decide about quality. The administrator of the system cannot give them alone (ACL-11)."""
SEEN = (*GUARDED, Role.ADMINISTRATOR)
"""Roles whose coming and going quality is told about."""


def confirmers(grant: RoleGrant) -> list[Person]:
    """Who may confirm a waiting grant: neither giver nor receiver.

    While nobody else holds quality or management, the first such person confirms by signing in as who they are: the
    receiver is then the second person. Nobody ever confirms what they gave to themselves.
    """
    roles = GUARDED if grant.role in GUARDED or grant.confidential else SEEN
    both = {grant.person_id, grant.granted_by_id}
    others = [person for person in holders(*roles) if person.pk not in both]
    if not others and grant.person_id != grant.granted_by_id:
        return [grant.person]
    return others


@dataclass(kw_only=True)
class GrantRole(RowAction[RoleGrant]):
    """A role for a person, everywhere or within a site or product, from one day to another."""

    person: Person
    role: Role
    site: Site | None = None
    product: Product | None = None
    confidential: bool = False
    valid_from: dt.date = field(default_factory=clock.today)
    valid_to: dt.date | None = None

    @property
    def needs_second_person(self) -> bool:
        if self.access.everything:
            return False
        return self.person == self.actor.person or self.role in GUARDED or self.confidential

    def check(self) -> Refused | None:
        if refusal := refuse_unless(self.access, Role.ADMINISTRATOR):
            return refusal
        if not self.person.active or self.person.kind == Person.Kind.SYSTEM:
            return Refused(_("%s cannot hold roles.") % self.person)
        return self._dates() or self._bounds()

    def _dates(self) -> Refused | None:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            return Invalid({"valid_to": [_("The end lies before the beginning.")]})
        if self.role == Role.AUDITOR and self.valid_to is None:
            return Invalid({"valid_to": [_("An auditor's access ends on a day. Say which.")]})
        if self.valid_from < clock.today() and not self.access.everything:
            return Invalid({"valid_from": [_("A role cannot have been held in the past.")]})
        return None

    def _bounds(self) -> Refused | None:
        if self.role == Role.ADMINISTRATOR and (self.site or self.product or self.confidential):
            return Invalid({"role": [_("The administration of the system has no bounds and opens no records.")]})
        return None

    def perform(self) -> RoleGrant:
        grant = RoleGrant(
            person=self.person, role=self.role, site=self.site, product=self.product, confidential=self.confidential,
            valid_from=self.valid_from, valid_to=self.valid_to, awaits_confirmation=self.needs_second_person,
            granted_by=None if self.access.everything else self.actor.person,
        )  # fmt: skip
        clean_row(grant)
        self.keep(grant, "add")
        if not self.access.everything and (grant.awaits_confirmation or grant.role in SEEN):
            self._tell(grant)
        return grant

    def _tell(self, grant: RoleGrant) -> None:
        words = {"who": self.actor.person, "role": Role(grant.role).label, "person": grant.person}
        text = _("%(who)s gave the role %(role)s to %(person)s.") % words
        if grant.awaits_confirmation:
            text += " " + _("It gives no right until a second person confirms it.")
        alert(text, besides=self.actor.person)


@dataclass(kw_only=True)
class ConfirmGrant(RowAction[RoleGrant]):
    """The second person agrees; from now on the role is in force."""

    row: RoleGrant

    def prepare(self) -> None:
        self.row = self.hold(self.row)

    def check(self) -> Refused | None:
        if not self.row.awaits_confirmation or self.row.withdrawn:
            return Conflict(_("This grant waits for nobody."))
        if self.actor.person not in confirmers(self.row):
            return NotAllowed(_("A second person confirms this: quality or management, not who gave or receives it."))
        return None

    def perform(self) -> RoleGrant:
        self.row.awaits_confirmation = False
        self.row.confirmed_by = self.actor.person
        self.row.valid_from = max(self.row.valid_from, clock.today())
        self.keep(self.row, "confirm")
        words = {"who": self.actor.person, "role": Role(self.row.role).label, "person": self.row.person}
        alert(_("%(who)s confirmed the role %(role)s of %(person)s.") % words, besides=self.actor.person)
        return self.row


@dataclass(kw_only=True)
class WithdrawRole(RowAction[RoleGrant]):
    """The role ends at the next request. Anybody may give back their own."""

    row: RoleGrant

    def prepare(self) -> None:
        self.row = self.hold(self.row)

    def check(self) -> Refused | None:
        if self.row.withdrawn:
            return Conflict(_("This role was withdrawn already."))
        if self.row.person != self.actor.person and (refusal := refuse_unless(self.access, *MANAGERS)):
            return refusal
        if self.row.role == Role.ADMINISTRATOR and self._last():
            return Refused(_("%s is the last administrator. Give that role to somebody else first.") % self.row.person)
        return refuse_without_reason(self.reason)

    def _last(self) -> bool:
        another = RoleGrant.objects.in_force(clock.today()).filter(person=self.row.person, role=self.row.role)
        return last_administrator(self.row.person) and not another.exclude(pk=self.row.pk).exists()

    def perform(self) -> RoleGrant:
        self.row.withdrawn = clock.now()
        self.keep(self.row, "withdraw")
        if self.row.role in SEEN:
            words = {"who": self.actor.person, "role": Role(self.row.role).label, "person": self.row.person}
            alert(_("%(who)s withdrew the role %(role)s from %(person)s.") % words, besides=self.actor.person)
        return self.row


@dataclass(kw_only=True)
class Return(RowAction[Person]):
    """Somebody comes back: the same person, the same signatures. Old roles end here and are given anew where wanted."""

    person: Person

    def prepare(self) -> None:
        self.person = self.hold(self.person)

    def check(self) -> Refused | None:
        if self.person.ended is None:
            return Conflict(_("%s has not left.") % self.person)
        if erased(self.person):
            return Refused(_("The data of this person was erased. Enter somebody new instead."))
        return refuse_unless(self.access, *MANAGERS) or refuse_without_reason(self.reason)

    def perform(self) -> Person:
        for grant in RoleGrant.objects.filter(person=self.person, withdrawn=None):
            WithdrawRole(actor=self.actor, access=self.access, reason=self.reason, row=grant).execute()
        self.person.ended = None
        Account.objects.filter(person=self.person).update(is_active=False)
        self.keep(self.person, "return")
        self.follow("person", "return", self.person)
        return self.person
