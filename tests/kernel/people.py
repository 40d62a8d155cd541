"""People for tests, made as quickly as possible; the product makes them through actions."""

import datetime as dt
import unicodedata
from typing import Any

from gemba.kernel.access.scope import Access, access_of
from gemba.kernel.actor import Actor, Via
from gemba.kernel.people.models import Account, Person, RoleGrant
from gemba.kernel.roles import Role
from gemba.kernel.types import registry

PASSWORD = "correct horse battery"


def person(name: str, *roles: Role, **grant: Any) -> Person:
    """A person with an account and roles in force since long ago."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace(" ", ".")
    made = Person.objects.create(name=name, email=f"{plain}@example.com")
    account = Account(person=made, email=made.email)
    account.set_password(PASSWORD)
    account.save()
    for role in roles:
        RoleGrant.objects.create(person=made, role=role, valid_from=dt.date(2020, 1, 1), **grant)
    return made


def as_(who: Person, via: Via = Via.UI) -> dict[str, Any]:
    """`actor` and `access` of a person, as every action takes them."""
    return {"actor": Actor(who, via, auth="pwd"), "access": access(who)}


def access(who: Person) -> Access:
    return access_of(who, registry.readers())
