"""Write rows that belong together: on PostgreSQL in one statement, and so in one way to the server and back.

An edit touches the spine, the type's table, the head of the chain and the events. Each of them is a few microseconds of
work for the database and ten times that for the way there; with many writers at once the ways are what they wait for.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models

from gemba.kernel import held
from gemba.kernel.rows import (
    RowGoneError,
    Step,
    change,
    insert_by,
    inserted,
    insertion,
    key_of,
    quoted,
    update_by,
    values_of,
)


class Put(NamedTuple):
    """A row to be inserted into `table`, its own or a parent's; with `columns` only these of a stored row are written.

    `link` is the attribute that takes the key which the first row of all is given.
    """

    row: models.Model
    table: type[models.Model]
    columns: frozenset[str] | None = None
    link: str = ""


class _Shape(NamedTuple):
    """What a statement depends on, and nothing of the values."""

    table: type[models.Model]
    columns: frozenset[str] | None
    link: str


class _Part(NamedTuple):
    text: str
    steps: tuple[Step, ...]
    key: str | None
    types: tuple[str, ...]


class _Whole(NamedTuple):
    text: str
    types: tuple[str, ...]
    parts: tuple[_Part, ...]


def write(puts: Sequence[Put]) -> None:
    """Write them all; generated keys are set on the rows. `RowGoneError` where a row to be changed is not there.

    Runs inside a transaction, which that error ends. Where rows are linked, the first is an insertion.
    """
    if connection.vendor == "postgresql":
        _in_one_statement([put for put in puts if put.columns is None or _changes(put.table, put.columns)])
        return
    with connection.cursor() as cursor:
        for row, table, columns, link in puts:
            if link:
                setattr(row, link, getattr(puts[0].row, key_of(puts[0].table).attname))
            if columns is None:
                insert_by(cursor, row, table)
            else:
                update_by(cursor, row, columns, table)


def _changes(table: type[models.Model], columns: frozenset[str]) -> bool:
    return bool(change(table, columns, connection.vendor).steps)


def _in_one_statement(puts: Sequence[Put]) -> None:
    whole = _whole(tuple(_Shape(put.table, put.columns, put.link) for put in puts))
    values: list[Any] = []
    for put, part in zip(puts, whole.parts, strict=True):
        values += values_of(put.row, part.steps, new=put.columns is None)
        if put.columns is not None:
            values.append(put.row.pk)
    with connection.cursor() as cursor:
        held.execute(cursor, whole.text, values, types=whole.types)
        made = cursor.fetchone()
    for put, part, key in zip(puts, whole.parts, made, strict=True):
        if key is None:
            raise RowGoneError(f"{put.table.__name__} {put.row.pk} is no longer there.")
        if put.link:
            setattr(put.row, put.link, made[0])
        if put.columns is None:
            inserted(put.row, part.key, key)


@cache
def _whole(shapes: tuple[_Shape, ...]) -> _Whole:
    """Each row's statement as a part of one; it answers with the key of each, or nothing where no row was there."""
    parts = tuple(_part(shape) for shape in shapes)
    named = ", ".join(f"w{place} AS ({part.text})" for place, part in enumerate(parts))
    asked = ", ".join(f"(SELECT made FROM w{place})" for place in range(len(parts)))  # noqa: S608  our own names
    types = tuple(each for part in parts for each in part.types)
    return _Whole(f"WITH {named} SELECT {asked}", types, parts)


def _part(shape: _Shape) -> _Part:
    if shape.columns is None:
        made = insertion(shape.table, connection.vendor, shape.link, "w0" if shape.link else "")
        columns = [step.column for step in made.steps]
    else:
        made = change(shape.table, shape.columns, connection.vendor)
        columns = [*(step.column for step in made.steps), key_of(shape.table)]
    types = tuple(column.db_type(connection) for column in columns)
    text = f"{made.text} RETURNING {quoted(key_of(shape.table).column)} AS made"
    return _Part(text, made.steps, made.key, types)
