"""Four tables shaped like the spine and four like an objective, so that every rival writes the same columns."""

from typing import Any

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.records.models import Record
from gemba.kernel.ulid import ulid


class Spine(models.Model):
    uid = models.CharField(max_length=26, default=ulid)
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=40)
    open = models.BooleanField(default=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    confidential = models.BooleanField(default=False)
    due = models.DateField(null=True)
    first_due = models.DateField(null=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    event_date = models.DateField(default=timezone.localdate)
    entered_at = models.DateTimeField(default=timezone.now)
    state_since = models.DateTimeField(default=timezone.now)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    exercise = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True
        indexes = tuple(
            models.Index(
                *like.expressions, fields=like.fields, condition=like.condition,
                name=like.name.replace("record", "%(class)s"),
            )
            for like in Record._meta.indexes
        )  # fmt: skip
        constraints = (models.UniqueConstraint(fields=["uid"], name="%(class)s_uid"),)


class Own(models.Model):
    why = models.TextField()
    measure = models.CharField(max_length=300)
    direction = models.CharField(max_length=8)
    target = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=30)
    period = models.PositiveSmallIntegerField(default=3)

    class Meta:
        abstract = True


class Plain(Spine):
    def __str__(self) -> str:
        return self.number


class PlainObjective(Own, Plain):
    pass


class Simple(Spine):
    def __str__(self) -> str:
        return self.number


class SimpleObjective(Own, Simple):
    history: Any = HistoricalRecords()  # type: ignore[no-untyped-call]


class Audited(Spine):
    def __str__(self) -> str:
        return self.number


class AuditedObjective(Own, Audited):
    pass


class BulkSpine(Spine):
    def __str__(self) -> str:
        return self.number


class BulkPart(Own):
    """The second table as `bulk_create` can fill it: it refuses children of another table."""

    spine = models.OneToOneField(BulkSpine, models.PROTECT, primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


auditlog.register(AuditedObjective)
