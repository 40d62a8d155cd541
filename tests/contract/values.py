"""Values for every field of a record type, made from its columns alone, so that later types are tested too."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models

from gemba.kernel.actions.write import Raise
from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LineColumn, LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.types import RecordType, registry
from tests.kernel.people import as_

DAY = dt.date(2027, 3, 1)
MOMENT = dt.datetime(2027, 3, 1, 9, 30, tzinfo=dt.UTC)
LONGEST = 60


def value_for(column: "models.Field[Any, Any]", who: Person) -> Any:
    """Something this column accepts."""
    if column.choices:
        return next(value for value, _label in column.flatchoices if value not in (None, ""))
    if isinstance(column, models.ForeignKey):
        return referred(column, who)
    if isinstance(column, LinesField):
        return [line_for(column, who)]
    if isinstance(column, RichTextField):
        return "<p>Sämple <strong>text</strong></p>"
    plain: tuple[tuple[Any, Any], ...] = (
        (models.DecimalField, Decimal(1)),
        (models.DateTimeField, MOMENT),
        (models.DateField, DAY),
        (models.BooleanField, False),
        (models.IntegerField, least(column)),
        (models.JSONField, {}),
        (models.EmailField, "somebody@example.com"),
        (models.URLField, "https://example.com/"),
        (models.CharField | models.TextField, "Sämple text"[: column.max_length or LONGEST]),
    )
    return next(value for kind, value in plain if isinstance(column, kind))


def least(column: "models.Field[Any, Any]") -> int:
    """The smallest whole number from 1 on that the column's own bounds allow."""
    bounds = [each.limit_value for each in column.validators if isinstance(each, MinValueValidator)]
    return max([1, *(int(bound() if callable(bound) else bound) for bound in bounds)])


def line_for(column: LinesField, who: Person) -> dict[str, Any]:
    """A line with every cell filled in, in the form in which it is stored."""
    return {each.name: cell_for(each, who) for each in column.columns}


def cell_for(column: LineColumn, who: Person) -> Any:
    if column.kind == "choice":
        return next((value for value, _label in column.offered()), "")
    cells = {"number": 3, "person": who.uid, "kind": "objective", "day": DAY.isoformat(), "yes": True}
    return cells.get(column.kind, "Sämple cell")


def referred(column: "models.ForeignKey[Any, Any]", who: Person) -> Any:
    """A row for a reference: the person, another record raised for it, or a new named thing of the organisation."""
    model: Any = column.related_model
    if column.null:
        return None
    if model is Person:
        return who
    if issubclass(model, Record):
        return raised(registry.named(model._meta.model_name), who)
    return model._base_manager.create(name=f"Some {model._meta.model_name}")


def values_of(declared: RecordType[Any], who: Person) -> dict[str, Any]:
    """A value for each field that can be filled in when raising."""
    names = sorted(declared.editable_fields(declared.lifecycle.start.name))
    found = {name: value_for(declared.field(name), who) for name in names}
    return {**found, **{name: [] for name in _refused_lines(declared, found, who)}}


def _refused_lines(declared: RecordType[Any], values: dict[str, Any], who: Person) -> list[str]:
    """Lines that the type itself does not accept, since they name something it knows, such as a duty."""
    lines = [name for name in values if isinstance(declared.field(name), LinesField)]
    try:
        if lines:
            Raise(model=declared.model, values=values, **as_(who)).build()
    except Invalid as refusal:
        return [name for name in lines if name in refusal.fields]
    return []


def raised(declared: RecordType[Any], who: Person, **values: Any) -> Any:
    given = {**values_of(declared, who), **values}
    return Raise(model=declared.model, values=given, **as_(who)).execute()


def put_in_state(record: Any, state: str, *, final: bool) -> Any:
    """The record as if it had come to this state: what a guard asks for on the way is another test's business."""
    model: Any = type(record)
    models.QuerySet(model).filter(pk=record.pk).update(state=state, open=not final)
    return model._base_manager.get(pk=record.pk)
