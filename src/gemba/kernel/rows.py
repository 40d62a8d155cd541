"""Write and read single rows with SQL that is made once per table, instead of once per statement.

Actions write few rows and many statements; making each statement anew costs more than running it. Values go through
the same field conversions as everywhere. No signals are sent; nothing in this project listens to any.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

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
    for name, column, unconverted in steps:
        value = getattr(row, name)
        if not (unconverted and type(value) in AS_IT_IS):
            value = column.get_db_prep_save(column.pre_save(row, new), connection)
        found.append(value)
    return found


class RowGoneError(RuntimeError):
    """The row to be written is no longer there."""


class Statement(NamedTuple):
    """`{after}` in an insertion's text is where it waits for another statement's outcome."""

    text: str
    steps: tuple[Step, ...]
    key: str | None = None
    """The attribute that takes the generated key."""


def insert(row: models.Model, model: type[models.Model] | None = None) -> None:
    """Insert `row` into its table, or into the one of its parent `model`; a generated key is set on it."""
    made = _insertion(model or type(row), connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(made.text.format(after=""), _values(row, made.steps, new=True))
        _finish(row, made, cursor)


def insert_child(row: models.Model, parent: type[models.Model]) -> None:
    """Insert a row that spreads over its parent's table and its own; both keys are set on it."""
    if connection.vendor != "postgresql":
        insert(row, parent)
        setattr(row, _key(type(row)).attname, getattr(row, _key(parent).attname))
        insert(row)
        return
    first, own = _insertion(parent, connection.vendor), _insertion(type(row), connection.vendor)
    link = own.steps[0].column
    if link is not _key(type(row)):
        raise TypeError(f"{type(row).__name__} does not begin with the link to its parent.")
    values = [*_values(row, first.steps, new=True), *_values(row, own.steps[1:], new=True)]
    with connection.cursor() as cursor:
        key = f"first.{_quoted(_key(parent).column)}"
        text = own.text.format(after=" FROM first").replace("SELECT %s", f"SELECT {key}", 1)
        cursor.execute(f"WITH first AS ({first.text.format(after='')}) {text} RETURNING {_quoted(link.column)}", values)
        made = cursor.fetchone()[0]
    setattr(row, _key(parent).attname, made)
    setattr(row, link.attname, made)
    row._state.adding, row._state.db = False, connection.alias


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
    with connection.cursor() as cursor:
        outcome = "" if "RETURNING" in first.text else " RETURNING 1"
        text = f"WITH first AS ({first.text.format(after='')}{outcome}) {made.text.format(after=' FROM first')}"
        cursor.execute(text, [*values, *_values(row, made.steps, new=True)])
        if cursor.rowcount != 1:
            raise RowGoneError(f"{type(other).__name__} {other.pk} is no longer there.")
        _finish(row, made, cursor)
    other._state.adding, other._state.db = False, connection.alias


def _finish(row: models.Model, made: Statement, cursor: Any) -> None:
    if made.key is not None:
        setattr(row, made.key, cursor.fetchone()[0])
    row._state.adding, row._state.db = False, connection.alias


@cache
def _insertion(model: type[models.Model], vendor: str) -> Statement:
    generated = [field for field in model._meta.local_concrete_fields if isinstance(field, models.AutoField)]
    columns = [field for field in model._meta.local_concrete_fields if field not in generated]
    names = ", ".join(_quoted(field.column) for field in columns)
    marks = ", ".join(["%s"] * len(columns))
    text = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) SELECT {marks}{{after}}"
    steps = tuple(Step.of(column) for column in columns)
    if not generated:
        return Statement(text, steps)
    return Statement(f"{text} RETURNING {_quoted(generated[0].column)}", steps, generated[0].attname)


def update(row: models.Model, attnames: Collection[str], model: type[models.Model] | None = None) -> None:
    """Write these columns of `row` to its table, or to the one of its parent `model`. Raises unless one row changed."""
    table = model or type(row)
    made = _change(table, frozenset(attnames), connection.vendor)
    if not made.steps:
        return
    with connection.cursor() as cursor:
        cursor.execute(made.text, [*_values(row, made.steps, new=False), row.pk])
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
    statement, names = _selection(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        found = cursor.fetchone()
    if found is None:
        raise model.DoesNotExist  # type: ignore[attr-defined]
    compiler: Any = model._base_manager.all().query.get_compiler(connection.alias)
    [values] = compiler.apply_converters([found], compiler.get_converters(_expressions(model)))
    return model.from_db(connection.alias, names, values)


@cache
def _expressions(model: type[models.Model]) -> tuple[Any, ...]:
    return tuple(field.get_col(field.model._meta.db_table) for field in model._meta.concrete_fields)


@cache
def _selection(model: type[models.Model], vendor: str) -> tuple[str, list[str]]:
    query = model._base_manager.filter(pk=0).query
    statement, _params = query.get_compiler(connection.alias).as_sql()
    return statement, [field.attname for field in model._meta.concrete_fields]
