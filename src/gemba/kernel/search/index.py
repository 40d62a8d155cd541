"""Keep a record's searchable words beside it, in the same transaction."""

from django.db import models

from gemba.kernel.records.models import Record
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.search.words import words

LONGEST = 400_000
"""Characters of a record that are searchable; beyond them PostgreSQL's index refuses a row."""


def entry_of(record: Record) -> SearchEntry:
    """The row to be searched: number, title and every text column of the record's own type."""
    texts = (
        str(getattr(record, field.attname) or "")
        for field in record._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    )
    text = "\n".join(part for part in texts if part)[:LONGEST]
    return SearchEntry(
        record_id=record.pk, number=" ".join(words(record.number)), title=" ".join(words(record.title)),
        words=" ".join(words(text)), text=text,
    )  # fmt: skip


def index(record: Record, *, new: bool = False) -> None:
    """Write the entry of a record whose words may have changed."""
    entry_of(record).save(force_insert=new, force_update=not new)
