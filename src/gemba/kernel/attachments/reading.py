"""A file for somebody who asked for it: only through a record they may see."""

from gemba.kernel.access.scope import Access
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.prepared import Prepared
from gemba.kernel.records.models import Record

CURRENT = Prepared(
    lambda record: (
        Attachment.objects.filter(record_id=record, removed=None).select_related("blob", "added_by").order_by("name")
    ),
    int,
)


def attachment_for(access: Access, uid: str) -> Attachment | None:
    """The attachment, if its record may be seen by this person; None alike for hidden and not existing.

    Removed and older versions are found too: they are history of the record.
    """
    found = Attachment.objects.filter(uid=uid).select_related("blob", "record").first()
    if found is None or not access.sees(found.record):
        return None
    return found


def attachments_of(record: Record) -> list[Attachment]:
    """The current files, by name. The caller has already been allowed to see the record."""
    return CURRENT(record.pk)


def versions_of(record: Record, name: str) -> list[Attachment]:
    """Every version ever attached under a name, newest first."""
    rows = Attachment.objects.filter(record_id=record.pk, name=name)
    return list(rows.select_related("blob", "added_by").order_by("-version"))
