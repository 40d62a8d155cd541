"""One row per prefix and year, locked while numbers are taken. Numbers are never given back."""

from django.db import models


class NumberSequence(models.Model):
    prefix = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "kernel"
        constraints = (models.UniqueConstraint(fields=["prefix", "year"], name="sequence_once"),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"


def take(prefix: str, year: int, count: int = 1) -> list[str]:
    """The next `count` numbers, such as `CAPA-2026-0007`, within the caller's transaction.

    A rolled-back transaction gives its numbers back unseen, so that no gap appears without an event.
    """
    NumberSequence.objects.bulk_create([NumberSequence(prefix=prefix, year=year)], ignore_conflicts=True)
    sequence = NumberSequence.objects.select_for_update().get(prefix=prefix, year=year)
    first = sequence.last + 1
    sequence.last += count
    sequence.save(update_fields=["last"])
    return [f"{prefix}-{year}-{n:04d}" for n in range(first, first + count)]
