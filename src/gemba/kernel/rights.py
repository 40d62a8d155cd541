"""May this person do that to this record? One answer for screens, endpoints and actions."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access, Grant
from gemba.kernel.lifecycle.machine import Transition
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.rows import stored_row
from gemba.kernel.types import RecordType, registry


def grant_to_create(
    access: Access, declared: RecordType[Any], *, site_id: int | None = None, product_id: int | None = None
) -> bool:
    """Whether a record of the type may be raised there."""
    if access.everything:
        return True
    return access.grant_for(declared.permissions.create, site_id=site_id, product_id=product_id) is not None


def may_change(access: Access, record: Record) -> bool:
    """Edit, link, attach, assign, extend: the declared roles within their scope, and the owner."""
    permissions = registry.of(record).permissions
    return access.everything or bool(_covering(access, record, permissions.change)) or is_owner_at_work(access, record)


def is_owner_at_work(access: Access, record: Record) -> bool:
    """The owner, while working here in a role that may read the kind."""
    readers = set(STAFF) & set(registry.of(record).permissions.read)
    return _owns(access, record) and bool(_own_roles(access) & readers)


def grant_for_roles(access: Access, record: Record, roles: Collection[Role]) -> Grant | None:
    """The grant by which this person may use a verb that is open to these roles."""
    return _covering(access, record, roles)


def may_comment(access: Access, record: Record) -> bool:
    """Everybody who works here and may read the record; auditors and the administrator only read, if at all."""
    if access.everything:
        return True
    works_there = _covering(access, record, STAFF) is not None or (_is_own(access, record) and bool(_own_staff(access)))
    return works_there and access.sees(record)


def may_void(access: Access, record: Record) -> bool:
    return access.everything or _covering(access, record, registry.of(record).permissions.void) is not None


def may_read(access: Access, record: Record) -> bool:
    """The same condition as the scoped manager, asked of the stored row: what was handed over may be made up or old."""
    if access.everything:
        return True
    stored = stored_row(Record, record.pk)
    return stored is not None and access.sees(stored)


def grant_to_advance(access: Access, record: Record, transition: Transition[Any]) -> Grant | None:
    """The grant by which this person may take the step; a deputy's grant names the absent person."""
    return _covering(access, record, transition.by)


def _covering(access: Access, record: Record, roles: Collection[Role]) -> Grant | None:
    """A grant whose bounds hold the record. Confidential records need one that says so, unless they are one's own."""
    return access.grant_for(
        roles, site_id=record.site_id, product_id=record.product_id,
        confidential=record.confidential and not _is_own(access, record),
    )  # fmt: skip


def _owns(access: Access, record: Record) -> bool:
    return record.owner_id == access.person.pk


def _is_own(access: Access, record: Record) -> bool:
    return access.person.pk in (record.owner_id, record.raised_by_id)


def _own_roles(access: Access) -> set[Role]:
    return {grant.role for grant in access.own_grants}


def _own_staff(access: Access) -> set[Role]:
    return _own_roles(access) & set(STAFF)


def role_names(transition: Transition[Any]) -> str:
    names = [str(Role(role).label) for role in transition.by]
    return _(" or ").join(names)
