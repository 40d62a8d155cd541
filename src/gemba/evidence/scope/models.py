"""What was decided of applicability, by the scope in force. Written when a scope is approved, never by hand."""

from django.db import models

from gemba.kernel.records.models import Record


class Applied(models.Model):
    """A framework the company is under, from the day its scope was approved until another one was."""

    scope = models.ForeignKey(Record, models.PROTECT, related_name="+")
    framework = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        app_label = "evidence"
        constraints = (models.UniqueConstraint(fields=["scope", "framework"], name="applied_once"),)

    def __str__(self) -> str:
        return self.framework


class Applicability(models.Model):
    """One decision: a duty applies or not, with its reason and the scope that was approved with it."""

    scope = models.ForeignKey(Record, models.PROTECT, related_name="+")
    framework = models.CharField(max_length=40)
    duty = models.CharField(max_length=60)
    applies = models.BooleanField()
    reason = models.TextField(blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        app_label = "evidence"
        constraints = (models.UniqueConstraint(fields=["scope", "framework", "duty"], name="applicability_once"),)
        indexes = (models.Index(fields=["framework", "valid_from"], name="applicability_on"),)

    def __str__(self) -> str:
        return f"{self.framework} {self.duty}"
