"""The digest of every business row as it is, many at once: what the `state` of its last event must be.

The canonical text of a row is put together from ready-made names and quickly encoded values. Whether that is right is
never assumed: rows whose digest differs are looked at again with the very functions by which events are written.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from django.db import models

from gemba.kernel.actions.rows import CHAINS, person_snapshot, row_snapshot, subject_of
from gemba.kernel.commitments.held import Held, look_up, newest_of, personal_columns
from gemba.kernel.people.models import Account, Person
from gemba.kernel.records.models import TECHNICAL, Record
from gemba.kernel.trail.canonical import NotCanonicalError, digest_of_plain, encode, plain
from gemba.kernel.types import registry
from gemba.kernel.verify.earlier import added_to, earlier_forms

CHUNK = 2000
UNREADABLE = object()
"""Stands for a value that the column's own type cannot hold."""
quoted: Callable[[str], str] = encode_basestring


class Row(NamedTuple):
    """A business row as it is now."""

    subject: str
    digest: str
    pk: int
    model: type[models.Model]
    earlier: tuple[str, ...] = ()
    """The same without columns that were added later and hold nothing."""


def _moment(value: dt.datetime) -> str:
    return f'"{value.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds")}Z"'


def _day(value: dt.date) -> str:
    return f'"{value.isoformat()}"'


QUICK: Mapping[type, Callable[[Any], str]] = {
    str: quoted, int: int.__repr__, bool: lambda value: "true" if value else "false", dt.datetime: _moment,
    dt.date: _day, type(None): lambda _value: "null",
}  # fmt: skip


def _decimal(step: Decimal) -> Callable[[Any], str]:
    def told(value: Decimal | None) -> str:
        return "null" if value is None else f'"{format(Decimal(value).quantize(step), "f")}"'

    return told


def _other(value: Any) -> str:
    return encode(plain(value))


def record_rows() -> Iterator[Row]:
    """Every record of every kind, with the digest of its business columns."""
    for declared in registry:
        yield from _records(declared.model)


def record_count() -> int:
    return Record._base_manager.count()


def _records(model: type[Record]) -> Iterator[Row]:
    columns = sorted((c for c in model._meta.concrete_fields if c.attname not in TECHNICAL), key=lambda c: c.attname)
    names = [column.attname for column in columns]
    digest = _digester(columns)
    uid, kind, added = names.index("uid"), names.index("kind"), bool(added_to(model))
    found = _committed(model, names, _readable(model, names)) if model.PERSONAL else _readable(model, names)
    for pk, *values in found:
        row = Row(f"{values[kind]}/{values[uid]}", digest(values), pk, model)
        yield row._replace(earlier=_earlier(model, names, values)) if added else row


def _committed(model: type[Record], names: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows with commitments in place of personal values, as far as value and salt beside the chain give them."""
    places = [(names.index(name), name) for name in sorted(model.PERSONAL)]
    uid, kind = names.index("uid") + 1, names.index("kind") + 1
    while batch := list(islice(rows, CHUNK)):
        newest = newest_of([f"{row[kind]}/{row[uid]}" for row in batch])
        for row in batch:
            subject, told = f"{row[kind]}/{row[uid]}", list(row)
            held = Held(subject, newest.get(subject, {}), new=False)
            for place, name in places:
                told[place + 1] = held.seen(name, row[place + 1])
            yield told


def _earlier(model: type[Record], names: Sequence[str], values: Sequence[Any]) -> tuple[str, ...]:
    try:
        now = {name: plain(value) for name, value in zip(names, values, strict=True)}
    except NotCanonicalError:
        return ()
    return tuple(map(digest_of_plain, earlier_forms(model, now)))


def _digester(columns: Sequence[Any]) -> Callable[[Sequence[Any]], str]:
    """The digest of the values of these columns; empty where they have no canonical form."""
    labels = [f'{"," if place else "{"}"{column.attname}":' for place, column in enumerate(columns)]
    ways: list[Callable[[Any], str] | None] = [
        _decimal(Decimal(1).scaleb(-column.decimal_places)) if isinstance(column, models.DecimalField) else None
        for column in columns
    ]
    steps, known, sha256 = list(zip(labels, ways, strict=True)), QUICK.get, hashlib.sha256

    def digest(values: Sequence[Any]) -> str:
        try:
            parts = [
                label + (way(value) if way else known(type(value), _other)(value))
                for (label, way), value in zip(steps, values, strict=True)
            ]
        except (NotCanonicalError, ArithmeticError):
            return ""
        return sha256(f"{''.join(parts)}}}".encode(errors="surrogatepass")).hexdigest()

    return digest


def _readable(model: type[Record], names: Sequence[str]) -> Iterator[Sequence[Any]]:
    """Key and columns of every row. A row that holds what no such column can hold still has its place here."""
    last = 0
    while True:
        rows = model._base_manager.filter(pk__gt=last).order_by("pk").values_list("pk", *names)[:CHUNK]
        try:
            found: Sequence[Any] = list(rows)
        except (ValueError, ArithmeticError):
            found = list(_one_by_one(model, names, last))
        if not found:
            return
        yield from found
        last = found[-1][0]


def _one_by_one(model: type[Record], names: Sequence[str], last: int) -> Iterator[Sequence[Any]]:
    rows = model._base_manager.filter(pk__gt=last).order_by("pk").values_list("pk", "kind", "uid")[:CHUNK]
    for pk, kind, uid in rows:
        try:
            yield from model._base_manager.filter(pk=pk).values_list("pk", *names)
        except (ValueError, ArithmeticError):
            yield [pk, *({"kind": kind, "uid": uid}.get(name, UNREADABLE) for name in names)]


def other_rows() -> Iterator[tuple[type[models.Model], Iterator[Row]]]:
    """People, roles, sites and whatever else has a chain of its own, table by table."""
    for model in CHAINS:
        yield model, _rows_of(model)


def _rows_of(model: type[models.Model]) -> Iterator[Row]:
    accounts = {each.person_id: each for each in Account.objects.all()} if model is Person else {}
    for row in _looked_up(model, model._base_manager.order_by("pk").iterator(chunk_size=CHUNK)):
        found = person_snapshot(row, accounts.get(row.pk)) if isinstance(row, Person) else row_snapshot(row)
        earlier = tuple(map(digest_of_plain, earlier_forms(model, found)))
        yield Row(subject_of(row), digest_of_plain(found), row.pk, model, earlier)


def _looked_up(model: type[models.Model], rows: Iterator[models.Model]) -> Iterator[models.Model]:
    """The same rows; where some of their columns are personal, with what is kept beside their chains."""
    if not personal_columns(model):
        yield from rows
        return
    while batch := list(islice(rows, CHUNK)):
        look_up((row, subject_of(row)) for row in batch)
        yield from batch
