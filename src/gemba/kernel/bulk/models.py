"""Progress of runs that raise many records. It commits with the records it counts, so it is never ahead or behind."""

from django.db import models

from gemba.kernel import clock
from gemba.kernel.people.models import Person


class BulkRun(models.Model):
    """One named run. Starting it again under the same name with the same rows goes on where it stopped."""

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    rows = models.CharField(max_length=64)
    """SHA-256 over all rows in order: other rows under the same name are refused."""
    started_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return f"{self.name}: {self.done} of {self.total}"
