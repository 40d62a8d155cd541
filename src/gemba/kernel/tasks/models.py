"""A task asks one person, or whoever holds a role, to do something about a record by a day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gemba.kernel import clock
from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record
from gemba.kernel.roles import Role


class Task(models.Model):
    """Open until done or withdrawn. `transition` names the step of the record's lifecycle that completes it, if any."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="tasks")
    what = models.CharField(_("what"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="tasks")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    transition = models.CharField(max_length=60, blank=True)
    due = models.DateField(_("due"), null=True, blank=True)
    wanted = models.DateField(null=True)
    """The day to which the record's due date is asked to be moved; None for every other task."""
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn = models.BooleanField(default=False)

    class Meta:
        app_label = "kernel"
        constraints = (
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(role=""), name="task_of_somebody"),
        )
        indexes = (
            models.Index(fields=["person", "due"], condition=Q(done_at=None, withdrawn=False), name="task_mine"),
            models.Index(fields=["role", "due"], condition=Q(done_at=None, withdrawn=False), name="task_role"),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.done_at is None and not self.withdrawn
