"""Lines of a small table in words: what pages, exports and the history say, and whether they name what exists."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from gemba.kernel.people.models import Person
from gemba.kernel.records.fields import LineColumn, LinesField
from gemba.kernel.types import RecordType, registry

Columns = Sequence[LineColumn]
Lines = Sequence[Mapping[str, Any]]
Names = Mapping[str, str]
"""What people are called, by their `uid`."""
CELL, LINE = " | ", "; "


def as_lines(value: Any) -> Lines:
    """The lines of a stored value, whatever an older version of the program wrote there."""
    return [line for line in value if isinstance(line, Mapping)] if isinstance(value, list | tuple) else []


def people_in(columns: Columns, *values: Any) -> set[str]:
    """The people named in these lines, by `uid`."""
    named = [column.name for column in columns if column.kind == "person"]
    found = (line.get(name) for value in values for line in as_lines(value) for name in named)
    return {uid for uid in found if isinstance(uid, str) and uid}


def names_of(uids: Collection[str]) -> dict[str, str]:
    """One statement; none where nobody is named."""
    known = [uid for uid in uids if uid.isalnum()]
    return dict(Person.objects.filter(uid__in=known).values_list("uid", "name")) if known else {}


def everybody() -> dict[str, str]:
    """For lists as long as the company, of which each row may name anybody."""
    return dict(Person.objects.values_list("uid", "name"))


def lines_fields(declared: RecordType[Any]) -> Iterator[LinesField]:
    """The columns of a type that hold lines."""
    return (field for field in declared.model._meta.concrete_fields if isinstance(field, LinesField))


def name_people(declared: RecordType[Any]) -> bool:
    """Whether lines of this type may name people."""
    return any(column.kind == "person" for field in lines_fields(declared) for column in field.columns)


def words_of(column: LineColumn, value: Any, names: Names) -> str:
    """One cell as plain words; empty where nothing stands."""
    if column.kind == "yes":
        return _("yes") if value else _("no")
    if value in (None, ""):
        return ""
    if column.kind == "choice":
        return str(dict(column.offered()).get(str(value), value))
    if column.kind == "person":
        return names.get(str(value), str(value))
    if column.kind == "kind" and str(value) in registry:
        return str(registry.named(str(value)).label)
    return str(value)


def line_text(columns: Columns, line: Mapping[str, Any], names: Names) -> str:
    """One line: its cells with a bar between them, empty ones too, as in a table."""
    return CELL.join(words_of(column, line.get(column.name), names) for column in columns)


def line_said(columns: Columns, line: Mapping[str, Any], names: Names) -> str:
    """One line for a reader who does not see its column headings: what stands there, and what was ticked."""
    said = (
        (str(column.label) if line.get(column.name) else "")
        if column.kind == "yes"
        else words_of(column, line.get(column.name), names)
        for column in columns
    )
    return CELL.join(part for part in said if part)


def lines_text(columns: Columns, value: Any, names: Names) -> str:
    """All lines on one: `a | b; c | d`."""
    return LINE.join(line_text(columns, line, names) for line in as_lines(value))


def unknown(columns: Columns, lines: Lines) -> list[str]:
    """Sentences about people and record types that lines name and that do not exist. One statement at most."""
    known = names_of(people_in(columns, lines))
    return [
        _("Line %(n)d, %(column)s: there is nothing with this identifier.") % {"n": number, "column": column.label}
        for number, line in enumerate(lines, 1)
        for column in columns
        if _lost(column, line.get(column.name), known)
    ]


def _lost(column: LineColumn, value: Any, known: Iterable[str]) -> bool:
    if not value:
        return False
    return (column.kind == "person" and value not in known) or (column.kind == "kind" and value not in registry)
