"""Keep a record's searchable words beside it, in the same transaction."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import models

from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.richtext.reading import plain
from gemba.kernel.rows import insert, update
from gemba.kernel.search.models import SearchEntry
from gemba.kernel.search.words import words

LONGEST = 400_000
"""Characters of a record that are searchable; beyond them PostgreSQL's index refuses a row."""


Reader = Callable[[Any], str]
WORDED = frozenset({"text", "long", "choice"})
"""Cells of lines that hold words; the others name something or count."""


@cache
def own_texts(model: type[Record]) -> dict[str, Reader]:
    """The text columns of the record's own type, in their order, each with what makes plain words of its value."""
    return {
        field.attname: _reader(field)
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField | LinesField) and field.attname not in model.COPIES
    }


def _reader(column: Any) -> Reader:
    if isinstance(column, RichTextField):
        return lambda value: plain(value) if value else ""
    if isinstance(column, LinesField):
        return lambda value: _in_lines(column, value)
    return lambda value: str(value or "")


def _in_lines(column: LinesField, value: Any) -> str:
    lines = [line for line in value or () if isinstance(line, Mapping)]
    said = [dict(each.offered()) if each.kind == "choice" else {} for each in column.columns]
    return "\n".join(
        str(labels.get(line[each.name], line[each.name]))
        for line in lines
        for each, labels in zip(column.columns, said, strict=True)
        if each.kind in WORDED and line.get(each.name)
    )


@cache
def searched_columns(model: type[Record]) -> frozenset[str]:
    """The columns whose change makes the entry stale."""
    return frozenset({"number", "title", *own_texts(model)})


def entry_of(record: Record) -> SearchEntry:
    """The row to be searched: number, title and every text column of the record's own type."""
    texts = (read(getattr(record, name)) for name, read in own_texts(type(record)).items())
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
