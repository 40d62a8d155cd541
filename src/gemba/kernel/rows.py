"""Write and read single rows with SQL that is made once per table, instead of once per statement.

Actions write few rows and many statements; making each statement anew costs more than running it. Values go through
the same field conversions as everywhere. No signals are sent; nothing in this project listens to any.
"""

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from gemba.kernel import held
from gemba.kernel.prepared import Prepared

M = TypeVar("M", bound=models.Model)
Column = Any
"""A model field. Untyped, because Django's types hide the conversions from view."""
AS_IT_IS = frozenset({str, int, bool, type(None)})
UNCONVERTED = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)
"""Columns that take a value of these types unchanged on both databases."""


class Step(NamedTuple):
    """How one column's value gets into a statement."""

    attname: str
    column: Column
    unconverted: bool

    @classmethod
    def of(cls, column: Column) -> "Step":
        ordinary = type(column).pre_save is models.Field.pre_save
        return cls(column.attname, column, ordinary and isinstance(column, UNCONVERTED))


def _values(row: models.Model, steps: Sequence[Step], *, new: bool) -> list[Any]:
    found = []
    database = connections[DEFAULT_DB_ALIAS]  # what `connection` stands for, looked up once for all columns
    for name, column, unconverted in steps:
        value = getattr(row, name)
        if not (unconverted and type(value) in AS_IT_IS):
            value = column.get_db_prep_save(column.pre_save(row, new), database)
        found.append(value)
    return found


class RowGoneError(RuntimeError):
    """The row to be written is no longer there."""


class Statement(NamedTuple):
    """`{after}` in an insertion's text is where it waits for another statement's outcome; `alone` waits for none."""

    text: str
    steps: tuple[Step, ...]
    key: str | None = None
    """The attribute that takes the generated key."""
    alone: str = ""


def insert(row: models.Model, model: type[models.Model] | None = None) -> None:
    """Insert `row` into its table, or into the one of its parent `model`; a generated key is set on it."""
    with connection.cursor() as cursor:
        _insert(cursor, row, model or type(row))


def _insert(cursor: Any, row: models.Model, model: type[models.Model]) -> None:
    made = _insertion(model, connection.vendor)
    cursor.execute(made.alone, _values(row, made.steps, new=True))
    _finish(row, made, cursor)


class Beside(NamedTuple):
    """A row to be inserted together with another, whose key it takes in `link`; without one it names no other row."""

    row: models.Model
    link: str = ""


def insert_child(row: models.Model, parent: type[models.Model], beside: Sequence[Beside] = ()) -> None:
    """Insert a row that spreads over its parent's table and its own, and rows beside it; all keys are set on them."""
    rows = [Beside(row, _key(type(row)).attname), *beside]
    if connection.vendor == "postgresql":
        _insert_at_once(row, parent, rows)
        return
    with connection.cursor() as cursor:
        _insert(cursor, row, parent)
        for other, link in rows:
            if link:
                setattr(other, link, getattr(row, _key(parent).attname))
            _insert(cursor, other, type(other))


def _insert_at_once(row: models.Model, parent: type[models.Model], rows: Sequence[Beside]) -> None:
    """One statement, and so one way to the server and back, however many tables."""
    family = _family(parent, tuple((type(other), link) for other, link in rows))
    values = _values(row, family.first, new=True)
    for (other, _link), steps in zip(rows, family.others, strict=True):
        values += _values(other, steps, new=True)
    with connection.cursor() as cursor:
        if held.holds():
            held.run(cursor, family.name, family.numbered, values, types=family.types)
        else:
            cursor.execute(family.text, values)
        key, *made = cursor.fetchone()
    setattr(row, _key(parent).attname, key)
    for (other, link), generated in zip(rows, family.keys, strict=True):
        if link:
            setattr(other, link, key)
        if generated:
            setattr(other, generated, made.pop(0))
        other._state.adding, other._state.db = False, DEFAULT_DB_ALIAS


class Family(NamedTuple):
    name: str
    text: str
    numbered: str
    types: tuple[str, ...]
    first: tuple[Step, ...]
    others: tuple[tuple[Step, ...], ...]
    keys: tuple[str | None, ...]
    """For each of the others the attribute that takes its generated key."""


@cache
def _family(parent: type[models.Model], others: tuple[tuple[type[models.Model], str], ...]) -> Family:
    first = _insertion(parent, connection.vendor)
    parts, wanted, sources = (
        [f"first AS ({first.text.format(after='')})"],
        [f"first.{_quoted(_key(parent).column)}"],
        ["first"],
    )
    made = [_insertion(model, connection.vendor, link, _key(parent).column if link else "") for model, link in others]
    for place, statement in enumerate(made):
        parts.append(f"made_{place} AS ({statement.text.format(after=' FROM first')})")
        if statement.key is not None:
            wanted.append(f"made_{place}.{_quoted(_key(others[place][0]).column)}")
            sources.append(f"made_{place}")
    text = f"WITH {', '.join(parts)} SELECT {', '.join(wanted)} FROM {', '.join(sources)}"  # noqa: S608  our own names
    steps = [*first.steps, *(step for statement in made for step in statement.steps)]
    numbers = iter(range(1, len(steps) + 1))
    numbered = re.sub("%s", lambda _found: f"${next(numbers)}", text)
    types = tuple(step.column.db_type(connection) for step in steps)
    others_steps = tuple(statement.steps for statement in made)
    keys = tuple(statement.key for statement in made)
    return Family(held.new_name(), text, numbered, types, first.steps, others_steps, keys)


