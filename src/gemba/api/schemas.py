"""The shapes of records over REST, made from each declaration: typed, named, documented."""

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from django.db import models
from ninja import Schema
from pydantic import Field, create_model

from gemba.api.shapes import PersonOut, Strict
from gemba.kernel.lines import as_lines
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType

TYPES: tuple[tuple[type["models.Field[Any, Any]"], Any], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, dt.datetime),
    (models.DateField, dt.date),
    (models.DecimalField, Decimal),
    (models.IntegerField, int),
)
SPINE_OUT = ("title", "state", "open", "event_date", "entered_at", "due", "extensions", "confidential", "exercise")


LINE_TYPES: dict[str, Any] = {"number": int, "yes": bool, "day": dt.date}
SAID_OF = {"person": "the person's `uid`", "kind": "a record type by name"}


@cache
def line_schema(name: str, columns: tuple[LineColumn, ...]) -> type[Schema]:
    """One line of a small table. Empty cells may be left out."""
    title = "".join(part.title() for part in name.split("_"))
    cells: dict[str, Any] = {}
    for column in columns:
        kind: Any = LINE_TYPES.get(column.kind, str)
        said = f"{column.label}: {SAID_OF[column.kind]}" if column.kind in SAID_OF else str(column.label)
        if column.kind == "choice" and not callable(column.choices):
            said += f": one of {', '.join(value for value, _label in column.offered())}"
        cells[column.name] = (kind | Literal[""] | None, Field(None, description=said))
    made: type[Schema] = create_model(f"{title}Line", __base__=Strict, **cells)
    return made


def python_type(column: "models.Field[Any, Any]") -> Any:
    """The type a column has in JSON. People, sites and products travel as their `uid`."""
    if column.choices:
        return Literal[tuple(value for value, _label in column.flatchoices)]
    if isinstance(column, models.ForeignKey):
        return str
    if isinstance(column, LinesField):
        return list[line_schema(f"{column.model.__name__}_{column.name}", column.columns)]  # type: ignore[misc]
    return next((kind for field, kind in TYPES if isinstance(column, field)), str)


def _input_fields(declared: RecordType[Any], names: list[str], *, partial: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        column = declared.field(name)
        kind = python_type(column)
        optional = partial or column.blank or column.has_default() or name == "owner"
        description = str(column.verbose_name)
        if optional:
            found[name] = (kind | None if kind is not None else None, Field(None, description=description))
        else:
            found[name] = (kind, Field(description=description))
    return found


def create_schema(declared: RecordType[Any]) -> type[Schema]:
    """What raising takes: the fields of the sections that are open in the first state, and why where that is said."""
    names = sorted(declared.editable_fields(declared.lifecycle.start.name) | {"title"})
    fields = _input_fields(declared, names, partial=False)
    fields["exercise"] = (bool, Field(default=False, description="a dry run, numbered apart and kept out of figures"))
    fields["reason"] = (str, Field(default="", description="why it is raised, or why it is entered only now"))
    made: type[Schema] = create_model(f"{declared.model.__name__}In", __base__=Strict, **fields)
    return made


def change_schema(declared: RecordType[Any]) -> type[Schema]:
    """What editing takes: any of the fields, the version it is built on, and why."""
    names = sorted({name for section in declared.sections for name in section.fields})
    fields = _input_fields(declared, names, partial=True)
    fields["version"] = (int, Field(description="the version the change is built on; another one now is a conflict"))
    fields["reason"] = (str, Field(default=""))
    made: type[Schema] = create_model(f"{declared.model.__name__}Change", __base__=Strict, **fields)
    return made


@cache
def out_schema(declared: RecordType[Any]) -> type[Schema]:
    """A record as it is read: identity, spine and its own columns."""
    own = sorted({name for section in declared.sections for name in section.fields} - {"owner", "site", "product"})
    fields: dict[str, Any] = {"uid": (str, ...), "number": (str, ...), "kind": (str, ...), "version": (int, ...)}
    fields |= {"digest": (str, ...), "owner": (PersonOut, ...), "raised_by": (PersonOut, ...)}
    fields |= {"site": (str | None, None), "product": (str | None, None)}
    for name in dict.fromkeys([*SPINE_OUT, *own]):
        fields[name] = (python_type(declared.field(name)) | None, None)
    made: type[Schema] = create_model(f"{declared.model.__name__}Out", __base__=Schema, **fields)
    return made


def referred(declared: RecordType[Any]) -> list[str]:
    """The rows elsewhere that a record of this type is read together with."""
    own = (declared.field(name) for section in declared.sections for name in section.fields)
    named = [column.name for column in own if isinstance(column, models.ForeignKey)]
    return list(dict.fromkeys(["owner", "raised_by", "site", "product", *named]))


def _stored(record: Record, column: Any) -> Any:
    """People and places as their `uid`; lines with the cells that there are now, whatever they had when written."""
    if isinstance(column, models.ForeignKey):
        far = getattr(record, column.name)
        return far and str(getattr(far, "uid", far.pk))
    value = getattr(record, column.attname)
    if isinstance(column, LinesField):
        return [{each.name: line.get(each.name) for each in column.columns} for line in as_lines(value)]
    return value


def page_schema(declared: RecordType[Any]) -> type[Schema]:
    """Some records and where the next ones begin: give `next` as `after`; null on the last page."""
    items: Any = list[out_schema(declared)]  # type: ignore[misc]
    made: type[Schema] = create_model(
        f"{declared.model.__name__}Page", __base__=Schema, items=(items, ...), next=(int | None, None)
    )
    return made


def as_json(declared: RecordType[Any], record: Record) -> dict[str, Any]:
    """The values of `out_schema`. What `referred` names must be loaded with the record."""
    own = {name for section in declared.sections for name in section.fields} - {"owner", "site", "product"}
    found = {name: _stored(record, declared.field(name)) for name in [*SPINE_OUT, *own]}
    found |= {name: getattr(record, name) for name in ("uid", "number", "kind", "version", "digest")}
    found |= {"owner": record.owner, "raised_by": record.raised_by}
    found |= {
        "site": record.site.uid if record.site else None,
        "product": record.product.uid if record.product else None,
    }
    return {name: None if value == "" else value for name, value in found.items()}
