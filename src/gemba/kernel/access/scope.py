"""What one person may see and do today, loaded once and applied inside every query."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from gemba.kernel.people.models import Absence, Person, RoleGrant
from gemba.kernel.roles import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force, with its bounds. `principal` is set where it is exercised for somebody absent."""

    role: Role
    site_id: int | None = None
    product_id: int | None = None
    confidential: bool = False
    principal: Person | None = None

    def covers(self, site_id: int | None, product_id: int | None) -> bool:
        return self.site_id in (None, site_id) and self.product_id in (None, product_id)


@dataclass(frozen=True, slots=True)
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

    def own_roles(self) -> list[str]:
        """Role names held in one's own right, sorted, as they stand in events and signatures."""
        return sorted({str(grant.role) for grant in self.grants if grant.principal is None})

    def grant_for(
        self, roles: Collection[Role], *, site_id: int | None = None, product_id: int | None = None
    ) -> Grant | None:
        """A grant of one of `roles` that covers the place; one's own before that of somebody absent."""
        fitting = [g for g in self.grants if g.role in roles and g.covers(site_id, product_id)]
        return min(fitting, key=lambda grant: grant.principal is not None, default=None)

    def visible(self) -> Q:
        """The rows of the record spine this person may read, as a condition without any list of ids."""
        if self.everything:
            return Q()
        kinds: dict[Grant, list[str]] = {}
        for grant in self.grants:
            kinds[grant] = sorted(kind for kind, roles in self.readers.items() if grant.role in roles)
        found = Q(pk__in=[])
        for grant, allowed in kinds.items():
            if allowed:
                found |= _condition(grant, allowed)
        mine = Q(owner=self.person) | Q(raised_by=self.person)
        return (found & Q(confidential=False)) | self._confidential(kinds) | (mine & self._own_kinds(kinds))

    def _confidential(self, kinds: Mapping[Grant, list[str]]) -> Q:
        found = Q(pk__in=[])
        for grant, allowed in kinds.items():
            if grant.confidential and allowed:
                found |= _condition(grant, allowed)
        return found

    @staticmethod
    def _own_kinds(kinds: Mapping[Grant, list[str]]) -> Q:
        """One's own records stay visible wherever they are, but only of kinds one may read at all."""
        return Q(kind__in=sorted({kind for allowed in kinds.values() for kind in allowed}))


def _condition(grant: Grant, kinds: list[str]) -> Q:
    condition = Q(kind__in=kinds)
    if grant.site_id is not None:
        condition &= Q(site=grant.site_id)
    if grant.product_id is not None:
        condition &= Q(product=grant.product_id)
    return condition


def access_of(person: Person, readers: Mapping[str, Collection[Role]], on: dt.date | None = None) -> Access:
    """The access of a person on a day (today), own grants and those of absent people one deputises for."""
    day = on or timezone.localdate()
    if not person.active:
        return Access(person)
    principals = {
        absence.person_id: absence.person
        for absence in Absence.objects.filter(deputy=person, valid_from__lte=day, valid_to__gte=day).select_related(
            "person"
        )
    }
    held = RoleGrant.objects.in_force(day).filter(person_id__in=[person.pk, *principals])
    return Access(person, tuple(_grants(held, person, principals)), readers=readers)


def _grants(held: Iterable[RoleGrant], person: Person, principals: Mapping[int, Person]) -> Iterable[Grant]:
    for grant in held:
        yield Grant(
            Role(grant.role), grant.site_id, grant.product_id, grant.confidential,
            None if grant.person_id == person.pk else principals[grant.person_id],
        )  # fmt: skip
