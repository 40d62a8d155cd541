"""What one person may see and do today, loaded once and applied inside every query."""

import datetime as dt
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, Q

from gemba.kernel import clock
from gemba.kernel.people.models import Absence, Person, RoleGrant
from gemba.kernel.prepared import Prepared
from gemba.kernel.roles import STAFF, Role


class Placed(Protocol):
    """What decides who may see a record."""

    kind: str
    site_id: Any
    product_id: Any
    confidential: bool
    owner_id: Any
    raised_by_id: Any


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force, with its bounds. `principal` is set where it is exercised for somebody absent."""

    role: Role
    site_id: int | None = None
    product_id: int | None = None
    confidential: bool = False
    principal: Person | None = None

    def covers(self, site_id: int | None, product_id: int | None, *, confidential: bool = False) -> bool:
        """Whether something at that site, about that product, and confidential or not, lies within the bounds."""
        within = self.site_id in (None, site_id) and self.product_id in (None, product_id)
        return within and (self.confidential or not confidential)


class Readers(dict[str, Collection[Role]]):
    """Which roles may read which kind; kinds not named are read by nobody."""

    company_wide: frozenset[str] = frozenset()
    """Kinds whose records of no site are everybody's: people bound to one site read them too."""


@dataclass(frozen=True)
class Access:
    """The rights of one person on one day. `everything` is for work of the system itself, never for a person."""

    person: Person
    grants: tuple[Grant, ...] = ()
    everything: bool = False
    readers: Mapping[str, Collection[Role]] = field(default_factory=dict)
    """Which roles may read which kind; kinds not named are read by nobody."""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def own_grants(self) -> tuple[Grant, ...]:
        return tuple(grant for grant in self.grants if grant.principal is None)

    @property
    def principals(self) -> tuple[Person, ...]:
        """The absent people this person stands in for today."""
        return tuple({g.principal.pk: g.principal for g in self.grants if g.principal is not None}.values())

    def holds(self, *roles: Role) -> bool:
        """Whether one of the roles is held in one's own right, anywhere. What concerns people asks this."""
        return self.everything or any(grant.role in roles for grant in self.own_grants)

    def holds_everywhere(self, *roles: Role) -> bool:
        """Like `holds`, without bounds of site or product."""
        return self.everything or any(
            g.role in roles and g.site_id is None and g.product_id is None for g in self.own_grants
        )

    def own_roles(self) -> list[str]:
        """Role names held in one's own right, sorted, as they stand in events and signatures."""
        return sorted({str(grant.role) for grant in self.own_grants})

    def grant_for(
        self,
        roles: Collection[Role],
        *,
        site_id: int | None = None,
        product_id: int | None = None,
        confidential: bool = False,
    ) -> Grant | None:
        """A grant of one of `roles` that covers the place; one's own before that of somebody absent."""
        fitting = [
            g for g in self.grants if g.role in roles and g.covers(site_id, product_id, confidential=confidential)
        ]
        return min(fitting, key=lambda grant: grant.principal is not None, default=None)

    def only(self, kind: str) -> "Access":
        """The same person with nothing but the rights to one kind: a shorter condition where the kind is known."""
        only = Readers({kind: self.readers.get(kind, ())})
        only.company_wide = self.company_wide & {kind}
        return replace(self, readers=only)

    @property
    def company_wide(self) -> frozenset[str]:
        """The kinds whose records of no site this person reads whatever site the roles are bound to."""
        return self.readers.company_wide if isinstance(self.readers, Readers) else frozenset()

    @property
    def shape(self) -> Hashable:
        """What a query through these eyes depends on besides the person."""
        return self.grants, self.everything, tuple((kind, tuple(roles)) for kind, roles in self.readers.items())

    def sees(self, record: Placed) -> bool:
        """Whether this person may read a record that was loaded already: what `visible` says of its row."""
        if self.everything:
            return True
        readers = self.readers.get(record.kind, ())
        place = (record.site_id, record.product_id)
        wide = record.site_id is None and record.kind in self.company_wide
        grants = [g for g in self.grants if g.role in readers]
        bounds = [replace(g, site_id=None) if wide else g for g in grants]
        if any(bound.covers(*place, confidential=record.confidential) for bound in bounds):
            return True
        return self._sees_own(record, readers)

    def _sees_own(self, record: Placed, readers: Collection[Role]) -> bool:
        mine = self.person.pk in (record.owner_id, record.raised_by_id)
        if mine and any(grant.role in readers for grant in self.own_grants):
            return True
        lent = [g for g in self.grants if g.principal is not None and g.principal.pk == record.owner_id]
        reads = any(grant.role in readers for grant in lent)
        return reads and (not record.confidential or any(grant.confidential for grant in lent))

    def visible(self) -> Q:
        """The rows of the record spine this person may read, as a condition without any list of ids."""
        return self._visible

    @cached_property
    def _visible(self) -> Q:
        """Made once per request. Grants with the same bounds are one condition, so that it stays as short as it can."""
        if self.everything:
            return Q()
        alike: dict[tuple[int | None, int | None, bool], list[Grant]] = {}
        for grant in self.grants:
            alike.setdefault((grant.site_id, grant.product_id, grant.confidential), []).append(grant)
        found = Q(pk__in=[])
        for grants in alike.values():
            if kinds := self._kinds(grants):
                found |= _condition(grants[0], kinds)
                wide = [kind for kind in kinds if kind in self.company_wide]
                if wide and grants[0].site_id is not None:
                    found |= _condition(replace(grants[0], site_id=None), wide) & Q(site=None)
        return found | self._own()

    def _kinds(self, grants: Iterable[Grant]) -> list[str]:
        roles = {grant.role for grant in grants}
        return sorted(kind for kind, readers in self.readers.items() if roles & set(readers))

    def _own(self) -> Q:
        """Records one owns or raised stay visible wherever they are, confidential ones too, while one may read their
        kind at all. The work of somebody absent is shown likewise, confidential records only where that was said.
        """
        found = Q(pk__in=[])
        if kinds := self._kinds(self.own_grants):
            found |= (Q(owner=self.person) | Q(raised_by=self.person)) & Q(kind__in=kinds)
        for principal in self.principals:
            lent = [grant for grant in self.grants if grant.principal == principal]
            if kinds := self._kinds(lent):
                theirs = Q(owner=principal) & Q(kind__in=kinds)
                found |= theirs if any(g.confidential for g in lent) else theirs & Q(confidential=False)
        return found


