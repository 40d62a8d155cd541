"""A record, which parts it has at all and what is amiss with it, in one statement; only what exists is then read."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When

from gemba.kernel.access.viewer import current_access
from gemba.kernel.attachments.models import Attachment
from gemba.kernel.links.models import Link
from gemba.kernel.notices.models import Comment, Watch
from gemba.kernel.prepared import Prepared
from gemba.kernel.reading import NAMED
from gemba.kernel.records.models import Record
from gemba.kernel.signing.models import Signature
from gemba.kernel.tasks.models import Task
from gemba.kernel.types import Flag, RecordType

R = TypeVar("R", bound=Record)
Present = Mapping[str, bool]
"""By the name of a part or of a flag, whether it is there."""
NOTE = "_present_"


@dataclass(frozen=True, slots=True)
class Found:
    """A record with what `there` is of it, on the day `today` of its reader."""

    record: Any
    there: Present
    today: dt.date


def find_with_parts(declared: RecordType[Any], number: str, today: dt.date) -> Found | None:
    """The record with its people and places, as `find_by_number` finds it, and which parts it has."""
    access = current_access()
    found = _prepared(declared, today)(number, access.person.pk)
    if not found or not access.sees(found[0]):
        return None
    there = {name: bool(getattr(found[0], f"{NOTE}{place}")) for place, name in enumerate(_names(declared))}
    return Found(found[0], there, today)


def flags_in(present: Present, declared: RecordType[Any]) -> list[Flag]:
    return [flag for flag in declared.flags if present[_mark(flag)]]


def _mark(flag: Flag) -> str:
    return f"flag {flag.name}"


@lru_cache(maxsize=256)
def _prepared(declared: RecordType[R], today: dt.date) -> Prepared[R]:
    """Made once a day for each type, since flags look at the day."""

    def query(number: str, reader: int) -> "QuerySet[R, Any]":
        flags = [
            Case(When(flag.rows(today), then=True), default=False, output_field=BooleanField())
            for flag in declared.flags
        ]
        notes = {f"{NOTE}{place}": note for place, note in enumerate([*_parts(reader).values(), *flags])}
        rows = declared.model._base_manager.filter(number=number).select_related(*NAMED)
        found: QuerySet[R, Any] = rows.annotate(**notes)
        return found

    return Prepared(query, str, int)


def _names(declared: RecordType[Any]) -> list[str]:
    return [*PARTS, *map(_mark, declared.flags)]


PARTS = ("files", "signatures", "ties", "comments", "tasks", "watched")


def _parts(reader: int) -> dict[str, Exists]:
    of, here = {"record": OuterRef("pk")}, OuterRef("pk")
    return {
        "files": Exists(Attachment.objects.filter(**of, removed=None)),
        "signatures": Exists(Signature.objects.filter(**of)),
        "ties": Exists(Link.objects.standing().filter(Q(source=here) | Q(target=here))),
        "comments": Exists(Comment.objects.filter(**of)),
        "tasks": Exists(Task.objects.filter(**of, withdrawn=False)),
        "watched": Exists(Watch.objects.filter(**of, person=reader)),
    }
