"""What is derived from records and can be made again from them at any time. Nothing here is ever typed by anybody."""

from django.db import models

from gemba.kernel.records.models import Record


class Doubt(models.Model):
    """A reason why this record is no valid evidence: the name of a failing check."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="doubts")
    why = models.CharField(max_length=60)
    """The name of the check."""

    class Meta:
        app_label = "evidence"
        constraints = (models.UniqueConstraint(fields=["record", "why"], name="doubt_once"),)

    def __str__(self) -> str:
        return f"{self.record_id}: {self.why}"


class Holding(models.Model):
    """How much evidence there is of a type from one kind of record, at one site, of one product, real or exercised."""

    kind = models.CharField(max_length=40)
    type = models.CharField(max_length=60)
    site = models.BigIntegerField(null=True)
    product = models.BigIntegerField(null=True)
    exercise = models.BooleanField()
    valid = models.BooleanField()
    first = models.DateField()
    newest = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        app_label = "evidence"
        indexes = (models.Index(fields=["kind"], name="holding_kind"),)

    def __str__(self) -> str:
        return f"{self.type}: {self.count}"


class Progress(models.Model):
    """The last event that was taken into account, and how many there were shortly before it. One row."""

    event = models.BigIntegerField(default=0)
    recent = models.PositiveIntegerField(default=0)
    """Events with a number in the stretch up to it: where there are more later, one became visible after it."""

    class Meta:
        app_label = "evidence"

    def __str__(self) -> str:
        return str(self.event)


class Snapshot(models.Model):
    """The figures of one day, so that the trend outlives what the records say later."""

    day = models.DateField()
    framework = models.CharField(max_length=40)
    site = models.BigIntegerField(null=True)
    applicable = models.PositiveIntegerField()
    claimed = models.PositiveIntegerField()
    working = models.PositiveIntegerField()
    states = models.JSONField(default=dict)

    class Meta:
        app_label = "evidence"
        constraints = (
            models.UniqueConstraint(fields=["day", "framework", "site"], name="snapshot_once_of_site"),
            models.UniqueConstraint(fields=["day", "framework"], condition=models.Q(site=None), name="snapshot_once"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.framework}"
