"""Keep a record's searchable text beside it, in the same transaction."""

import unicodedata

from django.db import models

from gemba.kernel.records.models import Record
from gemba.kernel.search.models import SearchEntry


def folded(text: str) -> str:
    """Lower case without accents, so that `Ångström` is found by `angstrom` on every database alike."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def entry_of(record: Record) -> SearchEntry:
    """The row to be searched: number, title and every text column of the record's own type."""
    texts = [
        str(getattr(record, field.attname) or "")
        for field in record._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField)
    ]
    return SearchEntry(
        record_id=record.pk, number=folded(record.number), title=folded(record.title),
        body=folded("\n".join(text for text in texts if text)),
    )  # fmt: skip


def index(record: Record, *, new: bool = False) -> None:
    entry_of(record).save(force_insert=new, force_update=not new)
