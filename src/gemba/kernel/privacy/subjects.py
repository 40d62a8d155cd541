"""Whose personal values they are: a record that names somebody outside, or a person of the company."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from gemba.kernel import clock
from gemba.kernel.access.scope import Access
from gemba.kernel.actions.rows import CHAINS, row_snapshot, row_values
from gemba.kernel.commitments.held import personal_columns
from gemba.kernel.people.models import Account, Person
from gemba.kernel.records.models import Record
from gemba.kernel.refusals import Refused
from gemba.kernel.rights import may_read
from gemba.kernel.trail.models import Event
from gemba.kernel.types import registry

PERSON = CHAINS[Person]


@dataclass(frozen=True, slots=True)
class Whose:
    """The row whose columns hold personal values."""

    row: Record | Person

    @property
    def subject(self) -> str:
        return self.row.subject if isinstance(self.row, Record) else f"{PERSON}/{self.row.uid}"

    @property
    def kind(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def schema(self) -> str:
        return registry.of(self.row).schema if isinstance(self.row, Record) else f"{PERSON}@{len(self.snapshot())}"

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(sorted(personal_columns(type(self.row))))

    def snapshot(self) -> dict[str, Any]:
        return self.row.snapshot() if isinstance(self.row, Record) else row_snapshot(self.row)

    def values(self) -> dict[str, Any]:
        """What stands in the personal columns now."""
        if isinstance(self.row, Record):
            return {name: getattr(self.row, name) for name in self.columns}
        found = row_values(self.row)
        return {name: found[name] for name in self.columns}

    def column(self, name: str) -> "models.Field[Any, Any] | None":
        """None for the user name, which stands with the login."""
        return next((column for column in self.row._meta.concrete_fields if column.name == name), None)

    def label(self, name: str) -> str:
        """The column in words."""
        if name == "user_name":
            return _("User name")
        text = str(getattr(self.column(name), "verbose_name", name))
        return text[:1].upper() + text[1:]

    def may_be_read(self, access: Access) -> bool:
        return may_read(access, self.row) if isinstance(self.row, Record) else True


def whose(subject: str) -> Whose | None:
    """The row of a chain that has personal columns, as the database has it; None for anything else."""
    kind, _slash, uid = subject.partition("/")
    if "\0" in uid:
        return None
    row: Record | Person | None = None
    if kind == PERSON:
        row = Person.objects.filter(uid=uid).first()
    elif kind in registry and registry.named(kind).model.PERSONAL:
        row = registry.named(kind).model._base_manager.filter(uid=uid).first()
    return Whose(row) if row is not None else None


def refuse_while_kept(row: Record | Person) -> Refused | None:
    """Who signed or acted here is kept for the retention period: it is a duty in law (GDPR Art. 17(3)(b))."""
    if not isinstance(row, Person):
        return None
    if row.kind == Person.Kind.SYSTEM:
        return Refused(_("Gemba's own person is nobody."))
    last = last_trace(row)
    if last is not None and (until := years_after(last, settings.GEMBA_KEEP_SIGNERS_YEARS)) > clock.today():
        words = {
            "person": row, "last": date_format(last, "j M Y"), "until": date_format(until, "j M Y"),
        }  # fmt: skip
        return Refused(
            _(
                "%(person)s has signed, entered or been named in records here, last on %(last)s. Law asks that a record"
                " shows who did what (21 CFR 11.10(e), ISO 13485 4.2.5): this is kept until %(until)s and cannot be"
                " erased before (GDPR Art. 17(3)(b))."
            )
            % words
        )
    if row.active:
        return Refused(_("%s still works here. Enter the last day first.") % row)
    return None


def last_trace(person: Person) -> dt.date | None:
    """The last day on which this person entered or signed something, or was named in a record; None for nobody such.

    Having had a login counts: a user name is never given to anybody else (21 CFR 11.100(a)).
    """
    moments: list[dt.datetime | None] = [
        Event.objects.filter(actor=person).aggregate(last=Max("at"))["last"],
        *Account.objects.filter(person=person).values_list("created", flat=True),
        *Account.objects.filter(person=person).values_list("last_login", flat=True),
        *(_newest(model, name, person) for model, name in columns_naming()),
    ]
    days = [moment.date() for moment in moments if moment is not None]
    return max(days, default=None)


def columns_naming() -> Iterator[tuple[type[Record], str]]:
    """The columns of records that name a person."""
    models_of: list[type[Record]] = [Record, *(declared.model for declared in registry)]
    for model in models_of:
        for column in model._meta.local_concrete_fields:
            if isinstance(column, models.ForeignKey) and column.remote_field.model is Person:
                yield model, column.name


def _newest(model: type[Record], name: str, person: Person) -> dt.datetime | None:
    found: dt.datetime | None = model._base_manager.filter(**{name: person}).aggregate(last=Max("entered_at"))["last"]
    return found


def years_after(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)
