"""What the queue of the task library lacks: a sign of life per worker, and each slot of the schedule once."""

from django.db import models
from django.utils import timezone


class WorkerBeat(models.Model):
    """Renewed every few seconds while a worker lives; its running jobs are taken back when it stops."""

    worker = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.worker


class Slot(models.Model):
    """A scheduled job at its due time. The constraint lets one worker of many enqueue it."""

    name = models.CharField(max_length=60)
    due = models.DateTimeField()

    class Meta:
        app_label = "kernel"
        constraints = (models.UniqueConstraint(fields=["name", "due"], name="slot_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.due:%Y-%m-%d %H:%M}"
