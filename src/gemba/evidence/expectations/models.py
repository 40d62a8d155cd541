"""One row for each piece of evidence that is due, whatever the number of workers that look for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.ulid import ulid


class Expectation(models.Model):
    """Evidence of a duty is due by a day: because an interval has passed, or because something happened."""

    class End(models.TextChoices):
        OPEN = "open", _("Open")
        MET = "met", _("Met")
        LATE = "late", _("Late")
        MISSED = "missed", _("Missed")
        WAIVED = "waived", _("Waived")
        EXERCISED = "exercised", _("Exercised")

    uid = models.CharField(max_length=26, default=ulid, unique=True, editable=False)
    framework = models.CharField(max_length=40)
    duty = models.CharField(max_length=60)
    since = models.DateField()
    """Evidence counts for this expectation from this day on."""
    due = models.DateField()
    because = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+", db_index=False)
    """What happened, where that and not an interval makes it due."""
    end = models.CharField(max_length=10, choices=End, default=End.OPEN)
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="+")
    """The first valid evidence that met it."""
    ended_on = models.DateField(null=True)
    waived_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "evidence"
        constraints = (
            models.UniqueConstraint(
                fields=["framework", "duty", "due"], condition=models.Q(because=None), name="expectation_once"
            ),
            models.UniqueConstraint(
                fields=["because", "framework", "duty", "due"],
                condition=models.Q(because__isnull=False),
                name="expectation_once_of_cause",
            ),
            models.CheckConstraint(condition=models.Q(due__gte=models.F("since")), name="expectation_in_order"),
        )
        indexes = (
            models.Index(fields=["end", "due"], name="expectation_open"),
            models.Index(fields=["framework", "duty", "-due"], name="expectation_of_duty"),
        )

    def __str__(self) -> str:
        return f"{self.framework} {self.duty} {self.due}"

    @property
    def subject(self) -> str:
        return f"expectation/{self.uid}"
