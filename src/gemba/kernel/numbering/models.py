"""One row per prefix and year, locked while numbers are taken. Numbers are never given back."""

from django.db import connection, models


class NumberSequence(models.Model):
    prefix = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        app_label = "kernel"
        constraints = (models.UniqueConstraint(fields=["prefix", "year"], name="sequence_once"),)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"


TAKE = "UPDATE kernel_numbersequence SET last = last + %s WHERE prefix = %s AND year = %s RETURNING last"
BEGIN = (
    "INSERT INTO kernel_numbersequence (last, prefix, year) VALUES (%s, %s, %s) ON CONFLICT (prefix, year)"
    " DO UPDATE SET last = kernel_numbersequence.last + excluded.last RETURNING last"
)
"""The first number of a year, also when two ask for it at once. The row stays locked until the transaction ends."""


def take(prefix: str, year: int, count: int = 1) -> list[str]:
    """The next `count` numbers, such as `CAPA-2026-0007`, within the caller's transaction.

    A rolled-back transaction gives its numbers back unseen, so that no gap appears without an event.
    """
    last = count_on(prefix, year, count)
    return [f"{prefix}-{year}-{n:04d}" for n in range(last - count + 1, last + 1)]


def count_on(series: str, year: int = 0, count: int = 1) -> int:
    """The last of the next `count` places in a series, for numbers built otherwise. Year 0: no year in them."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [count, series, year])
        found = cursor.fetchone()
        if found is None:
            cursor.execute(BEGIN, [count, series, year])
            found = cursor.fetchone()
    last: int = found[0]
    return last
