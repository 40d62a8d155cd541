"""What is open in a team: one count per person and kind, each leading to the rows it counts (M106)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from gemba.kernel.access.scope import Access
from gemba.kernel.people.models import Department, Person
from gemba.kernel.records.models import Record
from gemba.kernel.types import RecordType, registry


@dataclass(frozen=True, slots=True)
class Cell:
    """Open records of one kind of one person. `url` lists exactly these."""

    open: int
    late: int
    url: str
    late_url: str


@dataclass(frozen=True, slots=True)
class Row:
    person: Person
    cells: Sequence[tuple[str, Cell | None]]
    """Each with the name of its column."""
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Team:
    """`department` is None where the reader belongs to none: then the table is about the reader alone."""

    department: Department | None
    departments: Sequence[Department]
    kinds: Sequence[str]
    """The plural names of the columns."""
    rows: Sequence[Row]
    open: int
    late: int


def team_of(access: Access, today: dt.date, chosen: str = "") -> Team:
    """Of a department, the reader's own unless another is chosen, as far as the reader may see: four statements."""
    departments = list(Department.objects.filter(ended=None))
    own = next((d for d in departments if d.pk == access.person.department_id), None)
    department = next((d for d in departments if d.uid == chosen), own)
    members = _members(access.person, department, today)
    counted = _counts(members, today)
    kinds = [declared for declared in registry if any(declared.kind == kind for _person, kind in counted)]
    rows = [_row(person, kinds, counted) for person in members]
    return Team(
        department, departments, [str(declared.plural) for declared in kinds], rows,
        sum(row.open for row in rows), sum(row.late for row in rows),
    )  # fmt: skip


def _members(me: Person, department: Department | None, today: dt.date) -> list[Person]:
    if department is None:
        return [me]
    here = Person.objects.filter(Q(ended=None) | Q(ended__gt=today), department=department)
    return list(here.exclude(kind=Person.Kind.SYSTEM).order_by("name"))


def _counts(members: Sequence[Person], today: dt.date) -> Mapping[tuple[int, str], tuple[int, int]]:
    rows = Record.objects.filter(open=True, owner__in=members).values_list("owner_id", "kind").order_by()
    found = rows.annotate(open_ones=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
    return {(owner, kind): (count, late) for owner, kind, count, late in found}


def _row(person: Person, kinds: Sequence[RecordType[Any]], counted: Mapping[tuple[int, str], tuple[int, int]]) -> Row:
    cells = [
        (str(declared.plural), _cell(person, declared.kind, counted.get((person.pk, declared.kind))))
        for declared in kinds
    ]
    filled = [cell for _name, cell in cells if cell]
    return Row(person, cells, sum(cell.open for cell in filled), sum(cell.late for cell in filled))


def _cell(person: Person, kind: str, count: tuple[int, int] | None) -> Cell | None:
    if count is None:
        return None
    base = reverse("register", args=[kind])
    mine = {"owner": person.uid}
    return Cell(
        *count, f"{base}?{urlencode({'show': 'open', **mine})}", f"{base}?{urlencode({**mine, 'due': 'overdue'})}"
    )
