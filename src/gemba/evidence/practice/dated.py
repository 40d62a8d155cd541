"""What one record proves, and on which day: often not the day that its register shows."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db.models import Q

from gemba.evidence.practice.holdings import SPINE
from gemba.kernel.records.models import Record
from gemba.kernel.types import Yields, registry


def own_dates(records: Sequence[Record], types: Collection[str]) -> Mapping[int, dt.date]:
    """By record: the newest day on which it is evidence of one of these types.

    A statement for each date that stands in a module's own table; none for those that every record has.
    """
    by_kind: dict[str, list[Record]] = {}
    for record in records:
        by_kind.setdefault(record.kind, []).append(record)
    found: dict[int, dt.date] = {}
    for kind, some in by_kind.items():
        for each in registry.named(kind).yields:
            if each.evidence in types:
                for pk, day in _days(kind, each, some):
                    found[pk] = max(found.get(pk, day), day)
    return found


def _days(kind: str, each: Yields, records: Sequence[Record]) -> list[tuple[int, dt.date]]:
    states = {state.name for state in each.states}
    some = [record for record in records if record.state in states]
    if not some:
        return []
    if each.on in SPINE and not each.where:
        return [(record.pk, day) for record in some if (day := getattr(record, each.on)) is not None]
    rows = registry.named(kind).model._base_manager.filter(each.condition, pk__in=[record.pk for record in some])
    return list(rows.filter(**{f"{each.on}__isnull": False}).order_by().values_list("pk", each.on))


LOOKUPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "": lambda held, wanted: bool(held == wanted), "exact": lambda held, wanted: bool(held == wanted),
    "in": lambda held, wanted: held in wanted, "isnull": lambda held, wanted: (held is None) is wanted,
    "gt": lambda held, wanted: held is not None and held > wanted,
}  # fmt: skip


def could_prove(record: Record, each: Yields) -> bool:
    """Whether what the record says fits what is yielded, without asking the database; so where that cannot be told."""
    if each.by and getattr(record, each.by, each.evidence) != each.evidence:
        return False
    try:
        return _holds(each.where, record)
    except (LookupError, AttributeError, TypeError):
        return True


def _holds(condition: Q, record: Record) -> bool:
    """Raises `LookupError` or `AttributeError` for conditions that look further than the record's own columns."""
    found = []
    child: Any
    for child in condition.children:
        if isinstance(child, Q):
            found.append(_holds(child, record))
        else:
            if hasattr(child[1], "resolve_expression"):
                raise LookupError(child[0])
            name, _, lookup = child[0].partition("__")
            found.append(LOOKUPS[lookup](getattr(record, name), child[1]))
    together = any(found) if condition.connector == Q.OR else all(found)
    return together is not condition.negated
