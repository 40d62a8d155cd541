"""The history of a record as sentences and old -> new values that a reader understands."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gemba.kernel.lifecycle.machine import VOID, Text, UnknownTransitionError
from gemba.kernel.lines import names_of, people_in
from gemba.kernel.people.models import Person, Product, Site
from gemba.kernel.records.fields import LinesField, RichTextField
from gemba.kernel.records.models import Record
from gemba.kernel.trail.history import Told, page_of, read_all
from gemba.kernel.trail.models import Event
from gemba.kernel.types import RecordType
from gemba.web.display import day, moment, number, plain_value
from gemba.web.inside import lines_changed, text_changed

NAMED = (Person, Site, Product, Record)
NEVER_TOLD = frozenset({"state_since", "open", "uid", "kind", "entered_at", "version", "first_due", "valid_to"})
"""Columns that follow from what is told anyway."""
UNTOLD = frozenset({"raise"})
"""The first event tells every column; the record beside it does too."""
SHOWN = 30
BESIDE_COLUMNS: Mapping[str, Callable[[], str]] = {
    "file": lambda: _("File"), "task": lambda: _("Task"), "comment": lambda: _("Comment"),
}  # fmt: skip
LINKING = frozenset({"link", "unlink"})
Names = Mapping[tuple[type[models.Model], int | str], str]


@dataclass(frozen=True, slots=True)
class Change:
    """Old and new value; an empty old one means that there was nothing."""

    label: str
    old: str
    new: str
    inside: str = ""
    """What changed within a text or a table, in place of both."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event for the reader. `signature` is the meaning signed, empty where nothing was signed."""

    seq: int
    at: dt.datetime
    who: str
    on_behalf_of: str
    title: str
    reason: str
    changes: Sequence[Change]
    signature: str
    rejection: bool
    via: str
    digest: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of the history, newest first. `older` is the key of the next page, None at the beginning."""

    entries: Sequence[Entry]
    older: int | None


def history(record: Record, declared: RecordType[Any], *, before: int | None = None, size: int = SHOWN) -> History:
    """The newest events, or those before a key. One statement, and one per table of names."""
    found = page_of(record.pk, before=before, size=size)
    return History(_entries(found.told, declared), found.older)


def since(record: Record, declared: RecordType[Any], seq: int) -> list[Entry]:
    """What happened after a position in the chain, oldest first."""
    events = Event.objects.filter(record_id=record.pk, seq__gt=seq).select_related("actor").order_by("id")[:SHOWN]
    return _entries(read_all(events), declared)


def _entries(told: Sequence[Told], declared: RecordType[Any]) -> list[Entry]:
    names = _names(told, declared)
    return [_entry(each, declared, names) for each in told]


def _entry(told: Told, declared: RecordType[Any], names: Names) -> Entry:
    event, body = told.event, told.body
    actor, signature = body["actor"], body.get("sig") or {}
    changes = _told_changes(told, declared, names)
    return Entry(
        event.seq, event.at, actor["name"], (actor.get("for") or {}).get("name", ""), verb_title(told.verb, declared),
        body.get("reason") or "", changes, signature.get("meaning", ""), bool(signature.get("rejection")),
        actor["via"], event.hash,
    )  # fmt: skip


TITLES: Mapping[str, Text] = {
    "raise": gettext_lazy("Raised"), "edit": gettext_lazy("Edited"), "assign": gettext_lazy("Given to a new owner"),
    "extend": gettext_lazy("Due date moved"), VOID: gettext_lazy("Made void"), "attach": gettext_lazy("File attached"),
    "detach": gettext_lazy("File taken out"), "link": gettext_lazy("Linked"), "unlink": gettext_lazy("Link ended"),
    "look": gettext_lazy("Looked again at a link"), "comment": gettext_lazy("Comment"), "task": gettext_lazy("Task"),
    "erase": gettext_lazy("Personal data erased"),
}  # fmt: skip


OF_PEOPLE: Mapping[str, Text] = {
    "person.add": gettext_lazy("Added"), "person.change": gettext_lazy("Changed"), "person.end": gettext_lazy("Left"),
    "person.return": gettext_lazy("Came back"), "person.invite": gettext_lazy("Invited to sign in"),
    "person.password-link": gettext_lazy("Link for a new password sent"),
    "person.password-chosen": gettext_lazy("Password chosen"),
    "person.factor-reset-asked": gettext_lazy("Reset of the second factor asked for"),
    "person.erase": gettext_lazy("Personal data erased"),
    "person.factor-reset": gettext_lazy("Second factor reset"),
    "person.unlock": gettext_lazy("Wait before the next sign-in ended"),
    "person.sessions-end": gettext_lazy("Signed out everywhere"),
    "person.dormant": gettext_lazy("Login closed after long disuse"),
    "token.make": gettext_lazy("Access for a program made"),
    "token.withdraw": gettext_lazy("Access for a program withdrawn"),
}  # fmt: skip
"""What stands on a person's own chain of events, by act."""


