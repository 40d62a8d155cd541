"""What is measured from time to time: the newest value that counts, of records that others say the values of."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Q

from gemba.kernel.facts import Told
from gemba.kernel.lifecycle.machine import State
from gemba.kernel.links.models import Link
from gemba.kernel.records.models import Record

Figures = Callable[[dt.date, dt.date], Iterator[Told]]
ALL = Q()


def measured(
    model: type[Record], state: State, role: str, by: type[Any], confirmed: State, *, only: Q = ALL,
    named: str = "title",
) -> Figures:  # fmt: skip
    """Of each record in `state`, the `value` of the newest confirmed record of `by` that is linked to it in `role`.

    `model` has the columns `target`, `direction` (`at_least` or `at_most`) and `unit`; what is measured stands in the
    column `named`. Exercises and confidential records tell nothing. Three statements.
    """

    def figures(_since: dt.date, until: dt.date) -> Iterator[Told]:
        rows = model._base_manager.filter(only, state=state.name, exercise=False, confidential=False)
        known = {each.pk: each for each in rows.order_by("pk")}
        links = Link.objects.standing().filter(
            role=role, target__in=list(known), source__state=confirmed.name, source__event_date__lte=until
        )
        newest = dict(links.order_by("source__event_date", "pk").values_list("target", "source"))
        values = dict(by._base_manager.filter(pk__in=newest.values()).values_list("pk", "value"))
        for key, each in known.items():
            yield _told(each, values.get(newest.get(key, 0)), named)

    return figures


def _told(record: Any, value: Any, named: str) -> Told:
    of = getattr(record, named)
    aim = "" if record.target is None else f" ({record.get_direction_display()} {record.target.normalize():f})"
    said = "-" if value is None else f"{value.normalize():f} {record.unit}"
    label = of if named == "title" else f"{record.title}: {of}"
    return Told(label=f"{label}{aim}", value=said, record=record.pk, good=_reached(record, value))


def _reached(record: Any, value: Any) -> bool | None:
    """None where there is no value, or nothing to compare it with."""
    if value is None or record.target is None:
        return None
    return bool(value >= record.target if record.direction == "at_least" else value <= record.target)
