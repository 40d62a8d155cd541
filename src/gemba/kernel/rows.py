"""Write and read single rows with SQL that is made once per table, instead of once per statement.

Actions write few rows and many statements; making each statement anew costs more than running it. Values go through
the same field conversions as everywhere. No signals are sent; nothing in this project listens to any.
"""

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


def values_of(row: models.Model, steps: Sequence[Step], *, new: bool) -> list[Any]:
    """What goes into the statement for this row; `new` where it is inserted."""
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
    """`text` gives nothing back; `asking` gives back the key that the database made, where it makes one."""

    text: str
    steps: tuple[Step, ...]
    key: str | None = None
    """The attribute that takes the generated key."""
    asking: str = ""


def insert(row: models.Model, model: type[models.Model] | None = None) -> None:
    """Insert `row` into its table, or into the one of its parent `model`; a generated key is set on it."""
    with connection.cursor() as cursor:
        insert_by(cursor, row, model or type(row))


def insert_by(cursor: Any, row: models.Model, model: type[models.Model]) -> None:
    """The same with a cursor that several statements share."""
    made = insertion(model, connection.vendor)
    cursor.execute(made.asking, values_of(row, made.steps, new=True))
    inserted(row, made.key, cursor.fetchone()[0] if made.key else None)


def inserted(row: models.Model, key: str | None, made: Any) -> None:
    """Tell the row that it is in the database now, under the key that was made for it."""
    if key is not None:
        setattr(row, key, made)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def insertion(model: type[models.Model], vendor: str, link: str = "", source: str = "") -> Statement:
    """`link` is the attribute whose value comes from `source`, a part of the same statement, and not from the row."""
    generated = [field for field in model._meta.local_concrete_fields if isinstance(field, models.AutoField)]
    columns = [field for field in model._meta.local_concrete_fields if field not in generated]
    names = ", ".join(quoted(field.column) for field in columns)
    marks = ", ".join(f"{source}.made" if link and field.attname == link else "%s" for field in columns)
    text = f"INSERT INTO {quoted(model._meta.db_table)} ({names}) SELECT {marks}"
    if link:
        text = f"{text} FROM {source}"
    steps = tuple(Step.of(column) for column in columns if not link or column.attname != link)
    if not generated:
        return Statement(text, steps, asking=text)
    return Statement(text, steps, generated[0].attname, f"{text} RETURNING {quoted(generated[0].column)}")


def update(row: models.Model, attnames: Collection[str], model: type[models.Model] | None = None) -> None:
    """Write these columns of `row` to its table, or to the one of its parent `model`. Raises unless one row changed."""
    with connection.cursor() as cursor:
        update_by(cursor, row, frozenset(attnames), model or type(row))


def update_by(cursor: Any, row: models.Model, attnames: frozenset[str], model: type[models.Model]) -> None:
    """The same with a cursor that several statements share."""
    made = change(model, attnames, connection.vendor)
    if not made.steps:
        return
    held.execute(cursor, made.text, [*values_of(row, made.steps, new=False), row.pk])
    if cursor.rowcount != 1:
        raise RowGoneError(f"{model.__name__} {row.pk} is no longer there.")


def quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def key_of(model: type[models.Model]) -> Column:
    return model._meta.pk


@cache
def change(model: type[models.Model], attnames: frozenset[str], vendor: str) -> Statement:
    columns = [field for field in model._meta.local_concrete_fields if field.attname in attnames]
    sets = ", ".join(f"{quoted(field.column)} = %s" for field in columns)
    key = quoted(key_of(model).column)
    text = f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE {key} = %s"  # noqa: S608  our own names
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