def done_to_person(act: str) -> str:
    """An act on a person's chain in words."""
    return str(OF_PEOPLE[act]) if act in OF_PEOPLE else readable_verb(act.rpartition(".")[2])


def readable_verb(verb: str) -> str:
    return verb.replace("_", " ").replace("-", " ").capitalize()


def verb_title(verb: str, declared: RecordType[Any]) -> str:
    if verb in TITLES:
        return str(TITLES[verb])
    if own := declared.verb(verb):
        return str(own.label)
    try:
        return str(declared.lifecycle.transition(verb).label)
    except UnknownTransitionError:
        return readable_verb(verb)


def _told_changes(told: Told, declared: RecordType[Any], names: Names) -> Sequence[Change]:
    if told.verb in UNTOLD or told.verb == "look":
        return ()
    if told.verb in LINKING:
        return [Change(_role(declared, role), _tie(old, names), _tie(new, names)) for role, old, new in told.changes]
    return tuple(_changes(told.changes, declared, names))


def _role(declared: RecordType[Any], name: str) -> str:
    role = declared.link_role(name)
    return str(role.label if role else name)


def _changes(given: Iterable[Sequence[Any]], declared: RecordType[Any], names: Names) -> Iterable[Change]:
    for name, old, new in given:
        if name in NEVER_TOLD or name in declared.model.COPIES:
            continue
        if name in BESIDE_COLUMNS:
            yield Change(BESIDE_COLUMNS[name](), _beside(old), _beside(new))
            continue
        column = _column(declared, name)
        label = str(column.verbose_name) if column is not None else str(name).replace("_", " ")
        label = label[:1].upper() + label[1:]
        if isinstance(column, LinesField | RichTextField):
            yield Change(label, "", "", inside_changed(column, old, new, names))
            continue
        yield Change(label, _value(column, old, declared, names), _value(column, new, declared, names))


def inside_changed(column: LinesField | RichTextField, old: Any, new: Any, names: Names) -> str:
    """Line by line, or as a redline."""
    if isinstance(column, RichTextField):
        return text_changed(old or "", new or "")
    called = {str(key): name for (model, key), name in names.items() if model is Person}
    return lines_changed(column.columns, old, new, called)


def _beside(value: Any) -> str:
    """What events tell that is no column: a file is `[name, version, digest]`, a task `[what, whom, due]`."""
    if isinstance(value, list):
        return escape(str(value[0])) if value else ""
    return plain_value(value) if value else ""


def _tie(value: str | None, names: Names) -> str:
    """The far end of a link, by its number where the reader may see it."""
    return names.get((Record, value), _("a record you may not see")) if value else ""


def _column(declared: RecordType[Any], name: str) -> "models.Field[Any, Any] | None":
    try:
        found = declared.model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _value(column: "models.Field[Any, Any] | None", value: Any, declared: RecordType[Any], names: Names) -> str:
    """A canonical value, as events hold it, for the reader."""
    if value in (None, ""):
        return ""
    if column is None:
        return plain_value(value)
    if column.name == "state":
        return str(declared.lifecycle.state(value).label)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.ForeignKey):
        return names.get((column.remote_field.model, value), f"#{value}")
    return _typed(column, value)


def _typed(column: "models.Field[Any, Any]", value: Any) -> str:
    if isinstance(column, models.DecimalField):
        return number(value)
    if isinstance(column, models.DateTimeField):
        return moment(parse_datetime(str(value)))
    if isinstance(column, models.DateField):
        return day(parse_date(str(value)))
    return plain_value(value)


def _names(told: Sequence[Told], declared: RecordType[Any]) -> Names:
    """The names behind the keys that changed, one statement per table."""
    wanted: dict[type[models.Model], set[int]] = {}
    ties: set[str] = set()
    people: set[str] = set()
    for each in told:
        if each.verb in LINKING:
            ties.update(value for _name, *pair in each.changes for value in pair if isinstance(value, str))
            continue
        for name, *values in each.changes if each.verb not in UNTOLD else ():
            column = _column(declared, name)
            if isinstance(column, LinesField):
                people |= people_in(column.columns, *values)
            if isinstance(column, models.ForeignKey) and issubclass(column.remote_field.model, NAMED):
                wanted.setdefault(column.remote_field.model, set()).update(v for v in values if isinstance(v, int))
    found: dict[tuple[type[models.Model], int | str], str] = {
        (model, row.pk): str(row)
        for model, keys in wanted.items()
        for row in model._default_manager.filter(pk__in=keys)
    }
    called: dict[tuple[type[models.Model], int | str], str] = {
        (Person, uid): name for uid, name in names_of(people).items()
    }
    return {**found, **_numbers(ties), **called}


def _numbers(subjects: set[str]) -> dict[tuple[type[models.Model], int | str], str]:
    """Numbers of the linked records that the viewer may see, by their `kind/ULID`."""
    if not subjects:
        return {}
    uids = [subject.rpartition("/")[2] for subject in subjects]
    rows = Record.objects.filter(uid__in=uids).values_list("kind", "uid", "number", "title")
    return {(Record, f"{kind}/{uid}"): f"{number} {title}" for kind, uid, number, title in rows}