def _condition(grant: Grant, kinds: list[str]) -> Q:
    condition = Q(kind__in=kinds)
    if grant.site_id is not None:
        condition &= Q(site=grant.site_id)
    if grant.product_id is not None:
        condition &= Q(product=grant.product_id)
    if not grant.confidential:
        condition &= Q(confidential=False)
    return condition


def access_of(person: Person, readers: Mapping[str, Collection[Role]], on: dt.date | None = None) -> Access:
    """The access of a person on a day (today), own grants and those of absent people one deputises for. One query.

    A deputy must work here in one's own right, and is lent the working roles only: an auditor, an administrator and
    somebody who has left stand in for nobody, and nobody is lent the administration or an audit.
    """
    day = on or clock.today()
    if not person.active:
        return Access(person)
    held = HELD(person.pk, day)
    works_here = any(grant.person_id == person.pk and grant.role in STAFF for grant in held)
    return Access(person, tuple(_grants(held, person, works_here=works_here, day=day)), readers=readers)


def _held(person: int, day: dt.date) -> Any:
    away = Absence.objects.filter(deputy=person, valid_from__lte=day, valid_to__gte=day, cancelled=False)
    return (
        RoleGrant.objects.in_force(day)
        .filter(Q(person=person) | Q(person__in=away.values("person")))
        .annotate(lent_confidential=Exists(away.filter(person=OuterRef("person"), confidential=True)))
        .select_related("person")
    )


HELD = Prepared(_held, int, dt.date)
"""The grants of a person and of those the person stands in for, as they are on a day."""


def _grants(held: Iterable[Any], person: Person, *, works_here: bool, day: dt.date) -> Iterable[Grant]:
    for grant in held:
        if grant.person_id == person.pk:
            yield Grant(Role(grant.role), grant.site_id, grant.product_id, grant.confidential)
            continue
        left = grant.person.ended is not None and grant.person.ended <= day
        if works_here and grant.role in STAFF and not left:
            confidential = grant.confidential and grant.lent_confidential
            yield Grant(Role(grant.role), grant.site_id, grant.product_id, confidential, grant.person)
