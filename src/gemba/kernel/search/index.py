"""Keep a record's searchable words beside it, in the same transaction."""

from collections.abc import Sequence
from functools import cache

from django.db import models

from gemba.kernel.records.models import Record
from gemba.kernel.rows import insert, update
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.search.words import words

LONGEST = 400_000
"""Characters of a record that are searchable; beyond them PostgreSQL's index refuses a row."""


@cache
def own_texts(model: type[Record]) -> tuple[str, ...]:
    """The text columns of the record's own type, in their order."""
    return tuple(
        field.attname
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    )


@cache
def searched_columns(model: type[Record]) -> frozenset[str]:
    """The columns whose change makes the entry stale."""
    return frozenset({"number", "title", *own_texts(model)})


def entry_of(record: Record) -> SearchEntry:
    """The row to be searched: number, title and every text column of the record's own type."""
    texts = (str(getattr(record, name) or "") for name in own_texts(type(record)))
    text = "\n".join(part for part in texts if part)[:LONGEST]
    return SearchEntry(
        record_id=record.pk, number=" ".join(words(record.number)), title=" ".join(words(record.title)),
        words=" ".join(words(text)), text=text,
    )  # fmt: skip


def index_many(records: Sequence[Record]) -> None:
    """The entries of new records, in one statement per batch."""
    SearchEntry.objects.bulk_create([entry_of(record) for record in records])


def index(record: Record, *, new: bool = False) -> None:
    """Write the entry of a record whose words may have changed."""
    entry = entry_of(record)
    if new:
        insert(entry)
    else:
        update(entry, ("number", "title", "words", "text"))
