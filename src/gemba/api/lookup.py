"""From what a request names to rows the person may see; anything else is the same 404."""

import datetime as dt
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema

from gemba.api.schemas import referred
from gemba.kernel.access.viewer import current_access
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.attachments.reading import attachment_for
from gemba.kernel.lines import unknown
from gemba.kernel.links.models import Link
from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LinesField
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.types import RecordType

NUL = "\0"
"""No identifier has one, and PostgreSQL takes none."""


def readable_or_404(declared: RecordType[Any]) -> None:
    """A kind that none of the caller's roles may read is not there (the administrator's view of quality records)."""
    if not current_access().roles & set(declared.permissions.read):
        raise Http404


def only_known(request: HttpRequest, parameters: type[Schema]) -> None:
    """Raises `Invalid` for a parameter in the address that the endpoint does not have: it is never just ignored."""
    unknown = sorted(set(request.GET) - set(parameters.model_fields))
    if unknown:
        raise Invalid({name[:60]: [_("There is no such parameter here.")] for name in unknown[:10]})


def record_or_404(declared: RecordType[Any], number: str) -> Record:
    rows = declared.model.objects.select_related(*referred(declared))
    found: Record | None = rows.filter(kind=declared.kind, number=number).first() if NUL not in number else None
    if found is None:
        raise Http404
    return found


def link_or_404(record: Record, pk: int) -> Link:
    """A standing link that the record names itself, with a far end that the caller may see."""
    rows = Link.objects.standing().filter(pk=pk, source_id=record.pk, target__in=Record.objects.all().order_by())
    found = rows.select_related("target").first()
    if found is None:
        raise Http404
    return found


def file_or_404(uid: str, record: Record | None = None) -> Attachment:
    found = attachment_for(current_access(), uid) if NUL not in uid else None
    if found is None or (record is not None and found.record_id != record.pk):
        raise Http404
    return found


def person_named(uid: str, field: str) -> Person:
    """Raises `Invalid` at the field for an unknown one (ACL-04)."""
    found: Person = _row(Person, uid, field)
    return found


def values_of(declared: RecordType[Any], given: dict[str, Any]) -> dict[str, Any]:
    """Field values for an action: identifiers of people and places become rows, unknown ones are refused (ACL-04)."""
    found = {}
    for name, value in given.items():
        column = declared.field(name)
        if isinstance(column, models.ForeignKey) and value is not None:
            found[name] = _row(column.remote_field.model, value, name)
        elif isinstance(column, LinesField):
            found[name] = _lines(column, name, value)
        else:
            found[name] = _emptied(column, value)
    return found


def _row(model: Any, uid: str, field: str) -> Any:
    found = model.objects.filter(uid=uid).first() if NUL not in uid else None
    if found is None:
        raise Invalid({field: [_("There is nothing with this identifier.")]})
    return found


def _lines(column: LinesField, name: str, value: Any) -> list[dict[str, Any]]:
    """Lines as they are kept; people and record types that they name must exist."""
    lines = [
        {cell: content.isoformat() if isinstance(content, dt.date) else content for cell, content in line.items()}
        for line in value or []
    ]
    if sentences := unknown(column.columns, lines):
        raise Invalid({name: sentences})
    return lines


def _emptied(column: "models.Field[Any, Any]", value: Any) -> Any:
    """Columns without NULL keep an empty text where JSON says null."""
    return (
        "" if value is None and not column.null and isinstance(column, models.CharField | models.TextField) else value
    )
