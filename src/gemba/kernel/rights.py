"""May this person do that to this record? One answer for screens, endpoints and actions."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.access.scope import Access, Grant
from gemba.kernel.lifecycle.machine import Transition
from gemba.kernel.records.models import Record
from gemba.kernel.roles import STAFF, Role
from gemba.kernel.types import RecordType, registry


def grant_to_create(access: Access, declared: RecordType[Any], *, site_id: int | None = None) -> bool:
    return access.everything or access.grant_for(declared.permissions.create, site_id=site_id) is not None


def may_change(access: Access, record: Record) -> bool:
    """Edit, link, attach, assign, extend: the declared roles within their scope, and the owner."""
    declared = registry.of(record)
    if access.everything or _covering(access, record, declared.permissions.change):
        return True
    return record.owner_id == access.person.pk and bool(access.roles & set(STAFF))


def may_comment(access: Access, record: Record) -> bool:
    """Everybody who works here and may read the record; auditors and the administrator only read, if at all."""
    return access.everything or (may_read(access, record) and bool(access.roles & set(STAFF)))


def may_void(access: Access, record: Record) -> bool:
    return access.everything or _covering(access, record, registry.of(record).permissions.void) is not None


def may_read(access: Access, record: Record) -> bool:
    """The same condition as the scoped manager, for a single row."""
    return access.everything or Record._base_manager.filter(access.visible(), pk=record.pk).exists()


def grant_to_advance(access: Access, record: Record, transition: Transition[Any]) -> Grant | None:
    """The grant by which this person may take the step; a deputy's grant names the absent person."""
    return _covering(access, record, transition.by)


def _covering(access: Access, record: Record, roles: Collection[Role]) -> Grant | None:

    return access.grant_for(roles, site_id=record.site_id, product_id=record.product_id)


def role_names(transition: Transition[Any]) -> str:
    names = [str(Role(role).label) for role in transition.by]
    return _(" or ").join(names)
