"""Queries that are made into SQL once per process and asked many times with other keys.

Making a statement costs Django about ten times what the database needs to answer it by an index; a page asks a dozen.
Rows come back as the same model instances, through the same conversions, as from the query set itself.
"""

import datetime as dt
import re
import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.query import get_related_populators
from django.db.models.sql import Query

from gemba.kernel import held

M = TypeVar("M", bound=models.Model)
FIRST_MARK = -(2**62)


class MarkLostError(RuntimeError):
    """A query does not hand its key to the database as it was given, and so cannot be asked with another one."""


Key = int | str | dt.date


def _mark(kind: type, place: int) -> Any:
    """A value that stands in no query by chance."""
    if kind is dt.date:
        return dt.date.min + dt.timedelta(days=place)
    return FIRST_MARK - place if kind is int else f"\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{place}{FIRST_MARK}"


def _taken(key: Key) -> Any:
    """A key as this database's driver takes it: SQLite's takes days as text."""
    return connection.ops.adapt_datefield_value(key) if isinstance(key, dt.date) else key


class _Place(NamedTuple):
    """Where a key goes among a statement's parameters."""

    place: int


def _numbered(text: str, parameters: Sequence[Any]) -> str:
    """The statement with `$1` for its first key; other values keep their `%s`."""
    given = iter(parameters)

    def mark(found: re.Match[str]) -> str:
        if found.group() != "%s":
            return found.group()
        value = next(given)
        return f"${value.place + 1}" if isinstance(value, _Place) else "%s"

    return re.sub("%[%s]", mark, text)


class _Statement(NamedTuple):
    """`numbered` is the text with `$1` for the first key and `%s` for the `rest` that is no key."""

    text: str
    parameters: Sequence[Any]
    numbered: str
    rest: Sequence[Any]


class _Made(threading.local):
    """What is bound to a thread's own connection: the conversions of its columns."""

    converters: Sequence[tuple[int, Sequence[Any], Any]] | None = None


class Prepared(Generic[M]):
    """`build` makes the query from its keys; `kinds` are their types: `int`, `str` or `date`.

    Nothing else in the query may depend on the moment or the reader: what does is a key, or makes another `Prepared`.
    """

    def __init__(self, build: "Callable[..., models.QuerySet[M, Any]]", *kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._name = held.new_name()
        self._text: dict[str, _Statement | None] = {}
        self._select: Sequence[Any] = ()
        self._model: Any = None
        self._made = _Made()

    def __call__(self, *keys: Key) -> list[M]:
        """The rows for these keys, with the rows beside them that `select_related` names, and annotations."""
        rows = self.rows(*keys)
        return [self._instance(row) for row in rows]

    def rows(self, *keys: Key) -> list[Any]:
        """The same as plain rows of values."""
        made = self._statement()
        if made is None:
            return []
        with connection.cursor() as cursor:
            self._ask(cursor, made, [_taken(key) for key in keys])
            found = cursor.fetchall()
        return self._converted(found) if found else []

    def statement(self, *keys: Key) -> tuple[str, list[Any]] | None:
        """The SQL with its parameters, to stand inside another statement; None where it can find nothing."""
        made = self._statement()
        if made is None:
            return None
        return made.text, [_taken(keys[p.place]) if isinstance(p, _Place) else p for p in made.parameters]

    def _ask(self, cursor: Any, made: _Statement, keys: Sequence[Any]) -> None:
        if held.holds():
            held.run(cursor, self._name, made.numbered, keys, rest=made.rest)
        else:
            cursor.execute(made.text, [keys[p.place] if isinstance(p, _Place) else p for p in made.parameters])

    def _statement(self) -> _Statement | None:
        if connection.vendor not in self._text:
            self._make()
        return self._text[connection.vendor]

    def _make(self) -> None:
        marks = [_mark(kind, place) for place, kind in enumerate(self._kinds)]
        query = self._build(*marks).query
        compiler: Any = query.get_compiler(connection.alias)
        try:
            text, parameters = compiler.as_sql()
        except EmptyResultSet:
            self._text[connection.vendor] = None
            return
        taken = [_taken(mark) for mark in marks]
        parts = [_Place(taken.index(p)) if p in taken else p for p in parameters]
        if {p.place for p in parts if isinstance(p, _Place)} != set(range(len(marks))):
            raise MarkLostError(f"Not every key of this query stands in its statement: {text}")
        self._select, self._model = compiler.select, _Instances.of(compiler)
        rest = [p for p in parts if not isinstance(p, _Place)]
        self._text[connection.vendor] = _Statement(text, parts, _numbered(text, parts), rest)

    def _converted(self, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
        if self._made.converters is None:
            compiler: Any = Query(None).get_compiler(connection.alias)
            made = compiler.get_converters([column for column, *_rest in self._select])
            self._made.converters = [(place, *found) for place, found in made.items()]
        found = [list(row) for row in rows]
        for place, converters, expression in self._made.converters:
            for row in found:
                value = row[place]
                for convert in converters:
                    value = convert(value, expression, connection)
                row[place] = value
        return found

    def _instance(self, row: Sequence[Any]) -> M:
        made: M = self._model.made_from(row)
        return made


class _Instances:
    """Makes model instances of rows, as a query set would."""

    def __init__(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        places = info["select_fields"]
        self._model, self._alias = info["model"], connection.alias
        self._from, self._to = places[0], places[-1] + 1
        self._names = [column.target.attname for column, *_rest in select[self._from : self._to]]
        populators: Any = get_related_populators  # its signature differs between versions of Django's types
        self._beside = populators(info, select, connection.alias)
        self._notes = compiler.annotation_col_map or {}

    @classmethod
    def of(cls, compiler: Any) -> "_Instances | None":
        return cls(compiler) if compiler.klass_info else None

    def made_from(self, row: Sequence[Any]) -> Any:
        made = self._model.from_db(self._alias, self._names, row[self._from : self._to])
        for populator in self._beside:
            populator.populate(row, made)
        for name, place in self._notes.items():
            setattr(made, name, row[place])
        return made
