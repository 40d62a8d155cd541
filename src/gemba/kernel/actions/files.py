"""Attach a file to a record, and take one out of its content again. The bytes and every version stay."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic

from django.db.models import Max
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.actions.base import RecordWork
from gemba.kernel.attachments.models import Attachment, Blob
from gemba.kernel.attachments.names import harmless
from gemba.kernel.attachments.store import Stored, keep
from gemba.kernel.lifecycle.machine import R
from gemba.kernel.refusals import Conflict, Invalid, NotAllowed, Refused
from gemba.kernel.rights import may_change
from gemba.kernel.ulid import ulid


@dataclass(kw_only=True)
class _FileWork(RecordWork[R, Attachment], Generic[R]):
    """Files are part of what a record says, so they change only while some of its fields may."""

    def check(self) -> Refused | None:
        if not may_change(self.access, self.record):
            return NotAllowed(_("You may not change the files of this record."))
        if not self.declared.editable_fields(self.record.state):
            state = self.declared.lifecycle.state(self.record.state).label
            return Refused(_("Files cannot be changed while the record is %s.") % state)
        return None

    def current(self, name: str) -> Attachment | None:
        rows = Attachment.objects.filter(record_id=self.record.pk, name=name, removed=None)
        return rows.select_related("blob").first()


@dataclass(kw_only=True)
class Attach(_FileWork[R], Generic[R]):
    """Add a file from its bytes. A file of the same name becomes a new version; the old one stays readable.

    The bytes are durable before the first row is written (a crash leaves an orphan file, never a row without bytes),
    and no lock is held while they arrive.
    """

    name: str
    chunks: Iterable[bytes]
    stored: Stored = field(init=False)

    def execute(self) -> Attachment:
        self.name = harmless(self.name)
        self.check_first()
        self.stored = keep(self.chunks)
        return super().execute()

    def check_first(self) -> None:
        """Refuse before the upload is read. Asked again inside the transaction."""
        refusal = self.check()
        if isinstance(refusal, NotAllowed):
            self._note_refusal(refusal)
        if refusal:
            raise refusal

    def perform(self) -> Attachment:
        stored, record = self.stored, self.record
        old = self.current(self.name)
        if old is not None and old.blob_id == stored.sha256:
            raise Conflict(_("%s is already attached with exactly this content.") % self.name)
        Blob.objects.bulk_create(
            [Blob(sha256=stored.sha256, size=stored.size, media_type=stored.media_type)], ignore_conflicts=True
        )
        if old is not None:
            old.removed = clock.now()
            old.save(update_fields=["removed"])
        made = Attachment.objects.create(
            uid=ulid(), record_id=record.pk, blob_id=stored.sha256, name=self.name, added_by=self.actor.person,
            version=self._last_version() + 1,
        )  # fmt: skip
        self.save("attach", beside=[("file", old and _told(old), _told(made))])
        return made

    def _last_version(self) -> int:
        rows = Attachment.objects.filter(record_id=self.record.pk, name=self.name)
        return int(rows.aggregate(last=Max("version"))["last"] or 0)


@dataclass(kw_only=True)
class Detach(_FileWork[R], Generic[R]):
    """Take a file out of the record's content, with a reason. It stays stored and readable as history."""

    attachment: Attachment

    def check(self) -> Refused | None:
        if refusal := super().check():
            return refusal
        if self.attachment.record_id != self.record.pk:
            return Invalid({"file": [_("There is no such file on this record.")]})
        if not self.reason.strip():
            return Invalid({"reason": [_("Say why the file is taken out.")]})
        return None

    def perform(self) -> Attachment:
        now = Attachment.objects.select_related("blob").get(pk=self.attachment.pk)
        if now.removed is not None:
            raise Conflict(_("%s has already been taken out.") % now.name)
        now.removed = clock.now()
        now.save(update_fields=["removed"])
        self.save("detach", beside=[("file", _told(now), None)])
        return now


def _told(attachment: Attachment) -> list[str | int]:
    """How an event names a file: name, version, SHA-256."""
    return [attachment.name, attachment.version, attachment.blob_id]