def insert_after(row: models.Model, other: models.Model, attnames: Collection[str] | None = None) -> None:
    """Insert `row` together with `other`, which is inserted too, or of which these columns are written."""
    if connection.vendor != "postgresql":
        insert(other) if attnames is None else update(other, attnames)
        insert(row)
        return
    if attnames is None:
        first = _insertion(type(other), connection.vendor)
        values = _values(other, first.steps, new=True)
    else:
        first = _change(type(other), frozenset(attnames), connection.vendor)
        values = [*_values(other, first.steps, new=False), other.pk]
    made = _insertion(type(row), connection.vendor)
    text, types = _one_after_the_other(type(other), type(row), None if attnames is None else frozenset(attnames))
    with connection.cursor() as cursor:
        held.execute(cursor, text, [*values, *_values(row, made.steps, new=True)], types=types)
        if cursor.rowcount != 1:
            raise RowGoneError(f"{type(other).__name__} {other.pk} is no longer there.")
        _finish(row, made, cursor)
    other._state.adding, other._state.db = False, DEFAULT_DB_ALIAS


@cache
def _one_after_the_other(
    other: type[models.Model], model: type[models.Model], attnames: frozenset[str] | None
) -> tuple[str, tuple[str, ...]]:
    """The text that writes both rows, and the types of its values. PostgreSQL only."""
    made = _insertion(model, connection.vendor)
    if attnames is None:
        first, columns = _insertion(other, connection.vendor), []
    else:
        first, columns = _change(other, attnames, connection.vendor), [_key(other)]
    outcome = "" if "RETURNING" in first.text else " RETURNING 1"
    text = f"WITH first AS ({first.text.format(after='')}{outcome}) {made.text.format(after=' FROM first')}"
    columns = [*(step.column for step in first.steps), *columns, *(step.column for step in made.steps)]
    return text, tuple(column.db_type(connection) for column in columns)


def _finish(row: models.Model, made: Statement, cursor: Any) -> None:
    if made.key is not None:
        setattr(row, made.key, cursor.fetchone()[0])
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insertion(model: type[models.Model], vendor: str, link: str = "", of: str = "") -> Statement:
    """`link` takes the column `of` from the statement `first` that goes before it."""
    generated = [field for field in model._meta.local_concrete_fields if isinstance(field, models.AutoField)]
    columns = [field for field in model._meta.local_concrete_fields if field not in generated]
    names = ", ".join(_quoted(field.column) for field in columns)
    marks = ", ".join(f"first.{_quoted(of)}" if link and field.attname == link else "%s" for field in columns)
    text = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) SELECT {marks}{{after}}"
    steps = tuple(Step.of(column) for column in columns if not link or column.attname != link)
    if not generated:
        return Statement(text, steps, alone=text.format(after=""))
    text = f"{text} RETURNING {_quoted(generated[0].column)}"
    return Statement(text, steps, generated[0].attname, text.format(after=""))


def update(row: models.Model, attnames: Collection[str], model: type[models.Model] | None = None) -> None:
    """Write these columns of `row` to its table, or to the one of its parent `model`. Raises unless one row changed."""
    table = model or type(row)
    made = _change(table, frozenset(attnames), connection.vendor)
    if not made.steps:
        return
    with connection.cursor() as cursor:
        held.execute(cursor, made.text, [*_values(row, made.steps, new=False), row.pk])
        if cursor.rowcount != 1:
            raise RowGoneError(f"{table.__name__} {row.pk} is no longer there.")


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _key(model: type[models.Model]) -> Column:
    return model._meta.pk


@cache
def _change(model: type[models.Model], attnames: frozenset[str], vendor: str) -> Statement:
    columns = [field for field in model._meta.local_concrete_fields if field.attname in attnames]
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in columns)
    key = _quoted(_key(model).column)
    text = f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608  our own names
    return Statement(text, tuple(Step.of(column) for column in columns))


def load(model: type[M], key: int) -> M:
    """The row with this primary key, with its parents' columns. Raises the model's `DoesNotExist`."""
    found: list[M] = _loading(model)(key)
    if found:
        return found[0]
    raise model.DoesNotExist  # type: ignore[attr-defined]


@cache
def _loading(model: type[M]) -> Prepared[M]:
    return Prepared(lambda key: model._base_manager.filter(pk=key), int)


def stored_row(model: type[M], key: int | None) -> M | None:
    """The row with this primary key, or None where there is none."""
    try:
        return None if key is None else load(model, key)
    except model.DoesNotExist:  # type: ignore[attr-defined]
        return None
