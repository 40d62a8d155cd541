"""Declarations are checked before anything is served: a wrong one stops the start with a sentence that names it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

from gemba.kernel.lifecycle.machine import Transition
from gemba.kernel.parts_checked import consequences, own_parts, placing
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record, ScopedManager
from gemba.kernel.roles import READERS, STAFF
from gemba.kernel.trail.history import BESIDE
from gemba.kernel.types import RecordType, Registry, registry

PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
NAME = re.compile(r"[a-z][a-z0-9_]*")
OWN_VERBS = BESIDE | {"raise", "edit", "void", "assign", "extend", "probe"}
"""What the kernel's own actions are called in events."""
LONGEST_ACT, LONGEST_STATE, LONGEST_STATEMENT, LONGEST_MEANING = 60, 40, 400, 120

CANONICAL = (
    models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.DecimalField,
    models.DateField, models.JSONField, models.ForeignKey,
)  # fmt: skip
"""Columns whose values have one exact form to hash."""
SPINE_GIVEN = frozenset({"title", "owner", "site", "product", "confidential", "due", "event_date"})
"""Spine columns that people fill in, and a section may hold."""


def problems(declared: RecordType[Any], known: Registry = registry) -> list[str]:
    """What is wrong with one declaration, each sentence beginning with its kind."""
    checks: Sequence[Callable[[RecordType[Any]], Iterable[str]]] = (
        _naming, _columns, _personal, _sections, _lifecycle, _transitions, _yields, _roles, _flags,
        own_parts,
    )  # fmt: skip
    found = [sentence for check in checks for sentence in check(declared)]
    found += [*_links(declared, known), *consequences(declared, known), *placing(declared, known)]
    return [f"{declared.kind}: {sentence}." for sentence in found]


def family_problems(found: Iterable[type[models.Model]], known: Registry = registry) -> list[str]:
    """What is wrong with the subclasses of the record spine, declared or not."""
    sentences = []
    for model in found:
        if not issubclass(model, Record) or model is Record:
            continue
        name = model._meta.model_name or model.__name__
        if set(model._meta.parents) != {Record}:
            sentences.append(f"{name}: a record type is a direct and only subclass of Record; this one is not.")
        elif name not in known:
            sentences.append(f"{name}: this record type has no declaration, so nobody could use or check it.")
        if not isinstance(model._default_manager, ScopedManager):
            sentences.append(f"{name}: its own manager would show rows to people who may not see them; remove it.")
    return sentences


def _naming(declared: RecordType[Any]) -> Iterator[str]:
    if not PREFIX.fullmatch(declared.prefix):
        yield f"the prefix {declared.prefix!r} must be 1 to 10 capital letters and digits"
    for what in ("label", "plural", "purpose"):
        if not str(getattr(declared, what)).strip():
            yield f"the {what} is missing"
    if not declared.sections:
        yield "no section is declared"
    for section in declared.sections:
        if not str(section.title).strip():
            yield f"the title of the section with {', '.join(section.fields)} is missing"


def _columns(declared: RecordType[Any]) -> Iterator[str]:
    meta = declared.model._meta
    for column in meta.local_concrete_fields:
        if not isinstance(column, CANONICAL):
            kind = type(column).__name__
            yield f"the column {column.name!r} is a {kind}, whose values have no exact form to hash and sign"
    for relation in meta.local_many_to_many:
        yield f"{relation.name!r} relates many to many, which leaves no trail; declare a link role instead"
    for private in meta.private_fields:
        yield f"{getattr(private, 'name', private)!r} points to anything, which no database can keep whole"
    for name in declared.columns:
        if _field(declared, name) is None:
            yield f"the list column {name!r} is no field"
        elif isinstance(_field(declared, name), LinesField | RichTextField):
            yield f"the list column {name!r} holds a table or a text, for which a list has no room"


def _personal(declared: RecordType[Any]) -> Iterator[str]:
    """Only plain text can be replaced by a mark, and only where the database lets it be."""
    sealed = bool(getattr(declared.model, "SEALED_BY", "")) and frozenset(declared.model.CHANGES_WHEN_SEALED)
    own = {column.name: column for column in declared.model._meta.local_concrete_fields}
    for name in sorted(declared.model.PERSONAL):
        column = own.get(name)
        if type(column) not in (models.CharField, models.TextField) or getattr(column, "choices", None):
            yield f"the personal column {name!r} must be plain text of the type itself, so that it can be erased"
        elif sealed is not False and name not in sealed:
            yield f"the personal column {name!r} is sealed by the database and could not be erased"


def _field(declared: RecordType[Any], name: str) -> "models.Field[Any, Any] | None":
    try:
        found = declared.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _sections(declared: RecordType[Any]) -> Iterator[str]:
    placed = Counter(name for section in declared.sections for name in section.fields)
    own = [f.name for f in declared.model._meta.local_concrete_fields if f.editable and not f.primary_key]
    computed = {name for section in declared.sections if not section.editable_in for name in section.fields}
    for name in ("title", *own):
        if name not in placed:
            yield f"the field {name!r} is in no section, so nobody could fill it in"
    for name, times in placed.items():
        if times > 1:
            yield f"the field {name!r} is in {times} sections"
        if _field(declared, name) is None:
            yield f"the field {name!r} in a section does not exist"
        elif name not in own and name not in SPINE_GIVEN and name not in computed:
            yield f"the field {name!r} is set by Gemba itself and cannot be in a section"
    yield from _section_states(declared)


