"""Notices through the eyes of the person they are for: rights may have changed since they were written."""

from collections.abc import Sequence

from gemba.kernel.access.scope import access_of
from gemba.kernel.access.viewer import current_access, seeing
from gemba.kernel.notices.models import Notice
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.types import registry


def latest_notices(limit: int = 50) -> list[Notice]:
    """The newest notices of the current viewer about records that are still visible, and those about no record."""
    mine = Notice.objects.filter(person=current_access().person).order_by("-pk")
    return _still_visible(list(mine[:limit]))


def visible_notices(person: Person, ids: Sequence[int]) -> list[Notice]:
    """Those of `ids` that the person may know of today, oldest first."""
    with seeing(access_of(person, registry.readers())):
        return _still_visible(list(Notice.objects.filter(pk__in=ids, person=person).order_by("pk")))


def _still_visible(notices: Sequence[Notice]) -> list[Notice]:
    records = Record.objects.in_bulk({notice.record_id for notice in notices if notice.record_id})
    found = []
    for notice in notices:
        if notice.record_id is None:
            found.append(notice)
        elif notice.record_id in records:
            notice.record = records[notice.record_id]
            found.append(notice)
    return found
