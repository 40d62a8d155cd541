"""Actions on what is no record: people, grants, sites. Each row has its own chain of events, `kind/ULID`."""

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access
from gemba.kernel.actions.base import Action, T, difference
from gemba.kernel.commitments.held import committed, held_by, keep, personal_columns
from gemba.kernel.commitments.models import MARK, Erasure, PersonalValue
from gemba.kernel.lifecycle.doing import Doing
from gemba.kernel.people.models import (
    Absence,
    Account,
    Department,
    JobAssignment,
    JobRole,
    Organisation,
    Person,
    Product,
    RoleGrant,
    Site,
    erased_address,
)
from gemba.kernel.refusals import Invalid, NotAllowed
from gemba.kernel.roles import Role
from gemba.kernel.trail.canonical import Canonical, NotCanonicalError, digest, plain, text
from gemba.kernel.trail.models import ChainHead, Event
from gemba.kernel.trail.writer import Entry, append, lock_head
from gemba.kernel.types import effects_elsewhere

M = TypeVar("M", bound=models.Model)

CHAINS: Mapping[type[models.Model], str] = {
    Organisation: "organisation", Site: "site", Department: "department", Product: "product", JobRole: "job-role",
    Person: "person", JobAssignment: "job", RoleGrant: "grant", Absence: "absence", Erasure: "erasure",
}  # fmt: skip
"""The first part of the subject of a row's chain."""
MANAGERS = (Role.ADMINISTRATOR, Role.QUALITY, Role.MANAGEMENT)
"""Who keeps people, jobs and the organisation up to date. Rights and sign-in are the administrator's."""


def subject_of(row: models.Model) -> str:
    uid: Any = row.uid  # type: ignore[attr-defined]
    return f"{CHAINS[type(row)]}/{uid}"


def row_snapshot(row: models.Model) -> dict[str, Canonical]:
    """Every column as events tell it, personal ones as commitments; of a person also the login, without secrets."""
    if isinstance(row, Person):
        return person_snapshot(row, Account.objects.filter(person=row).first())
    return _columns(row)


def person_snapshot(person: Person, account: Account | None) -> dict[str, Canonical]:
    """The same for a person whose login is at hand."""
    return committed(person, subject_of(person), person_values(person, account))


def row_values(row: models.Model) -> dict[str, Canonical]:
    """The same columns with the values themselves."""
    if isinstance(row, Person):
        return person_values(row, Account.objects.filter(person=row).first())
    return _columns(row)


def person_values(person: Person, account: Account | None) -> dict[str, Canonical]:
    """What is kept of a person and the login, in clear."""
    address = account.email if account else None
    login: dict[str, Canonical] = {
        "user_name": MARK if address == erased_address(person) else address,
        "may_sign_in": bool(account and account.is_active),
    }  # fmt: skip
    return _columns(person) | login


def _columns(row: models.Model) -> dict[str, Canonical]:
    return {
        column.attname: plain(_simple(getattr(row, column.attname)))
        for column in row._meta.concrete_fields
        if not column.primary_key
    }


def _simple(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) or hasattr(value, "isoformat") else str(value)


def erased(row: models.Model) -> bool:
    """Whether personal data of this row was erased: it is nobody any more, and is not made somebody again."""
    return PersonalValue.objects.filter(subject=subject_of(row), erased=True).exists()


def clean_row(row: models.Model, *, only: frozenset[str] | None = None) -> None:
    """Model validation and canonical text, as `Invalid` with sentences per field."""
    for column in row._meta.concrete_fields:
        value = getattr(row, column.attname)
        if isinstance(value, str):
            try:
                setattr(row, column.attname, text(value).strip())
            except NotCanonicalError as error:
                raise Invalid({column.name: [str(error)]}) from None
    exclude = None if only is None else {f.name for f in row._meta.concrete_fields} - only
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        found = error.message_dict
        raise Invalid({("" if name == "__all__" else name): texts for name, texts in found.items()}) from None


@dataclass(kw_only=True)
class RowAction(Action[T], ABC, Generic[T]):
    """`hold` locks a row's chain and reads it again; `keep` stores it with its one event."""

    head: ChainHead = field(init=False)
    before: dict[str, Any] = field(init=False, default_factory=dict)

    def hold(self, row: M) -> M:
        self.head = lock_head(subject_of(row))
        fresh: M = type(row)._base_manager.get(pk=row.pk)
        self.before = row_snapshot(fresh)
        return fresh

    def keep(self, row: models.Model, act: str, *, store: bool = True, extra: tuple[Any, ...] = ()) -> Event:
        """Store the row with its one event. `extra` are changes that stand in no column, such as a link being sent."""
        if personal_columns(type(row)):
            held_by(row, subject_of(row))  # while it can still be told from a row that was there before
        if store:
            row.save(force_insert=row._state.adding)
        after = row_snapshot(row)
        keep([row])
        changes = [(name, old, new) for name, old, new in difference(self.before, after) if new != "" or old]
        subject = subject_of(row)
        kind = subject.split("/", 1)[0]
        return append(
            Entry(
                subject=subject, act=f"{kind}.{act}", state=digest(after), changes=[*changes, *extra],
                schema=f"{kind}@{len(after)}", reason=self.reason.strip(),
            ),
            self.actor, head=self.head if self.before else None, roles=self.access.own_roles(),
        )  # fmt: skip

    def follow(self, kind: str, step: str, row: models.Model) -> None:
        """What modules declared to follow from it, in the same transaction."""
        doing = Doing(actor=self.actor, access=self.access, step=step, reason=self.reason, values={})
        for effect in effects_elsewhere(kind, step):
            effect(row, doing)

    def target(self) -> str:
        row = getattr(self, "person", None) or getattr(self, "row", None)
        return f"{type(self).__name__} {row}" if row is not None else type(self).__name__


def refuse_unless(access: Access, *roles: Role) -> NotAllowed | None:
    """Rights over people hold for the whole company or not at all, and only in one's own name, never as a deputy."""
    if access.holds_everywhere(*roles):
        return None
    names = _(" or ").join(str(role.label) for role in roles)
    return NotAllowed(_("This needs the role %s.") % names)


def refuse_without_reason(reason: str) -> Invalid | None:
    return None if reason.strip() else Invalid({"reason": [_("Say why.")]})


def set_values(row: models.Model, values: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := sorted(set(values) - allowed):
        raise Invalid({name: [_("This cannot be given here.")] for name in unknown})
    for name, value in values.items():
        setattr(row, name, value)
