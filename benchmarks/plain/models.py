"""One table with the columns of a quality objective."""

from typing import ClassVar

from django.db import models

from gemba.kernel.people.models import Person


class PlainRecord(models.Model):
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=40)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due = models.DateField(null=True)
    why = models.TextField()
    measure = models.CharField(max_length=300)
    target = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=30)

    objects: ClassVar[models.Manager["PlainRecord"]] = models.Manager()

    class Meta:
        app_label = "plain"

    def __str__(self) -> str:
        return self.number
