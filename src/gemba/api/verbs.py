"""A module's own verbs over REST: the fields of their forms as JSON, checked by the very same forms."""

import base64
import binascii
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, create_model

from gemba.api.lookup import record_or_404
from gemba.api.schemas import as_json, line_schema, out_schema
from gemba.api.shapes import LONGEST_TEXT, REFUSALS, Strict
from gemba.api.who import writer
from gemba.kernel.actions.verbs import Do
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Invalid
from gemba.kernel.types import RecordType, Verb

KINDS: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.BooleanField, bool),
    (forms.DecimalField, Decimal),
    (forms.FloatField, float),
    (forms.IntegerField, int),
    (forms.DateTimeField, dt.datetime),
    (forms.DateField, dt.date),
    (forms.ModelMultipleChoiceField, list[str]),
    (forms.MultipleChoiceField, list[str]),
)
NAMED_BY_UID = "the `uid`, or the number of a record"


class FileIn(Strict):
    """A file within JSON."""

    name: str = Field(max_length=255)
    content: str = Field(description="base64")


def add_verb_endpoints(router: Router, declared: RecordType[Any]) -> None:
    """One address for each declared verb."""
    for verb in declared.verbs:
        _add(router, declared, verb)


def _add(router: Router, declared: RecordType[Any], verb: Verb[Any]) -> None:
    payload_type = verb_schema(declared, verb)
    answers = _answered(declared)

    @router.post(
        f"/{{number}}/{verb.name}", response={200: answers, **REFUSALS},
        operation_id=f"use_{verb.name}_{declared.kind}", summary=str(verb.label), description=str(verb.help),
    )  # fmt: skip
    def doing(request: HttpRequest, number: str, payload: payload_type) -> Any:  # type: ignore[valid-type]
        given: Any = payload
        record = record_or_404(declared, number)
        sent = given.dict(exclude_unset=True)
        version, reason = sent.pop("version", None), sent.pop("reason", None)
        action: Do[Any] = Do(record=record, name=verb.name, version=version, reason=reason or "", **writer(request))
        if refusal := action.objection():
            raise refusal
        values = _cleaned(verb, record, action, {**sent, **({"reason": reason} if reason is not None else {})})
        action.values = values
        return result_json(declared, action.execute())


def _answered(declared: RecordType[Any]) -> Any:
    name = f"{declared.model.__name__}VerbOut"
    own: Any = out_schema(declared)
    return create_model(
        name, __base__=Strict, kind=(str, ...), number=(str, Field(description="the record that the verb leads to")),
        record=(own | None, Field(None, description="the record itself, where it is of the same type")),
    )  # fmt: skip


def result_json(declared: RecordType[Any], result: Record) -> dict[str, Any]:
    """Where the verb leads. Of another kind only its number: whether one may read it is asked at its own address."""
    same = result.kind == declared.kind
    shown = as_json(declared, record_or_404(declared, result.number)) if same else None
    return {"kind": result.kind, "number": result.number, "record": shown}


def verb_schema(declared: RecordType[Any], verb: Verb[Any]) -> type[BaseModel]:
    """What the verb takes, read from its form; a form that is made by a function takes what it says when it is sent."""
    declared_fields: Mapping[str, forms.Field] | None = getattr(verb.form, "base_fields", None)
    title = f"{declared.model.__name__}{verb.name.title().replace('_', '')}"
    fields: dict[str, Any] = {name: _typed(field, f"{title}_{name}") for name, field in (declared_fields or {}).items()}
    fields["version"] = (int | None, Field(None, description="the version this is built on; another one is a conflict"))
    if "reason" not in fields:
        needed = "needed" if verb.reason else "kept in the history"
        fields["reason"] = (str | None, Field(None, max_length=LONGEST_TEXT, description=f"why; {needed}"))
    if verb.form is not None and declared_fields is None:
        fields["__base__"] = _Open
    return create_model(title, **{"__base__": Strict, **fields})


class _Open(Strict):
    """Takes any field: the form behind it is only known for a record."""

    model_config = ConfigDict(extra="allow")


def _typed(field: forms.Field, name: str) -> tuple[Any, Any]:
    description = str(field.label or name.partition("_")[2].replace("_", " "))
    if isinstance(field, forms.ModelChoiceField):
        description = f"{description}: {NAMED_BY_UID}"
    kind = _json_kind(field, name)
    if field.required:
        return kind, Field(description=description)
    return kind | None, Field(None, description=description)


def _json_kind(field: forms.Field, name: str) -> Any:
    if isinstance(field, forms.FileField):
        return FileIn
    if columns := getattr(field, "columns", None):
        return list[line_schema(name, columns)]  # type: ignore[misc]
    return next((kind for control, kind in KINDS if isinstance(field, control)), str)


def _cleaned(verb: Verb[Any], record: Any, action: Do[Any], sent: dict[str, Any]) -> dict[str, Any]:
    """The values as the form cleans them. Raises `Invalid` with its sentences."""
    if verb.form is None:
        return {}
    form = verb.form(None, None, record=record, access=action.access)
    if unknown := sorted(set(sent) - set(form.fields) - {"reason"}):
        raise Invalid({name[:60]: [_("There is no such field here.")] for name in unknown[:10]})
    data, files = MultiValueDict[str, Any](), MultiValueDict[str, Any]()
    for name, value in sent.items():
        field = form.fields.get(name)
        if isinstance(field, forms.FileField) and value is not None:
            files[name] = _file(name, value)
        elif field is not None and value is not None:
            data.setlist(name, list(_as_typed(field, name, value)))
    form = verb.form(data, files, record=record, access=action.access)
    if not form.is_valid():
        raise Invalid({name.replace("__all__", ""): [str(e) for e in errors] for name, errors in form.errors.items()})
    cleaned: dict[str, Any] = form.cleaned_data
    return {name: value for name, value in cleaned.items() if not (verb.reason and name == "reason")}


def _as_typed(field: forms.Field, name: str, value: Any) -> Iterator[Any]:
    """What a page would send for this value."""
    if isinstance(field, forms.ModelChoiceField):
        yield from (_key(field, name, each) for each in (value if isinstance(value, list) else [value]))
    elif getattr(field, "columns", None):
        yield json.dumps(value, default=str)
    elif isinstance(value, list):
        yield from map(str, value)
    elif isinstance(value, bool):
        yield from ["on"] * value
    else:
        yield value.isoformat() if isinstance(value, dt.date) else str(value)


def _key(field: "forms.ModelChoiceField[Any]", name: str, value: Any) -> str:
    rows: Any = field.queryset
    text = str(value)
    if "\0" not in text and rows is not None:
        by = "number" if issubclass(rows.model, Record) and not rows.filter(uid=text).exists() else "uid"
        if row := rows.filter(**{by: text}).first():
            return str(field.prepare_value(row))
    raise Invalid({name: [_("There is nothing with this identifier.")]})


def _file(name: str, value: Any) -> SimpleUploadedFile:
    try:
        content = base64.b64decode(value["content"], validate=True)
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise Invalid({name: [_("The content of a file is given in base64.")]}) from None
    return SimpleUploadedFile(str(value.get("name", "")) or "file", content)