def _section_states(declared: RecordType[Any]) -> Iterator[str]:
    states = {state.name: state for state in declared.lifecycle.states}
    for section in declared.sections:
        for state in section.editable_in:
            if state.name not in states:
                yield f"the section {str(section.title)!r} is editable in {state.name!r}, which is no state"
            elif states[state.name].final:
                yield f"the section {str(section.title)!r} is editable in {state.name!r}, where the record is finished"
    if not declared.editable_fields(declared.lifecycle.start.name):
        yield f"nothing can be filled in in the first state {declared.lifecycle.start.name!r}"


def _lifecycle(declared: RecordType[Any]) -> Iterator[str]:
    yield from declared.lifecycle.problems()
    for state in declared.lifecycle.states:
        if not str(state.label).strip():
            yield f"the label of the state {state.name!r} is missing"
        if len(state.name) > LONGEST_STATE or not NAME.fullmatch(state.name):
            yield f"the state {state.name!r} must be named with small letters, digits and _, at most {LONGEST_STATE}"


def _transitions(declared: RecordType[Any]) -> Iterator[str]:
    for step in declared.lifecycle.transitions:
        for sentence in _transition(declared, step):
            yield f"transition {step.name!r} {sentence}"


def _transition(declared: RecordType[Any], step: Transition[Any]) -> Iterator[str]:
    if not NAME.fullmatch(step.name) or len(f"{declared.kind}.{step.name}") > LONGEST_ACT:
        yield f"must be named with small letters, digits and _, at most {LONGEST_ACT} with its kind"
    if step.name in OWN_VERBS:
        yield "has the name of one of the kernel's own actions"
    if not str(step.label).strip():
        yield "has no label"
    if not step.by and not step.automatic:
        yield "can be taken by nobody"
    if any(role not in STAFF for role in step.by):
        yield "is open to a role that only reads or only runs the system"
    if step.rejects and not step.signature:
        yield "rejects without a signature"
    if len(str(step.signature)) > LONGEST_STATEMENT or len(str(step.meaning or step.label)) > LONGEST_MEANING:
        yield "has a statement or meaning too long to be kept with the signature"


def _yields(declared: RecordType[Any]) -> Iterator[str]:
    states = {state.name for state in declared.lifecycle.states}
    for each in declared.yields:
        if not each.states:
            yield f"it yields {each.evidence!r} in no state"
        for state in each.states:
            if state.name not in states:
                yield f"it yields {each.evidence!r} in {state.name!r}, which is no state"
        if not isinstance(_field(declared, each.on), models.DateField):
            yield f"it yields {each.evidence!r} on {each.on!r}, which is no date"
        if (unknown := _unknown_lookup(declared, each.where)) is not None:
            yield f"it yields {each.evidence!r} under a condition on {unknown!r}, which is no column"
        if each.by and _field(declared, each.by) is None:
            yield f"it yields {each.evidence!r} by {each.by!r}, which is no column"
    if len({each.by for each in declared.yields if each.by}) > 1:
        yield "more than one of its columns says what it is evidence of"


def _unknown_lookup(declared: RecordType[Any], condition: Q) -> str | None:
    """The first column named in a condition that the type does not have."""
    for child in condition.children:
        if isinstance(child, Q):
            unknown = _unknown_lookup(declared, child)
        else:
            name = child[0].split("__")[0] if isinstance(child, tuple) else ""
            unknown = name if isinstance(child, tuple) and name != "pk" and _field(declared, name) is None else None
        if unknown is not None:
            return unknown
    return None


def _roles(declared: RecordType[Any]) -> Iterator[str]:
    allowed = declared.permissions
    for verb in ("create", "change", "void"):
        if any(role not in STAFF for role in getattr(allowed, verb)):
            yield f"{verb!r} is open to a role that only reads or only runs the system"
    if any(role not in READERS for role in allowed.read):
        yield "reading is open to the system administrator, who is not quality"


def _flags(declared: RecordType[Any]) -> Iterator[str]:
    for name, times in Counter(flag.name for flag in declared.flags).items():
        if times > 1:
            yield f"the flag {name!r} is declared {times} times"
    for flag in declared.flags:
        if not str(flag.label).strip() or not str(flag.help).strip():
            yield f"the flag {flag.name!r} does not say what it is or what mends it"


def _links(declared: RecordType[Any], known: Registry) -> list[str]:
    found = [
        f"the link role {name!r} is declared {times} times"
        for name, times in Counter(role.name for role in declared.links).items()
        if times > 1
    ]
    for role in declared.links:
        if not str(role.label).strip():
            found.append(f"the link role {role.name!r} has no label")
        found += [f"the link role {role.name!r} leads to {kind!r}, which is no record type"
                  for kind in role.to if kind not in known]  # fmt: skip
    return found


@register(Tags.models)
def declarations_stand(*, app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Every declaration and every subclass of the spine; an error stops the start."""
    sentences = [sentence for declared in registry for sentence in problems(declared)]
    sentences += family_problems(apps.get_models())
    return [Error(sentence, id="gemba.E010") for sentence in sentences]
