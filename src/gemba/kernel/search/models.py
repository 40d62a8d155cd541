"""What can be found: one plain row per record, from which each database keeps its own full-text index."""

from django.db import models

from gemba.kernel.people.models import Person
from gemba.kernel.records.models import Record


class SearchEntry(models.Model):
    """The words of a record. `number`, `title` and `words` are folded for the index; `text` is as people wrote it."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="search_entry")
    number = models.CharField(max_length=80)
    title = models.CharField(max_length=400)
    words = models.TextField()
    text = models.TextField()

    class Meta:
        app_label = "kernel"

    def __str__(self) -> str:
        return self.number


class SavedFilter(models.Model):
    """A list's filters under a name, as the query string they stand in."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="saved_filters")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        app_label = "kernel"
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["person", "kind", "name"], name="saved_filter_once"),)

    def __str__(self) -> str:
        return self.name
