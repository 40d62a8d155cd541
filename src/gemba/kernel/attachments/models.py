"""Files: the bytes once by digest (`Blob`), and each use of them by a record (`Attachment`)."""

from django.db import connection, models
from django.db.models import Q

from gemba.kernel import clock, held
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record


class Blob(models.Model):
    """Bytes in the store, named by their SHA-256. The type is found from the content, not from the name."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A file as part of a record, under the name people gave it. A new file of the same name is a new version."""

    uid = models.CharField(max_length=26, unique=True)
    record = models.ForeignKey(Record, models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed = models.DateTimeField(null=True)
    """Taken out of the record's content; the bytes and this row stay."""

    class Meta:
        app_label = "kernel"
        ordering = ("name", "version")
        constraints = (
            models.UniqueConstraint(fields=["record", "name", "version"], name="attachment_version"),
            models.UniqueConstraint(fields=["record", "name"], condition=Q(removed=None), name="attachment_current"),
        )

    def __str__(self) -> str:
        return self.name


CURRENT_FILES = (
    "SELECT a.name, a.blob_id, b.size FROM kernel_attachment a JOIN kernel_blob b ON b.sha256 = a.blob_id"
    " WHERE a.record_id = %s AND a.removed IS NULL ORDER BY a.name"
)


def files_of(record: Record) -> list[tuple[str, str, int]]:
    """The current files of a record as (name, SHA-256, bytes), for digests and events."""
    if record.pk is None:
        return []
    with connection.cursor() as cursor:
        held.execute(cursor, CURRENT_FILES, [record.pk])
        return [(name, sha256, size) for name, sha256, size in cursor.fetchall()]
